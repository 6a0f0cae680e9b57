import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { lowestMsOf } from '../../agent/src/record/histogram-text.ts';
import {
  bucketOfMs,
  bucketsOfCounts,
  decodeHistogram,
  encodeHistogram,
  HISTOGRAM_HIGHEST_US,
  HISTOGRAM_LENGTH,
} from '../../agent/src/record/index.ts';
import { COUNTS_LENGTH, countsIndexOf, HIGHEST_US } from '../../analyzer/src/stats/duration-histogram.ts';

describe('the buckets', () => {
  test('are the analyzer’s own, for every duration', () => {
    expect([HISTOGRAM_LENGTH, HISTOGRAM_HIGHEST_US]).toEqual([COUNTS_LENGTH, HIGHEST_US]);
    fc.assert(fc.property(fc.integer({ min: 1, max: HIGHEST_US }), (us) => bucketOfMs(us / 1000) === countsIndexOf(us)));
    for (const us of [1, 127, 128, 255, 256, 511, 512, HIGHEST_US]) expect(bucketOfMs(us / 1000)).toBe(countsIndexOf(us));
  });

  test('begin where they say', () => {
    const hasBegin = (bucket: number) => bucketOfMs(lowestMsOf(bucket) + 1e-7) === bucket && bucketOfMs(lowestMsOf(bucket) - 1e-7) < bucket;
    const last = bucketOfMs(HISTOGRAM_HIGHEST_US / 1000);
    // Nothing lies in bucket 0, and bucket 1 begins with no time at all.
    for (let bucket = 2; bucket <= last; bucket++) expect([bucket, hasBegin(bucket)]).toEqual([bucket, true]);
    expect([lowestMsOf(0), lowestMsOf(1)]).toEqual([0, 0]);
  });

  test('count what hdr-histogram-js counts', () => {
    const library = hdr.build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: HIGHEST_US,
      numberOfSignificantValueDigits: 2,
      bitBucketSize: 32,
    });
    const counts = new Float64Array(HISTOGRAM_LENGTH);
    for (let us = 1; us < HIGHEST_US; us = Math.ceil(us * 1.37)) {
      library.recordValue(us);
      counts[bucketOfMs(us / 1000)]! += 1;
    }
    const theirs = (library as unknown as { _counts: ArrayLike<number> })._counts;
    expect(bucketsOfCounts(counts)).toEqual(bucketsOfCounts(theirs));
  });

  test('hold what lies beyond their ends at their ends, and nothing that is no duration', () => {
    expect(bucketOfMs(0)).toBe(1);
    expect(bucketOfMs(1e12)).toBe(bucketOfMs(900_000));
    expect(bucketOfMs(Number.NaN)).toBe(-1);
    expect(bucketOfMs(-1)).toBe(-1);
  });
});

describe('the text', () => {
  const histograms = fc
    .uniqueArray(fc.integer({ min: 0, max: HISTOGRAM_LENGTH - 1 }), { maxLength: 200 })
    .chain((indexes) =>
      fc.tuple(
        fc.constant([...indexes].sort((a, b) => a - b)),
        fc.array(
          fc.oneof(
            fc.integer({ min: 1, max: 40 }),
            fc
              .maxSafeInteger()
              .map((n) => Math.abs(n) + 1)
              .filter(Number.isSafeInteger),
          ),
          {
            minLength: indexes.length,
            maxLength: indexes.length,
          },
        ),
      ),
    )
    .map(([indexes, counts]) => indexes.map((index, i) => ({ index, count: counts[i]! })));

  test('gives the same buckets back', () => {
    fc.assert(
      fc.property(histograms, (buckets) => {
        expect(decodeHistogram(encodeHistogram(buckets))).toEqual(buckets);
      }),
    );
  });

  test('takes two characters for a neighbouring bucket with a small count', () => {
    expect(
      encodeHistogram([
        { index: 3, count: 1 },
        { index: 4, count: 2 },
      ]),
    ).toBe('DBAC');
  });

  test('of anything else is refused, and never throws', () => {
    for (const broken of ['!', 'A', 'AA', 'g', 'ABg', '_____________B', 'ggDB']) expect(decodeHistogram(broken)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const buckets = decodeHistogram(text);
        return buckets === undefined || buckets.every(({ index, count }) => index < HISTOGRAM_LENGTH && count >= 1);
      }),
    );
  });
});
