/**
 * What a heap grew by at once, and did not give back: a table that is loaded, a cache that is built anew.
 *
 * A line through few floors explains one or two such steps nearly as well as a leak does. But a step stands between two low
 * points, and a leak spreads over all of them. Where a step brings about a full collection, the low points around it hide
 * it, and the collection leaves more than was there shortly before.
 */
import type { BlockMinima, LowPoint } from './block-minima.ts';
import type { Collection } from './collection-log.ts';
import { median } from './median.ts';

/**
 * The two largest rises from one low point to the next, beyond the usual one. A rise that a later low point takes back is
 * none: such are the teeth between collections.
 */
export function stepsOf(lows: BlockMinima, from: number, until: number, now: number): [number, number] {
  const points = lows.points(from - 1, now);
  if (points.length < FEWEST_LOWS_FOR_STEPS) return [0, 0];
  const usual = usualRise(points);
  const rises = [0, 0];
  let lowest = points.at(-1)!.value;
  for (let i = points.length - 2; i >= 0; i--) {
    const above = lowest;
    lowest = Math.min(lowest, points[i]!.value);
    if (points[i]!.at < until) rises.push(above - lowest);
  }
  rises.sort((one, other) => other - one);
  return [rises[0]! - usual, rises[1]! - usual];
}

/** @returns share of all that later low points never took back which the two largest rises hold; 1 where nothing rose */
export function shareOfTwoRises(lows: BlockMinima, from: number, now: number): number {
  const points = lows.points(Number.NEGATIVE_INFINITY, now);
  const rises = [0, 0];
  let lowest = points.at(-1)?.value ?? 0;
  let risen = 0;
  for (let i = points.length - 2; i >= 0; i--) {
    const above = lowest;
    lowest = Math.min(lowest, points[i]!.value);
    if (points[i + 1]!.at <= from) break;
    rises.push(above - lowest);
    risen += above - lowest;
  }
  rises.sort((one, other) => other - one);
  return risen > 0 ? (rises[0]! + rises[1]!) / risen : 1;
}

/** The most that three low points in a row lie above the two before them, all of them, beyond the usual rise. */
export function largestStayingRise(lows: BlockMinima, from: number, now: number): number {
  const points = lows.points(from, now);
  const usual = usualRise(points);
  let largest = 0;
  for (let i = 2; i + 2 < points.length; i++) {
    const after = Math.min(points[i]!.value, points[i + 1]!.value, points[i + 2]!.value);
    const before = Math.max(points[i - 1]!.value, points[i - 2]!.value);
    largest = Math.max(largest, after - before - usual);
  }
  return largest;
}

/**
 * By how much each collection left more than was there shortly before it: what came together with the collection that it
 * brought about.
 *
 * The heap beside a collection is the lowest of the invocations before it. Where the last collection is nearer than those
 * reach, it is that one's floor, and what the whole line rose by meanwhile is no step.
 *
 * @param slope  of the whole line
 */
export function leftBeyondWhatWas(settled: readonly Collection[], slope: number): number[] {
  return settled.map(({ at, besideBytes, floorBytes }, i) => {
    const since = at - (settled[i - 1]?.at ?? Number.NEGATIVE_INFINITY);
    return Math.max(0, floorBytes - besideBytes - (since <= LOOKED_BACK ? slope * since : 0));
  });
}

const usualRise = (points: readonly LowPoint[]): number =>
  points.length < 2 ? 0 : Math.max(0, median(points.slice(1).map(({ value }, i) => value - points[i]!.value)));

const FEWEST_LOWS_FOR_STEPS = 7;
/** The low point before a collection is that of so many invocations, at the most (`floor-trend.ts`). */
const LOOKED_BACK = 32;
