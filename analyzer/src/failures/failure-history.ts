/**
 * All that a verdict on one kind of failure reads: counts along the stream, after the failure was first seen.
 *
 * The first failure is why anybody looks; counted, it would make every new kind look dense. So counts begin after it.
 */

import type { EveryNth } from '../stats/every-nth.ts';
import type { AttributeRule, Tally } from '../store/attempt-attribute.ts';
import type { OutcomeCounts } from '../store/outcomes.ts';
import type { Evidence } from '../store/summary.ts';

export interface FailureHistory {
  /** After the first sight; `exposed` is NaN where nothing tells how many attempts could have failed. */
  readonly total: Tally;
  /** Attempts of the same version before the first sight: a clean run, if it was long. */
  readonly exposedBefore: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Up to when attempts were seen, whether they failed or not. */
  readonly untilMs: number;
  /** Episodes that began after the first one. */
  readonly furtherEpisodes: number;
  /** When the last episodes began. */
  readonly onsetsMs: readonly number[];
  readonly recent: Tally;
  readonly denseSinceMs: number | undefined;
  /** Consecutive pieces of the stream, in its order. */
  readonly blocks: readonly Tally[];
  readonly attributes: readonly AttributeHistory[];
  /** Attribute values that were looked at, those without any failure included: what chance had to choose from. */
  readonly valuesTried: number;
  readonly versions: readonly VersionHistory[];
  readonly everyNth: EveryNth | undefined;
  /** Spread over mean of the gaps between failures, in attempts; NaN where not known. */
  readonly gapVariation: number;
  readonly outcomes: OutcomeCounts;
  readonly evidence: readonly Evidence[];
}

/** A value that at least one of the failures had, the first one included. */
export interface AttributeHistory {
  readonly rule: AttributeRule;
  readonly value: string;
  /** Attempts with the value. */
  readonly within: Tally;
  /** Attempts for which any value of this attribute was told. */
  readonly told: Tally;
  /** The first failure, which is not counted, had it too, or did not tell. */
  readonly fitsFirst: boolean;
  /** The attempts with the value, in consecutive pieces, with the time at which each begins. */
  readonly blocks: () => readonly (Tally & { readonly atMs: number })[];
}

export interface VersionHistory extends Tally {
  readonly version: string;
  /** Attempts of the version in each piece of the stream, and in all, for leaving it out. */
  readonly blocks: () => readonly (Tally & { readonly ofAll: number })[];
}
