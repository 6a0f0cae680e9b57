/**
 * Begins and ends the works of this process and keeps the sums of a window.
 *
 * This is what every request passes through, twice: a few counters, no new object, no clock but the monotonic one. What only
 * a few works need (their trace, the heap, a route's text) is put together for those few, in functions of their own: what a
 * hot function does now and then takes the room in which the engine would put together what it does always.
 */
import { getHeapStatistics } from 'node:v8';
import type { Agent } from '../../agent.ts';
import type { Call } from '../../measure/call-table.ts';
// `performance` as a global is a getter, which takes a hot function as long as the clock itself.
import { now } from '../../measure/clock.ts';
import { addTold, toldFields } from '../../measure/told.ts';
import type { FinishedWork, Told, Work } from '../../measure/work.ts';
import { bucketOfMs } from '../../record/histogram-text.ts';
import type { OutboundCalls } from '../../record/outbound-calls.ts';
import { createCallTotals } from './call-totals.ts';
import { learnFastifyRoutes } from './fastify-routes.ts';
import type { RequestEnding } from './http-requests.ts';
import { createOpenWorks, type OpenWorks } from './open-works.ts';
import { createRemarkableWorks } from './remarkable-works.ts';
import { type CountedRoutes, createRouteCounts, type RouteRow } from './route-counts.ts';
import { ServedWork } from './served-work.ts';
import { readTraceParent } from './trace-parent.ts';

export interface WorkLedger {
  readonly open: OpenWorks;
  /** Calls under way, whoever made them; a bounded number of them. */
  readonly openCalls: ReadonlySet<Call>;
  /** On the clock of `performance.now()`; undefined before the first. */
  readonly firstBegunMs: number | undefined;
  /** @param job  its name; a request has none */
  newWork(job?: string): ServedWork;
  begin(work: ServedWork): void;
  /** @param pattern  as the application's router calls the route, where that could be seen */
  endRequest(
    work: ServedWork,
    method: string,
    url: string,
    pattern: string | undefined,
    statusCode: number | undefined,
    ending: RequestEnding,
  ): void;
  /** @param failure  what the job threw; undefined when it threw nothing */
  endJob(work: ServedWork, failure: { readonly error: unknown } | undefined): void;
  hearCall(call: Call, work: Work | undefined, ended: boolean): void;
  /** The sums since this was last asked. */
  take(): {
    counted: CountedRoutes;
    told: ReturnType<typeof toldFields>;
    drilled: DrilledWorks | undefined;
    outboundCalls: OutboundCalls[];
    selfMs: number;
  };
}

/** Works that a fault drill touched. */
export interface DrilledWorks {
  readonly drillId: string;
  readonly drilledCount: number;
  readonly drilledFailedCount: number;
}

export interface LedgerHooks {
  /** What stands before the number in the id of a work. */
  readonly origin: string;
  /** From `performance.now()` to epoch. */
  epochOffsetMs(): number;
  /** Something began or ended; absent where nobody keeps what is under way. */
  readonly changed: ((nowMs: number) => void) | undefined;
  /** Takes a work that is worth sending by itself. */
  send(finished: FinishedWork, calls: readonly Call[]): void;
}

export function createWorkLedger(agent: Agent, hooks: LedgerHooks): WorkLedger {
  const { origin, changed } = hooks;
  const { workListeners } = agent;
  const open = createOpenWorks(changed !== undefined);
  const openCalls = new Set<Call>();
  const routes = createRouteCounts(learnFastifyRoutes(agent).find);
  const remarkable = createRemarkableWorks();
  const callTotals = createCallTotals();
  let told: Told = {};
  let drilled: DrilledWorks | undefined;
  let number = 0;
  let firstBegunMs: number | undefined;
  let selfMs = 0;

  /** The clock is asked a second time for every 64th work only, which stands for the others. */
  function countCost(sinceMs: number): void {
    selfMs += (now() - sinceMs) * COST_SAMPLE_EVERY;
  }

  function end(
    work: ServedWork,
    row: RouteRow,
    failed: boolean,
    errorType: string | undefined,
    statusCode: number | undefined,
    nowMs: number,
  ): void {
    const bucket = bucketOfMs(nowMs - work.startedMs);
    close(work);
    routes.count(row, bucket, failed);
    const { calls } = work;
    if (calls) callTotals.judged(calls.outboundCalls(nowMs));
    if (work.told) addTold(told, work.told);
    if (work.drillId !== undefined) drilled = addDrilled(drilled, work.drillId, failed);
    const chosen = remarkable.choose(failed, bucket, calls !== undefined && calls.openCount > 0, nowMs);
    if (chosen || workListeners.length > 0) tell(work, row.route, failed, errorType, statusCode, nowMs, chosen);
    settle(work, nowMs);
  }

  /** Before anything that may fail: what has ended must not stay open. */
  function close(work: ServedWork): void {
    work.ended = true;
    open.remove(work);
  }

  function settle(work: ServedWork, nowMs: number): void {
    work.response = undefined;
    changed?.(nowMs);
    if (work.number % COST_SAMPLE_EVERY === 0) countCost(nowMs);
  }

  function tell(
    work: ServedWork,
    route: string,
    failed: boolean,
    errorType: string | undefined,
    statusCode: number | undefined,
    nowMs: number,
    chosen: boolean,
  ): void {
    work.isShared = true;
    const stats = getHeapStatistics();
    const finished: FinishedWork = {
      work,
      number: work.number,
      startedAtEpochMs: work.startedMs + hooks.epochOffsetMs(),
      durationMs: nowMs - work.startedMs,
      failed,
      errorType,
      route,
      statusCode,
      cold: false,
      heapUsedBytes: stats.used_heap_size,
      externalBytes: stats.external_memory,
      ...readTraceParent(work.response?.req.headers.traceparent),
    };
    if (chosen) hooks.send(finished, work.callList ?? []);
    for (const listener of workListeners) listener(finished);
  }

  return {
    open,
    openCalls,
    get firstBegunMs() {
      return firstBegunMs;
    },

    newWork: (job) => new ServedWork(origin, job),

    begin(work) {
      const nowMs = now();
      work.number = ++number;
      work.startedMs = nowMs;
      work.ended = false;
      firstBegunMs ??= nowMs;
      open.add(work);
      changed?.(nowMs);
      if (work.number % COST_SAMPLE_EVERY === 0) countCost(nowMs);
    },

    endRequest(work, method, url, pattern, statusCode, ending) {
      const nowMs = now();
      const durationMs = nowMs - work.startedMs;
      if (
        ending === 'answered' &&
        statusCode !== undefined &&
        statusCode < 500 &&
        // Nothing is to be told of it but how long it took.
        work.calls === undefined &&
        work.told === undefined &&
        work.drillId === undefined &&
        workListeners.length === 0 &&
        remarkable.passesOver(durationMs, nowMs)
      ) {
        close(work);
        settle(work, nowMs);
        routes.countLater(method, url, pattern, statusCode === 404, durationMs);
        return;
      }
      const row = routes.rowOfRequest(method, url, pattern, statusCode);
      const failed = ending === 'cut' || (ending === 'answered' && statusCode !== undefined && statusCode >= 500);
      end(work, row, failed, ERROR_TYPES[ending], statusCode, nowMs);
    },

    endJob(work, failure) {
      const row = routes.rowOfJob(work.job!);
      end(work, row, failure !== undefined, failure && typeOfError(failure.error), undefined, now());
    },

    hearCall(call, work, ended) {
      if (ended) {
        openCalls.delete(call);
        callTotals.ended(call, work !== undefined);
      } else {
        if (openCalls.size < OPEN_CALLS_KEPT) openCalls.add(call);
        if (work instanceof ServedWork) {
          work.callList ??= [];
          if (work.callList.length < CALLS_KEPT_A_WORK) work.callList.push(call);
        }
      }
      changed?.(now());
    },

    take() {
      // What was told outside of any work waits for one; the window is one for it.
      const itself: Work = { id: origin, startedMs: 0 };
      agent.tell?.(itself);
      if (itself.told) addTold(told, itself.told);
      const counted = routes.take();
      remarkable.learn(counted.counts);
      const taken = {
        counted,
        told: toldFields(told),
        drilled,
        outboundCalls: callTotals.take(),
        selfMs: selfMs + routes.takeCountingMs(),
      };
      selfMs = 0;
      told = {};
      drilled = undefined;
      return taken;
    },
  };
}

const COST_SAMPLE_EVERY = 64;
const OPEN_CALLS_KEPT = 256;
const CALLS_KEPT_A_WORK = 32;
const LONGEST_NAME = 64;

const ERROR_TYPES: Readonly<Record<RequestEnding, string | undefined>> = {
  answered: undefined,
  left: 'ClientLeft',
  cut: 'ConnectionCut',
};

const addDrilled = (before: DrilledWorks | undefined, drillId: string, failed: boolean): DrilledWorks => ({
  drillId,
  drilledCount: (before?.drilledCount ?? 0) + 1,
  drilledFailedCount: (before?.drilledFailedCount ?? 0) + (failed ? 1 : 0),
});

const typeOfError = (error: unknown): string => String((error as Error | null)?.name ?? typeof error).slice(0, LONGEST_NAME);
