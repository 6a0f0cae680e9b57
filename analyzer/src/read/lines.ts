/**
 * Splits text into lines while it streams by: no string per line, no copy of a line that lies in one chunk.
 *
 * What every text shape needs is done here once: the byte order mark and CRLF are taken off, terminal colours
 * are taken out, a line that crosses chunk edges is put together, and one that never ends is counted, not kept.
 */
import { GrowingBytes } from './growing-bytes.ts';
import { ESCAPE, holdsAnsi, stripAnsi } from './strip-ansi.ts';

export interface LineListener {
  /**
   * A line in `bytes[from, to)`, valid during the call.
   * @param place      byte offset of the line in the file
   * @param byteCount  bytes of the file that the line took up, with its line end
   */
  line(bytes: Buffer, from: number, to: number, place: number, byteCount: number): void;
  tooLong(byteCount: number, place: number): void;
}

/** One event of CloudWatch Logs holds at most 1 MB; whatever is sixteen times longer is not a log line. */
const LINE_CAP_BYTES = 16 * 1024 * 1024;

export class Lines {
  readonly #listener: LineListener;
  readonly #capBytes: number;
  readonly #carry = new GrowingBytes();
  readonly #plain = new GrowingBytes();
  /** Bytes of the unfinished line in earlier chunks, also when they are not kept. */
  #seen = 0;
  #discarding = false;
  /** Set by the first escape byte of the file, so that files without colour never look for them per line. */
  #mayHoldAnsi = false;
  #place = 0;

  constructor(listener: LineListener, capBytes: number = LINE_CAP_BYTES) {
    this.#listener = listener;
    this.#capBytes = capBytes;
  }

  push(chunk: Buffer): void {
    if (!this.#mayHoldAnsi && chunk.indexOf(ESCAPE) >= 0) this.#mayHoldAnsi = true;
    let start = 0;
    let newline = chunk.indexOf(LF);
    if (newline >= 0 && this.#seen > 0) {
      this.#finishCarried(chunk, newline + 1);
      start = newline + 1;
      newline = chunk.indexOf(LF, start);
    }
    while (newline >= 0) {
      const byteCount = newline + 1 - start;
      if (byteCount > this.#capBytes) this.#skip(byteCount);
      else this.#give(chunk, start, newline + 1, byteCount);
      start = newline + 1;
      newline = chunk.indexOf(LF, start);
    }
    this.#keep(chunk, start);
  }

  end(): void {
    if (this.#seen > 0) this.#finishCarried(EMPTY, 0);
  }

  #keep(chunk: Buffer, start: number): void {
    this.#seen += chunk.length - start;
    if (!this.#discarding && this.#seen > this.#capBytes) {
      this.#discarding = true;
      this.#carry.clear();
    }
    if (!this.#discarding) this.#carry.append(chunk, start, chunk.length);
  }

  #finishCarried(chunk: Buffer, to: number): void {
    const byteCount = this.#seen + to;
    if (this.#discarding || byteCount > this.#capBytes) {
      this.#skip(byteCount);
    } else {
      this.#carry.append(chunk, 0, to);
      this.#give(this.#carry.bytes, 0, byteCount, byteCount);
    }
    this.#carry.clear();
    this.#seen = 0;
    this.#discarding = false;
  }

  #give(bytes: Buffer, start: number, end: number, byteCount: number): void {
    let from = start;
    let to = end;
    if (to > from && bytes[to - 1] === LF) to--;
    if (to > from && bytes[to - 1] === CR) to--;
    if (this.#place === 0 && to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf) from += 3;
    const place = this.#place;
    this.#place += byteCount;
    if (this.#mayHoldAnsi && holdsAnsi(bytes, from, to)) {
      this.#plain.clear();
      stripAnsi(bytes, from, to, this.#plain);
      this.#listener.line(this.#plain.bytes, 0, this.#plain.length, place, byteCount);
    } else {
      this.#listener.line(bytes, from, to, place, byteCount);
    }
  }

  #skip(byteCount: number): void {
    this.#listener.tooLong(byteCount, this.#place);
    this.#place += byteCount;
  }
}

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);
