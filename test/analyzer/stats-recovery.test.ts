import { describe, expect, test } from 'vitest';
import { binomialAtMost } from '../../analyzer/src/stats/binomial-tails.ts';
import { bootstrapMedian } from '../../analyzer/src/stats/bootstrap-median.ts';
import { type Observation, survivalMedian, survivalSteps } from '../../analyzer/src/stats/kaplan-meier.ts';
import { median } from '../../analyzer/src/stats/median.ts';

/** `13+` is censored. */
function observed(text: string): Observation[] {
  return text.split(' ').map((word) => ({ value: Number.parseFloat(word), isCensored: word.endsWith('+') }));
}

// Weeks of remission: E. J. Freireich et al. (1963), as tabulated by E. A. Gehan (1965) and in most textbooks since.
const TREATED = observed('6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+');
const PLACEBO = observed('1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23');

describe('the product-limit estimate', () => {
  test('gives the published survival of the leukaemia trial', () => {
    expect(survivalSteps(TREATED).map(({ value, survival }) => [value, Number(survival.toFixed(3))])).toEqual([
      [6, 0.857],
      [7, 0.807],
      [10, 0.753],
      [13, 0.69],
      [16, 0.627],
      [22, 0.538],
      [23, 0.448],
    ]);
    expect(survivalMedian(TREATED)).toEqual({ kind: 'reached', value: 23 });
    expect(survivalMedian(PLACEBO)).toEqual({ kind: 'reached', value: 8 });
  });

  test('gives the published medians of the leukaemia maintenance trial (Miller 1981, the data set aml of R)', () => {
    expect(survivalMedian(observed('9 13 13+ 18 23 28+ 31 34 45+ 48 161+'))).toEqual({ kind: 'reached', value: 31 });
    expect(survivalMedian(observed('5 5 8 8 12 16+ 23 27 30 33 43 45'))).toEqual({ kind: 'reached', value: 23 });
  });

  test('is the plain median where nothing is censored', () => {
    for (const values of [[3], [1, 3], [10, 20, 30, 40], [5, 1, 9, 7, 2]]) {
      expect(survivalMedian(values.map((value) => ({ value, isCensored: false })))).toEqual({ kind: 'reached', value: median(values) });
    }
  });

  test('says how far it reaches at least where too few ended', () => {
    expect(survivalMedian(observed('10 12+ 13+'))).toEqual({ kind: 'beyond', value: 13 });
    expect(survivalMedian(observed('60+ 60+'))).toEqual({ kind: 'beyond', value: 60 });
    expect(survivalMedian(observed('10 60+'))).toEqual({ kind: 'beyond', value: 10 });
    expect(survivalMedian([])).toEqual({ kind: 'none' });
  });
});

describe('the resampled median', () => {
  const exactly = (values: readonly number[]) => values.map((value) => ({ low: value, high: value }));

  test('has the interval that its exact distribution has', () => {
    const values = Array.from({ length: 15 }, (_, index) => index + 1);
    // P(median of a resample <= k) = P(at least 8 of 15 draws are <= k): Efron (1982), chapter 10.
    const below = (k: number) => 1 - binomialAtMost(7, 15, k / 15);
    const exact = { low: values.find((k) => below(k) >= 0.05)!, high: values.find((k) => below(k) >= 0.95)! };
    expect(bootstrapMedian([exactly(values)], { seed: 1, confidence: 0.9, drawCount: 20_000 })).toEqual({
      median: { low: 8, high: 8 },
      interval: exact,
    });
  });

  test('is the same for the same seed', () => {
    const strata = [exactly([0.2, 1.7, 2.2, 9.1, 4]), exactly([3.3, 0.4, 8])];
    expect(bootstrapMedian(strata, { seed: 5 })).toEqual(bootstrapMedian(strata, { seed: 5 }));
  });

  test('draws within each stratum: two strata without spread give an interval without width', () => {
    const strata = [exactly([1, 1, 1, 1, 1, 1]), exactly([3, 3, 3, 3])];
    expect(bootstrapMedian(strata, { seed: 3 })).toEqual({ median: { low: 1, high: 1 }, interval: { low: 1, high: 1 } });
  });

  test('widens by what is only known as a bound, to infinity where half is unknown', () => {
    const known = exactly([1, 2, 3, 4, 5, 6, 7]);
    const open = known.map(({ low }) => ({ low, high: low > 5 ? Number.POSITIVE_INFINITY : low }));
    const [plain, wide] = [bootstrapMedian([known], { seed: 2 }), bootstrapMedian([open], { seed: 2 })];
    expect(wide.interval.low).toBe(plain.interval.low);
    expect(wide.interval.high).toBeGreaterThanOrEqual(plain.interval.high);
    expect(wide.median).toEqual(plain.median);
    const unknown = known.map(({ low }) => ({ low, high: Number.POSITIVE_INFINITY }));
    expect(bootstrapMedian([unknown], { seed: 2 }).interval.high).toBe(Number.POSITIVE_INFINITY);
  });
});
