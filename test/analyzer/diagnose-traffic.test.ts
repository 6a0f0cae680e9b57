import { expect, test } from 'vitest';
import { costSection } from '../../analyzer/src/diagnose/cost.ts';
import { metricSection } from '../../analyzer/src/diagnose/metrics.ts';
import { BUILT_IN_PRICES } from '../../analyzer/src/diagnose/prices.ts';
import type { ChangeSection } from '../../analyzer/src/diagnose/sections.ts';
import { trafficFindings, trafficSection } from '../../analyzer/src/diagnose/traffic.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addMetric, emptySummary, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

test('mean, peak and their ratio count every minute from the first to the last', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: [{ invocations: 10 }, { invocations: 50 }, {}, { invocations: 20 }] });
  const [row] = trafficOf(summary);
  expect(row).toMatchObject({ perMinuteMean: 20, perMinutePeak: 50, peakMs: NOON_MS + MINUTE_MS, peakToAverage: 2.5 });
});

test('a function of two minutes has no ratio of peak to average', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: [{ invocations: 10 }, { invocations: 50 }] });
  expect(trafficOf(summary)[0]!.peakToAverage).toBeUndefined();
});

test('concurrency is the busy time of the busiest minute over its length, versions added up', () => {
  const summary = emptySummary();
  addConfiguration(summary, { version: '7', perMinute: [{ busyMs: 60_000 }, { busyMs: 120_000 }] });
  addConfiguration(summary, { version: '8', perMinute: [{ busyMs: 60_000 }, { busyMs: 90_000 }] });
  expect(trafficOf(summary)[0]!.concurrencyPeak).toBe(3.5);
});

test('metrics stand beside what the logs tell, and are absent without metrics', () => {
  const summary = emptySummary();
  addConfiguration(summary, {});
  expect(trafficOf(summary)[0]).toMatchObject({ concurrencyMetricMax: undefined, throttleCount: undefined });
  addMetric(summary, { name: 'ConcurrentExecutions', statistic: 'Maximum' }, [4, 9, 6]);
  addMetric(summary, { name: 'Throttles' }, [0, 0, 0]);
  expect(trafficOf(summary)[0]).toMatchObject({ concurrencyMetricMax: 9, throttleCount: 0 });
});

test('throttles counted again for a version, for a longer period or in a second file are not added up twice', () => {
  const summary = emptySummary();
  addConfiguration(summary, {});
  for (let file = 0; file < 2; file++) addMetric(summary, { name: 'Throttles' }, [3, 4]);
  addMetric(summary, { name: 'Throttles', dimensions: { FunctionName: 'checkout', Resource: 'checkout:live' } }, [3, 4]);
  addMetric(summary, { name: 'Throttles', periodMs: 5 * MINUTE_MS }, [7]);
  addMetric(summary, { name: 'Throttles', statistic: 'Average' }, [1, 1]);
  addMetric(summary, { name: 'Throttles', dimensions: { FunctionName: 'mail' } }, [100]);
  expect(trafficOf(summary)[0]!.throttleCount).toBe(7);
});

test('a series of two days is drawn with at most 240 points that keep every invocation', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: Array.from({ length: 2880 }, () => ({ invocations: 3, failed: 1, cold: 2 })) });
  const [row] = trafficOf(summary);
  expect(row!.series).toHaveLength(240);
  expect(row!.seriesStepMinutes).toBe(12);
  expect(row!.series.reduce((sum, point) => sum + point.invocations, 0)).toBe(2880 * 3);
  expect(row!.series[1]).toEqual({ minuteMs: NOON_MS + 12 * MINUTE_MS, invocations: 36, failed: 12, cold: 24 });
});

test('a short series is drawn minute by minute', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: [{ invocations: 1 }, { invocations: 2 }] });
  expect(trafficOf(summary)[0]).toMatchObject({ seriesStepMinutes: 1, series: [{ invocations: 1 }, { invocations: 2 }] });
});

test('billed time that doubles at the same traffic is a spend jump with its minute and what changed beside it', () => {
  const summary = emptySummary();
  spending(summary, [...hour(200), ...hour(500)]);
  const atMs = NOON_MS + 60 * MINUTE_MS;
  const change: ChangeSection = { functionName: 'checkout', atMs, kind: 'version', what: 'version 8 first seen (before: 7)' };
  const [row] = trafficOf(summary, [change]);
  expect(row!.spendJump).toMatchObject({ atMs, ratio: 2.5 });
  expect(row!.spendJump!.changedBeside[0]).toContain('version 8 first seen');
  const [finding] = findingsOf(summary, [change]);
  expect(finding).toMatchObject({ kind: 'spend-jump', harm: 'money', certainty: 'shown', sinceMs: atMs });
  expect(finding!.why).toContain('rose 2.5x at 2026-11-21 13:00 UTC');
  expect(finding!.why).toContain('1.0x the invocations, 2.5x the billed GB-seconds for each');
  // 1,000 a minute, 300 ms more each at 512 MB.
  expect(finding!.weight).toBeCloseTo((1000 * 0.3 * 0.5 * 1440 * 0.0000166667) / 1, 0);
});

test('spend that stays as it is does not jump', () => {
  const summary = emptySummary();
  spending(summary, [...hour(200), ...hour(220)]);
  expect(trafficOf(summary)[0]!.spendJump).toBeUndefined();
  expect(findingsOf(summary)).toEqual([]);
});

test('ten dear minutes that pass are not a jump', () => {
  const summary = emptySummary();
  spending(summary, [...hour(200), ...hour(900).slice(0, 10), ...hour(200)]);
  expect(trafficOf(summary)[0]!.spendJump).toBeUndefined();
});

test('spend that swings between two levels is not a jump', () => {
  const summary = emptySummary();
  spending(
    summary,
    Array.from({ length: 180 }, (_, minute) => (Math.floor(minute / 5) % 2 === 0 ? 200 : 600)),
  );
  expect(trafficOf(summary)[0]!.spendJump).toBeUndefined();
});

test('25 minutes after the change are too few to speak of a jump', () => {
  const summary = emptySummary();
  spending(summary, [...hour(200), ...hour(500).slice(0, 25)]);
  expect(trafficOf(summary)[0]!.spendJump).toBeUndefined();
});

test('a jump of cents is shown in the row and is not a finding', () => {
  const summary = emptySummary();
  spending(summary, [...hour(200), ...hour(500)], 1);
  expect(trafficOf(summary)[0]!.spendJump).toBeDefined();
  expect(findingsOf(summary)).toEqual([]);
});

test('metrics are listed a series a row with sum and the time of the maximum', () => {
  const summary = emptySummary();
  addMetric(
    summary,
    { name: 'ApproximateAgeOfOldestMessage', unit: 'Seconds', statistic: 'Maximum', dimensions: { QueueName: 'mail' } },
    [1, 90, 5],
  );
  addMetric(
    summary,
    { name: 'ApproximateAgeOfOldestMessage', unit: 'Seconds', statistic: 'Maximum', dimensions: { QueueName: 'news' } },
    [2],
  );
  expect(metricSection(summary)).toEqual([
    {
      name: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: 'mail' },
      unit: 'Seconds',
      statistic: 'Maximum',
      pointCount: 3,
      sum: 96,
      maximum: 90,
      maximumAtMs: NOON_MS + MINUTE_MS,
    },
    expect.objectContaining({ dimensions: { QueueName: 'news' }, pointCount: 1 }),
  ]);
});

test('a metric with a series for every customer is folded into one row that leaves nothing out', () => {
  const summary = emptySummary();
  for (let i = 0; i < 51; i++) addMetric(summary, { name: 'orders', namespace: 'shop', dimensions: { customer: `c${i}` } }, [i]);
  expect(metricSection(summary)).toEqual([
    expect.objectContaining({ dimensions: { customer: '*' }, pointCount: 51, sum: 1275, maximum: 50 }),
  ]);
});

function hour(billedMs: number): number[] {
  return Array.from({ length: 60 }, () => billedMs);
}

/** Each entry is a minute: that many billed ms for each of its invocations. */
function spending(summary: Summary, billedMsEach: readonly number[], perMinute = 1000): void {
  const invocationCount = billedMsEach.length * perMinute;
  addConfiguration(summary, {
    invocationCount,
    billedCount: invocationCount,
    billedMsSum: billedMsEach.reduce((sum, ms) => sum + ms * perMinute, 0),
    lastMs: NOON_MS + billedMsEach.length * MINUTE_MS,
    perMinute: billedMsEach.map((ms) => ({ invocations: perMinute, billedMs: ms * perMinute })),
  });
}

function trafficOf(summary: Summary, changes: readonly ChangeSection[] = []) {
  return trafficSection(summary, { cost: costSection(summary, BUILT_IN_PRICES), changes });
}

function findingsOf(summary: Summary, changes: readonly ChangeSection[] = []) {
  return trafficFindings(summary, { cost: costSection(summary, BUILT_IN_PRICES), changes });
}
