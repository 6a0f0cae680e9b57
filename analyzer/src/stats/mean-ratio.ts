/**
 * How many times the mean became what it was: what a bill follows, since every millisecond costs the same.
 *
 * Source: E. C. Fieller (1954), "Some problems in interval estimation", Journal of the Royal Statistical Society B 16,
 * 175–185, here in the logarithmic form of the delta method; with tails as long as those of durations it needs a few
 * hundred values on each side.
 */

import { normalQuantile } from './normal-distribution.ts';
import type { WeightedSample } from './weighted-sample.ts';

export interface MeanRatio {
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** @returns undefined below two values on a side, or where a mean is not above 0 */
export function meanRatio(before: WeightedSample, after: WeightedSample): MeanRatio | undefined {
  const [from, to] = [momentsOf(before), momentsOf(after)];
  if (from === undefined || to === undefined) return undefined;
  const reach = Z_95 * Math.hypot(from.relativeDeviation, to.relativeDeviation) + before.relativeError + after.relativeError;
  const ratio = to.mean / from.mean;
  return { before: from.mean, after: to.mean, ratio, low: ratio * Math.exp(-reach), high: ratio * Math.exp(reach) };
}

const Z_95 = normalQuantile(0.975);

function momentsOf(sample: WeightedSample): { readonly mean: number; readonly relativeDeviation: number } | undefined {
  if (sample.total < 2) return undefined;
  const mean = sample.values.reduce((sum, value, i) => sum + value * sample.counts[i]!, 0) / sample.total;
  if (!(mean > 0)) return undefined;
  const square = sample.values.reduce((sum, value, i) => sum + sample.counts[i]! * (value - mean) ** 2, 0);
  return { mean, relativeDeviation: Math.sqrt(square / (sample.total - 1) / sample.total) / mean };
}
