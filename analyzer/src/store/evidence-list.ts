/**
 * A few examples of something that may have happened a million times: always the earliest ones, so that the same export
 * gives the same examples however its files were dealt out to threads.
 */
import type { Evidence } from './summary.ts';

/** @returns whether the evidence is now the first of the list */
export function keepEarliest(list: Evidence[], evidence: Evidence): boolean {
  let at = list.length;
  while (at > 0 && isBefore(evidence, list[at - 1]!)) at--;
  if (at >= MOST_EVIDENCE) return false;
  list.splice(at, 0, evidence);
  if (list.length > MOST_EVIDENCE) list.pop();
  return at === 0;
}

/** Events without a time come last. */
export function isBefore(a: Evidence, b: Evidence): boolean {
  if (a.atMs !== b.atMs && !(Number.isNaN(a.atMs) && Number.isNaN(b.atMs))) return a.atMs < b.atMs || Number.isNaN(b.atMs);
  return a.file < b.file || (a.file === b.file && a.place < b.place);
}

const MOST_EVIDENCE = 8;
