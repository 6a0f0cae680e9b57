import { describe, expect, test } from 'vitest';
import { chiSquareAtLeast } from '../../analyzer/src/stats/chi-square-tail.ts';
import { clopperPearson } from '../../analyzer/src/stats/clopper-pearson.ts';
import { confidenceSequence } from '../../analyzer/src/stats/confidence-sequence.ts';
import { everyNth, RemainderCounts } from '../../analyzer/src/stats/every-nth.ts';
import { evidenceAbove } from '../../analyzer/src/stats/evidence-above.ts';
import { GapMoments } from '../../analyzer/src/stats/gap-moments.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

/** Both computed with 60 digits from the definitions: products for the mixture, sums of terms for the tails. */
const SEQUENCE = [
  [0, 10, 0, 0.273092584001999],
  [1, 10, 0.000480841116376646, 0.54221549724898],
  [5, 50, 0.0160264228045427, 0.285484474584145],
  [3, 1_000, 0.000180493272269887, 0.0129550897365074],
  [50, 1_000, 0.0290896232391684, 0.0785406866126697],
  [1_000, 1_000, 0.947799276041085, 1],
  [7, 3_000, 0.000424657542511727, 0.00693194674942518],
  [0, 50_000, 0, 8.62677015759547e-5],
] as const;
const ONE_LOOK = [
  [1, 10, 0.00252857854446178, 0.445016117028195],
  [3, 50, 0.0125485878353341, 0.165481946603773],
  [5, 200, 0.00816616619084251, 0.0573743511268459],
  [0, 299, 0, 0.012261595907535],
  [37, 400, 0.0659659425906885, 0.125243313096657],
] as const;

describe('an interval that holds at every look', () => {
  test.each(SEQUENCE)('%i of %i has the reference bounds', (count, of, low, high) => {
    const interval = confidenceSequence(count, of);
    expect(Math.abs(interval.low - low)).toBeLessThan(1e-9);
    expect(Math.abs(interval.high - high)).toBeLessThan(1e-9);
  });

  test.each(ONE_LOOK)('Clopper and Pearson for %i of %i has the reference bounds', (count, of, low, high) => {
    const interval = clopperPearson(count, of);
    expect(Math.abs(interval.low - low)).toBeLessThan(1e-9);
    expect(Math.abs(interval.high - high)).toBeLessThan(1e-9);
  });

  test('it is wider than the interval for one look, and still narrows to the truth', () => {
    for (const [count, of] of [
      [1, 10],
      [5, 200],
      [300, 10_000],
    ] as const) {
      const once = clopperPearson(count, of);
      const again = confidenceSequence(count, of);
      expect(again.low).toBeLessThan(once.low);
      expect(again.high).toBeGreaterThan(once.high);
    }
    const long = confidenceSequence(30_000, 1_000_000);
    expect(long.high - long.low).toBeLessThan(0.002);
  });

  test('of 2,000 streams looked at after every attempt, the truth leaves it in at most 5 %, and an interval for one look in far more', () => {
    const random = seededRandom(3);
    const truth = 0.1;
    const left = { sequence: 0, once: 0 };
    for (let run = 0; run < 2_000; run++) {
      let count = 0;
      let [isIn, wasIn] = [true, true];
      for (let of = 1; of <= 300; of++) {
        if (random.uniform() < truth) count++;
        if (of % 5 !== 0) continue;
        isIn &&= holds(confidenceSequence(count, of), truth);
        wasIn &&= holds(clopperPearson(count, of), truth);
      }
      if (!isIn) left.sequence++;
      if (!wasIn) left.once++;
    }
    expect(left.sequence / 2_000).toBeLessThanOrEqual(0.05);
    expect(left.once / 2_000).toBeGreaterThan(0.06);
  });

  test('42,600 clean attempts show less than 1 in 10,000, and 42,000 do not', () => {
    expect(confidenceSequence(0, 42_600).high).toBeLessThan(1e-4);
    expect(confidenceSequence(0, 42_000).high).toBeGreaterThan(1e-4);
  });

  test('with nothing exposed the share may be anything', () => {
    expect(confidenceSequence(0, 0)).toEqual({ low: 0, high: 1 });
    expect(confidenceSequence(0, Number.NaN)).toEqual({ low: 0, high: 1 });
  });
});

describe('evidence for a rate above 1 in 100', () => {
  test('at exactly 1 in 100 it reaches the bound of 10 from 20 attempts on in fewer than 5 of 100 streams, over all paths', () => {
    expect(1 - chanceOfSilence(0.01, 3_000)).toBeLessThan(0.046);
  });

  test('at 1 in 10 it reaches it within 50 attempts in 9 of 10 streams that failed at all', () => {
    const neverFailed = 0.9 ** 50;
    expect((chanceOfSilence(0.1, 50) - neverFailed) / (1 - neverFailed)).toBeLessThan(0.1);
  });
});

describe('every n-th', () => {
  test.each([2, 5, 10, 12, 20])('failures at every %i-th attempt name that period, not a multiple or a part of it', (period) => {
    const counts = new RemainderCounts();
    for (let i = 0; i < 60; i++) counts.add(3 + i * period);
    expect(everyNth(counts)).toMatchObject({ period, share: 1 });
  });

  test('one in five by chance is no period', () => {
    const random = seededRandom(9);
    let named = 0;
    for (let run = 0; run < 300; run++) {
      const counts = new RemainderCounts();
      for (let i = 0; i < 1_000; i++) if (random.uniform() < 0.2) counts.add(i);
      if (everyNth(counts) !== undefined) named++;
    }
    expect(named).toBe(0);
  });

  test('chi-squared tails are those of the printed tables', () => {
    expect(chiSquareAtLeast(3.841458820694124, 1)).toBeCloseTo(0.05, 10);
    expect(chiSquareAtLeast(18.307038053275146, 10)).toBeCloseTo(0.05, 10);
    expect(chiSquareAtLeast(0, 4)).toBe(1);
  });
});

test('gaps of a clock have no spread, gaps by chance about their mean, gaps of bursts far more', () => {
  const random = seededRandom(4);
  const [clock, chance, bursts] = [new GapMoments(), new GapMoments(), new GapMoments()];
  for (let i = 0; i < 4_000; i++) {
    clock.add(10);
    chance.add(-Math.log(1 - random.uniform()) * 10);
    bursts.add(i % 100 === 0 ? 10_000 : 1);
  }
  expect(clock.variation).toBe(0);
  expect(chance.variation).toBeGreaterThan(0.9);
  expect(chance.variation).toBeLessThan(1.1);
  expect(bursts.variation).toBeGreaterThan(3);
  expect(new GapMoments().variation).toBeNaN();
});

function holds({ low, high }: { low: number; high: number }, truth: number): boolean {
  return low <= truth && truth <= high;
}

/** Of all streams at a rate, the share whose evidence stayed below 10 at every attempt from the 20th on: no simulation. */
function chanceOfSilence(rate: number, attempts: number): number {
  let silent = [1];
  for (let of = 1; of <= attempts; of++) {
    const next = new Array<number>(Math.min(silent.length + 1, 400)).fill(0);
    silent.forEach((chance, count) => {
      next[count]! += chance * (1 - rate);
      if (count + 1 < next.length) next[count + 1]! += chance * rate;
    });
    silent = next.map((chance, count) => (of >= 20 && evidenceAbove(count, of, 0.01) >= 10 ? 0 : chance));
  }
  return silent.reduce((sum, chance) => sum + chance, 0);
}
