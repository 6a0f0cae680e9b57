/**
 * Four full collections or more of V8's own: do their floors rise as those of a leak do?
 *
 * A floor may hold twice what is kept, since V8 misses garbage that died while it marked: real programs at heavy work show
 * such floors. Sizes of single floors therefore say little, their order much: after a leak nearly every floor lies above all
 * earlier ones, whatever some of them missed. Caches that fill up, and tables that are loaded, rise in order as well. So the
 * floors of a leak must not lie on two or three levels, none of the growth may have come at once, and it has to go on.
 */
import type { BlockMinima } from './block-minima.ts';
import type { Collection } from './collection-log.ts';
import { largestStayingRise, leftBeyondWhatWas } from './come-at-once.ts';
import { keptPace } from './kept-pace.ts';
import { fitLine, type NoisyPoint, slopeOf } from './line-fit.ts';

export const FEWEST_FLOORS_IN_ORDER = 4;

/** Every way to be wrong that rising floors have passed. */
export const RISING_FLOORS_FALSIFIERS = [
  'the floors after full collections rise by more than a quarter and 3 MB, and far beyond their scatter',
  'nearly every floor lies above those before it and late ones rise still, or floors and climbs keep half of their pace to the end',
  'no rise between neighbouring low points that stayed holds more than a quarter of the growth',
  'the floors do not lie on two or three levels',
  'no collection left much more than was there shortly before it',
  'the climb since the last full collection goes on',
  'the state of 1 % of the life earlier does not say otherwise',
] as const;

/**
 * @param lows     low points of the used heap
 * @param settled  full collections after the warm-up, at least four, oldest first
 * @param points   what stands for them: floors that are far apart, and a low point ahead of them; at least two
 */
export function riseLikeALeak(
  lows: BlockMinima,
  settled: readonly Collection[],
  points: readonly NoisyPoint[],
  from: number,
  now: number,
): boolean {
  const [first, end] = [points[0]!, points.at(-1)!];
  const fit = fitLine(points);
  const grown = fit.slope * (end.at - first.at);
  if (!(grown >= Math.max(LEAST_GROWTH_BYTES, LEAST_GROWTH_SHARE * first.value)) || end.at < LAST_FLOOR_SHARE * now) return false;
  if (largestStayingRise(lows, from, now) > STAYING_RISE_SHARE * grown) return false;
  if (Math.max(...leftBeyondWhatWas(settled, fit.slope)) > LEFT_BEYOND_SHARE * settled.at(-1)!.floorBytes) return false;
  const since = lows.points(Math.max(settled.at(-1)!.at, RECENT_SHARE * now), now);
  if (since.length >= FEWEST_RECENT_LOWS && slopeOf(since) < GOES_ON_SHARE * fit.slope) return false;
  const line = lineOf(settled);
  const overLevels = settled.length < MANY_FLOORS ? FEW_OVER_LEVELS : MANY_OVER_LEVELS;
  if (lineOf(confirmed(settled)).overLevels < overLevels) return false;
  const late = points.filter(({ at }) => at >= LATE_SHARE * now);
  const latePace = late.length >= 2 ? fitLine(late).slope / fit.slope : 0;
  if (line.score >= EVEN_SCORE && latePace >= EVEN_PACE_SHARE && keptPace(lows, now) >= CLIMB_PACE_SHARE) return true;
  return line.score >= ORDERLY_SCORE && latePace >= ORDERLY_PACE_SHARE && shareInOrder(points) >= IN_ORDER_SHARE;
}

// Chosen on the lives that passive-verdict.ts names.
const MEBIBYTE = 1024 * 1024;
const LEAST_GROWTH_BYTES = 3 * MEBIBYTE;
const LEAST_GROWTH_SHARE = 0.28;
const LAST_FLOOR_SHARE = 0.5;
const STAYING_RISE_SHARE = 0.25;
const LEFT_BEYOND_SHARE = 0.15;
const ORDERLY_SCORE = 4.5;
const IN_ORDER_SHARE = 0.83;
// Three levels fit five floors well whatever they do. Thirteen of a real program that loaded a table stood at 0.1 to 0.3.
const MANY_FLOORS = 7;
const FEW_OVER_LEVELS = 0.1;
const MANY_OVER_LEVELS = 0.3;
const EVEN_SCORE = 3.75;
const LATE_SHARE = 0.45;
const EVEN_PACE_SHARE = 0.5;
/** Floors in order may slow down, as those of a leak do whose pace follows the traffic. */
const ORDERLY_PACE_SHARE = 0.2;
const RECENT_SHARE = 0.65;
const FEWEST_RECENT_LOWS = 4;
const GOES_ON_SHARE = 0.1;
const CLIMB_PACE_SHARE = 0.8;

/** Of all pairs of floors: how many rise. */
function shareInOrder(points: readonly NoisyPoint[]): number {
  let rising = 0;
  let pairs = 0;
  for (const [i, earlier] of points.entries()) {
    for (let j = i + 1; j < points.length; j++) {
      pairs++;
      if (points[j]!.value > earlier.value) rising++;
    }
  }
  return rising / pairs;
}

/** Each floor as low as a later one came: garbage that was missed once would hide the levels of a table that was loaded. */
function confirmed(settled: readonly Collection[]): Collection[] {
  let lowest = Number.POSITIVE_INFINITY;
  const floors = settled.toReversed().map((collection) => {
    lowest = Math.min(lowest, collection.floorBytes);
    return { ...collection, floorBytes: lowest };
  });
  return floors.reverse();
}

/**
 * The plain line through all floors, each as sure as any other: by how many of its standard errors it rises, and how much three
 * levels in a row leave unexplained, in terms of what the line does. No floor is known better than to one or two parts in a
 * hundred.
 */
function lineOf(settled: readonly Collection[]): { score: number; overLevels: number } {
  const values = settled.map(({ floorBytes }) => floorBytes);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanAt = settled.reduce((sum, { at }) => sum + at, 0) / settled.length;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { at, floorBytes } of settled) {
    xx += (at - meanAt) ** 2;
    xy += (at - meanAt) * (floorBytes - mean);
    yy += (floorBytes - mean) ** 2;
  }
  const left = Math.max(0, yy - xy ** 2 / xx);
  const score = xy / xx / Math.sqrt((left / (values.length - 2) + (0.01 * mean) ** 2) / xx);
  const known = (0.02 * mean) ** 2 * values.length;
  return { score, overLevels: (leftByThreeLevels(values, mean) + known) / (left + known) };
}

/** Sum of squares that the best three levels in a row leave. */
function leftByThreeLevels(values: readonly number[], mean: number): number {
  const sums = [0];
  const squares = [0];
  for (const value of values) {
    sums.push(sums.at(-1)! + (value - mean));
    squares.push(squares.at(-1)! + (value - mean) ** 2);
  }
  const left = (from: number, until: number) => squares[until]! - squares[from]! - (sums[until]! - sums[from]!) ** 2 / (until - from);
  let least = Number.POSITIVE_INFINITY;
  for (let second = 1; second < values.length - 1; second++) {
    for (let third = second + 1; third < values.length; third++) {
      least = Math.min(least, left(0, second) + left(second, third) + left(third, values.length));
    }
  }
  return least;
}
