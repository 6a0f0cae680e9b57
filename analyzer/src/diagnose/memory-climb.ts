/**
 * The shape of a climb: how a sandbox's running maximum rose over the last three quarters of its life.
 *
 * The first quarter is left out, because every process climbs while it warms up. The rest is cut into twelve pieces
 * of equal length, so that sandboxes of different age can be laid over each other. A plateau shows as empty pieces at
 * the end, a single step as one piece that holds most of the gain, a leak as pieces that keep coming.
 */
import { median } from '../stats/median.ts';
import { recordsAtLeast } from '../stats/record-tail.ts';
import type { SandboxSummary } from '../store/summary.ts';

/** Below it a window of three quarters holds too few invocations to cut. */
export const FEWEST_INVOCATIONS = 100;

export interface Climb {
  readonly invocations: number;
  /** Invocations in the window. */
  readonly window: number;
  readonly startMb: number;
  readonly gainMb: number;
  /** Gain in each twelfth of the window. */
  readonly pieces: readonly number[];
  /** Rises of the maximum in the window. */
  readonly rises: number;
  /** Spread of the gaps between rises over their mean: near 0 for an even ramp, above 0.5 where the climb paused. */
  readonly unevenness: number;
}

/** @returns undefined for a sandbox whose lines tell too little */
export function climbOf({ envelope, invocationCount }: SandboxSummary): Climb | undefined {
  if (invocationCount < FEWEST_INVOCATIONS || envelope.length === 0) return undefined;
  const first = invocationCount / 4;
  const window = invocationCount - first;
  const heights: number[] = [];
  let next = 0;
  for (let piece = 0; piece <= PIECES; piece++) {
    const until = first + (window * piece) / PIECES;
    while (next < envelope.length && envelope[next]!.n <= until) next++;
    heights.push(envelope[Math.max(0, next - 1)]!.megabytes);
  }
  const rises = envelope.filter((rise, i) => i > 0 && rise.n > first);
  return {
    invocations: invocationCount,
    window,
    startMb: heights[0]!,
    gainMb: heights[PIECES]! - heights[0]!,
    pieces: heights.slice(1).map((height, i) => height - heights[i]!),
    rises: rises.length,
    unevenness: unevennessOf(rises.map((rise, i) => rise.n - (i === 0 ? first : rises[i - 1]!.n))),
  };
}

/** Several climbs laid over each other: mean gains, typical unevenness. */
export interface PooledClimb {
  readonly climbs: readonly Climb[];
  readonly startMb: number;
  readonly gainMb: number;
  readonly early: number;
  readonly middle: number;
  readonly late: number;
  /** Largest gain of one piece, and gain of the better of the two last pairs of pieces. */
  readonly steepest: number;
  readonly end: number;
  readonly unevenness: number;
}

/** @param climbs  at least one */
export function pooledClimb(climbs: readonly Climb[]): PooledClimb {
  const mean = (of: (climb: Climb) => number) => climbs.reduce((sum, climb) => sum + of(climb), 0) / climbs.length;
  const pieces = Array.from({ length: PIECES }, (_, i) => mean((climb) => climb.pieces[i]!));
  return {
    climbs,
    startMb: mean((climb) => climb.startMb),
    gainMb: mean((climb) => climb.gainMb),
    early: sum(pieces, 0, 4),
    middle: sum(pieces, 4, 8),
    late: sum(pieces, 8, 12),
    steepest: Math.max(...pieces),
    // A leak that waits for its next collection may pause for a moment at the very end.
    end: Math.max(sum(pieces, 9, 11), sum(pieces, 10, 12)),
    unevenness: median(climbs.map((climb) => climb.unevenness)),
  };
}

/** What a climb must show before it is called one; the values and their origin stand in `docs/thresholds.md`. */
export interface ClimbDemands {
  readonly gainMb: number;
  /** Late gain over the larger of the two earlier ones. */
  readonly lateShare: number;
  /** Middle and late gain over a third of the whole. */
  readonly thirdShare: number;
  /** Steepest piece over the whole gain. */
  readonly steepestShare: number;
  /** Gain at the end over what an even climb gains in two pieces. */
  readonly endShare: number;
  /** A gain that a heap waiting for its first full collection hardly reaches: in MB, or as a share of the start. */
  readonly beyondLazyMb: number;
  readonly beyondLazyShare: number;
}

/** At least half of the sandboxes must climb late by themselves, so that a single one cannot carry the mean. */
export function agreeing({ climbs }: PooledClimb, demands: ClimbDemands): number {
  return climbs.filter(
    (climb) => climb.gainMb >= demands.gainMb / 2 && sum(climb.pieces, 8, 12) >= (AGREEING_LATE_SHARE * climb.gainMb) / 3,
  ).length;
}

/** It rose more often than chance sets records, by enough, all along the window and up to its end. */
export function keepsClimbing(pool: PooledClimb, demands: ClimbDemands): boolean {
  const { climbs, gainMb, early, middle, late, steepest, end } = pool;
  return (
    gainMb >= demands.gainMb &&
    late >= demands.lateShare * Math.max(early, middle) &&
    Math.min(middle, late) >= (demands.thirdShare * gainMb) / 3 &&
    steepest <= demands.steepestShare * gainMb &&
    end >= (demands.endShare * gainMb) / 6 &&
    agreeing(pool, demands) >= climbs.length / 2 &&
    chanceOfRises(climbs) <= CHANCE
  );
}

/**
 * An even ramp is also what a healthy heap shows until its first full collection. A climb that paused and went on has
 * most likely met a collection and outgrown it; a climb beyond what a heap may wait for has too.
 */
export function paused({ unevenness }: PooledClimb): boolean {
  return unevenness >= PAUSED_UNEVENNESS;
}

export function outgrewLaziness({ gainMb, startMb }: PooledClimb, demands: ClimbDemands): boolean {
  return gainMb >= Math.min(demands.beyondLazyMb, demands.beyondLazyShare * startMb);
}

const PIECES = 12;
const AGREEING_LATE_SHARE = 0.7;
const PAUSED_UNEVENNESS = 0.5;
const CHANCE = 1e-3;

function chanceOfRises(climbs: readonly Climb[]): number {
  return recordsAtLeast(
    climbs.reduce((rises, climb) => rises + climb.rises, 0),
    climbs.map((climb) => ({ after: Math.floor(climb.invocations / 4), length: climb.invocations })),
  );
}

function unevennessOf(gaps: readonly number[]): number {
  // Of three gaps any may be the long one by chance.
  if (gaps.length < 3) return 0;
  const mean = gaps.reduce((total, gap) => total + gap, 0) / gaps.length;
  const variance = gaps.reduce((total, gap) => total + (gap - mean) ** 2, 0) / gaps.length;
  return Math.sqrt(variance) / mean;
}

function sum(values: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i]!;
  return total;
}
