/**
 * How long warm attempts took, and how many attempts failed, by how many the sandbox had served before.
 *
 * Bands double (1, 2, 4, 8 …), so that twenty of them hold a million invocations. Only sandboxes whose start is in the
 * input count: of the others nobody knows the age.
 */
import { BucketCounts } from '../stats/bucket-counts.ts';
import type { SandboxSummary } from './summary.ts';

/** Sixteen million invocations: a sandbox of one millisecond each and five hours. */
export const AGE_BANDS = 24;

/** Of a sandbox whose start was not seen, and of several that cannot be told apart, nobody knows the age: -1. */
export function ageOf({ initKind, isolated, invocationCount }: SandboxSummary): number {
  return initKind === undefined || !isolated ? -1 : ageBandOf(invocationCount);
}

/** @param n  which invocation of its sandbox it is, from 1 */
function ageBandOf(n: number): number {
  return Math.min(AGE_BANDS - 1, 31 - Math.clz32(n));
}

export interface AgeCounts {
  readonly warm: BucketCounts;
  attemptCount: number;
  failedCount: number;
}

export class SandboxAges {
  /** Band b holds the invocations from the 2^b-th of a sandbox on. */
  bands: AgeCounts[] = [];

  copyWith(copy: <T>(value: T) => T): SandboxAges {
    const made = new SandboxAges();
    made.bands = copy(this.bands);
    return made;
  }

  /**
   * @param band    of its age
   * @param bucket  as `DurationHistogram.record` returned it; below 0: no warm duration
   */
  add(band: number, bucket: number, failed: boolean): void {
    const counts = this.bands[band] ?? this.#band(band);
    counts.warm.add(bucket);
    counts.attemptCount++;
    if (failed) counts.failedCount++;
  }

  /** @param other  possibly a structured clone that lost its classes */
  merge(other: Pick<SandboxAges, 'bands'>): void {
    other.bands.forEach(({ warm, attemptCount, failedCount }, band) => {
      const mine = this.#band(band);
      mine.warm.merge(warm);
      mine.attemptCount += attemptCount;
      mine.failedCount += failedCount;
    });
  }

  #band(band: number): AgeCounts {
    while (this.bands.length <= band) this.bands.push({ warm: new BucketCounts(), attemptCount: 0, failedCount: 0 });
    return this.bands[band]!;
  }
}
