/** Counts by a name that a log may make up: only so many names are kept, and the rest is one. */
import type { Evidence } from './summary.ts';

export function countNamed(
  counts: Map<string, { count: number; readonly evidence: Evidence }>,
  what: string,
  file: number,
  place: number,
  atMs: number,
  by = 1,
): void {
  const known = counts.get(what);
  if (known !== undefined) known.count += by;
  else if (counts.size < MOST_NAMES || what === OTHERS) counts.set(what, { count: by, evidence: { file, place, atMs } });
  else countNamed(counts, OTHERS, file, place, atMs, by);
}

const MOST_NAMES = 500;
const OTHERS = 'others';
