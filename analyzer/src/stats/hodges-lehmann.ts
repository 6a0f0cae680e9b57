/**
 * By how much one sample lies above another: the median of all differences between them, with the interval that belongs
 * to the Mann-Whitney test (it leaves out "no difference" exactly when the test says so).
 *
 * All n·m differences are never written down: a difference of given rank is found by halving the range and counting.
 * On logarithms the shift is a ratio, which is what "init became 20 % slower" means.
 *
 * Source: J. L. Hodges, E. L. Lehmann (1963), "Estimates of location based on rank tests", Annals of Mathematical
 * Statistics 34 (2), 598–611; the interval: L. E. Moses in M. Hollander, D. A. Wolfe, "Nonparametric Statistical
 * Methods" (1973), section 4.3.
 */
import { deviationOfU, MOST_COUNTED, rankSumWays } from './mann-whitney.ts';
import { normalQuantile } from './normal-distribution.ts';
import { logarithmsOf, type WeightedSample } from './weighted-sample.ts';

export interface ShiftEstimate {
  readonly shift: number;
  /** undefined where there are too few values to bound it. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export interface RatioEstimate {
  readonly ratio: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** @returns `after` minus `before`; undefined when one of them is empty */
export function hodgesLehmannShift(before: WeightedSample, after: WeightedSample, level = 0.95): ShiftEstimate | undefined {
  if (before.total === 0 || after.total === 0) return undefined;
  const pairs = before.total * after.total;
  const lower = differenceAtRank(before, after, Math.floor((pairs + 1) / 2));
  const upper = pairs % 2 === 1 ? lower : differenceAtRank(before, after, pairs / 2 + 1);
  const rank = boundingRank(before.total, after.total, level);
  return {
    shift: (lower + upper) / 2,
    low: rank === undefined ? undefined : differenceAtRank(before, after, rank),
    high: rank === undefined ? undefined : differenceAtRank(before, after, pairs + 1 - rank),
  };
}

/** @returns `after` over `before`, of values above 0; the interval is widened by what a histogram's buckets hide */
export function hodgesLehmannRatio(before: WeightedSample, after: WeightedSample, level = 0.95): RatioEstimate | undefined {
  const estimate = hodgesLehmannShift(logarithmsOf(before), logarithmsOf(after), level);
  if (estimate === undefined) return undefined;
  const hidden = before.relativeError + after.relativeError;
  return {
    ratio: Math.exp(estimate.shift),
    low: estimate.low === undefined ? undefined : Math.exp(estimate.low - hidden),
    high: estimate.high === undefined ? undefined : Math.exp(estimate.high + hidden),
  };
}

/** Largest rank that fewer than half of (1 - level) of all U fall below; undefined where even the first one is not. */
function boundingRank(beforeCount: number, afterCount: number, level: number): number | undefined {
  const tail = (1 - level) / 2;
  const whole = beforeCount + afterCount;
  if (whole > MOST_COUNTED) {
    const rank = Math.floor(0.5 + (beforeCount * afterCount) / 2 + normalQuantile(tail) * deviationOfU(beforeCount, afterCount));
    return rank >= 1 ? rank : undefined;
  }
  const ways = rankSumWays(Array<number>(whole).fill(1), afterCount);
  const all = ways.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let u = 0; ; u++) {
    seen += ways[2 * u + afterCount * (afterCount + 1)] ?? 0;
    if (seen / all > tail) return u >= 1 ? u : undefined;
  }
}

/** The difference of that rank among all pairs, counted from 1. */
function differenceAtRank(before: WeightedSample, after: WeightedSample, rank: number): number {
  let low = after.values[0]! - before.values.at(-1)!;
  let high = after.values.at(-1)! - before.values[0]!;
  if (countUpTo(before, after, low) >= rank) return low;
  const close = CLOSE * Math.max(Math.abs(low), Math.abs(high));
  while (high - low > close) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (countUpTo(before, after, middle) >= rank) high = middle;
    else low = middle;
  }
  // From here on along the differences that there are.
  for (;;) {
    low = nextDifference(before, after, low);
    if (!Number.isFinite(low) || countUpTo(before, after, low) >= rank) return low;
  }
}

const CLOSE = 1e-13;

function countUpTo(before: WeightedSample, after: WeightedSample, difference: number): number {
  let pairs = 0;
  let covered = 0;
  let j = 0;
  for (let i = 0; i < before.values.length; i++) {
    while (j < after.values.length && after.values[j]! - before.values[i]! <= difference) covered += after.counts[j++]!;
    pairs += before.counts[i]! * covered;
  }
  return pairs;
}

function nextDifference(before: WeightedSample, after: WeightedSample, difference: number): number {
  let next = Number.POSITIVE_INFINITY;
  let j = 0;
  for (let i = 0; i < before.values.length; i++) {
    while (j < after.values.length && after.values[j]! - before.values[i]! <= difference) j++;
    if (j < after.values.length) next = Math.min(next, after.values[j]! - before.values[i]!);
  }
  return next;
}
