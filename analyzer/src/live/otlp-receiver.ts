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
import type { OtlpEncoding, OtlpSignal } from '../read/otlp-request.ts';
import type { OtlpAnswer } from './otlp-answer.ts';
import { encodingOf, type OtlpCounts, OtlpIntake, type Refusal, SIGNALS } from './otlp-intake.ts';
import { OtlpLane } from './otlp-lane.ts';
import { OTLP_LIMITS, type OtlpLimits } from './otlp-limits.ts';
import { receiverError } from './otlp-receiver-error.ts';

export type { OtlpCounts } from './otlp-intake.ts';

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

/**
 * @param sink  takes events in the same tick; what it was given is acknowledged to the sender
 * @throws OtlpReceiverError when the port cannot be listened on
 */
export async function startOtlpReceiver(settings: OtlpReceiverSettings, sink: EventSink): Promise<OtlpReceiver> {
  const { host = '127.0.0.1', port = OTLP_HTTP_PORT } = settings;
  const limits = { ...OTLP_LIMITS, ...settings.limits };
  const intake = new OtlpIntake(limits, sink, settings);
  const door = new Door(intake);
  const checkEveryMs = Math.max(50, Math.min(5000, limits.slowestMs / 4));
  const server = createServer(
    {
      requestTimeout: limits.slowestMs,
      headersTimeout: limits.slowestMs,
      connectionsCheckingInterval: checkEveryMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => void door.take(request, response),
  );
  server.maxConnections = limits.connectionCount;
  server.on('clientError', (error, socket) => door.refuseSocket((error as NodeJS.ErrnoException).code, socket as Socket));
  const cutOff = (socket: Socket) => door.refuseSocket(TOO_SLOW, socket);
  const lane = laneBefore(server, (toServer) => new OtlpLane(intake, { keepAliveMs: KEEP_ALIVE_MS, checkEveryMs, toServer, cutOff }));
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
      closing ??= closed(server, intake, lane);
      return closing;
    },
  };
}

const OTLP_HTTP_PORT = 4318;
/** As `node:http` names it. */
const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';
/** Longer than the minute after which metrics are sent, so that a sender keeps its connection. */
const KEEP_ALIVE_MS = 75_000;
const MOST_DROPPED_BYTES = 64 * 1024 ** 2;
/** What a request that is on its way in may still take when the receiver ends. */
const DRAIN_MS = 2000;

/** Requests as `node:http` reads them: all that are not of the ordinary form, which the lane takes. */
class Door {
  readonly #intake: OtlpIntake;

  constructor(intake: OtlpIntake) {
    this.#intake = intake;
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const intake = this.#intake;
    intake.begin();
    const encoding = encodingOf(request.headers['content-type']);
    const wrong = this.#objection(request, encoding);
    if (wrong !== undefined) {
      request.resume();
      return this.#refuse(request, response, encoding ?? 'json', wrong);
    }
    const signal = SIGNALS.get(pathOf(request))!;
    const collecting = intake.inFlight.collect(request);
    const body = await collecting;
    try {
      // One request after another, as they came: others that waited may have begun the next picture.
      for (let held = intake.ready(); held !== undefined; held = intake.ready()) await held;
      switch (body.kind) {
        case 'whole':
          return this.#answer(request, response, signal, encoding!, body.bytes);
        case 'too-large':
          return this.#refuse(request, response, encoding!, intake.tooLarge(body.found));
        case 'no-room':
          return this.#refuse(request, response, encoding!, {
            status: 429,
            code: 'resourceExhausted',
            reason: 'no room',
            message: `expected at most ${intake.limits.inFlightBytes} bytes on their way in at one time; try again`,
            retry: true,
          });
        case 'broken-off':
          return intake.count('broke off');
        default:
          return body satisfies never;
      }
    } finally {
      collecting.release();
    }
  }

  /** What is no HTTP, or came too slowly. @param code  of the error that `node:http` found */
  refuseSocket(code: string | undefined, socket: Socket): void {
    if (code === 'ECONNRESET' || !socket.writable) {
      this.#intake.count('broke off');
      socket.destroy();
      return;
    }
    const isSlow = code === TOO_SLOW;
    this.#intake.count(
      isSlow ? 'too slow' : code === 'HPE_PAUSED_H2_UPGRADE' || code === 'HPE_INVALID_METHOD' ? 'HTTP/2 or gRPC' : 'no HTTP',
    );
    socket.end(`HTTP/1.1 ${isSlow ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  }

  #answer(request: IncomingMessage, response: ServerResponse, signal: OtlpSignal, encoding: OtlpEncoding, sent: Buffer): void {
    const answer = this.#intake.settle(signal, encoding, request.headers['content-encoding'], sent);
    if (!response.destroyed) write(response, answer, this.#intake.isClosing || isEndless(request, answer.status));
  }

  #objection(request: IncomingMessage, encoding: OtlpEncoding | undefined): Refusal | undefined {
    if (this.#intake.isClosing)
      return { status: 503, code: 'unavailable', reason: 'closing', message: 'the receiver is ending', retry: true };
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

  #refuse(request: IncomingMessage, response: ServerResponse, encoding: OtlpEncoding, refusal: Refusal): void {
    const answer = this.#intake.refuse(encoding, refusal);
    if (response.destroyed) return;
    if (refusal.status === 405) response.setHeader('allow', 'POST');
    if (refusal.retry) response.setHeader('retry-after', String(this.#intake.limits.retryAfterSeconds));
    write(response, answer, this.#intake.isClosing || isEndless(request, answer.status));
  }
}

/** What still comes of a body that is too large is read and dropped, so that the sender sees the answer; of an endless one, nothing. */
function isEndless(request: IncomingMessage, status: number): boolean {
  return status === 413 && !(Number(request.headers['content-length']) <= MOST_DROPPED_BYTES);
}

/** Has connections looked at before the server's own listener; `toServer` gives it one. */
function laneBefore(server: Server, laneFor: (toServer: (socket: Socket) => void) => OtlpLane): OtlpLane {
  const listeners = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const lane = laneFor((socket) => {
    for (const listener of listeners) listener.call(server, socket);
  });
  server.on('connection', (socket: Socket) => lane.take(socket));
  return lane;
}

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function write(response: ServerResponse, { status, contentType, body }: OtlpAnswer, isLast: boolean): void {
  if (isLast) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  // As a string it leaves in one piece with the head; one system call less is a tenth of a small request.
  response.end(body.toString('latin1'), 'latin1');
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

async function closed(server: Server, intake: OtlpIntake, lane: OtlpLane): Promise<void> {
  intake.isClosing = true;
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  lane.closeIdle();
  const patience = setTimeout(() => {
    server.closeAllConnections();
    lane.closeAll();
  }, DRAIN_MS);
  await ended;
  clearTimeout(patience);
  lane.end();
  intake.end();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
