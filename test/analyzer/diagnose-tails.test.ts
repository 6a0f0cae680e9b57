import { describe, expect, test } from 'vitest';
import { explainPattern, failurePatterns, patternWords } from '../../analyzer/src/diagnose/failure-pattern.ts';
import { judgeTailGrowth, type LatencyHour } from '../../analyzer/src/diagnose/tail-growth.ts';
import { judgeAge, tailFindings } from '../../analyzer/src/diagnose/tail-latency.ts';
import { clusteredRise } from '../../analyzer/src/stats/clustered-shares.ts';
import { DurationHistogram } from '../../analyzer/src/stats/duration-histogram.ts';
import { seededRandom } from '../lab/seeded-random.mjs';
import { addConfiguration, addSandbox, emptySummary, NOON_MS } from '../support/summary-builder.ts';

const HOUR_MS = 3_600_000;

interface HourTold {
  readonly count?: number;
  /** Share of requests that are slow, and how much slower. */
  readonly slowShare?: number;
  readonly slowRatio?: number;
  readonly middleMs?: number;
  readonly gcMsEach?: number;
}

function day(seed: number, told: (hour: number) => HourTold, hours = 12): LatencyHour[] {
  const { uniform, normal } = seededRandom(seed);
  return Array.from({ length: hours }, (_, hour) => {
    const { count = 500, slowShare = 0.01, slowRatio = 8, middleMs = 20, gcMsEach } = told(hour);
    const warm = new DurationHistogram();
    for (let i = 0; i < count; i++) warm.record(middleMs * Math.exp(0.3 * normal()) * (uniform() < slowShare ? slowRatio : 1));
    return { fromMs: NOON_MS + hour * HOUR_MS, warm, ...(gcMsEach !== undefined && { gcMs: count * gcMsEach, gcCoveredCount: count }) };
  });
}

describe('a tail that grows over hours', () => {
  const growing = (hour: number): HourTold => ({ count: 1500, slowShare: hour < 6 ? 0.01 : 0.05 });

  test('is told, with a middle that was shown to stay', () => {
    const verdict = judgeTailGrowth(day(1, growing));
    expect(verdict).toMatchObject({ kind: 'tail-grew', middle: 'flat', before: { hourCount: 4 }, after: { hourCount: 4 } });
  });

  test('is not told of an ordinary day, which says what would have shown', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const verdict = judgeTailGrowth(day(seed, () => ({})));
      expect(verdict.kind).toBe('no-growth-shown');
      if (verdict.kind === 'no-growth-shown') expect(verdict.detectableShare).toBeGreaterThan(0.015);
    }
  });

  test('is not told of one bad hour, whose requests are one event', () => {
    expect(judgeTailGrowth(day(2, (hour) => ({ slowShare: hour === 11 ? 0.1 : 0.01 }))).kind).toBe('no-growth-shown');
  });

  test('comes with a middle that moved where everything became much slower, and is none where the middle alone did', () => {
    expect(judgeTailGrowth(day(3, (hour) => ({ middleMs: hour < 6 ? 20 : 60, slowShare: 0 })))).toMatchObject({
      kind: 'tail-grew',
      middle: 'moved',
    });
    expect(judgeTailGrowth(day(3, (hour) => ({ middleMs: hour < 6 ? 20 : 28, slowShare: 0.03 })))).toMatchObject({ kind: 'all-slower' });
  });

  test('is laid to memory only with a third fact', () => {
    const pressure = (hours: LatencyHour[], growth?: Parameters<typeof judgeTailGrowth>[1]) => {
      const verdict = judgeTailGrowth(hours, growth);
      return verdict.kind === 'tail-grew' ? verdict.pressure : undefined;
    };
    expect(pressure(day(1, growing))).toMatchObject({ kind: 'not-claimed' });
    expect(pressure(day(1, growing), { kind: 'stable' })).toMatchObject({ kind: 'not-claimed' });
    expect(pressure(day(1, (hour) => ({ ...growing(hour), gcMsEach: 0.5 + hour / 1000 })))).toMatchObject({ kind: 'not-claimed' });
    expect(pressure(day(1, (hour) => ({ ...growing(hour), gcMsEach: 0.5 + hour / 4 })))).toMatchObject({ kind: 'claimed', by: 'gc-time' });
    expect(pressure(day(1, growing), { kind: 'growing', mbPerInvocation: 0.1, low: 0.05, high: 0.2, undecidedBecause: '' })).toMatchObject({
      kind: 'claimed',
      by: 'growing-channel',
    });
  });

  test('needs hours and requests, and says how many', () => {
    expect(judgeTailGrowth([])).toEqual({ kind: 'insufficient-data', missing: '8 hours with requests, found 0' });
    expect(judgeTailGrowth(day(1, growing, 7))).toMatchObject({ kind: 'insufficient-data' });
    expect(judgeTailGrowth(day(1, () => ({ count: 50 })))).toMatchObject({
      kind: 'insufficient-data',
      missing: '368 warm invocations in the first 4 hours and 690 in the last, found 200 and 200',
    });
  });

  test('becomes a finding with its numbers, and a healthy day none', () => {
    const summary = emptySummary();
    const course = { functionName: 'checkout', version: '7', memorySizeMb: 512 };
    const [finding] = tailFindings(summary, [{ ...course, hours: day(1, growing) }], { changes: [] });
    expect(finding).toMatchObject({ kind: 'slow-tail', headline: 'TAIL GREW', certainty: 'shown', gates: ['p99', 'any'] });
    expect(finding!.why).toMatch(/which 1 in 100 did at first: p99 went from .* while the median was shown to stay\.$/);
    expect(finding!.why).not.toContain('emory');
    expect(tailFindings(summary, [{ ...course, hours: day(1, () => ({})) }], { changes: [] })).toEqual([]);
  });
});

test('a rise by hours needs hours, and bursts make it harder to show', () => {
  const even = (share: number) => Array.from({ length: 6 }, () => ({ count: 500 * share, of: 500 }));
  expect(clusteredRise(even(0.01), even(0.04))!.p).toBeLessThan(1e-4);
  const bursts = (sum: number) => [sum, 0, 0, 0, 0, 0].map((count) => ({ count, of: 500 }));
  expect(clusteredRise(bursts(30), bursts(120))!.dispersion).toBeGreaterThan(10);
  expect(clusteredRise(bursts(30), bursts(120))!.p).toBeGreaterThan(0.01);
  expect(clusteredRise(even(0.01).slice(0, 2), even(0.04))).toBeUndefined();
  expect(clusteredRise(even(0), even(0))).toEqual({ dispersion: 1, p: 1 });
});

describe('latency and the age of sandboxes', () => {
  const band = (fromInvocation: number, hours: LatencyHour[]) => ({ fromInvocation, warm: hours[0]!.warm });

  test('old sandboxes that are slower are told', () => {
    const young = day(4, () => ({ count: 1000 }), 1);
    const old = day(5, () => ({ count: 1000, middleMs: 30 }), 1);
    expect(judgeAge([band(16, young), band(1024, old)])).toMatchObject({ kind: 'slower-with-age', fromInvocation: 1024 });
  });

  test('sandboxes that do not age, and first invocations that warm up, are not', () => {
    const usual = (seed: number) => day(seed, () => ({ count: 1000 }), 1);
    expect(judgeAge([band(16, usual(6)), band(1024, usual(7))])).toEqual({ kind: 'no-effect-shown' });
    expect(
      judgeAge([
        band(
          1,
          day(8, () => ({ count: 1000, middleMs: 80 }), 1),
        ),
        band(16, usual(6)),
      ]),
    ).toMatchObject({ kind: 'insufficient-data' });
  });
});

describe('failures that look regular', () => {
  const hours = (counts: readonly number[], of = 100) => counts.map((count, i) => ({ fromMs: NOON_MS + i * HOUR_MS, count, of }));

  test('every third request is one sick sandbox of three', () => {
    const pattern = explainPattern({
      failed: 96,
      of: 300,
      sandboxes: [
        { name: 'a', count: 95, of: 100 },
        { name: 'b', count: 1, of: 100 },
        { name: 'c', count: 0, of: 100 },
      ],
      hours: hours([32, 32, 32]),
    });
    expect(pattern).toMatchObject({ kind: 'explained', by: 'sandbox', alongside: [] });
    if (pattern.kind === 'explained') {
      expect(patternWords(pattern)).toBe(
        '95 of 96 failures are in one sandbox (a), which served 33.3 % of the requests: about every 3rd request',
      );
    }
  });

  test('a clock is named only when neither sandbox nor age explains it', () => {
    const alike = ['a', 'b', 'c'].map((name) => ({ name, count: 20, of: 200 }));
    const byClock = { failed: 60, of: 600, sandboxes: alike, hours: hours([0, 1, 0, 20, 20, 19]) };
    expect(explainPattern(byClock)).toMatchObject({ kind: 'explained', by: 'hour', concentration: { part: { name: 'after 15:00 UTC' } } });
    const ages = [
      { fromInvocation: 1, count: 1, of: 300 },
      { fromInvocation: 128, count: 59, of: 300 },
    ];
    expect(explainPattern({ ...byClock, ages })).toMatchObject({ kind: 'explained', by: 'age', alongside: ['hour'] });
  });

  test('failures without a pattern are not explained, and a handful is not asked', () => {
    const alike = ['a', 'b', 'c'].map((name) => ({ name, count: 20, of: 200 }));
    expect(explainPattern({ failed: 60, of: 600, sandboxes: alike, hours: hours([11, 9, 10, 10, 12, 8]) })).toEqual({
      kind: 'not-explained',
      asked: ['sandbox', 'hour'],
    });
    expect(explainPattern({ failed: 4, of: 600, sandboxes: alike, hours: [] })).toEqual({
      kind: 'insufficient-data',
      missing: '5 failures, found 4',
    });
  });

  test('are looked at in a summary by sandbox and hour', () => {
    const summary = emptySummary();
    const configuration = addConfiguration(summary, { perMinute: Array.from({ length: 60 }, () => ({ invocations: 5, failed: 1 })) });
    for (const failedCount of [58, 1, 1]) addSandbox(summary, configuration, { invocationCount: 100, failedCount });
    expect(failurePatterns(summary).get('checkout')).toMatchObject({ kind: 'explained', by: 'sandbox' });
  });
});
