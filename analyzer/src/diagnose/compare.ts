/**
 * What became worse or better between two times, versions or exports, and how small a change would have been seen.
 *
 * Like is held against like: durations by function and memory size, counts by function. Many figures are looked at, so
 * the share of false ones among those told is kept at 5 % over all of them (Benjamini-Hochberg), and what is shown must
 * matter as well. Two times differ by more than a deployment: traffic, payloads and neighbours are not excluded.
 */
import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import { compareCosts } from './compare-cost.ts';
import { compareInits, compareLatency } from './compare-durations.ts';
import { compareFailures } from './compare-failures.ts';
import { judgeCompareGates } from './compare-gate.ts';
import { compareMemorySlopes } from './compare-memory-slope.ts';
import { compareColdShares, compareFailureRate } from './compare-shares.ts';
import type { CompareSide } from './compare-side.ts';
import { compareTail } from './compare-tail.ts';
import { COMPARISON_SCHEMA, type ComparedFigure, type ComparedSide, type CompareGate, type Comparison } from './comparison.ts';
import { sizePairs } from './size-pair.ts';
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

function sideOf({ label, from, fromMs, toMs, invocationCount }: CompareSide): ComparedSide {
  return { label, from, fromMs, toMs, invocationCount };
}

function namesOf(side: CompareSide): string[] {
  return side.functions.filter(({ invocationCount }) => invocationCount > 0).map(({ functionName }) => functionName);
}

function figuresOf(functionName: string, before: CompareSide, after: CompareSide): ComparedFigure[] {
  const figures = [compareFailureRate(functionName, before, after), compareColdShares(functionName, before, after)];
  for (const pair of sizePairs(functionName, before, after)) {
    figures.push(compareLatency(pair), compareTail(pair), compareInits(pair), compareMemorySlopes(pair), compareCosts(pair));
  }
  return figures.filter((figure) => figure !== undefined);
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
