export { CATALOGUE_VERSION, FAILURE_MODES, type ModeCertainty, modeNamed, type RecognisedMode, recogniseModes } from './catalogue.ts';
export type { Archetype, ComponentObservations } from './component-observations.ts';
export { type Coverage, coverageOf, type DrillRecord } from './coverage.ts';
export { explainMode } from './explain-mode.ts';
export type { FailureMode } from './failure-mode.ts';
export { type LiveTemplate, LiveTemplates } from './live-templates.ts';
export { type ObservableReport, type Observations, observationsOfReport } from './observations.ts';
export { type Recipe, recipeFor, requestsToShow } from './reproduce.ts';
export { type MinedTemplates, type Template, TemplateMiner } from './templates.ts';
