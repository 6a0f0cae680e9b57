/**
 * The normal distribution, to which sums of ranks come close from a few dozen samples on.
 *
 * Source: NIST Digital Library of Mathematical Functions, 7.2 and 7.11.1 (its tail as an incomplete gamma function); the
 * quantile is M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.2.23, mended by Newton steps.
 */
import { lowerIncompleteGamma } from './incomplete-gamma.ts';

/** @returns P(Z ≥ z) */
export function normalAtLeast(z: number): number {
  const half = lowerIncompleteGamma(0.5, (z * z) / 2) / 2;
  return z >= 0 ? 0.5 - half : 0.5 + half;
}

/** @returns P(Z ≤ z) */
function normalAtMost(z: number): number {
  return normalAtLeast(-z);
}

/**
 * @param p  above 0 and below 1
 * @returns z with P(Z ≤ z) = p
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (let step = 0; step < NEWTON_STEPS; step++) {
    z -= ((normalAtMost(z) - p) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
  }
  return z;
}

/** The start is right to 4.5e-4; each step doubles its digits. */
const NEWTON_STEPS = 3;
