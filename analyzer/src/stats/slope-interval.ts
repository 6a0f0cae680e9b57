/**
 * How fast memory is kept, and how far the true pace may lie from it.
 *
 * What is kept adds up: an invocation that kept more than usual lifts every later point. Errors around a straight line
 * would treat the points as independent and promise an interval that is far too narrow, so the spread is taken from the
 * increments between neighbours instead (a random walk with drift), and the error of reading both ends is added.
 *
 * Source: A. C. Harvey (1989), "Forecasting, Structural Time Series Models and the Kalman Filter", section 2.3 (random walk
 * with drift).
 */
import type { LowPoint } from './block-minima.ts';
import { fitLine, type NoisyPoint } from './line-fit.ts';
import { studentBound95 } from './student-t.ts';

/** Units of the channel for each invocation; holds the truth in about 95 % of lives at a constant pace. */
export interface SlopeInterval {
  readonly perInvocation: number;
  /** 0 where the points would also allow that nothing grows. */
  readonly low: number;
  readonly high: number;
}

/**
 * Of points that tell exactly what is kept, but for a known noise.
 *
 * @param points  at least two, oldest first
 * @param noise   by how much one point may be off
 */
export function walkSlopeInterval(points: readonly LowPoint[], noise: number): SlopeInterval {
  const first = points[0]!;
  const last = points.at(-1)!;
  const length = last.at - first.at;
  const slope = (last.value - first.value) / length;
  return around(slope, walkReach(points, slope) + noise / length);
}

/** Of points that are each known more or less well. @param points  at least two, oldest first */
export function lineSlopeInterval(points: readonly NoisyPoint[]): SlopeInterval {
  const { slope, standardError } = fitLine(points);
  // Floors still hold some garbage that the collection missed, and more of it the more is kept.
  return around(slope, 2 * standardError + MISSED_SHARE * slope);
}

/** Of a slope that was found in another way, from points without much noise. */
export function evenSlopeInterval(slope: number, points: readonly LowPoint[]): SlopeInterval {
  return around(slope, walkReach(points, slope));
}

/** By how much increments between neighbours differ, as an error of their mean. */
function walkReach(points: readonly LowPoint[], slope: number): number {
  const freedom = points.length - 2;
  if (freedom < 1) return Math.abs(slope);
  let spread = 0;
  for (let i = 1; i < points.length; i++) {
    const step = points[i]!.at - points[i - 1]!.at;
    spread += (points[i]!.value - points[i - 1]!.value - slope * step) ** 2 / step;
  }
  return studentBound95(freedom) * Math.sqrt(spread / freedom / (points.at(-1)!.at - points[0]!.at));
}

/** No interval is narrower than a tenth of the slope on either side: separate runs of one program differ by that much. */
function around(slope: number, reach: number): SlopeInterval {
  const widest = Math.max(reach, LEAST_RELATIVE_ERROR * Math.abs(slope));
  return { perInvocation: slope, low: Math.max(0, slope - widest), high: slope + widest };
}

/** Real Node 20 programs against separate runs of themselves were off by 1 to 15 %. */
const LEAST_RELATIVE_ERROR = 0.1;
const MISSED_SHARE = 0.12;
