/**
 * A stretch of time in the life of a long-running process, where no platform line counts or measures anything.
 *
 * Windows of one process do not overlap; sandbox, thread and sequence number together tell a repeated line from a new one.
 */

import { type BreakerEvents, breakerEvents } from './breaker-events.ts';
import { type Codec, columns, count, epochMilliseconds, kibibytes, listOf, milliseconds, perMille, plainNumber, text } from './codec.ts';
import { layoutOf, optional, type RecordBase, required } from './fields.ts';
import { type GarbageCollections, garbageCollections } from './garbage-collections.ts';
import { histogram } from './histogram-codec.ts';
import type { HistogramBuckets } from './histogram-text.ts';
import { type InvariantCheck, invariantCheck } from './invariant-checks.ts';
import { type LiveSockets, liveSockets } from './live-sockets.ts';
import { type MemorySample, memorySample } from './memory-sample.ts';
import { type OutboundCalls, outboundCalls } from './outbound-calls.ts';
import { RECORD_PREFIX } from './prefix.ts';
import { type RouteWindow, routeWindow } from './route-window.ts';
import type { Bytes, EpochMilliseconds, Milliseconds } from './units.ts';

/** How late the event loop came to its timers. */
export interface LoopDelay {
  readonly p50Ms?: Milliseconds | undefined;
  readonly p99Ms?: Milliseconds | undefined;
  readonly maxMs?: Milliseconds | undefined;
}

export interface ProcessorTime {
  readonly userMs: Milliseconds;
  readonly systemMs: Milliseconds;
}

export interface WindowRecord extends RecordBase {
  readonly kind: 'window';
  readonly fromEpochMs: EpochMilliseconds;
  readonly lengthMs: Milliseconds;
  /** 1 for the first window of the process. */
  readonly sequence: number;
  readonly sandboxId?: string | undefined;
  readonly threadId?: number | undefined;
  readonly serviceName?: string | undefined;
  /** Requests (or jobs) that ended in the window. */
  readonly requestCount?: number | undefined;
  readonly failedCount?: number | undefined;
  readonly durations?: HistogramBuckets | undefined;
  /** Requests under way when the window ended. */
  readonly openRequestCount?: number | undefined;
  readonly loopUtilisation?: number | undefined;
  readonly loopDelay?: LoopDelay | undefined;
  readonly processorTime?: ProcessorTime | undefined;
  readonly gc?: GarbageCollections | undefined;
  readonly memory?: MemorySample | undefined;
  readonly heapCommittedBytes?: Bytes | undefined;
  readonly mallocedBytes?: Bytes | undefined;
  readonly handleCount?: number | undefined;
  readonly outboundCalls?: readonly OutboundCalls[] | undefined;
  /** Items of events, or messages: received, given back to their source, handled before. */
  readonly eventItemCount?: number | undefined;
  readonly returnedCount?: number | undefined;
  readonly duplicateCount?: number | undefined;
  readonly droppedCount?: number | undefined;
  readonly fallbackCount?: number | undefined;
  readonly fallbackNames?: readonly string[] | undefined;
  readonly breakerEvents?: readonly BreakerEvents[] | undefined;
  readonly invariantChecks?: readonly InvariantCheck[] | undefined;
  readonly openBreakers?: readonly string[] | undefined;
  readonly liveSockets?: readonly LiveSockets[] | undefined;
  /** The busiest routes; the last may be `other`. */
  readonly routes?: readonly RouteWindow[] | undefined;
  /** The last fault drill that touched requests of this window; they are in all counts above. */
  readonly drillId?: string | undefined;
  /** Requests that a drill touched, and how many of those failed: not to be counted in the rates of production. */
  readonly drilledCount?: number | undefined;
  readonly drilledFailedCount?: number | undefined;
  /** Record lines or spans since the last window that did not reach their sink. */
  readonly lostLineCount?: number | undefined;
  readonly selfUs?: number | undefined;
}

const loopDelay: Codec<LoopDelay> = columns<LoopDelay>({
  p50Ms: milliseconds<Milliseconds>(),
  p99Ms: milliseconds<Milliseconds>(),
  maxMs: milliseconds<Milliseconds>(),
});

const processorTime: Codec<ProcessorTime> = columns<ProcessorTime>(
  { userMs: milliseconds<Milliseconds>(), systemMs: milliseconds<Milliseconds>() },
  ['userMs', 'systemMs'],
);

export const windowLayout = layoutOf<WindowRecord>(RECORD_PREFIX, 'window', 'win', {
  fromEpochMs: required('t', epochMilliseconds<EpochMilliseconds>()),
  lengthMs: required('l', milliseconds<Milliseconds>()),
  sequence: required('s', count),
  sandboxId: optional('sb', text),
  threadId: optional('th', count),
  serviceName: optional('sn', text),
  requestCount: optional('rc', count),
  failedCount: optional('fc', count),
  durations: optional('h', histogram),
  openRequestCount: optional('or', count),
  loopUtilisation: optional('u', perMille),
  loopDelay: optional('ld', loopDelay),
  processorTime: optional('cp', processorTime),
  gc: optional('g', garbageCollections),
  memory: optional('m', memorySample),
  heapCommittedBytes: optional('hc', kibibytes<Bytes>()),
  mallocedBytes: optional('mb', kibibytes<Bytes>()),
  handleCount: optional('hn', count),
  outboundCalls: optional('c', listOf(outboundCalls)),
  eventItemCount: optional('en', count),
  returnedCount: optional('rf', count),
  duplicateCount: optional('du', count),
  droppedCount: optional('dr', count),
  fallbackCount: optional('fb', count),
  fallbackNames: optional('fx', listOf(text)),
  breakerEvents: optional('be', listOf(breakerEvents)),
  invariantChecks: optional('ck', listOf(invariantCheck)),
  openBreakers: optional('cb', listOf(text)),
  liveSockets: optional('sk', listOf(liveSockets)),
  routes: optional('ro', listOf(routeWindow)),
  drillId: optional('di', text),
  drilledCount: optional('dq', count),
  drilledFailedCount: optional('df', count),
  lostLineCount: optional('ll', count),
  selfUs: optional('us', plainNumber()),
});

/** @returns the line, without a newline */
export const encodeWindow = (record: WindowRecord): string => windowLayout.encode(record);
