import { expect, test } from 'vitest';
import { functionSection } from '../../analyzer/src/diagnose/functions.ts';
import { retryFindings, retryWords } from '../../analyzer/src/diagnose/retries.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addRetries, emptySummary } from '../support/summary-builder.ts';

function findingsOf(summary: Summary) {
  return retryFindings(summary, { functions: functionSection(summary, {}) }, {});
}

test('retries tell how many failed requests recovered', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 500 });
  addRetries(summary, 'checkout', {
    failedRequestCount: 20,
    retriedRequestCount: 14,
    recoveredRequestCount: 12,
    retryAttemptCount: 18,
    mostAttempts: 3,
  });

  expect(findingsOf(summary)).toMatchObject([{ kind: 'retries', headline: 'RETRIES', harm: 'money', certainty: 'proven', gates: [] }]);
  expect(findingsOf(summary)[0]!.why).toBe(
    '14 of 20 failed requests were tried again, 12 recovered; 18 attempts beyond the first (3.6 % of all), at most 3 attempts for one request',
  );
});

test('a request that succeeded twice was delivered twice', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 10_000 });
  addRetries(summary, 'checkout', { retryAttemptCount: 3, duplicatedRequestCount: 3, mostAttempts: 2 });

  expect(findingsOf(summary)).toMatchObject([
    { headline: 'DELIVERED TWICE', harm: 'soon', certainty: 'suspected', affectedCount: 3, exposedCount: 9997, gates: [] },
  ]);
});

test('a function without retries has no finding', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 500 });
  addRetries(summary, 'checkout');
  addConfiguration(summary, { functionName: 'email' });

  expect(findingsOf(summary)).toEqual([]);
});

test('what is too large to join is not counted, and says so', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 500 });
  const retries = addRetries(summary, 'checkout', { retryAttemptCount: 18, complete: false });

  expect(retryWords(retries)).toBe('retries cannot be counted in an input of this size: at least 18 retries seen');
  expect(findingsOf(summary)).toMatchObject([{ certainty: 'cannot-tell' }]);
});
