/**
 * Whether more of a later sample lie above the earlier one's p99 than the earlier one's own size explains.
 *
 * Comparing two p99 asks the few largest values of both. Counting how many of the later sample pass a rank of the earlier
 * one needs far fewer, and its distribution is known exactly without knowing that of the durations: when nothing
 * changed, every order of the two samples together is as likely as any other. That the earlier p99 was itself estimated
 * is part of it; a binomial test against "1 %" takes it for known, and alarms too often after a short baseline.
 *
 * Source: E. J. Gumbel, H. von Schelling (1950), "The distribution of the number of exceedances", Annals of
 * Mathematical Statistics 21 (2), 247–262.
 */
import { hypergeometricAtLeast } from './hypergeometric-tail.ts';
import { countAboveValue, quantileOf, type WeightedSample } from './weighted-sample.ts';

export interface Exceedance {
  /** The earlier sample's quantile: the limit that is passed. */
  readonly limit: number;
  readonly earlierAbove: number;
  readonly earlierTotal: number;
  readonly laterAbove: number;
  readonly laterTotal: number;
  /** How likely at least so many are when nothing changed. */
  readonly p: number;
}

/** @returns undefined when one of the samples is empty */
export function exceedanceOf(earlier: WeightedSample, later: WeightedSample, quantile: number): Exceedance | undefined {
  if (earlier.total === 0 || later.total === 0) return undefined;
  const limit = quantileOf(earlier, quantile);
  const earlierAbove = countAboveValue(earlier, limit);
  const laterAbove = countAboveValue(later, limit);
  return {
    limit,
    earlierAbove,
    earlierTotal: earlier.total,
    laterAbove,
    laterTotal: later.total,
    p: exceedanceProbability(laterAbove, later.total, earlierAbove, earlier.total),
  };
}

/**
 * @param laterAbove    of the later sample, above the value of which `earlierAbove` of the earlier one are larger
 * @returns P(at least so many) when both come from one distribution; ties make it too large, never too small
 */
export function exceedanceProbability(laterAbove: number, laterTotal: number, earlierAbove: number, earlierTotal: number): number {
  // At least k of the later ones above that rank: among the largest (earlierAbove + k) of all, at least k are later ones.
  return hypergeometricAtLeast(laterAbove, earlierAbove + laterAbove, laterTotal, earlierTotal + laterTotal);
}
