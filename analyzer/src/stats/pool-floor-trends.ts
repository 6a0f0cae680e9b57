/**
 * One word for a function from the verdicts of its sandboxes, and control over how often chance alone says "leak".
 *
 * Sandboxes of one function and version run the same code, so a leak shows in most of those that lived long enough to be
 * judged. Each of them is wrong now and then; that all of them are by chance is less and less likely. Their count is a
 * binomial tail, one for each function, and of hundreds of functions only those are condemned that stand out from what
 * chance gives so many: control goes over functions, because a function with a thousand sandboxes is still one claim.
 */
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { binomialAtLeast } from './binomial-tails.ts';
import type { FloorVerdict, MemoryChannel } from './floor-trend.ts';
import { median } from './median.ts';
import type { SlopeInterval } from './slope-interval.ts';
import { studentBound95 } from './student-t.ts';

export type PooledFloorTrend =
  | {
      readonly kind: 'leaking';
      /** The channel that most of the leaking sandboxes name. */
      readonly channel: MemoryChannel;
      readonly leakingCount: number;
      /** Sandboxes with a verdict on their memory, whatever it was. */
      readonly judgedCount: number;
      /** The pace of the typical sandbox. */
      readonly slope: SlopeInterval;
      readonly startedAtInvocation: number;
      readonly falsifiers: readonly string[];
      /** How likely so many verdicts are if each is a false alarm. */
      readonly pValue: number;
    }
  | { readonly kind: 'growing-but-bounded'; readonly because: string; readonly judgedCount: number }
  | { readonly kind: 'stable'; readonly judgedCount: number }
  | { readonly kind: 'insufficient-data'; readonly missing: string; readonly judgedCount: number };

/** @param verdicts  of each sandbox of one function and version the first of its `verdicts` */
export function poolFloorTrends(verdicts: readonly FloorVerdict[]): PooledFloorTrend {
  const judged = verdicts.filter(({ kind }) => kind !== 'insufficient-data');
  const judgedCount = judged.length;
  const leaking = judged.filter((verdict) => verdict.kind === 'leaking');
  const channel = mostFrequent(leaking.map((verdict) => verdict.channel));
  const alike = leaking.filter((verdict) => verdict.channel === channel);
  const isProbed = alike.every(({ basis }) => basis === 'probed');
  // Forced collections see what is kept. That other sandboxes keep nothing takes nothing back: they met other requests.
  if (channel !== undefined && (isProbed || 2 * leaking.length > judgedCount)) {
    const falseShare = isProbed ? FALSE_SHARE_PROBED : FALSE_SHARE_PASSIVE;
    return {
      kind: 'leaking',
      channel,
      leakingCount: leaking.length,
      judgedCount,
      slope: pooledSlope(alike.map(({ slope }) => slope)),
      startedAtInvocation: Math.round(median(alike.map(({ startedAtInvocation }) => startedAtInvocation))),
      falsifiers: [...new Set(alike.flatMap(({ falsifiers }) => falsifiers))],
      pValue: binomialAtLeast(leaking.length, judgedCount, falseShare),
    };
  }
  if (leaking.length > 0) {
    const missing = `agreement: ${leaking.length} of ${judgedCount} sandboxes leak and the others do not`;
    return { kind: 'insufficient-data', missing, judgedCount };
  }
  const bounded = judged.filter((verdict) => verdict.kind === 'growing-but-bounded');
  const because = mostFrequent(bounded.map((verdict) => verdict.because));
  if (because !== undefined) return { kind: 'growing-but-bounded', because, judgedCount };
  if (judgedCount > 0) return { kind: 'stable', judgedCount };
  const missing = mostFrequent(verdicts.flatMap((verdict) => (verdict.kind === 'insufficient-data' ? [verdict.missing] : [])));
  return { kind: 'insufficient-data', missing: missing ?? 'memory of any sandbox', judgedCount };
}

/**
 * @param pooled      one for each function that was looked at, the healthy ones too
 * @param falseShare  share of false ones to allow among the leaks that are kept
 * @returns the same list, with leaks that chance explains among so many functions taken back
 */
export function keepSignificantLeaks(pooled: readonly PooledFloorTrend[], falseShare = 0.05): PooledFloorTrend[] {
  const pValues = pooled.map((trend) => (trend.kind === 'leaking' ? trend.pValue : 1));
  const kept = benjaminiHochberg(pValues, falseShare);
  return pooled.map((trend, i) => {
    if (trend.kind !== 'leaking' || kept[i]) return trend;
    const missing = `more sandboxes that agree: among ${pooled.length} functions, ${trend.leakingCount} leaking of ${trend.judgedCount} judged may be chance`;
    return { kind: 'insufficient-data', missing, judgedCount: trend.judgedCount };
  });
}

/**
 * Healthy simulated processes called leaking: 3 of 720 and 9 of 720 on seeds 601 to 640 of the leak lab, rounded. These
 * are estimates, not bounds. Sandboxes of one function share its habits, so their errors go together, and the p-value is
 * smaller than it should be: agreement of sandboxes is worth less than the binomial tail says.
 */
const FALSE_SHARE_PROBED = 0.003;
const FALSE_SHARE_PASSIVE = 0.02;

function pooledSlope(slopes: readonly SlopeInterval[]): SlopeInterval {
  const paces = slopes.map(({ perInvocation }) => perInvocation);
  const perInvocation = median(paces);
  const count = slopes.length;
  const own = slopes.reduce((sum, { perInvocation: pace, high }) => sum + (high - pace), 0) / count;
  const mean = paces.reduce((sum, pace) => sum + pace, 0) / count;
  const spread = count > 1 ? Math.sqrt(paces.reduce((sum, pace) => sum + (pace - mean) ** 2, 0) / (count - 1)) : 0;
  const sampling = count > 1 ? studentBound95(count - 1) * (spread / Math.sqrt(count)) : 0;
  const reach = Math.max(own / Math.sqrt(count), sampling, LEAST_RELATIVE_ERROR * perInvocation);
  return { perInvocation, low: Math.max(0, perInvocation - reach), high: perInvocation + reach };
}

const LEAST_RELATIVE_ERROR = 0.1;

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0];
}
