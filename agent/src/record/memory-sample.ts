/**
 * What a process holds in memory around one piece of work.
 *
 * Heap, external and resident memory stand side by side because a leak shows in only one of them: closures in the
 * heap floor, Buffers in external, zlib streams and addons in neither, only in what is resident.
 */
import { type Codec, columns, kibibytes } from './codec.ts';
import type { Bytes } from './units.ts';

export interface MemorySample {
  /** V8's used heap when the work began. */
  readonly heapUsedBeforeBytes?: Bytes | undefined;
  /** V8's used heap when it ended. */
  readonly heapUsedAfterBytes?: Bytes | undefined;
  /** Used heap right after the last full garbage collection: what was really held. Absent before the first one. */
  readonly heapFloorBytes?: Bytes | undefined;
  /** Memory outside the heap that V8 knows of, mostly Buffers. */
  readonly externalBytes?: Bytes | undefined;
  /** Resident memory of the process, at its highest. */
  readonly rssBytes?: Bytes | undefined;
}

export const memorySample: Codec<MemorySample> = columns<MemorySample>({
  heapUsedBeforeBytes: kibibytes<Bytes>(),
  heapUsedAfterBytes: kibibytes<Bytes>(),
  heapFloorBytes: kibibytes<Bytes>(),
  externalBytes: kibibytes<Bytes>(),
  rssBytes: kibibytes<Bytes>(),
});
