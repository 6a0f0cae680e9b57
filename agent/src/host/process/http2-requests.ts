/**
 * HTTP/2 requests that this process serves.
 *
 * Node 20 publishes nothing of them, so the `emit` of HTTP/2 servers is stood around for one event: `stream`, from which
 * both the core API and the one that looks like HTTP/1 start. It is put on their prototypes only once the program itself
 * has loaded `http2`, which is looked for now and then; a program without it pays nothing. Requests over HTTP/1 to such a
 * server are seen like all others.
 */
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Agent } from '../../agent.ts';
import type { ServedWork } from './served-work.ts';
import type { WorkContext } from './work-context.ts';
import type { WorkLedger } from './work-ledger.ts';

export interface Http2Watch {
  /** Begins to watch if the program has loaded `http2` since. */
  look(): void;
}

export function watchHttp2(agent: Agent, context: WorkContext, ledger: WorkLedger): Http2Watch {
  let watched = false;
  return {
    look() {
      if (watched || !isLoaded()) return;
      watched = true;
      try {
        for (const prototype of serverPrototypes()) surround(prototype, agent, context, ledger);
      } catch {
        agent.note('limit', 'requests over HTTP/2 are not measured: the servers of this Node could not be watched');
      }
    },
  };
}

/** Not documented, and there since the beginnings; where it is missing nothing is watched. */
const isLoaded = (): boolean => (process as { moduleLoadList?: readonly string[] }).moduleLoadList?.includes('NativeModule http2') ?? false;

/** Servers are made by functions only; two that never listen show what they are made of. */
function serverPrototypes(): Http2Server[] {
  const { createServer, createSecureServer } = process.getBuiltinModule('node:http2');
  return [createServer(), createSecureServer()].map((server) => Object.getPrototypeOf(server));
}

function surround(prototype: Http2Server, agent: Agent, context: WorkContext, ledger: WorkLedger): void {
  const { emit } = prototype;
  const surrounded = function (this: Http2Server, event: string | symbol, ...given: unknown[]): boolean {
    const work = event === 'stream' && agent.isOn() ? agent.quietly('stream', () => beginStream(given, agent, ledger)) : undefined;
    const pass = () => Reflect.apply(emit, this, [event, ...given]) as boolean;
    return work ? context.run(work, pass) : pass();
  };
  Object.defineProperty(prototype, 'emit', { value: surrounded, writable: true, configurable: true, enumerable: false });
}

function beginStream([stream, headers]: unknown[], agent: Agent, ledger: WorkLedger): ServedWork {
  const { ':method': method = 'GET', ':path': url = '*' } = headers as IncomingHttpHeaders;
  const work = ledger.newWork();
  ledger.begin(work);
  (stream as ServerHttp2Stream).once('close', () =>
    agent.quietly('stream', () => {
      const { sentHeaders, rstCode, aborted } = stream as ServerHttp2Stream;
      const status = Number(sentHeaders?.[':status']);
      const ending = rstCode === NO_ERROR && !aborted ? 'answered' : rstCode === CANCEL ? 'left' : 'cut';
      ledger.endRequest(work, String(method), String(url), undefined, status || undefined, ending);
    }),
  );
  return work;
}

/** RFC 9113, section 7. */
const NO_ERROR = 0;
const CANCEL = 8;
