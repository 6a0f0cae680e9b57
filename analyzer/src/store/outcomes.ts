/**
 * What a failure did to the one who waited for the answer. It says how bad, never how often: the class of a failure does
 * not depend on it.
 */
export const OUTCOMES = ['recovered-by-retry', 'duplicated', 'loud', 'degraded', 'hidden-by-fallback', 'silent-wrong', 'dropped'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** What the lines told of one failed attempt and of its request; absent means not told. */
export interface OutcomeFacts {
  /** The attempt ended with an error that its caller could see. */
  readonly wasTold: boolean;
  /** A later attempt of the same request succeeded. */
  readonly laterSuccess?: boolean;
  /** Side effects of the same item that succeeded. */
  readonly successCount?: number;
  /** A fallback's value was answered in place of the real one. */
  readonly fallback?: boolean;
  /** The answer was late or partial, and said so. */
  readonly degraded?: boolean;
  /** The answer said success, and its content was wrong. */
  readonly wrongContent?: boolean;
  /** The message came to no end of any kind: neither success, nor dead-letter queue, nor another delivery. */
  readonly dropped?: boolean;
}

/** The worst that is true: a duplicate that recovered is a duplicate, a wrong answer that nobody was told of is silent. Undefined: not told. */
export function outcomeOf(facts: OutcomeFacts): Outcome | undefined {
  if (facts.dropped === true) return 'dropped';
  if (facts.wrongContent === true) return 'silent-wrong';
  if ((facts.successCount ?? 0) > 1) return 'duplicated';
  if (facts.fallback === true) return 'hidden-by-fallback';
  if (facts.laterSuccess === true) return 'recovered-by-retry';
  if (facts.degraded === true) return 'degraded';
  return facts.wasTold ? 'loud' : undefined;
}

export function noOutcomes(): Record<Outcome, number> {
  return { 'recovered-by-retry': 0, duplicated: 0, loud: 0, degraded: 0, 'hidden-by-fallback': 0, 'silent-wrong': 0, dropped: 0 };
}

export function addOutcomes(into: Record<Outcome, number>, other: OutcomeCounts): void {
  for (const outcome of OUTCOMES) into[outcome] += other[outcome];
}

/** The most frequent one; of equals the worse, which stands later. */
export function usualOutcome(counts: OutcomeCounts): Outcome | undefined {
  let usual: Outcome | undefined;
  for (const outcome of OUTCOMES) if (counts[outcome] > 0 && counts[outcome] >= (usual === undefined ? 1 : counts[usual])) usual = outcome;
  return usual;
}

/** Nobody was told: a rare failure of this kind still wants watching, since it will not report itself. */
export function isUnnoticed(counts: OutcomeCounts): boolean {
  return counts['silent-wrong'] + counts.dropped > 0;
}
