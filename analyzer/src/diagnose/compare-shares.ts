/** Failures and cold starts are counted: their shares are held against each other by the ratio of two rates. */
import { minimumDetectableShare } from '../stats/minimum-detectable.ts';
import { rateRatio } from '../stats/rate-ratio.ts';
import type { CompareSide } from './compare-side.ts';
import type { ComparedFigure } from './comparison.ts';
import { finite } from './finite.ts';
import type { ShareInterval } from './sections.ts';
import { countWords } from './wording.ts';

export function compareFailureRate(functionName: string, before: CompareSide, after: CompareSide): ComparedFigure | undefined {
  const failed = (side: CompareSide) => side.functions.find((section) => section.functionName === functionName)?.failed;
  return shareFigure('failure-rate', functionName, failed(before), failed(after), 'attempts that failed, of those that ended');
}

export function compareColdShares(functionName: string, before: CompareSide, after: CompareSide): ComparedFigure | undefined {
  const cold = (side: CompareSide) => {
    const sections = side.coldStarts.flatMap((section) =>
      section.functionName === functionName && section.cold !== undefined ? [section.cold] : [],
    );
    const [count, of] = [sum(sections, (each) => each.count), sum(sections, (each) => each.of)];
    return of > 0 ? { count, of } : undefined;
  };
  return shareFigure(
    'cold-share',
    functionName,
    cold(before),
    cold(after),
    'requests that waited for a cold start; it follows traffic as well as deployments',
  );
}

/** A comparison that would miss a rise of five in a hundred says nothing of a failure rate. Our own judgement. */
const WIDEST_SHARE = 0.05;

function shareFigure(
  figure: 'failure-rate' | 'cold-share',
  functionName: string,
  before: Pick<ShareInterval, 'count' | 'of'> | undefined,
  after: Pick<ShareInterval, 'count' | 'of'> | undefined,
  because: string,
): ComparedFigure | undefined {
  if (before === undefined || after === undefined) return undefined;
  const rates = rateRatio(before, after)!;
  const [shareBefore, shareAfter] = [before.count / before.of, after.count / after.of];
  const detectable = minimumDetectableShare(shareBefore, before.of, after.of);
  const isShown = rates.low > 1 || rates.high < 1;
  const isBlunt = detectable === undefined || detectable - shareBefore > WIDEST_SHARE;
  return {
    figure,
    functionName,
    memorySizeMb: undefined,
    unit: 'share',
    before: shareBefore,
    after: shareAfter,
    beforeCount: before.of,
    afterCount: after.of,
    ratio: rates.ratio,
    low: rates.low,
    high: finite(rates.high),
    p: rates.p,
    verdict: isShown
      ? { kind: rates.low > 1 ? 'worse' : 'better' }
      : isBlunt
        ? {
            kind: 'cannot-tell',
            missing: `${countWords(before.of)} before and ${countWords(after.of)} after would miss a rise of five in a hundred`,
          }
        : { kind: 'no-change-shown', detectable },
    because,
  };
}

function sum<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((total, item) => total + numberOf(item), 0);
}
