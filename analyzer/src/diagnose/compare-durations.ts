/** Warm durations and inits: by the durations themselves where both sides have them, else by the intervals of their medians. */
import type { DecileShift } from '../stats/shift-function.ts';
import { quantileOf, type WeightedSample } from '../stats/weighted-sample.ts';
import { compareIntervals } from './compare-intervals.ts';
import { type ComparedFigure, NO_FIGURES } from './comparison.ts';
import { judgeDurationChange } from './duration-change.ts';
import { busiestOfPair, type SizePair, samplesOfPair, sizeWords } from './size-pair.ts';

export function compareLatency(pair: SizePair): ComparedFigure {
  const [from, to] = samplesOfPair(pair);
  if (from !== undefined && to !== undefined) return compareSamples('latency', pair, from.warm, to.warm, 'warm invocations, rank test');
  const [early, late] = busiestOfPair(
    pair,
    ({ latency }) => latency,
    ({ warm }) => warm.sampleCount,
  );
  return compareIntervals('latency', pair, early?.warm.p50Ms, late?.warm.p50Ms, {
    counts: [early?.warm.sampleCount ?? 0, late?.warm.sampleCount ?? 0],
    what: 'medians of warm invocations',
  });
}

export function compareInits(pair: SizePair): ComparedFigure | undefined {
  const [from, to] = samplesOfPair(pair);
  if (from !== undefined && to !== undefined) {
    return from.init.total + to.init.total === 0
      ? undefined
      : compareSamples('init', pair, from.init, to.init, 'on-demand inits, rank test');
  }
  const [early, late] = busiestOfPair(
    pair,
    ({ coldStarts }) => coldStarts,
    ({ initMs }) => initMs?.sampleCount ?? -1,
  );
  if (early?.initMs === undefined || late?.initMs === undefined) return undefined;
  return compareIntervals('init', pair, early.initMs.p50Ms, late.initMs.p50Ms, {
    counts: [early.initMs.sampleCount, late.initMs.sampleCount],
    what: 'medians of on-demand inits',
  });
}

function compareSamples(
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
    memorySizeMb: pair.sizeAfterMb,
    unit: 'ms',
    before: from.total === 0 ? undefined : quantileOf(from, 0.5),
    after: to.total === 0 ? undefined : quantileOf(to, 0.5),
    beforeCount: from.total,
    afterCount: to.total,
  } as const;
  switch (change.kind) {
    case 'insufficient-data':
      return { ...NO_FIGURES, ...common, verdict: { kind: 'cannot-tell', missing: change.missing }, because: `${what}${sizeWords(pair)}` };
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
