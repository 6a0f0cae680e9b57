/** Counts that take a byte each until they need more: the same integers as a dense histogram, in a quarter of the room. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketCounts } from '../../analyzer/src/stats/bucket-counts.ts';
import { DurationHistogram } from '../../analyzer/src/stats/duration-histogram.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

const buckets = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom(1, 2, 200, 254, 300, 70_000)), { maxLength: 12 });

test('counts that outgrow a byte, or two, are those of the dense histogram, added or merged', () => {
  fc.assert(
    fc.property(buckets, buckets, (some, others) => {
      const [one, other] = [countsOf(some), countsOf(others)];
      // As it comes from a worker: plain data.
      one.merge({ from: other.from, counts: structuredClone(other.counts), total: other.total });
      const dense = new DurationHistogram();
      dense.addBuckets([...some, ...others].map(([index, count]) => ({ index, count })));
      const read = one.toHistogram();
      expect(read.total).toBe(dense.total);
      expect(one.total).toBe(dense.total);
      expect(read.counts).toEqual(dense.counts);
    }),
    { numRuns: 40 },
  );
});

test('a copy counts on by itself, in as much room', () => {
  const one = countsOf([[700, 300]]);
  const copy = one.copyWith();
  for (let i = 0; i < 70_000; i++) copy.add(700);
  expect(one.toHistogram().total).toBe(300);
  expect(copy.toHistogram().counts![700]).toBe(70_300);
});

test('an hour of a function at five requests a minute takes less than a kilobyte, and a busy one four', () => {
  const { uniform } = seededRandom(1);
  const hourOf = (requests: number): number => {
    const histogram = new DurationHistogram();
    const counts = new BucketCounts();
    for (let i = 0; i < requests; i++) counts.add(histogram.record(5 + 200 * uniform() ** 4));
    return counts.counts.byteLength;
  };
  expect(hourOf(300)).toBeLessThan(1_024);
  expect(hourOf(100_000)).toBeLessThan(4_096);
});

/** Few by single attempts, many as a worker's histogram. */
function countsOf(added: readonly (readonly [bucket: number, count: number])[]): BucketCounts {
  const counts = new BucketCounts();
  for (const [index, count] of added) {
    const histogram = new DurationHistogram();
    histogram.addBuckets([{ index, count }]);
    if (count > 300) counts.mergeHistogram(histogram);
    else for (let i = 0; i < count; i++) counts.add(index);
  }
  return counts;
}
