import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benjaminiHochberg } from '../../analyzer/src/stats/benjamini-hochberg.ts';
import { binomialAtLeast, binomialAtMost } from '../../analyzer/src/stats/binomial-tails.ts';
import { clopperPearson } from '../../analyzer/src/stats/clopper-pearson.ts';
import { incompleteBeta } from '../../analyzer/src/stats/incomplete-beta.ts';
import { logGamma } from '../../analyzer/src/stats/log-gamma.ts';
import { median } from '../../analyzer/src/stats/median.ts';
import { poissonAtLeast } from '../../analyzer/src/stats/poisson-tail.ts';
import { quantileRanks } from '../../analyzer/src/stats/quantile-ranks.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

describe('special functions', () => {
  test('the logarithm of gamma gives factorials and the root of pi', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    let logFactorial = 0;
    for (let n = 1; n <= 170; n++) {
      logFactorial += Math.log(n);
      expect(Math.abs(logGamma(n + 1) - logFactorial)).toBeLessThan(1e-12 * (1 + logFactorial));
    }
    expect(logGamma(1e-3)).toBeCloseTo(6.907178885383853, 11);
  });

  test('incomplete beta has its closed forms and its symmetry', () => {
    const parameter = fc.double({ min: 0.1, max: 500, noNaN: true });
    const x = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(x, parameter, parameter, (at, a, b) => {
        expect(incompleteBeta(at, a, 1)).toBeCloseTo(at ** a, 10);
        expect(incompleteBeta(at, a, b) + incompleteBeta(1 - at, b, a)).toBeCloseTo(1, 10);
      }),
    );
    expect(incompleteBeta(0.5, 3, 3)).toBeCloseTo(0.5, 14);
    // Arcsine law: I_x(1/2, 1/2) = 2/π · asin √x.
    expect(incompleteBeta(0.25, 0.5, 0.5)).toBeCloseTo(1 / 3, 13);
  });
});

describe('tails of counts', () => {
  test('binomial tails equal the sum of their terms', () => {
    const trials = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }));
    fc.assert(
      fc.property(trials, ([of, p]) => {
        let atMost = 0;
        for (let count = 0; count <= of; count++) {
          atMost += choose(of, count) * p ** count * (1 - p) ** (of - count);
          expect(binomialAtMost(count, of, p)).toBeCloseTo(atMost, 10);
          expect(binomialAtLeast(count + 1, of, p)).toBeCloseTo(1 - atMost, 10);
        }
      }),
    );
  });

  test('a million trials are as exact as sixty: all below the share is a power', () => {
    expect(binomialAtMost(0, 1_000_000, 1e-6)).toBeCloseTo(Math.exp(1_000_000 * Math.log1p(-1e-6)), 10);
    expect(binomialAtMost(500_000, 1_000_001, 0.5)).toBeCloseTo(0.5, 8);
  });

  test('Poisson tails equal the sum of their terms, also where thousands are expected', () => {
    for (const mean of [0.1, 1.386, 11.09, 80]) {
      let below = 0;
      let term = Math.exp(-mean);
      for (let count = 1; count < 150; count++) {
        below += term;
        term *= mean / count;
        expect(poissonAtLeast(count, mean)).toBeCloseTo(1 - below, 11);
      }
    }
    expect(poissonAtLeast(0, 3)).toBe(1);
    // The median of a large Poisson count lies within one of its mean.
    expect(poissonAtLeast(69_300, 69_300)).toBeGreaterThan(0.5);
    expect(poissonAtLeast(69_302, 69_300)).toBeLessThan(0.5);
  });
});

describe('Clopper-Pearson', () => {
  // Zero of n has the closed form 1 - (α/2)^(1/n); 1 of 10 and 5 of 10 stand in every printed table.
  test.each([
    [0, 10, 0, 0.308497],
    [1, 10, 0.002529, 0.445016],
    [5, 10, 0.187086, 0.812914],
    [10, 10, 0.691503, 1],
    [0, 29_956, 0, 0.000123],
  ])('%i of %i lie between the published bounds %d and %d', (count, of, low, high) => {
    const interval = clopperPearson(count, of);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  test('each bound leaves exactly half of the error outside', () => {
    const samples = fc.integer({ min: 2, max: 100_000 }).chain((of) => fc.tuple(fc.integer({ min: 1, max: of - 1 }), fc.constant(of)));
    fc.assert(
      fc.property(samples, ([count, of]) => {
        const { low, high } = clopperPearson(count, of);
        expect(low).toBeLessThan(count / of);
        expect(high).toBeGreaterThan(count / of);
        expect(binomialAtLeast(count, of, low)).toBeCloseTo(0.025, 7);
        expect(binomialAtMost(count, of, high)).toBeCloseTo(0.025, 7);
      }),
      { numRuns: 50 },
    );
  });

  test('it holds the truth in at least 95 % of simulated exports', () => {
    for (const [of, p] of [
      [30, 0.02],
      [200, 0.05],
      [1_000, 0.4],
    ] as const) {
      let held = 0;
      for (let count = 0; count <= of; count++) {
        const { low, high } = clopperPearson(count, of);
        if (low <= p && p <= high) held += binomialAtMost(count, of, p) - binomialAtMost(count - 1, of, p);
      }
      expect(held).toBeGreaterThanOrEqual(0.95);
    }
  });

  test('with nothing exposed the share may be anything', () => {
    expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test('to the last digit they are the bounds that halving alone comes to', () => {
    const halved = (from: number, to: number, isBeyond: (p: number) => boolean): number => {
      let [low, high] = [from, to];
      while (high - low > 1e-11 * Math.min(high, 1 - low)) {
        const middle = (low + high) / 2;
        if (middle <= low || middle >= high) break;
        if (isBeyond(middle)) high = middle;
        else low = middle;
      }
      return (low + high) / 2;
    };
    const counts = fc.double({ min: 0, max: 16, noNaN: true }).chain((size) => {
      const of = Math.ceil(Math.exp(size));
      return fc.tuple(fc.oneof(fc.integer({ min: 1, max: of }), fc.integer({ min: 1, max: Math.min(of, 5) })), fc.constant(of));
    });
    fc.assert(
      fc.property(counts, fc.constantFrom(0.9, 0.95, 0.999), ([count, of], level) => {
        const tail = (1 - level) / 2;
        const { low, high } = clopperPearson(count, of, level);
        expect(low).toBe(halved(0, count / of, (p) => binomialAtLeast(count, of, p) > tail));
        if (count < of) expect(high).toBe(halved(count / of, 1, (p) => binomialAtMost(count, of, p) <= tail));
      }),
    );
  });
});

describe('ranks around a quantile', () => {
  test.each([
    [0.5, 6],
    [0.9, 36],
    [0.95, 72],
    [0.99, 368],
    [0.999, 3_688],
  ])('quantile %d has two bounds from %i samples on, and not before', (quantile, needed) => {
    const enough = quantileRanks(needed, quantile);
    expect(enough.low).toBeDefined();
    expect(enough.high).toBeDefined();
    const short = quantileRanks(needed - 1, quantile);
    expect(short.low === undefined || short.high === undefined).toBe(true);
  });

  test.each([
    [400, 392, 400],
    [1_000, 983, 997],
    [10_000, 9_880, 9_920],
  ])('p99 of %i samples lies between ranks %i and %i', (n, low, high) => {
    expect(quantileRanks(n, 0.99)).toEqual({ low, high });
  });

  test('the ranks are the tightest that still hold 95 %', () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom(0.5, 0.9, 0.99, 0.999));
    fc.assert(
      fc.property(cases, ([n, quantile]) => {
        const { low, high } = quantileRanks(n, quantile);
        if (low !== undefined) expect(binomialAtMost(low - 1, n, quantile)).toBeLessThanOrEqual(0.025);
        expect(binomialAtMost(low ?? 0, n, quantile)).toBeGreaterThan(0.025);
        if (high !== undefined) expect(binomialAtLeast(high, n, quantile)).toBeLessThanOrEqual(0.025);
        expect(binomialAtLeast((high ?? n + 1) - 1, n, quantile)).toBeGreaterThan(0.025);
      }),
    );
  });

  test('of 2,000 simulated samples at least 95 % hold the true p99 between their ranks', () => {
    const random = seededRandom(11);
    const { low, high } = quantileRanks(400, 0.99);
    let held = 0;
    for (let run = 0; run < 2_000; run++) {
      const sorted = Float64Array.from({ length: 400 }, random.uniform).sort();
      if (sorted[low! - 1]! <= 0.99 && 0.99 <= sorted[high! - 1]!) held++;
    }
    // Three standard errors of 2,000 runs below 95 %.
    expect(held / 2_000).toBeGreaterThan(0.935);
  });
});

test('the median is the middle one, or lies between the two middle ones', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 9, 1, 2])).toBe(5.5);
});

describe('Benjamini-Hochberg', () => {
  // The fifteen p-values of the paper's own example: four are kept at 5 %.
  const PAPER = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];

  test('keeps the four that the paper keeps', () => {
    expect(benjaminiHochberg(PAPER, 0.05).filter(Boolean)).toHaveLength(4);
    expect(benjaminiHochberg([...PAPER].reverse(), 0.05).slice(-4)).toEqual([true, true, true, true]);
  });

  test('keeps nothing when nothing happened', () => {
    const random = seededRandom(5);
    const kept = Array.from({ length: 200 }, () =>
      benjaminiHochberg(
        Array.from({ length: 100 }, () => 0.001 + 0.999 * random.uniform()),
        0.01,
      ).some(Boolean),
    );
    expect(kept.filter(Boolean).length).toBe(0);
  });
});

function choose(of: number, count: number): number {
  let ways = 1;
  for (let i = 1; i <= count; i++) ways = (ways * (of - count + i)) / i;
  return ways;
}
