/**
 * One OTLP request: sent, and its answer read as what to do next.
 *
 * Made to be forgotten by the host: no handle of it keeps the process alive, it is not traced by an instrumented
 * `http.request` (the request object is made directly), and time in which the process was frozen is no waiting time.
 * A connection that died in such a pause is noticed on its first use only, and replaced at once.
 */
import type { ClientRequest, Agent as HttpAgent, IncomingMessage, RequestOptions } from 'node:http';
import type { OtlpSignal } from './otlp-settings.ts';
import { createUnheldAgent } from './unheld-agent.ts';

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
  let agent: HttpAgent | undefined;
  let usedAtMs = 0;
  let current: ClientRequest | undefined;

  function send(body: Buffer, headers: Record<string, string | number>): Promise<Answer | 'stale'> {
    agent ??= createUnheldAgent(url.protocol);
    // A connection at rest for longer may be dead without our knowing; a new one is cheaper than finding out.
    if (Date.now() - usedAtMs > REST_MS) agent.destroy();
    const { ClientRequest } = process.getBuiltinModule('node:http');
    return new Promise((resolve) => {
      const options: RequestOptions = { method: 'POST', agent: agent!, headers, ...optionsOf(url) };
      const request = new ClientRequest(options as never);
      current = request;
      // A timer that was due during a freeze fires once after it, so a freeze of an hour counts as one beat.
      let beats = 0;
      const heart = setInterval(() => ++beats >= BEATS && request.destroy(new Error('no answer in time')), signal.timeoutMs / BEATS);
      heart.unref();
      const finish = (answer: Answer | 'stale') => {
        clearInterval(heart);
        usedAtMs = Date.now();
        if (current === request) current = undefined;
        resolve(answer);
      };
      const lost = () => finish({ kind: 'later' });
      request.on('response', (response) => {
        // From here on the answer's own end decides, not that of the request.
        request.off('close', lost);
        readAnswer(response).then(finish, () => finish({ kind: 'later' }));
      });
      request.on('error', (error) => {
        const broken = /^(ECONNRESET|EPIPE|ECONNABORTED)$/.test((error as NodeJS.ErrnoException).code ?? '');
        finish(request.reusedSocket && broken ? 'stale' : { kind: 'later' });
      });
      request.on('close', lost);
      request.end(body);
    });
  }

  return {
    async post(text) {
      try {
        const headers: Record<string, string | number> = { ...signal.headers, 'content-type': 'application/json' };
        let body: Buffer = Buffer.from(text);
        if (signal.gzip) {
          body = await gzip(body);
          headers['content-encoding'] = 'gzip';
        }
        headers['content-length'] = body.length;
        let answer = await send(body, headers);
        if (answer === 'stale') {
          agent?.destroy();
          answer = await send(body, headers);
        }
        return answer === 'stale' ? { kind: 'later' } : answer;
      } catch {
        // What Node will not even send, a header with a line break for one, it will not send later either.
        return { kind: 'refused', status: 0 };
      }
    },
    abandonConnecting() {
      if (current?.socket?.connecting !== false) current?.destroy();
    },
  };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const status = response.statusCode ?? 0;
  let text = '';
  for await (const chunk of response) {
    // An explanation longer than this is not for us; it is read to its end so that the connection can be used again.
    if (text.length < MOST_ANSWER_CHARACTERS) text += chunk;
  }
  if (status >= 200 && status < 300) return { kind: 'accepted', rejected: rejectedIn(text) };
  // The four that the specification calls retryable; a redirect is not followed, because a header may be a secret.
  if ([429, 502, 503, 504].includes(status)) return { kind: 'later', retryAfterMs: retryAfterMs(response.headers['retry-after']) };
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

function optionsOf(url: URL): RequestOptions {
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: url.pathname + url.search,
    ...(url.username ? { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` } : {}),
  };
}

const BEATS = 20;
/** Below the shortest idle timeout that is common among collectors and load balancers (5 s in Node's own server). */
const REST_MS = 4000;
const MOST_ANSWER_CHARACTERS = 65_536;
