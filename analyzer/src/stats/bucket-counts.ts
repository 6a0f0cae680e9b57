/**
 * The counts of a duration histogram, kept only where durations fell: for the many small histograms (one an hour, one
 * an age) of which a dense one each would take 24 KB.
 *
 * Most functions answer within a few doublings, and each doubling is 128 buckets. In an hour few of these are hit more than 255
 * times, so a count takes one byte until it needs two or four. Buckets are those of DurationHistogram, so that both add up to
 * the same integers.
 */
import { COUNTS_LENGTH, DurationHistogram } from './duration-histogram.ts';

export class BucketCounts {
  /** Bucket of `counts[0]`. */
  from = 0;
  counts: Uint8Array | Uint16Array | Uint32Array = new Uint8Array(0);
  total = 0;
  /** The highest that a count can be before all of them get more room. */
  #most = 0xff;

  copyWith(): BucketCounts {
    const made = new BucketCounts();
    made.from = this.from;
    made.counts = this.counts.slice();
    made.#most = this.#most;
    made.total = this.total;
    return made;
  }

  /** @param index  a bucket, as `DurationHistogram.record` returned it; below 0 is not counted */
  add(index: number): void {
    if (index < 0) return;
    let at = index - this.from;
    if (at < 0 || at >= this.counts.length) at = this.#reach(index, index) + index;
    const count = this.counts[at]! + 1;
    if (count > this.#most) this.#widenFor(count);
    this.counts[at] = count;
    this.total += 1;
  }

  /** @param other  possibly a structured clone that lost its class */
  merge(other: Pick<BucketCounts, 'from' | 'counts' | 'total'>): void {
    if (other.total === 0) return;
    const shift = other.from + this.#reach(other.from, other.from + other.counts.length - 1);
    for (let i = 0; i < other.counts.length; i++) this.#addTo(i + shift, other.counts[i]!);
    this.total += other.total;
  }

  mergeHistogram(histogram: DurationHistogram): void {
    const { counts } = histogram;
    if (counts === undefined || histogram.total === 0) return;
    const first = counts.findIndex((count) => count > 0);
    const last = counts.findLastIndex((count) => count > 0);
    const shift = this.#reach(first, last);
    for (let i = first; i <= last; i++) this.#addTo(i + shift, counts[i]!);
    this.total += histogram.total;
  }

  toHistogram(): DurationHistogram {
    const histogram = new DurationHistogram();
    histogram.addRange(this.from, this.counts);
    return histogram;
  }

  #addTo(at: number, more: number): void {
    if (more === 0) return;
    const count = this.counts[at]! + more;
    if (count > this.#most) this.#widenFor(count);
    this.counts[at] = count;
  }

  #widenFor(count: number): void {
    this.#most = count > 0xffff ? 0xffffffff : 0xffff;
    const wide = this.#room(this.counts.length);
    wide.set(this.counts);
    this.counts = wide;
  }

  #room(length: number): BucketCounts['counts'] {
    if (this.#most === 0xff) return new Uint8Array(length);
    return this.#most === 0xffff ? new Uint16Array(length) : new Uint32Array(length);
  }

  /**
   * Makes room for these buckets and those that are there.
   *
   * @returns what to add to a bucket to find its place
   */
  #reach(first: number, last: number): number {
    const end = this.from + this.counts.length;
    if (this.counts.length > 0 && first >= this.from && last < end) return -this.from;
    // Whole steps, so that a slowly widening range is not copied bucket by bucket.
    const lowest = this.counts.length === 0 ? first : Math.min(first, this.from);
    const highest = this.counts.length === 0 ? last : Math.max(last, end - 1);
    const from = Math.floor(lowest / STEP) * STEP;
    const to = Math.min(COUNTS_LENGTH, (Math.floor(highest / STEP) + 1) * STEP);
    const grown = this.#room(to - from);
    grown.set(this.counts, this.counts.length === 0 ? 0 : this.from - from);
    this.from = from;
    this.counts = grown;
    return -from;
  }
}

/** One doubling of the duration. */
const STEP = 128;
