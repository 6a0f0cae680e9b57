/** Marks in, clocks and boards out: what the incident commands and the recovery screen need, without the reading of logs. */
export { FAILURE_MODES } from './failures/catalogue.ts';
export type { FailureMode } from './failures/failure-mode.ts';
export { recipeFor } from './failures/reproduce.ts';
export { type AlertReport, type AlertRules, alertRules, DEFAULT_ALERT_RULES, type RaisedAlert } from './recovery/alert-rules.ts';
export { type Board, type BoardCell, boardOf } from './recovery/board.ts';
export type { PairComparison } from './recovery/board-ranking.ts';
export { judgeProof } from './recovery/confirm-proof.ts';
export { exampleRuns } from './recovery/example-runs.ts';
export { type ImportedMarks, importedMarks } from './recovery/imported-marks.ts';
export { type Hypothesis, type IncidentClock, incidentClocks } from './recovery/incident-clock.ts';
export {
  encodeMark,
  type Mark,
  type MarkKind,
  markOf,
  PROOF_KINDS,
  type PredictedScore,
  type RatedPerson,
  type ScenarioKey,
  TOOL,
} from './recovery/mark.ts';
export { type MarkLog, readMarkLog } from './recovery/mark-log.ts';
export { INSTANT_MS, type MeasuredClass, MODERATE_MS, type SearchTime } from './recovery/measured-class.ts';
export { classOfRun, encodeRun, type RunRecord, readRuns, runOfIncident } from './recovery/run-record.ts';
export type { ReadLines, UnreadableLine } from './recovery/torn-lines.ts';
export { boardSchema, markSchema, runSchema } from './report/schema/recovery-schema.ts';
export type { SurvivalMedian } from './stats/kaplan-meier.ts';
