/**
 * The places at which a template can be read again: the earliest few, whoever saw them first.
 *
 * Threads read files in any order, so "the first that came" would differ from run to run. Earliest by time, then file, then place
 * does not.
 */
import type { Evidence } from '../store/summary.ts';

/** Keeps the earliest, in the order of time, file and place, so that the order of reading does not matter. */
export function noteEvidence(kept: Evidence[], file: number, place: number, atMs: number, most: number): void {
  if (file === NOWHERE) return;
  if (kept.length === most && !isBefore(file, place, atMs, kept[most - 1]!)) return;
  let at = kept.length;
  while (at > 0 && isBefore(file, place, atMs, kept[at - 1]!)) at--;
  kept.splice(at, 0, { file, place, atMs });
  if (kept.length > most) kept.pop();
}

/** For lines that nobody will look up again. */
export const NOWHERE = -1;

function isBefore(file: number, place: number, atMs: number, other: Evidence): boolean {
  const ours = Number.isNaN(atMs) ? Number.POSITIVE_INFINITY : atMs;
  const theirs = Number.isNaN(other.atMs) ? Number.POSITIVE_INFINITY : other.atMs;
  if (ours !== theirs) return ours < theirs;
  return file !== other.file ? file < other.file : place < other.place;
}
