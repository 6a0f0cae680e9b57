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
  recogniseSteps,
} from '../failures/index.ts';
import { mapInSteps, type Steps } from '../steps.ts';
import type { Summary } from '../store/summary.ts';
import { linkedShare } from '../store/trace-sample.ts';
import { callShifts } from './call-shifts.ts';
import { difficultySteps, type FailureDifficulty } from './failure-difficulty.ts';
import { FailureIncidents } from './failure-incident.ts';
import { failureSuspects } from './failure-suspects.ts';
import type { CoverageSection, DifficultySection, ModeSection, PatternSection, SuspectSection } from './recovery-sections.ts';
import { type PatternVerdict, patternSteps, RESILIENCE_PATTERNS } from './resilience-patterns.ts';
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
  yield;
  const spreads = sandboxSpreads(summary);
  yield;
  const observations = yield* observationSteps({ ...report, callShifts: shifts, spreads });
  const modes = yield* recogniseSteps(observations);
  yield;
  const incidents = new FailureIncidents(summary);
  yield;
  const failedCounts = new Map(report.functions.map(({ functionName, failed }) => [functionName, failed?.count ?? 0]));
  const difficulties = yield* difficultySteps(
    {
      ...report,
      failures: report.failures.slice(0, MOST_GROUPS),
      isUnwell: (component, failure) => incidents.isUnwell(component, failure),
    },
    (functionName, suspect) => linkedShare(summary.traces, functionName, suspect, failedCounts.get(functionName) ?? 0),
  );
  const suspects = yield* suspectSteps(incidents, difficulties);
  const patterns = yield* patternSteps(
    observations.components,
    report.traffic.map(({ functionName, series }) => ({ component: functionName, series })),
  );
  yield;
  const told = patternSection(patterns);
  yield;
  return {
    modes: modeSection(modes),
    difficulty: difficulties.map(difficultySection),
    suspects,
    patterns: told,
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
function suspectSteps(incidents: FailureIncidents, difficulties: readonly FailureDifficulty[]): Steps<SuspectSection[]> {
  const ranked = difficulties.filter(({ isSilent }) => !isSilent).slice(0, MOST_RANKED);
  return mapInSteps(ranked, 1, ({ failure, trail }) => failureSuspects(failure, trail, incidents));
}

function patternSection(verdicts: readonly PatternVerdict[]): PatternSection {
  const open = new Map<string, { count: number; readonly missing: Set<string> }>();
  for (const verdict of verdicts) {
    if (verdict.kind !== 'cannot-tell') continue;
    let own = open.get(verdict.pattern);
    if (own === undefined) {
      own = { count: 0, missing: new Set() };
      open.set(verdict.pattern, own);
    }
    own.count++;
    if (own.missing.size < MOST_REASONS) own.missing.add(verdict.missing);
  }
  return {
    seen: verdicts.filter((verdict) => verdict.kind === 'seen'),
    notSeen: verdicts.filter((verdict) => verdict.kind === 'not-seen'),
    notJudged: RESILIENCE_PATTERNS.flatMap((pattern) => {
      const own = open.get(pattern);
      return own === undefined ? [] : [{ pattern, count: own.count, missing: [...own.missing] }];
    }),
  };
}

const MOST_REASONS = 3;
