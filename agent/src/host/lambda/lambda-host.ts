/**
 * Lambda: one invocation at a time (or several, on Managed Instances), from its first event to its line.
 *
 * The preload points `_HANDLER` at our own module, which asks here for the user's handler, wrapped. The line is written
 * before the response is, because afterwards the sandbox may freeze.
 */
import type * as PerfHooks from 'node:perf_hooks';
import type { Agent, FindExports } from '../../agent.ts';
import { AGENT_VERSION } from '../../emit/agent-version.ts';
import { kib, known, ms, stringify } from '../../emit/invocation-line.ts';
import { builtIn } from '../../measure/built-in.ts';
import { describeEvent, type EventShape, returnedItems } from '../../measure/event-source.ts';
import { type HeapWatch, watchHeap } from '../../measure/heap.ts';
import { createItemKeys } from '../../measure/item-keys.ts';
import type { Work } from '../../measure/work.ts';
import { type FlightRecorder, openRecorder } from './flight-recorder.ts';
import { loadHandler } from './load-handler.ts';
import { type End, wrapHandler } from './wrap-handler.ts';

interface Invocation extends Work {
  readonly number: number;
  readonly row: number;
  readonly heapBefore: number;
  readonly startedAt: number;
}

/** Taken before the host can replace them. */
const { setImmediate, setTimeout } = globalThis;
const { uptime } = process;
/** From the start of the process: a clock that needs nothing loaded. */
const upMs = (): number => uptime() * 1000;

/** The longest time limit that Lambda knows. */
const LONGEST_MS = 900_000;
/** What is only asked every so often, because it costs more than the rest of a line or seldom changes. */
const EVERY = 8;
/** Resident memory is asked for anew when the heap has moved by so much: a mebibyte is the unit of the platform's own figure. */
const RSS_HEAP_BYTES = 1_048_576;
/** Ids cost bytes that are billed; the batches that most queues deliver have no more items. */
const KEYS_IN_LINE = 10;

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

/**
 * Made while the process starts, so it asks Node for nothing that the runtime client will not load itself; `wake` does, later.
 *
 * @param beganMs   when the agent's own start began, from the start of the process
 * @param tookMs    how long it took
 * @param modules   ends the measuring of module loading and gives members of the init's line
 * @param prepare   does, once, what must be done before the function's own code runs; never throws
 */
export function createLambdaHost(
  agent: Agent,
  beganMs: number,
  tookMs: number,
  modules: (() => object) | undefined,
  prepare: () => void,
): LambdaHost {
  const { env } = process;
  const { settings } = agent;
  const { now: epochNow } = Date;
  let performance: typeof PerfHooks.performance;
  /** On the clock of `performance.now()`, as all times of a work. */
  let now: () => number;
  let heap: HeapWatch;
  /** What measures an invocation costs two milliseconds at first: it is loaded once the first event was asked for, or with that event. */
  function wake(): void {
    if (heap) return;
    ({ performance } = builtIn('node:perf_hooks'));
    now = performance.now.bind(performance);
    // A thread has a clock of its own.
    loadedMs &&= loadedMs + now() - upMs();
    heap = watchHeap();
    agent.woken?.();
  }
  const isConcurrent = !!env.AWS_LAMBDA_MAX_CONCURRENCY;
  const concurrent = isConcurrent ? new (builtIn('node:async_hooks').AsyncLocalStorage)<Invocation>() : undefined;
  const threadId = isConcurrent ? builtIn('node:worker_threads').threadId : 0;
  const itemKeys = createItemKeys();
  const open = new Set<Invocation>();
  let current: Invocation | undefined;
  let settlePrevious: End | undefined;
  let recorder: FlightRecorder | undefined;
  let predecessor = 0;
  let number = 0;
  let loadedMs = 0;
  let writeMs = 0;
  let keep: ((finished: object) => boolean) | undefined;
  let isWatched = false;
  let rssKib = 0;
  let heapAtRss = 0;
  let deadline = 0;

  /** The highest so far. Asking costs as much as the rest of a line's facts: only every so often, and when the heap has moved. */
  const rss = (heapBytes: number, often: boolean): number => {
    if (often || Math.abs(heapBytes - heapAtRss) > RSS_HEAP_BYTES) {
      rssKib = process.resourceUsage().maxRSS;
      heapAtRss = heapBytes;
    }
    return rssKib;
  };
  const startPart = (name: string, start: string, ...more: unknown[]) =>
    (agent.part(name)[start] as (agent: Agent, ...more: unknown[]) => unknown)(agent, ...more);
  const facts = (work: Invocation) => ({
    id: work.id,
    n: work.number,
    t: work.startedAt,
    h: kib(work.heapBefore),
    c:
      work.calls
        ?.openCalls(now())
        .slice(0, 3)
        .map((call) => [call.service.slice(0, 40), epochNow() - call.waitedMs!]) ?? [],
  });
  const record = (work: Invocation) => recorder?.write(work.row, 'w', facts(work));
  agent.callListeners.push((_call, work) => {
    if (open.has(work as Invocation)) record(work as Invocation);
  });

  function openFlightRecorder(): void {
    if (!settings.stateDirectory) return;
    const lost = () => agent.note('limit', 'NIGHTLIGHT_STATE_DIR: cannot be written, so deaths leave no trace');
    try {
      recorder = openRecorder(`${settings.stateDirectory}/.nightlight-${threadId}`, lost, (file) => {
        predecessor = startPart('death', 'tellDeaths', file) as number;
      });
    } catch {
      predecessor = 3;
      return lost();
    }
    recorder.write(0, 'n', { t: Math.round(epochNow() - upMs()) });
  }

  function initLine(work: Invocation, context: Record<string, unknown>): string {
    const heapStatistics = heap.statistics();
    return stringify({
      nl: 1,
      k: 'init',
      t: Math.round(performance.timeOrigin),
      th: threadId || undefined,
      id: work.id,
      it: env.AWS_LAMBDA_INITIALIZATION_TYPE,
      // Rule of datadog-lambda-js: who waited ten seconds for its first event was not started for that event.
      pa: +(work.startedMs - loadedMs > 10_000),
      pr: predecessor,
      fn: env.AWS_LAMBDA_FUNCTION_NAME,
      fv: env.AWS_LAMBDA_FUNCTION_VERSION,
      rg: env.AWS_REGION,
      ar: process.arch,
      ms: +env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE! || undefined,
      to: Math.ceil(timeLeft(context) / 1000) * 1000 || undefined,
      hl: kib(heapStatistics.heap_size_limit),
      nv: process.versions.node,
      av: AGENT_VERSION,
      ua: ms(beganMs),
      am: ms(tookMs),
      uh: ms(loadedMs),
      ui: ms(work.startedMs),
      ...modules?.(),
      sp: settings.sampleEvery > 1 ? settings.sampleEvery : undefined,
      m: [kib(work.heapBefore), null, null, kib(heapStatistics.external_memory), rss(0, true)],
    });
  }

  /** One timer for all invocations: it looks again when it comes too early, and ends when nobody works. */
  function watch(context: Record<string, unknown>): void {
    // A host that sets the clock makes any number of it.
    const left = Math.min(timeLeft(context), LONGEST_MS);
    const margin = Math.max(50, left / 20);
    deadline = now() + left - margin;
    const look = () => {
      const early = deadline - now();
      isWatched = !!current && early > 1;
      if (isWatched) setTimeout(look, early).unref();
      else if (current) agent.quietly('watchdog', () => startPart('death', 'tellOpen', facts(current!), margin));
    };
    // Several at once have no common deadline.
    if (left && !concurrent && !isWatched) {
      isWatched = true;
      setTimeout(look, left - margin).unref();
    }
  }

  function begin(event: unknown, context: Record<string, unknown>): End {
    let end: End = () => {};
    agent.quietly('begin', () => {
      const asleepMs = heap ? 0 : upMs();
      wake();
      const t0 = now() - (asleepMs && upMs() - asleepMs);
      settlePrevious?.(false);
      let row = 0;
      while ([...open].some((other) => other.row === row)) row++;
      const loop = performance.eventLoopUtilization();
      const shape = describeEvent(event);
      const work: Invocation = {
        id: context.awsRequestId as string,
        number: ++number,
        row,
        heapBefore: heap.statistics().used_heap_size,
        startedMs: t0,
        startedAt: epochNow(),
      };
      if (number === 1) agent.writeLine(initLine(work, context));
      const duplicates = shape ? itemKeys.duplicates(shape.keys) : 0;
      open.add(work);
      current = work;
      record(work);
      watch(context);
      const started = now();
      const selfMs = started - t0;
      end = (failed, value) => agent.quietly('end', () => finish(work, started, selfMs, loop, shape, duplicates, failed, value));
    });
    if (!concurrent) settlePrevious = end;
    return end;
  }

  function finish(
    work: Invocation,
    started: number,
    beginMs: number,
    loop: ReturnType<typeof performance.eventLoopUtilization>,
    shape: EventShape | undefined,
    duplicates: number,
    threw: boolean,
    value: unknown,
  ): void {
    const ended = now();
    if (!open.delete(work)) return;
    if (current === work) current = settlePrevious = undefined;
    const { used_heap_size: heapUsedBytes, external_memory: externalBytes } = heap.statistics();
    const durationMs = ended - started;
    const failed = threw || ((value as { statusCode?: number })?.statusCode ?? 0) >= 500;
    const errorType = threw ? String((value as Error)?.name ?? typeof value).slice(0, 64) : undefined;
    const items = shape && itemFields(shape, duplicates, value, threw);
    if (shape && !threw) itemKeys.remember(shape.keys);
    const [gcCount, gcMs] = heap.takeGc();
    const often = work.number % EVERY === 1;
    const calls = work.calls;
    const finished = {
      work,
      number: work.number,
      startedAtEpochMs: work.startedAt,
      durationMs,
      failed,
      errorType,
      cold: work.number === 1 && !predecessor,
      heapUsedBytes,
      externalBytes,
      eventSource: shape?.source,
      items,
    };
    if (keep?.(finished) ?? true) {
      const floor = heap.floorBytes();
      const line = stringify({
        nl: 1,
        k: 'inv',
        id: work.id,
        th: threadId || undefined,
        n: work.number,
        d: ms(durationMs),
        f: +failed,
        et: errorType,
        m: [kib(work.heapBefore), kib(heapUsedBytes), floor && kib(floor), kib(externalBytes), rss(heapUsedBytes + externalBytes, often)],
        hn: often ? process.getActiveResourcesInfo().length : undefined,
        u: Math.round(performance.eventLoopUtilization(loop).utilization * 1000),
        g: gcCount ? [gcCount, ms(gcMs)] : undefined,
        c: calls && agent.callRows!(calls.outboundCalls(ended)),
        oc: calls?.openCount || undefined,
        ...items,
        ...agent.tell?.(work),
        sk: often
          ? known(agent.liveSockets?.().map((sockets) => [sockets.service, sockets.liveCount, sockets.openedCount]) ?? [])
          : undefined,
        ll: agent.takeLostLines() || undefined,
        us: Math.round((beginMs + now() - ended + writeMs) * 1000),
      });
      const writing = now();
      agent.writeLine(line);
      writeMs = now() - writing;
    }
    recorder?.idle(work.row);
    for (const listener of agent.workListeners) listener(finished);
  }

  function wrap<H>(handler: H): H {
    prepare();
    agent.wrapsHandler = true;
    return wrapHandler(handler as () => unknown, begin, concurrent && ((call) => concurrent.run(current!, call))) as H;
  }

  return {
    wrap,
    currentWork: () => (concurrent ? concurrent.getStore() : current),
    async load(byRequire, ready) {
      const handlerName = env._NIGHTLIGHT_HANDLER!;
      env._HANDLER = handlerName;
      delete env._NIGHTLIGHT_HANDLER;
      agent.quietly('recorder', openFlightRecorder);
      prepare();
      if (settings.sampleEvery > 1) keep = agent.quietly('summary', () => startPart('summary', 'startSummary')) as typeof keep;
      const [handler] = await loadHandler(agent, env.LAMBDA_TASK_ROOT!, handlerName, byRequire);
      loadedMs = upMs();
      recorder?.idle(0);
      await ready?.();
      // The client asks for its first event in this turn of the event loop (line 4) or at its end (line 3): not before the next one.
      setImmediate(() => setImmediate(agent.quietly, 'heap', wake));
      return [wrap(handler)];
    },
  };
}

/** What came with the event, and what went back. */
function itemFields(shape: EventShape, duplicates: number, value: unknown, threw: boolean): object {
  const returned = threw ? shape.items : returnedItems(shape, value);
  return {
    es: shape.source,
    en: shape.items || undefined,
    er: shape.receives || undefined,
    rf: returned || undefined,
    du: duplicates || undefined,
    ek: known(shape.keys.slice(0, KEYS_IN_LINE)),
  };
}

/** Until the time limit, in ms; 0 where the context tells none. */
const timeLeft = (context: { getRemainingTimeInMillis?(): number }): number => context.getRemainingTimeInMillis?.() ?? 0;
