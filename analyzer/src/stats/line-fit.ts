/**
 * A straight line through points that are known more or less well: how steep it is, and how sure.
 *
 * Where the points lie off the line by more than their noise allows, the error grows with them (the Birge ratio).
 *
 * Source: P. R. Bevington, D. K. Robinson (2003), "Data Reduction and Error Analysis for the Physical Sciences", chapter 6;
 * R. T. Birge (1932), "The calculation of errors by the method of least squares", Physical Review 40, 207–227.
 */
import type { LowPoint } from './block-minima.ts';

export interface NoisyPoint extends LowPoint {
  /** One standard deviation of the value. */
  readonly noise: number;
}

export interface LineFit {
  readonly slope: number;
  readonly standardError: number;
  /** Share of the variation that the line explains, 0 to 1. */
  readonly straightness: number;
}

/** @param points  at least two at different places; where `noise` is not known, 1 for all of them */
export function fitLine(points: readonly NoisyPoint[]): LineFit {
  let weight = 0;
  let meanAt = 0;
  let mean = 0;
  for (const { at, value, noise } of points) {
    weight += noise ** -2;
    meanAt += at / noise ** 2;
    mean += value / noise ** 2;
  }
  meanAt /= weight;
  mean /= weight;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { at, value, noise } of points) {
    xx += ((at - meanAt) / noise) ** 2;
    xy += ((at - meanAt) / noise) * ((value - mean) / noise);
    yy += ((value - mean) / noise) ** 2;
  }
  const slope = xy / xx;
  const excess = points.length > 3 ? Math.max(1, (yy - slope * xy) / (points.length - 2)) : 1;
  return { slope, standardError: Math.sqrt(excess / xx), straightness: yy === 0 ? 0 : (slope * xy) / yy };
}

/** The slope alone, of points that are known equally well. */
export const slopeOf = (points: readonly LowPoint[]): number => fitLine(points.map(({ at, value }) => ({ at, value, noise: 1 }))).slope;
