/**
 * How many standard errors a mean of few values may lie off, at 95 %.
 *
 * Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2 (critical values of Student's t).
 */

/** @param freedom  degrees of freedom, at least 1 */
export function studentBound95(freedom: number): number {
  return BOUNDS[Math.floor(freedom)] ?? 1.96 + 2.6 / freedom;
}

const BOUNDS = [
  Number.POSITIVE_INFINITY,
  12.706,
  4.303,
  3.182,
  2.776,
  2.571,
  2.447,
  2.365,
  2.306,
  2.262,
  2.228,
  2.201,
  2.179,
  2.16,
  2.145,
  2.131,
  2.12,
  2.11,
  2.101,
  2.093,
  2.086,
];
