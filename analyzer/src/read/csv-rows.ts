/**
 * Splits a CSV into rows while it streams by, without a string per row.
 *
 * Log messages live in quoted fields and hold newlines, commas and doubled quotes, so neither a split at
 * newlines nor a row per chunk works. Rows that lie inside one chunk are handed over where they lie; only a
 * row that crosses a chunk edge is copied, once.
 *
 * Dialect: RFC 4180, and what real files do beyond it: LF row ends, a byte order mark, a quote inside an
 * unquoted field (plain text), text after a closing quote (kept). A CR that is not followed by LF is data:
 * Lambda's Node runtime writes CR in place of LF inside one message.
 */
import { GrowingBytes } from './growing-bytes.ts';

/** One row. Valid only during the call that hands it over. */
export interface CsvRow {
  /** At least 1: an empty line is a row with one empty field. */
  readonly fieldCount: number;
  /** Byte offset of the row in the file. */
  readonly place: number;
  /** Bytes of the row with its line end, and with the byte order mark in the first row. */
  readonly byteCount: number;
  /** The buffer that holds a field, unquoted and unescaped, from `from(field)` to `to(field)`. Ask for it first. */
  bytes(field: number): Buffer;
  from(field: number): number;
  to(field: number): number;
  /** A field as a string, empty when the row has no such field; for headers and short values. */
  text(field: number): string;
}

export interface CsvRowListener {
  row(row: CsvRow): void;
  /** The file ended inside a quoted field: these bytes are no row. */
  broken(byteCount: number, place: number): void;
  /** A row longer than the cap; its bytes were not kept. */
  tooLong(byteCount: number, place: number): void;
}

/** No event of CloudWatch Logs is larger than 1 MB; escaped and with its neighbours it stays far below. */
const ROW_CAP_BYTES = 16 * 1024 * 1024;

export class CsvRows {
  readonly #listener: CsvRowListener;
  readonly #capBytes: number;
  readonly #row = new RowOfBytes();
  /** Start of an unfinished row, from earlier chunks. */
  readonly #carry = new GrowingBytes();
  /** Bytes of the unfinished row in earlier chunks; the carry holds as many, unless the row is being discarded. */
  #seen = 0;
  #discarding = false;
  #state: State = FILE_START;
  #lastByte = 0;

  constructor(listener: CsvRowListener, capBytes: number = ROW_CAP_BYTES) {
    this.#listener = listener;
    this.#capBytes = capBytes;
  }

  push(chunk: Buffer): void {
    const row = this.#row;
    const length = chunk.length;
    if (length === 0) return;
    let state = this.#state;
    let rowStart = 0;
    // Fields are kept relative to their row, so that moving a row into the carry does not move them.
    let shift = this.#seen;
    let at = 0;

    while (at < length) {
      let ended = false;
      switch (state) {
        case FILE_START:
          row.open(0);
          state = chunk[at] === 0xef ? BOM_1 : FIELD_START;
          if (state === BOM_1) at++;
          break;
        case BOM_1:
          state = chunk[at] === 0xbb ? BOM_2 : UNQUOTED;
          if (state === BOM_2) at++;
          break;
        case BOM_2:
          state = chunk[at] === 0xbf ? FIELD_START : UNQUOTED;
          if (state === FIELD_START) at++;
          break;
        case FIELD_START:
          row.open(at + shift);
          state = UNQUOTED;
          if (chunk[at] === QUOTE) {
            row.markQuoted();
            state = QUOTED;
            at++;
          }
          break;
        case QUOTED: {
          const quote = chunk.indexOf(QUOTE, at);
          if (quote < 0) {
            at = length;
          } else {
            state = QUOTE_IN_QUOTED;
            at = quote + 1;
          }
          break;
        }
        case QUOTE_IN_QUOTED:
          switch (chunk[at]) {
            case QUOTE:
              row.markEscaped();
              state = QUOTED;
              at++;
              break;
            case CR:
              state = CR_AFTER_QUOTE;
              at++;
              break;
            case COMMA:
              row.close(at + shift);
              state = FIELD_START;
              at++;
              break;
            case LF:
              row.close(at + shift);
              ended = true;
              at++;
              break;
            default:
              row.markEscaped();
              state = UNQUOTED;
          }
          break;
        case CR_AFTER_QUOTE:
          if (chunk[at] === LF) {
            row.close(at + shift - 1);
            ended = true;
            at++;
          } else {
            row.markEscaped();
            state = UNQUOTED;
          }
          break;
        case UNQUOTED: {
          let byte = 0;
          while (at < length) {
            byte = chunk[at];
            if (byte === COMMA || byte === LF) break;
            at++;
          }
          if (at === length) break;
          if (byte === COMMA) {
            row.close(at + shift);
            state = FIELD_START;
          } else {
            const before = at > 0 ? chunk[at - 1] : this.#lastByte;
            row.close(before === CR && at + shift > row.openedAt ? at + shift - 1 : at + shift);
            ended = true;
          }
          at++;
          break;
        }
        default:
          state satisfies never;
      }
      if (ended) {
        this.#finish(chunk, rowStart, at, at + shift);
        rowStart = at;
        shift = -at;
        state = FIELD_START;
      }
    }

    this.#state = state;
    this.#lastByte = chunk[length - 1];
    this.#seen = length + shift;
    if (!this.#discarding && this.#seen > this.#capBytes) {
      this.#discarding = true;
      this.#carry.clear();
    }
    if (!this.#discarding) this.#carry.append(chunk, rowStart, length);
  }

  end(): void {
    if (this.#seen === 0) return;
    const byteCount = this.#seen;
    const row = this.#row;
    if (this.#state === QUOTED && !this.#discarding) {
      this.#listener.broken(byteCount, row.place);
    } else {
      // The line end of the last row is often missing.
      if (this.#state === FIELD_START) row.open(byteCount);
      const strip = this.#lastByte === CR && (this.#state === CR_AFTER_QUOTE || (this.#state === UNQUOTED && byteCount > row.openedAt));
      row.close(strip ? byteCount - 1 : byteCount);
      this.#finish(EMPTY, 0, 0, byteCount);
    }
    this.#seen = 0;
    this.#state = FIELD_START;
  }

  /** The row that ends at `chunk[to - 1]`; it began in this chunk at `from`, or earlier when the carry holds bytes. */
  #finish(chunk: Buffer, from: number, to: number, byteCount: number): void {
    const row = this.#row;
    row.byteCount = byteCount;
    if (this.#discarding || byteCount > this.#capBytes) {
      this.#listener.tooLong(byteCount, row.place);
    } else if (this.#carry.length > 0) {
      this.#carry.append(chunk, from, to);
      row.lieIn(this.#carry.bytes, 0);
      this.#listener.row(row);
    } else {
      row.lieIn(chunk, from);
      this.#listener.row(row);
    }
    row.next(byteCount);
    this.#carry.clear();
    this.#discarding = false;
  }
}

type State =
  | typeof FILE_START
  | typeof BOM_1
  | typeof BOM_2
  | typeof FIELD_START
  | typeof UNQUOTED
  | typeof QUOTED
  | typeof QUOTE_IN_QUOTED
  | typeof CR_AFTER_QUOTE;

const FILE_START = 0;
/** The first byte of a byte order mark was seen. */
const BOM_1 = 1;
const BOM_2 = 2;
const FIELD_START = 3;
const UNQUOTED = 4;
const QUOTED = 5;
/** A quote inside a quoted field: either its end, or the first half of an escaped quote. */
const QUOTE_IN_QUOTED = 6;
const CR_AFTER_QUOTE = 7;

const QUOTE = 0x22;
const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;

const EMPTY = Buffer.alloc(0);

/** More columns than any export has; those beyond are counted and not kept, so that a row of commas costs no memory. */
const KEPT_FIELDS = 1024;

class RowOfBytes implements CsvRow {
  fieldCount = 0;
  place = 0;
  byteCount = 0;
  /** Row-relative start of the field that is open. */
  openedAt = 0;
  #openForm: FieldForm = PLAIN;
  #buffer: Buffer = EMPTY;
  #start = 0;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #form: FieldForm[] = [];
  /** Fields whose escapes were taken out, one after the other. */
  readonly #unescaped = new GrowingBytes();

  open(offset: number): void {
    this.openedAt = offset;
    this.#openForm = PLAIN;
  }

  markQuoted(): void {
    this.#openForm = IN_QUOTES;
  }

  markEscaped(): void {
    this.#openForm = ESCAPED;
  }

  close(offset: number): void {
    const field = this.fieldCount++;
    if (field >= KEPT_FIELDS) return;
    const quotes = this.#openForm === IN_QUOTES ? 1 : 0;
    this.#from[field] = this.openedAt + quotes;
    this.#to[field] = offset - quotes;
    this.#form[field] = this.#openForm;
  }

  lieIn(buffer: Buffer, start: number): void {
    this.#buffer = buffer;
    this.#start = start;
  }

  next(byteCount: number): void {
    this.place += byteCount;
    this.fieldCount = 0;
    this.#unescaped.clear();
  }

  bytes(field: number): Buffer {
    if (!this.#isKept(field)) return EMPTY;
    if (this.#form[field] === ESCAPED) this.#unescape(field);
    return this.#form[field] === UNESCAPED ? this.#unescaped.bytes : this.#buffer;
  }

  from(field: number): number {
    if (!this.#isKept(field)) return 0;
    if (this.#form[field] === ESCAPED) this.#unescape(field);
    return this.#form[field] === UNESCAPED ? this.#from[field] : this.#start + this.#from[field];
  }

  to(field: number): number {
    if (!this.#isKept(field)) return 0;
    if (this.#form[field] === ESCAPED) this.#unescape(field);
    return this.#form[field] === UNESCAPED ? this.#to[field] : this.#start + this.#to[field];
  }

  text(field: number): string {
    return this.bytes(field).toString('utf8', this.from(field), this.to(field));
  }

  #isKept(field: number): boolean {
    return field < this.fieldCount && field < KEPT_FIELDS;
  }

  #unescape(field: number): void {
    const source = this.#buffer;
    const to = this.#start + this.#to[field];
    let at = this.#start + this.#from[field];
    const kept = this.#unescaped;
    const from = kept.length;
    // Copied in runs between quotes: an escaped JSON message has a quote every few bytes, a text almost none.
    let inQuotes = source[at] === QUOTE;
    if (inQuotes) at++;
    while (at < to) {
      const quote = inQuotes ? source.indexOf(QUOTE, at) : -1;
      if (quote < 0 || quote >= to) {
        kept.append(source, at, to);
        break;
      }
      const isEscape = quote + 1 < to && source[quote + 1] === QUOTE;
      kept.append(source, at, isEscape ? quote + 1 : quote);
      at = isEscape ? quote + 2 : quote + 1;
      inQuotes = isEscape;
    }
    this.#from[field] = from;
    this.#to[field] = kept.length;
    this.#form[field] = UNESCAPED;
  }
}

type FieldForm = typeof PLAIN | typeof IN_QUOTES | typeof ESCAPED | typeof UNESCAPED;

const PLAIN = 0;
const IN_QUOTES = 1;
/** Holds doubled quotes, or text after its closing quote: has to be copied to be read. */
const ESCAPED = 2;
/** Was escaped, and now lies in the buffer of unescaped fields. */
const UNESCAPED = 3;
