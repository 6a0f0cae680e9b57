/**
 * One invocation, as seen from inside: what the platform's own lines do not tell.
 *
 * A request served by a long-running process is an invocation too. The line is written once per invocation on the
 * user's bill, so its typical form stays below 220 bytes (test/agent/record.test.ts measures it).
 */

import { type BreakerEvents, breakerEvents } from './breaker-events.ts';
import { count, epochMilliseconds, flag, kibibytes, listOf, milliseconds, perMille, plainNumber, text } from './codec.ts';
import { layoutOf, optional, type RecordBase } from './fields.ts';
import { type GarbageCollections, garbageCollections } from './garbage-collections.ts';
import { type InvariantCheck, invariantCheck } from './invariant-checks.ts';
import { type LiveSockets, liveSockets } from './live-sockets.ts';
import { type MemorySample, memorySample } from './memory-sample.ts';
import { type OutboundCalls, outboundCalls } from './outbound-calls.ts';
import { RECORD_PREFIX } from './prefix.ts';
import type { Bytes, EpochMilliseconds, Milliseconds } from './units.ts';

export interface InvocationRecord extends RecordBase {
  readonly kind: 'invocation';
  /** Lambda's request id, or the process's own id of a request: the key to join by, together with the log stream. */
  readonly requestId?: string | undefined;
  /** Only where the envelope names no log stream. */
  readonly sandboxId?: string | undefined;
  /** Worker thread; heaps are per thread, resident memory per process. Absent on the main thread. */
  readonly threadId?: number | undefined;
  /** W3C trace id, 32 hex digits, where no platform line tells it. */
  readonly traceId?: string | undefined;
  /** Only where the envelope gives no time. */
  readonly startedAtEpochMs?: EpochMilliseconds | undefined;
  /** Low-cardinality route of a request, `GET /orders/:id`; never a raw path. */
  readonly route?: string | undefined;
  /** 1 for the first invocation of this sandbox. */
  readonly invocationNumber?: number | undefined;
  readonly durationMs?: Milliseconds | undefined;
  readonly failed?: boolean | undefined;
  readonly errorType?: string | undefined;
  readonly memory?: MemorySample | undefined;
  /** Heap that V8 has taken from the system. */
  readonly heapCommittedBytes?: Bytes | undefined;
  /** What V8 itself allocated outside the heap. */
  readonly mallocedBytes?: Bytes | undefined;
  /** Sockets, timers and files that keep the process busy. */
  readonly handleCount?: number | undefined;
  /** Share of the invocation in which the event loop was busy, 0 to 1. */
  readonly loopUtilisation?: number | undefined;
  readonly gc?: GarbageCollections | undefined;
  readonly outboundCalls?: readonly OutboundCalls[] | undefined;
  /** Calls still under way when the response was given: work that freezes with the sandbox. */
  readonly openCallCount?: number | undefined;
  /** `sqs`, `apigateway`, `http` …: who woke the function. */
  readonly eventSource?: string | undefined;
  /** Messages or items in the event. */
  readonly eventItemCount?: number | undefined;
  /** The highest approximate receive count among the items: more than 1 is a redelivery. */
  readonly receiveCount?: number | undefined;
  /** Items given back to the source: those of a partial batch response, or all of them when the handler failed. */
  readonly returnedCount?: number | undefined;
  /** Items whose key had been handled with success before, in this sandbox. */
  readonly duplicateCount?: number | undefined;
  /** Short hashes of the items' idempotency keys, so that duplicates show across sandboxes; of all items where the handler failed. */
  readonly itemKeys?: readonly string[] | undefined;
  /** Messages that the program said it dropped. */
  readonly droppedCount?: number | undefined;
  /** Times that a fallback answered instead of the real thing. */
  readonly fallbackCount?: number | undefined;
  /** Names of the fallbacks that answered. */
  readonly fallbackNames?: readonly string[] | undefined;
  /** Names of circuit breakers that were open. */
  readonly openBreakers?: readonly string[] | undefined;
  readonly breakerEvents?: readonly BreakerEvents[] | undefined;
  /** Absent when the program checked nothing. */
  readonly invariantChecks?: readonly InvariantCheck[] | undefined;
  readonly liveSockets?: readonly LiveSockets[] | undefined;
  /** The fault drill that touched it: it says nothing about the rates of production. */
  readonly drillId?: string | undefined;
  /** Record lines since the last one that could not be written. */
  readonly lostLineCount?: number | undefined;
  /** What this record cost the invocation. */
  readonly selfUs?: number | undefined;
}

export const invocationLayout = layoutOf<InvocationRecord>(RECORD_PREFIX, 'invocation', 'inv', {
  requestId: optional('id', text),
  sandboxId: optional('sb', text),
  threadId: optional('th', count),
  traceId: optional('tr', text),
  startedAtEpochMs: optional('t', epochMilliseconds<EpochMilliseconds>()),
  route: optional('rt', text),
  invocationNumber: optional('n', count),
  durationMs: optional('d', milliseconds<Milliseconds>()),
  failed: optional('f', flag),
  errorType: optional('et', text),
  memory: optional('m', memorySample),
  heapCommittedBytes: optional('hc', kibibytes<Bytes>()),
  mallocedBytes: optional('mb', kibibytes<Bytes>()),
  handleCount: optional('hn', count),
  loopUtilisation: optional('u', perMille),
  gc: optional('g', garbageCollections),
  outboundCalls: optional('c', listOf(outboundCalls)),
  openCallCount: optional('oc', count),
  eventSource: optional('es', text),
  eventItemCount: optional('en', count),
  receiveCount: optional('er', count),
  returnedCount: optional('rf', count),
  duplicateCount: optional('du', count),
  itemKeys: optional('ek', listOf(text)),
  droppedCount: optional('dr', count),
  fallbackCount: optional('fb', count),
  fallbackNames: optional('fx', listOf(text)),
  openBreakers: optional('cb', listOf(text)),
  breakerEvents: optional('be', listOf(breakerEvents)),
  invariantChecks: optional('ck', listOf(invariantCheck)),
  liveSockets: optional('sk', listOf(liveSockets)),
  drillId: optional('di', text),
  lostLineCount: optional('ll', count),
  selfUs: optional('us', plainNumber()),
});

/** @returns the line, without a newline */
export const encodeInvocation = (record: InvocationRecord): string => invocationLayout.encode(record);
