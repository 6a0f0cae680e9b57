/**
 * What is done for each invocation of a function, from its event to its line.
 *
 * Stands as text in the preload and is compiled once the runtime client has asked for its first event, or with that event: until
 * then V8 reads it as it reads any string (`parts/invocations.ts`). The line is written before the response is, because
 * afterwards the sandbox may freeze.
 */
import type { Agent } from '../../agent.ts';
import { AGENT_VERSION } from '../../emit/agent-version.ts';
import { kib, known, ms } from '../../emit/invocation-line.ts';
import { builtIn } from '../../measure/built-in.ts';
import { eventOrigin } from '../../measure/event-source.ts';
import { watchHeap } from '../../measure/heap.ts';
import type { Work } from '../../measure/work.ts';
import type { countItems, EndItems } from '../../parts/items.ts';
import type { Init } from './lambda-host.ts';
import { type End, type Handler, watchCall } from './watch-call.ts';

interface Invocation extends Work {
  readonly number: number;
  readonly row: number;
  readonly heapBefore: number;
  readonly startedAt: number;
}

export interface Invocations {
  currentWork(): Work | undefined;
  /** Runs the user's handler, as the trap of the proxy that stands around it. */
  readonly call: (handler: Handler, self: unknown, args: Parameters<Handler>) => unknown;
}

/** The longest time limit that Lambda knows. */
const LONGEST_MS = 900_000;
/** What is only asked every so often, because it costs more than the rest of a line or seldom changes. */
const EVERY = 8;
/** Resident memory is asked for anew when the heap has moved by so much: a mebibyte is the unit of the platform's own figure. */
const RSS_HEAP_BYTES = 1_048_576;

/** @param calledMs  when the event came that this is made for, from the start of the process; 0 when none has come yet */
export function createInvocations(agent: Agent, init: Init, calledMs: number): Invocations {
  const env = agent.environment!;
  const { settings } = agent;
  const { isConcurrent, recorder, threadNumber, upMs } = init;
  const { toJson, thenOf, startTimer, epochNow } = init.taken;
  const { performance } = builtIn('node:perf_hooks');
  const now = performance.now.bind(performance);
  // A thread has a clock of its own.
  const loadedMs = init.loadedMs && init.loadedMs + now() - upMs();
  const heap = watchHeap();
  const concurrent = isConcurrent ? new (builtIn('node:async_hooks').AsyncLocalStorage)<Invocation>() : undefined;
  const open = new Set<Invocation>();
  let current: Invocation | undefined;
  let settlePrevious: End | undefined;
  let beginItems: ReturnType<typeof countItems> | undefined;
  let number = 0;
  let writeMs = 0;
  let isWatched = false;
  let rssKib = 0;
  let heapAtRss = 0;
  let deadline = 0;
  const keep =
    settings.sampleEvery > 1
      ? (agent.quietly('summary', () => init.startPart('summary', 'startSummary')) as ((finished: object) => boolean) | undefined)
      : undefined;
  agent.woken?.();

  /** The highest so far. Asking costs as much as the rest of a line's facts: only every so often, and when the heap has moved. */
  const rss = (heapBytes: number, often: boolean): number => {
    if (often || Math.abs(heapBytes - heapAtRss) > RSS_HEAP_BYTES) {
      rssKib = process.resourceUsage().maxRSS;
      heapAtRss = heapBytes;
    }
    return rssKib;
  };
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

  function initLine(work: Invocation, context: Record<string, unknown>): string {
    const heapStatistics = heap.statistics();
    return toJson({
      nl: 1,
      k: 'init',
      t: Math.round(performance.timeOrigin),
      th: threadNumber || undefined,
      id: work.id,
      it: env.AWS_LAMBDA_INITIALIZATION_TYPE,
      // Rule of datadog-lambda-js: who waited ten seconds for its first event was not started for that event.
      pa: +(work.startedMs - loadedMs > 10_000),
      pr: init.predecessor,
      fn: env.AWS_LAMBDA_FUNCTION_NAME,
      fv: env.AWS_LAMBDA_FUNCTION_VERSION,
      rg: env.AWS_REGION,
      ar: process.arch,
      ms: +env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE! || undefined,
      to: Math.ceil(timeLeft(context) / 1000) * 1000 || undefined,
      hl: kib(heapStatistics.heap_size_limit),
      nv: process.versions.node,
      av: AGENT_VERSION,
      ua: ms(init.beganMs),
      am: ms(init.tookMs),
      uh: ms(loadedMs),
      ui: ms(work.startedMs),
      ...init.moduleFields?.(),
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
      if (isWatched) startTimer(look, early).unref();
      else if (current) agent.quietly('watchdog', () => init.startPart('death', 'tellOpen', facts(current!), margin));
    };
    // Several at once have no common deadline.
    if (left && !concurrent && !isWatched) {
      isWatched = true;
      startTimer(look, left - margin).unref();
    }
  }

  function begin(event: unknown, context: Record<string, unknown>): End {
    let end: End = () => {};
    agent.quietly('begin', function account() {
      const t0 = now() - (calledMs && upMs() - calledMs);
      calledMs = 0;
      settlePrevious?.(false);
      let row = 0;
      while ([...open].some((other) => other.row === row)) row++;
      const loop = performance.eventLoopUtilization();
      let origin = eventOrigin(event);
      let endItems: EndItems | undefined;
      if (origin?.list.length) {
        beginItems ??= (agent.part('items').countItems as typeof countItems)();
        endItems = beginItems(origin);
        if (!endItems) origin = undefined;
      }
      const work: Invocation = {
        id: context.awsRequestId as string,
        number: ++number,
        row,
        heapBefore: heap.statistics().used_heap_size,
        startedMs: t0,
        startedAt: epochNow(),
      };
      if (number === 1) agent.writeLine(initLine(work, context));
      open.add(work);
      current = work;
      record(work);
      watch(context);
      const started = now();
      const selfMs = started - t0;
      end = (failed, value) =>
        agent.quietly('end', function tell() {
          finish(work, started, selfMs, loop, origin?.source, endItems, failed, value);
        });
    });
    if (!concurrent) settlePrevious = end;
    return end;
  }

  function finish(
    work: Invocation,
    started: number,
    beginMs: number,
    loop: ReturnType<typeof performance.eventLoopUtilization>,
    source: string | undefined,
    endItems: EndItems | undefined,
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
    const items = endItems?.(value, threw);
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
      cold: work.number === 1 && !init.predecessor,
      heapUsedBytes,
      externalBytes,
      eventSource: source,
      items,
    };
    if (keep?.(finished) ?? true) {
      const floor = heap.floorBytes();
      const line = toJson({
        nl: 1,
        k: 'inv',
        id: work.id,
        th: threadNumber || undefined,
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
        es: source,
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

  return {
    currentWork: () => (concurrent ? concurrent.getStore() : current),
    call: watchCall(begin, thenOf, concurrent && ((call) => concurrent.run(current!, call))),
  };
}

/** Until the time limit, in ms; 0 where the context tells none. */
const timeLeft = (context: { getRemainingTimeInMillis?(): number }): number => context.getRemainingTimeInMillis?.() ?? 0;
