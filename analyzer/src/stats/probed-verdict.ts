/**
 * The verdict of a finished series of probes: the rules that the agent applies while it probes, and three things that only
 * show when the whole series is at hand.
 *
 * A leak beside a cache slows down when the cache is full, and then goes on: the later part of the series is asked again,
 * alone. A leak whose pace follows the traffic has rested before and went on. A last probe soon after the one before it
 * gains less than the noise, which says nothing: both are judged as one span. And a leak is named only when the verdict
 * does not hang on the last probe alone.
 */
import type { LowPoint } from './block-minima.ts';
import { judgeProbes, noiseBytes, type ProbeVerdict } from './probe-verdict.ts';

export type ProbedVerdict = { readonly kind: 'leaking'; readonly points: readonly LowPoint[] } | Exclude<ProbeVerdict, { kind: 'leaking' }>;

/** @param points  oldest first, all of one channel */
export function judgeProbed(points: readonly LowPoint[]): ProbedVerdict {
  const now = lookAt(points);
  if (now.kind !== 'leaking') return now;
  // Slow leaks and crowded processes give probes of which one or the other drowns in the noise.
  const earlier = [1, 2, 3].map((without) => lookAt(points.slice(0, -without)).kind);
  // Growth that went on after a bound was seen may be the next step of a staircase, such as code that V8 compiles.
  if (earlier.includes('leaking') && earlier[0] !== 'growing-but-bounded') return now;
  return { kind: 'insufficient-data', missing: 'one more forced collection that agrees' };
}

/** Every way to be wrong that a leak has passed. */
export const PROBED_FALSIFIERS = [
  'what is left after forced collections grows by at least three times their noise',
  'it never fell back',
  'no single step holds 0.7 of the growth',
  'it does not slow down, or it did before and went on',
  'a straight line fits better than a logarithm',
  'the verdict does not hang on the last probe alone, and no bound was seen by those before it',
] as const;

function lookAt(points: readonly LowPoint[]): ProbedVerdict {
  const settled = settledPoints(points);
  const whole = judgeProbes(settled);
  if (whole.kind === 'leaking') return { kind: 'leaking', points: settled };
  if (whole.kind === 'insufficient-data' && settled.length > 4 && gain(settled.slice(-2)) < noiseBytes(settled.at(-1)!.value)) {
    const joined = settled.toSpliced(-2, 1);
    if (judgeProbes(joined).kind === 'leaking') return { kind: 'leaking', points: settled };
  }
  if (whole.kind !== 'growing-but-bounded') return whole;
  if (whole.because === SLOWER && goesInWaves(settled)) return { kind: 'leaking', points: settled };
  const windows = LATER_SHARES.map((share) => settled.filter((point) => point.at >= share * settled.at(-1)!.at));
  const later = windows.find(goesOn);
  return later ? { kind: 'leaking', points: later } : whole;
}

const SLOWER = 'it slows down';
const WARM_UP_SHARE = 0.18;
const LATER_SHARES = [0.42, 0.5, 0.6];
const MEBIBYTE = 1024 * 1024;

function settledPoints(points: readonly LowPoint[]): readonly LowPoint[] {
  const settled = points.filter((point) => point.at >= WARM_UP_SHARE * points.at(-1)!.at);
  return settled.length < 4 ? points.slice(-4) : settled;
}

const gain = (points: readonly LowPoint[]): number => points.at(-1)!.value - points[0]!.value;
const pace = (points: readonly LowPoint[]): number => gain(points) / (points.at(-1)!.at - points[0]!.at);

/** The later part grows by itself, by far more than the noise, and as fast at its end as at its beginning. */
function goesOn(points: readonly LowPoint[]): boolean {
  if (points.length < 4) return false;
  const noise = noiseBytes(points.at(-1)!.value);
  if (gain(points) < Math.max(MEBIBYTE, 5 * noise) || judgeProbes(points).kind !== 'leaking') return false;
  const middle = points.findIndex((point) => point.at >= (points[0]!.at + points.at(-1)!.at) / 2);
  return pace(points.slice(middle - (middle === points.length - 1 ? 1 : 0))) >= 0.8 * pace(points.slice(0, Math.max(2, middle + 1)));
}

/** It still grows, and it has been slower than now before, and fast again after that. */
function goesInWaves(points: readonly LowPoint[]): boolean {
  const noise = noiseBytes(points.at(-1)!.value);
  const mean = pace(points);
  const coarse: LowPoint[] = [];
  for (const point of points.toReversed()) {
    const next = coarse[0];
    if (!next || (next.at - point.at) * mean >= 3 * noise || point === points[0]) coarse.unshift(point);
  }
  const paces = coarse.slice(1).map((point, i) => pace([coarse[i]!, point]));
  const last = paces.at(-1)!;
  if (last < 0.2 * mean) return false;
  for (let i = 0; i < paces.length - 1; i++) {
    if (paces[i]! <= Math.max(1.3 * last, 0.6 * mean) && paces.slice(i + 1, -1).some((later) => later >= 1.5 * paces[i]! && later >= mean))
      return true;
  }
  return false;
}
