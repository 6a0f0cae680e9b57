/**
 * The median of durations of which some are only known to be longer than what was seen.
 *
 * A search for a cause that was given up after 60 minutes did not take 60 minutes, and leaving it out would make the
 * hard ones look easy. The product-limit estimate counts it among those at risk until then, and not after.
 *
 * Source: E. L. Kaplan, P. Meier (1958), "Nonparametric Estimation from Incomplete Observations", Journal of the
 * American Statistical Association 53 (282), 457-481.
 */
export interface Observation {
  readonly value: number;
  /** The true value is larger. */
  readonly isCensored: boolean;
}

export interface SurvivalStep {
  readonly value: number;
  readonly atRisk: number;
  readonly endedCount: number;
  /** Estimated share that lasts longer. */
  readonly survival: number;
}

export type SurvivalMedian =
  | { readonly kind: 'reached'; readonly value: number }
  /** Larger than this: too few ended. */
  | { readonly kind: 'beyond'; readonly value: number }
  | { readonly kind: 'none' };

/** @returns one step for each distinct value at which something ended, ascending */
export function survivalSteps(observations: readonly Observation[]): SurvivalStep[] {
  const sorted = [...observations].sort((a, b) => a.value - b.value);
  const steps: SurvivalStep[] = [];
  let survival = 1;
  for (let i = 0; i < sorted.length; ) {
    const { value } = sorted[i]!;
    const atRisk = sorted.length - i;
    let endedCount = 0;
    for (; i < sorted.length && sorted[i]!.value === value; i++) if (!sorted[i]!.isCensored) endedCount++;
    if (endedCount === 0) continue;
    survival *= 1 - endedCount / atRisk;
    steps.push({ value, atRisk, endedCount, survival });
  }
  return steps;
}

/** Where survival stays at one half from one end to the next, their middle: without censoring it is the plain median. */
export function survivalMedian(observations: readonly Observation[]): SurvivalMedian {
  if (observations.length === 0) return { kind: 'none' };
  const steps = survivalSteps(observations);
  const at = steps.findIndex(({ survival }) => survival <= 0.5 + ROUNDING);
  if (at < 0) return { kind: 'beyond', value: Math.max(...observations.map(({ value }) => value)) };
  const { value, survival } = steps[at]!;
  if (survival < 0.5 - ROUNDING) return { kind: 'reached', value };
  const next = steps[at + 1];
  // Half have ended here, and nobody knows when the next would have.
  return next === undefined ? { kind: 'beyond', value } : { kind: 'reached', value: (value + next.value) / 2 };
}

const ROUNDING = 1e-12;
