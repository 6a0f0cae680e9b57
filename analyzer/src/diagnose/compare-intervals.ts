/** A report holds percentiles and how far they may be off, no durations: two of them differ where their intervals lie apart. */
import { type ComparedFigure, NO_FIGURES } from './comparison.ts';
import { finite } from './finite.ts';
import type { Percentile } from './sections.ts';
import { type SizePair, sizeWords } from './size-pair.ts';

export function compareIntervals(
  figure: 'latency' | 'tail' | 'init',
  pair: SizePair,
  from: Percentile | undefined,
  to: Percentile | undefined,
  { counts, what }: { readonly counts: readonly [number, number]; readonly what: string },
): ComparedFigure {
  const common = {
    figure,
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfterMb,
    unit: 'ms',
    beforeCount: counts[0],
    afterCount: counts[1],
    because: `${what}, by the intervals that the reports give${sizeWords(pair)}`,
  } as const;
  if (from?.low === undefined || from.high === undefined || to?.low === undefined || to.high === undefined) {
    return {
      ...NO_FIGURES,
      ...common,
      verdict: { kind: 'cannot-tell', missing: 'a report without the interval of this percentile; give the exports' },
    };
  }
  const [low, high] = [to.low / from.high, to.high / from.low];
  const isApart = low > 1 || high < 1;
  return {
    ...common,
    before: from.value,
    after: to.value,
    ratio: to.value / from.value,
    low,
    high: finite(high),
    p: isApart ? P_OF_INTERVALS_APART : undefined,
    // A later value shows once its low end passes the high end of the earlier one.
    verdict: isApart ? { kind: low > 1 ? 'worse' : 'better' } : { kind: 'no-change-shown', detectable: (from.high * to.value) / to.low },
  };
}

/**
 * Two-sided p of two 95 % intervals that just touch (N. Schenker, J. F. Gentleman 2001, "On judging the significance of
 * differences by examining the overlap between confidence intervals", The American Statistician 55 (3), 182–186).
 */
const P_OF_INTERVALS_APART = 0.006;
