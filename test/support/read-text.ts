/** Runs a reader over text and tells everything it handed over, with its bytes already turned into strings. */
import { expect } from 'vitest';
import type { FileContext, MetricPoint, OpenReader, ReportFields, SkipReason, StreamOrigin } from '../../analyzer/src/read/event-sink.ts';

export interface ToldEvent {
  readonly origin: StreamOrigin;
  readonly atMs: number;
  readonly message: string;
  readonly place: number;
}

export interface ToldSkip {
  readonly reason: SkipReason;
  readonly byteCount: number;
  readonly place: number;
  readonly found: string | undefined;
}

export interface Told {
  readonly events: ToldEvent[];
  readonly reports: { readonly fields: ReportFields; readonly place: number }[];
  readonly metrics: MetricPoint[];
  readonly skips: ToldSkip[];
  /** Bytes in events and skips together: has to be the length of the file. */
  byteCount: number;
}

/**
 * @param cuts  lengths of the chunks; what is left comes as one chunk
 */
export function readText(open: OpenReader, content: string | Buffer, cuts: readonly number[] = [], file: Partial<FileContext> = {}): Told {
  const bytes = Buffer.from(content);
  const told: Told = { events: [], reports: [], metrics: [], skips: [], byteCount: 0 };
  const origins: StreamOrigin[] = [];
  const handles = new Map<string, number>();
  const reader = open(
    {
      stream(origin) {
        const key = JSON.stringify(origin);
        expect(handles.has(key), 'a reader asks once per stream').toBe(false);
        handles.set(key, origins.length);
        origins.push(origin);
        return origins.length - 1;
      },
      event(stream, atMs, eventBytes, from, to, place) {
        told.events.push({ origin: origins[stream], atMs, message: eventBytes.toString('utf8', from, to), place });
      },
      report(_stream, _atMs, fields, place) {
        told.reports.push({ fields, place });
      },
      metric(point) {
        told.metrics.push(point);
      },
      skipped(reason, byteCount, place, found) {
        expect(byteCount).toBeGreaterThan(0);
        told.skips.push({ reason, byteCount, place, found });
        told.byteCount += byteCount;
      },
      took(byteCount) {
        told.byteCount += byteCount;
      },
    },
    { path: 'input', ...file },
  );
  let at = 0;
  for (const cut of cuts) {
    const chunk = Buffer.from(bytes.subarray(at, at + cut));
    reader.push(chunk);
    // The chunk is the caller's again: a reader that kept it would now tell exclamation marks.
    chunk.fill(0x21);
    at = Math.min(bytes.length, at + cut);
  }
  if (at < bytes.length) reader.push(Buffer.from(bytes.subarray(at)));
  reader.end();
  return told;
}
