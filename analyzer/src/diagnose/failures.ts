/**
 * What failed, how often of how many, since when: groups of the same failure with the attempts that could have shown it.
 *
 * Each has an identity that holds in the next build, and a verdict on how it is spread. Lines at error level in attempts that
 * did not fail are told apart and never rank above a request that failed.
 */

import { ERROR_ANSWER } from '../assemble/index.ts';
import { failureStretches } from '../failures/index.ts';
import type { AnalyzeSettings } from '../settings.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { Summary } from '../store/summary.ts';
import { evidenceReference } from './evidence-reference.ts';
import { countExposures, type Exposure, exposedTo } from './exposure.ts';
import { failedAttemptSteps } from './failed-attempts.ts';
import { type IdentifiedFailure, identifySteps } from './failure-identity.ts';
import { outcomeSection } from './failure-outcomes.ts';
import { type RarityJudge, rarityJudge } from './failure-rarity.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { loggedErrorFindings } from './logged-errors.ts';
import type { FailureIdentity, FailureSection, KnownSection, Sections } from './sections.ts';
import { NOTHING_EXPOSED, shareInterval } from './share-interval.ts';
import { unexplainedFailures } from './unexplained-failures.ts';

/** Most frequent first; kinds that were only logged stand at the end. */
export function failureSection(summary: Summary, settings: AnalyzeSettings): FailureSection[] {
  return atOnce(failureSteps(summary, settings));
}

/** As `failureSection`. */
export function* failureSteps(summary: Summary, settings: AnalyzeSettings): Steps<FailureSection[]> {
  const exposures = countExposures(summary);
  yield;
  const rests = unexplainedFailures(summary, exposures);
  yield;
  const rarity = rarityJudge(summary);
  yield;
  const identified = yield* identifySteps(summary);
  const sections = yield* mapInSteps(identified, FAILURES_A_STEP, (one) =>
    describe(summary, one, exposures, rarity, rests, settings.known),
  );
  for (const rest of rests) addRest(sections, rest);
  return sections.sort((a, b) => b.rate.count - a.rate.count || b.loggedOnlyCount - a.loggedOnlyCount);
}

const FAILURES_A_STEP = 8;

export function failureFindings(
  summary: Summary,
  sections: Pick<Sections, 'failures' | 'memory' | 'changes'>,
  _settings: AnalyzeSettings,
): Finding[] {
  return atOnce(failureFindingSteps(summary, sections));
}

/** As `failureFindings`. */
export function* failureFindingSteps(summary: Summary, sections: Pick<Sections, 'failures' | 'memory' | 'changes'>): Steps<Finding[]> {
  const failed = yield* failedAttemptSteps(summary, sections);
  return [...failed, ...loggedErrorFindings(summary, sections.failures)];
}

/**
 * Of the failed requests of a long-running process only so many a second have a line of their own; its windows count the
 * rest. Where all that have one are plain error answers, so are the others.
 */
function addRest(sections: FailureSection[], rest: FailureSection): void {
  const own = sections.filter(
    ({ functionName, status, rate }) => functionName === rest.functionName && status === rest.status && rate.count > 0,
  );
  const at = own.length === 1 && own[0]!.type === ERROR_ANSWER ? sections.indexOf(own[0]!) : -1;
  if (at < 0) {
    sections.push(rest);
    return;
  }
  const count = own[0]!.rate.count + rest.rate.count;
  sections[at] = { ...own[0]!, rate: shareInterval(count, Math.max(count, own[0]!.rate.of)) ?? NOTHING_EXPOSED };
}

function describe(
  summary: Summary,
  { failure, timeline, fingerprint, identity }: IdentifiedFailure,
  exposures: ReadonlyMap<string, Exposure>,
  rarity: RarityJudge,
  rests: readonly FailureSection[],
  known: AnalyzeSettings['known'],
): FailureSection {
  const { functionName, status } = failure;
  const outcomes = outcomeSection(failure);
  const uncounted = rests.find((rest) => rest.functionName === functionName && rest.status === status)?.rate.count ?? 0;
  const exposed = exposedTo(exposures.get(failure.functionName), failure.versions.keys(), failure.count);
  return {
    fingerprint,
    identity,
    // Of many kinds together no class can be told: each has its own.
    rarity: failure.count > 0 && fingerprint !== undefined ? rarity.judge(functionName, timeline, uncounted, outcomes) : undefined,
    outcomes,
    known: knownOf(known, fingerprint, identity),
    functionName,
    status,
    type: failure.type,
    code: failure.code,
    maskedMessage: failure.maskedMessage,
    sampleMessage: failure.sampleMessage,
    stack: failure.stack,
    causes: failure.causes,
    rate: shareInterval(failure.count, exposed) ?? NOTHING_EXPOSED,
    loggedOnlyCount: failure.loggedOnlyCount,
    firstMs: finite(failure.firstMs),
    lastMs: finite(failure.lastMs),
    perMinute: [...failure.perMinute].sort((a, b) => a[0] - b[0]).map(([minute, count]) => ({ minuteMs: minute * 60_000, count })),
    versions: [...failure.versions].map(([version, count]) => ({ version, count })).sort((a, b) => b.count - a.count),
    sandboxCount: failure.sandboxes.size,
    coldCount: failure.coldCount,
    evidence: failure.evidence.map((evidence) => evidenceReference(summary, evidence)),
    ...stretchesOf(summary, functionName, timeline),
  };
}

function stretchesOf(summary: Summary, functionName: string, timeline: IdentifiedFailure['timeline']): Pick<FailureSection, 'stretches'> {
  const attempts = summary.attempts.get(functionName);
  const stretches = attempts === undefined || timeline === undefined ? undefined : failureStretches(attempts, timeline);
  return stretches === undefined ? {} : { stretches };
}

/** Written down for the group, or for one of its errors before the others were seen. */
function knownOf(
  known: AnalyzeSettings['known'],
  fingerprint: string | undefined,
  identity: FailureIdentity | undefined,
): KnownSection | undefined {
  if (fingerprint === undefined) return undefined;
  const entry = known?.find((one) => one.fingerprint === fingerprint) ?? known?.find((one) => identity?.aliases.includes(one.fingerprint));
  return entry === undefined ? undefined : { owner: entry.owner, runbook: entry.runbook, mutedUntilMs: entry.mutedUntilMs };
}
