/**
 * How likely at least so many rare events are when `mean` are expected.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.4.10 (Poisson sums as incomplete gamma functions).
 */
import { lowerIncompleteGamma } from './incomplete-gamma.ts';

/**
 * @param count  whole number
 * @param mean   expected number of events, above 0
 * @returns P(events ≥ `count`)
 */
export function poissonAtLeast(count: number, mean: number): number {
  if (count <= 0) return 1;
  return lowerIncompleteGamma(count, mean);
}
