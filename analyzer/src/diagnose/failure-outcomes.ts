/**
 * How a failure ended for whoever waited: healed by a retry, done twice, told as an error, or swallowed. It says how bad, never
 * how often; and what no line tells of is named as not countable, with the reason, because a zero would be believed.
 */

import { noOutcomes, OUTCOMES, type Outcome, type OutcomeCounts, usualOutcome } from '../store/outcomes.ts';
import type { FailureSummary } from '../store/summary.ts';
import type { OutcomeSection } from './sections.ts';
import { countWords } from './wording.ts';

export function outcomeSection({ fate, count, loggedOnlyCount }: FailureSummary): OutcomeSection | undefined {
  if (fate === undefined) return undefined;
  const counts = noOutcomes();
  const notCounted: { outcome: Outcome; because: string }[] = [];
  const { joined } = fate;
  const requestCount = joined?.requestCount ?? 0;
  if (count > 0) {
    if (joined === undefined) {
      for (const outcome of ['recovered-by-retry', 'duplicated', 'loud'] as const) notCounted.push({ outcome, because: NOT_JOINED });
    } else {
      counts.duplicated = joined.duplicatedCount;
      counts['recovered-by-retry'] = joined.recoveredCount;
      if (fate.redeliveredCount > 0 && joined.recoveredCount + joined.duplicatedCount === 0) {
        for (const outcome of ['recovered-by-retry', 'duplicated', 'loud'] as const) notCounted.push({ outcome, because: REDELIVERED });
      } else counts.loud = Math.max(0, requestCount - joined.recoveredCount - joined.duplicatedCount);
    }
  }
  if (fate.toldCount < count + loggedOnlyCount) {
    for (const outcome of ['hidden-by-fallback', 'silent-wrong', 'dropped'] as const) notCounted.push({ outcome, because: NO_AGENT });
  }
  // An attempt that failed loudly hid nothing, whatever fallback it tried.
  if (count === 0) {
    counts['hidden-by-fallback'] = fate.fallbackCount;
    counts['silent-wrong'] = fate.wrongContentCount;
  }
  counts.dropped = fate.droppedCount;
  notCounted.push({ outcome: 'degraded', because: NOT_SAID });
  return {
    usual: usualOutcome(counts),
    requestCount,
    isSample: joined?.isSample === true,
    counts: OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => ({ outcome, count: counts[outcome] })),
    notCounted,
  };
}

export function outcomeCounts({ counts }: OutcomeSection): OutcomeCounts {
  const all = noOutcomes();
  for (const { outcome, count } of counts) all[outcome] = count;
  return all;
}

/** `16 of 16 requests recovered by a retry`. */
export function outcomeFacts(outcomes: OutcomeSection): { readonly name: string; readonly value: string }[] {
  const { counts, requestCount, isSample, notCounted } = outcomes;
  const of = `${isSample ? 'a sample of ' : ''}${countWords(requestCount)} requests`;
  const told = counts.map(({ outcome, count }) => `${countWords(count)} ${OUTCOME_WORDS[outcome]}`).join(', ');
  const reasons = [...new Set(notCounted.map(({ because }) => because))];
  return [
    ...(told === '' ? [] : [{ name: 'how it ended', value: requestCount === 0 ? told : `${told}, of ${of}` }]),
    ...reasons.map((because) => ({
      name: 'cannot be counted',
      value: `${notCounted.flatMap((one) => (one.because === because ? [OUTCOME_WORDS[one.outcome]] : [])).join(', ')}: ${because}`,
    })),
  ];
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  'recovered-by-retry': 'recovered by a retry',
  duplicated: 'succeeded more than once',
  loud: 'left with the error',
  degraded: 'answered late or in part',
  'hidden-by-fallback': 'hidden by a fallback',
  'silent-wrong': 'answered wrongly in silence',
  dropped: 'dropped',
};
const NOT_JOINED = 'attempts of one request were not joined';
const REDELIVERED = 'its source delivers again under another request id';
const NO_AGENT = "only our agent's lines tell, and not all of these attempts have one";
const NOT_SAID = 'no line says that an answer was late or partial';
