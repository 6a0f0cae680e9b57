/**
 * A suspicion that memory is kept, with what was done to test it: forced collections and the sites that allocate.
 *
 * Between full collections a heap grows in healthy programs too. Only the floor after forced ones, and the places whose
 * live memory grows from one to the next, separate a leak from garbage that nobody has collected yet.
 */
import { type Codec, columns, count, epochMilliseconds, kibibytes, listOf, milliseconds, oneOf, plainNumber, text } from './codec.ts';
import { layoutOf, optional, type RecordBase, required } from './fields.ts';
import { RECORD_PREFIX } from './prefix.ts';
import type { Bytes, EpochMilliseconds, Milliseconds } from './units.ts';

/** What was left after a forced full collection. */
export interface HeapProbe {
  readonly invocationNumber: number;
  readonly heapUsedBytes: Bytes;
  readonly externalBytes?: Bytes | undefined;
  /** How long the collection stopped the process, between invocations. */
  readonly pauseMs?: Milliseconds | undefined;
}

/** A place in the code whose objects are still alive. Sampled: bytes are estimates. */
export interface AllocationSite {
  readonly functionName: string;
  /** Path below the code directory, or the package and the path within it. */
  readonly file: string;
  /** 1 for the first line. */
  readonly line: number;
  readonly liveBytes: Bytes;
  /** Since about half of the time that it was sampled for: what was filled once, or is replaced, has stopped growing by then. */
  readonly grownBytes?: Bytes | undefined;
  /** 1 for the first; in a bundle of one line it is what tells one function from another. */
  readonly column?: number | undefined;
}

export interface LeakRecord extends RecordBase {
  readonly kind: 'leak';
  readonly atEpochMs: EpochMilliseconds;
  readonly sandboxId?: string | undefined;
  readonly threadId?: number | undefined;
  readonly invocationNumber?: number | undefined;
  /** Whose memory grows. */
  readonly channel: 'heap' | 'external' | 'native' | 'handles';
  /** `suspected` by what was seen in passing; the others after forced collections. */
  readonly verdict: 'suspected' | 'leaking' | 'growing-but-bounded' | 'stable' | 'insufficient-data';
  /** Growth of the floor for each invocation. */
  readonly slopeBytes?: number | undefined;
  /** Oldest first. */
  readonly probes?: readonly HeapProbe[] | undefined;
  /** The one that grew most first. */
  readonly allocationSites?: readonly AllocationSite[] | undefined;
  /** What looking cost, in total so far. */
  readonly selfUs?: number | undefined;
}

const heapProbe: Codec<HeapProbe> = columns<HeapProbe>(
  { invocationNumber: count, heapUsedBytes: kibibytes<Bytes>(), externalBytes: kibibytes<Bytes>(), pauseMs: milliseconds<Milliseconds>() },
  ['invocationNumber', 'heapUsedBytes'],
);

const allocationSite: Codec<AllocationSite> = columns<AllocationSite>(
  { functionName: text, file: text, line: count, liveBytes: kibibytes<Bytes>(), grownBytes: kibibytes<Bytes>(), column: count },
  ['functionName', 'file', 'line', 'liveBytes'],
);

export const leakLayout = layoutOf<LeakRecord>(RECORD_PREFIX, 'leak', 'leak', {
  atEpochMs: required('t', epochMilliseconds<EpochMilliseconds>()),
  sandboxId: optional('sb', text),
  threadId: optional('th', count),
  invocationNumber: optional('n', count),
  channel: required('ch', oneOf({ heap: 'heap', external: 'external', native: 'native', handles: 'handles' })),
  verdict: required(
    've',
    oneOf({
      suspected: 'suspected',
      leaking: 'leaking',
      'growing-but-bounded': 'bounded',
      stable: 'stable',
      'insufficient-data': 'insufficient',
    }),
  ),
  slopeBytes: optional('sl', plainNumber()),
  probes: optional('pb', listOf(heapProbe)),
  allocationSites: optional('as', listOf(allocationSite)),
  selfUs: optional('us', plainNumber()),
});

/** @returns the line, without a newline */
export const encodeLeak = (record: LeakRecord): string => leakLayout.encode(record);
