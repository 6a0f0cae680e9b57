/**
 * The regularized lower incomplete gamma function: the tail of a Poisson count is one value of it.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.11.4 (series, below the mean) and 8.9.2 (continued
 * fraction, above it), the fraction by Lentz's method as in `incomplete-beta.ts`.
 */
import { logGamma } from './log-gamma.ts';

/**
 * @param a  above 0
 * @param x  at least 0
 * @returns P(a, x), from 0 to 1
 */
export function lowerIncompleteGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  const share = x < a + 1 ? front * series(a, x) : 1 - front * fraction(a, x);
  return Math.min(1, Math.max(0, share));
}

const MOST_TERMS = 200_000;
const CLOSE = 1e-15;
const TINY = 1e-300;

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n <= MOST_TERMS && term > sum * CLOSE; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n <= MOST_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / apart(numerator * d + b);
    c = apart(b + numerator / c);
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < CLOSE) break;
  }
  return value;
}

function apart(denominator: number): number {
  return Math.abs(denominator) < TINY ? TINY : denominator;
}
