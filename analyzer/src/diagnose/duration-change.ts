/**
 * Whether durations became longer or shorter between two times or versions, by how much, and where.
 *
 * The rank test decides whether anything changed; the Hodges-Lehmann ratio says by how much, the deciles say where. With
 * enough requests everything differs a little, so a change must also matter. Where nothing is shown, the smallest change
 * that so many values would have shown stands in the place of "no difference".
 */
import { hodgesLehmannRatio } from '../stats/hodges-lehmann.ts';
import { mannWhitney } from '../stats/mann-whitney.ts';
import { minimumDetectableRatio } from '../stats/minimum-detectable.ts';
import { type DecileShift, shiftFunction } from '../stats/shift-function.ts';
import type { WeightedSample } from '../stats/weighted-sample.ts';

export type DurationChange =
  | {
      readonly kind: 'slower' | 'faster';
      /** After over before: the typical ratio, and its 95 % interval. */
      readonly ratio: number;
      readonly low: number;
      readonly high: number;
      /** Two-sided, of the rank test. */
      readonly p: number;
      /** The deciles that moved, each shown by itself; empty where the whole moved too little for any one. */
      readonly moved: readonly DecileShift[];
    }
  | {
      readonly kind: 'no-change-shown';
      readonly ratio: number;
      readonly low: number;
      readonly high: number;
      readonly p: number;
      /** Smallest ratio that would have been shown in four of five such comparisons. */
      readonly detectableRatio: number | undefined;
    }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

/** Below it a rank test misses +20 % in most comparisons (`npm run lab -- regression`). */
export const LEAST_VALUES = 20;
/** What is smaller moves with the hour of the day and with the machine that Lambda happens to pick. Our own judgement. */
const LEAST_RATIO = 1.05;
/** Two-sided. */
const LEVEL = 0.05;
/**
 * Fewer values miss a small change; that five times as long is longer needs no more of them. From 8 on a side the rank test can
 * reach this level, and the interval has both ends. Our own choice; its false alarms stand in `npm run lab -- regression`.
 */
const FEWEST_FOR_THE_OBVIOUS = 8;
const OBVIOUS = { level: 0.001, ratio: 1.25 } as const;

/** @param areSeparate  each value comes from a start of its own; requests of one minute are slow together, and few of them say little */
export function judgeDurationChange(before: WeightedSample, after: WeightedSample, areSeparate = false): DurationChange {
  const fewest = Math.min(before.total, after.total);
  if (fewest < LEAST_VALUES) {
    return (
      (areSeparate && fewest >= FEWEST_FOR_THE_OBVIOUS ? obviousChange(before, after) : undefined) ?? {
        kind: 'insufficient-data',
        missing: `at least ${LEAST_VALUES} on each side, found ${before.total} before and ${after.total} after`,
      }
    );
  }
  const test = mannWhitney(before, after)!;
  const size = hodgesLehmannRatio(before, after)!;
  // From 20 values on a side the interval has both ends.
  const told = { ratio: size.ratio, low: size.low!, high: size.high!, p: test.twoSided };
  const kind = test.share > 0.5 ? 'slower' : 'faster';
  if (test.twoSided <= LEVEL) {
    const moved = shiftFunction(before, after).filter((decile) => decile.p <= LEVEL && isMaterial(decile.ratio, kind));
    if (isMaterial(size.ratio, kind) || moved.length > 0) return { kind, ...told, moved };
  }
  return { kind: 'no-change-shown', ...told, detectableRatio: minimumDetectableRatio(before, before.total, after.total) };
}

/** A change that few values show all the same: far beyond chance, and large at the careful end of its interval. */
function obviousChange(before: WeightedSample, after: WeightedSample): DurationChange | undefined {
  const test = mannWhitney(before, after);
  const size = hodgesLehmannRatio(before, after);
  if (test === undefined || size?.low === undefined || size.high === undefined || test.twoSided > OBVIOUS.level) return undefined;
  const told = { ratio: size.ratio, low: size.low, high: size.high, p: test.twoSided, moved: [] };
  if (size.low >= OBVIOUS.ratio) return { kind: 'slower', ...told };
  return size.high <= 1 / OBVIOUS.ratio ? { kind: 'faster', ...told } : undefined;
}

function isMaterial(ratio: number, kind: 'slower' | 'faster'): boolean {
  return kind === 'slower' ? ratio >= LEAST_RATIO : ratio <= 1 / LEAST_RATIO;
}
