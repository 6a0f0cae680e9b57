/**
 * What a sandbox counted since its last summary: exact numbers that stay true when single lines were sampled or lost.
 *
 * Summaries of one sandbox do not overlap and are told apart by their sequence number, so that a line delivered twice is
 * added once. Counts and histograms of different sandboxes merge by addition.
 */

import { type BreakerEvents, breakerEvents } from './breaker-events.ts';
import { count, epochMilliseconds, listOf, milliseconds, plainNumber, text } from './codec.ts';
import { layoutOf, optional, type RecordBase, required } from './fields.ts';
import { type GarbageCollections, garbageCollections } from './garbage-collections.ts';
import { histogram } from './histogram-codec.ts';
import type { HistogramBuckets } from './histogram-text.ts';
import { type InvariantCheck, invariantCheck } from './invariant-checks.ts';
import { type OutboundCalls, outboundCalls } from './outbound-calls.ts';
import { RECORD_PREFIX } from './prefix.ts';
import type { EpochMilliseconds, Milliseconds } from './units.ts';

export interface SummaryRecord extends RecordBase {
  readonly kind: 'summary';
  readonly fromEpochMs: EpochMilliseconds;
  readonly lengthMs: Milliseconds;
  /** 1 for the first summary of the sandbox. */
  readonly sequence: number;
  readonly invocationCount: number;
  readonly sandboxId?: string | undefined;
  readonly threadId?: number | undefined;
  readonly failedCount?: number | undefined;
  readonly coldCount?: number | undefined;
  readonly durationSumMs?: Milliseconds | undefined;
  readonly warmDurations?: HistogramBuckets | undefined;
  readonly coldDurations?: HistogramBuckets | undefined;
  /** Record lines that could not be written. */
  readonly lostLineCount?: number | undefined;
  readonly gc?: GarbageCollections | undefined;
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
  readonly selfUs?: number | undefined;
}

export const summaryLayout = layoutOf<SummaryRecord>(RECORD_PREFIX, 'summary', 'sum', {
  fromEpochMs: required('t', epochMilliseconds<EpochMilliseconds>()),
  lengthMs: required('l', milliseconds<Milliseconds>()),
  sequence: required('s', count),
  invocationCount: required('nc', count),
  sandboxId: optional('sb', text),
  threadId: optional('th', count),
  failedCount: optional('fc', count),
  coldCount: optional('cc', count),
  durationSumMs: optional('ds', milliseconds<Milliseconds>()),
  warmDurations: optional('hw', histogram),
  coldDurations: optional('hk', histogram),
  lostLineCount: optional('ll', count),
  gc: optional('g', garbageCollections),
  outboundCalls: optional('c', listOf(outboundCalls)),
  eventItemCount: optional('en', count),
  returnedCount: optional('rf', count),
  duplicateCount: optional('du', count),
  droppedCount: optional('dr', count),
  fallbackCount: optional('fb', count),
  fallbackNames: optional('fx', listOf(text)),
  breakerEvents: optional('be', listOf(breakerEvents)),
  invariantChecks: optional('ck', listOf(invariantCheck)),
  selfUs: optional('us', plainNumber()),
});

/** @returns the line, without a newline */
export const encodeSummary = (record: SummaryRecord): string => summaryLayout.encode(record);
