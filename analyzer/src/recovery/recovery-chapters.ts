/**
 * The chapters on recovery, from the other chapters of the report and the series of the summary.
 *
 * They are judged last, because they only join what others have found: nothing here looks at a line again.
 */
import type { Sections } from '../diagnose/sections.ts';
import {
  CATALOGUE_VERSION,
  coverageOf,
  type DrillRecord,
  type ObservableReport,
  observationSteps,
  type RecognisedMode,
  recogniseModes,
} from '../failures/index.ts';
import type { Steps } from '../steps.ts';
import type { Summary } from '../store/summary.ts';
import { linkedShare } from '../store/trace-sample.ts';
import { callShifts } from './call-shifts.ts';
import { type FailureDifficulty, failureDifficulties } from './failure-difficulty.ts';
import { FailureIncidents } from './failure-incident.ts';
import { failureSuspects } from './failure-suspects.ts';
import type { CoverageSection, DifficultySection, ModeSection, PatternSection, SuspectSection } from './recovery-sections.ts';
import { type PatternVerdict, RESILIENCE_PATTERNS, resiliencePatterns } from './resilience-patterns.ts';
import { sandboxSpreads } from './sandbox-spread.ts';

export interface RecoveryChapters {
  readonly modes: ModeSection;
  readonly difficulty: readonly DifficultySection[];
  readonly suspects: readonly SuspectSection[];
  readonly patterns: PatternSection;
  readonly coverage: readonly CoverageSection[];
}

type JoinedReport = ObservableReport & Pick<Sections, 'failures' | 'functions' | 'traffic'>;

/** @param drills  what rehearsals ended in; undefined where nobody gave any, which is not the same as none */
export function* recoverySteps(
  summary: Summary,
  report: JoinedReport,
  drills: readonly DrillRecord[] | undefined,
): Steps<RecoveryChapters> {
  const shifts = callShifts(summary);
  const spreads = sandboxSpreads(summary);
  yield;
  const observations = yield* observationSteps({ ...report, callShifts: shifts, spreads });
  const modes = recogniseModes(observations);
  yield;
  const incidents = new FailureIncidents(summary);
  const failedCounts = new Map(report.functions.map(({ functionName, failed }) => [functionName, failed?.count ?? 0]));
  const difficulties = failureDifficulties(
    {
      ...report,
      failures: report.failures.slice(0, MOST_GROUPS),
      isUnwell: (component, failure) => incidents.isUnwell(component, failure),
    },
    (functionName, suspect) => linkedShare(summary.traces, functionName, suspect, failedCounts.get(functionName) ?? 0),
  );
  yield;
  return {
    modes: modeSection(modes),
    difficulty: difficulties.map(difficultySection),
    suspects: suspectSections(incidents, difficulties),
    patterns: patternSection(
      resiliencePatterns(
        observations.components,
        report.traffic.map(({ functionName, series }) => ({ component: functionName, series })),
      ),
    ),
    coverage: coverageOf(modes, drills),
  };
}

/** Failure groups whose difficulty is told; a night with more has other troubles. */
const MOST_GROUPS = 500;
/** Of those: whose suspects are ranked by what changed, which takes a look at every minute. */
const MOST_RANKED = 20;

function modeSection(modes: readonly RecognisedMode[]): ModeSection {
  return {
    recognised: modes.flatMap((mode) => (mode.certainty === 'cannot-tell' ? [] : [{ ...mode, certainty: mode.certainty }])),
    notJudged: modes
      .filter(({ certainty }) => certainty === 'cannot-tell')
      .map(({ component, modeId, name, evidence, missing }) => ({ component, modeId, name, evidence, missing })),
    catalogueVersion: CATALOGUE_VERSION,
  };
}

function difficultySection({
  functionName,
  type,
  maskedMessage,
  isSilent,
  failure,
  trail,
  difficulty,
}: FailureDifficulty): DifficultySection {
  return {
    fingerprint: failure.fingerprint,
    functionName,
    type,
    maskedMessage,
    isSilent,
    class: difficulty.class,
    viewCount: difficulty.viewCount,
    viewCountAtBest: difficulty.viewCountAtBest,
    classAtBest: difficulty.classAtBest,
    terms: difficulty.terms.filter(({ views }) => views > 0),
    costliest: difficulty.costliest.views > 0 ? difficulty.costliest : undefined,
    because: difficulty.because,
    minutesPrior: difficulty.minutesPrior,
    path: trail.path,
    missing: difficulty.missing,
  };
}

/** Of failures that somebody saw fail: silent ones have no moment at which they began. */
function suspectSections(incidents: FailureIncidents, difficulties: readonly FailureDifficulty[]): SuspectSection[] {
  return difficulties
    .filter(({ isSilent }) => !isSilent)
    .slice(0, MOST_RANKED)
    .map(({ failure, trail }) => failureSuspects(failure, trail, incidents));
}

function patternSection(verdicts: readonly PatternVerdict[]): PatternSection {
  const open = verdicts.filter((verdict) => verdict.kind === 'cannot-tell');
  return {
    seen: verdicts.filter((verdict) => verdict.kind === 'seen'),
    notSeen: verdicts.filter((verdict) => verdict.kind === 'not-seen'),
    notJudged: RESILIENCE_PATTERNS.flatMap((pattern) => {
      const own = open.filter((verdict) => verdict.pattern === pattern);
      if (own.length === 0) return [];
      return [{ pattern, count: own.length, missing: [...new Set(own.map(({ missing }) => missing))].slice(0, MOST_REASONS) }];
    }),
  };
}

const MOST_REASONS = 3;
