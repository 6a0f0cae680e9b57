/** The predicted difficulty of every failure of a report, and of answers that are silently wrong. */
import type { FailureSection } from '../diagnose/sections.ts';
import { dependencyNamed } from '../failures/dependency-named.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import { type PredictedDifficulty, predictDifficulty } from './difficulty.ts';
import { type FailureTrail, failureTrail, type TrailReport } from './failure-trail.ts';
import { maskingOf } from './masking.ts';

export interface FailureDifficulty {
  readonly functionName: string;
  /** As in the failure's own chapter; `silent answers` for those that no failure tells of. */
  readonly type: string;
  readonly maskedMessage: string;
  readonly isSilent: boolean;
  /** The group itself; of silent answers one without lines. */
  readonly failure: FailureSection;
  /** The last component is the suspect: where to look first, never a cause. */
  readonly trail: FailureTrail;
  readonly difficulty: PredictedDifficulty;
}

/**
 * @param linkedShare  of the failing requests of a function: those whose trace reaches the suspect; undefined without traces
 * @returns one for each failure group, in the report's order, then one for each function with suspect answers
 */
export function failureDifficulties(
  report: TrailReport,
  linkedShare?: (functionName: string, suspect: string) => number | undefined,
): FailureDifficulty[] {
  return atOnce(difficultySteps(report, linkedShare));
}

/** As `failureDifficulties`. */
export function* difficultySteps(
  report: TrailReport,
  linkedShare?: (functionName: string, suspect: string) => number | undefined,
): Steps<FailureDifficulty[]> {
  const failed = report.failures.filter(({ rate }) => rate.count > 0);
  const loud = yield* mapInSteps(failed, FAILURES_A_STEP, (failure) => difficultyOf(report, failure, false, linkedShare));
  const silent = (report.answers?.functions ?? [])
    .filter(({ suspect }) => suspect.count > 0)
    .map((answers) => difficultyOf(report, silentFailure(answers.functionName, answers.suspect), true, linkedShare));
  return [...loud, ...silent];
}

const FAILURES_A_STEP = 32;

function difficultyOf(
  report: TrailReport,
  failure: FailureSection,
  isSilent: boolean,
  linkedShare: ((functionName: string, suspect: string) => number | undefined) | undefined,
): FailureDifficulty {
  const trail = failureTrail(report, failure);
  const suspect = trail.path.at(-1)!;
  const hopCount = trail.path.length - 1;
  // Who is named needs no trace to be found.
  const linked = hopCount === 0 || trail.isNamedByAlert ? 1 : linkedShare?.(failure.functionName, suspect);
  return {
    functionName: failure.functionName,
    type: failure.type,
    maskedMessage: failure.maskedMessage,
    isSilent,
    failure,
    trail,
    difficulty: predictDifficulty({
      // Each component writes a log of its own; what the alert names outright needs no reading in between.
      sinkCount: trail.isNamedByAlert ? 1 : trail.path.length,
      hopCount,
      linkedShare: linked,
      calleesPerHop: trail.calleesPerHop,
      fingerprintCount: trail.fingerprintCount,
      errorDetail: isSilent ? 0 : errorDetailOf(failure),
      isSilent,
      masking: maskingOf({
        alertComponent: failure.functionName,
        suspect,
        isNamedByAlert: trail.isNamedByAlert,
        showsItself: trail.showsItself,
      }),
      mayGoOn: isSilent || trailEndsHere(report, failure, hopCount) ? undefined : `whom ${failure.functionName} called: lines of the agent`,
      brokenAt: hopCount > 0 && linked !== 1 ? trail.path[1] : undefined,
    }),
  };
}

/**
 * Whether the trail is known to end at the failing function: what it called was looked at, or the error is one that only
 * its own code and memory make. Without lines of the agent, a failed request may be anybody's fault.
 */
function trailEndsHere({ functions }: TrailReport, { functionName, status, type }: FailureSection, hopCount: number): boolean {
  if (hopCount > 0 || status === 'oom' || status === 'init-error' || OWN_MISTAKES.test(type)) return true;
  return functions.some((one) => one.functionName === functionName && one.agentLineCount > 0);
}

const OWN_MISTAKES =
  /^(Type|Reference|Syntax|Range|URI)Error$|^Runtime\.(ImportModuleError|UserCodeSyntaxError|HandlerNotFound|MalformedHandlerName)$/;

/** Types that say no more than that something failed. */
const VAGUE_TYPES = /^(Error|Exception|logged error|other errors|timeout|Unhandled\w*|Runtime\.\w+|string|object)?$/;

/** Of a specific type, a code, a frame of own code and the dependency's name: the share that the error has. */
export function errorDetailOf({ type, code, stack, sampleMessage, causes }: FailureSection): number {
  const says = [
    !VAGUE_TYPES.test(type),
    code !== undefined && code !== '',
    stack.some((frame) => !/node_modules|node:|\/var\/runtime|<anonymous>$/.test(frame)),
    dependencyNamed(`${sampleMessage} ${causes.join(' ')}`) !== undefined,
  ];
  return says.filter(Boolean).length / says.length;
}

function silentFailure(functionName: string, rate: FailureSection['rate']): FailureSection {
  return {
    functionName,
    status: 'success',
    type: 'silent answers',
    code: undefined,
    maskedMessage: 'answers that count as a success and are not what they seem',
    sampleMessage: '',
    stack: [],
    causes: [],
    rate,
    loggedOnlyCount: 0,
    firstMs: undefined,
    lastMs: undefined,
    perMinute: [],
    versions: [],
    sandboxCount: 0,
    coldCount: 0,
    evidence: [],
  };
}
