/**
 * Whether a channel without collections of its own keeps climbing: native memory, open handles, external memory.
 *
 * No forced collection tells what of these is kept, but they do not climb and fall by themselves either. So their low
 * points may be asked directly: does almost every later one lie above every earlier one, by enough, on a straight line,
 * and as fast at the end as at the beginning?
 *
 * Source: H. B. Mann (1945), "Nonparametric tests against trend", Econometrica 13 (3), 245–259; P. K. Sen (1968),
 * "Estimates of the regression coefficient based on Kendall's tau", Journal of the American Statistical Association 63.
 */
import type { LowPoint } from './block-minima.ts';
import { fitLine } from './line-fit.ts';
import { median } from './median.ts';

/** What a climb has to show before it is called a leak. */
export interface TrendDemands {
  /** In units of the channel. */
  readonly growth: number;
  /** Share of the variation that a straight line explains. */
  readonly straightness: number;
}

export type BlockTrendVerdict =
  | { readonly kind: 'leaking'; readonly slope: number }
  | { readonly kind: 'growing-but-bounded'; readonly slope: number; readonly because: string }
  | { readonly kind: 'stable'; readonly slope: number }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

/** @param points  low points after the warm-up, oldest first */
export function judgeBlockTrend(points: readonly LowPoint[], demands: TrendDemands): BlockTrendVerdict {
  if (points.length < FEWEST_BLOCKS) {
    return { kind: 'insufficient-data', missing: `${FEWEST_BLOCKS - points.length} more stretches of the life` };
  }
  const slope = senSlope(points);
  const grown = slope * (points.at(-1)!.at - points[0]!.at);
  if (grown < demands.growth) return { kind: 'stable', slope };
  const half = points.length >> 1;
  const early = senSlope(points.slice(0, half + 1));
  const late = senSlope(points.slice(half));
  if (late < LATE_SHARE * early) return { kind: 'growing-but-bounded', slope, because: 'it slows down' };
  const z = mannKendall(points);
  if (z < LEAST_SCORE || fitLine(points.map(({ at, value }) => ({ at, value, noise: 1 }))).straightness < demands.straightness) {
    return { kind: 'insufficient-data', missing: 'a climb that is even enough to be told from ups and downs' };
  }
  return { kind: 'leaking', slope };
}

/** Every way to be wrong that a leak has passed. */
export const TREND_FALSIFIERS = [
  'almost every later low point lies above every earlier one',
  'they lie on a straight line',
  'the later half climbs no slower than 0.55 of the earlier',
  'the state of a tenth of the life earlier says the same',
] as const;

const FEWEST_BLOCKS = 10;
const LATE_SHARE = 0.55;
const LEAST_SCORE = 3.3;

function senSlope(points: readonly LowPoint[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      slopes.push((points[j]!.value - points[i]!.value) / (points[j]!.at - points[i]!.at));
    }
  }
  return median(slopes);
}

function mannKendall(points: readonly LowPoint[]): number {
  const n = points.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(points[j]!.value - points[i]!.value);
  return (s - Math.sign(s)) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
}
