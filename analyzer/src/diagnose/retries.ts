/**
 * Requests that were tried again. The request id stays the same over the attempts (an asynchronous invocation is
 * retried twice by default: AWS Lambda developer guide, "How Lambda handles errors and retries with asynchronous
 * invocation"), so attempts are joined by it; what the export is too large to join is said, not guessed.
 */
import type { AnalyzeSettings } from '../settings.ts';
import type { RetrySummary, Summary } from '../store/summary.ts';
import { SMALLEST_USD_PER_DAY } from './cost.ts';
import { groupedReferences } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { explainCommand } from './next-command.ts';
import { perDay } from './observed-span.ts';
import type { FunctionCost, FunctionSection, Sections } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { usdWords } from './usd-words.ts';
import { countWords, percentWords, plural } from './wording.ts';

/** Retries below this share of all attempts are everyday life, unless a request succeeded twice. */
const WORTH_TELLING = 0.01;

export function retryFindings(
  summary: Summary,
  sections: Pick<Sections, 'functions'> & Partial<Pick<Sections, 'cost'>>,
  _settings: AnalyzeSettings,
): Finding[] {
  return sections.functions.flatMap((section) => {
    const { retries } = section;
    if (retries === undefined) return [];
    const share = section.invocationCount === 0 ? 0 : retries.retryAttemptCount / section.invocationCount;
    if (retries.duplicatedRequestCount === 0 && share < WORTH_TELLING) return [];
    const cost = sections.cost?.functions.find(({ functionName }) => functionName === section.functionName);
    return [describe(summary, section, retries, cost)];
  });
}

/** `14 of 20 failed requests were tried again, 12 of them recovered`, or why this cannot be counted. */
export function retryWords(retries: RetrySummary): string {
  const { failedRequestCount, retriedRequestCount, recoveredRequestCount } = retries;
  if (!retries.complete) {
    return `retries cannot be counted in an input of this size: at least ${plural(retries.retryAttemptCount, 'retry', 'retries')} seen`;
  }
  if (failedRequestCount === 0) return 'no request failed';
  const recovered = retriedRequestCount === 0 ? '' : `, ${countWords(recoveredRequestCount)} recovered`;
  return `${countWords(retriedRequestCount)} of ${plural(failedRequestCount, 'failed request')} were tried again${recovered}`;
}

function describe(summary: Summary, section: FunctionSection, retries: RetrySummary, cost: FunctionCost | undefined): Finding {
  const twice = retries.duplicatedRequestCount;
  const attempts = `${plural(retries.retryAttemptCount, 'attempt')} beyond the first (${percentWords(retries.retryAttemptCount / Math.max(1, section.invocationCount))} of all), at most ${plural(retries.mostAttempts, 'attempt')} for one request`;
  // A retry is priced like an average attempt: which bill belongs to which attempt is not kept.
  const usdPerDay = perDay((cost?.usd ?? 0) * (cost?.retryShare ?? 0), summary) ?? 0;
  const priced = usdPerDay < SMALLEST_USD_PER_DAY ? '' : `; about ${usdWords(usdPerDay)} a day`;
  const succeeded = twice === 0 ? '' : `; ${plural(twice, 'request')} succeeded more than once: delivered twice`;
  const firstAttempts = Math.max(0, section.invocationCount - retries.retryAttemptCount);
  const share = twice > 0 && retries.complete ? shareInterval(twice, Math.max(twice, firstAttempts)) : undefined;
  return {
    id: '',
    kind: 'retries',
    headline: twice > 0 ? 'DELIVERED TWICE' : 'RETRIES',
    functionName: section.functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: `${retryWords(retries)}; ${attempts}${succeeded}${priced}`,
    // A repeated success harms whoever is charged or mailed twice; a retry that only failed or healed costs money.
    harm: twice > 0 ? 'soon' : 'money',
    // No line says that an attempt went well: it is the absence of an error, which a cut export can lose.
    certainty: retries.complete ? (twice > 0 ? 'suspected' : 'proven') : 'cannot-tell',
    certaintyBecause: retries.complete
      ? twice > 0
        ? 'no error line in either attempt; harmless where the handler is idempotent'
        : 'joined by request id over all streams of this input'
      : 'the input is too large to join every request id across sandboxes; the counts are lower bounds',
    affectedCount: share?.count,
    exposedCount: share?.of,
    shareLow: share?.low,
    shareHigh: share?.high,
    sinceMs: section.firstMs,
    lastMs: section.lastMs,
    weight: twice > 0 ? 0 : usdPerDay,
    changedBeside: [],
    next: explainCommand(summary),
    evidence: groupedReferences(summary, summary.repeatedAt?.get(section.functionName) ?? []),
    facts: [
      { name: 'failed requests', value: countWords(retries.failedRequestCount) },
      { name: 'of them tried again', value: countWords(retries.retriedRequestCount) },
      { name: 'of them recovered', value: countWords(retries.recoveredRequestCount) },
      { name: 'attempts beyond the first', value: countWords(retries.retryAttemptCount) },
      { name: 'requests that succeeded more than once', value: countWords(twice) },
      { name: 'most attempts of one request', value: countWords(retries.mostAttempts) },
    ],
    gates: [],
  };
}
