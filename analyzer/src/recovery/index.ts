/** How hard it will be to find the cause: suspects, difficulty, and the patterns that make it harder. */
export { type DependencyGraph, dependencyGraph, graphOfCalls } from './dependency-graph.ts';
export { type DifficultyClass, type PredictedDifficulty, predictDifficulty } from './difficulty.ts';
export { difficultyWords } from './difficulty-words.ts';
export { type FailureDifficulty, failureDifficulties } from './failure-difficulty.ts';
export { type FailureTrail, failureTrail, type TrailReport } from './failure-trail.ts';
export type { Incident } from './incident-scene.ts';
export { type Masking, maskingOf } from './masking.ts';
export { type OpenCallsAtTimeout, openCallsAtTimeout } from './open-calls.ts';
export { type RecoveryChapters, recoverySteps } from './recovery-chapters.ts';
export type { CoverageSection, DifficultySection, ModeSection, PatternSection, SuspectRow, SuspectSection } from './recovery-sections.ts';
export {
  type FailureSeries,
  type PatternVerdict,
  RESILIENCE_PATTERNS,
  type ResiliencePattern,
  resiliencePatterns,
} from './resilience-patterns.ts';
export { rankSuspects, type Suspect, type SuspectRanking } from './suspects.ts';
