/**
 * What the collections that V8 makes of its own accord say about a heap, when nobody may force one.
 *
 * Between full collections a healthy heap climbs like a leaking one: what lived long enough to be promoted waits there. So
 * a climb proves nothing, and only floors after full collections count. They are noisy, because V8 misses garbage that died
 * while it marked: up to about a quarter of what is kept. What is missed only adds, so of floors that lie close together
 * the lowest speaks for all. Four floors or more are asked for their order (`rising-floors.ts`). Of fewer, a leak is named
 * only when they rise by more than a collection can miss, on a line, to the end, or when most of an even climb was kept
 * (`even-climb.ts`), and in any case only when no moment and no one or two stretches of the life hold the growth.
 *
 * A life may see a single full collection. Then the heap before it and the floor after it say how much of the climb was
 * kept, and so up to which invocation memory must have been kept at the least; a cache that was full by the middle of the
 * life hardly reaches beyond that.
 */

import { apartFloors, noiseBytes } from './apart-floors.ts';
import type { BlockMinima, LowPoint } from './block-minima.ts';
import type { Collection } from './collection-log.ts';
import { leftBeyondWhatWas, stepsOf } from './come-at-once.ts';
import { EVEN_CLIMB_FALSIFIERS, isSpreadOverLife, wasMostlyKept } from './even-climb.ts';
import { fitLine, type NoisyPoint, slopeOf } from './line-fit.ts';
import { FEWEST_FLOORS_IN_ORDER, RISING_FLOORS_FALSIFIERS, riseLikeALeak } from './rising-floors.ts';

export type PassiveVerdict =
  | { readonly kind: 'leaking'; readonly points: readonly NoisyPoint[]; readonly falsifiers: readonly string[] }
  | { readonly kind: 'growing-but-bounded'; readonly because: string }
  | { readonly kind: 'stable' }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

/**
 * @param lows         low points of the used heap
 * @param collections  V8's own full ones, oldest first
 * @param now          invocation number up to which is judged
 */
export function judgePassive(lows: BlockMinima, collections: readonly Collection[], now: number): PassiveVerdict {
  const from = WARM_UP_SHARE * now;
  const whole = judgeWindow({ lows, known: collections, from, now });
  const settled = collections.filter(({ at }) => at > from);
  const baseline = lows.lowest(from, from + BASELINE_SHARE * now);
  const recent = lows.lowest(RECENT_SHARE * now, now);
  if (settled.length === 0 || !baseline || !recent) return whole;
  const points = pointsOf(collections, settled, baseline, now);
  if (points.length < 2) return whole;
  // The low point ahead of the floors with its garbage is more than was kept: growth comes out smaller rather than larger.
  const atMost = isAhead(baseline, settled, now) ? [{ ...points[0]!, value: baseline.value }, ...points.slice(1)] : points;
  if (settled.length >= FEWEST_FLOORS_IN_ORDER) {
    if (riseLikeALeak(lows, settled, atMost, from, now)) return { kind: 'leaking', points, falsifiers: RISING_FLOORS_FALSIFIERS };
    return whole.kind === 'leaking' ? UNEVEN : whole;
  }
  const climb = { lows, known: collections, settled, points: atMost, from, now };
  if (recent.value < (1 + LEAST_RISE_SHARE) * baseline.value || !isSpreadOverLife(climb)) return whole.kind === 'leaking' ? STEPS : whole;
  if (whole.kind === 'leaking') return whole;
  // A leak that begins with half of the life bends the line of the whole; its later part is straight.
  const later = judgeWindow({ lows, known: collections, from: LATER_SHARE * now, now });
  if (later.kind === 'leaking') return later;
  return wasMostlyKept(climb) ? { kind: 'leaking', points, falsifiers: EVEN_CLIMB_FALSIFIERS } : whole;
}

// Chosen on seeds 1 to 80, 401 to 500, 1001 to 1400, 2001 to 2400, 3001 to 3800 and 8001 to 8160 of the leak lab's simulated processes
// and seeds 1 to 5 and 11 of its real programs, rounded; docs/thresholds.md says what each is for.
const WARM_UP_SHARE = 0.16;
const LATER_SHARE = 0.36;
const BASELINE_SHARE = 0.18;
const BASELINE_AHEAD_SHARE = 0.03;
const RECENT_SHARE = 0.85;
/** With fewer floors than show an order. */
const LEAST_RISE_SHARE = 0.3;
const GATHERED_NOISE_SHARE = 0.12;
const MEBIBYTE = 1024 * 1024;

interface Window {
  readonly lows: BlockMinima;
  readonly known: readonly Collection[];
  readonly from: number;
  readonly now: number;
}

function judgeWindow(window: Window): PassiveVerdict {
  const { lows, known, from, now } = window;
  const baseline = lows.lowest(from, from + BASELINE_SHARE * now);
  const recent = lows.lowest(RECENT_SHARE * now, now);
  if (!baseline || !recent) return { kind: 'insufficient-data', missing: 'low points of the heap early and late in the life' };
  const settled = known.filter((collection) => collection.at > from);
  const last = settled.at(-1);
  if (!last) {
    return isLevel(baseline.value, recent.value)
      ? { kind: 'stable' }
      : { kind: 'insufficient-data', missing: 'a full collection since the heap grew, to tell what of it is kept' };
  }
  const points = pointsOf(known, settled, baseline, now);
  // A single floor, early: what is there now is at most so much above it.
  if (points.length === 1) return isLevel(last.floorBytes, recent.value) ? { kind: 'stable' } : ONE_MORE;
  return points.length === 2 ? judgeTwo(window, points, isAhead(baseline, settled, now)) : judgeLine(window, points);
}

/** Floors that are far apart, and the low point ahead of them less the garbage that must have gathered by then. */
function pointsOf(known: readonly Collection[], settled: readonly Collection[], baseline: LowPoint, now: number): NoisyPoint[] {
  const floors = apartFloors(settled, now);
  return isAhead(baseline, settled, now) ? [withoutWaste(known, baseline, wastePerInvocation(known)), ...floors] : floors;
}

const isAhead = (baseline: LowPoint, settled: readonly Collection[], now: number): boolean =>
  baseline.at < apartFloors(settled, now)[0]!.at - BASELINE_AHEAD_SHARE * now;

const isLevel = (fromBytes: number, toBytes: number): boolean => toBytes - fromBytes <= Math.max(MEBIBYTE, 0.05 * toBytes);

const ONE_MORE: PassiveVerdict = { kind: 'insufficient-data', missing: 'one more full collection' };
const STEPS: PassiveVerdict = { kind: 'insufficient-data', missing: 'growth in more than one or two steps' };

/** What a line of floors has to show: of three little can be seen, so they have to show more. */
interface LineDemands {
  /** Of the first floor. V8 was seen to miss a quarter of what is kept; the lowest of several floors hides less. */
  readonly growthShare: number;
  /** Standard errors by which the floors have to rise. */
  readonly score: number;
  readonly straightness: number;
  /** Of the growth, what one stretch of the life may hold beyond its usual climb. */
  readonly stepShare: number;
  /** Pace of the later half over that of the whole. */
  readonly lateShare: number;
}

const OF_THREE: LineDemands = { growthShare: 0.33, score: 3, straightness: 0.92, stepShare: 0.14, lateShare: 0.8 };
const OF_FOUR: LineDemands = { growthShare: 0.42, score: 3.6, straightness: 0.65, stepShare: 0.19, lateShare: 0 };
const TWO_STEPS_SHARE = 0.35;
const LEAST_GROWTH_BYTES = 2.5 * MEBIBYTE;
const BOUNDED_LATE_SHARE = 0.3;
const LAST_FLOOR_SHARE = 0.45;
const GOES_ON_SHARE = 0.1;

const LINE_FALSIFIERS = [
  'floors after full collections rise by more than the garbage that a collection misses',
  'they lie on a straight line',
  'they rise in the later half, too, with three floors at 0.8 of the pace',
  'no two stretches of the life hold 0.35 of the growth beyond their usual climb, and no rise between low points that stayed a fifth',
  'the climb since the last full collection goes on',
  'the state of 1 % of the life earlier does not say otherwise',
] as const;

function judgeLine({ lows, known, now }: Window, points: readonly NoisyPoint[]): PassiveVerdict {
  const [first, end] = [points[0]!, points.at(-1)!];
  const demands = points.length === 3 ? OF_THREE : OF_FOUR;
  const fit = fitLine(points);
  const length = end.at - first.at;
  const grown = fit.slope * length;
  const material = Math.max(LEAST_GROWTH_BYTES, demands.growthShare * first.value);
  if (!(fit.slope > demands.score * fit.standardError) || grown < material) {
    return isAtMostLevel(grown + 2 * fit.standardError * length, end.value) ? { kind: 'stable' } : BEYOND_NOISE;
  }
  const [largest, secondLargest] = stepsOf(lows, first.at, end.at, now);
  if (largest > demands.stepShare * grown || largest + secondLargest > TWO_STEPS_SHARE * grown) return STEPS;
  const later = points.filter((point) => point.at >= (first.at + end.at) / 2);
  const late = fitLine(later.length >= 2 ? later : points.slice(-2));
  if (late.slope < demands.lateShare * fit.slope) {
    return late.slope < BOUNDED_LATE_SHARE * fit.slope ? { kind: 'growing-but-bounded', because: 'it slows down' } : UNEVEN;
  }
  if (fit.straightness < demands.straightness) return UNEVEN;
  if (end.at < LAST_FLOOR_SHARE * now) return { kind: 'insufficient-data', missing: 'a full collection in the later half of the life' };
  const since = lows.points(Math.max(known.at(-1)!.at, 0.65 * now), now);
  if (since.length >= 4 && slopeOf(since) < GOES_ON_SHARE * (fit.slope + wastePerInvocation(known))) {
    return { kind: 'growing-but-bounded', because: 'growth stopped' };
  }
  return { kind: 'leaking', points, falsifiers: LINE_FALSIFIERS };
}

const UNEVEN: PassiveVerdict = { kind: 'insufficient-data', missing: 'growth that comes with every stretch of the life' };
const BEYOND_NOISE: PassiveVerdict = { kind: 'insufficient-data', missing: 'growth beyond the garbage that a collection misses' };

const isAtMostLevel = (mostBytes: number, endBytes: number): boolean => mostBytes <= Math.max(1.5 * MEBIBYTE, 0.15 * endBytes);

const CLIMB_SCORE = 3.5;
const CLIMB_STEP_SHARE = 0.15;
const CLIMB_COLLECTED_STEP_SHARE = 0.15;

/** The start of the climb and the one floor after it, or two floors and no start. */
function judgeTwo(window: Window, points: readonly NoisyPoint[], isAhead: boolean): PassiveVerdict {
  const [first, end] = [points[0]!, points[1]!];
  const fit = fitLine(points);
  const grown = end.value - first.value;
  if (!(fit.slope > CLIMB_SCORE * fit.standardError) || grown < LEAST_GROWTH_BYTES) {
    return isAtMostLevel(grown + 2 * fit.standardError * (end.at - first.at), end.value) ? { kind: 'stable' } : ONE_MORE;
  }
  const { lows, known, from, now } = window;
  const settled = known.filter((collection) => collection.at > from);
  const collectedSteps = leftBeyondWhatWas(settled, fit.slope).reduce((sum, bytes) => sum + bytes, 0);
  if (collectedSteps > CLIMB_COLLECTED_STEP_SHARE * grown) return STEPS;
  if (stepsOf(lows, first.at, end.at, now)[0] > CLIMB_STEP_SHARE * grown) return STEPS;
  return isAhead ? judgeLastClimb(window, points) : ONE_MORE;
}

const KEPT_UNTIL_SHARE = 0.21;
const MISSED_AT_MOST_SHARE = 0.2;
const CLIMB_UNTIL_SHARE = 0.5;
const KEPT_OF_CLIMB_SHARE = 0.27;
const EVEN_CLIMB_SHARE = 0.6;
const CLIMB_GOES_ON_SHARE = 0.8;

const CLIMB_FALSIFIERS = [
  'the floor after the full collection lies above the level before the climb by more than a collection misses',
  'it came after the middle of the life, and left more than a quarter of the climb',
  'even if a fifth of that floor is garbage, memory was kept until beyond the warm-up',
  'no stretch of the life holds 0.15 of the growth beyond its usual climb, and low points climb late as well',
  'the climb goes on after the collection as before it',
  'the state of 1 % of the life earlier does not say otherwise',
] as const;

/** The climb up to the last full collection: how much of it was kept, and for how long it must have been. */
function judgeLastClimb({ lows, known, now }: Window, points: readonly NoisyPoint[]): PassiveVerdict {
  const last = known.at(-1)!;
  const from = known.at(-2)?.at ?? 0;
  const climb = lows.points(Math.max(0.1 * now, from), last.at - 1);
  if (last.at < CLIMB_UNTIL_SHARE * now || climb.length < FEWEST_LOWS_OF_CLIMB) return ONE_MORE;
  const half = climb.length >> 1;
  if (slopeOf(climb.slice(half)) < EVEN_CLIMB_SHARE * slopeOf(climb.slice(0, half))) return ONE_MORE;
  const ramp = slopeOf(climb);
  const first = climb[0]!;
  const keptUntil = first.at + ((1 - MISSED_AT_MOST_SHARE) * last.floorBytes - first.value) / ramp;
  if (!(keptUntil >= KEPT_UNTIL_SHARE * now)) return ONE_MORE;
  if (last.floorBytes - first.value < KEPT_OF_CLIMB_SHARE * (last.besideBytes - first.value)) return ONE_MORE;
  const since = lows.points(last.at, now);
  if (since.length >= 4 && slopeOf(since) < CLIMB_GOES_ON_SHARE * ramp) return ONE_MORE;
  return { kind: 'leaking', points, falsifiers: CLIMB_FALSIFIERS };
}

const FEWEST_LOWS_OF_CLIMB = 10;

/** Garbage that full collections took, spread over the life. */
function wastePerInvocation(collections: readonly Collection[]): number {
  let taken = 0;
  for (const { besideBytes, floorBytes } of collections) taken += Math.max(0, besideBytes - floorBytes);
  return taken / collections.at(-1)!.at;
}

/** A low point before the first floor, less the garbage that must have gathered by then. */
function withoutWaste(known: readonly Collection[], low: LowPoint, waste: number): NoisyPoint {
  const gathered = waste * (low.at - (known.findLast((collection) => collection.at <= low.at)?.at ?? 0));
  return { at: low.at, value: low.value - gathered, noise: noiseBytes(low.value) + GATHERED_NOISE_SHARE * gathered };
}
