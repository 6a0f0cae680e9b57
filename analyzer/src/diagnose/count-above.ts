/**
 * How many durations of a histogram lie above a limit. Only the bucket that holds the limit leaves a doubt; both ends
 * of it are given, so that whoever judges can lean to the side of "not shown".
 */
import { COUNTS_LENGTH, countsIndexOf, type DurationHistogram, HIGHEST_US, LOWEST_US } from '../stats/duration-histogram.ts';

export interface CountAbove {
  /** Surely above the limit. */
  readonly atLeast: number;
  /** Above it, or in the limit's own bucket. */
  readonly atMost: number;
}

export function countAbove(histogram: DurationHistogram, limitMs: number): CountAbove {
  const limitUs = Math.min(HIGHEST_US, Math.max(LOWEST_US, Math.round(limitMs * 1000)));
  const { counts } = histogram;
  if (counts === undefined || histogram.maxUs <= limitUs) return { atLeast: 0, atMost: 0 };
  if (histogram.minUs > limitUs) return { atLeast: histogram.total, atMost: histogram.total };
  const own = countsIndexOf(limitUs);
  let above = 0;
  for (let i = own + 1; i < COUNTS_LENGTH; i++) above += counts[i]!;
  return { atLeast: above, atMost: above + counts[own]! };
}
