/**
 * An export, read once and kept in order of time, so that it can be played as it happened: forwards at any speed, and
 * from any moment on.
 *
 * Readers give their events here as they would to the parser; what comes without a time keeps its place behind the event
 * before it. Text is kept in large pieces, numbers in columns: an object for each event would take four times as much.
 */
import type { InvocationRecord } from '@nightlight/agent/record';
import { readRecordLine } from '../parse/record-line.ts';
import type { EventSink, MetricPoint, ReportFields, SkipReason, StreamOrigin } from '../read/event-sink.ts';

/** Not a line but something told beside the lines. */
type Told = (sink: EventSink, streamOf: (stream: number) => number) => void;

export interface TapeRange {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export class Tape {
  /** True when there was more than is kept. */
  isCut = false;
  readonly #range: TapeRange;
  readonly #mostBytes: number;
  readonly #origins: { readonly file: number; readonly origin: StreamOrigin }[] = [];
  readonly #pieces: Buffer[] = [];
  readonly #entries = new Entries();
  readonly #told: Told[] = [];
  #byteCount = 0;
  #order: Uint32Array = new Uint32Array(0);

  constructor(range: TapeRange, mostBytes: number = MOST_BYTES) {
    this.#range = range;
    this.#mostBytes = mostBytes;
  }

  get length(): number {
    return this.#order.length;
  }

  /** @param position  from 0 to `length` - 1, in order of time; -Infinity before the first event with a time */
  timeAt(position: number): number {
    return this.#entries.atMs[this.#order[position]!]!;
  }

  fileAt(position: number): number {
    return this.#entries.file[this.#order[position]!]!;
  }

  /** A sink for the readers of one file. */
  recorderOf(file: number): EventSink {
    const entries = this.#entries;
    let lastMs = Number.NEGATIVE_INFINITY;
    const add = (atMs: number, stream: number, place: number): number => {
      if (!Number.isNaN(atMs)) lastMs = atMs;
      return entries.add(lastMs, file, stream, place);
    };
    const tell = (atMs: number, stream: number, place: number, told: Told) => {
      if (!this.#wants(atMs)) return;
      entries.length[add(atMs, stream, place)] = -this.#told.push(told);
    };
    const handles = new Map<string, number>();
    return {
      stream: (origin) => {
        const key = JSON.stringify(origin);
        let handle = handles.get(key);
        if (handle === undefined) {
          handle = this.#origins.push({ file, origin: { ...origin } }) - 1;
          handles.set(key, handle);
        }
        return handle;
      },
      event: (stream, atMs, bytes, from, to, place) => {
        const toldMs = Number.isNaN(atMs) ? timeInside(bytes, from, to) : atMs;
        if (!this.#wants(toldMs)) return;
        if (this.#byteCount + to - from > this.#mostBytes) {
          this.isCut = true;
          return;
        }
        const entry = add(toldMs, stream, place);
        entries.hasTime[entry] = Number.isNaN(atMs) ? 0 : 1;
        entries.start[entry] = this.#keep(bytes, from, to);
        entries.length[entry] = to - from;
      },
      report: (stream: number, atMs: number, fields: ReportFields, place: number) => {
        const kept = { ...fields };
        tell(atMs, stream, place, (sink, streamOf) => sink.report(streamOf(stream), atMs, kept, place));
      },
      record: (stream: number, startMs: number, record: InvocationRecord, id: readonly [number, number, number, number], place: number) => {
        const [id0, id1, id2, id3] = id;
        tell(startMs, stream, place, (sink, streamOf) => sink.record?.(streamOf(stream), startMs, record, [id0, id1, id2, id3], place));
      },
      metric: (point: MetricPoint, place: number) => tell(point.atMs, -1, place, (sink) => sink.metric(point, place)),
      skipped: (reason: SkipReason, byteCount: number, place: number, found?: string) =>
        tell(Number.NaN, -1, place, (sink) => sink.skipped(reason, byteCount, place, found)),
      took: (byteCount: number) => {
        if (entries.count > 0) entries.took[entries.count - 1]! += byteCount;
      },
    };
  }

  /** Call when all files were read, before anything is played. */
  settle(): void {
    this.#order = this.#entries.order();
  }

  /** @param streamOf  the sink's handle of a stream of the tape */
  play(position: number, sink: EventSink, streamOf: (stream: number) => number): void {
    const entries = this.#entries;
    const entry = this.#order[position]!;
    const length = entries.length[entry]!;
    if (length < 0) this.#told[-length - 1]!(sink, streamOf);
    else {
      const start = entries.start[entry]!;
      const bytes = this.#pieces[Math.floor(start / PIECE_BYTES)]!;
      const from = start % PIECE_BYTES;
      const atMs = entries.hasTime[entry] === 1 ? entries.atMs[entry]! : Number.NaN;
      sink.event(streamOf(entries.stream[entry]!), atMs, bytes, from, from + length, entries.place[entry]!);
    }
    if (entries.took[entry]! > 0) sink.took(entries.took[entry]!);
  }

  originOf(stream: number): StreamOrigin {
    return this.#origins[stream]!.origin;
  }

  #wants(atMs: number): boolean {
    const { fromMs, toMs } = this.#range;
    return Number.isNaN(atMs) || ((fromMs === undefined || atMs >= fromMs) && (toMs === undefined || atMs < toMs));
  }

  /** @returns where the bytes begin: number of the piece times its room, and the place in it */
  #keep(bytes: Buffer, from: number, to: number): number {
    const length = to - from;
    const used = this.#byteCount % PIECE_BYTES;
    // An event lies in one piece; the rare one that is larger than a piece has one of its own.
    const isNew = this.#pieces.length === 0 || used + length > PIECE_BYTES || used === 0;
    if (isNew) {
      this.#byteCount = this.#pieces.length * PIECE_BYTES;
      this.#pieces.push(Buffer.allocUnsafe(Math.max(PIECE_BYTES, length)));
    }
    const start = this.#byteCount;
    bytes.copy(this.#pieces.at(-1)!, start % PIECE_BYTES, from, to);
    this.#byteCount += Math.min(length, PIECE_BYTES - (start % PIECE_BYTES));
    return start;
  }
}

/** What a machine that also shows a screen can spare; `--from` and `--to` cut a larger export. */
const MOST_BYTES = 512 * 1024 * 1024;
const PIECE_BYTES = 16 * 1024 * 1024;

const RECORD = Buffer.from('{"nl":');

/** Our agent's lines carry their time inside. */
function timeInside(bytes: Buffer, from: number, to: number): number {
  if (to - from < RECORD.length || bytes.compare(RECORD, 0, RECORD.length, from, from + RECORD.length) !== 0) return Number.NaN;
  const read = readRecordLine(bytes.toString('utf8', from, to));
  return read.kind === 'record' ? (read.atMs ?? Number.NaN) : Number.NaN;
}

/** Columns that grow together. */
class Entries {
  count = 0;
  atMs = new Float64Array(FIRST_ROOM);
  place = new Float64Array(FIRST_ROOM);
  start = new Float64Array(FIRST_ROOM);
  /** Bytes of a line; below 0: minus the number of what was told beside the lines. */
  length = new Int32Array(FIRST_ROOM);
  file = new Uint32Array(FIRST_ROOM);
  stream = new Int32Array(FIRST_ROOM);
  took = new Uint32Array(FIRST_ROOM);
  hasTime = new Uint8Array(FIRST_ROOM);

  add(atMs: number, file: number, stream: number, place: number): number {
    if (this.count === this.atMs.length) this.#grow();
    const entry = this.count++;
    this.atMs[entry] = atMs;
    this.file[entry] = file;
    this.stream[entry] = stream;
    this.place[entry] = place;
    return entry;
  }

  /** By time; of one time as they came, or the other way round in files that run backwards. */
  order(): Uint32Array {
    const order = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) order[i] = i;
    const { atMs, file } = this;
    const runsBackwards = this.#backwardFiles();
    return order.sort((a, b) => {
      const earlier = atMs[a]! - atMs[b]!;
      if (earlier !== 0 && !Number.isNaN(earlier)) return earlier;
      return file[a] === file[b] && runsBackwards.has(file[a]!) ? b - a : a - b;
    });
  }

  #backwardFiles(): Set<number> {
    const balance = new Map<number, number>();
    for (let i = 1; i < this.count; i++) {
      if (this.file[i] !== this.file[i - 1]) continue;
      const step = this.atMs[i]! - this.atMs[i - 1]!;
      if (step !== 0 && !Number.isNaN(step)) balance.set(this.file[i]!, (balance.get(this.file[i]!) ?? 0) + (step < 0 ? 1 : -2));
    }
    return new Set([...balance].filter(([, steps]) => steps > 0).map(([file]) => file));
  }

  #grow(): void {
    const room = this.atMs.length * 2;
    const larger = <T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(column: T, made: T): T => {
      made.set(column);
      return made;
    };
    this.atMs = larger(this.atMs, new Float64Array(room));
    this.place = larger(this.place, new Float64Array(room));
    this.start = larger(this.start, new Float64Array(room));
    this.length = larger(this.length, new Int32Array(room));
    this.file = larger(this.file, new Uint32Array(room));
    this.stream = larger(this.stream, new Int32Array(room));
    this.took = larger(this.took, new Uint32Array(room));
    this.hasTime = larger(this.hasTime, new Uint8Array(room));
  }
}

const FIRST_ROOM = 4_096;
