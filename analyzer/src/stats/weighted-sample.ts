/**
 * A sample as distinct values and how often each was seen: what a list of durations and a histogram have in common.
 *
 * Summaries keep durations only as counts in buckets. Every rank statistic works as well from counts, where what fell
 * into one bucket is tied, so that one test serves both and its cost follows the number of buckets, not of requests.
 */
import { bucketMiddleUs, type DurationHistogram, reachOf } from './duration-histogram.ts';

export interface WeightedSample {
  /** Distinct and ascending. */
  readonly values: Float64Array;
  /** How often each was seen, above 0. */
  readonly counts: Float64Array;
  readonly total: number;
  /** How far a value may lie from what was measured, as a share of it: 0 where the values are the measured ones. */
  readonly relativeError: number;
}

/** @param values  in any order; what is not finite is not counted */
export function sampleOf(values: readonly number[]): WeightedSample {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  const distinct: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (value === distinct.at(-1)) counts[counts.length - 1]! += 1;
    else {
      distinct.push(value);
      counts.push(1);
    }
  }
  return { values: Float64Array.from(distinct), counts: Float64Array.from(counts), total: sorted.length, relativeError: 0 };
}

/** Durations in ms, each at the middle of its bucket. */
export function sampleOfHistogram(histogram: DurationHistogram): WeightedSample {
  const values: number[] = [];
  const counts: number[] = [];
  const { first, last } = reachOf(histogram);
  for (let index = first; index <= last; index++) {
    const count = histogram.counts![index]!;
    if (count <= 0) continue;
    values.push(bucketMiddleUs(index) / 1000);
    counts.push(count);
  }
  return {
    values: Float64Array.from(values),
    counts: Float64Array.from(counts),
    total: counts.reduce((sum, count) => sum + count, 0),
    relativeError: HALF_BUCKET,
  };
}

/** Differences of logarithms are ratios. Values that have no logarithm are left out. */
export function logarithmsOf(sample: WeightedSample): WeightedSample {
  const from = sample.values.findIndex((value) => value > 0);
  const values = from < 0 ? new Float64Array(0) : sample.values.slice(from).map(Math.log);
  const counts = from < 0 ? new Float64Array(0) : sample.counts.slice(from);
  return { values, counts, total: counts.reduce((sum, count) => sum + count, 0), relativeError: sample.relativeError };
}

/** @param rank  from 1, the smallest, to `total` */
export function valueAtRank(sample: WeightedSample, rank: number): number {
  let seen = 0;
  for (let i = 0; i < sample.values.length; i++) {
    seen += sample.counts[i]!;
    if (seen >= rank) return sample.values[i]!;
  }
  return sample.values.at(-1) ?? Number.NaN;
}

/** The smallest value that at least a share `quantile` of the sample does not exceed. */
export function quantileOf(sample: WeightedSample, quantile: number): number {
  // A hair less, so that 0.1 · 30 = 3.0000000000000004 is the third.
  return valueAtRank(sample, Math.max(1, Math.ceil(quantile * sample.total - 1e-9)));
}

/** How many lie above a value. */
export function countAboveValue(sample: WeightedSample, value: number): number {
  let above = 0;
  for (let i = sample.values.length - 1; i >= 0 && sample.values[i]! > value; i--) above += sample.counts[i]!;
  return above;
}

/** The same of a histogram, without making a sample of it. */
export function countAboveMs(histogram: DurationHistogram, ms: number): number {
  const { first, last } = reachOf(histogram);
  let above = 0;
  for (let index = last; index >= first && bucketMiddleUs(index) / 1000 > ms; index--) above += histogram.counts![index]!;
  return above;
}

/** With 2 significant digits a bucket is at most 1/128 of its lowest value wide. */
const HALF_BUCKET = 1 / 256;
