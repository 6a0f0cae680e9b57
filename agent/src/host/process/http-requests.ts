/**
 * HTTP requests that this process serves, seen through the channel that Node publishes: nothing is patched.
 *
 * One subscription and one listener for each request. `close` comes after every answer, whether it was sent to its end,
 * cut off by the client or by us; a `finish` channel would tell only of the first. The work hangs on that listener: nobody
 * who prints or copies the response sees it, and it costs less than a private field, and far less than a WeakMap.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Agent } from '../../agent.ts';
import { maskPath } from './route-name.ts';
import type { ServedWork } from './served-work.ts';
import type { WorkContext } from './work-context.ts';
import type { AskedFor, WorkLedger } from './work-ledger.ts';

/** `answered`: to the last byte. `left`: the client went away. `cut`: this process closed the connection. */
export type RequestEnding = 'answered' | 'left' | 'cut';

export function serveRequests(agent: Agent, context: WorkContext, ledger: WorkLedger): void {
  const begin = (message: unknown) => {
    // What a subscriber throws would end the process.
    try {
      if (!agent.isOn()) {
        unsubscribe(REQUEST_START, begin);
        return;
      }
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      const work = ledger.begin(undefined, request);
      context.enter(work);
      response.on('close', () => end(work, response));
    } catch (error) {
      fail(agent, 'request', error);
    }
  };

  function end(work: ServedWork, response: ServerResponse): void {
    try {
      // Somebody may tell of one end twice.
      if (work.ended) return;
      const request = work.request!;
      ledger.endRequest(work, askedFor(request), response.statusCode, response.writableFinished ? 'answered' : endingOf(response, request));
    } catch (error) {
      fail(agent, 'response', error);
    }
  }

  subscribe(REQUEST_START, begin);
}

const REQUEST_START = 'http.server.request.start';

const fail = (agent: Agent, what: string, error: unknown): void =>
  agent.quietly(what, () => {
    throw error;
  });

/** Who closed the connection. A client that left has sent its end or a reset; else it was us. */
function endingOf(response: ServerResponse, { socket }: IncomingMessage): RequestEnding {
  if (response.errored) return 'cut';
  return socket.readableEnded || socket.errored ? 'left' : 'cut';
}

/** What Express, and whoever does alike, leaves on the request. */
interface RoutedRequest extends IncomingMessage {
  readonly route?: { readonly path?: unknown };
  readonly baseUrl?: unknown;
  readonly originalUrl?: string;
}

function askedFor(request: RoutedRequest): AskedFor {
  return {
    method: request.method ?? 'GET',
    // While a mounted router of Express is at work, `url` is only what lies below it.
    url: request.originalUrl ?? request.url ?? '*',
    pattern: patternOf(request),
  };
}

/** A router that is mounted below a path has the path as it was asked for, with its values. */
function patternOf({ route, baseUrl }: RoutedRequest): string | undefined {
  const path = route?.path;
  if (path === undefined) return undefined;
  const below = Array.isArray(path) ? path.join('|') : String(path);
  return typeof baseUrl === 'string' && baseUrl ? maskPath(baseUrl) + below : below;
}
