/** Rows that stay where they are while one looks at them, and rows that are looked for. */
import type { RowFilter, ScreenView } from './screen.ts';

/**
 * @param now  identities in the order in which they should stand now
 * @param frozen  the order when a row was selected; undefined when nothing holds it
 * @returns the frozen order without what is gone; what is new stands at its end
 */
export function heldOrder(now: readonly string[], frozen: readonly string[] | undefined): readonly string[] {
  if (frozen === undefined) return now;
  const present = new Set(now);
  const kept = frozen.filter((id) => present.has(id));
  const known = new Set(kept);
  return [...kept, ...now.filter((id) => !known.has(id))];
}

/** Rows filtered and in the order in which the screen shows them. */
export function shownRows<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  view: Pick<ScreenView, 'order' | 'filter'>,
): readonly Row[] {
  const found = rows.filter((row) => passesFilter(idOf(row), view.filter));
  if (view.order === undefined) return found;
  const byId = new Map(found.map((row) => [idOf(row), row]));
  return heldOrder([...byId.keys()], view.order).map((id) => byId.get(id)!);
}

export function passesFilter(text: string, filter: RowFilter | undefined): boolean {
  if (filter === undefined || filter.text === '') return true;
  return text.toLowerCase().includes(filter.text.toLowerCase()) !== filter.isInverse;
}

/** @returns the index of the selected row, or that of the first; below 0 when there is none */
export function selectedIndex(order: readonly string[], selected: string | undefined): number {
  if (order.length === 0) return -1;
  return Math.max(0, selected === undefined ? 0 : order.indexOf(selected));
}

/** The row that the keys act on; undefined when there is none. */
export function selectedRow<Row>(rows: readonly Row[], idOf: (row: Row) => string, selected: string | undefined): Row | undefined {
  return rows[selectedIndex(rows.map(idOf), selected)];
}
