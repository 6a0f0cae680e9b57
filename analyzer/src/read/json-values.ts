/**
 * Splits JSON into values while it streams by, without parsing it and without a string per value.
 *
 * What leaves AWS as JSON comes in many arrangements: one object a line, objects one behind the other without
 * anything between them (Firehose), one array around all, or pages with the values in a named member
 * (`{"events":[…],"nextToken":…}`), several pages in one file. Here they all become the same sequence of values,
 * so that a file larger than memory is read with the memory of its largest value.
 *
 * A value that lies inside one chunk is handed over where it lies; only one that crosses an edge is copied.
 * Nothing is validated beyond what finding the ends needs. Two things no JSON holds tell that a value was cut off
 * in the middle of a file: a line feed inside a string, and a brace where a comma has to stand. Reading goes on there.
 */
import type { SkipReason } from './event-sink.ts';
import { GrowingBytes } from './growing-bytes.ts';

export interface JsonValueListener {
  /**
   * A whole value: object, array, string, number, or a word that is no JSON at all. Valid during the call.
   * @param within  the wrapper member whose array holds it; empty at top level and in an array around all
   */
  value(bytes: Buffer, from: number, to: number, place: number, within: string): void;
  /**
   * What stands around a wrapper's values: from its brace to the opening bracket, or from the closing bracket to its
   * brace. With `{"":[` put before the second (or `]}` behind the first) it is JSON.
   * @returns how many of its bytes the listener has accounted for itself; the rest is counted as envelope
   */
  around?(bytes: Buffer, from: number, to: number, place: number): number;
  /** The input ended inside a value, which began like this. When absent, its bytes are counted as broken. */
  cut?(bytes: Buffer, from: number, to: number, place: number, within: string): void;
  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void;
}

/** CloudWatch takes events of at most 1 MB, Firehose and Kinesis records of at most 10 MB. */
const VALUE_CAP_BYTES = 16 * 1024 * 1024;

export class JsonValues {
  readonly #listener: JsonValueListener;
  readonly #wrappers: readonly string[];
  readonly #capBytes: number;
  /** Start of an unfinished value, from earlier chunks. */
  readonly #carry = new GrowingBytes();
  #state: State = BETWEEN;
  /** Offset of the chunk in the input. */
  #chunkPlace = 0;

  #inArray = false;
  #arrayPlace = 0;
  #within = '';
  #withinPlace = 0;
  /** Brackets, commas and white space that nobody was told of yet. */
  #dressBytes = 0;
  #dressPlace = 0;

  #valuePlace = 0;
  /** Where the unfinished value begins, or goes on, in this chunk. */
  #valueFrom = 0;
  #depth = 0;
  /** The object may turn out to be a wrapper. */
  #mayWrap = false;
  /** What is being read is the rest of a wrapper. */
  #isRest = false;
  #inString = false;
  /** The last byte of the chunk before was a backslash that escapes the next one. */
  #escaped = false;
  /** The last byte before this chunk that is neither white space nor inside a string. */
  #significant = 0;
  /** The value is over the cap: its bytes are counted, not kept. */
  #discarding = false;
  /** First line feed at or behind the place that was asked for last, so that no stretch is searched twice. */
  #lineFeed = -1;

  /** @param wrappers  names of members whose arrays hold the values */
  constructor(listener: JsonValueListener, wrappers: readonly string[] = [], capBytes: number = VALUE_CAP_BYTES) {
    this.#listener = listener;
    this.#wrappers = wrappers;
    this.#capBytes = capBytes;
  }

  push(chunk: Buffer): void {
    const length = chunk.length;
    let at = 0;
    this.#lineFeed = -1;
    this.#valueFrom = 0;
    while (at < length) {
      if (this.#state === BETWEEN) at = this.#between(chunk, at);
      else if (this.#state === NESTED) at = this.#nested(chunk, at);
      else at = this.#scalar(chunk, at);
    }
    if (this.#state !== BETWEEN) this.#keep(chunk);
    this.#chunkPlace += length;
  }

  /** What is still held is told; the next push begins a new input. */
  end(): void {
    const length = this.#chunkPlace - this.#valuePlace;
    this.#valueFrom = 0;
    if (this.#state === WORD) {
      this.#finish(EMPTY, 0);
    } else if (this.#state !== BETWEEN) {
      if (this.#discarding) this.#tooLong(length);
      else if (this.#isRest || this.#listener.cut === undefined) this.#broken(length);
      else this.#listener.cut(this.#carry.bytes, 0, this.#carry.length, this.#valuePlace, this.#within);
    } else if (this.#inArray || this.#within !== '') {
      // The bracket itself is what is broken; its byte was counted as dress.
      this.#dressBytes--;
      this.#listener.skipped('broken', 1, this.#within === '' ? this.#arrayPlace : this.#withinPlace, 'array that does not close');
    }
    if (this.#dressBytes > 0) this.#listener.skipped('envelope', this.#dressBytes, this.#dressPlace);
    this.#carry.clear();
    this.#state = BETWEEN;
    this.#chunkPlace = 0;
    this.#inArray = false;
    this.#within = '';
    this.#dressBytes = 0;
    this.#discarding = false;
    this.#inString = false;
    this.#escaped = false;
  }

  #between(chunk: Buffer, from: number): number {
    const length = chunk.length;
    let at = from;
    while (at < length) {
      const byte = chunk[at];
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY || byte === QUOTE) break;
      if (byte === CLOSE_ARRAY && this.#within !== '') break;
      if (DRESS[byte] === 0 && !this.#isByteOrderMark(byte, at)) break;
      if (byte === CLOSE_ARRAY) this.#inArray = false;
      at++;
    }
    if (at > from) this.#dress(this.#chunkPlace + from, at - from);
    if (at === length) return at;

    const byte = chunk[at];
    if (byte === OPEN_ARRAY && !this.#inArray && this.#within === '') {
      this.#inArray = true;
      this.#arrayPlace = this.#chunkPlace + at;
      this.#dress(this.#arrayPlace, 1);
      return at + 1;
    }
    this.#valuePlace = this.#chunkPlace + at;
    this.#valueFrom = at;
    this.#depth = 0;
    this.#isRest = false;
    this.#discarding = false;
    if (byte === CLOSE_ARRAY) {
      this.#within = '';
      this.#isRest = true;
      this.#mayWrap = true;
      this.#depth = 1;
      this.#state = NESTED;
      return at + 1;
    }
    if (byte === QUOTE) {
      this.#state = STRING;
      this.#inString = true;
      return at + 1;
    }
    if (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) {
      this.#state = WORD;
      return at + 1;
    }
    this.#mayWrap = byte === OPEN_OBJECT && this.#wrappers.length > 0 && this.#within === '';
    this.#depth = 1;
    this.#significant = byte;
    this.#state = NESTED;
    return at + 1;
  }

  /** Goes on inside an object or array until it ends, or the chunk does. */
  #nested(chunk: Buffer, from: number): number {
    const length = chunk.length;
    let at = from;
    let depth = this.#depth;
    let inString = this.#inString;
    while (at < length) {
      if (inString) {
        const quote = this.#endOfString(chunk, at);
        if (quote < 0) return this.#breakOff(~quote);
        if (quote === length) break;
        inString = false;
        this.#inString = false;
        at = quote + 1;
        continue;
      }
      const byte = chunk[at];
      if (byte === QUOTE) {
        inString = true;
        this.#inString = true;
      } else if ((byte | 0x20) === 0x7b) {
        // An opening brace or bracket: 7b and 5b.
        const before = this.#before(chunk, at);
        if (before !== COLON && before !== COMMA && before !== OPEN_ARRAY) return this.#breakOff(at);
        if (depth === 1 && this.#mayWrap && byte === OPEN_ARRAY && before === COLON) {
          const name = this.#wrapperBefore(chunk, at);
          if (name !== '') return this.#openWrapper(chunk, at, name);
        }
        depth++;
      } else if ((byte | 0x20) === 0x7d) {
        depth--;
        if (depth === 0) return this.#finish(chunk, at + 1);
      }
      at++;
    }
    this.#depth = depth;
    return length;
  }

  /** A string or a bare word that stands where an object could. */
  #scalar(chunk: Buffer, from: number): number {
    if (this.#state === STRING) {
      const quote = this.#endOfString(chunk, from);
      if (quote < 0) return this.#breakOff(~quote);
      if (quote === chunk.length) return quote;
      this.#inString = false;
      return this.#finish(chunk, quote + 1);
    }
    let at = from;
    while (at < chunk.length && DRESS[chunk[at]] === 0 && chunk[at] !== QUOTE && (chunk[at] | 0x20) !== 0x7b) at++;
    return at < chunk.length ? this.#finish(chunk, at) : at;
  }

  /** @returns index of the closing quote; the chunk's length when the string goes on; ~index of a line feed in it */
  #endOfString(chunk: Buffer, from: number): number {
    const length = chunk.length;
    let at = from;
    if (this.#escaped) {
      if (chunk[at] === LF) return ~at;
      this.#escaped = false;
      at++;
    }
    let stepped = Math.min(at + STEPPED_BYTES, length);
    for (;;) {
      while (at < stepped) {
        const byte = chunk[at];
        if (byte === QUOTE) return at;
        if (byte === LF) return ~at;
        if (byte === BACKSLASH) {
          at++;
          if (at === length) {
            this.#escaped = true;
            return length;
          }
          if (chunk[at] === LF) return ~at;
        }
        at++;
      }
      if (at >= length) return length;
      const found = chunk.indexOf(QUOTE, at);
      const stop = found < 0 ? length : found;
      if (this.#lineFeed < at) {
        const lineFeed = chunk.indexOf(LF, at);
        this.#lineFeed = lineFeed < 0 ? length : lineFeed;
      }
      if (this.#lineFeed < stop) return ~this.#lineFeed;
      let backslashes = 0;
      while (stop - 1 - backslashes >= at && chunk[stop - 1 - backslashes] === BACKSLASH) backslashes++;
      const isEscaped = (backslashes & 1) === 1;
      if (found < 0) {
        this.#escaped = isEscaped;
        return length;
      }
      if (!isEscaped) return stop;
      // JSON inside a string: the next quote is near.
      at = stop + 1;
      stepped = Math.min(at + STEPPED_BYTES, length);
    }
  }

  /** The byte before `at` that is not white space; `at` is inside a value and outside its strings. */
  #before(chunk: Buffer, at: number): number {
    let back = at - 1;
    while (back >= this.#valueFrom && isBlank(chunk[back])) back--;
    return back >= this.#valueFrom ? chunk[back] : this.#significant;
  }

  /** The member name before the bracket at `at`, when it is one of the wrappers'. */
  #wrapperBefore(chunk: Buffer, at: number): string {
    if (this.#chunkPlace + at - this.#valuePlace > this.#capBytes) return '';
    let bytes = chunk;
    let from = this.#valueFrom;
    let back = at - 1;
    if (this.#carry.length > 0) {
      this.#carry.append(chunk, this.#valueFrom, at);
      this.#valueFrom = at;
      this.#significant = COLON;
      bytes = this.#carry.bytes;
      from = 0;
      back = this.#carry.length - 1;
    }
    while (back > from && bytes[back] !== QUOTE) back--;
    for (const name of this.#wrappers) {
      const start = back - name.length;
      if (start > from && bytes[start - 1] === QUOTE && bytes.toString('latin1', start, back) === name) return name;
    }
    return '';
  }

  #openWrapper(chunk: Buffer, at: number, name: string): number {
    this.#within = name;
    this.#withinPlace = this.#chunkPlace + at;
    this.#tellAround(chunk, at + 1);
    return at + 1;
  }

  #tellAround(chunk: Buffer, to: number): void {
    const length = this.#chunkPlace + to - this.#valuePlace;
    let own: number | undefined = 0;
    if (this.#carry.length > 0) {
      this.#carry.append(chunk, this.#valueFrom, to);
      own = this.#listener.around?.(this.#carry.bytes, 0, this.#carry.length, this.#valuePlace);
      this.#carry.clear();
    } else {
      own = this.#listener.around?.(chunk, this.#valueFrom, to, this.#valuePlace);
    }
    this.#dress(this.#valuePlace, length - (own ?? 0));
    this.#state = BETWEEN;
    this.#isRest = false;
  }

  #finish(chunk: Buffer, to: number): number {
    const length = this.#chunkPlace + to - this.#valuePlace;
    this.#state = BETWEEN;
    if (this.#discarding || length > this.#capBytes) {
      this.#carry.clear();
      this.#tooLong(length);
    } else if (this.#isRest) {
      this.#tellAround(chunk, to);
    } else if (this.#carry.length > 0) {
      this.#carry.append(chunk, this.#valueFrom, to);
      this.#listener.value(this.#carry.bytes, 0, this.#carry.length, this.#valuePlace, this.#within);
      this.#carry.clear();
    } else {
      this.#listener.value(chunk, this.#valueFrom, to, this.#valuePlace, this.#within);
    }
    return to;
  }

  /** The value cannot be one: its bytes up to here are counted, and reading goes on as if a new input began. */
  #breakOff(at: number): number {
    const length = this.#chunkPlace + at - this.#valuePlace;
    if (this.#discarding || length > this.#capBytes) this.#tooLong(length);
    else this.#broken(length);
    this.#carry.clear();
    this.#state = BETWEEN;
    this.#inString = false;
    this.#escaped = false;
    this.#isRest = false;
    this.#inArray = false;
    this.#within = '';
    return at;
  }

  #broken(byteCount: number): void {
    this.#listener.skipped('broken', byteCount, this.#valuePlace, 'JSON that ends in the middle');
  }

  #tooLong(byteCount: number): void {
    this.#listener.skipped('too-long', byteCount, this.#valuePlace, `JSON value of more than ${this.#capBytes} bytes`);
  }

  #keep(chunk: Buffer): void {
    if (!this.#inString) {
      let back = chunk.length - 1;
      while (back >= this.#valueFrom && isBlank(chunk[back])) back--;
      if (back >= this.#valueFrom) this.#significant = chunk[back];
    }
    if (!this.#discarding && this.#chunkPlace + chunk.length - this.#valuePlace > this.#capBytes) {
      this.#discarding = true;
      this.#carry.clear();
    }
    if (!this.#discarding) this.#carry.append(chunk, this.#valueFrom, chunk.length);
  }

  #dress(place: number, byteCount: number): void {
    if (byteCount <= 0) return;
    if (this.#dressBytes === 0) this.#dressPlace = place;
    this.#dressBytes += byteCount;
  }

  #isByteOrderMark(byte: number, at: number): boolean {
    return this.#chunkPlace + at < 3 && byte === BYTE_ORDER_MARK[this.#chunkPlace + at];
  }
}

type State = typeof BETWEEN | typeof NESTED | typeof STRING | typeof WORD;

const BETWEEN = 0;
/** Inside an object, an array, or the rest of a wrapper. */
const NESTED = 1;
const STRING = 2;
const WORD = 3;

/** Only the shortest strings are stepped through: asking for the next quote costs 10 ns. */
const STEPPED_BYTES = 4;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const EMPTY = Buffer.alloc(0);

/** Bytes that may stand between values; 1e is the record separator of RFC 7464. */
const DRESS = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0a, 0x0d, 0x1e, COMMA, COLON, CLOSE_ARRAY, 0x7d]) DRESS[byte] = 1;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;
}
