/**
 * One OTLP/HTTP request, in either encoding, taken apart into events; and the account of it that its answer is made from.
 *
 * What cannot be read as a request at all throws before anything of it was taken. What is rejected of a request that can be read
 * is the sender's fault and counted; what is passed over is known, and only not needed here.
 */
import type { EventSink, FileContext } from './event-sink.ts';
import { OtlpEvents, type OtlpSkip } from './otlp-events.ts';
import { type OtlpEntry, type OtlpEntryKind, OtlpJsonEntries } from './otlp-json.ts';
import { OtlpProtobuf, type OtlpSignal } from './otlp-protobuf.ts';
import { ProtobufFault } from './protobuf-bytes.ts';

export type { OtlpSignal } from './otlp-protobuf.ts';
export type OtlpEncoding = 'protobuf' | 'json';

/** A body that is no request of its signal. The message says what was found, and holds no content. */
export class OtlpFault extends Error {
  override readonly name = 'OtlpFault';
}

export interface OtlpRequestAccount {
  takenCount: number;
  passedOverCount: number;
  rejectedCount: number;
  /** Reason -> records. */
  readonly rejected: Map<string, number>;
}

export class OtlpRequests {
  readonly #sink: EventSink;
  readonly #events: OtlpEvents;
  readonly #protobuf: OtlpProtobuf;
  readonly #json: OtlpJsonEntries;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#events = new OtlpEvents(sink, file, MOST_METRIC_POINTS);
    this.#protobuf = new OtlpProtobuf(this.#events);
    this.#json = new OtlpJsonEntries(this.#events);
  }

  /** What was passed over or given up so far, by name. */
  get passedOver(): ReadonlyMap<string, number> {
    return this.#events.passedOver;
  }

  /**
   * @param place  of the request among all that were received, in bytes
   * @throws OtlpFault
   */
  read(signal: OtlpSignal, encoding: OtlpEncoding, bytes: Buffer, place: number): OtlpRequestAccount {
    const account: OtlpRequestAccount = { takenCount: 0, passedOverCount: 0, rejectedCount: 0, rejected: new Map() };
    try {
      if (encoding === 'json') this.#readJson(signal, bytes, place, account);
      else this.#readProtobuf(signal, bytes, place, account);
    } catch (error) {
      this.#events.abandon();
      throw error;
    }
    return account;
  }

  /** No more requests will come. */
  end(): void {
    this.#events.end();
  }

  #readProtobuf(signal: OtlpSignal, bytes: Buffer, place: number, account: OtlpRequestAccount): void {
    let recordBytes = 0;
    try {
      this.#protobuf.read(signal, bytes, place, (skipped, byteCount) => {
        recordBytes += byteCount;
        this.#settle(account, skipped, byteCount, place);
      });
    } catch (error) {
      if (!(error instanceof ProtobufFault)) throw error;
      throw new OtlpFault(`expected a ${MESSAGE[signal]} in protobuf, found ${error.message}`, { cause: error });
    }
    if (recordBytes < bytes.length) this.#sink.skipped('envelope', bytes.length - recordBytes, place);
  }

  #readJson(signal: OtlpSignal, bytes: Buffer, place: number, account: OtlpRequestAccount): void {
    const entries = entriesIn(signal, bytes);
    let left = bytes.length;
    for (const entry of entries) {
      const outcomes = this.#json.read(LIST[signal], entry, place);
      const share = Math.floor(bytes.length / entries.length / Math.max(1, outcomes.length));
      for (const skipped of outcomes) this.#settle(account, skipped, share, place);
      left -= share * outcomes.length;
    }
    if (left > 0) this.#sink.skipped('envelope', left, place);
  }

  #settle(account: OtlpRequestAccount, skipped: OtlpSkip | undefined, byteCount: number, place: number): void {
    if (skipped === undefined) {
      account.takenCount++;
      this.#sink.took(byteCount);
      return;
    }
    this.#sink.skipped(skipped.reason, byteCount, place, skipped.found);
    if (skipped.reason === 'marker') {
      account.passedOverCount++;
      return;
    }
    account.rejectedCount++;
    account.rejected.set(skipped.found, (account.rejected.get(skipped.found) ?? 0) + 1);
  }
}

/** About 20 MB in a summary; a service sends a hundred a minute for as long as it runs. */
const MOST_METRIC_POINTS = 50_000;

const LIST: Readonly<Record<OtlpSignal, OtlpEntryKind>> = { traces: 'resourceSpans', metrics: 'resourceMetrics', logs: 'resourceLogs' };
const MESSAGE: Readonly<Record<OtlpSignal, string>> = {
  traces: 'ExportTraceServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
  logs: 'ExportLogsServiceRequest',
};

function entriesIn(signal: OtlpSignal, bytes: Buffer): readonly (OtlpEntry | null)[] {
  const expected = `expected a ${MESSAGE[signal]} in JSON`;
  let request: Readonly<Record<string, unknown>> | null;
  try {
    request = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    // The engine's own words may quote the body.
    throw new OtlpFault(`${expected}, found text that is no JSON`, { cause: error });
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) throw new OtlpFault(`${expected}, found no JSON object`);
  const list = request[LIST[signal]];
  // A request without the list is empty, as protobuf has it; with another signal's list it was sent to the wrong path.
  if (list === undefined || list === null) {
    const other = Object.values(LIST).find((name) => name in request);
    if (other !== undefined) throw new OtlpFault(`${expected}, found "${other}"`);
    return [];
  }
  if (!Array.isArray(list)) throw new OtlpFault(`${expected}, found "${LIST[signal]}" that is no list`);
  return list;
}
