/**
 * How many new maxima chance alone sets: the measure of a climb that needs no slope and no distribution.
 *
 * If the values of a series come in no particular order, the i-th is a new maximum with probability 1/i, independently
 * of the others. A running maximum that rises far more often than that climbs. Ties only make the count smaller, so
 * whole megabytes err on the side of silence.
 *
 * Source: A. Rényi (1962), "Théorie des éléments saillants d'une suite d'observations"; N. Glick (1978), "Breaking
 * records and breaking boards", American Mathematical Monthly 85 (1), 2–26.
 */
import { poissonAtLeast } from './poisson-tail.ts';

/**
 * @param count   new maxima seen in all series together, the first value of each not counted
 * @param series  for each series the place of the last value before the watched ones (1: all but the first are
 *   watched) and its length
 * @returns P(new maxima ≥ `count`) if every series were in random order
 */
export function recordsAtLeast(count: number, series: readonly { readonly after: number; readonly length: number }[]): number {
  if (count <= 0) return 1;
  const watched = series.reduce((sum, { after, length }) => sum + length - after, 0);
  if (watched < count) return 0;
  // The sum of unequal coin tosses has a thinner upper tail than Poisson's (W. Hoeffding, 1956), so the quick way errs
  // on the side of silence too.
  if (watched * count > MOST_STEPS) return poissonAtLeast(count, expectedRecords(series));
  const chances = new Float64Array(count);
  chances[0] = 1;
  let reached = 0;
  for (const { after, length } of series) {
    for (let i = after + 1; i <= length; i++) {
      reached += chances[count - 1]! / i;
      for (let k = count - 1; k > 0; k--) chances[k] = chances[k]! * (1 - 1 / i) + chances[k - 1]! / i;
      chances[0]! *= 1 - 1 / i;
    }
  }
  return Math.min(1, reached);
}

/** Exact up to here: a few milliseconds. */
const MOST_STEPS = 1_000_000;

function expectedRecords(series: readonly { readonly after: number; readonly length: number }[]): number {
  let mean = 0;
  for (const { after, length } of series) for (let i = after + 1; i <= length; i++) mean += 1 / i;
  return mean;
}
