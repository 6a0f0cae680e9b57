/** Marks in, clocks and boards out: what the incident commands and the recovery screen need, without the reading of logs. */
export { type AlertReport, type AlertRules, alertRules, DEFAULT_ALERT_RULES, type RaisedAlert } from './recovery/alert-rules.ts';
export { judgeProof } from './recovery/confirm-proof.ts';
export { type Hypothesis, type IncidentClock, incidentClocks } from './recovery/incident-clock.ts';
export { encodeMark, type Mark, type MarkKind, markOf, PROOF_KINDS, type RatedPerson, type ScenarioKey, TOOL } from './recovery/mark.ts';
export { type MarkLog, readMarkLog } from './recovery/mark-log.ts';
export { INSTANT_MS, type MeasuredClass, MODERATE_MS, type SearchTime } from './recovery/measured-class.ts';
