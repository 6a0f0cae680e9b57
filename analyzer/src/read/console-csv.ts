/**
 * What the CloudWatch console saves as `log-events-viewer-result.csv`: `timestamp,message`, epoch milliseconds,
 * each message quoted with its trailing newline inside.
 *
 * Columns are found by the header's names, so that a file with a stream column, or in another order, reads too.
 */
import { type CsvRow, type CsvRowListener, CsvRows } from './csv-rows.ts';
import type { EventSink, FileContext, OpenReader, ShapeReader } from './event-sink.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { IsoTime } from './iso-time.ts';
import { StreamHandles } from './stream-handles.ts';
import { ESCAPE, holdsAnsi, stripAnsi } from './strip-ansi.ts';

export const openConsoleCsv: OpenReader = (sink, file) => new ConsoleCsv(sink, file);

export interface ConsoleCsvColumns {
  readonly timestamp: number;
  readonly message: number;
  /** -1 when the file names no stream. */
  readonly stream: number;
}

/** @returns undefined when a row with these fields is not the header of such a file */
export function consoleCsvColumns(fields: readonly string[]): ConsoleCsvColumns | undefined {
  const names = fields.map((field) => field.trim().toLowerCase().replaceAll(/[ _-]/g, ''));
  const timestamp = names.indexOf('timestamp');
  const message = names.indexOf('message');
  if (timestamp < 0 || message < 0) return undefined;
  return { timestamp, message, stream: names.findIndex((name) => name === 'logstreamname' || name === 'logstream') };
}

class ConsoleCsv implements CsvRowListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #streams: StreamHandles;
  readonly #rows = new CsvRows(this);
  readonly #time = new IsoTime();
  readonly #plain = new GrowingBytes();
  #columns: ConsoleCsvColumns = { timestamp: 0, message: 1, stream: -1 };
  #isFirst = true;
  #mayHoldAnsi = false;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#streams = new StreamHandles(sink, file);
  }

  push(chunk: Buffer): void {
    if (!this.#mayHoldAnsi && chunk.indexOf(ESCAPE) >= 0) this.#mayHoldAnsi = true;
    this.#rows.push(chunk);
  }

  end(): void {
    this.#rows.end();
  }

  row(row: CsvRow): void {
    if (row.fieldCount === 1 && isBlankField(row)) {
      this.#sink.skipped('envelope', row.byteCount, row.place);
      return;
    }
    if (this.#isFirst) {
      this.#isFirst = false;
      const columns = consoleCsvColumns(firstFields(row));
      if (columns !== undefined) {
        this.#columns = columns;
        this.#sink.skipped('envelope', row.byteCount, row.place);
        return;
      }
    }
    const { timestamp, message, stream } = this.#columns;
    if (row.fieldCount <= timestamp || row.fieldCount <= message) {
      this.#skipRow(row, `row with ${row.fieldCount} ${row.fieldCount === 1 ? 'column' : 'columns'}`);
      return;
    }
    const atMs = this.#epochMs(row, timestamp);
    if (atMs === undefined) {
      this.#skipRow(row, 'row without a time in its timestamp column');
      return;
    }
    const handle =
      stream >= 0 && row.fieldCount > stream && row.to(stream) > row.from(stream)
        ? this.#streams.named(row.bytes(stream), row.from(stream), row.to(stream))
        : this.#streams.unnamed();
    const bytes = row.bytes(message);
    const from = row.from(message);
    const to = row.to(message);
    if (this.#mayHoldAnsi && holdsAnsi(bytes, from, to)) {
      this.#plain.clear();
      stripAnsi(bytes, from, to, this.#plain);
      this.#sink.event(handle, atMs, this.#plain.bytes, 0, this.#plain.length, row.place);
    } else {
      this.#sink.event(handle, atMs, bytes, from, to, row.place);
    }
    this.#sink.took(row.byteCount);
  }

  broken(byteCount: number, place: number): void {
    this.#sink.skipped('broken', byteCount, place, 'row whose quotes never close');
  }

  tooLong(byteCount: number, place: number): void {
    this.#sink.skipped('too-long', byteCount, place, 'row of more than 16 MiB');
  }

  #skipRow(row: CsvRow, found: string): void {
    this.#sink.skipped('not-of-this-shape', row.byteCount, row.place, found);
  }

  /** @returns NaN for a time that a spreadsheet has rounded away, undefined when the field holds no time */
  #epochMs(row: CsvRow, field: number): number | undefined {
    const bytes = row.bytes(field);
    const from = row.from(field);
    const to = row.to(field);
    let epochMs = 0;
    let at = from;
    while (at < to && bytes[at] >= 0x30 && bytes[at] <= 0x39 && at - from < 15) epochMs = epochMs * 10 + bytes[at++] - 0x30;
    if (at === to && to - from >= 12) return epochMs;
    const told = this.#time.read(bytes, from, to);
    if (!Number.isNaN(told)) return told;
    return SPREADSHEET_TIME.test(bytes.toString('latin1', from, Math.min(to, from + 32))) ? Number.NaN : undefined;
  }
}

/** Excel shows 1668100800123 as 1.6681E+12 and saves what it shows. */
const SPREADSHEET_TIME = /^\d[.,]\d+E\+1[12]$/i;

/** More than any header has. */
const MOST_COLUMNS = 64;

function firstFields(row: CsvRow): string[] {
  const fields: string[] = [];
  for (let field = 0; field < Math.min(row.fieldCount, MOST_COLUMNS); field++) {
    // A header is short; a message that stands in its place need not become a string.
    fields.push(row.to(field) - row.from(field) > 100 ? '' : row.text(field));
  }
  return fields;
}

function isBlankField(row: CsvRow): boolean {
  const bytes = row.bytes(0);
  for (let at = row.from(0); at < row.to(0); at++) {
    if (bytes[at] !== 0x20 && bytes[at] !== 0x09 && bytes[at] !== 0x0d) return false;
  }
  return true;
}
