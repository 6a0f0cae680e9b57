/**
 * Logs Insights results as JSON: what `aws logs get-query-results` prints, rows of `{"field","value"}` pairs, and
 * what the console downloads, flat objects in which messages that were JSON are parsed already.
 */
import type { EventSink, FileContext, OpenReader, ShapeReader, SkipReason } from './event-sink.ts';
import { type InsightsRow, InsightsRows } from './insights-rows.ts';
import { type JsonValueListener, JsonValues } from './json-values.ts';

export const openInsightsJson: OpenReader = (sink, file) => new InsightsJson(sink, file);

class InsightsJson implements JsonValueListener, InsightsRow, ShapeReader {
  readonly #sink: EventSink;
  readonly #rows: InsightsRows;
  readonly #values = new JsonValues(this, ['results']);
  #fields: Readonly<Record<string, unknown>> = {};
  #rowsBeforePage = 0;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#rows = new InsightsRows(sink, file);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  end(): void {
    this.#values.end();
  }

  value(bytes: Buffer, from: number, to: number, place: number): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(bytes.toString('utf8', from, to));
    } catch {
      const isJson = (bytes[from] | 0x20) === 0x7b;
      this.skipped(isJson ? 'broken' : 'not-of-this-shape', to - from, place, isJson ? 'JSON with a fault in it' : 'word that is no JSON');
      return;
    }
    const fields = fieldsOf(parsed);
    if (fields === undefined) {
      this.skipped('not-of-this-shape', to - from, place, 'value that is no row');
      return;
    }
    this.#fields = fields;
    this.#rows.row(this, to - from, place);
  }

  field(name: string): string | undefined {
    const value = this.#fields[name];
    if (typeof value === 'string') return value === '' ? undefined : value;
    if (value === undefined || value === null) return undefined;
    return typeof value === 'object' ? jsonOf(value) : String(value);
  }

  /** A query that was read before it had finished, or that found more than it returned, is told as a marker. */
  around(bytes: Buffer, from: number, to: number, place: number): number {
    const isHeader = bytes[from] === 0x7b;
    const text = bytes.toString('utf8', from, to);
    let page: QueryPage;
    try {
      page = JSON.parse(isHeader ? `${text}]}` : `{"":[${text}`);
    } catch {
      return 0;
    }
    if (isHeader) this.#rowsBeforePage = this.#rows.rowCount;
    const rowCount = this.#rows.rowCount - this.#rowsBeforePage;
    const matched = page.statistics?.recordsMatched;
    let own = 0;
    if (typeof page.status === 'string' && page.status !== 'Complete' && /^[A-Za-z]{1,20}$/.test(page.status)) {
      own += page.status.length;
      this.skipped('marker', page.status.length, place, `query with status ${page.status}: its rows are not all`);
    }
    if (!isHeader && typeof matched === 'number' && matched > rowCount) {
      own += RECORDS_MATCHED.length;
      this.skipped('marker', RECORDS_MATCHED.length, place, `query that matched ${matched} events and returned ${rowCount}`);
    }
    return own;
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#sink.skipped(reason, byteCount, place, found);
  }
}

interface QueryPage {
  readonly status?: unknown;
  readonly statistics?: { readonly recordsMatched?: unknown } | null;
}

const RECORDS_MATCHED = 'recordsMatched';

/** JSON of what was parsed from JSON; undefined when it is nested so deeply that writing it exhausts the stack. */
function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The fields of a row; undefined when the value is none. */
function fieldsOf(parsed: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if (!Array.isArray(parsed)) return Object.keys(parsed).length === 0 ? undefined : (parsed as Record<string, unknown>);
  const fields: Record<string, unknown> = {};
  let count = 0;
  for (const pair of parsed) {
    if (typeof pair?.field !== 'string') return undefined;
    fields[pair.field] = pair.value;
    count++;
  }
  return count === 0 ? undefined : fields;
}
