/**
 * Where two samples differ: at each tenth of the way through them, how many times the value became what it was.
 *
 * "20 % slower" may be all starts by a fifth or one in four by double; the deciles tell which. The spread of a decile is
 * read off its own order-statistic interval, so no random numbers are drawn and the answer is the same on every run. All
 * deciles are one question, so their p are adjusted together (Holm).
 *
 * Source: K. A. Doksum (1974), "Empirical probability plots and statistical inference for nonlinear models in the
 * two-sample case", Annals of Statistics 2 (2), 267–277; spread from the interval: R. M. Price, D. G. Bonett (2002),
 * "Distribution-free confidence intervals for difference and ratio of medians", Journal of Statistical Computation and
 * Simulation 72 (2), 119–124.
 */
import { holmAdjusted } from './holm.ts';
import { normalAtLeast, normalQuantile } from './normal-distribution.ts';
import { quantileRanks } from './quantile-ranks.ts';
import { quantileOf, valueAtRank, type WeightedSample } from './weighted-sample.ts';

export interface DecileShift {
  /** 0.1 to 0.9. */
  readonly quantile: number;
  readonly before: number;
  readonly after: number;
  /** `after` over `before`, with its own 95 % interval. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, adjusted for all deciles that were looked at. */
  readonly p: number;
}

/** @returns the deciles that both samples are large enough to bound, lowest first; values must lie above 0 */
export function shiftFunction(before: WeightedSample, after: WeightedSample): DecileShift[] {
  const bounded = DECILES.flatMap((quantile) => {
    const from = decileOf(before, quantile);
    const to = decileOf(after, quantile);
    if (from === undefined || to === undefined) return [];
    const logRatio = Math.log(to.value / from.value);
    const deviation = Math.hypot(from.logDeviation, to.logDeviation);
    return [{ quantile, before: from.value, after: to.value, logRatio, deviation }];
  });
  const adjusted = holmAdjusted(bounded.map(({ logRatio, deviation }) => twoSided(logRatio, deviation)));
  return bounded.map(({ quantile, before, after, logRatio, deviation }, i) => ({
    quantile,
    before,
    after,
    ratio: Math.exp(logRatio),
    low: Math.exp(logRatio - Z_95 * deviation),
    high: Math.exp(logRatio + Z_95 * deviation),
    p: adjusted[i]!,
  }));
}

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;
const Z_95 = normalQuantile(0.975);

function decileOf(sample: WeightedSample, quantile: number) {
  const { low, high } = quantileRanks(sample.total, quantile);
  if (low === undefined || high === undefined) return undefined;
  const value = quantileOf(sample, quantile);
  const [from, to] = [valueAtRank(sample, low), valueAtRank(sample, high)];
  if (!(from > 0)) return undefined;
  // A bucket hides up to its width, evenly: a third of the square of its half.
  return { value, logDeviation: Math.hypot(Math.log(to / from) / (2 * Z_95), sample.relativeError / Math.sqrt(3)) };
}

function twoSided(difference: number, deviation: number): number {
  if (deviation === 0) return difference === 0 ? 1 : 0;
  return Math.min(1, 2 * normalAtLeast(Math.abs(difference) / deviation));
}
