/**
 * Which architecture makes causes easier to find, as far as the runs can show it.
 *
 * Architectures are compared in pairs, and only runs of the same person on the same scenario are compared with each
 * other: people and scenarios differ more than architectures do. First come nightmares, where more of one than of the
 * other cannot be chance; then the median ratio of the times. What overlaps is not separated by a guess.
 */
import { binomialAtLeast } from '../stats/binomial-tails.ts';
import { type Bounded, bootstrapMedian } from '../stats/bootstrap-median.ts';
import type { BoardScenario } from './board.ts';
import { boundsOfClass, CLASSES, type RunRecord } from './run-record.ts';

export type BoardRanking =
  | { readonly kind: 'refused'; readonly missing: readonly string[] }
  | { readonly kind: 'ranked'; readonly places: readonly RankedPlace[]; readonly comparisons: readonly PairComparison[] };

export interface RankedPlace {
  /** 1 more than those that are shown to be easier: equal places are not separable. */
  readonly place: number;
  readonly architecture: string;
}

export interface PairComparison {
  readonly first: string;
  readonly second: string;
  /** Runs of the same person on the same scenario. */
  readonly pairCount: number;
  /** Pairs in which only one of the two was surely a nightmare. */
  readonly onlyFirstNightmare: number;
  readonly onlySecondNightmare: number;
  /** Time in the first over time in the second: median and interval; ends are infinite where too few were confirmed. */
  readonly ratio: { readonly median: Bounded; readonly interval: Bounded } | undefined;
  readonly verdict:
    | { readonly kind: 'easier'; readonly architecture: string; readonly because: string }
    | { readonly kind: 'not-separable'; readonly because: string };
}

/** In each cell: with fewer, the median is a single person's night. */
export const LEAST_RUNS = 5;
/** Of all comparisons of a board together. */
const ERROR_SHARE = 0.05;

/** @param cellRuns  by scenario, then by architecture */
export function rankArchitectures(
  architectures: readonly string[],
  scenarios: readonly BoardScenario[],
  cellRuns: readonly (readonly (readonly RunRecord[])[])[],
  seed: number,
): BoardRanking {
  const missing = missingFor(architectures, scenarios, cellRuns);
  if (missing.length > 0) return { kind: 'refused', missing };
  const pairs = architectures.flatMap((_, i) => architectures.slice(i + 1).map((__, j) => [i, i + 1 + j] as const));
  const comparisons = pairs.map(([first, second], index) =>
    comparePair(
      architectures[first]!,
      architectures[second]!,
      cellRuns.map((row) => pairedRuns(row[first]!, row[second]!)),
      // Half of the errors for nightmares, half for the ratio.
      ERROR_SHARE / 2 / pairs.length,
      seed + index,
    ),
  );
  const places = architectures.map((architecture) => ({
    architecture,
    place:
      1 +
      comparisons.filter(
        ({ first, second, verdict }) =>
          verdict.kind === 'easier' && verdict.architecture !== architecture && (first === architecture || second === architecture),
      ).length,
  }));
  return { kind: 'ranked', places: places.sort((a, b) => a.place - b.place), comparisons };
}

/** What stands between these runs and a ranking, in words that name the drill to run. */
function missingFor(
  architectures: readonly string[],
  scenarios: readonly BoardScenario[],
  cellRuns: readonly (readonly (readonly RunRecord[])[])[],
): string[] {
  if (architectures.length === 0) return ['runs: there are none'];
  const missing = architectures.length === 1 ? [`a second architecture: all runs are of ${architectures[0]}`] : [];
  for (const [row, { label }] of scenarios.entries()) {
    for (const [column, architecture] of architectures.entries()) {
      const { length } = cellRuns[row]![column]!;
      if (length >= LEAST_RUNS) continue;
      missing.push(`${label} on ${architecture}: ${length === 0 ? 'not run' : `${length} of ${LEAST_RUNS} runs`}`);
    }
  }
  return missing;
}

interface RunPair {
  readonly first: RunRecord;
  readonly second: RunRecord;
}

/** Of one scenario: each person's first run with their first, second with second. */
function pairedRuns(first: readonly RunRecord[], second: readonly RunRecord[]): RunPair[] {
  const waiting = new Map<string, RunRecord[]>();
  for (const run of inOrder(second)) {
    const key = teamOf(run);
    if (key !== '') waiting.set(key, [...(waiting.get(key) ?? []), run]);
  }
  return inOrder(first).flatMap((run) => {
    const partner = waiting.get(teamOf(run))?.shift();
    return partner === undefined ? [] : [{ first: run, second: partner }];
  });
}

function inOrder(runs: readonly RunRecord[]): RunRecord[] {
  return [...runs].sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
}

function teamOf({ people }: RunRecord): string {
  return people
    .map(({ name }) => name.trim().toLowerCase())
    .sort()
    .join(' + ');
}

function comparePair(
  first: string,
  second: string,
  strata: readonly (readonly RunPair[])[],
  errorShare: number,
  seed: number,
): PairComparison {
  const pairs = strata.flat();
  const onlyFirst = pairs.filter(isNightmareOnlyIn('first', 'second')).length;
  const onlySecond = pairs.filter(isNightmareOnlyIn('second', 'first')).length;
  const counted = { first, second, pairCount: pairs.length, onlyFirstNightmare: onlyFirst, onlySecondNightmare: onlySecond };
  if (pairs.length < LEAST_RUNS) {
    const because = `${pairs.length} runs of the same person on the same scenario; ${LEAST_RUNS} are needed`;
    return { ...counted, ratio: undefined, verdict: { kind: 'not-separable', because } };
  }
  const logRatios = strata.map((stratum) => stratum.map(logRatioOf)).filter(({ length }) => length > 0);
  const { median, interval } = bootstrapMedian(logRatios, { seed, confidence: 1 - errorShare });
  const ratio = { median: risen(median), interval: risen(interval) };
  const byNightmares = signTest(onlyFirst, onlySecond) <= errorShare;
  if (byNightmares) {
    const easier = onlyFirst < onlySecond ? first : second;
    const [fewer, more] = [Math.min(onlyFirst, onlySecond), Math.max(onlyFirst, onlySecond)];
    return {
      ...counted,
      ratio,
      verdict: { kind: 'easier', architecture: easier, because: `a nightmare where the other was none in ${fewer} against ${more} pairs` },
    };
  }
  if (interval.high < 0 || interval.low > 0) {
    return {
      ...counted,
      ratio,
      verdict: { kind: 'easier', architecture: interval.high < 0 ? first : second, because: 'the interval of the ratio leaves out 1' },
    };
  }
  return { ...counted, ratio, verdict: { kind: 'not-separable', because: 'the interval of the ratio holds 1' } };
}

function isNightmareOnlyIn(one: keyof RunPair, other: keyof RunPair): (pair: RunPair) => boolean {
  // Surely in the one, surely not in the other; a run that may still be either counts for neither.
  return (pair) => boundsOfClass(pair[one])[0] === NIGHTMARE && boundsOfClass(pair[other])[1] < NIGHTMARE;
}

const NIGHTMARE = CLASSES.indexOf('nightmare');
/** Nobody finds a cause faster than this, and a ratio needs something to divide by. */
const LEAST_MS = 1_000;

function logRatioOf({ first, second }: RunPair): Bounded {
  const value = Math.log(Math.max(LEAST_MS, first.searchedMs) / Math.max(LEAST_MS, second.searchedMs));
  return {
    low: second.isConfirmed ? value : Number.NEGATIVE_INFINITY,
    high: first.isConfirmed ? value : Number.POSITIVE_INFINITY,
  };
}

function risen({ low, high }: Bounded): Bounded {
  return { low: Math.exp(low), high: Math.exp(high) };
}

/** Two-sided and exact: if neither is worse, each lone nightmare falls on either side as a coin does. */
function signTest(a: number, b: number): number {
  return Math.min(1, 2 * binomialAtLeast(Math.max(a, b), a + b, 0.5));
}
