/**
 * How likely a count is, when each of `of` trials succeeds with probability `p`: exact, at any size.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.17.5 (binomial sums as incomplete beta functions).
 */
import { incompleteBeta } from './incomplete-beta.ts';

/** @returns P(count ≥ `count`) */
export function binomialAtLeast(count: number, of: number, p: number): number {
  if (count <= 0) return 1;
  if (count > of) return 0;
  return incompleteBeta(p, count, of - count + 1);
}

/** @returns P(count ≤ `count`) */
export function binomialAtMost(count: number, of: number, p: number): number {
  if (count < 0) return 0;
  if (count >= of) return 1;
  return incompleteBeta(1 - p, of - count, count + 1);
}
