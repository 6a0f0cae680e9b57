/**
 * Whether the middle stayed where it was. "Not shown to have moved" is no proof that it did not; this test turns the
 * question round and shows, at a level, that the share above the old median is within a margin of one half.
 *
 * Source: D. J. Schuirmann (1987), "A comparison of the two one-sided tests procedure and the power approach for
 * assessing the equivalence of average bioavailability", Journal of Pharmacokinetics and Biopharmaceutics 15, 657–680.
 */
import { normalAtLeast } from './normal-distribution.ts';
import type { WeightedSample } from './weighted-sample.ts';

export interface MedianEquivalence {
  /** Of the later sample, above the earlier one's median; 0.5 when nothing moved. */
  readonly share: number;
  /** How likely so central a share is when the true one lies at the margin or beyond. */
  readonly p: number;
}

/**
 * @param margin  how far from one half still counts as unmoved
 * @returns undefined when one of the samples is empty
 */
export function medianEquivalence(earlier: WeightedSample, later: WeightedSample, margin: number): MedianEquivalence | undefined {
  if (earlier.total === 0 || later.total === 0) return undefined;
  const share = shareAboveMedian(earlier, later);
  // The earlier median is an estimate too: half of its own sample lies above it only up to its own chance.
  const deviation = Math.sqrt(0.25 / later.total + 0.25 / earlier.total);
  return { share, p: normalAtLeast((margin - Math.abs(share - 0.5)) / deviation) };
}

/** The bucket that holds the median counts in the proportion in which it divides the earlier sample. */
function shareAboveMedian(earlier: WeightedSample, later: WeightedSample): number {
  let below = 0;
  let i = 0;
  while (below + earlier.counts[i]! < earlier.total / 2) below += earlier.counts[i++]!;
  const median = earlier.values[i]!;
  const partAbove = 1 - (earlier.total / 2 - below) / earlier.counts[i]!;
  let above = 0;
  for (let j = later.values.length - 1; j >= 0 && later.values[j]! >= median; j--) {
    above += later.values[j]! > median ? later.counts[j]! : later.counts[j]! * partAbove;
  }
  return above / later.total;
}
