/**
 * One to three full collections of V8's own: was most of an even climb kept?
 *
 * So few floors prove no line. But the climb between collections is known at some dozens of points: how even it is, whether
 * its pace held, how much of it the last collection left, and so until when memory must have been kept at the least. A cache
 * that was full early leaves less; a table that is loaded, a step.
 */
import type { BlockMinima } from './block-minima.ts';
import type { Collection } from './collection-log.ts';
import { largestStayingRise, leftBeyondWhatWas, shareOfTwoRises } from './come-at-once.ts';
import { keptPace } from './kept-pace.ts';
import { fitLine, type NoisyPoint, slopeOf } from './line-fit.ts';

/** Every way to be wrong that an even climb has passed. */
export const EVEN_CLIMB_FALSIFIERS = [
  'the last full collection left at least 0.45 of the climb before it, and floors rose by 3 MB',
  'even if a fifth of that floor is garbage, memory was kept until beyond the warm-up',
  'low points climb late in the life at 0.7 of their early pace or more',
  'no two stretches of the life hold more than 0.35 of what was never given back, and no rise between neighbouring low points a fifth of the growth',
  'no collection left much more than was there shortly before it',
  'the state of 1 % of the life earlier does not say otherwise',
] as const;

interface Climb {
  readonly lows: BlockMinima;
  /** Full collections of the whole life, and those after the warm-up, oldest first. */
  readonly known: readonly Collection[];
  readonly settled: readonly Collection[];
  /** Floors that are far apart, and a low point ahead of them: at least two. */
  readonly points: readonly NoisyPoint[];
  readonly from: number;
  readonly now: number;
}

/** @returns whether no single moment holds much of the growth, and low points climb late in the life as well */
export function isSpreadOverLife({ lows, settled, points, from, now }: Climb): boolean {
  const { slope } = fitLine(points);
  const grown = slope * (points.at(-1)!.at - points[0]!.at);
  if (!(largestStayingRise(lows, from, now) <= STAYING_RISE_SHARE * grown)) return false;
  if (Math.max(...leftBeyondWhatWas(settled, slope)) > LEFT_BEYOND_SHARE * settled.at(-1)!.floorBytes) return false;
  return keptPace(lows, now) >= LEAST_PACE_SHARE;
}

export function wasMostlyKept({ lows, known, points, from, now }: Climb): boolean {
  if (now < FEWEST_INVOCATIONS || keptPace(lows, now) < EVEN_PACE_SHARE) return false;
  if (shareOfTwoRises(lows, from, now) > TWO_RISES_SHARE) return false;
  const fit = fitLine(points);
  if (!(fit.slope > CLIMB_SCORE * fit.standardError)) return false;
  if (fit.slope * (points.at(-1)!.at - points[0]!.at) < LEAST_GROWTH_BYTES) return false;
  const last = known.at(-1)!;
  const climb = lows.points(Math.max(CLIMB_FROM_SHARE * now, known.at(-2)?.at ?? 0), last.at - 1);
  if (climb.length < FEWEST_LOWS_OF_CLIMB) return false;
  const first = climb[0]!;
  if (!(last.floorBytes - first.value >= LEFT_OF_CLIMB_SHARE * (last.besideBytes - first.value))) return false;
  const pace = slopeOf(climb);
  if (!(pace > 0)) return false;
  const keptUntil = first.at + ((1 - MISSED_AT_MOST_SHARE) * last.floorBytes - first.value) / pace;
  return keptUntil >= KEPT_UNTIL_SHARE * now;
}

// Chosen on the lives that passive-verdict.ts names.
const STAYING_RISE_SHARE = 0.2;
const LEFT_BEYOND_SHARE = 0.05;
const LEAST_PACE_SHARE = 0.55;
/** Real programs of fewer invocations, which still fill what they fill once, were called leaking. */
const FEWEST_INVOCATIONS = 600;
const EVEN_PACE_SHARE = 0.7;
const TWO_RISES_SHARE = 0.35;
const CLIMB_SCORE = 3.5;
const LEAST_GROWTH_BYTES = 3 * 1024 * 1024;
const CLIMB_FROM_SHARE = 0.1;
const FEWEST_LOWS_OF_CLIMB = 3;
const LEFT_OF_CLIMB_SHARE = 0.45;
const MISSED_AT_MOST_SHARE = 0.2;
const KEPT_UNTIL_SHARE = 0.22;
