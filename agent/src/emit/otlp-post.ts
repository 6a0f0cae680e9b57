/**
 * One OTLP request: sent, and its answer read as what to do next.
 *
 * Made to be forgotten by the host: no handle of it keeps the process alive, it is not traced by an instrumented
 * `http.request`, and time in which the process was frozen is no waiting time. A connection that died in such a pause is
 * noticed on its first use only, and replaced at once.
 *
 * Spoken over a connection of our own and not by `node:http`, whose code serves clients and servers alike: in a process that
 * only serves, V8 has compiled it for servers, and the first request of a client makes it slower for all. That took a hello
 * world 0.4 µs of every request from then on, as much as everything that the agent does in the course of one.
 */
import type { Socket } from 'node:net';
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

export function createPoster(signal: OtlpSignal): Poster {
  const url = new URL(signal.url);
  /** Waits for its next request, or has one under way. */
  let socket: Socket | undefined;
  let usedAtMs = 0;

  function send(message: Buffer): Promise<Answer | 'stale'> {
    // A connection at rest for longer may be dead without our knowing; a new one is cheaper than finding out.
    if (Date.now() - usedAtMs > REST_MS) drop();
    const reused = socket !== undefined;
    socket ??= connectUnheld(url);
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
        over.off('data', hear).off('error', fail).off('close', end);
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
      const hear = (chunk: string) => {
        raw += chunk;
        read(false);
      };
      const fail = (error: NodeJS.ErrnoException) => {
        failed = !/^(ECONNRESET|EPIPE|ECONNABORTED)$/.test(error.code ?? '');
      };
      const end = () => read(true);
      over.on('data', hear).on('error', fail).on('close', end);
      over.write(message);
    });
  }

  function drop(): void {
    socket?.destroy();
    socket = undefined;
  }

  /** An error at rest is for nobody; its `close` is noticed before the next request. */
  function connectUnheld({ protocol, hostname, port }: URL): Socket {
    const host = hostname.replace(/^\[|\]$/g, '');
    // The modules are taken only now: TLS alone would cost the start of a function dearly.
    const made =
      protocol === 'https:'
        ? process.getBuiltinModule('node:tls').connect({
            host,
            port: Number(port || 443),
            ALPNProtocols: ['http/1.1'],
            ...(process.getBuiltinModule('node:net').isIP(host) ? {} : { servername: host }),
          })
        : process.getBuiltinModule('node:net').connect({ host, port: Number(port || 80), noDelay: true });
    made.unref();
    made.setEncoding('latin1');
    made.on('error', () => {});
    made.on('close', () => {
      if (socket === made) socket = undefined;
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
        const message = Buffer.concat([Buffer.from(headOf(url, signal, body.length), 'latin1'), body]);
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
