/**
 * What each memory size of a function took and cost, from logs in which several sizes occur.
 *
 * AWS Lambda Power Tuning finds this by calling the function; logs that hold more than one size already know. The
 * sizes were not tried side by side, so traffic and code may differ between them: the report says when.
 *
 * Source: alexcasalboni/aws-lambda-power-tuning, README-EXECUTE.md (`discardTopBottom`: a fifth is left out at each
 * end) and README.md (visualization URL: base64 of Int16 powers; Float32 ms; Float32 USD, little endian). The tool
 * adds Billed Restore Duration to Billed Duration, which already holds it; we do not.
 */
import { COUNTS_LENGTH, type DurationHistogram } from '../stats/duration-histogram.ts';
import type { FunctionCost } from './sections.ts';

export type PowerRow = FunctionCost['powerMatrix'][number];

export interface PowerSample {
  readonly memorySizeMb: number;
  /** Durations as the caller met them: cold ones with their init. */
  readonly durations: DurationHistogram;
  readonly billedCount: number;
  readonly billedMsSum: number;
}

/** One invocation's price at one size: compute, and the request. */
export type PriceOfInvocation = (
  meanBilledMs: number,
  memorySizeMb: number,
) => { readonly computeUsd: number; readonly requestUsd: number };

/** @returns one row a size, smallest first; none when there is only one size, since there is nothing to compare */
export function powerMatrix(samples: readonly PowerSample[], priceOf: PriceOfInvocation): PowerRow[] {
  if (samples.length < 2) return [];
  return [...samples]
    .sort((a, b) => a.memorySizeMb - b.memorySizeMb)
    .map((sample) => {
      const sampleCount = Math.min(sample.durations.total, sample.billedCount);
      if (sampleCount < SMALLEST_SAMPLE) {
        return {
          memorySizeMb: sample.memorySizeMb,
          sampleCount,
          meanMs: undefined,
          usdPerMillion: undefined,
          refused: `${sampleCount} invocations with duration and bill, ${SMALLEST_SAMPLE} needed`,
        };
      }
      const price = priceOf(sample.billedMsSum / sample.billedCount, sample.memorySizeMb);
      return {
        memorySizeMb: sample.memorySizeMb,
        sampleCount,
        meanMs: trimmedMeanMs(sample.durations),
        usdPerMillion: (price.computeUsd + price.requestUsd) * 1e6,
        refused: undefined,
      };
    });
}

/** The curve of all sizes that were not refused, for the viewer that power tuning's users know. */
export function powerTuningUrl(rows: readonly PowerRow[], requestUsdPerMillion: number): string | undefined {
  const usable = rows.filter((row) => row.refused === undefined && row.memorySizeMb <= LARGEST_INT16);
  if (usable.length < 2) return undefined;
  const powers = Buffer.alloc(usable.length * 2);
  const durations = Buffer.alloc(usable.length * 4);
  const prices = Buffer.alloc(usable.length * 4);
  usable.forEach((row, i) => {
    powers.writeInt16LE(row.memorySizeMb, i * 2);
    durations.writeFloatLE(row.meanMs!, i * 4);
    // The viewer's curves are compute only, as the tool itself reckons.
    prices.writeFloatLE((row.usdPerMillion! - requestUsdPerMillion) / 1e6, i * 4);
  });
  return `https://lambda-power-tuning.show/#${powers.toString('base64')};${durations.toString('base64')};${prices.toString('base64')}`;
}

/** Mean of the middle three fifths, from the middle of each bucket: within 0.4 % of the exact one. */
export function trimmedMeanMs(histogram: DurationHistogram): number {
  const counts = histogram.counts;
  if (counts === undefined) return Number.NaN;
  const trimmed = Math.floor(histogram.total * TRIMMED_SHARE);
  let skip = trimmed;
  let take = histogram.total - 2 * trimmed;
  const taken = take;
  let sumUs = 0;
  for (let i = 0; i < COUNTS_LENGTH && take > 0; i++) {
    const skipped = Math.min(skip, counts[i]!);
    skip -= skipped;
    const used = Math.min(take, counts[i]! - skipped);
    take -= used;
    if (used > 0) sumUs += used * middleUs(i);
  }
  return sumUs / taken / 1000;
}

/** With fewer, the middle three fifths hold less than 18 values, and one slow call moves their mean by a size. */
const SMALLEST_SAMPLE = 30;
/** The viewer reads sizes as Int16; Lambda ends at 10,240 MB. */
const LARGEST_INT16 = 32_767;
/** Power tuning's default for `discardTopBottom`. */
const TRIMMED_SHARE = 0.2;

/** Inverse of `countsIndexOf`: buckets of 128, each twice as wide as the one before; the first 256 are exact. */
function middleUs(index: number): number {
  const bucket = Math.max(0, (index >> 7) - 1);
  const subBucket = index - (bucket << 7);
  return subBucket * 2 ** bucket + (2 ** bucket - 1) / 2;
}
