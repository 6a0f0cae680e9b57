/** The slowest attempts: slowest first, of equals the earliest, so that the list is the same for any number of threads. */
import { isBefore } from './evidence-list.ts';
import type { ConfigurationSummary } from './summary.ts';

type Slow = ConfigurationSummary['slowest'][number];

export const MOST_SLOW = 5;

export function isSlower(a: Slow, b: Slow): boolean {
  return a.durationMs > b.durationMs || (a.durationMs === b.durationMs && isBefore(a.evidence, b.evidence));
}
