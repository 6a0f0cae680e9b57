/**
 * Between which two samples, in order of size, a true quantile lies: it needs no assumption about their distribution.
 *
 * The number of samples below the true quantile is a binomial count, so ranks cut from its tails hold the quantile
 * with at least the stated probability. Where there are too few samples no rank can: 95 % on both sides need 6 samples
 * for the median, 36 for p90, 72 for p95, 368 for p99 and 3,688 for p99.9.
 *
 * Source: W. J. Conover, "Practical Nonparametric Statistics", 3rd edition (1999), section 3.2; H. A. David,
 * H. N. Nagaraja, "Order Statistics", 3rd edition (2003), section 7.1.
 */
import { binomialAtLeast, binomialAtMost } from './binomial-tails.ts';
import { remembered } from './remembered.ts';

/** Ranks count from 1 (smallest) to n; undefined where n samples cannot bound the quantile on that side. */
export interface QuantileRanks {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * @param sampleCount  how many samples
 * @param quantile     0 to 1, exclusive
 * @param level        probability that the two ranks enclose the true quantile; half of the rest on each side
 */
export function quantileRanks(sampleCount: number, quantile: number, level = 0.95): QuantileRanks {
  return ranks(sampleCount, quantile, level);
}

const ranks = remembered((sampleCount, quantile, level): QuantileRanks => {
  const tail = (1 - level) / 2;
  // Largest rank that lies above the quantile with probability `tail` at most, and smallest that lies below it so.
  const beyondLow = firstTrue(0, sampleCount, (below) => binomialAtMost(below, sampleCount, quantile) > tail);
  const high = firstTrue(1, sampleCount + 1, (rank) => binomialAtLeast(rank, sampleCount, quantile) <= tail);
  return { low: beyondLow > 0 ? beyondLow : undefined, high: high <= sampleCount ? high : undefined };
});

/** @returns the first whole number in [low, high] for which a claim that turns true once is true */
function firstTrue(low: number, high: number, isTrue: (candidate: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (isTrue(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
