import { describe, expect, test } from 'vitest';
import { recordsAtLeast } from '../../analyzer/src/stats/record-tail.ts';
import { chanceOfSoRegularLives } from '../../analyzer/src/stats/regular-lives.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

describe('new maxima by chance', () => {
  test('all four values rising has one chance in 24, and in three series one in 13,824', () => {
    expect(recordsAtLeast(3, [{ after: 1, length: 4 }])).toBeCloseTo(1 / 24, 12);
    const three = [1, 2, 3].map(() => ({ after: 1, length: 4 }));
    expect(recordsAtLeast(9, three)).toBeCloseTo(1 / 24 ** 3, 12);
    expect(recordsAtLeast(10, three)).toBe(0);
    expect(recordsAtLeast(0, three)).toBe(1);
  });

  test('the chance is that of shuffled series', () => {
    const random = seededRandom(1);
    const runs = 20_000;
    let reached = 0;
    for (let run = 0; run < runs; run++) {
      const values = Array.from({ length: 40 }, random.uniform);
      let highest = Math.max(...values.slice(0, 10));
      let records = 0;
      for (const value of values.slice(10)) {
        if (value <= highest) continue;
        highest = value;
        records++;
      }
      if (records >= 3) reached++;
    }
    // Four standard errors of that many runs.
    expect(Math.abs(reached / runs - recordsAtLeast(3, [{ after: 10, length: 40 }]))).toBeLessThan(0.012);
  });

  test('a long fleet is judged the quick way, which never finds less chance than the exact one', () => {
    const long = [{ after: 250, length: 1_000 }];
    const fleet = Array.from({ length: 400 }, () => long[0]!);
    for (const count of [3, 6, 9]) expect(recordsAtLeast(count, long)).toBeGreaterThan(0);
    // 400 series expect 554 records: 650 are four standard deviations above.
    expect(recordsAtLeast(650, fleet)).toBeLessThan(1e-3);
    expect(recordsAtLeast(560, fleet)).toBeGreaterThan(0.1);
  });
});

describe('lives that end alike', () => {
  test('forty, forty-two and thirty-eight invocations are no chance; twenty, forty and sixty may be', () => {
    expect(chanceOfSoRegularLives([40, 42, 38])).toBeLessThan(0.01);
    expect(chanceOfSoRegularLives([20, 40, 60])).toBeGreaterThan(0.05);
  });

  test('of lives that end by pure chance, five in a hundred look regular at the 5 % level', () => {
    const random = seededRandom(2);
    for (const count of [3, 5, 20]) {
      let regular = 0;
      for (let run = 0; run < 4_000; run++) {
        const lives = Array.from({ length: count }, () => -Math.log(1 - random.uniform()));
        if (chanceOfSoRegularLives(lives) <= 0.05) regular++;
      }
      expect(regular / 4_000).toBeGreaterThan(0.035);
      expect(regular / 4_000).toBeLessThan(0.065);
    }
  });
});
