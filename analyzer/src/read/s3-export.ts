/**
 * The text that `create-export-task` writes to S3: each event is an ISO time, one blank and the message; a line without
 * a time belongs to the event before it.
 *
 * This is the shape of whole months of logs, so it is read at nearly the speed of inflating: one search for a newline
 * per line, the time's minute kept from the line before, no string and no copy. Chunks inside an exported file are not
 * guaranteed to be sorted (AWS, CreateExportTask reference); putting them in order is the assembler's work.
 */
import type { EventSink, FileContext, OpenReader, QuietTest, ShapeReader } from './event-sink.ts';

export const openS3Export: OpenReader = (sink, file) => new S3ExportReader(sink, file);

class S3ExportReader implements ShapeReader {
  readonly #sink: EventSink;
  readonly #stream: number;
  readonly #quiet: QuietTest | undefined;
  /** The end of the last chunk that may go on in the next one. */
  #held: Buffer = Buffer.alloc(0);
  #heldLength = 0;
  #joined: Buffer = Buffer.alloc(0);
  /** Offset in the file of the first byte that was not given yet. */
  #place = 0;
  /** Bytes of the event that is too long to be held, dropped so far; its lines go on until the next time. */
  #droppedBytes = 0;

  /** `2026-11-` and `21T02:01` of the event before, eight letters a number: most events share them. */
  #minute0 = Number.NaN;
  #minute1 = Number.NaN;
  #minuteMs = Number.NaN;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    // The stream is told by the object's folder only, the log group not at all.
    this.#stream = sink.stream({
      ...(file.logStream !== undefined && { logStream: file.logStream }),
      ...(file.functionName !== undefined && { functionName: file.functionName }),
    });
    this.#quiet = sink.skim?.(this.#stream);
  }

  push(chunk: Buffer): void {
    if (this.#heldLength === 0) {
      this.#keep(chunk, this.#events(chunk, false));
      return;
    }
    // One buffer for all chunks: a fresh one each would be a megabyte of garbage a time.
    const length = this.#heldLength + chunk.length;
    if (this.#joined.length < length) this.#joined = Buffer.allocUnsafe(length + 65_536);
    this.#held.copy(this.#joined, 0, 0, this.#heldLength);
    chunk.copy(this.#joined, this.#heldLength);
    const joined = this.#joined.subarray(0, length);
    this.#keep(joined, this.#events(joined, false));
  }

  rest(): void {
    if (this.#heldLength === 0 || this.#held[this.#heldLength - 1] !== 10) return;
    this.#events(this.#held.subarray(0, this.#heldLength), true);
    this.#heldLength = 0;
  }

  end(): void {
    if (this.#heldLength > 0) this.#events(this.#held.subarray(0, this.#heldLength), true);
    this.#heldLength = 0;
    this.#tellDropped();
  }

  #keep(bytes: Buffer, given: number): void {
    const rest = bytes.length - given;
    if (rest > LONGEST_EVENT) {
      this.#droppedBytes += rest;
      this.#place += rest;
      this.#heldLength = 0;
      return;
    }
    // The chunk's bytes are the caller's again after the call.
    if (this.#held.length < rest) this.#held = Buffer.allocUnsafe(rest + 1024);
    bytes.copy(this.#held, 0, given, bytes.length);
    this.#heldLength = rest;
  }

  /**
   * Gives every event that is complete in `bytes`.
   * @param last  nothing follows: the last event is complete too
   * @returns offset of the first byte that was not given
   */
  #events(bytes: Buffer, last: boolean): number {
    const { length } = bytes;
    const sink = this.#sink;
    const base = this.#place;
    const quiet = this.#quiet;
    let quietCount = 0;
    let quietBytes = 0;
    let taken = 0;
    let at = 0;
    if (base === 0 && length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      sink.skipped('envelope', 3, 0);
      at = 3;
    }
    // Eight bytes at once, as a number that nobody reckons with: what nearly every line shares with the one before it is
    // looked at in three steps. Letters are below 0x80, so that it is never NaN, nor one of two zeros.
    const words = new DataView(bytes.buffer, bytes.byteOffset, length);
    let isSame = this.#isSameMinute(words, at, length);
    let prefix = isSame ? ISO_PREFIX : prefixLength(bytes, at, length);
    while (at < length) {
      if (prefix < 0 && !last && length - at < LONGEST_PREFIX) break;
      // A time holds no newline, so the search may begin behind it.
      let end = bytes.indexOf(10, prefix > 0 ? at + prefix : at);
      if (end < 0) {
        if (!last) break;
        end = length;
      }
      let next = end < length ? end + 1 : length;
      let isNextSame = this.#isSameMinute(words, next, length);
      let nextPrefix = isNextSame ? ISO_PREFIX : prefixLength(bytes, next, length);
      // Lines without a time go on with this event.
      while (nextPrefix < 0 && next < length && next > 0) {
        if (!last && length - next < LONGEST_PREFIX) {
          next = -1;
          break;
        }
        end = bytes.indexOf(10, next);
        if (end < 0) {
          next = last ? length : -1;
          end = length;
          break;
        }
        next = end + 1;
        isNextSame = this.#isSameMinute(words, next, length);
        nextPrefix = isNextSame ? ISO_PREFIX : prefixLength(bytes, next, length);
      }
      // The last event of a chunk may go on in the next one.
      if (next < 0 || (next === length && !last)) break;
      if (prefix < 0) {
        if (this.#droppedBytes > 0) {
          this.#droppedBytes += next - at;
          this.#place = base + next;
        } else sink.skipped('not-of-this-shape', next - at, base + at, 'lines before the first time');
      } else if (next - at > LONGEST_EVENT) {
        this.#place = base + at;
        this.#tellDropped();
        this.#droppedBytes = next - at;
        this.#place = base + next;
      } else {
        if (this.#droppedBytes > 0) {
          this.#place = base + at;
          this.#tellDropped();
        }
        const from = at + prefix;
        taken += next - at;
        if (isSame && quiet?.isQuiet(words, from, end)) {
          quietCount++;
          quietBytes += bytes[end - 1] === 13 ? end - 1 - from : end - from;
          at = next;
          prefix = nextPrefix;
          isSame = isNextSame;
          continue;
        }
        const to = end > from && bytes[end - 1] === 13 ? end - 1 : end;
        if (quietCount > 0 && !isSame) {
          this.#sink.skimmed?.(this.#stream, this.#minuteMs, quietCount, quietBytes);
          quietCount = 0;
          quietBytes = 0;
        }
        if (isSame) sink.event(this.#stream, this.#minuteMs + secondsAt(bytes, at), bytes, from, to, base + at);
        else {
          const atMs = prefix === MILLIS_PREFIX ? millisAt(bytes, at) : this.#timeAt(bytes, words, at);
          sink.event(this.#stream, atMs, bytes, from, to, base + at);
          // It was compared with a minute that is over.
          isNextSame = this.#isSameMinute(words, next, length);
        }
      }
      at = next;
      prefix = nextPrefix;
      isSame = isNextSame;
    }
    if (quietCount > 0) sink.skimmed?.(this.#stream, this.#minuteMs, quietCount, quietBytes);
    if (taken > 0) sink.took(taken);
    this.#place = base + at;
    return at;
  }

  /** Tells of an event that was too long, once its end is known. */
  #tellDropped(): void {
    const byteCount = this.#droppedBytes;
    if (byteCount === 0) return;
    this.#droppedBytes = 0;
    this.#sink.skipped('too-long', byteCount, this.#place - byteCount, `one event of more than ${LONGEST_EVENT >> 20} MiB`);
  }

  /** Whether a time with milliseconds begins there, in the minute of the event before. */
  #isSameMinute(words: DataView, at: number, length: number): boolean {
    return (
      at + ISO_PREFIX <= length &&
      words.getFloat64(at + 8, true) === this.#minute1 &&
      words.getUint16(at + 23, true) === Z_BLANK &&
      words.getFloat64(at, true) === this.#minute0
    );
  }

  /** `2026-11-21T02:01:36.123Z` at `at`, already known to have this form. */
  #timeAt(bytes: Buffer, words: DataView, at: number): number {
    const minute0 = words.getFloat64(at, true);
    const minute1 = words.getFloat64(at + 8, true);
    // What is no number is never the same, and taken apart each time.
    if (minute0 !== this.#minute0 || minute1 !== this.#minute1) {
      this.#minute0 = minute0;
      this.#minute1 = minute1;
      this.#minuteMs = Date.parse(`${bytes.toString('latin1', at, at + 16)}:00.000Z`);
    }
    return this.#minuteMs + secondsAt(bytes, at);
  }
}

/** `36.123` or `36` of a time, in milliseconds. */
function secondsAt(bytes: Buffer, at: number): number {
  const seconds = (bytes[at + 17]! - 48) * 10 + (bytes[at + 18]! - 48);
  if (bytes[at + 19] !== 0x2e) return seconds * 1000;
  return seconds * 1000 + (bytes[at + 20]! - 48) * 100 + (bytes[at + 21]! - 48) * 10 + (bytes[at + 22]! - 48);
}

/** `Z` and the blank behind it. */
const Z_BLANK = 0x205a;
const ONE = 0x31;
const TWO = 0x32;
/** CloudWatch allows 1 MB; sixteen times that is somebody's mistake, and would sit in memory. */
const LONGEST_EVENT = 16 * 1024 * 1024;
const ISO_PREFIX = 25;
const ISO_SECONDS_PREFIX = 21;
const MILLIS_PREFIX = 14;
const LONGEST_PREFIX = 25;

/** @returns length of the time and its blank, or -1: `…T02:01:36.123Z `, `…T02:01:36Z `, `1795226496123 ` */
function prefixLength(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at]!;
  if (first === TWO) {
    if (
      at + ISO_PREFIX <= length &&
      bytes[at + 10] === 0x54 &&
      bytes[at + 23] === 0x5a &&
      bytes[at + 24] === 0x20 &&
      bytes[at + 4] === 0x2d
    )
      return ISO_PREFIX;
    if (at + ISO_SECONDS_PREFIX <= length && bytes[at + 10] === 0x54 && bytes[at + 19] === 0x5a && bytes[at + 20] === 0x20)
      return ISO_SECONDS_PREFIX;
    return -1;
  }
  if (first === ONE && at + MILLIS_PREFIX <= length && bytes[at + 13] === 0x20) {
    for (let i = at; i < at + 13; i++) if (bytes[i]! < 0x30 || bytes[i]! > 0x39) return -1;
    return MILLIS_PREFIX;
  }
  return -1;
}

function millisAt(bytes: Buffer, at: number): number {
  return Number(bytes.toString('latin1', at, at + 13));
}
