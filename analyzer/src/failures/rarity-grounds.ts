/** What the rules of a verdict on rarity read and what they come to; the sentences are made from the same. */
import type { Interval } from '../stats/confidence-sequence.ts';
import type { FailureHistory } from './failure-history.ts';
import type { FailurePattern } from './failure-pattern.ts';
import type { Precondition } from './preconditions.ts';
import type { Spread } from './spread.ts';

export interface Grounds {
  readonly history: FailureHistory;
  readonly exposed: number;
  readonly failures: number;
  readonly share: Interval;
  readonly spread: Spread;
  readonly episodes: Episodes;
  readonly precondition: Precondition | undefined;
  readonly pattern: FailurePattern;
}

export type Decided =
  | { readonly kind: 'systemic'; readonly by: 'density' | 'precondition' }
  | { readonly kind: 'rare'; readonly by: 'density' | 'episodes' | 'precondition' }
  | { readonly kind: 'dense-now'; readonly sinceMs: number };

export interface Episodes {
  /** The first one included. */
  readonly count: number;
  /** Bounds of the share of attempts that begin a further one. */
  readonly perAttempt: Interval;
}
