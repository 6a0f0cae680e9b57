/** Places of a minified build are known by the order in which they stand, and only where nothing has moved. */
import { describe, expect, test } from 'vitest';
import { type Anchor, twinsByOrder } from '../../analyzer/src/failures/order-in-bundle.ts';

/** Ten failures known in both builds: every hundredth column here, every tenth line there. */
const ANCHORS: readonly Anchor[] = Array.from({ length: 10 }, (_, i) => ({ here: 100 * i, there: 10 * i }));

describe('twins by order', () => {
  test('places between the same two known failures belong together, whatever order they are given in', () => {
    expect(twinsByOrder(ANCHORS, [250, 720], [71, 22])).toEqual([1, 0]);
    expect(twinsByOrder(ANCHORS, [250, 260], [24, 27])).toEqual([0, 1]);
  });

  test('a failure that a package threw, out of order where the package lost its name, does not disturb', () => {
    expect(twinsByOrder([...ANCHORS, { here: 5, there: 88 }, { here: 6, there: 33 }], [250], [22])).toEqual([0]);
  });

  test('nothing is said where a place was added, or code was moved', () => {
    expect(twinsByOrder(ANCHORS, [250, 260], [24])).toBeUndefined();
    expect(twinsByOrder(ANCHORS, [250, 720], [22, 55])).toBeUndefined();
  });

  test('nothing is said from a handful of known failures, or where they stand in another order', () => {
    expect(twinsByOrder(ANCHORS.slice(0, 4), [250], [22])).toBeUndefined();
    expect(
      twinsByOrder(
        ANCHORS.map(({ here, there }) => ({ here, there: 90 - there })),
        [250],
        [22],
      ),
    ).toBeUndefined();
  });
});
