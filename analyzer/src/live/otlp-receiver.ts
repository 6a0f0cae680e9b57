/**
 * Receives OTLP over HTTP: traces, metrics and logs of any OpenTelemetry SDK or Collector, and of our own agent, as protobuf or
 * JSON, plain or compressed.
 *
 * A request is answered with success after the sink has taken its events, never before; what is not taken is answered so that the
 * sender knows whether to try again, and counted by reason. It listens on this machine only, unless asked otherwise. A page in a
 * browser cannot send to it: neither content type passes without a preflight, and that is answered with 405.
 * Source: OpenTelemetry specification, "OTLP/HTTP" (requests, responses, throttling, concurrent requests).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP, type Socket } from 'node:net';
import type { EventSink } from '../read/event-sink.ts';
import { type OtlpEncoding, OtlpFault, OtlpRequests, type OtlpSignal } from '../read/otlp-request.ts';
import { type OtlpAnswer, type RpcCode, refused, taken } from './otlp-answer.ts';
import { InFlight, unpacked } from './otlp-body.ts';
import { OTLP_LIMITS, type OtlpLimits } from './otlp-limits.ts';
import { receiverError } from './otlp-receiver-error.ts';

export interface OtlpReceiverSettings {
  /** Default 127.0.0.1. Any other address than this machine's own is listened on only when named here. */
  readonly host?: string;
  /** Default 4318, the port of OTLP over HTTP; 0 takes a free one. */
  readonly port?: number;
  readonly limits?: Partial<OtlpLimits>;
  /** For telemetry whose resource names no function or service. */
  readonly functionName?: string;
  /** Asked before events are given; a request waits, with its room taken, until it settles. */
  readonly ready?: () => Promise<void> | undefined;
  /** Told of what the sink threw: the sender was answered 500, and the receiver goes on. */
  readonly onFault?: (error: unknown) => void;
}

export interface OtlpReceiver {
  /** `http://127.0.0.1:4318` */
  readonly url: string;
  /** A sentence for the user, where others than this machine can send. */
  readonly warning: string | undefined;
  /** A copy: what came so far. */
  counts(): OtlpCounts;
  /** Takes no more connections, finishes the requests that are on their way in, then ends. */
  close(): Promise<void>;
}

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

/**
 * @param sink  takes events in the same tick; what it was given is acknowledged to the sender
 * @throws OtlpReceiverError when the port cannot be listened on
 */
export async function startOtlpReceiver(settings: OtlpReceiverSettings, sink: EventSink): Promise<OtlpReceiver> {
  const { host = '127.0.0.1', port = OTLP_HTTP_PORT } = settings;
  const limits = { ...OTLP_LIMITS, ...settings.limits };
  const intake = new Intake(limits, sink, settings);
  const server = createServer(
    {
      requestTimeout: limits.slowestMs,
      headersTimeout: limits.slowestMs,
      connectionsCheckingInterval: Math.max(50, Math.min(5000, limits.slowestMs / 4)),
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => void intake.take(request, response),
  );
  server.maxConnections = limits.connectionCount;
  server.on('clientError', (error, socket) => intake.refuseSocket(error, socket as Socket));
  server.on('drop', () => intake.count('too many connections'));
  await listening(server, host, port);
  // A fault of the socket later on must not end the program.
  server.on('error', (error) => intake.count(`socket: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`));
  const bound = (server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${bound}`,
    warning: isLoopback(host)
      ? undefined
      : `listens on ${host}:${bound}: whoever reaches this machine there can send telemetry, unencrypted and without a password`,
    counts: () => intake.counts(),
    close() {
      closing ??= closed(server, intake);
      return closing;
    },
  };
}

const OTLP_HTTP_PORT = 4318;
/** Longer than the minute after which metrics are sent, so that a sender keeps its connection. */
const KEEP_ALIVE_MS = 75_000;
const MOST_DROPPED_BYTES = 64 * 1024 ** 2;
/** What a request that is on its way in may still take when the receiver ends. */
const DRAIN_MS = 2000;

/** Everything between the first byte of a request and its answer. */
class Intake {
  isClosing = false;
  readonly #limits: OtlpLimits;
  readonly #requests: OtlpRequests;
  readonly #inFlight: InFlight;
  readonly #ready: OtlpReceiverSettings['ready'];
  readonly #onFault: OtlpReceiverSettings['onFault'];
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

  constructor(limits: OtlpLimits, sink: EventSink, { functionName, onFault, ready }: OtlpReceiverSettings) {
    this.#ready = ready;
    this.#onFault = onFault;
    this.#limits = limits;
    this.#inFlight = new InFlight(limits);
    this.#requests = new OtlpRequests(sink, { path: 'OTLP', ...(functionName !== undefined && { functionName }) });
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#counts.requestCount++;
    const encoding = encodingOf(request.headers['content-type']);
    const wrong = this.#objection(request, encoding);
    if (wrong !== undefined) {
      request.resume();
      return this.#refuse(request, response, encoding ?? 'json', wrong);
    }
    const signal = SIGNALS.get(pathOf(request))!;
    const collecting = this.#inFlight.collect(request);
    const body = await collecting;
    try {
      // One request after another, as they came: others that waited may have begun the next picture.
      for (let held = this.#ready?.(); held !== undefined; held = this.#ready?.()) await held;
      switch (body.kind) {
        case 'whole':
          return this.#answer(request, response, signal, encoding!, body.bytes);
        case 'too-large':
          return this.#refuse(request, response, encoding!, this.#tooLarge(body.found));
        case 'no-room':
          return this.#refuse(request, response, encoding!, {
            status: 429,
            code: 'resourceExhausted',
            reason: 'no room',
            message: `expected at most ${this.#limits.inFlightBytes} bytes on their way in at one time; try again`,
            retry: true,
          });
        case 'broken-off':
          return this.count('broke off');
        default:
          return body satisfies never;
      }
    } finally {
      collecting.release();
    }
  }

  counts(): OtlpCounts {
    const { refused: refusals, rejected } = this.#counts;
    return {
      ...this.#counts,
      refused: new Map(refusals),
      rejected: new Map(rejected),
      passedOver: new Map(this.#requests.passedOver),
      inFlightBytes: this.#inFlight.byteCount,
    };
  }

  count(reason: string): void {
    add(this.#counts.refused, reason, 1);
  }

  end(): void {
    this.#requests.end();
  }

  /** What is no HTTP, or came too slowly. */
  refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
    const { code } = error;
    if (code === 'ECONNRESET' || !socket.writable) {
      this.count('broke off');
      socket.destroy();
      return;
    }
    const isSlow = code === 'ERR_HTTP_REQUEST_TIMEOUT';
    this.count(isSlow ? 'too slow' : code === 'HPE_PAUSED_H2_UPGRADE' || code === 'HPE_INVALID_METHOD' ? 'HTTP/2 or gRPC' : 'no HTTP');
    socket.end(`HTTP/1.1 ${isSlow ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  }

  #answer(request: IncomingMessage, response: ServerResponse, signal: OtlpSignal, encoding: OtlpEncoding, sent: Buffer): void {
    const counts = this.#counts;
    const body = unpacked(sent, request.headers['content-encoding'], this.#limits);
    switch (body.kind) {
      case 'too-large':
        return this.#refuse(request, response, encoding, this.#tooLarge(`more than ${this.#limits.inflatedBytes} bytes after inflating`));
      case 'broken':
        return this.#refuse(request, response, encoding, {
          status: 400,
          code: 'invalidArgument',
          reason: 'broken compression',
          message: body.found,
        });
      case 'unknown':
        return this.#refuse(request, response, encoding, {
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
        return this.#refuse(request, response, encoding, {
          status: 400,
          code: 'invalidArgument',
          reason: 'malformed',
          message: error.message,
        });
      // Not the sender's fault, and trying again would meet it again.
      this.#refuse(request, response, encoding, {
        status: 500,
        code: 'internal',
        reason: 'fault in Nightlight',
        message: 'fault in the receiver',
      });
      this.#onFault?.(error);
      return;
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
    write(response, taken(signal, encoding, account.rejectedCount, why), this.isClosing);
  }

  #objection(request: IncomingMessage, encoding: OtlpEncoding | undefined): Refusal | undefined {
    if (this.isClosing) return { status: 503, code: 'unavailable', reason: 'closing', message: 'the receiver is ending', retry: true };
    if (!SIGNALS.has(pathOf(request)))
      return {
        status: 404,
        code: 'notFound',
        reason: 'unknown path',
        message: `expected ${[...SIGNALS.keys()].join(', ')}; as OTEL_EXPORTER_OTLP_ENDPOINT set the address without a path`,
      };
    if (request.method !== 'POST') return { status: 405, code: 'unimplemented', reason: 'not POST', message: 'expected POST' };
    if (encoding === undefined)
      return {
        status: 415,
        code: 'invalidArgument',
        reason: 'unknown content-type',
        message: 'expected content-type application/x-protobuf or application/json; set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
      };
    return undefined;
  }

  #tooLarge(found: string): Refusal {
    return {
      status: 413,
      code: 'invalidArgument',
      reason: 'too large',
      message: `expected at most ${this.#limits.requestBytes} bytes, ${this.#limits.inflatedBytes} after inflating, found ${found}; send smaller batches`,
    };
  }

  #refuse(request: IncomingMessage, response: ServerResponse, encoding: OtlpEncoding, refusal: Refusal): void {
    this.count(refusal.reason);
    if (response.destroyed) return;
    if (refusal.status === 405) response.setHeader('allow', 'POST');
    if (refusal.retry) response.setHeader('retry-after', String(this.#limits.retryAfterSeconds));
    // What still comes of a body is read and dropped, so that the sender sees the answer; of an endless one, nothing.
    const isLong = refusal.status === 413 && !(Number(request.headers['content-length']) <= MOST_DROPPED_BYTES);
    write(response, refused(refusal.status, encoding, refusal.code, refusal.message), this.isClosing || isLong);
  }
}

interface Refusal {
  readonly status: number;
  readonly code: RpcCode;
  /** As it is counted. */
  readonly reason: string;
  /** For the sender's log: never a piece of what it sent. */
  readonly message: string;
  readonly retry?: true;
}

const SIGNALS: ReadonlyMap<string, OtlpSignal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/metrics', 'metrics'],
  ['/v1/logs', 'logs'],
]);

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const [type = ''] = (contentType ?? '').toLowerCase().split(/\s*;/, 1);
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

function write(response: ServerResponse, { status, contentType, body }: OtlpAnswer, isLast: boolean): void {
  if (isLast) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  // As a string it leaves in one piece with the head; one system call less is a tenth of a small request.
  response.end(body.toString('latin1'), 'latin1');
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(receiverError(error, host, port));
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.removeListener('error', failed);
      resolve();
    });
  });
}

async function closed(server: Server, intake: Intake): Promise<void> {
  intake.isClosing = true;
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await ended;
  clearTimeout(patience);
  intake.end();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
