/**
 * The smallest change that so many values would have shown. "No difference found" from 20 starts may hide +30 %; a
 * comparison that does not say so is read as "nothing changed".
 *
 * For durations the user's own sample is shifted against itself until the rank test would notice, so a second mode or a
 * long tail is taken as it is and not as a normal curve. For shares the arcsine transformation is used.
 *
 * Source: G. E. Noether (1987), "Sample size determination for some common nonparametric tests", Journal of the American
 * Statistical Association 82, 645–647; J. Cohen, "Statistical Power Analysis for the Behavioral Sciences" (1988), 6.4.
 */
import { normalQuantile } from './normal-distribution.ts';
import { logarithmsOf, type WeightedSample } from './weighted-sample.ts';

/** Chance of noticing it, and of alarming on each side when nothing changed. */
const POWER = 0.8;
const TAIL = 0.025;

/**
 * @param usual  durations as they are without the change, above 0
 * @returns the smallest ratio above 1 that a rank test of so many values notices with probability `POWER`; undefined
 *          where no ratio up to 100 would be
 */
export function minimumDetectableRatio(usual: WeightedSample, beforeCount: number, afterCount: number): number | undefined {
  if (usual.total === 0 || beforeCount === 0 || afterCount === 0) return undefined;
  const needed =
    0.5 + (normalQuantile(POWER) - normalQuantile(TAIL)) * Math.sqrt((beforeCount + afterCount + 1) / (12 * beforeCount * afterCount));
  if (needed >= 1) return undefined;
  const logs = logarithmsOf(usual);
  let low = 0;
  let high = Math.log(LARGEST_RATIO);
  if (shareWonAfter(logs, high) < needed) return undefined;
  while (high - low > CLOSE) {
    const middle = (low + high) / 2;
    if (shareWonAfter(logs, middle) >= needed) high = middle;
    else low = middle;
  }
  return Math.exp(high);
}

/**
 * @param usualShare  share without the change, 0 to 1
 * @returns the smallest share above it that a test of so many trials notices; undefined where not even 1 would be
 */
export function minimumDetectableShare(usualShare: number, beforeCount: number, afterCount: number): number | undefined {
  if (beforeCount === 0 || afterCount === 0) return undefined;
  const distance = (normalQuantile(POWER) - normalQuantile(TAIL)) * Math.sqrt(1 / beforeCount + 1 / afterCount);
  const angle = Math.asin(Math.sqrt(usualShare)) + distance / 2;
  return angle >= Math.PI / 2 ? undefined : Math.sin(angle) ** 2;
}

const LARGEST_RATIO = 100;
const CLOSE = 1e-6;

/** Share of pairs of the sample with its shifted self in which the shifted one is the larger. */
function shareWonAfter(logs: WeightedSample, shift: number): number {
  let won = 0;
  let below = 0;
  let i = 0;
  for (let j = 0; j < logs.values.length; j++) {
    const shifted = logs.values[j]! + shift;
    while (i < logs.values.length && logs.values[i]! < shifted) below += logs.counts[i++]!;
    const tied = logs.values[i] === shifted ? logs.counts[i]! : 0;
    won += logs.counts[j]! * (below + tied / 2);
  }
  return won / logs.total ** 2;
}
