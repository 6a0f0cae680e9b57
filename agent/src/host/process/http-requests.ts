/**
 * HTTP requests that this process serves, seen through the channel that Node publishes: nothing is patched.
 *
 * One subscription and one listener for each request. `close` comes after every answer, whether it was sent to its end,
 * cut off by the client or by us; a `finish` channel would tell only of the first. The work hangs on that listener: nobody
 * who prints or copies the response sees it, and it costs less than a private field, and far less than a WeakMap.
 *
 * Listener and work are used again by later requests: what a server allocates for each of them is what its collections cost.
 * So a work knows the response that it waits for, and its listener is deaf to all others.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Agent } from '../../agent.ts';
import { maskPath } from './route-name.ts';
import type { RequestedResponse, ServedWork } from './served-work.ts';
import type { WorkContext } from './work-context.ts';
import type { WorkLedger } from './work-ledger.ts';

/** `answered`: to the last byte. `left`: the client went away. `cut`: this process closed the connection. */
export type RequestEnding = 'answered' | 'left' | 'cut';

export function serveRequests(agent: Agent, context: WorkContext, ledger: WorkLedger): void {
  const { isOn } = agent;
  const idle: Place[] = [];

  const begin = (message: unknown) => {
    // What a subscriber throws would end the process.
    try {
      if (!isOn()) {
        unsubscribe(REQUEST_START, begin);
        return;
      }
      const { response } = message as { response: RequestedResponse };
      const place = idle.pop() ?? newPlace();
      const { work } = place;
      work.response = response;
      ledger.begin(work);
      context.enter(work);
      response.on('close', place.onClose);
    } catch (error) {
      fail(agent, 'request', error);
    }
  };

  function newPlace(): Place {
    const place: Place = {
      work: ledger.newWork(),
      onClose() {
        end(place, this);
      },
    };
    return place;
  }

  function end(place: Place, response: RequestedResponse): void {
    try {
      const { work } = place;
      // Somebody may tell of one end twice, the second time while another request has the place.
      if (work.response !== response || work.ended) return;
      const request: RoutedRequest = response.req;
      const ending = response.writableFinished ? 'answered' : endingOf(response, request);
      // While a mounted router of Express is at work, `url` is only what lies below it.
      const url = request.originalUrl ?? request.url ?? '*';
      ledger.endRequest(work, request.method ?? 'GET', url, patternOf(request), response.statusCode, ending);
      if (idle.length === PLACES_KEPT) return;
      if (work.isShared) place.work = ledger.newWork();
      idle.push(place);
    } catch (error) {
      fail(agent, 'response', error);
    }
  }

  subscribe(REQUEST_START, begin);
}

/** Where a request is while it is served. */
interface Place {
  work: ServedWork;
  readonly onClose: (this: RequestedResponse) => void;
}

/** More requests at a time than this are served by places that are thrown away; each takes 300 bytes. */
const PLACES_KEPT = 256;
const REQUEST_START = 'http.server.request.start';

const fail = (agent: Agent, what: string, error: unknown): void =>
  agent.quietly(what, () => {
    throw error;
  });

/** Who closed the connection. A client that left has sent its end or a reset; else it was us. */
function endingOf(response: RequestedResponse, { socket }: IncomingMessage): RequestEnding {
  if (response.errored) return 'cut';
  return socket.readableEnded || socket.errored ? 'left' : 'cut';
}

/** What Express, and whoever does alike, leaves on the request. */
interface RoutedRequest extends IncomingMessage {
  readonly route?: { readonly path?: unknown };
  readonly baseUrl?: unknown;
  readonly originalUrl?: string;
}

function patternOf(request: RoutedRequest): string | undefined {
  const path = request.route?.path;
  return path === undefined ? undefined : below(request.baseUrl, path);
}

/** A router that is mounted below a path has the path as it was asked for, with its values. */
function below(baseUrl: unknown, path: unknown): string {
  const name = Array.isArray(path) ? path.join('|') : String(path);
  return typeof baseUrl === 'string' && baseUrl ? maskPath(baseUrl) + name : name;
}
