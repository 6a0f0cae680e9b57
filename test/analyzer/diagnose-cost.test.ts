import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { costFindings, costSection } from '../../analyzer/src/diagnose/cost.ts';
import { functionSection } from '../../analyzer/src/diagnose/functions.ts';
import { logVolumeFindings } from '../../analyzer/src/diagnose/log-volume.ts';
import { powerTuningUrl, trimmedMeanMs } from '../../analyzer/src/diagnose/power-tuning.ts';
import { readPriceTable } from '../../analyzer/src/diagnose/price-file.ts';
import { BUILT_IN_PRICES, computeUsd, PriceError, parsePriceTable } from '../../analyzer/src/diagnose/prices.ts';
import { retryFindings } from '../../analyzer/src/diagnose/retries.ts';
import { DurationHistogram } from '../../analyzer/src/stats/duration-histogram.ts';
import { addConfiguration, addRetries, emptySummary, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

const HOUR_MS = 60 * MINUTE_MS;
const folder = mkdtempSync(join(tmpdir(), 'nightlight-prices-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One function that ran for an hour: `count` invocations of `billedMs` each. */
function hourOf(told: Parameters<typeof addConfiguration>[1] & { readonly count: number; readonly billedMs: number }) {
  const { count, billedMs, ...rest } = told;
  const summary = emptySummary();
  addConfiguration(summary, {
    memorySizeMb: 1024,
    invocationCount: count,
    billedCount: count,
    billedMsSum: count * billedMs,
    lastMs: NOON_MS + HOUR_MS,
    ...rest,
  });
  return summary;
}

test('a million invocations of 100 ms at 1024 MB cost 100,000 GB-seconds and a million requests', () => {
  const section = costSection(hourOf({ count: 1_000_000, billedMs: 100 }), BUILT_IN_PRICES, 'x86_64');
  const [cost] = section.functions;
  expect(cost!.gbSeconds).toBeCloseTo(100_000, 6);
  expect(cost!.usd).toBeCloseTo(1.66667 + 0.2, 6);
  expect(section.totalUsd).toBe(cost!.usd);
  expect(cost!.perHourUsd).toBeCloseTo(1.86667, 6);
  expect(section.priceTable.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test('an unknown architecture is priced as x86 with the arm price beside it, and says so', () => {
  const section = costSection(hourOf({ count: 1_000_000, billedMs: 100 }), BUILT_IN_PRICES);
  expect(section.architecture).toBe('unknown');
  expect(section.functions[0]!.usd).toBeCloseTo(1.86667, 5);
  expect(section.functions[0]!.usdOtherArchitecture).toBeCloseTo(1.33334 + 0.2, 5);
});

test('with arm64 told, the x86 price is the other one', () => {
  const [cost] = costSection(hourOf({ count: 1_000_000, billedMs: 100 }), BUILT_IN_PRICES, 'arm64').functions;
  expect(cost!.usd).toBeLessThan(cost!.usdOtherArchitecture);
});

test('attempts without a billed duration are counted and not priced', () => {
  const summary = hourOf({ count: 100, billedMs: 100 });
  addConfiguration(summary, { functionName: 'managed', memorySizeMb: 0, invocationCount: 40, billedCount: 0 });
  addConfiguration(summary, { functionName: 'half', invocationCount: 50, billedCount: 30, billedMsSum: 3000 });
  const byName = new Map(costSection(summary, BUILT_IN_PRICES).functions.map((cost) => [cost.functionName, cost]));
  expect(byName.get('checkout')!.unpricedCount).toBe(0);
  expect(byName.get('managed')).toMatchObject({
    unpricedCount: 40,
    usd: 0,
    perHourUsd: undefined,
    breakEven: undefined,
    initShare: undefined,
  });
  expect(byName.get('half')!.unpricedCount).toBe(20);
  expect(byName.get('half')!.usd).toBeCloseTo(1.5 * 0.0000166667 + 30 * 2e-7, 12);
});

test('shares weigh each memory size by its own price', () => {
  const summary = emptySummary();
  // The same init time costs four times as much in the larger size.
  addConfiguration(summary, { memorySizeMb: 512, billedCount: 100, billedMsSum: 1000, billedInitMsSum: 1000 });
  addConfiguration(summary, { memorySizeMb: 2048, billedCount: 100, billedMsSum: 1000, billedInitMsSum: 0, billedFailedMsSum: 500 });
  const [cost] = costSection(summary, BUILT_IN_PRICES).functions;
  expect(cost!.initShare).toBeCloseTo(0.2, 9);
  expect(cost!.failedShare).toBeCloseTo(0.4, 9);
});

test('a span too short to speak of an hour gives no hourly price', () => {
  const section = costSection(hourOf({ count: 100, billedMs: 100, lastMs: NOON_MS + 4 * MINUTE_MS }), BUILT_IN_PRICES);
  expect(section.perHourUsd).toBeUndefined();
  expect(section.functions[0]!.perHourUsd).toBeUndefined();
});

test('the graduated price never falls with use and never exceeds the first rate', () => {
  const tiers = BUILT_IN_PRICES.compute.x86_64;
  fc.assert(
    fc.property(fc.double({ min: 0, max: 5e10, noNaN: true }), fc.double({ min: 0, max: 1e10, noNaN: true }), (used, more) => {
      const usd = computeUsd(tiers, used);
      return computeUsd(tiers, used + more) >= usd && usd <= used * tiers[0]!.usdPerGbSecond * (1 + 1e-12);
    }),
  );
  expect(computeUsd(tiers, 7e9)).toBeCloseTo(6e9 * 0.0000166667 + 1e9 * 0.000015, 3);
});

test.each(['checkout', '(unnamed)'])(
  'two memory sizes with enough invocations give a matrix, but not where no function is named: %s',
  (name) => {
    const summary = emptySummary();
    for (const [memorySizeMb, ms] of [
      [512, 200],
      [1024, 90],
    ] as const) {
      addConfiguration(summary, {
        functionName: name,
        memorySizeMb,
        warmMs: Array.from({ length: 40 }, () => ms),
        invocationCount: 40,
        billedCount: 40,
        billedMsSum: 40 * ms,
      });
    }
    const [cost] = costSection(summary, BUILT_IN_PRICES, 'x86_64').functions;
    // Two downloads that name no function are seldom of one: their sizes beside each other would be a wrong advice.
    if (name === '(unnamed)') return expect([cost!.powerMatrix, cost!.powerTuningUrl]).toEqual([[], undefined]);
    expect(cost!.powerMatrix.map((row) => [row.memorySizeMb, row.sampleCount, row.refused])).toEqual([
      [512, 40, undefined],
      [1024, 40, undefined],
    ]);
    expect(cost!.powerMatrix[0]!.meanMs).toBeCloseTo(200, -1);
    expect(cost!.powerMatrix[0]!.usdPerMillion).toBeCloseTo(0.1 * 16.6667 + 0.2, 3);
    const [powers, durations, prices] = cost!
      .powerTuningUrl!.split('#')[1]!
      .split(';')
      .map((part) => Buffer.from(part, 'base64'));
    expect([powers!.readInt16LE(0), powers!.readInt16LE(2)]).toEqual([512, 1024]);
    expect(durations!.readFloatLE(4)).toBeCloseTo(90, -1);
    expect(prices!.readFloatLE(0)).toBeCloseTo(1.66667e-6, 10);
  },
);

test('a size with 29 invocations is refused with its count, and one size left is no curve', () => {
  const summary = emptySummary();
  for (const [memorySizeMb, count] of [
    [512, 29],
    [1024, 30],
  ] as const) {
    addConfiguration(summary, {
      memorySizeMb,
      warmMs: Array.from({ length: count }, () => 100),
      invocationCount: count,
      billedCount: count,
      billedMsSum: count * 100,
    });
  }
  const [cost] = costSection(summary, BUILT_IN_PRICES).functions;
  expect(cost!.powerMatrix[0]).toMatchObject({ sampleCount: 29, meanMs: undefined, usdPerMillion: undefined });
  expect(cost!.powerMatrix[0]!.refused).toContain('30 needed');
  expect(cost!.powerMatrix[1]!.refused).toBeUndefined();
  expect(cost!.powerTuningUrl).toBeUndefined();
});

test('one memory size alone has nothing to be compared with', () => {
  const [cost] = costSection(hourOf({ count: 100, billedMs: 50 }), BUILT_IN_PRICES).functions;
  expect(cost!.powerMatrix).toEqual([]);
  expect(cost!.powerTuningUrl).toBeUndefined();
});

test('the curve is written as the viewer expects it: the sizes 128 to 3008 have a well-known beginning', () => {
  const rows = [128, 256, 512, 1024, 2048, 3008].map((memorySizeMb) => ({
    memorySizeMb,
    sampleCount: 30,
    meanMs: 1.5,
    usdPerMillion: 0.2,
    refused: undefined,
  }));
  const url = powerTuningUrl(rows, 0.2)!;
  // README of alexcasalboni/aws-lambda-power-tuning and any of its published results for these six sizes.
  expect(url.startsWith('https://lambda-power-tuning.show/#gAAAAQACAAQACMAL;AADAPwAAwD8')).toBe(true);
});

test('the trimmed mean leaves a fifth out at each end and stays within half a percent of the exact one', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.3, max: 800_000, noNaN: true }), { minLength: 5, maxLength: 200 }), (durations) => {
      const histogram = new DurationHistogram();
      for (const ms of durations) histogram.record(ms);
      const sorted = [...durations].sort((a, b) => a - b);
      const cut = Math.floor(sorted.length / 5);
      const middle = sorted.slice(cut, sorted.length - cut);
      const exact = middle.reduce((sum, ms) => sum + ms, 0) / middle.length;
      return Math.abs(trimmedMeanMs(histogram) / exact - 1) < 0.005;
    }),
  );
});

test('break-even names how many invocations an hour one container equals, and what was assumed', () => {
  const [cost] = costSection(hourOf({ count: 3600, billedMs: 100 }), BUILT_IN_PRICES, 'x86_64').functions;
  const { containerUsdPerHour, invocationsPerHour, assumptions } = cost!.breakEven!;
  expect(containerUsdPerHour).toBeCloseTo(0.04048 + 2 * 0.004445, 9);
  expect(invocationsPerHour * (cost!.usd / 3600)).toBeCloseTo(containerUsdPerHour, 9);
  expect(assumptions.join('\n')).toContain('seen here 3,600: Lambda is cheaper');
});

test('init that is two fifths of the bill is a finding in dollars a day', () => {
  const summary = hourOf({ count: 100_000, billedMs: 500, billedInitMsSum: 100_000 * 200 });
  const [finding] = costFindings(summary, { cost: costSection(summary, BUILT_IN_PRICES) });
  expect(finding).toMatchObject({ kind: 'cold-start', harm: 'money', headline: 'INIT BILLED', gates: [] });
  expect(finding!.weight).toBeCloseTo((0.83333 + 0.02) * 0.4 * 24, 2);
  expect(finding!.why).toContain('40 %');
});

test('init that is a tenth of the bill is not a finding', () => {
  const summary = hourOf({ count: 100_000, billedMs: 500, billedInitMsSum: 100_000 * 50 });
  expect(costFindings(summary, { cost: costSection(summary, BUILT_IN_PRICES) })).toEqual([]);
});

test('a large share of a bill of cents is not a finding', () => {
  const summary = hourOf({ count: 100, billedMs: 500, billedInitMsSum: 100 * 400 });
  expect(costFindings(summary, { cost: costSection(summary, BUILT_IN_PRICES) })).toEqual([]);
});

test('what retries cost stands in the finding about the retries, and in no second one', () => {
  const summary = hourOf({ count: 100_000, billedMs: 500 });
  addRetries(summary, 'checkout', { retryAttemptCount: 10_000, mostAttempts: 3 });
  const cost = costSection(summary, BUILT_IN_PRICES);
  const [finding, ...others] = [
    ...retryFindings(summary, { functions: functionSection(summary, {}), cost }, {}),
    ...costFindings(summary, { cost }),
  ];
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ kind: 'retries', headline: 'RETRIES', harm: 'money' });
  expect(finding!.why).toMatch(/10,000 attempts beyond the first \(10 % of all\).*; about \$[\d.]+ a day$/);
});

test('a chatty function whose logs cost more than its compute is named', () => {
  const summary = hourOf({ count: 100_000, billedMs: 10, logBytes: 100_000 * 20_000, applicationLogBytes: 100_000 * 19_000 });
  const [finding] = logVolumeFindings(summary, { cost: costSection(summary, BUILT_IN_PRICES) });
  expect(finding).toMatchObject({ kind: 'log-volume', harm: 'money', functionName: 'checkout' });
  expect(finding!.why).toContain('20,000 bytes an invocation, 95 % of them printed by the application');
  expect(finding!.next).toContain('ApplicationLogLevel=WARN');
});

test('a function that only has its platform lines is not told to write less', () => {
  const summary = hourOf({ count: 100_000, billedMs: 100, logBytes: 100_000 * 400, applicationLogBytes: 0 });
  expect(logVolumeFindings(summary, { cost: costSection(summary, BUILT_IN_PRICES) })).toEqual([]);
});

test('platform lines are never advised away, since durations and memory are read from them', () => {
  const summary = hourOf({ count: 10_000_000, billedMs: 1, memorySizeMb: 128, logBytes: 10_000_000 * 600 });
  const [finding] = logVolumeFindings(summary, { cost: costSection(summary, BUILT_IN_PRICES) });
  expect(finding!.next).not.toContain('LogLevel');
});

test('a price file replaces the members it names and keeps the rest', () => {
  const path = join(folder, 'prices.json');
  writeFileSync(
    path,
    '\uFEFF{"asOf": "2026-11-21", "region": "eu-west-1", "usdPerLogGb": 0.57, "compute": {"arm64": [{"usdPerGbSecond": 0.00001}]}}',
  );
  const prices = readPriceTable(path);
  expect(prices).toMatchObject({ asOf: '2026-11-21', region: 'eu-west-1', source: path, usdPerLogGb: 0.57, usdPerMillionRequests: 0.2 });
  expect(prices.compute.arm64).toEqual([{ usdPerGbSecond: 0.00001 }]);
  expect(prices.compute.x86_64).toBe(BUILT_IN_PRICES.compute.x86_64);
  expect(costSection(emptySummary(), prices).priceTable.region).toBe('eu-west-1');
});

test('without a price file the built-in table is used', () => {
  expect(readPriceTable(undefined)).toBe(BUILT_IN_PRICES);
});

test('a price file that is not there is an error with its path and what to do', () => {
  expect(() => readPriceTable(join(folder, 'gone.json'))).toThrow(
    /gone\.json: expected a readable price table, found ENOENT\. Leave the option out/,
  );
});

test.each([
  ['{', 'PRICES_NOT_JSON', 'as JSON'],
  ['[]', 'PRICES_WRONG_MEMBER', 'the file: expected an object'],
  ['{"region": "eu-west-1"}', 'PRICES_WRONG_MEMBER', 'asOf: expected the day of the prices'],
  ['{"asOf": "last May", "region": "eu-west-1"}', 'PRICES_WRONG_MEMBER', 'found "last May"'],
  ['{"asOf": "2026-11-21", "region": "eu-west-1", "usdPerLogsGb": 1}', 'PRICES_WRONG_MEMBER', 'usdPerLogsGb: expected one of'],
  ['{"asOf": "2026-11-21", "region": "eu-west-1", "usdPerLogGb": -1}', 'PRICES_WRONG_MEMBER', 'usdPerLogGb: expected a price'],
  [
    '{"asOf": "2026-11-21", "region": "x", "compute": {"x86_64": [{"upToGbSeconds": 5, "usdPerGbSecond": 1}]}}',
    'PRICES_WRONG_MEMBER',
    'compute.x86_64[0].upToGbSeconds: expected no end in the last step',
  ],
  [
    '{"asOf": "2026-11-21", "region": "x", "compute": {"x86_64": [{"upToGbSeconds": 5, "usdPerGbSecond": 1}, {"upToGbSeconds": 4, "usdPerGbSecond": 1}, {"usdPerGbSecond": 1}]}}',
    'PRICES_WRONG_MEMBER',
    'compute.x86_64[1].upToGbSeconds: expected a number above 5',
  ],
])('the price file %s is refused with %s', (text, code, words) => {
  const error = caught(() => parsePriceTable(text, 'prices.json'));
  expect(error).toBeInstanceOf(PriceError);
  expect((error as PriceError).code).toBe(code);
  expect((error as PriceError).message).toContain('prices.json: ');
  expect((error as PriceError).message).toContain(words);
});

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
