/**
 * Whether requests take longer than in the same run before, when all was known to be well: for a drill, whose begin is its own
 * baseline. A page of production must not ask this: there the hours of a day differ by themselves (`tail-growth.ts`).
 *
 * What is compared is the baseline with everything so far, the baseline included. So the answer comes a little later than with
 * the rest alone, and it errs to the quiet side.
 */
import type { LatencySection, Percentile } from '../diagnose/sections.ts';

type WarmRequests = Pick<LatencySection, 'functionName' | 'version' | 'warm'>;

export interface SlowerThanBaseline {
  /** 0.5 or 0.9. */
  readonly quantile: number;
  readonly before: Percentile;
  readonly now: Percentile;
  readonly baselineCount: number;
  readonly count: number;
}

/** @returns undefined while nothing is shown, also where the baseline has too few requests for a bound */
export function slowerThanBaseline(baseline: readonly WarmRequests[], now: WarmRequests): SlowerThanBaseline | undefined {
  const before = ofSameVersionFirst(baseline, now);
  if (before === undefined) return undefined;
  for (const { quantile, of } of QUANTILES) {
    const [was, is] = [of(before), of(now)];
    if (was?.high === undefined || is?.low === undefined || before.warm.sampleCount < FEWEST_IN_BASELINE) continue;
    const areApart = is.low > was.high;
    if (areApart && is.value >= LEAST_RATIO * was.value && is.value - was.value >= LEAST_DIFFERENCE_MS)
      return { quantile, before: was, now: is, baselineCount: before.warm.sampleCount, count: now.warm.sampleCount };
  }
  return undefined;
}

/** A new version is slower or not than the one before it. */
function ofSameVersionFirst(baseline: readonly WarmRequests[], { functionName, version }: WarmRequests): WarmRequests | undefined {
  const own = baseline.filter((each) => each.functionName === functionName);
  return (
    own.find((each) => each.version === version) ??
    own.reduce<WarmRequests | undefined>((a, b) => (a === undefined || b.warm.sampleCount > a.warm.sampleCount ? b : a), undefined)
  );
}

/** The p99 of a baseline of seconds has no upper bound: that takes 368 requests. */
const QUANTILES = [
  { quantile: 0.5, of: ({ warm }: WarmRequests) => warm.p50Ms },
  { quantile: 0.9, of: ({ warm }: WarmRequests) => warm.p90Ms },
] as const;
/** Seconds of a start are no usual time yet: thirty requests while everything is compiled were seen to be followed by anything. */
const FEWEST_IN_BASELINE = 50;
/**
 * Twice as long, and by what a person notices (J. Nielsen, "Usability Engineering", 1993). Healthy runs on a machine that others
 * use went up to 1.8 times by themselves (`npm run bench -- drill --healthy`).
 */
const LEAST_RATIO = 2;
const LEAST_DIFFERENCE_MS = 100;
