/**
 * Counts durations in hdr-histogram-js's own buckets (2 significant digits, 1 µs to 15 min), without its call cost.
 *
 * `counts` is laid out exactly like the library's counts array, so adding integers anywhere equals merging the
 * library's histograms, and the library reads the percentiles: at most 0.8 % too high (one bucket).
 */
export const LOWEST_US = 1;
export const HIGHEST_US = 900_000_000;
export const SIGNIFICANT_DIGITS = 2;

// With 2 digits the library keeps 256 sub-buckets (the power of two at or above 2 * 10^2), hence these shifts.
const SUB_BUCKET_HALF_BITS = 7;
const SUB_BUCKET_HALF_COUNT = 128;
const BUCKET_COUNT = 23;
export const COUNTS_LENGTH = (BUCKET_COUNT + 1) * SUB_BUCKET_HALF_COUNT;

/** @returns the counts index of a duration in whole µs, already clamped to [0, HIGHEST_US] */
export function countsIndexOf(us: number): number {
  // 24 = 32 - 8 sub-bucket bits; below 256 the bucket is 0 and the value is the index.
  const bucket = 24 - Math.clz32(us | 255);
  const subBucket = us >>> bucket;
  return ((bucket + 1) << SUB_BUCKET_HALF_BITS) + (subBucket - SUB_BUCKET_HALF_COUNT);
}

/** @returns the middle of the durations that an index stands for, in µs */
export function bucketMiddleUs(index: number): number {
  const bucket = Math.max(0, (index >>> SUB_BUCKET_HALF_BITS) - 1);
  const width = 1 << bucket;
  return (index - bucket * SUB_BUCKET_HALF_COUNT) * width + (width - 1) / 2;
}

/** @returns the buckets between which all counts lie: most functions answer within a tenth of them */
export function reachOf({ counts, minUs, maxUs }: DurationHistogram): { readonly first: number; readonly last: number } {
  return counts === undefined ? { first: 0, last: -1 } : { first: countsIndexOf(minUs), last: countsIndexOf(maxUs) };
}

/** Counts of histograms that nobody reads any more, to be used again. */
const spare: Float64Array[] = [];
const MOST_SPARE = 64;

export class DurationHistogram {
  /** Nobody will read it again: its room is used for the next one. */
  static giveBack(histogram: DurationHistogram): void {
    if (histogram.counts !== undefined && spare.length < MOST_SPARE) spare.push(histogram.counts);
    histogram.counts = undefined;
    histogram.total = 0;
  }

  /** Allocated with the first value: most configurations never see a cold start. */
  counts: Float64Array | undefined;
  total = 0;
  minUs = Number.POSITIVE_INFINITY;
  maxUs = 0;

  /**
   * @param ms  0 and up; NaN is not counted
   * @returns the bucket that it was counted in, -1 where it was not
   */
  record(ms: number): number {
    if (!(ms >= 0)) return -1;
    const us = Math.min(HIGHEST_US, Math.max(LOWEST_US, Math.round(ms * 1000)));
    this.counts ??= new Float64Array(COUNTS_LENGTH);
    const index = countsIndexOf(us);
    this.counts[index]! += 1;
    this.total += 1;
    if (us < this.minUs) this.minUs = us;
    if (us > this.maxUs) this.maxUs = us;
    return index;
  }

  /** Counts of a line that carries a histogram of the same layout: exact, but for the extremes, which are known to a bucket. */
  addBuckets(buckets: readonly { readonly index: number; readonly count: number }[]): void {
    for (const { index, count } of buckets) {
      this.counts ??= new Float64Array(COUNTS_LENGTH);
      this.counts[index]! += count;
      this.total += count;
      const us = Math.round(bucketMiddleUs(index));
      if (us < this.minUs) this.minUs = us;
      if (us > this.maxUs) this.maxUs = us;
    }
  }

  /** The same, for counts of neighbouring buckets. @param from  bucket of the first */
  addRange(from: number, counts: ArrayLike<number>): void {
    let [first, last] = [-1, -1];
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      this.counts ??= spare.pop()?.fill(0) ?? new Float64Array(COUNTS_LENGTH);
      this.counts[from + i]! += counts[i]!;
      this.total += counts[i]!;
      if (first < 0) first = from + i;
      last = from + i;
    }
    if (first < 0) return;
    this.minUs = Math.min(this.minUs, Math.round(bucketMiddleUs(first)));
    this.maxUs = Math.max(this.maxUs, Math.round(bucketMiddleUs(last)));
  }

  /** Known to half a bucket: 0.4 %. */
  sumMs(): number {
    let us = 0;
    this.counts?.forEach((count, index) => {
      if (count > 0) us += count * bucketMiddleUs(index);
    });
    return us / 1000;
  }

  merge(other: DurationHistogram): void {
    if (other.counts === undefined) return;
    this.counts ??= spare.pop()?.fill(0) ?? new Float64Array(COUNTS_LENGTH);
    const { first, last } = reachOf(other);
    for (let i = first; i <= last; i++) this.counts[i]! += other.counts[i]!;
    this.total += other.total;
    this.minUs = Math.min(this.minUs, other.minUs);
    this.maxUs = Math.max(this.maxUs, other.maxUs);
  }
}
