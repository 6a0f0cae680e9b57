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

function nearLimit(nearLimitCount: number | undefined, callCount: number): AlertReport {
  return { ...healthy, outboundCalls: [{ functionName: 'checkout', peer: 'prices', callCount, nearLimitCount }] };
}

type Bounds = readonly [value: number, low: number, high: number | undefined];

function warm(sampleCount: number, p50: Bounds, p90: Bounds | undefined, version = '42'): AlertReport {
  const percentile = ([value, low, high]: Bounds) => ({ value, low, high });
  const percentiles = { p50Ms: percentile(p50), p90Ms: p90 && percentile(p90), p99Ms: undefined, p999Ms: undefined, maxMs: undefined };
  return { ...healthy, latency: [{ functionName: 'checkout', version, warm: { sampleCount, ...percentiles } }] };
}

function withHours(tail: 'tail-grew' | 'all-slower' | 'no-growth-shown'): AlertReport {
  const { latency } = warm(900, [80, 70, 90], [120, 110, 150]);
  const course = { hours: [], olderCount: 0, ages: [], tail, age: 'insufficient-data', ageBecause: '' } as const;
  return { ...healthy, latency: [{ ...latency[0]!, course: { ...course, tailBecause: 'p99 went from 90 ms to 900 ms' } }] };
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

  test('a failure of which more than one in a hundred is shown at present, not by one that nothing is shown of', () => {
    const told = (kind: 'dense-now' | 'undetermined'): AlertReport => ({
      ...healthy,
      failures: [{ ...failure!, rarity: { kind, why: '9 of the last 100 attempts failed' } }],
    });
    expect(alertRules(undefined, told('dense-now'))).toMatchObject([
      { rule: 'dense-now', title: expect.stringMatching(/fails densely now: 9 of the last 100/) },
    ]);
    expect(alertRules(undefined, told('undetermined'))).toEqual([]);
    expect(alertRules(undefined, told('dense-now'), { ...DEFAULT_ALERT_RULES, onDenseNow: false })).toEqual([]);
  });

  test('calls that end near their limit, from one in ten on with confidence, though none of them has failed', () => {
    expect(alertRules(undefined, nearLimit(30, 100))).toMatchObject([
      {
        key: 'near-limit:checkout:prices',
        rule: 'near-limit',
        title: 'checkout: 30 of 100 calls to prices (30 %) end in the last fifth of their time limit',
      },
    ]);
    expect(alertRules(undefined, nearLimit(12, 100))).toEqual([]);
    expect(alertRules(undefined, nearLimit(undefined, 100))).toEqual([]);
    expect(alertRules(undefined, nearLimit(30, 100), { ...DEFAULT_ALERT_RULES, nearLimitShareAbove: undefined })).toEqual([]);
  });

  test.each([
    ['retries that feed an overload', 'retry-storm', 'retry-storm', 'onRetryStorm'],
    ['memory that is shown to grow without a bound', 'memory-growth', 'leak', 'onLeak'],
    ['processes that climb and die', 'fast-leak', 'leak', 'onLeak'],
    ['a version that begins with a storm of cold starts', 'cold-start-storm', 'start-storm', 'onStartStorm'],
  ] as const)('%s, where that is shown and not only suspected', (_what, kind, rule, isOn) => {
    expect(alertRules(undefined, silent(kind, 0, 'shown'))).toMatchObject([
      { rule, title: expect.stringContaining('40 of 1,000 are none') },
    ]);
    expect(alertRules(undefined, silent(kind, 0, 'suspected'))).toEqual([]);
    expect(alertRules(undefined, silent(kind, 0, 'shown'), { ...DEFAULT_ALERT_RULES, [isOn]: false })).toEqual([]);
  });

  test('hours that are shown to be slower than those before, not by hours that only differ', () => {
    expect(alertRules(undefined, withHours('tail-grew'))).toMatchObject([
      { rule: 'slower', title: 'checkout: slower than hours ago: p99 went from 90 ms to 900 ms' },
    ]);
    expect(alertRules(undefined, withHours('all-slower'))).toHaveLength(1);
    expect(alertRules(undefined, withHours('no-growth-shown'))).toEqual([]);
    expect(alertRules(undefined, withHours('all-slower'), { ...DEFAULT_ALERT_RULES, onSlower: false })).toEqual([]);
  });

  test('nothing in a healthy report', () => {
    expect(alertRules(undefined, healthy)).toEqual([]);
  });
});

describe('against a baseline of the same run', () => {
  const raised = (now: AlertReport, baseline = warm(100, [80, 70, 90], [120, 110, 150])) =>
    alertRules(baseline, now, DEFAULT_ALERT_RULES, new Set(), baseline).map(({ title }) => title);

  test('requests that take twice as long, and longer by what is noticed, raise an alert that says what was seen', () => {
    expect(raised(warm(300, [400, 380, 420], [600, 580, 620]))).toEqual([
      'checkout: slower than at first: 50 % of the warm requests took up to 80 ms (n = 100), and up to 400 ms with what came since (n = 300); 95 % intervals apart',
    ]);
    expect(raised(warm(300, [85, 80, 90], [420, 390, 450]))).toEqual([expect.stringContaining('90 % of the warm requests')]);
  });

  test.each([
    ['the same requests as before', warm(300, [82, 78, 86], [125, 118, 139])],
    ['a difference that nobody would notice', warm(300, [165, 160, 170], [200, 190, 215])],
    ['a machine that others use for a while', warm(300, [140, 120, 150], [220, 200, 230])],
    ['intervals that overlap', warm(30, [300, 85, 420], [600, 140, 900])],
  ])('%s raise none', (_what, now) => expect(raised(now)).toEqual([]));

  test('a baseline without a bound, or without this function, is none', () => {
    const slow = warm(300, [400, 380, 420], [600, 580, 620]);
    expect(raised(slow, warm(4, [80, 70, undefined], undefined))).toEqual([]);
    expect(raised(slow, warm(34, [80, 70, 90], [120, 110, 150]))).toEqual([]);
    expect(raised(slow, { ...healthy, latency: [] })).toEqual([]);
  });

  test('a new version is compared with the one before it, and the same one with itself first', () => {
    const slow = warm(300, [400, 380, 420], [600, 580, 620], '43');
    expect(raised(slow)).toHaveLength(1);
    const both = { ...healthy, latency: [...warm(900, [80, 70, 90], [120, 110, 150]).latency, ...slow.latency] };
    expect(raised(slow, both)).toEqual([]);
  });

  test('without a baseline nothing is said of one picture beside the next', () => {
    expect(alertRules(warm(100, [80, 70, 90], [120, 110, 150]), warm(300, [400, 380, 420], [600, 580, 620]))).toEqual([]);
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
