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
