/** What a million requests cost, by the mean billed time and the memory paid for; prices themselves are taken as unchanged. */
import { meanRatio } from '../stats/mean-ratio.ts';
import { normalAtLeast } from '../stats/normal-distribution.ts';
import type { CompareSide, SideSamples } from './compare-side.ts';
import type { ComparedFigure } from './comparison.ts';
import { gbSecondsOf } from './prices.ts';
import { type SizePair, samplesOfPair, sizeWords } from './size-pair.ts';

export function compareCosts(pair: SizePair): ComparedFigure | undefined {
  const [from, to] = samplesOfPair(pair);
  if (from === undefined || to === undefined || from.billedCount === 0 || to.billedCount === 0) return undefined;
  const [usdBefore, usdAfter] = [usdOf(pair.before, from, pair.sizeBeforeMb), usdOf(pair.after, to, pair.sizeAfterMb)];
  const spread = meanRatio(from.all, to.all);
  if (usdBefore === undefined || usdAfter === undefined || spread === undefined) return undefined;
  const ratio = usdAfter / usdBefore;
  // The billed sum is exact; how it would have varied is taken from the durations.
  const [low, high] = [(ratio * spread.low) / spread.ratio, (ratio * spread.high) / spread.ratio];
  const deviation = Math.log(spread.high / spread.low) / (2 * 1.96);
  const isMaterial = ratio >= LEAST_RATIO || ratio <= 1 / LEAST_RATIO;
  return {
    figure: 'cost',
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfterMb,
    unit: 'USD a million',
    before: usdBefore,
    after: usdAfter,
    beforeCount: from.billedCount,
    afterCount: to.billedCount,
    ratio,
    low,
    high,
    p: Math.min(1, 2 * normalAtLeast(Math.abs(Math.log(ratio)) / deviation)),
    verdict:
      Math.min(from.billedCount, to.billedCount) < LEAST_FOR_MEAN
        ? { kind: 'cannot-tell', missing: `a mean needs ${LEAST_FOR_MEAN} billed invocations on each side` }
        : isMaterial && low > 1
          ? { kind: 'worse' }
          : isMaterial && high < 1
            ? { kind: 'better' }
            : {
                kind: 'no-change-shown',
                detectable: usdBefore * Math.max(LEAST_RATIO, Math.exp((DETECTED_IN_FOUR_OF_FIVE / 1.96) * Math.log(high / ratio))),
              },
    because: `mean billed time at list price${sizeWords(pair)}`,
  };
}

/** Smaller changes of a bill are not worth a sentence: our own judgement, as in `duration-change.ts`. */
const LEAST_RATIO = 1.05;
/** A sum of heavy-tailed durations comes close to normal only slowly. */
const LEAST_FOR_MEAN = 300;
/** 1.96 + 0.84: standard deviations at which four of five comparisons show it. */
const DETECTED_IN_FOUR_OF_FIVE = 2.8;

/** Requests cost the same on both sides and are left out. */
function usdOf(side: CompareSide, { billedMsSum, billedCount }: SideSamples, sizeMb: number | undefined): number | undefined {
  if (sizeMb === undefined || side.usdPerGbSecond === undefined) return undefined;
  return gbSecondsOf(billedMsSum / billedCount, sizeMb) * side.usdPerGbSecond * 1e6;
}
