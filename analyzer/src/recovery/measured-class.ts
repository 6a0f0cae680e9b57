/**
 * How hard an incident was to find, as measured: from the first alert to the confirmed cause, not to the fix.
 *
 * An incident whose cause was never confirmed is not forgotten, and not zero: it took at least as long as somebody
 * searched. Twenty and forty-five minutes are the examples that are told in public; 5 and 45 are our judgement.
 */
import type { DifficultyClass } from './difficulty.ts';

export type SearchTime =
  | { readonly kind: 'confirmed'; readonly afterMs: number }
  /** Not confirmed: it takes longer than this. */
  | { readonly kind: 'censored'; readonly afterMs: number; readonly because: string }
  | { readonly kind: 'cannot-tell'; readonly missing: string };

export type ObservedMasking = { readonly kind: 'observed'; readonly because: string } | { readonly kind: 'not-observed' };

export type MeasuredClass =
  | { readonly kind: 'measured'; readonly class: DifficultyClass; readonly because: string }
  /** Not confirmed: it may still become harder, never easier. */
  | { readonly kind: 'at-least'; readonly class: DifficultyClass; readonly because: string }
  | { readonly kind: 'cannot-tell'; readonly missing: string };

export const INSTANT_MS = 5 * 60_000;
export const MODERATE_MS = 45 * 60_000;
/** A wrong component that was believed for this long misled somebody. */
export const WRONG_HELD_MS = 10 * 60_000;

/** @param viewCount  distinct views that were noted before the confirmation; 0 says that nobody noted any */
export function measuredClass(search: SearchTime, masking: ObservedMasking, viewCount: number): MeasuredClass {
  if (search.kind === 'cannot-tell') return search;
  const kind = search.kind === 'confirmed' ? 'measured' : 'at-least';
  if (masking.kind === 'observed') return { kind, class: 'nightmare', because: masking.because };
  const { afterMs } = search;
  if (afterMs > MODERATE_MS) return { kind, class: 'nightmare', because: 'more than 45 min' };
  if (afterMs > INSTANT_MS) return { kind, class: 'moderate', because: 'between 5 and 45 min' };
  if (viewCount > 1) return { kind, class: 'moderate', because: `within 5 min, but through ${viewCount} views` };
  if (kind === 'at-least') return { kind, class: 'instant', because: 'within 5 min so far' };
  if (viewCount === 0) return { kind: 'cannot-tell', missing: 'which views were opened: instant means one view, and none was noted' };
  return { kind, class: 'instant', because: 'within 5 min, through one view' };
}
