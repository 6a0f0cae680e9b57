/**
 * How many times as often something happens as before, with an interval that stays true when it never happened.
 *
 * Given how many were seen in all, each belongs to the later time with a probability that only the ratio of the rates
 * and the exposures decide. That makes it one binomial share with an exact interval. It treats events as rare: for
 * shares near one the interval is too wide, never too narrow.
 *
 * Source: J. Przyborowski, H. Wilenski (1940), "Homogeneity of results in testing samples from Poisson series",
 * Biometrika 31 (3/4), 313–323.
 */
import { binomialAtLeast, binomialAtMost } from './binomial-tails.ts';
import { clopperPearson } from './clopper-pearson.ts';

export interface RateRatio {
  /** undefined where nothing was seen before (or at all): any ratio would do. */
  readonly ratio: number | undefined;
  readonly low: number;
  /** Infinity where nothing was seen before. */
  readonly high: number;
  /** Two-sided. */
  readonly p: number;
}

/** @returns undefined where one side could not have shown it */
export function rateRatio(
  before: { readonly count: number; readonly of: number },
  after: { readonly count: number; readonly of: number },
  level = 0.95,
): RateRatio | undefined {
  if (!(before.of > 0 && after.of > 0)) return undefined;
  const all = before.count + after.count;
  const evenShare = after.of / (before.of + after.of);
  const { low, high } = clopperPearson(after.count, all, level);
  const ratioAt = (share: number) => (share >= 1 ? Number.POSITIVE_INFINITY : (share / (1 - share)) * (before.of / after.of));
  const tail = Math.min(binomialAtLeast(after.count, all, evenShare), binomialAtMost(after.count, all, evenShare));
  return {
    ratio: before.count === 0 ? undefined : after.count / after.of / (before.count / before.of),
    low: ratioAt(low),
    high: ratioAt(high),
    p: Math.min(1, 2 * tail),
  };
}
