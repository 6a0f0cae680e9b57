/**
 * Whom the program asks over HTTP, by the channels that Node and undici publish: nothing is patched.
 *
 * `http`, `https` and `fetch` (also undici from npm) are seen; HTTP/2 sessions, WebSockets after their handshake and other
 * protocols are not, nor is a request that never leaves the queue of an undici pool. A call ends with the last byte of
 * its answer, or when nothing more can come; an answer that nobody reads keeps its call open. It has failed when the
 * network failed, when it was aborted on either side, and with a status of 429 or 500 and above. Each redirect that
 * `fetch` follows is a call of its own. Node 20 tells of an `http` request once it is written, later lines once it is made.
 *
 * A limit to the wait counts as seen
 *
 * - on `http`: where the request, its agent or its socket has a timeout **and** somebody listens to `timeout`: alone it
 *   stops nothing, and the global agent has one of 5 seconds that serves only idle sockets;
 * - on undici: `headersTimeout` or `bodyTimeout` of the request itself. Its default of 300 seconds, or what a dispatcher
 *   has instead, is not on the request and counts only once it has acted;
 * - anywhere: when the call ended by a timeout error, as AbortSignal.timeout() makes it (undici hides that reason when the
 *   signal fires before there is a connection).
 *
 * Everything else stays unknown: a timer of the program's own, and a signal that did not fire.
 *
 * No listener is ever put on `error`, because an error that nobody listens to must still end the process.
 */
import { type ChannelListener, subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Agent } from '../agent.ts';
import { createCallTable } from './call-table.ts';
import { now } from './clock.ts';
import type { NameOf } from './peer-name.ts';

/** @returns the listener of each channel, for an event that came before anybody subscribed */
export function watchOutboundCalls(agent: Agent, nameOf: NameOf): Record<string, ChannelListener> {
  // On the request itself, where no loop over its members comes by: a WeakMap costs the collector as much as all the rest.
  const progress = Symbol('progress');

  const begin = (request: Request): Progress | undefined => {
    const { method, path, origin } = request;
    const header = (name: string) => request.getHeader?.(name);
    const peer = origin ? `${origin}`.split('/')[2]! : `${header('host') ?? request.host}`;
    // A tunnel is not a call, and whoever is handed its socket is not told of its end.
    if (request.upgrade || method === 'CONNECT' || agent.ownPeers.has(peer)) return;

    const work = agent.currentWork();
    const table = work?.calls ?? createCallTable();
    if (work) work.calls = table;
    // Many services of AWS have one path for all; only their header tells what is asked.
    const call = table.begin(nameOf(peer), `${method} ${`${path}`.replace(/\?.*/s, '')} ${header('x-amz-target') ?? ''}`, now());
    const tell = (ended: boolean) => {
      for (const listener of agent.callListeners) listener(call, work, ended);
    };
    let bounded: unknown;

    const step: Progress = ({ response, trailers, error }, failed = !!error) => {
      const nowMs = now();
      // A listener for one event is gone once it has come, hence it is remembered.
      bounded ||= request.listenerCount?.('timeout');
      const limitMs =
        request.headersTimeout ||
        request.bodyTimeout ||
        (bounded ? (request.timeout ?? request.socket?.timeout) : 0) ||
        (error && TIMED_OUT.test(`${(error.cause ?? error).name}`) && nowMs - call.startedMs);
      if (limitMs) call.limitMs = limitMs;
      if (response) {
        call.status = response.statusCode!;
        call.answeredMs = nowMs;
        // Before any listener of the host, so that what it begins on the end of this answer comes after it.
        response.once?.('end', over);
      }
      if ((error || trailers) && !(call.endedMs > 0)) {
        table.end(call, failed || call.status! > 499 || call.status === 429, nowMs);
        tell(true);
      }
    };
    const over = () => agent.quietly('end', () => step({ trailers: true }, !request.res?.complete));
    Reflect.defineProperty(request, progress, { value: step });
    request.once?.('close', over);
    tell(false);
    return step;
  };

  const hear: ChannelListener = (message, channel) =>
    agent.quietly(channel as string, () => {
      const { request } = message as Message;
      ((request as { [progress]?: Progress })[progress] ?? begin(request))?.(message as Message);
    });
  for (const channel of CHANNELS) subscribe(channel, hear);
  return Object.fromEntries(CHANNELS.map((channel) => [channel, hear]));
}

const CHANNELS = [
  'http.client.request.created',
  'http.client.request.start',
  'http.client.request.error',
  'http.client.response.finish',
  'undici:request:create',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
];

/** Takes what happened to a request. */
type Progress = (message: Omit<Message, 'request'>, failed?: boolean) => void;

/** The messages of both families are alike enough to be read by one hook. */
interface Message {
  readonly request: Request;
  readonly response?: Partial<IncomingMessage>;
  readonly trailers?: unknown;
  readonly error?: Failure;
}

/** Either a request of `http` or one of undici; the latter has an origin and no listeners. */
interface Request extends Partial<Omit<ClientRequest, 'path' | 'method'>> {
  readonly method: string;
  readonly path: string;
  readonly res?: IncomingMessage;
  readonly timeout?: number;
  readonly origin?: string | URL;
  readonly upgrade?: string | null;
  readonly headersTimeout?: number | null;
  readonly bodyTimeout?: number | null;
}

/** An abort may be given anything as its reason. */
type Failure = { readonly name?: string; readonly cause?: { readonly name?: string } } | null | undefined;

/** `TimeoutError` of the DOM, `HeadersTimeoutError` and its kin of undici; `http` has the signal's reason as a cause. */
const TIMED_OUT = /TimeoutError/;
