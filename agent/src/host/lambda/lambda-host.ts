/**
 * Lambda, from when the runtime client asks for the handler until it has asked for its first event: the handler is loaded and
 * wrapped, and what is in flight is remembered.
 *
 * The preload points `_HANDLER` at our own module, which asks here for the user's handler. Stands as text in the preload and is
 * compiled when first needed (`parts/host.ts`), so it asks Node for nothing that the runtime client will not have loaded itself.
 */
import type { Agent, FindExports } from '../../agent.ts';
import { createLineWriter } from '../../emit/stdout-line.ts';
import { builtIn } from '../../measure/built-in.ts';
import { awaitFirstCall } from '../../measure/first-call.ts';
import type { Work } from '../../measure/work.ts';
import { taken } from '../../taken.ts';
import { type FlightRecorder, openRecorder } from './flight-recorder.ts';
import type { createInvocations, Invocations } from './invocations.ts';
import { loadHandler } from './load-handler.ts';
import type { Handler } from './watch-call.ts';

/** How the agent's own start went. */
export interface Start {
  /** When it began, from the start of the process. */
  readonly beganMs: number;
  /** How long it took. */
  tookMs: number;
  /** From the start of the process: a clock that needs nothing loaded. */
  readonly upMs: () => number;
  /** Ends the measuring of module loading and gives members of the init's line. */
  moduleFields?: (() => object) | undefined;
}

/** What whoever looks after invocations is told of the time before them. */
export interface Init extends Start {
  readonly taken: typeof taken;
  readonly isConcurrent: boolean;
  /** 0, but for Managed Instances. */
  readonly threadNumber: number;
  readonly startPart: (name: string, start: string, ...more: unknown[]) => unknown;
  recorder?: FlightRecorder;
  /** How the process before this one ended, in the words of the init's line. */
  predecessor: number;
  /** When the handler was loaded, from the start of the process. */
  loadedMs: number;
}

export interface LambdaHost {
  currentWork(): Work | undefined;
  wrap<H>(handler: H): H;
  /**
   * The user's handler, loaded and wrapped; rejects with what loading it threw.
   *
   * @param ready  what else must have settled before the runtime client asks for its first event
   */
  load(byRequire: FindExports | undefined, ready: (() => Promise<void>) | undefined): Promise<[unknown]>;
}

/** Does as well what any host's own code must find done: whom it calls is heard of, and which file standard output is, is remembered. */
export function openHost(agent: Agent, start: Start): LambdaHost {
  const { env } = process;
  const { setImmediate } = globalThis;
  const lines = createLineWriter();
  Object.assign(agent, lines);
  awaitFirstCall(agent);
  agent.quietly('output', lines.holdOutput);
  const isConcurrent = !!env.AWS_LAMBDA_MAX_CONCURRENCY;
  const init: Init = Object.assign(start, {
    taken,
    isConcurrent,
    threadNumber: isConcurrent ? builtIn('node:worker_threads').threadId : 0,
    startPart: (name: string, begin: string, ...more: unknown[]) =>
      (agent.part(name)[begin] as (agent: Agent, ...more: unknown[]) => unknown)(agent, ...more),
    predecessor: 0,
    loadedMs: 0,
  });
  let invocations: Invocations | undefined;

  /** What measures an invocation costs two milliseconds at first: it is loaded once the first event was asked for, or with that event. */
  function wake(calledMs: number): void {
    invocations ??= (agent.part('invocations').createInvocations as typeof createInvocations)(agent, init, calledMs);
  }

  function openFlightRecorder(): void {
    const { stateDirectory } = agent.settings;
    if (!stateDirectory) return;
    const lost = () => init.startPart('death', 'tellUnwritable');
    try {
      init.recorder = openRecorder(`${stateDirectory}/.nightlight-${init.threadNumber}`, lost, (file) => {
        init.predecessor = init.startPart('death', 'tellDeaths', file) as number;
      });
    } catch {
      init.predecessor = 3;
      lost();
      return;
    }
    init.recorder.write(0, 'n', { t: Math.round(taken.epochNow() - start.upMs()) });
  }

  function wrap<H>(handler: H): H {
    agent.wrapsHandler = true;
    return new Proxy(handler as Handler, {
      apply(target, self, args) {
        if (!invocations) {
          const calledMs = start.upMs();
          agent.quietly('begin', () => wake(calledMs));
        }
        return invocations ? invocations.call(target, self, args) : Reflect.apply(target, self, args);
      },
    }) as H;
  }

  return {
    wrap,
    currentWork: () => invocations?.currentWork(),
    async load(byRequire, ready) {
      const handlerName = env._NIGHTLIGHT_HANDLER!;
      env._HANDLER = handlerName;
      delete env._NIGHTLIGHT_HANDLER;
      agent.quietly('recorder', openFlightRecorder);
      const [handler] = await loadHandler(agent, env.LAMBDA_TASK_ROOT!, handlerName, byRequire);
      init.loadedMs = start.upMs();
      init.recorder?.idle(0);
      await ready?.();
      // The client asks for its first event in this turn of the event loop (line 4) or at its end (line 3): not before the next one.
      setImmediate(() => setImmediate(agent.quietly, 'heap', () => wake(0)));
      return [wrap(handler)];
    },
  };
}
