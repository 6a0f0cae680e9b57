/**
 * Whether a share rose, when what is counted comes in bursts: a slow dependency makes a whole hour slow, and its hundred
 * slow requests are one event, not a hundred.
 *
 * The counts of each hour tell how much more they vary than independent requests would (the dispersion); the difference
 * is judged against that, with as many degrees of freedom as there are hours.
 *
 * Source: P. McCullagh, J. A. Nelder, "Generalized Linear Models", 2nd edition (1989), section 4.5.
 */
import { studentAtLeast } from './student-tail.ts';

export interface Cluster {
  readonly count: number;
  readonly of: number;
}

export interface ClusteredRise {
  /** 1 when the hours vary as independent requests would; never taken below. */
  readonly dispersion: number;
  /** One-sided: a rise like this when nothing changed. */
  readonly p: number;
}

/** @returns undefined with fewer than three clusters on either side: their habits could not be told from a rise */
export function clusteredRise(earlier: readonly Cluster[], later: readonly Cluster[]): ClusteredRise | undefined {
  const [before, after] = [earlier.filter(({ of }) => of > 0), later.filter(({ of }) => of > 0)];
  if (Math.min(before.length, after.length) < LEAST_CLUSTERS) return undefined;
  const [first, second] = [totalOf(before), totalOf(after)];
  const pooled = (first.count + second.count) / (first.of + second.of);
  if (pooled === 0 || pooled === 1) return { dispersion: 1, p: 1 };
  const degrees = before.length + after.length - 2;
  const dispersion = Math.max(1, (spreadOf(before, first) + spreadOf(after, second)) / degrees);
  const deviation = Math.sqrt(dispersion * pooled * (1 - pooled) * (1 / first.of + 1 / second.of));
  return { dispersion, p: studentAtLeast((second.count / second.of - first.count / first.of) / deviation, degrees) };
}

const LEAST_CLUSTERS = 3;

function totalOf(clusters: readonly Cluster[]): Cluster {
  return { count: clusters.reduce((sum, { count }) => sum + count, 0), of: clusters.reduce((sum, { of }) => sum + of, 0) };
}

/** Pearson's chi-square of the clusters around their own share. */
function spreadOf(clusters: readonly Cluster[], { count, of }: Cluster): number {
  const share = count / of;
  if (share === 0 || share === 1) return 0;
  return clusters.reduce((sum, each) => sum + (each.count - each.of * share) ** 2 / (each.of * share * (1 - share)), 0);
}
