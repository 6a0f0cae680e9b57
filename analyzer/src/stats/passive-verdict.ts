/**
 * What the collections that V8 makes of its own accord say about a heap, when nobody may force one.
 *
 * Between full collections a healthy heap climbs like a leaking one: what lived long enough to be promoted waits there. So
 * a climb proves nothing, and only floors after full collections count. They are noisy, because V8 misses garbage that died
 * while it marked: up to about a quarter of what is kept. A leak is therefore named only when the floors rise beyond that
 * noise, both up to the last but one and in the later half, and when the climb since the last collection has not ended.
 *
 * A life may see a single full collection. Then the heap before it and the floor after it say how much of the climb was
 * kept, and so up to which invocation memory must have been kept at the least; a cache that was full by the middle of the
 * life hardly reaches beyond that.
 */
import type { BlockMinima, LowPoint } from './block-minima.ts';
import type { Collection } from './collection-log.ts';
import { fitLine, type NoisyPoint, slopeOf } from './line-fit.ts';
import { median } from './median.ts';

export type PassiveVerdict =
  | { readonly kind: 'leaking'; readonly points: readonly NoisyPoint[] }
  | { readonly kind: 'growing-but-bounded'; readonly because: string }
  | { readonly kind: 'stable' }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

/**
 * @param lows         low points of the used heap
 * @param collections  V8's own full ones, oldest first
 * @param now          invocation number up to which is judged
 */
export function judgePassive(lows: BlockMinima, collections: readonly Collection[], now: number): PassiveVerdict {
  const whole = judgeWindow({ lows, known: collections, from: WARM_UP_SHARE * now, now, score: GROWTH_SCORE });
  if (whole.kind === 'leaking') return whole;
  // A leak that begins with half of the life bends the line of the whole; its later part is straight.
  const later = judgeWindow({ lows, known: collections, from: LATER_SHARE * now, now, score: LATER_GROWTH_SCORE });
  return later.kind === 'leaking' ? later : whole;
}

/** Every way to be wrong that a leak has passed. */
export const PASSIVE_FALSIFIERS = [
  'floors after full collections rise by more than the garbage that a collection misses',
  'they rose before the last of them, too',
  'growth in the later half is no slower than 0.45 of the whole',
  'steps hold less than 0.35 of the growth',
  'the heap typically climbs at two thirds of the whole pace or more between collections',
  'the climb since the last full collection goes on',
  'the state of 1 % of the life earlier says the same',
] as const;

// Chosen on seeds 1 to 80, 401 to 500 and 1001 to 1400 of the leak lab's simulated processes and seeds 1 and 11 of its real
// programs, rounded; the false share was looked at on seeds 301 to 400 besides.
const WARM_UP_SHARE = 0.16;
const LATER_SHARE = 0.36;
const BASELINE_SHARE = 0.18;
const GROWTH_SCORE = 4.3;
const LATER_GROWTH_SCORE = 4;
const JUMP_SHARE = 0.35;
const LATE_SHARE = 0.45;
const LATE_SHARE_OF_EARLY = 0.37;
const LATE_SCORE = 0.9;
const EARLY_SCORE = 1.6;
const GOES_ON_SHARE = 0.15;
const USUAL_PACE_SHARE = 0.66;
const LAST_COLLECTION_SHARE = 0.33;
const KEPT_UNTIL_SHARE = 0.45;
const EVEN_CLIMB_LATE_SHARE = 0.4;
const EVEN_CLIMB_EARLY_SHARE = 0.15;
const CLIMB_GOES_ON_SHARE = 0.75;
const GATHERED_NOISE_SHARE = 0.12;
const MEBIBYTE = 1024 * 1024;

/** Of a floor. V8 was seen to miss garbage of up to a quarter of what was kept; the share was chosen on the tuning seeds. */
const noiseBytes = (floorBytes: number): number => Math.max(256 * 1024, 0.05 * floorBytes);

interface Window {
  readonly lows: BlockMinima;
  readonly known: readonly Collection[];
  readonly from: number;
  readonly now: number;
  /** Standard errors by which the floors have to rise. */
  readonly score: number;
}

function judgeWindow(window: Window): PassiveVerdict {
  const { lows, known, from, now } = window;
  const baseline = lows.lowest(from, from + BASELINE_SHARE * now);
  const recent = lows.lowest(0.85 * now, now);
  if (!baseline || !recent) return { kind: 'insufficient-data', missing: 'low points of the heap early and late in the life' };
  const settled = known.filter((collection) => collection.at > from);
  const last = settled.at(-1);
  if (!last) {
    return isLevel(baseline.value, recent.value)
      ? { kind: 'stable' }
      : { kind: 'insufficient-data', missing: 'a full collection since the heap grew, to tell what of it is kept' };
  }
  const waste = wastePerInvocation(known);
  const points = floorsWithBaseline(window, settled, baseline, waste);
  const end = points.at(-1)!;
  const length = end.at - points[0]!.at;
  // A single floor, early: what is there now is at most so much above it.
  if (length <= 0) return isLevel(last.floorBytes, recent.value) ? { kind: 'stable' } : ONE_MORE;
  const fit = fitLine(points);
  const grown = fit.slope * length;
  if (!(fit.slope > window.score * fit.standardError) || grown < MEBIBYTE) {
    const atMost = grown + 2 * fit.standardError * length;
    if (atMost <= Math.max(1.5 * MEBIBYTE, 0.15 * end.value)) return { kind: 'stable' };
    return points.length < 3 ? ONE_MORE : { kind: 'insufficient-data', missing: 'growth beyond the garbage that a collection misses' };
  }
  if (risenInSteps(settled, fit.slope) > JUMP_SHARE * grown) {
    return { kind: 'insufficient-data', missing: 'growth in more than one or two steps' };
  }
  if (usualPace(window, points[0]!.at) < USUAL_PACE_SHARE * (fit.slope + waste)) {
    return { kind: 'insufficient-data', missing: 'growth that comes with every stretch of the life' };
  }
  if (settled.length === 1) return judgeLastClimb(window, baseline, waste);
  if (points.length < 3) return ONE_MORE;
  return judgeFloors(window, points, fit.slope, waste);
}

const isLevel = (fromBytes: number, toBytes: number): boolean => toBytes - fromBytes <= Math.max(MEBIBYTE, 0.05 * toBytes);

const ONE_MORE: PassiveVerdict = { kind: 'insufficient-data', missing: 'one more full collection' };

/**
 * What came at once, together with the collection that it brought about.
 *
 * The heap beside a collection is the lowest of the invocations before it. Where the last collection is nearer than those reach,
 * it is that one's floor, and what the whole line rose by meanwhile is no step.
 */
function risenInSteps(settled: readonly Collection[], slope: number): number {
  let risen = 0;
  for (const [i, { at, besideBytes, floorBytes }] of settled.entries()) {
    const since = at - (settled[i - 1]?.at ?? Number.NEGATIVE_INFINITY);
    risen += Math.max(0, floorBytes - besideBytes - (since <= LOOKED_BACK ? slope * since : 0));
  }
  return risen;
}

/** The low point before a collection is that of so many invocations, at the most (`floor-trend.ts`). */
const LOOKED_BACK = 32;

/** How fast the heap typically climbs between collections: steps are few among its stretches, a leak is in all of them. */
function usualPace({ lows, known, now }: Window, from: number): number {
  const points = lows.points(from, now);
  const paces: number[] = [];
  for (let i = 2; i < points.length; i++) {
    const [start, end] = [points[i - 2]!, points[i]!];
    if (known.some(({ at }) => at > start.at && at <= end.at)) continue;
    paces.push((end.value - start.value) / (end.at - start.at));
  }
  return paces.length < 6 ? Number.POSITIVE_INFINITY : median(paces);
}

function judgeFloors({ lows, known, now }: Window, points: readonly NoisyPoint[], slope: number, waste: number): PassiveVerdict {
  const end = points.at(-1)!;
  const later = points.filter((point) => point.at >= (points[0]!.at + end.at) / 2);
  const late = fitLine(later.length >= 2 ? later : points.slice(-2));
  if (late.slope + late.standardError < LATE_SHARE * slope) return { kind: 'growing-but-bounded', because: 'it slows down' };
  if (late.slope < LATE_SCORE * late.standardError) {
    return { kind: 'insufficient-data', missing: 'growth beyond the noise between the last full collections' };
  }
  const early = fitLine(points.slice(0, -1));
  if (late.slope < LATE_SHARE_OF_EARLY * early.slope) return { kind: 'growing-but-bounded', because: 'it slows down' };
  if (early.slope < EARLY_SCORE * early.standardError) return { kind: 'insufficient-data', missing: 'growth in more than the last span' };
  const lastAt = known.at(-1)!.at;
  if (lastAt < LAST_COLLECTION_SHARE * now) {
    return { kind: 'insufficient-data', missing: 'a full collection in the later two thirds of the life' };
  }
  const since = lows.points(Math.max(lastAt, 0.65 * now), now);
  if (since.length >= 4 && slopeOf(since) < GOES_ON_SHARE * (slope + waste)) {
    return { kind: 'growing-but-bounded', because: 'growth stopped' };
  }
  return { kind: 'leaking', points };
}

/** The climb up to the last full collection: how much of it was kept, and for how long it must have been. */
function judgeLastClimb({ lows, known, now }: Window, baseline: LowPoint, waste: number): PassiveVerdict {
  const last = known.at(-1)!;
  const from = known.at(-2)?.at ?? 0;
  const climb = lows.points(Math.max(0.1 * now, from), last.at - 1);
  if (climb.length < 6) return ONE_MORE;
  const half = climb.length >> 1;
  const early = slopeOf(climb.slice(0, half));
  const late = slopeOf(climb.slice(half));
  if (late < EVEN_CLIMB_LATE_SHARE * early || early < EVEN_CLIMB_EARLY_SHARE * late) return ONE_MORE;
  const ramp = slopeOf(climb);
  const first = climb[0]!;
  const keptUntil = first.at + (last.floorBytes - noiseBytes(last.floorBytes) - first.value) / ramp;
  const since = lows.points(last.at, now);
  const goesOn = since.length < 4 || slopeOf(since) >= CLIMB_GOES_ON_SHARE * ramp;
  if (!goesOn || !(keptUntil >= KEPT_UNTIL_SHARE * now)) return ONE_MORE;
  const start = withoutWaste(known, baseline, waste);
  if (last.at <= start.at) return ONE_MORE;
  return { kind: 'leaking', points: [start, { at: last.at, value: last.floorBytes, noise: noiseBytes(last.floorBytes) }] };
}

function floorsWithBaseline({ known, now }: Window, settled: readonly Collection[], baseline: LowPoint, waste: number): NoisyPoint[] {
  const points = settled.map(({ at, floorBytes }) => ({ at, value: floorBytes, noise: noiseBytes(floorBytes) }));
  if (baseline.at < points[0]!.at - 0.06 * now) points.unshift(withoutWaste(known, baseline, waste));
  return points;
}

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
