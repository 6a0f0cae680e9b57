/** How hard each incident and each run was, one line each: the time, the class, and why. */
import { classOfRun, type IncidentClock, type MeasuredClass, type PredictedScore, type RunRecord } from '@nightlight/analyzer/recovery';
import { displayWidth, padEnd, printableDeep } from '@nightlight/analyzer/wording';
import { classWords, spanText } from './incident-view.ts';

export interface ScoredRow {
  readonly id: string;
  /** An incident's title, or scenario and architecture. */
  readonly what: string;
  /** `12:31`, `> 60:00`, `?` */
  readonly time: string;
  readonly measured: MeasuredClass;
  readonly predicted: PredictedScore | undefined;
  readonly personMinutes: number | undefined;
  readonly wrongHypothesisCount: number | undefined;
}

/** An incident that is a run on the board stands there once, as the run. */
export function scoreRows(clocks: readonly IncidentClock[], runs: readonly RunRecord[]): ScoredRow[] {
  const asRuns = new Set(runs.map(({ incident }) => incident));
  const ofIncidents = clocks
    .filter(({ id }) => !asRuns.has(id))
    .map(({ id, title, search, measured, personMinutes, wrongHypothesisCount, marks }) => ({
      id,
      what: title,
      time: search.kind === 'cannot-tell' ? '?' : `${search.kind === 'censored' ? '> ' : ''}${spanText(search.afterMs)}`,
      measured,
      predicted: marks.find((mark) => mark.predicted !== undefined)?.predicted,
      personMinutes,
      wrongHypothesisCount,
    }));
  const ofRuns = runs.map((run) => ({
    id: run.id,
    what: `${run.scenario.id} on ${run.architecture}`,
    time: `${run.isConfirmed ? '' : '> '}${spanText(run.searchedMs)}`,
    measured: classOfRun(run),
    predicted: run.predicted,
    personMinutes: run.personMinutes,
    wrongHypothesisCount: run.wrongHypothesisCount,
  }));
  return printableDeep([...ofIncidents, ...ofRuns]);
}

export function scoreText(rows: readonly ScoredRow[]): string {
  if (rows.length === 0) return 'nothing to score: no incident and no run\n';
  const texts = rows.map(({ id, what, time, measured, predicted }) => [
    id,
    what,
    time,
    `${classWords(measured)}${predicted === undefined ? '' : `; predicted ${predicted.class}`}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...texts.map((row) => displayWidth(row[column]!))));
  return texts
    .map(
      ([id, what, time, judged]) => `${padEnd(id!, widths[0]!)}  ${padEnd(what!, widths[1]!)}  ${time!.padStart(widths[2]!)}  ${judged}\n`,
    )
    .join('');
}
