/**
 * How likely a sum of squared deviations is at least so large when nothing but chance is at work.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.2.4 (the chi-squared law is an incomplete gamma function).
 */
import { lowerIncompleteGamma } from './incomplete-gamma.ts';

/**
 * @param value    at least 0
 * @param degrees  degrees of freedom, at least 1
 * @returns P(chi-squared >= `value`)
 */
export function chiSquareAtLeast(value: number, degrees: number): number {
  if (!(value > 0)) return 1;
  return 1 - lowerIncompleteGamma(degrees / 2, value / 2);
}
