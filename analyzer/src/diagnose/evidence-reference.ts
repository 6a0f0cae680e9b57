/** Evidence as a reader can follow it: a path and a byte offset instead of a file's number. */
import type { Evidence, Summary } from '../store/summary.ts';

export interface EvidenceReference {
  readonly path: string;
  /** Byte offset of the event in the inflated file. */
  readonly byteOffset: number;
  /** ISO UTC; absent when the event had no time. */
  readonly at: string | undefined;
}

export function evidenceReference(summary: Summary, evidence: Evidence): EvidenceReference {
  return {
    path: summary.files[evidence.file]?.path ?? '?',
    byteOffset: evidence.place,
    at: Number.isFinite(evidence.atMs) ? new Date(evidence.atMs).toISOString() : undefined,
  };
}

/**
 * Some lines of each group, in the order of their files' names: files have other numbers where they are read as they appear.
 */
export function groupedReferences(summary: Summary, groups: readonly (readonly Evidence[])[]): EvidenceReference[] {
  return groups
    .flatMap((lines) =>
      lines
        .map((line) => evidenceReference(summary, line))
        .sort(byPlace)
        .slice(0, LINES_OF_A_GROUP),
    )
    .sort(byPlace);
}

const LINES_OF_A_GROUP = 2;

function byPlace(a: EvidenceReference, b: EvidenceReference): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.byteOffset - b.byteOffset;
}
