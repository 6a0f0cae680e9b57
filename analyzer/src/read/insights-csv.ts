/** Logs Insights results as the console saves them in CSV: a header with the names of the fields, a row per event. */
import { type CsvRow, type CsvRowListener, CsvRows } from './csv-rows.ts';
import type { EventSink, FileContext, OpenReader, ShapeReader } from './event-sink.ts';
import { type InsightsRow, InsightsRows, type MessageBytes } from './insights-rows.ts';

export const openInsightsCsv: OpenReader = (sink, file) => new InsightsCsv(sink, file);

class InsightsCsv implements CsvRowListener, InsightsRow, ShapeReader {
  readonly #sink: EventSink;
  readonly #meaning: InsightsRows;
  readonly #rows = new CsvRows(this);
  #columns: ReadonlyMap<string, number> | undefined;
  #columnCount = 0;
  #row: CsvRow | undefined;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#meaning = new InsightsRows(sink, file);
  }

  push(chunk: Buffer): void {
    this.#rows.push(chunk);
  }

  end(): void {
    this.#rows.end();
  }

  row(row: CsvRow): void {
    if (row.fieldCount === 1 && row.text(0).trim() === '') {
      this.#sink.skipped('envelope', row.byteCount, row.place);
      return;
    }
    if (this.#columns === undefined) {
      this.#columns = columnsOf(row);
      this.#columnCount = row.fieldCount;
      if (!EVENT_COLUMNS.some((name) => this.#columns?.has(name))) this.#meaning.refuse(row.place);
      this.#sink.skipped('envelope', row.byteCount, row.place);
      return;
    }
    if (row.fieldCount !== this.#columnCount) {
      const found = `row with ${row.fieldCount} ${row.fieldCount === 1 ? 'column' : 'columns'} under a header with ${this.#columnCount}`;
      this.#sink.skipped('not-of-this-shape', row.byteCount, row.place, found);
      return;
    }
    this.#row = row;
    this.#meaning.row(this, row.byteCount, row.place);
    this.#row = undefined;
  }

  broken(byteCount: number, place: number): void {
    this.#sink.skipped('broken', byteCount, place, 'row whose quotes never close');
  }

  tooLong(byteCount: number, place: number): void {
    this.#sink.skipped('too-long', byteCount, place, 'row of more than 16 MiB');
  }

  field(name: string): string | undefined {
    const column = this.#columns?.get(name);
    if (column === undefined || this.#row === undefined) return undefined;
    const text = this.#row.text(column);
    return text === '' ? undefined : text;
  }

  message(): MessageBytes | undefined {
    const column = this.#columns?.get('@message');
    const row = this.#row;
    if (column === undefined || row === undefined) return undefined;
    const bytes = row.bytes(column);
    const from = row.from(column);
    const to = row.to(column);
    return from === to ? undefined : { bytes, from, to };
  }
}

/** A result with none of these has no rows of single events. */
const EVENT_COLUMNS = ['@message', '@timestamp', '@ptr', '@type'];

/** More than any query selects. */
const MOST_COLUMNS = 256;

/** Of columns that share a name, the first counts. */
function columnsOf(header: CsvRow): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (let field = 0; field < Math.min(header.fieldCount, MOST_COLUMNS); field++) {
    const name = header.text(field).trim();
    if (!columns.has(name)) columns.set(name, field);
  }
  return columns;
}
