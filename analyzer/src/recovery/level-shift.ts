/**
 * How far a series moved from before to now, and how far it moves anyway.
 *
 * Medians and median deviations, because a baseline of real traffic holds a few minutes that are nobody's baseline.
 */
import { median } from '../stats/median.ts';

export interface LevelShift {
  readonly before: number;
  readonly now: number;
  /** Standard deviation of single periods before, as the median deviation tells it. */
  readonly noise: number;
  readonly pointCount: number;
}

/**
 * @param from  index of the first period of the incident
 * @returns undefined where either side has fewer than three periods
 */
export function levelShift(series: readonly number[], from: number): LevelShift | undefined {
  const before = series.slice(0, from).filter(Number.isFinite);
  const after = series.slice(from).filter(Number.isFinite);
  // What climbs is judged by where it has come to.
  const now = after.slice(Math.floor(after.length / 3));
  if (before.length < FEWEST || now.length < FEWEST) return undefined;
  const middle = median(before)!;
  const spread = median(before.map((value) => Math.abs(value - middle)))!;
  return { before: middle, now: median(now)!, noise: NORMAL_PER_DEVIATION * spread, pointCount: now.length };
}

const FEWEST = 3;
/** Of a normal distribution: standard deviation over median absolute deviation. */
const NORMAL_PER_DEVIATION = 1.4826;
