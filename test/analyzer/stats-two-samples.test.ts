import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concentrationOf } from '../../analyzer/src/stats/concentration.ts';
import { DurationHistogram } from '../../analyzer/src/stats/duration-histogram.ts';
import { exceedanceOf, exceedanceProbability } from '../../analyzer/src/stats/exceedance.ts';
import { hodgesLehmannRatio, hodgesLehmannShift } from '../../analyzer/src/stats/hodges-lehmann.ts';
import { holmAdjusted } from '../../analyzer/src/stats/holm.ts';
import { hypergeometricAtLeast } from '../../analyzer/src/stats/hypergeometric-tail.ts';
import { mannWhitney } from '../../analyzer/src/stats/mann-whitney.ts';
import { meanRatio } from '../../analyzer/src/stats/mean-ratio.ts';
import { medianEquivalence } from '../../analyzer/src/stats/median-equivalence.ts';
import { minimumDetectableRatio, minimumDetectableShare } from '../../analyzer/src/stats/minimum-detectable.ts';
import { normalAtLeast, normalQuantile } from '../../analyzer/src/stats/normal-distribution.ts';
import { rateRatio } from '../../analyzer/src/stats/rate-ratio.ts';
import { shiftFunction } from '../../analyzer/src/stats/shift-function.ts';
import { studentAtLeast } from '../../analyzer/src/stats/student-tail.ts';
import { judgeModes } from '../../analyzer/src/stats/two-lognormals.ts';
import { sampleOf, sampleOfHistogram } from '../../analyzer/src/stats/weighted-sample.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

// Reference values were computed with 30 digits by mpmath: distribution functions by their definition, the rank test by
// writing down every way to deal the values out.
const DIGITS = 9;

// Permeability constants of M. Hollander, D. A. Wolfe (1973), the example of R's `wilcox.test`.
const AT_TERM = sampleOf([0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]);
const EARLIER = sampleOf([1.15, 0.88, 0.9, 0.74, 1.21]);
// Large enough for the normal approximation, and full of ties.
const FORTY = sampleOf(Array.from({ length: 40 }, (_, i) => ((i + 1) * 37) % 101));
const THIRTY_FIVE = sampleOf(Array.from({ length: 35 }, (_, i) => (((i + 1) * 53) % 97) + 12));

describe('tails of distributions', () => {
  test('the normal distribution and its quantile have their reference values', () => {
    expect(normalAtLeast(1.234)).toBeCloseTo(0.10860145212152428, DIGITS);
    expect(normalAtLeast(5.5)).toBeCloseTo(1.89895624658877e-8, 15);
    expect(normalQuantile(0.025)).toBeCloseTo(-1.959963984540054, DIGITS);
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424308822899, DIGITS);
    expect(normalQuantile(0.5)).toBeCloseTo(0, DIGITS);
  });

  test("Student's tail has its reference values", () => {
    expect(studentAtLeast(2, 7)).toBeCloseTo(0.04280966428148809, DIGITS);
    expect(studentAtLeast(4.5, 3)).toBeCloseTo(0.010245206172226705, DIGITS);
    expect(studentAtLeast(-2, 7)).toBeCloseTo(1 - 0.04280966428148809, DIGITS);
  });

  test('the hypergeometric tail has its reference values on both sides of the mean', () => {
    expect(hypergeometricAtLeast(7, 10, 12, 30)).toBeCloseTo(0.02416484065659478, DIGITS);
    expect(hypergeometricAtLeast(5, 10, 12, 30)).toBeCloseTo(0.344127936031984, DIGITS);
    expect(hypergeometricAtLeast(40, 300, 500, 10_000) / 1.0915556110843078e-8).toBeCloseTo(1, 7);
  });
});

describe('the rank test', () => {
  test('is exact for small samples, with and without ties', () => {
    expect(mannWhitney(EARLIER, AT_TERM)).toMatchObject({ u: 35, method: 'exact' });
    expect(mannWhitney(EARLIER, AT_TERM)!.greater).toBeCloseTo(0.127206127206127, DIGITS);
    expect(mannWhitney(EARLIER, AT_TERM)!.less).toBeCloseTo(0.8967698967698968, DIGITS);
    const tied = mannWhitney(sampleOf([1, 2, 2, 3, 3, 3]), sampleOf([2, 3, 4, 4, 5]))!;
    expect(tied.u).toBe(24.5);
    expect(tied.greater).toBeCloseTo(0.05627705627705628, DIGITS);
    expect(tied.less).toBeCloseTo(0.9696969696969697, DIGITS);
  });

  test('uses the normal approximation with ties and continuity for larger ones', () => {
    const { u, greater, less, method } = mannWhitney(FORTY, THIRTY_FIVE)!;
    expect([u, method]).toEqual([779.5, 'normal']);
    expect(greater).toBeCloseTo(0.2007210502520377, DIGITS);
    expect(less).toBeCloseTo(0.8022455297312105, DIGITS);
  });

  test('says nothing of samples that are all alike, and nothing at all of an empty one', () => {
    const alike = sampleOf(Array<number>(40).fill(5));
    expect(mannWhitney(alike, alike)!.twoSided).toBe(1);
    expect(mannWhitney(sampleOf([]), alike)).toBeUndefined();
    expect(mannWhitney(sampleOf([Number.NaN]), alike)).toBeUndefined();
  });

  test('gives the same answer from values and from their counts', () => {
    const one = { values: Float64Array.of(1, 2), counts: Float64Array.of(30, 20), total: 50, relativeError: 0 };
    const two = sampleOf([...Array<number>(30).fill(1), ...Array<number>(20).fill(2)]);
    expect(mannWhitney(one, FORTY)).toEqual(mannWhitney(two, FORTY));
  });
});

describe('the size of a shift', () => {
  test("is R's estimate and interval for the permeability constants", () => {
    const { shift, low, high } = hodgesLehmannShift(EARLIER, AT_TERM)!;
    expect(shift).toBeCloseTo(0.305, DIGITS);
    expect(low).toBeCloseTo(-0.15, DIGITS);
    expect(high).toBeCloseTo(0.76, DIGITS);
  });

  test('is the middle of all differences, also where they are many and tied', () => {
    expect(hodgesLehmannShift(FORTY, THIRTY_FIVE)).toEqual({ shift: 5, low: -8, high: 19 });
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(values, values, (before, after) => {
        const differences = before.flatMap((b) => after.map((a) => a - b)).sort((a, b) => a - b);
        const middle = differences.length >> 1;
        const expected = differences.length % 2 === 1 ? differences[middle]! : (differences[middle - 1]! + differences[middle]!) / 2;
        expect(hodgesLehmannShift(sampleOf(before), sampleOf(after))!.shift).toBeCloseTo(expected, DIGITS);
      }),
    );
  });

  test('has no bounds where there are too few values for any', () => {
    expect(hodgesLehmannShift(sampleOf([1, 2]), sampleOf([3, 4]))).toMatchObject({ shift: 2, low: undefined, high: undefined });
  });

  test('as a ratio it is found from a histogram to within the bucket', () => {
    const { uniform } = seededRandom(5);
    const before = new DurationHistogram();
    const after = new DurationHistogram();
    for (let i = 0; i < 5_000; i++) before.record(10 + 90 * uniform());
    for (let i = 0; i < 5_000; i++) after.record(1.2 * (10 + 90 * uniform()));
    const { ratio, low, high } = hodgesLehmannRatio(sampleOfHistogram(before), sampleOfHistogram(after))!;
    expect(ratio).toBeGreaterThan(1.17);
    expect(ratio).toBeLessThan(1.23);
    expect(low).toBeLessThan(1.2);
    expect(high).toBeGreaterThan(1.2);
  });
});

test("Holm's adjustment is that of R's p.adjust", () => {
  const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
    expect(adjusted[i]).toBeCloseTo(p, 12);
  });
  expect(holmAdjusted([])).toEqual([]);
});

describe('exceedances', () => {
  test('have the beta-binomial distribution', () => {
    expect(exceedanceProbability(25, 700, 10, 1000)).toBeCloseTo(0.000248959088170839, 12);
    expect(exceedanceProbability(3, 50, 1, 100)).toBeCloseTo(0.10810810810810811, DIGITS);
    expect(exceedanceProbability(0, 50, 1, 100)).toBe(1);
  });

  test('are counted above the earlier p99, and a tail that tripled stands out', () => {
    const earlier = sampleOf(Array.from({ length: 1000 }, (_, i) => i));
    const later = sampleOf(Array.from({ length: 1000 }, (_, i) => (i < 30 ? 5000 : i % 900)));
    expect(exceedanceOf(earlier, later, 0.99)).toMatchObject({ limit: 989, earlierAbove: 10, laterAbove: 30 });
    expect(exceedanceOf(earlier, later, 0.99)!.p).toBeLessThan(0.002);
    expect(exceedanceOf(earlier, earlier, 0.99)!.p).toBeGreaterThan(0.5);
  });
});

describe('equivalence of the median share', () => {
  const numbers = (count: number, value: (i: number) => number) => sampleOf(Array.from({ length: count }, (_, i) => value(i)));

  test('has its reference value', () => {
    const later = numbers(2000, (i) => (i < 1040 ? 10 : 0));
    const { share, p } = medianEquivalence(
      numbers(3000, (i) => 4 + i / 3000),
      later,
      0.05,
    )!;
    expect(share).toBe(0.52);
    expect(p).toBeCloseTo(0.018833461114313343, DIGITS);
  });

  test('is shown for the same work, and neither for a moved middle nor for a handful of requests', () => {
    const usual = numbers(5000, (i) => i);
    expect(medianEquivalence(usual, usual, 0.05)!.p).toBeLessThan(0.001);
    expect(
      medianEquivalence(
        usual,
        numbers(5000, (i) => i + 500),
        0.05,
      )!.p,
    ).toBeGreaterThan(0.9);
    expect(
      medianEquivalence(
        numbers(40, (i) => i),
        numbers(40, (i) => i),
        0.05,
      )!.p,
    ).toBeGreaterThan(0.3);
  });
});

describe('two kinds of duration in one sample', () => {
  const drawn = (count: number, slowShare: number, slowRatio: number, seed = 3) => {
    const { uniform, normal } = seededRandom(seed);
    return sampleOf(Array.from({ length: count }, () => 300 * Math.exp(0.18 * normal()) * (uniform() < slowShare ? slowRatio : 1)));
  };

  test('are told with their share and ratio', () => {
    const verdict = judgeModes(drawn(400, 0.25, 2.5));
    expect(verdict.kind).toBe('two-modes');
    if (verdict.kind !== 'two-modes') return;
    expect(verdict.slowShare).toBeGreaterThan(0.2);
    expect(verdict.slowShare).toBeLessThan(0.3);
    expect(verdict.ratio).toBeGreaterThan(2.3);
    expect(verdict.ratio).toBeLessThan(2.7);
  });

  test('are not made up where there is one, nor where there are too few', () => {
    for (let seed = 1; seed <= 20; seed++) expect(judgeModes(drawn(400, 0, 1, seed)).kind).toBe('one-mode');
    expect(judgeModes(drawn(49, 0.25, 2.5))).toEqual({ kind: 'insufficient-data', missing: '1 more of at least 50' });
  });
});

describe('the smallest change that would show', () => {
  test('of a share has its reference value, and is none where too few were seen', () => {
    expect(minimumDetectableShare(0.02, 400, 500)).toBeCloseTo(0.05460830556026154, DIGITS);
    expect(minimumDetectableShare(0.5, 2, 2)).toBeUndefined();
  });

  test('of a duration shrinks with the root of the sample, and is none for three starts', () => {
    const { normal } = seededRandom(8);
    const usual = sampleOf(Array.from({ length: 500 }, () => 300 * Math.exp(0.18 * normal())));
    const [few, many] = [minimumDetectableRatio(usual, 50, 50)!, minimumDetectableRatio(usual, 200, 200)!];
    expect(Math.log(few) / Math.log(many)).toBeGreaterThan(1.85);
    expect(Math.log(few) / Math.log(many)).toBeLessThan(2.15);
    expect(minimumDetectableRatio(usual, 3, 3)).toBeUndefined();
    expect(minimumDetectableRatio(sampleOf([]), 50, 50)).toBeUndefined();
  });
});

describe('rates', () => {
  test('their ratio has its reference interval', () => {
    const { ratio, low, high, p } = rateRatio({ count: 3, of: 1000 }, { count: 12, of: 800 })!;
    expect(ratio).toBeCloseTo(5, DIGITS);
    expect(low).toBeCloseTo(1.349340915488899, DIGITS);
    expect(high).toBeCloseTo(27.61035862217687, 8);
    expect(p).toBeCloseTo(0.01118621591234554, DIGITS);
  });

  test('a failure that was never seen before has a lower bound and no upper one', () => {
    expect(rateRatio({ count: 0, of: 1000 }, { count: 12, of: 1000 })).toMatchObject({ ratio: undefined, high: Number.POSITIVE_INFINITY });
    expect(rateRatio({ count: 0, of: 1000 }, { count: 12, of: 1000 })!.low).toBeGreaterThan(2);
    expect(rateRatio({ count: 0, of: 20 }, { count: 1, of: 1000 })!.low).toBeLessThan(1);
    expect(rateRatio({ count: 0, of: 0 }, { count: 1, of: 10 })).toBeUndefined();
  });
});

test('the ratio of means follows the bill', () => {
  const { ratio, low, high } = meanRatio(FORTY, THIRTY_FIVE)!;
  expect(low).toBeLessThan(ratio);
  expect(high).toBeGreaterThan(ratio);
  expect(meanRatio(sampleOf([1]), FORTY)).toBeUndefined();
});

describe('the shift function', () => {
  test('shows that only the slow quarter became slower', () => {
    const { normal } = seededRandom(11);
    const one = sampleOf(Array.from({ length: 600 }, () => 300 * Math.exp(0.1 * normal())));
    const two = sampleOf(Array.from({ length: 600 }, (_, i) => 300 * Math.exp(0.1 * normal()) * (i % 4 === 0 ? 2 : 1)));
    const deciles = shiftFunction(one, two);
    expect(deciles).toHaveLength(9);
    expect(deciles[0]!.high).toBeLessThan(1.1);
    expect(deciles[8]!).toMatchObject({ quantile: 0.9 });
    expect(deciles[8]!.low).toBeGreaterThan(1.5);
    expect(deciles[8]!.p).toBeLessThan(0.001);
  });

  test('speaks only of deciles that both samples can bound', () => {
    const ten = sampleOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const told = shiftFunction(ten, ten).map(({ quantile }) => quantile);
    expect(told).toContain(0.5);
    expect(told).not.toContain(0.9);
    expect(shiftFunction(sampleOf([]), ten)).toEqual([]);
  });
});

describe('concentration', () => {
  test('names the one sick sandbox of three, and nothing where all fail alike', () => {
    const sick = [
      { name: 'a', count: 30, of: 33 },
      { name: 'b', count: 1, of: 33 },
      { name: 'c', count: 0, of: 34 },
    ];
    expect(concentrationOf(sick, { count: 31, of: 100 })).toMatchObject({ part: { name: 'a' } });
    expect(concentrationOf(sick, { count: 31, of: 100 })!.p).toBeLessThan(1e-6);
    const alike = sick.map((part) => ({ ...part, count: 10 }));
    expect(concentrationOf(alike, { count: 30, of: 100 })!.p).toBe(1);
    expect(concentrationOf([], { count: 3, of: 10 })).toBeUndefined();
  });
});
