/** Is the slow end slower? The share of requests above the p99 of the other time tells more than two estimates of a p99. */
import { exceedanceOf } from '../stats/exceedance.ts';
import { rateRatio } from '../stats/rate-ratio.ts';
import { quantileOf } from '../stats/weighted-sample.ts';
import { compareIntervals } from './compare-intervals.ts';
import { type ComparedFigure, NO_FIGURES } from './comparison.ts';
import { finite } from './finite.ts';
import { busiestOfPair, type SizePair, samplesOfPair, sizeWords } from './size-pair.ts';

export function compareTail(pair: SizePair): ComparedFigure | undefined {
  const [samplesBefore, samplesAfter] = samplesOfPair(pair);
  if (samplesBefore === undefined || samplesAfter === undefined) return tailOfReports(pair);
  const [from, to] = [samplesBefore.warm, samplesAfter.warm];
  const common = {
    figure: 'tail',
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfterMb,
    unit: 'ms',
    beforeCount: from.total,
    afterCount: to.total,
  } as const;
  if (Math.min(from.total, to.total) < LEAST_FOR_TAIL) {
    return {
      ...common,
      ...NO_FIGURES,
      verdict: { kind: 'cannot-tell', missing: `p99 needs ${LEAST_FOR_TAIL} warm invocations on each side` },
      because: `share above the earlier p99${sizeWords(pair)}`,
    };
  }
  const over = exceedanceOf(from, to, 0.99)!;
  const under = exceedanceOf(to, from, 0.99)!;
  const share = rateRatio({ count: over.earlierAbove, of: over.earlierTotal }, { count: over.laterAbove, of: over.laterTotal })!;
  const p = Math.min(1, 2 * Math.min(over.p, under.p));
  const [shareBefore, shareAfter] = [over.earlierAbove / over.earlierTotal, over.laterAbove / over.laterTotal];
  return {
    ...common,
    before: quantileOf(from, 0.99),
    after: quantileOf(to, 0.99),
    ratio: share.ratio,
    low: share.low,
    high: finite(share.high),
    p,
    verdict: p <= TAIL_LEVEL ? { kind: over.p < under.p ? 'worse' : 'better' } : { kind: 'no-change-shown', detectable: undefined },
    because: `above the earlier p99 were ${(100 * shareBefore).toFixed(2)} % before and ${(100 * shareAfter).toFixed(2)} % after; the ratio is that of these shares${sizeWords(pair)}`,
  };
}

/** A shift of the tail must stand out more: requests of one minute are slow together. Two-sided. */
const TAIL_LEVEL = 0.002;
/** The tail's own quantile needs so many for both bounds. */
const LEAST_FOR_TAIL = 368;

function tailOfReports(pair: SizePair): ComparedFigure | undefined {
  const [early, late] = busiestOfPair(
    pair,
    ({ latency }) => latency,
    ({ warm }) => warm.sampleCount,
  );
  if (early?.warm.p99Ms === undefined || late?.warm.p99Ms === undefined) return undefined;
  return compareIntervals('tail', pair, early.warm.p99Ms, late.warm.p99Ms, {
    counts: [early.warm.sampleCount, late.warm.sampleCount],
    what: 'p99 of warm invocations',
  });
}
