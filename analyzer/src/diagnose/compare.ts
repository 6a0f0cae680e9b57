/**
 * What became worse or better between two times, versions or exports, and how small a change would have been seen.
 *
 * Like is held against like: durations by function and memory size, counts by function. Many figures are looked at, so
 * the share of false ones among those told is kept at 5 % over all of them (Benjamini-Hochberg), and what is shown must
 * matter as well. Two times differ by more than a deployment: traffic, payloads and neighbours are not excluded.
 */
import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import { exceedanceOf } from '../stats/exceedance.ts';
import { meanRatio } from '../stats/mean-ratio.ts';
import { minimumDetectableShare } from '../stats/minimum-detectable.ts';
import { normalAtLeast } from '../stats/normal-distribution.ts';
import { rateRatio } from '../stats/rate-ratio.ts';
import type { DecileShift } from '../stats/shift-function.ts';
import { quantileOf, type WeightedSample } from '../stats/weighted-sample.ts';
import { compareFailures } from './compare-failures.ts';
import { judgeCompareGates } from './compare-gate.ts';
import { type CompareSide, type SideSamples, sampleKey } from './compare-side.ts';
import { COMPARISON_SCHEMA, type ComparedFigure, type ComparedSide, type CompareGate, type Comparison } from './comparison.ts';
import { judgeDurationChange } from './duration-change.ts';
import { gbSecondsOf } from './prices.ts';
import type { GrowthVerdict, MemorySection, Percentile, ShareInterval } from './sections.ts';
import { countWords } from './wording.ts';

export interface CompareContext {
  /** Version of Nightlight. */
  readonly tool: string;
  readonly failOn: readonly CompareGate[];
  readonly unread: Comparison['unread'];
}

export function compareSides(before: CompareSide, after: CompareSide, context: CompareContext): Comparison {
  const [namesBefore, namesAfter] = [namesOf(before), namesOf(after)];
  const shared = namesAfter.filter((name) => namesBefore.includes(name));
  const figures = settled(shared.flatMap((functionName) => figuresOf(functionName, before, after)));
  const failures = compareFailures(before, after);
  const found = {
    before: sideOf(before),
    after: sideOf(after),
    failures,
    figures,
    onlyBefore: namesBefore.filter((name) => !namesAfter.includes(name)),
    onlyAfter: namesAfter.filter((name) => !namesBefore.includes(name)),
    notes: notesOn(before, after),
    unread: context.unread,
  };
  return { schema: COMPARISON_SCHEMA, tool: context.tool, ...found, ...judgeCompareGates(context.failOn, found) };
}

const FALSE_SHARE = 0.05;
/** A shift of the tail must stand out more: requests of one minute are slow together. Two-sided. */
const TAIL_LEVEL = 0.002;
/** The tail's own quantile needs so many for both bounds. */
const LEAST_FOR_TAIL = 368;
/** A comparison that would miss a rise of five in a hundred says nothing of a failure rate. Our own judgement. */
const WIDEST_SHARE = 0.05;
/** Smaller changes of a bill or a share are not worth a sentence: our own judgement, as in `duration-change.ts`. */
const LEAST_RATIO = 1.05;
/**
 * Two-sided p of two 95 % intervals that just touch (N. Schenker, J. F. Gentleman 2001, "On judging the significance of
 * differences by examining the overlap between confidence intervals", The American Statistician 55 (3), 182–186).
 */
const P_OF_INTERVALS_APART = 0.006;

function sideOf({ label, from, fromMs, toMs, invocationCount }: CompareSide): ComparedSide {
  return { label, from, fromMs, toMs, invocationCount };
}

function namesOf(side: CompareSide): string[] {
  return side.functions.filter(({ invocationCount }) => invocationCount > 0).map(({ functionName }) => functionName);
}

function figuresOf(functionName: string, before: CompareSide, after: CompareSide): ComparedFigure[] {
  const figures = [failureRate(functionName, before, after), coldShare(functionName, before, after)];
  for (const sizes of sizePairs(functionName, before, after)) {
    const pair = { functionName, ...sizes, before, after };
    figures.push(latency(pair), tail(pair), init(pair), memorySlope(pair), cost(pair));
  }
  return figures.filter((figure) => figure !== undefined);
}

interface SizePair {
  readonly functionName: string;
  readonly sizeBefore: number | undefined;
  readonly sizeAfter: number | undefined;
  readonly before: CompareSide;
  readonly after: CompareSide;
}

/** The sizes that both sides have; where each has one and they differ, that change is what is being compared. */
function sizePairs(functionName: string, before: CompareSide, after: CompareSide): Pick<SizePair, 'sizeBefore' | 'sizeAfter'>[] {
  const [from, to] = [sizesOf(functionName, before), sizesOf(functionName, after)];
  const shared = to.filter((size) => from.includes(size));
  if (shared.length === 0 && from.length === 1 && to.length === 1) return [{ sizeBefore: from[0], sizeAfter: to[0] }];
  return shared.map((size) => ({ sizeBefore: size, sizeAfter: size }));
}

/** An attempt whose REPORT lies beyond the edge of the input has no size and no duration. */
function sizesOf(functionName: string, side: CompareSide): (number | undefined)[] {
  const measured = side.latency.filter(
    (section) => section.functionName === functionName && section.warm.sampleCount + section.cold.sampleCount > 0,
  );
  return [...new Set(measured.map((section) => section.memorySizeMb))];
}

function sizeWords({ sizeBefore, sizeAfter }: SizePair): string {
  return sizeBefore === sizeAfter ? '' : `; memory size ${sizeBefore ?? '?'} MB before, ${sizeAfter ?? '?'} MB after`;
}

function failureRate(functionName: string, before: CompareSide, after: CompareSide): ComparedFigure | undefined {
  const failed = (side: CompareSide) => side.functions.find((section) => section.functionName === functionName)?.failed;
  return shareFigure('failure-rate', functionName, failed(before), failed(after), 'attempts that failed, of those that ended');
}

function coldShare(functionName: string, before: CompareSide, after: CompareSide): ComparedFigure | undefined {
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

function latency(pair: SizePair): ComparedFigure {
  const sample = (side: CompareSide, size: number | undefined) => side.samples?.get(sampleKey(pair.functionName, size))?.warm;
  const [from, to] = [sample(pair.before, pair.sizeBefore), sample(pair.after, pair.sizeAfter)];
  if (from !== undefined && to !== undefined) return durationFigure('latency', pair, from, to, 'warm invocations, rank test');
  const middle = (side: CompareSide, size: number | undefined) => latencyOf(side, pair.functionName, size)?.p50Ms;
  return intervalFigure('latency', pair, middle(pair.before, pair.sizeBefore), middle(pair.after, pair.sizeAfter), {
    counts: [
      latencyOf(pair.before, pair.functionName, pair.sizeBefore)?.sampleCount ?? 0,
      latencyOf(pair.after, pair.functionName, pair.sizeAfter)?.sampleCount ?? 0,
    ],
    what: 'medians of warm invocations',
  });
}

/** One report may hold several versions of one size: the busiest stands for them. */
function latencyOf(side: CompareSide, functionName: string, size: number | undefined) {
  const own = side.latency.filter((section) => section.functionName === functionName && section.memorySizeMb === size);
  return own.sort((a, b) => b.warm.sampleCount - a.warm.sampleCount)[0]?.warm;
}

function tail(pair: SizePair): ComparedFigure | undefined {
  const sample = (side: CompareSide, size: number | undefined) => side.samples?.get(sampleKey(pair.functionName, size))?.warm;
  const [from, to] = [sample(pair.before, pair.sizeBefore), sample(pair.after, pair.sizeAfter)];
  if (from === undefined || to === undefined) {
    const [early, late] = [
      latencyOf(pair.before, pair.functionName, pair.sizeBefore),
      latencyOf(pair.after, pair.functionName, pair.sizeAfter),
    ];
    if (early?.p99Ms === undefined || late?.p99Ms === undefined) return undefined;
    return intervalFigure('tail', pair, early.p99Ms, late.p99Ms, {
      counts: [early.sampleCount, late.sampleCount],
      what: 'p99 of warm invocations',
    });
  }
  const common = {
    figure: 'tail',
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfter,
    unit: 'ms',
    beforeCount: from.total,
    afterCount: to.total,
  } as const;
  if (Math.min(from.total, to.total) < LEAST_FOR_TAIL) {
    return {
      ...common,
      ...UNKNOWN,
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

function init(pair: SizePair): ComparedFigure | undefined {
  const sample = (side: CompareSide, size: number | undefined) => side.samples?.get(sampleKey(pair.functionName, size))?.init;
  const [from, to] = [sample(pair.before, pair.sizeBefore), sample(pair.after, pair.sizeAfter)];
  if (from !== undefined && to !== undefined) {
    return from.total + to.total === 0 ? undefined : durationFigure('init', pair, from, to, 'on-demand inits, rank test');
  }
  const inits = (side: CompareSide, size: number | undefined) =>
    side.coldStarts
      .filter((section) => section.functionName === pair.functionName && section.memorySizeMb === size)
      .flatMap(({ initMs }) => (initMs === undefined ? [] : [initMs]))
      .sort((a, b) => b.sampleCount - a.sampleCount)[0];
  const [early, late] = [inits(pair.before, pair.sizeBefore), inits(pair.after, pair.sizeAfter)];
  if (early === undefined || late === undefined) return undefined;
  return intervalFigure('init', pair, early.p50Ms, late.p50Ms, {
    counts: [early.sampleCount, late.sampleCount],
    what: 'medians of on-demand inits',
  });
}

const UNKNOWN = { before: undefined, after: undefined, ratio: undefined, low: undefined, high: undefined, p: undefined } as const;

function durationFigure(
  figure: 'latency' | 'init',
  pair: SizePair,
  from: WeightedSample,
  to: WeightedSample,
  what: string,
): ComparedFigure {
  const change = judgeDurationChange(from, to);
  const common = {
    figure,
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfter,
    unit: 'ms',
    before: from.total === 0 ? undefined : quantileOf(from, 0.5),
    after: to.total === 0 ? undefined : quantileOf(to, 0.5),
    beforeCount: from.total,
    afterCount: to.total,
  } as const;
  switch (change.kind) {
    case 'insufficient-data':
      return { ...UNKNOWN, ...common, verdict: { kind: 'cannot-tell', missing: change.missing }, because: `${what}${sizeWords(pair)}` };
    case 'no-change-shown':
      return {
        ...common,
        ...sizeOf(change),
        verdict: {
          kind: 'no-change-shown',
          detectable: change.detectableRatio === undefined ? undefined : change.detectableRatio * common.before!,
        },
        because: `${what}${sizeWords(pair)}`,
      };
    case 'slower':
    case 'faster':
      return {
        ...common,
        ...sizeOf(change),
        verdict: { kind: change.kind === 'slower' ? 'worse' : 'better' },
        because: `${what}${movedWords(change.moved)}${sizeWords(pair)}`,
      };
    default:
      return change satisfies never;
  }
}

function movedWords(moved: readonly DecileShift[]): string {
  if (moved.length === 0) return '';
  return moved.length === 9
    ? '; moved at every decile'
    : `; moved at ${moved.map(({ quantile }) => `p${Math.round(100 * quantile)}`).join(', ')}`;
}

function sizeOf({ ratio, low, high, p }: { readonly ratio: number; readonly low: number; readonly high: number; readonly p: number }) {
  return { ratio, low, high, p };
}

/** Of two percentiles only the intervals are known: they must lie apart. */
function intervalFigure(
  figure: 'latency' | 'tail' | 'init',
  pair: SizePair,
  from: Percentile | undefined,
  to: Percentile | undefined,
  { counts, what }: { readonly counts: readonly [number, number]; readonly what: string },
): ComparedFigure {
  const common = {
    figure,
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfter,
    unit: 'ms',
    beforeCount: counts[0],
    afterCount: counts[1],
    because: `${what}, by the intervals that the reports give${sizeWords(pair)}`,
  } as const;
  if (from?.low === undefined || from.high === undefined || to?.low === undefined || to.high === undefined) {
    return {
      ...UNKNOWN,
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

function memorySlope(pair: SizePair): ComparedFigure | undefined {
  const section = (side: CompareSide, size: number | undefined) =>
    busiest(side.memory.filter((each) => each.functionName === pair.functionName && each.memorySizeMb === size));
  const [from, to] = [section(pair.before, pair.sizeBefore), section(pair.after, pair.sizeAfter)];
  if (from === undefined || to === undefined) return undefined;
  const [early, late] = [slopeOf(from.growth), slopeOf(to.growth)];
  const common = {
    figure: 'memory-slope',
    functionName: pair.functionName,
    memorySizeMb: pair.sizeAfter,
    unit: 'MB an invocation',
    before: early?.value,
    after: late?.value,
    beforeCount: from.sandboxCount,
    afterCount: to.sandboxCount,
    ratio: early !== undefined && late !== undefined && early.value > 0 ? late.value / early.value : undefined,
    low: undefined,
    high: undefined,
    p: undefined,
    because: `${from.growth.kind} before, ${to.growth.kind} after; sandboxes are counted${sizeWords(pair)}`,
  } as const;
  if (early === undefined || late === undefined) {
    const side = early === undefined ? 'before' : 'after';
    const growth = early === undefined ? from.growth : to.growth;
    return {
      ...common,
      verdict: { kind: 'cannot-tell', missing: `${side}: ${growth.kind === 'insufficient-data' ? growth.missing : growth.kind}` },
    };
  }
  if (late.low > early.high) return { ...common, verdict: { kind: 'worse' } };
  if (late.high < early.low) return { ...common, verdict: { kind: 'better' } };
  return { ...common, verdict: { kind: 'no-change-shown', detectable: undefined } };
}

function busiest(sections: readonly MemorySection[]): MemorySection | undefined {
  return [...sections].sort((a, b) => b.sandboxCount - a.sandboxCount)[0];
}

function slopeOf(growth: GrowthVerdict): { readonly value: number; readonly low: number; readonly high: number } | undefined {
  switch (growth.kind) {
    case 'leaking':
    case 'growing':
      return { value: growth.mbPerInvocation, low: growth.low, high: growth.high };
    case 'growing-but-bounded':
    case 'stable':
      return { value: 0, low: 0, high: 0 };
    case 'insufficient-data':
      return undefined;
    default:
      return growth satisfies never;
  }
}

/** By the mean billed time and the memory paid for; prices themselves are taken as unchanged. */
function cost(pair: SizePair): ComparedFigure | undefined {
  const sample = (side: CompareSide, size: number | undefined) => side.samples?.get(sampleKey(pair.functionName, size));
  const [from, to] = [sample(pair.before, pair.sizeBefore), sample(pair.after, pair.sizeAfter)];
  if (from === undefined || to === undefined || from.billedCount === 0 || to.billedCount === 0) return undefined;
  const [usdBefore, usdAfter] = [usdOf(pair.before, from, pair.sizeBefore), usdOf(pair.after, to, pair.sizeAfter)];
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
    memorySizeMb: pair.sizeAfter,
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

/** A sum of heavy-tailed durations comes close to normal only slowly. */
const LEAST_FOR_MEAN = 300;
/** 1.96 + 0.84: standard deviations at which four of five comparisons show it. */
const DETECTED_IN_FOUR_OF_FIVE = 2.8;

/** Requests cost the same on both sides and are left out. */
function usdOf(side: CompareSide, { billedMsSum, billedCount }: SideSamples, sizeMb: number | undefined): number | undefined {
  if (sizeMb === undefined || side.usdPerGbSecond === undefined) return undefined;
  return gbSecondsOf(billedMsSum / billedCount, sizeMb) * side.usdPerGbSecond * 1e6;
}

/** What was found stays found only while it survives being one of many. */
function settled(figures: readonly ComparedFigure[]): ComparedFigure[] {
  const tested = figures.filter(({ p }) => p !== undefined);
  const kept = new Set(
    benjaminiHochberg(
      tested.map(({ p }) => p!),
      FALSE_SHARE,
    ).flatMap((isKept, i) => (isKept ? [tested[i]!] : [])),
  );
  return figures
    .map((figure) => {
      const isClaim = figure.verdict.kind === 'worse' || figure.verdict.kind === 'better';
      if (!isClaim || figure.p === undefined || kept.has(figure)) return figure;
      return {
        ...figure,
        verdict: { kind: 'no-change-shown', detectable: undefined } as const,
        because: `${figure.because}; one of ${countWords(tested.length)} figures, so chance is not excluded`,
      };
    })
    .sort((a, b) => ORDER[a.verdict.kind] - ORDER[b.verdict.kind]);
}

const ORDER = { worse: 0, better: 1, 'no-change-shown': 2, 'cannot-tell': 3 } as const;

function notesOn(before: CompareSide, after: CompareSide): string[] {
  const notes: string[] = [];
  if (before.from === 'report' || after.from === 'report') {
    notes.push('a report holds percentiles in place of durations: intervals are compared, which shows less than the exports would');
  }
  if (before.fromMs !== undefined && after.fromMs !== undefined && after.toMs !== undefined && before.fromMs > after.toMs) {
    notes.push('the first input is younger than the second: before and after may be swapped');
  }
  return notes;
}

function sum<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((total, item) => total + numberOf(item), 0);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
