/**
 * The regularized incomplete beta function: every tail of a binomial count is one value of it.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.17 (definition, symmetry 8.17.4, continued fraction
 * 8.17.22); the fraction is evaluated by W. J. Lentz's method (Applied Optics 15, 1976, 668–671) as modified by
 * I. J. Thompson and A. R. Barnett (Journal of Computational Physics 64, 1986, 490–509).
 */
import { logGamma } from './log-gamma.ts';

/**
 * @param x  0 to 1
 * @param a  above 0
 * @param b  above 0
 * @returns I_x(a, b), from 0 to 1
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on this side of the mean only; the symmetry serves the other.
  const share = x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
  return Math.min(1, Math.max(0, share));
}

/** Terms needed grow with the root of the larger parameter: this is enough for 10^9 invocations. */
const MOST_TERMS = 200_000;
const CLOSE = 1e-15;
/** Stands in for a denominator of 0, as Lentz's method asks. */
const TINY = 1e-300;

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < CLOSE) break;
  }
  return value;
}

function apart(denominator: number): number {
  return Math.abs(denominator) < TINY ? TINY : denominator;
}
