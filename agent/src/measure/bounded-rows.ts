/**
 * Rows by name that cannot grow without end: where hosts are made up (one for each tenant), all beyond the cap share a row.
 */
export function boundedRow<Row>(rows: Map<string, Row>, name: string, create: (name: string) => Row): Row {
  const kept = rows.has(name) || rows.size < ROWS_KEPT ? name : 'other';
  const row = rows.get(kept) ?? create(kept);
  rows.set(kept, row);
  return row;
}

const ROWS_KEPT = 64;
