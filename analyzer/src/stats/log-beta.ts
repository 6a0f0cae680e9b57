/**
 * Logarithm of the beta function: what a mixture of binomial shares weighs.
 *
 * Source: NIST Digital Library of Mathematical Functions, 5.12.1.
 */
import { logGamma } from './log-gamma.ts';

/** @param a  above 0 @param b  above 0 */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
