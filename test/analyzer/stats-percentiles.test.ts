import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { DurationHistogram } from '../../analyzer/src/stats/duration-histogram.ts';
import { percentilesOf, percentilesOfSample } from '../../analyzer/src/stats/percentiles.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

const durations = fc.array(fc.double({ min: 0.001, max: 900_000, noNaN: true }), { minLength: 1, maxLength: 1_500 });

function histogramOf(values: readonly number[]): DurationHistogram {
  const histogram = new DurationHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('percentiles of a histogram', () => {
  test('are those of hdr-histogram-js, never above the longest duration seen', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const library = build({
          bitBucketSize: 32,
          autoResize: false,
          lowestDiscernibleValue: 1,
          highestTrackableValue: 900_000_000,
          numberOfSignificantValueDigits: 2,
        });
        for (const value of values) library.recordValue(Math.max(1, Math.round(value * 1000)));
        const { p50Ms, p90Ms, p99Ms, maxMs } = percentilesOf(histogramOf(values));
        for (const [percentile, ours] of [
          [50, p50Ms],
          [90, p90Ms],
          [99, p99Ms],
        ] as const) {
          if (ours !== undefined) expect(ours.value).toBe(Math.min(maxMs!, library.getValueAtPercentile(percentile) / 1000));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('their intervals are those of the exact sample, widened by one bucket at most', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const exact = percentilesOfSample(values);
        const counted = percentilesOf(histogramOf(values));
        expect(counted.sampleCount).toBe(exact.sampleCount);
        for (const name of ['p50Ms', 'p90Ms', 'p99Ms', 'p999Ms'] as const) {
          const [narrow, wide] = [exact[name], counted[name]];
          expect(wide === undefined).toBe(narrow === undefined);
          if (narrow === undefined || wide === undefined) continue;
          expect(wide.high === undefined).toBe(narrow.high === undefined);
          // Half a microsecond is lost to rounding before the bucket widens anything.
          expect(wide.low!).toBeLessThanOrEqual(narrow.low! + 0.0005);
          expect(wide.low!).toBeGreaterThanOrEqual(narrow.low! * (1 - 1 / 128) - 0.002);
          if (narrow.high === undefined) continue;
          expect(wide.high!).toBeGreaterThanOrEqual(narrow.high - 0.0005);
          expect(wide.high!).toBeLessThanOrEqual(narrow.high * (1 + 1 / 128) + 0.002);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('merged halves give what the whole gives', () => {
    fc.assert(
      fc.property(durations, durations, (left, right) => {
        const merged = histogramOf(left);
        merged.merge(histogramOf(right));
        expect(percentilesOf(merged)).toEqual(percentilesOf(histogramOf([...left, ...right])));
      }),
      { numRuns: 40 },
    );
  });

  test('counts that no 32-bit integer holds are still read right', () => {
    const histogram = histogramOf([10, 20]);
    histogram.counts!.forEach((count, index) => {
      histogram.counts![index] = count * 3_000_000_000;
    });
    histogram.total = 6_000_000_000;
    const { p50Ms, p99Ms } = percentilesOf(histogram);
    expect(p50Ms!.value).toBeCloseTo(10, 0);
    expect(p99Ms!.value).toBeCloseTo(20, 0);
  });

  test('an empty one has no percentile and no maximum', () => {
    expect(percentilesOf(new DurationHistogram())).toEqual({
      sampleCount: 0,
      p50Ms: undefined,
      p90Ms: undefined,
      p99Ms: undefined,
      p999Ms: undefined,
      maxMs: undefined,
    });
  });
});

describe('percentiles of few durations', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);

  test('five durations have no median, six have one with both bounds', () => {
    expect(percentilesOfSample(upTo(5)).p50Ms).toBeUndefined();
    expect(percentilesOfSample(upTo(6)).p50Ms).toEqual({ value: 3, low: 1, high: 6 });
  });

  test('p99 is absent at 99, a lower bound at 100, an interval at 368', () => {
    expect(percentilesOfSample(upTo(99)).p99Ms).toBeUndefined();
    const lowerOnly = percentilesOfSample(upTo(100)).p99Ms!;
    expect(lowerOnly).toMatchObject({ value: 99, high: undefined });
    expect(lowerOnly.low).toBeLessThan(99);
    expect(percentilesOfSample(upTo(367)).p99Ms!.high).toBeUndefined();
    expect(percentilesOfSample(upTo(368)).p99Ms!.high).toBe(368);
  });

  test('p99.9 is absent at 999 and has an upper bound from 3,688 on', () => {
    expect(percentilesOfSample(upTo(999)).p999Ms).toBeUndefined();
    expect(percentilesOfSample(upTo(3_687)).p999Ms).toMatchObject({ high: undefined });
    expect(percentilesOfSample(upTo(3_688)).p999Ms!.high).toBe(3_688);
  });

  test('a duration that no line told is not counted', () => {
    expect(percentilesOfSample([Number.NaN, ...upTo(6)])).toEqual(percentilesOfSample(upTo(6)));
  });

  test('the interval of p90 holds the truth in at least 95 % of simulated functions', () => {
    const random = seededRandom(3);
    const truth = 10 * Math.exp(0.6 * 1.2815515655446004);
    let held = 0;
    for (let run = 0; run < 1_000; run++) {
      const { p90Ms } = percentilesOfSample(Array.from({ length: 60 }, () => 10 * Math.exp(0.6 * random.normal())));
      if (p90Ms!.low! <= truth && truth <= p90Ms!.high!) held++;
    }
    expect(held / 1_000).toBeGreaterThan(0.93);
  });
});
