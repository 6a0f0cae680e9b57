import { expect, test } from 'vitest';
import { coldStartFindings, coldStartSection } from '../../analyzer/src/diagnose/cold-starts.ts';
import type { ChangeSection } from '../../analyzer/src/diagnose/sections.ts';
import type { ConfigurationSummary, Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addInit, addMinute, emptySummary, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

test('every kind of cold start is counted, and those that a request waited for make the share', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { invocationCount: 1000 });
  for (let i = 0; i < 20; i++) addInit(configuration);
  addInit(configuration, { kind: 'suppressed', durationMs: Number.NaN });
  addInit(configuration, { kind: 'restart', durationMs: Number.NaN });
  addInit(configuration, { kind: 'snapstart-restore', durationMs: 240 });
  for (let i = 0; i < 5; i++) addInit(configuration, { kind: 'provisioned', durationMs: 400 });
  addInit(configuration, { status: 'error', invocationMs: Number.NaN });
  const [section] = coldStartSection(summary);
  expect(section!.byKind).toEqual({ 'on-demand': 21, suppressed: 1, restart: 1, 'snapstart-restore': 1, provisioned: 5 });
  expect(section!.cold).toMatchObject({ count: 23, of: 1000, share: 0.023 });
  expect(section!.cold!.low).toBeLessThan(0.023);
  expect(section!.cold!.high).toBeGreaterThan(0.023);
  expect(section!.failedInitCount).toBe(1);
  expect(section!.restoreMs!.sampleCount).toBe(1);
});

test('a configuration without a cold start has a share of 0 with an upper end, and no percentiles', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 500, billedCount: 500 });
  const [section] = coldStartSection(summary);
  expect(section).toMatchObject({ cold: { count: 0, of: 500, low: 0 }, byKind: {}, initMs: undefined, initBilledMs: 0, storms: [] });
  expect(section!.cold!.high).toBeGreaterThan(0);
});

test('percentiles of init come from exact durations and are absent below the number that their interval needs', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { invocationCount: 1000 });
  for (let i = 1; i <= 40; i++) addInit(configuration, { durationMs: 100 + i });
  const { initMs } = coldStartSection(summary)[0]!;
  expect(initMs!.sampleCount).toBe(40);
  expect(initMs!.p50Ms!.value).toBeCloseTo(120, -0.5);
  expect(initMs!.p50Ms!.low).toBeLessThan(initMs!.p50Ms!.value);
  expect(initMs!.p50Ms!.high).toBeGreaterThan(initMs!.p50Ms!.value);
  expect(initMs!.p90Ms).toBeDefined();
  expect(initMs!.p99Ms).toBeUndefined();
  expect(initMs!.maxMs).toBe(140);
});

test('five inits are too few for a median with its interval', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, {});
  for (let i = 0; i < 5; i++) addInit(configuration);
  expect(coldStartSection(summary)[0]!.initMs).toMatchObject({ sampleCount: 5, p50Ms: undefined });
});

test('init billed is unknown where no attempt named a bill', () => {
  const summary = emptySummary();
  addConfiguration(summary, { billedCount: 0 });
  expect(coldStartSection(summary)[0]!.initBilledMs).toBeUndefined();
});

test('cold starts that lift p99 from 20 ms to seconds hurt users, shown by intervals apart', () => {
  const summary = emptySummary();
  withCold(summary, { warm: 1900, cold: 100, coldMs: 2000 });
  const [section] = coldStartSection(summary);
  expect(section!.p99Ms).toBeCloseTo(2000, -2);
  expect(section!.p99WithoutColdMs).toBeCloseTo(20, -1);
  const [finding] = coldStartFindings(summary, { changes: [] });
  expect(finding).toMatchObject({
    kind: 'cold-start',
    harm: 'users',
    certainty: 'shown',
    affectedCount: 100,
    exposedCount: 2000,
    gates: ['cold', 'any'],
  });
  expect(finding!.why).toContain('1 in 20 invocations of checkout version 7 waited for a cold start (init p50 1.9 s)');
  expect(finding!.why).toContain('without them it would be 20 ms');
  expect(finding!.next).toBe(
    'aws lambda put-provisioned-concurrency-config --function-name checkout --qualifier 7 --provisioned-concurrent-executions 1',
  );
  expect(finding!.evidence).toHaveLength(5);
  expect(finding!.weight).toBeGreaterThan(0);
});

test('the same cold starts in one of a thousand requests leave p99 as it is and are not a finding', () => {
  const summary = emptySummary();
  withCold(summary, { warm: 1998, cold: 2, coldMs: 2000 });
  expect(coldStartFindings(summary, { changes: [] })).toEqual([]);
});

test('cold starts nobody could notice are not a finding', () => {
  const summary = emptySummary();
  withCold(summary, { warm: 1900, cold: 100, coldMs: 60 });
  expect(coldStartFindings(summary, { changes: [] })).toEqual([]);
});

test('with too few requests for a p99 nothing is claimed', () => {
  const summary = emptySummary();
  withCold(summary, { warm: 200, cold: 100, coldMs: 2000 });
  expect(coldStartSection(summary)[0]).toMatchObject({ p99Ms: undefined, p99WithoutColdMs: undefined });
  expect(coldStartFindings(summary, { changes: [] })).toEqual([]);
});

test('provisioned concurrency is not advised for $LATEST, which cannot have it', () => {
  const summary = emptySummary();
  withCold(summary, { warm: 1900, cold: 100, coldMs: 2000 }, { version: '$LATEST' });
  expect(coldStartFindings(summary, { changes: [] })[0]!.next).toBe('nightlight explain F-? export.csv');
});

test('a new version whose first minutes are mostly cold is a storm, with what changed beside it', () => {
  const summary = emptySummary();
  const { after } = deploy(summary, { coldAfter: 60 });
  const sections = coldStartSection(summary);
  expect(sections.find(({ version }) => version === '8')!.storms).toEqual([
    { version: '8', fromMs: after.firstMs, coldCount: 60, invocationCount: 500 },
  ]);
  expect(sections.find(({ version }) => version === '7')!.storms).toEqual([]);
  const change: ChangeSection = {
    functionName: 'checkout',
    atMs: after.firstMs,
    kind: 'version',
    what: 'version 8 first seen (before: 7)',
  };
  const storm = coldStartFindings(summary, { changes: [change] }).find(({ kind }) => kind === 'cold-start-storm');
  expect(storm).toMatchObject({
    version: '8',
    harm: 'users',
    certainty: 'shown',
    affectedCount: 60,
    exposedCount: 500,
    gates: ['cold', 'any'],
  });
  expect(storm!.changedBeside[0]).toContain('version 8 first seen (before: 7)');
  expect(storm!.why).toContain('60 cold starts in 500 invocations within 5 minutes of the first event of checkout version 8');
});

test('a version that never stops starting cold is no storm, because a storm passes', () => {
  const summary = emptySummary();
  const { after } = deploy(summary, { coldAfter: 100 });
  expect(coldStartSection(summary).flatMap(({ storms }) => storms)).toHaveLength(1);

  // One in five of the 2,500 later invocations as well.
  for (let i = 0; i < 500; i++) addInit(after, { atMs: after.firstMs + 6 * MINUTE_MS + i * 1000 });
  expect(coldStartSection(summary).flatMap(({ storms }) => storms)).toEqual([]);
});

test('a new version that starts as seldom cold as the old one is no storm', () => {
  const summary = emptySummary();
  deploy(summary, { coldAfter: 5 });
  expect(coldStartSection(summary).flatMap(({ storms }) => storms)).toEqual([]);
});

test('the first minutes of an export are no storm, however cold they are', () => {
  const summary = emptySummary();
  const configuration = busyConfiguration(summary, '7', NOON_MS, 30);
  for (let i = 0; i < 80; i++) addInit(configuration, { atMs: NOON_MS + i * 1000 });
  expect(coldStartSection(summary).flatMap(({ storms }) => storms)).toEqual([]);
});

test('cold starts of a new version after its first minutes are not its storm', () => {
  const summary = emptySummary();
  busyConfiguration(summary, '7', NOON_MS, 30);
  const after = busyConfiguration(summary, '8', NOON_MS + 30 * MINUTE_MS, 30);
  for (let i = 0; i < 60; i++) addInit(after, { atMs: after.firstMs + 10 * MINUTE_MS + i * 1000 });
  expect(coldStartSection(summary).flatMap(({ storms }) => storms)).toEqual([]);
});

test('provisioned sandboxes that start with a new version are no storm', () => {
  const summary = emptySummary();
  busyConfiguration(summary, '7', NOON_MS, 30);
  const after = busyConfiguration(summary, '8', NOON_MS + 30 * MINUTE_MS, 30);
  for (let i = 0; i < 60; i++) addInit(after, { atMs: after.firstMs + i * 1000, kind: 'provisioned' });
  expect(coldStartSection(summary).flatMap(({ storms }) => storms)).toEqual([]);
});

function withCold(
  summary: Summary,
  count: { readonly warm: number; readonly cold: number; readonly coldMs: number },
  told: { readonly version?: string } = {},
): void {
  const configuration = addConfiguration(summary, {
    warmMs: Array.from({ length: count.warm }, (_, i) => 18 + (i % 5) * 0.5),
    coldMs: Array.from({ length: count.cold }, () => count.coldMs),
    ...told,
  });
  for (let i = 0; i < count.cold; i++) {
    addInit(configuration, { atMs: NOON_MS + (i * 10 * MINUTE_MS) / count.cold, durationMs: count.coldMs - 100, invocationMs: 100 });
  }
}

/** Half an hour of version 7 with a rare cold start, then version 8 at 100 invocations a minute. */
function deploy(summary: Summary, told: { readonly coldAfter: number }): { readonly after: ConfigurationSummary } {
  const before = busyConfiguration(summary, '7', NOON_MS, 30);
  for (let i = 0; i < 30; i++) addInit(before, { atMs: NOON_MS + i * MINUTE_MS });
  const after = busyConfiguration(summary, '8', NOON_MS + 30 * MINUTE_MS, 30);
  for (let i = 0; i < told.coldAfter; i++) addInit(after, { atMs: after.firstMs + i * 1000 });
  return { after };
}

function busyConfiguration(summary: Summary, version: string, firstMs: number, minutes: number): ConfigurationSummary {
  const configuration = addConfiguration(summary, {
    version,
    firstMs,
    lastMs: firstMs + minutes * MINUTE_MS,
    invocationCount: minutes * 100,
  });
  for (let minute = 0; minute < minutes; minute++) addMinute(configuration, firstMs + minute * MINUTE_MS, { invocations: 100 });
  return configuration;
}
