/**
 * One source's door into the running analysis: readers and receivers give events here, as they would to the parser.
 *
 * Sources take turns, so each call says first whose it is. What a source cannot give again is kept for a while.
 */
import type { InvocationRecord } from '@nightlight/agent/record';
import type { EventSink, MetricPoint, QuietTest, ReportFields, SkipReason, StreamOrigin } from '../read/event-sink.ts';
import type { Engine } from './engine.ts';
import type { KeptLines } from './kept-lines.ts';
import { MOST_STREAM_NAMES } from './limits.ts';
import type { Meter } from './meter.ts';

export interface FeedSettings {
  /** Keeps lines, where the source cannot be read again. */
  readonly kept?: KeptLines;
  /** Counts the places of events itself: each message of a receiver begins again at 0. */
  readonly numbersEvents?: boolean;
  readonly now: () => number;
}

export class Feed implements EventSink {
  readonly file: number;
  readonly meter: Meter;
  readonly #engine: Engine;
  readonly #settings: FeedSettings;
  readonly #names = new Map<string, number>();
  readonly #origins = new Map<number, StreamOrigin>();
  /** Own handle -> the stages'. */
  readonly #handles: number[] = [];
  #place = 0;

  constructor(engine: Engine, file: number, meter: Meter, settings: FeedSettings) {
    this.#engine = engine;
    this.file = file;
    this.meter = meter;
    this.#settings = settings;
  }

  /** A stream that was closed for its silence is opened again when it speaks. */
  stream(origin: StreamOrigin): number {
    const { accountId, logGroup, logStream, functionName, version } = origin;
    const key = [accountId, logGroup, logStream, functionName, version].join('\u0000');
    const known = this.#names.get(key);
    if (known !== undefined) {
      // Those that were asked for longest ago are forgotten first.
      this.#names.delete(key);
      this.#names.set(key, known);
      return known;
    }
    const own = this.#handles.push(NOT_OPEN) - 1;
    this.#names.set(key, own);
    this.#origins.set(own, { ...origin });
    if (this.#names.size > MOST_STREAM_NAMES) this.#forgetOldestNames();
    return own;
  }

  /** The stages will give this handle to another stream. */
  closed(own: number): void {
    this.#handles[own] = NOT_OPEN;
  }

  event(stream: number, atMs: number, bytes: Buffer, from: number, to: number, place: number): void {
    const { parser } = this.#engine;
    this.#engine.turnTo(this.file);
    const own = this.#settings.numbersEvents === true ? this.#place++ : place;
    const rowsBefore = parser.facts.rows;
    parser.event(this.#handleOf(stream), atMs, bytes, from, to, own);
    // Our agent's lines tell their time themselves.
    const rows = parser.facts.rows;
    const toldMs = Number.isNaN(atMs) && rows > rowsBefore ? parser.facts.atMs[rows - 1]! : atMs;
    this.#count(toldMs);
    this.#settings.kept?.keep(own, toldMs, bytes, from, to);
  }

  report(stream: number, atMs: number, fields: ReportFields, place: number): void {
    this.#engine.turnTo(this.file);
    this.#engine.parser.report(this.#handleOf(stream), atMs, fields, this.#settings.numbersEvents === true ? this.#place++ : place);
    this.#count(atMs);
  }

  record(stream: number, startMs: number, record: InvocationRecord, id: readonly [number, number, number, number], place: number): void {
    this.#engine.turnTo(this.file);
    this.#engine.parser.record(this.#handleOf(stream), startMs, record, id, this.#settings.numbersEvents === true ? this.#place++ : place);
    this.#count(startMs);
  }

  metric(point: MetricPoint, place: number): void {
    this.#engine.turnTo(this.file);
    this.#engine.parser.metric(point, place);
    this.#count(point.atMs);
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#engine.turnTo(this.file);
    this.#engine.parser.skipped(reason, byteCount, place, found);
  }

  skim(stream: number): QuietTest | undefined {
    return this.#engine.parser.skim(this.#handleOf(stream));
  }

  skimmed(stream: number, minuteMs: number, eventCount: number, byteCount: number): void {
    this.#engine.turnTo(this.file);
    this.#engine.parser.skimmed(this.#handleOf(stream), minuteMs, eventCount, byteCount);
    this.meter.eventCount += eventCount - 1;
    this.#count(minuteMs);
  }

  took(byteCount: number): void {
    this.#engine.turnTo(this.file);
    this.#engine.parser.took(byteCount);
  }

  #handleOf(own: number): number {
    const handle = this.#handles[own]!;
    return handle === NOT_OPEN ? this.#open(own) : handle;
  }

  #open(own: number): number {
    // A reader that still knows a name which was forgotten here: whose line it is cannot be told any more.
    const origin = this.#origins.get(own) ?? {};
    const handle = this.#engine.openStream(this, own, origin);
    this.#handles[own] = handle;
    return handle;
  }

  /** Those that speak keep theirs. */
  #forgetOldestNames(): void {
    let count = MOST_STREAM_NAMES >> 2;
    for (const [key, own] of this.#names) {
      if (count-- === 0) return;
      if (this.#handles[own] !== NOT_OPEN) continue;
      this.#names.delete(key);
      this.#origins.delete(own);
    }
  }

  #count(atMs: number): void {
    this.meter.event(atMs, this.#settings.now());
    this.#engine.counted();
  }
}

const NOT_OPEN = -1;
