/**
 * What a series of forced full collections says: memory is kept for ever, up to a bound, or not at all.
 *
 * After a forced collection the heap holds what is reachable and little else, so a handful of points decides what thousands
 * of ordinary samples cannot. A leak goes on at its pace; a warm-up, a cache that fills and a step slow down. The rules look
 * for each way of slowing down, and only what shows none of them is called leaking.
 *
 * The agent, which must not carry the analyzer, judges its own probes by the same rules; test/analyzer/floor-trend.test.ts
 * holds both against each other.
 */
import type { LowPoint } from './block-minima.ts';

export type ProbeVerdict =
  | { readonly kind: 'leaking'; readonly slopeBytes: number }
  | { readonly kind: 'growing-but-bounded'; readonly slopeBytes: number; readonly because: string }
  | { readonly kind: 'stable'; readonly slopeBytes: number }
  | { readonly kind: 'insufficient-data'; readonly slopeBytes?: number; readonly missing: string };

/** @param points  oldest first */
export function judgeProbes(points: readonly LowPoint[]): ProbeVerdict {
  const lastPoint = points.at(-1);
  let looked = points.filter((point) => point.at >= WARM_UP_SHARE * (lastPoint?.at ?? 0));
  if (looked.length < FEWEST_POINTS) looked = points.slice(-FEWEST_POINTS);
  if (looked.length < FEWEST_POINTS)
    return { kind: 'insufficient-data', missing: `${FEWEST_POINTS - looked.length} more forced collections` };

  const first = looked[0]!;
  const last = looked.at(-1)!;
  const noise = noiseBytes(last.value);
  const grown = last.value - first.value;
  const slopeBytes = grown / (last.at - first.at);
  const peak = Math.max(...looked.map((point) => point.value));
  if (grown < 3 * noise) {
    return peak - first.value > Math.max(MEBIBYTE, 4 * noise)
      ? { kind: 'growing-but-bounded', slopeBytes, because: 'it rose and fell back' }
      : { kind: 'stable', slopeBytes };
  }
  const because =
    (deepestFall(looked) > Math.max(2 * noise, 0.3 * grown) && 'it rose and fell back') ||
    (isOneStep(looked, slopeBytes) && 'it rose in one step') ||
    (slowsDown(looked, slopeBytes, noise) && 'it slows down') ||
    (isLogShaped(looked) && 'it slows down');
  if (because) return { kind: 'growing-but-bounded', slopeBytes, because };

  const before = looked.at(-2)!;
  if (before.value - first.value < noise) return { kind: 'insufficient-data', slopeBytes, missing: 'growth in more than the last span' };
  if (last.value - before.value < noise)
    return { kind: 'insufficient-data', slopeBytes, missing: 'growth above the noise in the last span' };
  return { kind: 'leaking', slopeBytes };
}

/** By how much two forced collections of an unchanged program differ: code, feedback and tables of V8 move within this. */
export const noiseBytes = (liveBytes: number): number => 96 * 1024 + 0.006 * liveBytes;

const MEBIBYTE = 1024 * 1024;
const WARM_UP_SHARE = 0.18;
const FEWEST_POINTS = 4;

function deepestFall(points: readonly LowPoint[]): number {
  let peak = 0;
  let fall = 0;
  for (const { value } of points) {
    peak = Math.max(peak, value);
    fall = Math.max(fall, peak - value);
  }
  return fall;
}

function isOneStep(points: readonly LowPoint[], meanSlope: number): boolean {
  const first = points[0]!;
  const last = points.at(-1)!;
  const holdsMost = spans(points).some(
    (span) => span.gain > 0.7 * (last.value - first.value) && span.works < 0.5 * (last.at - first.at) && span.end !== last,
  );
  return holdsMost && spans(points).at(-1)!.slope < 0.5 * meanSlope;
}

/** Spans so short that even a steady leak would gain less than the noise in them are judged together. */
function slowsDown(points: readonly LowPoint[], meanSlope: number, noise: number): boolean {
  const coarse: LowPoint[] = [];
  for (const point of points.toReversed()) {
    const next = coarse[0];
    if (!next || (next.at - point.at) * meanSlope >= 2 * noise || point === points[0]) coarse.unshift(point);
  }
  const slopes = spans(coarse).map((span) => span.slope);
  const [last = 0, previous = 0, earlier = 0] = slopes.toReversed();
  return last < 0.5 * Math.max(meanSlope, 0.8 * previous, 0.6 * earlier);
}

const isLogShaped = (points: readonly LowPoint[]): boolean =>
  squaredErrors(points, (at) => Math.log(at)) < 0.8 * squaredErrors(points, (at) => at);

/** What is left unexplained by a straight line through the points, after stretching the axis of work. */
function squaredErrors(points: readonly LowPoint[], stretch: (at: number) => number): number {
  const xs = points.map((point) => stretch(point.at));
  const meanX = mean(xs);
  const meanY = mean(points.map((point) => point.value));
  let xx = 0;
  let xy = 0;
  let yy = 0;
  points.forEach((point, i) => {
    xx += (xs[i]! - meanX) ** 2;
    xy += (xs[i]! - meanX) * (point.value - meanY);
    yy += (point.value - meanY) ** 2;
  });
  return yy - xy ** 2 / xx;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Span {
  readonly end: LowPoint;
  readonly works: number;
  readonly gain: number;
  readonly slope: number;
}

const spans = (points: readonly LowPoint[]): Span[] =>
  points.slice(1).map((end, i) => {
    const start = points[i]!;
    const works = end.at - start.at;
    const gain = end.value - start.value;
    return { end, works, gain, slope: gain / works };
  });
