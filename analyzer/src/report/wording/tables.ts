/**
 * Aligned columns that fit the terminal. What must give way is said by each column: first the columns that are only
 * nice to have, then the long names, whose middle is cut.
 */
import { cutMiddle, displayWidth, padEnd, padStart } from './display-width.ts';

interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  /** May be narrowed; a column of numbers never is, because half a number is a wrong number. */
  readonly narrows?: boolean;
  /** May be left out altogether on a narrow terminal; the last such column goes first. */
  readonly optional?: boolean;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** @returns the heading and one line per row, none with trailing spaces */
export function tableLines(table: Table, width: number): string[] {
  const shown = table.columns.map((_, index) => index);
  const natural = table.columns.map((column, index) =>
    Math.max(displayWidth(column.head), ...table.rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const widths = [...natural];
  const total = () => shown.reduce((sum, index) => sum + widths[index]! + GAP, -GAP);
  const narrowTo = (narrowest: number) => {
    for (const index of shown.filter((candidate) => table.columns[candidate]!.narrows === true)) {
      widths[index] = Math.min(natural[index]!, Math.max(narrowest, widths[index]! - Math.max(0, total() - width)));
    }
  };
  narrowTo(COMFORTABLE);
  while (total() > width) {
    const last = shown.findLast((index) => table.columns[index]!.optional === true);
    if (last === undefined) break;
    shown.splice(shown.indexOf(last), 1);
    for (const index of shown) widths[index] = natural[index]!;
    narrowTo(COMFORTABLE);
  }
  narrowTo(NARROWEST);
  const line = (cells: readonly string[]) =>
    shown
      .map((index) => {
        const cell = cutMiddle(cells[index] ?? '', widths[index]!);
        return table.columns[index]!.align === 'right' ? padStart(cell, widths[index]!) : padEnd(cell, widths[index]!);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(table.columns.map((column) => column.head)), ...table.rows.map(line)];
}

const GAP = 2;
/** Long enough to tell most names apart; to keep it, columns that are only nice to have go. */
const COMFORTABLE = 30;
/** Narrower, a name says nothing any more. */
const NARROWEST = 12;
