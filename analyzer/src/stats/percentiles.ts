/**
 * Percentiles that say how sure they are: each with the interval in which the true one lies with 95 % probability.
 *
 * A percentile is left out when the samples cannot speak of it: p99 of 40 requests would only be their maximum under
 * another name. With enough samples for a lower bound but not for an upper one, `high` is undefined and the reader may
 * say "at least". A histogram's bucket widens the interval: its low end is the smallest value that the bucket of the
 * lower rank can hold, its high end the largest of the upper rank's.
 *
 * The values are read by hdr-histogram-js from counts that have its own layout (see `duration-histogram.ts`).
 */
import { Float64Histogram, Int32Histogram, type JsHistogram } from 'hdr-histogram-js';
import { COUNTS_LENGTH, type DurationHistogram, HIGHEST_US, LOWEST_US, SIGNIFICANT_DIGITS } from './duration-histogram.ts';
import { quantileRanks } from './quantile-ranks.ts';

export interface PercentileEstimate {
  readonly value: number;
  /** Bounds of the 95 % interval; `high` is undefined below the number of samples that an upper bound needs. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Absent members: not enough samples to speak of that percentile at all. */
export interface PercentileEstimates {
  readonly sampleCount: number;
  readonly p50Ms: PercentileEstimate | undefined;
  readonly p90Ms: PercentileEstimate | undefined;
  readonly p99Ms: PercentileEstimate | undefined;
  readonly p999Ms: PercentileEstimate | undefined;
  readonly maxMs: number | undefined;
}

/** Percentiles of counted durations: exact in their ranks, within 0.8 % (one bucket) in their values. */
export function percentilesOf(histogram: DurationHistogram): PercentileEstimates {
  const { counts, total } = histogram;
  if (counts === undefined || total === 0) return estimates(0, undefined, undefined);
  const known = told.get(histogram);
  if (known?.sampleCount === total) return known;
  const found = readPercentiles(histogram, counts, total);
  told.set(histogram, found);
  return found;
}

/** A section, its finding and the comparison with cold starts ask for those of the same histogram. Counts are only ever added. */
const told = new WeakMap<DurationHistogram, PercentileEstimates>();

function readPercentiles(histogram: DurationHistogram, counts: Float64Array, total: number): PercentileEstimates {
  const reader = hdrHistogramOf(counts, total);
  const { minUs, maxUs } = histogram;
  return estimates(total, maxUs / 1000, {
    // Half a rank below, so that rounding inside the library cannot reach the next sample.
    lowest: (rank) => Math.max(minUs, reader.lowestEquivalentValue(reader.getValueAtPercentile((100 * (rank - 0.5)) / total))) / 1000,
    highest: (rank) => Math.min(maxUs, reader.getValueAtPercentile((100 * (rank - 0.5)) / total)) / 1000,
  });
}

/** Percentiles of durations that are few enough to be kept one by one. @param valuesMs  in any order; NaN is not counted */
export function percentilesOfSample(valuesMs: readonly number[]): PercentileEstimates {
  const sorted = Float64Array.from(valuesMs.filter((value) => !Number.isNaN(value))).sort();
  const valueAt = (rank: number) => sorted[rank - 1]!;
  return estimates(sorted.length, sorted.at(-1), { lowest: valueAt, highest: valueAt });
}

interface Ranked {
  /** Smallest value that the sample of this rank can have had. */
  lowest(rank: number): number;
  /** Largest one. */
  highest(rank: number): number;
}

function estimates(sampleCount: number, maxMs: number | undefined, ranked: Ranked | undefined): PercentileEstimates {
  const at = (outOfThousand: number) => (ranked === undefined ? undefined : estimate(ranked, sampleCount, outOfThousand));
  return { sampleCount, p50Ms: at(500), p90Ms: at(900), p99Ms: at(990), p999Ms: at(999), maxMs };
}

function estimate(ranked: Ranked, sampleCount: number, outOfThousand: number): PercentileEstimate | undefined {
  // Fewer samples than this have no sample above the percentile: it would be the maximum under another name.
  if (sampleCount * (1000 - outOfThousand) < 1000) return undefined;
  const { low, high } = quantileRanks(sampleCount, outOfThousand / 1000);
  if (low === undefined) return undefined;
  const rank = Math.ceil((sampleCount * outOfThousand) / 1000);
  return { value: ranked.highest(rank), low: ranked.lowest(low), high: high === undefined ? undefined : ranked.highest(high) };
}

/** The library's 32-bit counters wrap around silently, so an export that could reach them gets its wide ones. */
const MOST_IN_32_BITS = 2 ** 31 - 1;

function hdrHistogramOf(counts: Float64Array, total: number): JsHistogram {
  const histogram = total > MOST_IN_32_BITS ? emptied(wide) : emptied(narrow);
  for (let i = 0; i < COUNTS_LENGTH; i++) if (counts[i]! > 0) histogram.setCountAtIndex(i, counts[i]!);
  histogram._totalCount = total;
  return histogram;
}

// One report reads hundreds of histograms, one after the other: they take turns in the same two.
const narrow = fixed(new Int32Histogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_DIGITS));
const wide = fixed(new Float64Histogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_DIGITS));

function fixed<Histogram extends JsHistogram>(histogram: Histogram): Histogram {
  histogram.autoResize = false;
  return histogram;
}

function emptied<Histogram extends JsHistogram>(histogram: Histogram): Histogram {
  histogram.reset();
  return histogram;
}
