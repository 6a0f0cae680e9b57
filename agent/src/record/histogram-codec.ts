/** A histogram under a key of a record line. */
import type { Codec } from './codec.ts';
import { decodeHistogram, encodeHistogram, type HistogramBuckets } from './histogram-text.ts';

export const histogram: Codec<HistogramBuckets> = {
  expected: 'a histogram text',
  write: (buckets) => `"${encodeHistogram(buckets)}"`,
  read: (raw) => (typeof raw === 'string' ? decodeHistogram(raw) : undefined),
};
