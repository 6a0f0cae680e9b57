/**
 * What a request that came in whole comes to: its events are given to the sink, it is counted, and its sender is answered.
 *
 * A request is answered with success after the sink has taken its events, never before; what is not taken is answered so that the
 * sender knows whether to try again, and counted by reason.
 */
import type { EventSink } from '../read/event-sink.ts';
import { type OtlpEncoding, OtlpFault, OtlpRequests, type OtlpSignal } from '../read/otlp-request.ts';
import { type OtlpAnswer, type RpcCode, refused, taken } from './otlp-answer.ts';
import { InFlight, unpacked } from './otlp-body.ts';
import type { OtlpLimits } from './otlp-limits.ts';

export interface OtlpCounts {
  requestCount: number;
  /** Requests answered with success, in part or whole. */
  takenRequestCount: number;
  /** Spans, log records and metrics or data points that became events. */
  takenCount: number;
  /** The same, known but not needed. */
  passedOverCount: number;
  /** The same, with a fault. */
  rejectedCount: number;
  receivedBytes: number;
  /** After inflating. */
  inflatedBytes: number;
  inFlightBytes: number;
  /** Epoch ms of the last request that was taken; NaN before the first. */
  lastTakenMs: number;
  /** Requests that were not taken, by reason. */
  readonly refused: Map<string, number>;
  /** Records with a fault, by what was found. */
  readonly rejected: Map<string, number>;
  /** Records that were not needed, by what they are. */
  readonly passedOver: Map<string, number>;
}

export interface Refusal {
  readonly status: number;
  readonly code: RpcCode;
  /** As it is counted. */
  readonly reason: string;
  /** For the sender's log: never a piece of what it sent. */
  readonly message: string;
  readonly retry?: true;
}

export interface IntakeSettings {
  readonly functionName?: string;
  /** Asked before events are given; a request waits, with its room taken, until it settles. */
  readonly ready?: () => Promise<void> | undefined;
  /** Told of what the sink threw: the sender was answered 500, and the receiver goes on. */
  readonly onFault?: (error: unknown) => void;
}

export class OtlpIntake {
  isClosing = false;
  readonly limits: OtlpLimits;
  readonly inFlight: InFlight;
  readonly #requests: OtlpRequests;
  readonly #settings: IntakeSettings;
  readonly #counts: Omit<OtlpCounts, 'inFlightBytes' | 'passedOver'> = {
    requestCount: 0,
    takenRequestCount: 0,
    takenCount: 0,
    passedOverCount: 0,
    rejectedCount: 0,
    receivedBytes: 0,
    inflatedBytes: 0,
    lastTakenMs: Number.NaN,
    refused: new Map(),
    rejected: new Map(),
  };

  constructor(limits: OtlpLimits, sink: EventSink, settings: IntakeSettings) {
    const { functionName } = settings;
    this.limits = limits;
    this.inFlight = new InFlight(limits);
    this.#settings = settings;
    this.#requests = new OtlpRequests(sink, { path: 'OTLP', ...(functionName !== undefined && { functionName }) });
  }

  /** A request has begun, whatever becomes of it. */
  begin(): void {
    this.#counts.requestCount++;
  }

  /** Settles when events may be given; undefined where they may at once. */
  ready(): Promise<void> | undefined {
    return this.#settings.ready?.();
  }

  /** @param contentEncoding  the header */
  settle(signal: OtlpSignal, encoding: OtlpEncoding, contentEncoding: string | undefined, sent: Buffer): OtlpAnswer {
    const counts = this.#counts;
    const body = unpacked(sent, contentEncoding, this.limits);
    switch (body.kind) {
      case 'too-large':
        return this.refuse(encoding, this.tooLarge(`more than ${this.limits.inflatedBytes} bytes after inflating`));
      case 'broken':
        return this.refuse(encoding, { status: 400, code: 'invalidArgument', reason: 'broken compression', message: body.found });
      case 'unknown':
        return this.refuse(encoding, {
          status: 415,
          code: 'invalidArgument',
          reason: 'unknown content-encoding',
          message: 'expected content-encoding gzip, deflate or none',
        });
      case 'whole':
        break;
      default:
        return body satisfies never;
    }
    let account: ReturnType<OtlpRequests['read']>;
    try {
      account = this.#requests.read(signal, encoding, body.bytes, counts.inflatedBytes);
    } catch (error) {
      if (error instanceof OtlpFault)
        return this.refuse(encoding, { status: 400, code: 'invalidArgument', reason: 'malformed', message: error.message });
      this.#settings.onFault?.(error);
      // Not the sender's fault, and trying again would meet it again.
      return this.refuse(encoding, { status: 500, code: 'internal', reason: 'fault in Nightlight', message: 'fault in the receiver' });
    }
    counts.receivedBytes += sent.length;
    counts.inflatedBytes += body.bytes.length;
    counts.takenRequestCount++;
    counts.takenCount += account.takenCount;
    counts.passedOverCount += account.passedOverCount;
    counts.rejectedCount += account.rejectedCount;
    counts.lastTakenMs = Date.now();
    for (const [found, count] of account.rejected) add(counts.rejected, found, count);
    const why = account.rejectedCount === 0 ? '' : [...account.rejected].map(([found, count]) => `${count} × ${found}`).join(', ');
    return taken(signal, encoding, account.rejectedCount, why);
  }

  /** Counts a request that is not taken. */
  refuse(encoding: OtlpEncoding, { reason, status, code, message }: Refusal): OtlpAnswer {
    this.count(reason);
    return refused(status, encoding, code, message);
  }

  tooLarge(found: string): Refusal {
    return {
      status: 413,
      code: 'invalidArgument',
      reason: 'too large',
      message: `expected at most ${this.limits.requestBytes} bytes, ${this.limits.inflatedBytes} after inflating, found ${found}; send smaller batches`,
    };
  }

  count(reason: string): void {
    add(this.#counts.refused, reason, 1);
  }

  counts(): OtlpCounts {
    const { refused: refusals, rejected } = this.#counts;
    return {
      ...this.#counts,
      refused: new Map(refusals),
      rejected: new Map(rejected),
      passedOver: new Map(this.#requests.passedOver),
      inFlightBytes: this.inFlight.byteCount,
    };
  }

  end(): void {
    this.#requests.end();
  }
}

export const SIGNALS: ReadonlyMap<string, OtlpSignal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/metrics', 'metrics'],
  ['/v1/logs', 'logs'],
]);

/** @param contentType  the header */
export function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const [type = ''] = (contentType ?? '').toLowerCase().split(/\s*;/, 1);
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
