/**
 * Whether values of one sample tend to be larger than those of another, whatever their distribution.
 *
 * Durations have tails that move a mean at will; ranks do not care. Up to 50 values the distribution of the statistic is
 * counted exactly, ties included (every way to deal the same values out to two samples is as likely as any other);
 * beyond that the normal approximation with ties and continuity is used, as R's `wilcox.test` and SciPy do.
 *
 * Source: H. B. Mann, D. R. Whitney (1947), "On a test of whether one of two random variables is stochastically larger
 * than the other", Annals of Mathematical Statistics 18 (1), 50–60; ties: E. L. Lehmann, "Nonparametrics" (1975), 1.4.
 */
import { normalAtLeast } from './normal-distribution.ts';
import type { WeightedSample } from './weighted-sample.ts';

export interface RankTest {
  /** Pairs in which `after` is the larger, ties by half. */
  readonly u: number;
  /** Share of pairs in which `after` is the larger: 0.5 when neither tends to be. */
  readonly share: number;
  /** One-sided: how likely at least so many would be if nothing had changed. */
  readonly greater: number;
  /** One-sided: at most so many. */
  readonly less: number;
  readonly twoSided: number;
  readonly method: 'exact' | 'normal';
}

/** @returns undefined when one of the samples is empty */
export function mannWhitney(before: WeightedSample, after: WeightedSample): RankTest | undefined {
  if (before.total === 0 || after.total === 0) return undefined;
  const { u, ties } = pairsWon(before, after);
  const pairs = before.total * after.total;
  const isSmall = before.total + after.total <= MOST_COUNTED;
  const { greater, less } = isSmall ? countedTails(ties, after.total, u) : normalTails(ties, before.total, after.total, u);
  return { u, share: u / pairs, greater, less, twoSided: Math.min(1, 2 * Math.min(greater, less)), method: isSmall ? 'exact' : 'normal' };
}

/** Standard deviation of U when nothing changed and nothing is tied. */
export function deviationOfU(beforeCount: number, afterCount: number): number {
  return Math.sqrt((beforeCount * afterCount * (beforeCount + afterCount + 1)) / 12);
}

/**
 * Ways to deal values out to two samples, by twice the rank sum of the second one.
 * @param ties  sizes of the groups of equal values, smallest value first
 */
export function rankSumWays(ties: readonly number[], afterCount: number): Float64Array {
  const whole = ties.reduce((sum, size) => sum + size, 0);
  const ways = Array.from({ length: afterCount + 1 }, () => new Float64Array(whole * (whole + 1) + 1));
  ways[0]![0] = 1;
  let below = 0;
  for (const size of ties) {
    // Twice the middle rank of the group, so that halves stay whole numbers.
    const rank = 2 * below + size + 1;
    // From many to few, so that what is added up is still what the groups before this one gave.
    for (let taken = Math.min(afterCount, below + size); taken > 0; taken--) {
      for (let more = Math.max(1, taken - below); more <= Math.min(size, taken); more++)
        addShifted(ways[taken]!, ways[taken - more]!, taken - more, below, rank * more, choose(size, more));
    }
    below += size;
  }
  return ways[afterCount]!;
}

/** @param taken  how many of the `below` lowest values the sums in `from` are of: others than theirs do not occur */
function addShifted(into: Float64Array, from: Float64Array, taken: number, below: number, shift: number, factor: number): void {
  const highest = taken * (2 * below - taken + 1);
  for (let sum = taken * (taken + 1); sum <= highest; sum++) into[sum + shift]! += from[sum]! * factor;
}

/** 25 of 50 can be dealt out in 1.3e14 ways: whole numbers that a double still holds. */
export const MOST_COUNTED = 50;

function pairsWon(before: WeightedSample, after: WeightedSample): { readonly u: number; readonly ties: readonly number[] } {
  const ties: number[] = [];
  let u = 0;
  let below = 0;
  let i = 0;
  let j = 0;
  while (i < before.values.length || j < after.values.length) {
    const value = Math.min(before.values[i] ?? Number.POSITIVE_INFINITY, after.values[j] ?? Number.POSITIVE_INFINITY);
    const mine = before.values[i] === value ? before.counts[i++]! : 0;
    const theirs = after.values[j] === value ? after.counts[j++]! : 0;
    u += theirs * (below + mine / 2);
    below += mine;
    ties.push(mine + theirs);
  }
  return { u, ties };
}

function countedTails(ties: readonly number[], afterCount: number, u: number): { readonly greater: number; readonly less: number } {
  const ways = rankSumWays(ties, afterCount);
  // U is the rank sum without the ranks that the sample has among itself.
  const doubled = Math.round(2 * u) + afterCount * (afterCount + 1);
  let all = 0;
  let atLeast = 0;
  let atMost = 0;
  ways.forEach((count, sum) => {
    all += count;
    if (sum >= doubled) atLeast += count;
    if (sum <= doubled) atMost += count;
  });
  return { greater: atLeast / all, less: atMost / all };
}

function normalTails(ties: readonly number[], beforeCount: number, afterCount: number, u: number) {
  const whole = beforeCount + afterCount;
  const tied = ties.reduce((sum, size) => sum + (size * (size - 1) * (size + 1)) / (whole * (whole - 1)), 0);
  const deviation = Math.sqrt((beforeCount * afterCount * (whole + 1 - tied)) / 12);
  // All values alike: nothing can be said of an order.
  if (!(deviation > 0)) return { greater: 1, less: 1 };
  const mean = (beforeCount * afterCount) / 2;
  return { greater: normalAtLeast((u - mean - 0.5) / deviation), less: normalAtLeast((mean - u - 0.5) / deviation) };
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return Math.round(ways);
}
