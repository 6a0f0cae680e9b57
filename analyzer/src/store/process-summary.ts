/** What the windows of one long-running process, or of one of its worker threads, come to. */
import type { WindowRecord } from '@nightlight/agent/record';
import { addable } from './exact-sum.ts';

export interface ProcessSummary {
  readonly functionName: string;
  readonly sandboxId: string;
  /** undefined on the main thread. */
  readonly threadId: number | undefined;
  readonly epoch: number;
  fromMs: number;
  toMs: number;
  windowCount: number;
  requestCount: number;
  failedCount: number;
  /** Time that windows with a loop figure cover, and the part of it in which the loop was busy. */
  loopMs: number;
  loopBusyMs: number;
  /** Highest of the windows'. */
  delayP99Ms: number;
  delayMaxMs: number;
  /** The same of the windows in which the loop was late: over a whole life a blocked quarter of an hour is lost. */
  lateWindowCount: number;
  lateMs: number;
  lateBusyMs: number;
  lateProcessorMs: number;
  /** By how long they were late at the most, in steps of a tenth: step -> windows. */
  readonly lateSteps: Map<number, number>;
  gcMs: number;
  processorMs: number;
  processorKnownMs: number;
  /** Heap after the last full collection: of the first window that told it, and of the last. */
  firstFloorBytes: number;
  lastFloorBytes: number;
  highestRssBytes: number;
  firstHandleCount: number;
  lastHandleCount: number;
  highestOpenRequestCount: number;
}

/** Node's own documentation of `monitorEventLoopDelay` reads 10 ms as its resolution; ten times that is felt by callers. */
export const LATE_LOOP_MS = 100;

const LATE_STEP = 1.1;
const lateStepOf = (delayMs: number): number => Math.floor(Math.log(delayMs) / Math.log(LATE_STEP));

/** The two neighbouring steps in which most late windows lie: the same piece of work is late by about the same time. */
export function usualLateness({ lateSteps, lateWindowCount }: ProcessSummary): { readonly ms: number; readonly share: number } | undefined {
  let most: { readonly step: number; readonly count: number } | undefined;
  for (const [step, count] of lateSteps) {
    const both = count + (lateSteps.get(step + 1) ?? 0);
    if (most === undefined || both > most.count || (both === most.count && step < most.step)) most = { step, count: both };
  }
  return most === undefined ? undefined : { ms: LATE_STEP ** (most.step + 1), share: most.count / lateWindowCount };
}

/** Nothing is known yet: NaN, never 0. */
export function emptyProcess(functionName: string, sandboxId: string, threadId: number | undefined, epoch: number): ProcessSummary {
  return {
    functionName,
    sandboxId,
    threadId,
    epoch,
    fromMs: Number.POSITIVE_INFINITY,
    toMs: Number.NEGATIVE_INFINITY,
    windowCount: 0,
    requestCount: 0,
    failedCount: 0,
    loopMs: 0,
    loopBusyMs: 0,
    delayP99Ms: Number.NaN,
    delayMaxMs: Number.NaN,
    lateWindowCount: 0,
    lateMs: 0,
    lateBusyMs: 0,
    lateProcessorMs: 0,
    lateSteps: new Map(),
    gcMs: 0,
    processorMs: 0,
    processorKnownMs: 0,
    firstFloorBytes: Number.NaN,
    lastFloorBytes: Number.NaN,
    highestRssBytes: Number.NaN,
    firstHandleCount: Number.NaN,
    lastHandleCount: Number.NaN,
    highestOpenRequestCount: Number.NaN,
  };
}

export function addWindow(process: ProcessSummary, window: WindowRecord): void {
  const { fromEpochMs, lengthMs, memory, loopDelay, processorTime } = window;
  process.windowCount++;
  process.fromMs = Math.min(process.fromMs, fromEpochMs);
  process.toMs = Math.max(process.toMs, fromEpochMs + lengthMs);
  process.requestCount += window.requestCount ?? 0;
  process.failedCount += window.failedCount ?? 0;
  if (window.loopUtilisation !== undefined) {
    process.loopMs += addable(lengthMs);
    process.loopBusyMs += addable(lengthMs * window.loopUtilisation);
  }
  if ((loopDelay?.p99Ms ?? 0) > LATE_LOOP_MS && window.loopUtilisation !== undefined && processorTime !== undefined) {
    process.lateWindowCount++;
    process.lateMs += addable(lengthMs);
    process.lateBusyMs += addable(lengthMs * window.loopUtilisation);
    process.lateProcessorMs += addable(processorTime.userMs + processorTime.systemMs);
    const step = lateStepOf(loopDelay!.maxMs ?? loopDelay!.p99Ms!);
    process.lateSteps.set(step, (process.lateSteps.get(step) ?? 0) + 1);
  }
  process.delayP99Ms = higher(process.delayP99Ms, loopDelay?.p99Ms);
  process.delayMaxMs = higher(process.delayMaxMs, loopDelay?.maxMs);
  process.gcMs += addable(window.gc?.totalMs ?? 0);
  if (processorTime !== undefined) {
    process.processorMs += addable(processorTime.userMs + processorTime.systemMs);
    process.processorKnownMs += addable(lengthMs);
  }
  if (memory?.heapFloorBytes !== undefined) {
    if (Number.isNaN(process.firstFloorBytes)) process.firstFloorBytes = memory.heapFloorBytes;
    process.lastFloorBytes = memory.heapFloorBytes;
  }
  process.highestRssBytes = higher(process.highestRssBytes, memory?.rssBytes);
  if (window.handleCount !== undefined) {
    if (Number.isNaN(process.firstHandleCount)) process.firstHandleCount = window.handleCount;
    process.lastHandleCount = window.handleCount;
  }
  process.highestOpenRequestCount = higher(process.highestOpenRequestCount, window.openRequestCount);
}

function higher(known: number, told: number | undefined): number {
  if (told === undefined) return known;
  return known >= told ? known : told;
}
