/** A chapter of the report, laid out by nobody yet: terminal text and Markdown both start from this. */
import type { Table } from '../wording/tables.ts';

export interface SectionView {
  readonly title: string;
  /** Whole sentences, said before the table. */
  readonly sentences: readonly string[];
  readonly table: Table | undefined;
  /** How to read it, and what it leaves out. */
  readonly notes: readonly string[];
}

export interface ViewSettings {
  /** Show unmasked (but still redacted) messages of the application. */
  readonly raw?: boolean | undefined;
  /** Every row and all evidence, in place of the rows that matter most. */
  readonly all?: boolean | undefined;
  /** IANA zone of the reader, shown in brackets after UTC. */
  readonly timeZone?: string | undefined;
}

/** Rows that a section shows unless all are asked for: a screenful. */
const ROWS_SHOWN = 12;

/** @returns the first rows, and the sentence that says how many were left out */
export function mostImportant<T>(rows: readonly T[], settings: ViewSettings): { rows: readonly T[]; note: readonly string[] } {
  if (settings.all === true || rows.length <= ROWS_SHOWN) return { rows, note: [] };
  return { rows: rows.slice(0, ROWS_SHOWN), note: [`${rows.length - ROWS_SHOWN} more rows with --explain.`] };
}
