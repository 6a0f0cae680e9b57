/** The contract between the agent that measures and the analyzer that judges. */
export type { BreakerEvents } from './breaker-events.ts';
export { type DeathRecord, encodeDeath } from './death-record.ts';
export { type AgentRecord, type DecodedRecord, decodeRecord } from './decode-record.ts';
export { encodeRecord } from './encode-record.ts';
export type { GarbageCollections } from './garbage-collections.ts';
export {
  bucketOfMs,
  bucketsOfCounts,
  decodeHistogram,
  encodeHistogram,
  HISTOGRAM_HIGHEST_US,
  HISTOGRAM_LENGTH,
  type HistogramBucket,
  type HistogramBuckets,
} from './histogram-text.ts';
export { encodeInit, type InitRecord, type ModuleLoad } from './init-record.ts';
export type { InvariantCheck } from './invariant-checks.ts';
export { encodeInvocation, type InvocationRecord } from './invocation-record.ts';
export { type AllocationSite, encodeLeak, type HeapProbe, type LeakRecord } from './leak-record.ts';
export type { LiveSockets } from './live-sockets.ts';
export { encodeMark, type MarkRecord } from './mark-record.ts';
export type { MemorySample } from './memory-sample.ts';
export type { PackageLoad } from './module-tree.ts';
export { encodeNote, type NoteRecord } from './note-record.ts';
export type { OpenCall, OutboundCalls } from './outbound-calls.ts';
export { RECORD_MAJOR, RECORD_PREFIX } from './prefix.ts';
export type { RouteWindow } from './route-window.ts';
export { encodeSummary, type SummaryRecord } from './summary-record.ts';
export {
  type Bytes,
  bytes,
  type EpochMilliseconds,
  epochMilliseconds,
  type Mebibytes,
  type Milliseconds,
  mebibytes,
  milliseconds,
} from './units.ts';
export { encodeWindow, type LoopDelay, type ProcessorTime, type WindowRecord } from './window-record.ts';
