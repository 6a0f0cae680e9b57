/**
 * How likely a mean this far off is, when its spread was estimated from few values.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.17; "Student" (1908), "The probable error of a mean",
 * Biometrika 6 (1), 1–25.
 */
import { incompleteBeta } from './incomplete-beta.ts';

/**
 * @param degrees  degrees of freedom, above 0
 * @returns P(T ≥ t)
 */
export function studentAtLeast(t: number, degrees: number): number {
  const beyond = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t >= 0 ? beyond : 1 - beyond;
}
