/**
 * What is left to drill before a ranking is fair: every scenario on every architecture, five runs each; and the ways of
 * failing that can be provoked, those first that were recognised in what is looked at. All text is safe for a terminal.
 */
import type { Report } from '@nightlight/analyzer';
import { type Board, FAILURE_MODES, type FailureMode, type RunRecord, recipeFor } from '@nightlight/analyzer/recovery';
import { durationText, plural, printable, printableDeep } from '@nightlight/analyzer/report';
import { type DrillScenario, modeOfRun } from './drill-state.ts';
import { spanText } from './incident-view.ts';

export interface DrillPlan {
  readonly columns: readonly string[];
  readonly rows: readonly PlanRow[];
  readonly leftCount: number;
  readonly lackingCellCount: number;
  readonly cellCount: number;
  /** `at least 3 h 15 min`, at the times so far; undefined where nothing is left or no time is known. */
  readonly takes: string | undefined;
  /** The cell with the fewest runs. */
  readonly next: { readonly scenario: string; readonly architecture: string; readonly runCount: number } | undefined;
  readonly isExample: boolean;
}

export interface PlanRow {
  readonly scenario: string;
  /** By architecture: `3/5`. */
  readonly cells: readonly string[];
  readonly leftCount: number;
}

/** As the ranking counts. */
export const RUNS_WANTED = 5;

export function drillPlan(board: Board | undefined): DrillPlan | undefined {
  if (board === undefined || board.architectures.length === 0) return undefined;
  const safe = printableDeep({ columns: board.architectures, labels: board.scenarios.map(({ label }) => label) });
  const counts = board.cells.map((row) => row.map((cell) => (cell.kind === 'not-run' ? 0 : cell.searches.length)));
  let next: DrillPlan['next'];
  let leftMs: number | undefined = 0;
  for (const [row, cells] of counts.entries()) {
    const usualMs = middleOf(
      board.cells[row]!.flatMap((cell) => (cell.kind === 'not-run' ? [] : cell.searches.map(({ searchedMs }) => searchedMs))),
    );
    for (const [column, runCount] of cells.entries()) {
      if (runCount >= RUNS_WANTED) continue;
      leftMs = leftMs === undefined || usualMs === undefined ? undefined : leftMs + usualMs * (RUNS_WANTED - runCount);
      if (runCount < (next?.runCount ?? RUNS_WANTED)) next = { scenario: safe.labels[row]!, architecture: safe.columns[column]!, runCount };
    }
  }
  const rows = counts.map((cells, row) => ({
    scenario: safe.labels[row]!,
    cells: cells.map((count) => `${count}/${RUNS_WANTED}`),
    leftCount: cells.reduce((sum, count) => sum + Math.max(0, RUNS_WANTED - count), 0),
  }));
  return {
    columns: safe.columns,
    rows,
    leftCount: rows.reduce((sum, row) => sum + row.leftCount, 0),
    lackingCellCount: counts.flat().filter((count) => count < RUNS_WANTED).length,
    cellCount: counts.flat().length,
    takes: next === undefined || leftMs === undefined ? undefined : `at least ${durationText(Math.round(leftMs / 60_000) * 60_000)}`,
    next,
    isExample: board.isExample,
  };
}

export interface ModeRow {
  readonly id: string;
  readonly name: string;
  /** `rare`, `systemic`, `by its cause`: by default, before anything was measured. */
  readonly class: string;
  /** `[N] nightmare`, by default. */
  readonly difficulty: string;
  readonly from: 'inside' | 'outside';
  readonly runCount: number;
  /** `checkout: proven`; empty where it was not recognised in what is looked at. */
  readonly seen: string;
  readonly mode: FailureMode;
  /** Shipped scenarios that provoke it. */
  readonly scenarios: readonly string[];
}

/** @returns those recognised here first, then by their number */
export function modeRows(report: Report, runs: readonly RunRecord[], scenarios: readonly DrillScenario[] = []): readonly ModeRow[] {
  const counts = new Map<string, number>();
  for (const { scenario } of runs) {
    const mode = modeOfRun(scenarios, scenario.id);
    counts.set(mode, (counts.get(mode) ?? 0) + 1);
  }
  const seen = new Map(
    (report.modes?.recognised ?? [])
      .map(({ modeId, component, certainty }) => [modeId, `${printable(component)}: ${certainty}`] as const)
      .reverse(),
  );
  return FAILURE_MODES.map((mode) => ({
    id: mode.id,
    name: mode.name,
    class: mode.defaultClass,
    difficulty: `[${mode.defaultDifficulty[0]!.toUpperCase()}] ${mode.defaultDifficulty}`,
    from: mode.drill.from,
    runCount: counts.get(mode.id) ?? 0,
    seen: seen.get(mode.id) ?? '',
    mode,
    scenarios: scenarios.filter(({ provokes }) => provokes === mode.id).map(({ id }) => id),
  })).sort((a, b) => Number(b.seen !== '') - Number(a.seen !== '') || a.mode.number - b.mode.number);
}

/** How to provoke it, with as many requests as mean something. */
export function recipeRows({ mode, from, scenarios }: ModeRow): readonly { readonly label: string; readonly text: string }[] {
  const { fault, precondition, payload, concurrency, warmUp, requestsPerAttempt, attempts, rateFrom } = recipeFor(mode);
  return [
    ...(scenarios.length === 0
      ? []
      : [{ label: 'drill', text: `D starts ${scenarios.join(' or ')}; nightlight drill run without the dashboard` }]),
    { label: 'fault', text: `${fault}${from === 'outside' ? ' (from outside: no process can do this to itself)' : ''}` },
    { label: 'under', text: precondition },
    {
      label: 'send',
      text: `${plural(attempts, 'attempt')} of ${plural(requestsPerAttempt, 'request')}, ${concurrency} at a time, payload ${payload}`,
    },
    ...(warmUp === undefined ? [] : [{ label: 'warm up', text: warmUp }]),
    ...(rateFrom === 'catalogue'
      ? [{ label: 'sized', text: 'for the share of requests that the catalogue expects to fail; nothing was measured yet' }]
      : []),
    { label: 'is', text: mode.what },
    { label: 'not', text: mode.notToBeTakenFor },
    ...mode.runbook.map((text, index) => ({ label: index === 0 ? 'then' : '', text })),
  ];
}

/** The newest first. */
export function earlierRuns(runs: readonly RunRecord[]): readonly string[] {
  return [...runs]
    .sort((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0))
    .slice(0, MOST_RUNS)
    .map(({ atMs, scenario, architecture, searchedMs, isConfirmed, isMasked, isBlind, people }) =>
      printable(
        [
          atMs === undefined ? 'day unknown' : new Date(atMs).toISOString().slice(0, 10),
          `${isConfirmed ? '' : '> '}${spanText(searchedMs)}`.padStart(9),
          `${scenario.id} on ${architecture}`,
          [
            ...(isMasked ? ['masked'] : []),
            ...(isBlind === true ? ['blind'] : ['not blind']),
            people.map(({ name }) => name).join(', '),
          ].join(', '),
        ].join('  '),
      ),
    );
}

const MOST_RUNS = 200;

function middleOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : [...values].sort((a, b) => a - b)[values.length >> 1];
}
