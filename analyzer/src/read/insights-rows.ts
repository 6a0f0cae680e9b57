/**
 * What a row of a Logs Insights result means, whichever way the result was saved.
 *
 * A row with its message is that event. Of a row without one, the fields that Insights discovered in REPORT lines are
 * all there is; they are trusted on rows of type REPORT only, because Insights finds `@initDuration` in application
 * lines too. Memory comes in decimal bytes: 1.28E8 for a function of 128 MB.
 * Source: CloudWatch Logs User Guide, "Supported logs and discovered fields" and "GetQueryResults" (API Reference).
 */
import type { EventSink, FileContext, ReportFields } from './event-sink.ts';
import { EventTime } from './event-time.ts';
import { UnescapedText } from './json-strings.ts';
import { OriginHandles, readGroupIdentifier } from './origin-handles.ts';
import { ReadError } from './read-error.ts';

export interface InsightsRow {
  /** A field as text; undefined when the row does not have it, or has it empty. */
  field(name: string): string | undefined;
  /** The message as bytes, when the row lies in bytes; otherwise the field `@message` is taken. */
  message?(): MessageBytes | undefined;
}

export interface MessageBytes {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

export class InsightsRows {
  rowCount = 0;
  readonly #sink: EventSink;
  readonly #file: FileContext;
  readonly #origins: OriginHandles;
  readonly #time = new EventTime();
  readonly #text = new UnescapedText();
  readonly #timeBytes = Buffer.alloc(40);

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#file = file;
    this.#origins = new OriginHandles(sink, file);
  }

  /** @throws ReadError when the first row shows that the query aggregated */
  row(row: InsightsRow, byteCount: number, place: number): void {
    const type = row.field('@type');
    const bytes = row.message?.();
    const message = bytes === undefined ? row.field('@message') : undefined;
    if (bytes !== undefined) {
      const ignored = type === 'REPORT' || startsReport(bytes) ? 0 : reportFieldBytes(row);
      this.#event(row, bytes.bytes, bytes.from, bytes.to, byteCount, ignored, place);
    } else if (message !== undefined) {
      this.#text.takeString(message);
      const isReport = type === 'REPORT' || message.startsWith('REPORT') || message.includes('platform.report');
      this.#event(row, this.#text.bytes, 0, this.#text.length, byteCount, isReport ? 0 : reportFieldBytes(row), place);
    } else if (type === 'REPORT') {
      this.#report(row, byteCount, place);
    } else if (row.field('@timestamp') !== undefined || row.field('@ptr') !== undefined) {
      this.#sink.skipped('not-of-this-shape', byteCount, place, 'row without @message that is not of @type REPORT');
    } else {
      if (this.rowCount === 0) this.refuse(place);
      this.#sink.skipped('not-of-this-shape', byteCount, place, 'row of an aggregated query');
    }
    this.rowCount++;
  }

  /** Numbers of an aggregated query can not be taken apart again: tells which query to run instead. */
  refuse(place: number): never {
    throw new ReadError(
      'READ_AGGREGATED_QUERY',
      { path: this.#file.path, place },
      {
        expected: 'rows of single events (@timestamp, @message)',
        found: 'the result of a query that aggregates (stats …)',
        next: `Run this query over the same time instead: ${QUERY}`,
      },
    );
  }

  #event(row: InsightsRow, bytes: Buffer, from: number, to: number, byteCount: number, ignoredBytes: number, place: number): void {
    this.#sink.event(this.#origin(row), this.#atMs(row), bytes, from, to, place);
    const ignored = Math.min(ignoredBytes, byteCount - 1);
    this.#sink.took(byteCount - ignored);
    if (ignored > 0) this.#sink.skipped('not-of-this-shape', ignored, place, 'REPORT fields on a row that is not of @type REPORT');
  }

  #report(row: InsightsRow, byteCount: number, place: number): void {
    const requestId = row.field('@requestId');
    const durationMs = numberOf(row, '@duration');
    if (requestId === undefined || durationMs === undefined) {
      this.#sink.skipped('not-of-this-shape', byteCount, place, 'REPORT row without @requestId or @duration');
      return;
    }
    const billedMs = numberOf(row, '@billedDuration');
    const memorySize = numberOf(row, '@memorySize');
    const maxMemoryUsed = numberOf(row, '@maxMemoryUsed');
    const initDurationMs = numberOf(row, '@initDuration');
    const traceId = row.field('@xrayTraceId');
    const fields: ReportFields = {
      requestId,
      durationMs,
      ...(billedMs === undefined ? {} : { billedMs }),
      ...(memorySize === undefined ? {} : { memorySizeMb: memorySize / DECIMAL_MEGABYTE }),
      ...(maxMemoryUsed === undefined ? {} : { maxMemoryUsedMb: maxMemoryUsed / DECIMAL_MEGABYTE }),
      ...(initDurationMs === undefined ? {} : { initDurationMs }),
      ...(traceId === undefined ? {} : { traceId }),
    };
    this.#sink.report(this.#origin(row), this.#atMs(row), fields, place);
    this.#sink.took(byteCount);
  }

  #origin(row: InsightsRow): number {
    const log = row.field('@log');
    const group = log === undefined ? undefined : readGroupIdentifier(log);
    return this.#origins.of({ logGroup: group?.logGroup, accountId: group?.accountId, logStream: row.field('@logStream') });
  }

  #atMs(row: InsightsRow): number {
    const text = row.field('@timestamp');
    if (text === undefined) return Number.NaN;
    return this.#time.read(this.#timeBytes, 0, this.#timeBytes.write(text, 'latin1'));
  }
}

/** Insights' unit of memory is the decimal megabyte: its 1.28E8 is the line's "128 MB". */
const DECIMAL_MEGABYTE = 1e6;
const QUERY = 'fields @timestamp, @message, @logStream, @log | sort @timestamp asc | limit 10000';
const REPORT_FIELDS = ['@initDuration', '@duration', '@billedDuration', '@maxMemoryUsed', '@memorySize'];

function numberOf(row: InsightsRow, name: string): number | undefined {
  const text = row.field(name);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function reportFieldBytes(row: InsightsRow): number {
  let byteCount = 0;
  for (const name of REPORT_FIELDS) byteCount += row.field(name)?.length ?? 0;
  return byteCount;
}

function startsReport(message: MessageBytes): boolean {
  const head = message.bytes.toString('latin1', message.from, Math.min(message.to, message.from + 96));
  return head.startsWith('REPORT') || head.includes('platform.report');
}
