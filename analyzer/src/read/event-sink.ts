/**
 * The door between reading and understanding: a reader takes an envelope apart and hands over what was
 * inside, one event at a time, as bytes. No string is made for a line that nobody will show.
 */

import type { InvocationRecord } from '@nightlight/agent/record';

/** Where an event came from, as far as its envelope tells. Absent members were not told. */
export interface StreamOrigin {
  /** For example `/aws/lambda/checkout`. */
  readonly logGroup?: string;
  /** For example `2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef`; "/" may have become "-" in an S3 path. */
  readonly logStream?: string;
  /** Known when the user said `--function` or the envelope names it without a log group. */
  readonly functionName?: string;
  /** AWS account, 12 digits. */
  readonly accountId?: string;
  /** Of the function or service, where the envelope names it and the stream does not. */
  readonly version?: string;
  /** Of a long-running process: no platform's lines tell of its start, its requests or its end. */
  readonly isProcess?: true;
}

/**
 * A REPORT row of Logs Insights that came without its message: only discovered fields.
 * Units as in the rest of Nightlight (Insights' decimal bytes are already divided).
 */
export interface ReportFields {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedMs?: number;
  readonly memorySizeMb?: number;
  readonly maxMemoryUsedMb?: number;
  readonly initDurationMs?: number;
  readonly traceId?: string;
  /** Told to have failed; absent where only numbers are known. */
  readonly failed?: true;
  readonly errorType?: string;
}

/** One measured value that CloudWatch or an embedded metric gave; not a log line. */
export interface MetricPoint {
  /** As CloudWatch spells it: `Throttles`, `ConcurrentExecutions`, `ApproximateAgeOfOldestMessage` … */
  readonly name: string;
  readonly namespace?: string;
  /** CloudWatch's unit word, for example `Count`, `Milliseconds`, `Bytes`. */
  readonly unit?: string;
  /** `Sum`, `Maximum`, `Average`, `Minimum`, `SampleCount`, `p99` …; absent for an embedded metric. */
  readonly statistic?: string;
  /** Length of the period that the value speaks of; absent for an embedded metric. */
  readonly periodMs?: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
}

/** Why bytes of an input did not become an event. Everything but `envelope` and `marker` is shown to the user. */
export type SkipReason =
  /** Brackets, headers, commas, gzip and JSON dress around the events. */
  | 'envelope'
  /** `aws-logs-write-test`, control messages, search bookkeeping: known, and not data. */
  | 'marker'
  /** A row, object or line whose form does not fit the shape of its file. */
  | 'not-of-this-shape'
  /** JSON or gzip that ends or breaks in the middle. */
  | 'broken'
  /** A record in a newer major version of our own format. */
  | 'newer-version'
  /** Longer than the cap on one event. */
  | 'too-long'
  /** Left after the cap on inflated size was reached. */
  | 'over-cap';

/**
 * What a reader calls. `place` is the byte offset, in the (inflated) file, at which the event starts.
 * The bytes of an event are only valid during the call: keep nothing of them without copying.
 */
export interface EventSink {
  /** The handle of a stream; the same origin always gives the same handle within one file. */
  stream(origin: StreamOrigin): number;
  /**
   * One log event. Its message is `bytes[from, to)`, in UTF-8, with or without a trailing newline.
   * @param atMs  CloudWatch's event timestamp in UTC epoch ms (fraction allowed); NaN when the envelope has none
   */
  event(stream: number, atMs: number, bytes: Buffer, from: number, to: number, place: number): void;
  /** A REPORT of which only fields are known. */
  report(stream: number, atMs: number, fields: ReportFields, place: number): void;
  metric(point: MetricPoint, place: number): void;
  /**
   * A piece of work of a process of which no log line tells. Absent where only lines are wanted.
   * @param id  four words that no other work has
   */
  record?(stream: number, startMs: number, record: InvocationRecord, id: readonly [number, number, number, number], place: number): void;
  /**
   * Bytes that are not an event. Every byte of a file is either inside an event (or report, or metric) or skipped;
   * `found` is a short description of the form for the user ("row with 7 columns"), never raw content.
   */
  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void;
  /**
   * For readers at the limit of speed: a test by which they may pass over a stream's ordinary events, counting them by
   * the minute. Absent where every event must be seen.
   */
  skim?(stream: number): QuietTest | undefined;
  /** Events that were passed over, all in the minute that begins at `minuteMs`. */
  skimmed?(stream: number, minuteMs: number, eventCount: number, byteCount: number): void;
  /** Every reader calls this once per event, report or metric with the bytes of the file that it took up. */
  took(byteCount: number): void;
}

/** Says whether an event is ordinary output that only needs to be counted. */
export interface QuietTest {
  /** @param words  the bytes, to be looked at four at a time; its end is at `to` or behind it */
  isQuiet(words: DataView, from: number, to: number): boolean;
}

/** What a reader needs to know of the file besides its bytes. */
export interface FileContext {
  /** As the user would type it; `-` for stdin. */
  readonly path: string;
  /** Told by the folder layout of an S3 export. */
  readonly logStream?: string;
  /** From `--function`: used for events whose envelope names no function. */
  readonly functionName?: string;
  /** IANA zone for shapes that print local time (Serverless); UTC when absent. */
  readonly timeZone?: string;
}

/** Reads one shape. Chunks arrive in order and may end anywhere, also inside a UTF-8 character. */
export interface ShapeReader {
  /** The chunk's bytes belong to the caller again after the call. */
  push(chunk: Buffer): void;
  /** No more bytes will come: what is still held must be given or counted. */
  end(): void;
  /** The writer pauses: an event that is only held because more of it could follow is given now. Absent where none is held. */
  rest?(): void;
}

export type OpenReader = (sink: EventSink, file: FileContext) => ShapeReader;
