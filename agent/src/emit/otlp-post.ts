/**
 * One OTLP request: sent, and its answer read as what to do next.
 *
 * Made to be forgotten by the host: no handle of it keeps the process alive, it is not traced by an instrumented
 * `http.request`, and time in which the process was frozen is no waiting time. A connection that died in such a pause is
 * noticed on its first use only, and replaced at once.
 *
 * Spoken over a connection of our own and not by `node:http`, whose code serves clients and servers alike: in a process that
 * only serves, V8 has compiled it for servers, and the first request of a client makes it slower for all. That took a hello
 * world 0.4 µs of every request from then on, as much as everything that the agent does in the course of one. For
 * the same reason nobody reads it as a stream: that made the streams of the server's requests slower by as much again. What
 * arrives is taken by `onread`, text is written, as servers do, once the connection stands, and an event has one listener.
 */
import type { Socket } from 'node:net';
import type { Agent } from '../agent.ts';
import { type HttpHead, readHttpAnswer } from './http-answer.ts';
import type { OtlpSignal } from './otlp-settings.ts';

export type Answer =
  /** @member rejected  what a receiver took no part of, by its own count (`partialSuccess`) */
  | { readonly kind: 'accepted'; readonly rejected: number }
  | { readonly kind: 'later'; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'refused'; readonly status: number };

export interface Poster {
  /** Never rejects. */
  post(body: string): Promise<Answer>;
  /** Gives up a connection that is still being made: the only state that would hold up an emptying event loop. */
  abandonConnecting(): void;
}

export function createPoster(signal: OtlpSignal, agent: Pick<Agent, 'isUnseen'> = {}): Poster {
  const url = new URL(signal.url);
  /** Waits for its next request, or has one under way. */
  let socket: Socket | undefined;
  /** Takes what happens to it; nobody does while no request is under way. */
  let underWay: RequestUnderWay | undefined;
  let usedAtMs = 0;

  function send(message: string): Promise<Answer | 'stale'> {
    // A connection at rest for longer may be dead without our knowing; a new one is cheaper than finding out.
    if (Date.now() - usedAtMs > REST_MS) drop();
    const reused = socket !== undefined;
    socket ??= connect();
    const over = socket;
    return new Promise((resolve) => {
      let raw = '';
      let failed = false;
      // A timer that was due during a freeze fires once after it, so a freeze of an hour counts as one beat.
      let beats = 0;
      const heart = setInterval(() => ++beats >= BEATS && finish({ kind: 'later' }, false), signal.timeoutMs / BEATS);
      heart.unref();

      const finish = (answer: Answer | 'stale', staysOpen: boolean) => {
        clearInterval(heart);
        underWay = undefined;
        usedAtMs = Date.now();
        if (!staysOpen) drop();
        resolve(answer);
      };
      const read = (ended: boolean) => {
        const answer = readHttpAnswer(raw, ended);
        if (answer.kind === 'complete') finish(meaningOf(answer.head, answer.text), answer.staysOpen);
        // Nobody has answered on a connection that was closed while nobody looked: it is not the receiver that failed.
        else if (ended) finish(reused && raw === '' && !failed ? 'stale' : { kind: 'later' }, false);
        else if (answer.kind === 'malformed') finish({ kind: 'later' }, false);
        else if (raw.length > MOST_ANSWER_CHARACTERS) finish(answer.head ? meaningOf(answer.head, '') : { kind: 'later' }, false);
      };
      underWay = {
        over,
        stands: () => over.write(message, 'latin1'),
        arrived(chunk) {
          raw += chunk;
          read(false);
        },
        failed(error) {
          failed = !/^(ECONNRESET|EPIPE|ECONNABORTED)$/.test(error.code ?? '');
        },
        ended: () => read(true),
      };
      if (reused) underWay.stands();
    });
  }

  function connect(): Socket {
    agent.isUnseen = true;
    try {
      return connectUnheld(url);
    } finally {
      agent.isUnseen = false;
    }
  }

  function drop(): void {
    socket?.destroy();
    socket = undefined;
  }

  /** An error at rest is for nobody; its `close` is noticed before the next request. */
  function connectUnheld({ protocol, hostname, port }: URL): Socket {
    const host = hostname.replace(/^\[|\]$/g, '');
    const onIt = () => (underWay?.over === made ? underWay : undefined);
    const arrived = Buffer.allocUnsafeSlow(READ_BYTES);
    const onread = {
      buffer: arrived,
      callback(length: number) {
        onIt()?.arrived(arrived.toString('latin1', 0, length));
        return true;
      },
    };
    // The modules are taken only now: TLS alone would cost the start of a function dearly.
    const made: Socket =
      protocol === 'https:'
        ? process.getBuiltinModule('node:tls').connect({
            host,
            port: Number(port || 443),
            ALPNProtocols: ['http/1.1'],
            // Handed on to its socket; Node's types do not know that.
            ...({ onread } as object),
            ...(process.getBuiltinModule('node:net').isIP(host) ? {} : { servername: host }),
          })
        : process.getBuiltinModule('node:net').connect({ host, port: Number(port || 80), noDelay: true, onread });
    made.unref();
    made.on(protocol === 'https:' ? 'secureConnect' : 'connect', () => onIt()?.stands());
    made.on('error', (error) => onIt()?.failed(error));
    made.on('close', () => {
      if (socket === made) socket = undefined;
      onIt()?.ended();
    });
    const patience = setTimeout(() => made.connecting && made.destroy(), CONNECT_MS);
    patience.unref();
    return made;
  }

  return {
    async post(text) {
      try {
        let body: Buffer = Buffer.from(text);
        if (signal.gzip) body = await gzip(body);
        const message = headOf(url, signal, body.length) + body.toString('latin1');
        let answer = await send(message);
        if (answer === 'stale') answer = await send(message);
        return answer === 'stale' ? { kind: 'later' } : answer;
      } catch {
        // What cannot be sent, a header with a line break for one, cannot be sent later either.
        return { kind: 'refused', status: 0 };
      }
    },
    abandonConnecting() {
      if (socket?.connecting) drop();
    },
  };
}

interface RequestUnderWay {
  readonly over: Socket;
  /** The connection can be written to. */
  stands(): void;
  arrived(chunk: string): void;
  failed(error: NodeJS.ErrnoException): void;
  /** The connection is closed. */
  ended(): void;
}

/** @throws when a header would end its line */
function headOf(url: URL, { headers, gzip: isPacked }: OtlpSignal, length: number): string {
  const fields = new Map([['host', url.host]]);
  if (url.username) {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    fields.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  }
  for (const [name, value] of Object.entries(headers)) fields.set(name.toLowerCase(), value);
  fields.set('content-type', 'application/json').set('content-length', `${length}`);
  if (isPacked) fields.set('content-encoding', 'gzip');
  // How a message is framed is ours to say.
  fields.delete('transfer-encoding');
  let head = `POST ${url.pathname}${url.search} HTTP/1.1\r\n`;
  for (const [name, value] of fields) {
    if (!TOKEN.test(name) || UNSENDABLE.test(value)) throw new Error('a header cannot be sent');
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

function meaningOf({ status, headers }: HttpHead, text: string): Answer {
  if (status >= 200 && status < 300) return { kind: 'accepted', rejected: rejectedIn(text) };
  // The four that the specification calls retryable; a redirect is not followed, because a header may be a secret.
  if ([429, 502, 503, 504].includes(status)) return { kind: 'later', retryAfterMs: retryAfterMs(headers.get('retry-after')) };
  return { kind: 'refused', status };
}

function rejectedIn(text: string): number {
  try {
    const partial = JSON.parse(text).partialSuccess ?? {};
    return Number(partial.rejectedSpans ?? partial.rejectedDataPoints ?? partial.rejectedLogRecords ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** Seconds, or a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms >= 0 ? ms : undefined;
}

function gzip(body: Buffer): Promise<Buffer> {
  const zlib = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => zlib.gzip(body, (error, packed) => (error ? reject(error) : resolve(packed))));
}

/** Answers are short. */
const READ_BYTES = 4096;
const BEATS = 20;
/** Below the shortest idle timeout that is common among collectors and load balancers (5 s in Node's own server). */
const REST_MS = 4000;
/** A collector is near; who needs longer for one round trip is not there. */
const CONNECT_MS = 1000;
/** An explanation longer than this is not for us: the status alone decides, and the connection is given up. */
const MOST_ANSWER_CHARACTERS = 65_536;
/** RFC 9110, sections 5.6.2 and 5.5. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;
