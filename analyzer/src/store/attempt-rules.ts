/**
 * What is written down of every attempt besides whether it failed, so that a failure can be held against it.
 *
 * Few and coarse on purpose: each value costs memory for every function and every failure. Only what a line of the platform
 * or of our agent tells of good and bad attempts alike may stand here: what only failed attempts tell would explain all.
 */
import type { AttributeRule } from './attempt-attribute.ts';

export const ATTEMPT_RULES: readonly AttributeRule[] = [
  { name: 'cold start', nature: 'mechanism' },
  { name: 'version', nature: 'version' },
  { name: 'hour of the day', nature: 'cycle', periodMs: 86_400_000 },
  { name: 'attempts of the sandbox so far', nature: 'mechanism' },
  { name: 'the attempt before it in the sandbox', nature: 'symptom' },
  { name: 'event source', nature: 'context' },
];

/** One for each rule; undefined where nothing tells. */
export type AttemptValues = (string | undefined)[];

/** @returns 0 to 3: the sandbox's first ten attempts, its first hundred, its first thousand, and those behind */
export function ageGroupOf(ordinal: number): 0 | 1 | 2 | 3 {
  if (ordinal < 10) return 0;
  if (ordinal < 100) return 1;
  return ordinal < 1_000 ? 2 : 3;
}

export const AGES = ['up to 10', '11 to 100', '101 to 1,000', 'above 1,000'] as const;
/** How many attempts the sandbox may have served and still be of that age. */
export const AGE_ENDS = [10, 100, 1_000, Number.POSITIVE_INFINITY] as const;

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')} UTC`);

export function hourOf(atMs: number): string | undefined {
  return atMs >= 0 ? HOURS[Math.floor(atMs / HOUR_MS) % 24] : undefined;
}

export const HOUR_MS = 3_600_000;
