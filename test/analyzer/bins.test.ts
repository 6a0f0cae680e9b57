/** Counts by bin of time in one array are those of a table, in whatever order attempts come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addedUp, type Bins, coarsen, countIn, withCount } from '../../analyzer/src/store/bins.ts';

const counts = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 5 })), { maxLength: 120 });

test('what is counted in any order is what a table counts, in order of time', () => {
  fc.assert(
    fc.property(counts, (added) => {
      const bins = binsOf(added);
      expect(bins).toEqual(tableOf(added, 1));
      for (let bin = -1; bin <= 61; bin++)
        expect(countIn(bins, bin)).toBe(added.reduce((sum, [at, count]) => sum + (at === bin ? count : 0), 0));
    }),
  );
});

test('bins that are put together, or added to others, lose nothing', () => {
  fc.assert(
    fc.property(counts, counts, fc.constantFrom(1, 2, 8), (added, others, width) => {
      const coarse = binsOf(added);
      coarsen(coarse, width);
      expect(coarse).toEqual(tableOf(added, width));
      const finer = binsOf(others);
      expect(addedUp(coarse, finer, width)).toEqual(tableOf([...added, ...others], width));
      expect(finer).toEqual(tableOf(others, 1));
    }),
  );
});

function binsOf(added: readonly (readonly [number, number])[]): Bins {
  return added.reduce<Bins>((bins, [bin, count]) => withCount(bins, bin, count), []);
}

function tableOf(added: readonly (readonly [number, number])[], width: number): Bins {
  const table = new Map<number, number>();
  for (const [at, count] of added) table.set(Math.floor(at / width), (table.get(Math.floor(at / width)) ?? 0) + count);
  return [...table].sort((a, b) => a[0] - b[0]).flat();
}
