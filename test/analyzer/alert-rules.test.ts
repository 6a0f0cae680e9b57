import { describe, expect, test } from 'vitest';
import type { Finding, FindingKind } from '../../analyzer/src/diagnose/finding.ts';
import { type AlertReport, alertRules, DEFAULT_ALERT_RULES } from '../../analyzer/src/recovery/alert-rules.ts';
import { healthyReport, leakingReport } from '../support/sample-report.ts';

const healthy = healthyReport();
const [failure] = leakingReport().failures;
const systemic: AlertReport = { ...healthy, failures: [{ ...failure!, rarity: { kind: 'systemic', why: '12 of 100 attempts' } }] };

function withBudget(certainty: 'shown' | 'cannot-tell'): AlertReport {
  const [finding] = leakingReport().findings;
  const facts = [{ name: 'budget', value: 'checkout p99 <= 2 s' }];
  return {
    ...healthy,
    findings: [{ ...finding!, kind: 'budget-broken', certainty, functionName: 'checkout', why: 'The budget is broken.', facts }],
  };
}

function failing(low: number): AlertReport {
  const [section] = healthy.functions;
  return { ...healthy, functions: [{ ...section!, functionName: 'checkout', failed: { count: 30, of: 100, share: 0.3, low, high: 0.4 } }] };
}

function silent(kind: FindingKind, shareLow: number, certainty: Finding['certainty'] = 'proven'): AlertReport {
  const [finding] = leakingReport().findings;
  return { ...healthy, findings: [{ ...finding!, kind, certainty, shareLow, functionName: 'checkout', why: '40 of 1,000 are none' }] };
}

describe('an alert is raised by', () => {
  test('a budget that is shown to be broken, not by one that cannot be judged', () => {
    expect(alertRules(undefined, withBudget('shown'))).toMatchObject([
      { key: 'budget:checkout:checkout p99 <= 2 s', rule: 'broken-budget' },
    ]);
    expect(alertRules(undefined, withBudget('cannot-tell'))).toEqual([]);
  });

  test('a systemic failure, not by a rare one, nor by one without a verdict', () => {
    expect(alertRules(undefined, systemic)).toMatchObject([
      { rule: 'systemic', functionName: failure!.functionName, title: expect.stringMatching(/is systemic: 12 of 100 attempts$/) },
    ]);
    expect(alertRules(undefined, { ...healthy, failures: [{ ...failure!, rarity: { kind: 'rare', why: '1 of 100,000' } }] })).toEqual([]);
    expect(alertRules(undefined, { ...healthy, failures: [failure!] })).toEqual([]);
  });

  test('a share of failed invocations that is above the limit with confidence', () => {
    expect(alertRules(undefined, failing(0.21))).toMatchObject([{ title: 'checkout: 30 of 100 invocations fail' }]);
    expect(alertRules(undefined, failing(0.09))).toEqual([]);
    expect(alertRules(undefined, failing(0.21), { ...DEFAULT_ALERT_RULES, failedShareAbove: undefined })).toEqual([]);
  });

  test.each([
    ['answers that break a check', 'silent-error'],
    ['messages handled twice', 'duplicate-delivery'],
  ] as const)('%s, from one in a hundred on, where that is proven', (_what, kind) => {
    expect(alertRules(undefined, silent(kind, 0.02))).toMatchObject([{ rule: 'silent-share', title: 'checkout: 40 of 1,000 are none' }]);
    expect(alertRules(undefined, silent(kind, 0.002))).toEqual([]);
    expect(alertRules(undefined, silent(kind, 0.02, 'suspected'))).toEqual([]);
    expect(alertRules(undefined, silent(kind, 0.02), { ...DEFAULT_ALERT_RULES, silentShareAbove: undefined })).toEqual([]);
  });

  test('any message that the program dropped', () => {
    expect(alertRules(undefined, silent('messages-dropped', 0.0001))).toMatchObject([{ rule: 'dropped', functionName: 'checkout' }]);
    expect(alertRules(undefined, silent('messages-dropped', 0.0001), { ...DEFAULT_ALERT_RULES, onDropped: false })).toEqual([]);
  });

  test('nothing in a healthy report', () => {
    expect(alertRules(undefined, healthy)).toEqual([]);
  });
});

test('what was so before raises nothing again, and what comes back is raised unless it is known', () => {
  expect(alertRules(systemic, systemic)).toEqual([]);
  const [raised] = alertRules(healthy, systemic);
  expect(alertRules(healthy, systemic, DEFAULT_ALERT_RULES, new Set([raised!.key]))).toEqual([]);
});

test('one trouble is one alert', () => {
  expect(alertRules(healthy, { ...systemic, failures: [...systemic.failures, ...systemic.failures] })).toHaveLength(1);
});
