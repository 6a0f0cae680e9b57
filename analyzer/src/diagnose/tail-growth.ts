/**
 * Whether the slowest requests became slower over hours while the middle stayed where it was, and whether memory is why.
 *
 * "p99 +300 %" from two dashboards is mostly noise: with 400 requests the interval of a p99 spans a factor of five. So the
 * first hours' p99 becomes a limit, and what passes it later is counted: once exactly, as if requests were independent,
 * and twice by hours, because they are not: by how much hours vary anyway, and by their ranks, so that no single hour decides. That the middle did not move is a claim of its own with a test of its own.
 * Pressure of memory is only named when a third fact says so: time in garbage collection, or a channel that grows.
 */

import { clusteredRise } from '../stats/clustered-shares.ts';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { type Exceedance, exceedanceOf } from '../stats/exceedance.ts';
import { mannWhitney } from '../stats/mann-whitney.ts';
import { medianEquivalence } from '../stats/median-equivalence.ts';
import { minimumDetectableShare } from '../stats/minimum-detectable.ts';
import { normalAtLeast } from '../stats/normal-distribution.ts';
import { countAboveMs, quantileOf, sampleOf, sampleOfHistogram, type WeightedSample } from '../stats/weighted-sample.ts';
import type { GrowthVerdict } from './sections.ts';
import { countWords } from './wording.ts';

/** What one configuration did in one hour. */
export interface LatencyHour {
  readonly fromMs: number;
  readonly warm: DurationHistogram;
  /** By the agent's lines: time in garbage collection, and the invocations that it is the sum of; absent without them. */
  readonly gcMs?: number;
  readonly gcCoveredCount?: number;
  /** By age of the sandbox: attempts, and the middle of their durations on a scale of logarithms; absent where not kept. */
  readonly ages?: readonly { readonly fromInvocation: number; readonly count: number; readonly middle: number }[];
}

export interface TailPeriod {
  readonly fromMs: number;
  readonly hourCount: number;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type MemoryPressure =
  | { readonly kind: 'claimed'; readonly by: 'gc-time' | 'growing-channel'; readonly because: string }
  | { readonly kind: 'not-claimed'; readonly because: string };

export type TailVerdict =
  | {
      readonly kind: 'tail-grew';
      readonly before: TailPeriod;
      readonly after: TailPeriod;
      readonly exceedance: Exceedance;
      /** `flat` is shown by an equivalence test; `moved` too is shown; between them nothing is. */
      readonly middle: 'flat' | 'moved' | 'not-shown';
      /** How much more the hours vary than independent requests would. */
      readonly dispersion: number;
      readonly p: number;
      readonly pressure: MemoryPressure;
    }
  /** No more of a tail than the middle brought along: everything takes longer. */
  | { readonly kind: 'all-slower'; readonly before: TailPeriod; readonly after: TailPeriod; readonly p: number }
  | {
      readonly kind: 'no-growth-shown';
      readonly before: TailPeriod;
      readonly after: TailPeriod;
      /** Share above the earlier p99 that would have been shown in four of five such cases. */
      readonly detectableShare: number | undefined;
    }
  | { readonly kind: 'insufficient-data'; readonly missing: string };

/**
 * @param hours   of one configuration, in order of time; hours without requests may be absent
 * @param growth  what was found of its memory
 */
export function judgeTailGrowth(hours: readonly LatencyHour[], growth?: GrowthVerdict): TailVerdict {
  const used = hours.filter(({ warm }) => warm.total > 0);
  if (used.length < LEAST_HOURS) return { kind: 'insufficient-data', missing: `${LEAST_HOURS} hours with requests, found ${used.length}` };
  const reach = Math.max(LEAST_AT_AN_END, Math.floor(used.length / 3));
  const [early, late] = [used.slice(0, reach), used.slice(-reach)];
  const [from, to] = [pooled(early), pooled(late)];
  if (from.total < LEAST_FOR_P99 || to.total < LEAST_AFTER) {
    return {
      kind: 'insufficient-data',
      missing: `${LEAST_FOR_P99} warm invocations in the first ${reach} hours and ${LEAST_AFTER} in the last, found ${countWords(from.total)} and ${countWords(to.total)}`,
    };
  }
  const periods = { before: periodOf(early, from), after: periodOf(late, to) };
  const exceedance = exceedanceOf(from, to, 0.99)!;
  const tail = riseOver(exceedance.limit, used, reach);
  if (exceedance.p <= LEVEL && tail.isLasting) {
    const p = Math.max(exceedance.p, tail.p);
    return {
      kind: 'tail-grew',
      ...periods,
      exceedance,
      middle: middleOf(from, to),
      dispersion: tail.dispersion,
      p,
      pressure: pressureOf(early, late, growth),
    };
  }
  // What costs least is asked first: of most functions the middle did not move.
  if (periods.after.p50Ms > periods.before.p50Ms && middleOf(from, to) === 'moved') {
    const middle = riseOver(periods.before.p50Ms, used, reach);
    if (middle.isLasting) return { kind: 'all-slower', ...periods, p: middle.p };
  }
  const usual = exceedance.earlierAbove / exceedance.earlierTotal;
  return {
    kind: 'no-growth-shown',
    ...periods,
    detectableShare: minimumDetectableShare(usual, from.total / tail.dispersion, to.total / tail.dispersion),
  };
}

interface LastingRise {
  readonly dispersion: number;
  readonly p: number;
  readonly isLasting: boolean;
}

/** More above a limit at the end than at the beginning, by hours, and in most hours of the second half than of the first. */
function riseOver(limitMs: number, hours: readonly LatencyHour[], reach: number): LastingRise {
  const over = hours.map(({ warm }) => ({ count: countAboveMs(warm, limitMs), of: warm.total }));
  // With at least three hours at each end there is an answer.
  const { dispersion, p } = clusteredRise(over.slice(0, reach), over.slice(-reach))!;
  return { dispersion, p, isLasting: p <= LEVEL_BY_HOURS && rises(over.map(({ count, of }) => count / of)) };
}

/** By the ranks of the hours: every way to deal two days out to two halves is counted, which takes some milliseconds. */
function rises(shares: readonly number[]): boolean {
  const half = Math.floor(shares.length / 2);
  return mannWhitney(sampleOf(shares.slice(0, half)), sampleOf(shares.slice(-half)))!.greater <= LEVEL_OF_HALVES;
}

/** A function has 24 chances a day to look unusual, and an account hundreds of functions. */
const LEVEL = 0.001;
/** Of the test by hours: a handful of hours cannot reach a smaller one, and it only guards the exact test against bursts. */
const LEVEL_BY_HOURS = 0.02;
/** Of the hours by rank: one terrible hour is one rank. */
const LEVEL_OF_HALVES = 0.05;
/** Four and four: one pair out of order still reaches that level (2 in 70). */
const LEAST_HOURS = 8;
/** Three hours are the fewest whose habits can be told. */
const LEAST_AT_AN_END = 3;
/** Both bounds of a p99 (order statistics). */
const LEAST_FOR_P99 = 368;
/** To see 1 % become 3 % at the level above with 90 % power (normal approximation). */
const LEAST_AFTER = 690;
/** The middle counts as flat while the share above the old median is shown to lie within five in a hundred of one half. */
const FLAT_MARGIN = 0.05;
const FLAT_LEVEL = 0.05;
/** Half as much again: a collector's time varies with what it happens to find. Our own judgement. */
const LEAST_GC_RATIO = 1.5;

function pooled(hours: readonly LatencyHour[]): WeightedSample {
  const together = new DurationHistogram();
  for (const { warm } of hours) together.merge(warm);
  const sample = sampleOfHistogram(together);
  DurationHistogram.giveBack(together);
  return sample;
}

function periodOf(hours: readonly LatencyHour[], sample: WeightedSample): TailPeriod {
  return {
    fromMs: hours[0]!.fromMs,
    hourCount: hours.length,
    count: sample.total,
    p50Ms: quantileOf(sample, 0.5),
    p99Ms: quantileOf(sample, 0.99),
  };
}

function middleOf(from: WeightedSample, to: WeightedSample): 'flat' | 'moved' | 'not-shown' {
  const { share, p } = medianEquivalence(from, to, FLAT_MARGIN)!;
  if (p <= FLAT_LEVEL) return 'flat';
  const beyond = (Math.abs(share - 0.5) - FLAT_MARGIN) / Math.sqrt(0.25 / from.total + 0.25 / to.total);
  return normalAtLeast(beyond) <= FLAT_LEVEL ? 'moved' : 'not-shown';
}

function pressureOf(early: readonly LatencyHour[], late: readonly LatencyHour[], growth: GrowthVerdict | undefined): MemoryPressure {
  if (growth?.kind === 'leaking' || growth?.kind === 'growing') {
    return { kind: 'claimed', by: 'growing-channel', because: 'memory of the same sandboxes grows, no bound seen so far' };
  }
  const [before, after] = [gcPerInvocation(early), gcPerInvocation(late)];
  if (before.length === 0 || after.length === 0) {
    return {
      kind: 'not-claimed',
      because: 'no line tells the time in garbage collection, and no memory was shown to grow: install the agent',
    };
  }
  const test = mannWhitney(sampleOf(before), sampleOf(after))!;
  const ratio = quantileOf(sampleOf(after), 0.5) / quantileOf(sampleOf(before), 0.5);
  if (test.greater <= FLAT_LEVEL && ratio >= LEAST_GC_RATIO) {
    return {
      kind: 'claimed',
      by: 'gc-time',
      because: `garbage collection takes ${ratio.toFixed(1)} times as long an invocation (p = ${Number(test.greater.toPrecision(2))}, by hours)`,
    };
  }
  return { kind: 'not-claimed', because: 'time in garbage collection did not rise with it, and no memory was shown to grow' };
}

function gcPerInvocation(hours: readonly LatencyHour[]): number[] {
  return hours.flatMap(({ gcMs, gcCoveredCount }) =>
    gcMs === undefined || gcCoveredCount === undefined || gcCoveredCount === 0 ? [] : [gcMs / gcCoveredCount],
  );
}
