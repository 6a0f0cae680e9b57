export type { AttributeRule } from '../store/attempt-attribute.ts';
export { AttemptSeries } from '../store/attempt-series.ts';
export { FailureTimeline, type TimedFailure } from '../store/failure-timeline.ts';
export { OUTCOMES, type Outcome, type OutcomeFacts, outcomeOf } from '../store/outcomes.ts';
export {
  CATALOGUE_VERSION,
  FAILURE_MODES,
  type ModeCertainty,
  modeNamed,
  type RecognisedMode,
  recogniseModes,
  recogniseSteps,
} from './catalogue.ts';
export type { Archetype, ComponentObservations } from './component-observations.ts';
export { type Coverage, coverageOf, type DrillRecord } from './coverage.ts';
export { explainMode } from './explain-mode.ts';
export { ExposureLedger } from './exposure.ts';
export { type FailureGroup, groupFailures, type SeenFailure } from './failure-groups.ts';
export type { FailureHistory } from './failure-history.ts';
export type { FailureMode } from './failure-mode.ts';
export { failureStretches } from './failure-stretches.ts';
export { type FailedAttempt, FailureTracker } from './failure-tracker.ts';
export { type Fingerprint, type FingerprintParts, fingerprintName, fingerprintOf } from './fingerprint.ts';
export { whyNotRecognised } from './not-recognised.ts';
export {
  type CallShift,
  type ObservableReport,
  type Observations,
  observationSteps,
  observationsOfReport,
  type SpreadOfFunction,
} from './observations.ts';
export type { Precondition } from './preconditions.ts';
export { classifyRarity, type RarityOptions, type RarityVerdict } from './rarity.ts';
export type { Missing } from './rarity-missing.ts';
export { type FailureRecipe, type Recipe, recipeFor, recipeOfFailure, requestsToShow } from './reproduce.ts';
export { type MinedTemplates, type Template, TemplateMiner } from './templates.ts';
export { historyOfTimeline } from './timeline-history.ts';
