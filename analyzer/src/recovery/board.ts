/**
 * Architecture by scenario: how long the search for the cause took, predicted beside measured.
 *
 * A cell shows the median of its runs, in which an unconfirmed search counts as longer than it lasted; never a mean,
 * because a few long nights would be all of it. A ranking is refused until every architecture has run the same
 * scenarios often enough, because otherwise it ranks the scenarios.
 */
import { type SurvivalMedian, survivalMedian } from '../stats/kaplan-meier.ts';
import { type FamiliarityCheck, familiarityCheck } from './board-familiarity.ts';
import { type BoardRanking, rankArchitectures } from './board-ranking.ts';
import type { DifficultyClass } from './difficulty.ts';
import type { PredictedScore, ScenarioKey } from './mark.ts';
import { boundsOfClass, CLASSES, type RunRecord } from './run-record.ts';

export const BOARD_SCHEMA = 'board-1';
export interface Board {
  readonly schema: typeof BOARD_SCHEMA;
  readonly architectures: readonly string[];
  readonly scenarios: readonly BoardScenario[];
  /** By scenario, then by architecture, in the orders above. */
  readonly cells: readonly (readonly BoardCell[])[];
  readonly totals: readonly ArchitectureTotal[];
  readonly ranking: BoardRanking;
  /** What makes the comparison unfair, ranked or not. */
  readonly warnings: readonly string[];
  readonly familiarity: FamiliarityCheck;
  readonly runCount: number;
  /** Some of the runs are invented. */
  readonly isExample: boolean;
}

export interface BoardScenario extends ScenarioKey {
  /** The id, and what tells it from another of the same id. */
  readonly label: string;
}

export type BoardCell = CellRuns | { readonly kind: 'not-run' };

export interface CellRuns {
  readonly kind: 'runs';
  /** Ascending; those that were not confirmed took longer than this. */
  readonly searches: readonly { readonly searchedMs: number; readonly isConfirmed: boolean; readonly runId: string }[];
  readonly confirmedCount: number;
  readonly maskedCount: number;
  readonly median: SurvivalMedian;
  readonly class: CellClass;
  readonly predicted: PredictedScore | undefined;
}

/** Of the run in the middle; undecided where unconfirmed runs, or runs without a noted view, leave it open. */
export type CellClass =
  | { readonly kind: 'told'; readonly class: DifficultyClass }
  | { readonly kind: 'open'; readonly low: DifficultyClass; readonly high: DifficultyClass };

export interface ArchitectureTotal {
  readonly architecture: string;
  readonly runCount: number;
  readonly maskedCount: number;
  /** Scenarios that are a nightmare here: surely, and at most. */
  readonly nightmares: { readonly low: number; readonly high: number };
  /** Cells whose predicted class is the measured one, of those that have both. */
  readonly predictedRight: { readonly count: number; readonly of: number };
}

/** @param seed  of the resampled intervals */
export function boardOf(runs: readonly RunRecord[], seed = 1): Board {
  const architectures = [...new Set(runs.map(({ architecture }) => architecture))].sort();
  const scenarios = scenariosOf(runs);
  const cellRuns = scenarios.map((scenario) =>
    architectures.map((architecture) => runs.filter((run) => run.architecture === architecture && isSameScenario(run.scenario, scenario))),
  );
  const cells = cellRuns.map((row) => row.map(cellOf));
  const familiarity = familiarityCheck(runs, architectures);
  return {
    schema: BOARD_SCHEMA,
    architectures,
    scenarios,
    cells,
    totals: architectures.map((architecture, column) =>
      totalOf(
        architecture,
        cells.map((row) => row[column]!),
      ),
    ),
    ranking: rankArchitectures(architectures, scenarios, cellRuns, seed),
    warnings: [...familiarity.warnings, ...blindWarning(runs)],
    familiarity,
    runCount: runs.length,
    isExample: runs.some(({ isExample }) => isExample === true),
  };
}

function isSameScenario(a: ScenarioKey, b: ScenarioKey): boolean {
  return (
    a.id === b.id &&
    a.hash === b.hash &&
    a.seed === b.seed &&
    a.load === b.load &&
    a.magnitude === b.magnitude &&
    a.durationMs === b.durationMs
  );
}

function scenariosOf(runs: readonly RunRecord[]): BoardScenario[] {
  const distinct: ScenarioKey[] = [];
  for (const { scenario } of runs) if (!distinct.some((other) => isSameScenario(other, scenario))) distinct.push(scenario);
  return distinct
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.seed - b.seed))
    .map(({ id, hash, seed, load, magnitude, durationMs }) => {
      const others = distinct.filter((other) => other.id === id);
      const differs = [
        ...(others.some((other) => other.hash !== hash) ? [`file ${hash.slice(0, 8)}`] : []),
        ...(others.some((other) => other.seed !== seed) ? [`seed ${seed}`] : []),
        ...(others.some((other) => other.load !== load) ? [load] : []),
        ...(others.some((other) => other.magnitude !== magnitude) ? [magnitude] : []),
        ...(others.some((other) => other.durationMs !== durationMs) ? [`${durationMs / 60_000} min`] : []),
      ];
      return { id, hash, seed, load, magnitude, durationMs, label: differs.length === 0 ? id : `${id} (${differs.join(', ')})` };
    });
}

function cellOf(runs: readonly RunRecord[]): BoardCell {
  if (runs.length === 0) return { kind: 'not-run' };
  const searches = runs
    .map(({ searchedMs, isConfirmed, id }) => ({ searchedMs, isConfirmed, runId: id }))
    .sort((a, b) => a.searchedMs - b.searchedMs);
  return {
    kind: 'runs',
    searches,
    confirmedCount: runs.filter(({ isConfirmed }) => isConfirmed).length,
    maskedCount: runs.filter(({ isMasked }) => isMasked).length,
    median: survivalMedian(searches.map(({ searchedMs, isConfirmed }) => ({ value: searchedMs, isCensored: !isConfirmed }))),
    class: middleClass(runs),
    predicted: runs.findLast(({ predicted }) => predicted !== undefined)?.predicted,
  };
}

function middleClass(runs: readonly RunRecord[]): CellClass {
  const bounds = runs.map(boundsOfClass);
  const middle = runs.length >> 1;
  const low = CLASSES[bounds.map(([least]) => least).sort()[middle]!]!;
  const high = CLASSES[bounds.map(([, most]) => most).sort()[middle]!]!;
  return low === high ? { kind: 'told', class: low } : { kind: 'open', low, high };
}

function totalOf(architecture: string, column: readonly BoardCell[]): ArchitectureTotal {
  const ran = column.filter((cell) => cell.kind === 'runs');
  const both = ran.flatMap(({ predicted, class: measured }) =>
    predicted === undefined || measured.kind !== 'told' ? [] : [{ predicted, measured }],
  );
  return {
    architecture,
    runCount: ran.reduce((sum, { searches }) => sum + searches.length, 0),
    maskedCount: ran.reduce((sum, { maskedCount }) => sum + maskedCount, 0),
    nightmares: {
      low: ran.filter(({ class: measured }) => measured.kind === 'told' && measured.class === 'nightmare').length,
      high: ran.filter(({ class: measured }) => (measured.kind === 'told' ? measured.class : measured.high) === 'nightmare').length,
    },
    predictedRight: { count: both.filter(({ predicted, measured }) => predicted.class === measured.class).length, of: both.length },
  };
}

function blindWarning(runs: readonly RunRecord[]): string[] {
  const seeing = runs.filter(({ isBlind }) => isBlind === false).length;
  return seeing === 0 ? [] : [`${seeing} of ${runs.length} runs were not blind: those who searched knew what was injected`];
}
