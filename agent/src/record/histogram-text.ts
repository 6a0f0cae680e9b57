/**
 * A histogram of durations as a short text, so that a periodic line can carry exact counts.
 *
 * Buckets are those of an HDR histogram with 2 significant digits from 1 µs to 15 min, named by their index in its
 * counts array: adding the counts of two lines equals merging the two histograms. Only buckets with a count are
 * written, as pairs (buckets skipped since the last one, count) of variable-length numbers, five bits a character,
 * lowest first, in the base64url alphabet. Neighbouring buckets with counts below 32 cost two characters each.
 *
 * Source of the layout: HdrHistogram, "HdrHistogram: A High Dynamic Range Histogram" (hdrhistogram.org), getCountsArrayIndex.
 */

/** Buckets with a count, by rising index. */
export type HistogramBuckets = readonly HistogramBucket[];

export interface HistogramBucket {
  /** Index in the counts array, 0 to HISTOGRAM_LENGTH - 1. */
  readonly index: number;
  /** At least 1. */
  readonly count: number;
}

/** Length of the counts array. */
export const HISTOGRAM_LENGTH = 3072;

/** Durations beyond it are counted in the bucket of 15 min, Lambda's own limit. */
export const HISTOGRAM_HIGHEST_US = 900_000_000;

/** @returns the bucket of a duration; NaN and negative durations belong to none and give -1 */
export function bucketOfMs(durationMs: number): number {
  if (!(durationMs >= 0)) return -1;
  const us = Math.min(HISTOGRAM_HIGHEST_US, Math.max(1, Math.round(durationMs * 1000)));
  // 2 digits need 256 sub-buckets; each further bucket has 128 of them, twice as wide as the ones before.
  const bucket = 24 - Math.clz32(us | 255);
  return bucket * 128 + (us >>> bucket);
}

/** @returns where the bucket begins: no duration that is shorter belongs to it or to one above */
export function lowestMsOf(index: number): number {
  const bucket = Math.max(0, (index >> 7) - 1);
  const us = (index - bucket * 128) * 2 ** bucket;
  // Durations are rounded to whole microseconds, and nothing is counted below the first.
  return us > 1 ? (us - 0.5) / 1000 : 0;
}

/** @param counts  a whole counts array, mostly zeros */
export function bucketsOfCounts(counts: ArrayLike<number>): HistogramBuckets {
  const buckets: HistogramBucket[] = [];
  for (let index = 0; index < counts.length && index < HISTOGRAM_LENGTH; index++) {
    if (counts[index]! > 0) buckets.push({ index, count: counts[index]! });
  }
  return buckets;
}

export function encodeHistogram(buckets: HistogramBuckets): string {
  let written = '';
  let next = 0;
  for (const { index, count } of buckets) {
    written += writeNumber(index - next) + writeNumber(count);
    next = index + 1;
  }
  return written;
}

/** @returns undefined when the text is not a histogram of this layout */
export function decodeHistogram(written: string): HistogramBuckets | undefined {
  const buckets: HistogramBucket[] = [];
  let next = 0;
  let at = 0;

  function readNumber(): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const digit = DIGITS.get(written.charCodeAt(at++));
      if (digit === undefined) return Number.NaN;
      value += (digit & 31) * weight;
      if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
      if ((digit & 32) === 0) return value;
      weight *= 32;
    }
  }

  while (at < written.length) {
    const index = next + readNumber();
    const count = readNumber();
    if (!(index < HISTOGRAM_LENGTH && count >= 1)) return undefined;
    buckets.push({ index, count });
    next = index + 1;
  }
  return buckets;
}

function writeNumber(value: number): string {
  let written = '';
  let rest = value;
  while (rest >= 32) {
    written += ALPHABET[(rest % 32) + 32];
    rest = Math.floor(rest / 32);
  }
  return written + ALPHABET[rest];
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const DIGITS = new Map([...ALPHABET].map((character, digit) => [character.charCodeAt(0), digit]));
