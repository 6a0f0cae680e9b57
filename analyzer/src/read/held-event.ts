/**
 * An event of a text shape while its lines are being collected.
 *
 * Only the next line tells whether an event is over, since messages hold newlines and their further lines carry
 * no prefix. So the lines are copied into one buffer and handed over when the next event begins.
 */
import { compactJson, isWholeObject } from './compact-json.ts';
import type { EventSink, SkipReason } from './event-sink.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** CloudWatch Logs takes at most 1 MB per event; sixteen times that is no event. */
const EVENT_CAP_BYTES = 16 * 1024 * 1024;

export class HeldEvent {
  /** True from `begin` until `give`. */
  isOpen = false;
  lineCount = 0;
  readonly #sink: EventSink;
  readonly #capBytes: number;
  readonly #text = new GrowingBytes();
  #stream = 0;
  #atMs = 0;
  #place = 0;
  #byteCount = 0;
  #blankLines = 0;
  #lastLineFrom = 0;
  /** Set when the event is given up: its bytes are counted, not kept. */
  #dropped: { readonly reason: SkipReason; readonly found: string } | undefined;

  constructor(sink: EventSink, capBytes: number = EVENT_CAP_BYTES) {
    this.#sink = sink;
    this.#capBytes = capBytes;
  }

  /** Gives the event before, and begins one with its first line. */
  begin(stream: number, atMs: number, bytes: Buffer, from: number, to: number, place: number, byteCount: number): void {
    this.give();
    this.isOpen = true;
    this.lineCount = 1;
    this.#stream = stream;
    this.#atMs = atMs;
    this.#place = place;
    this.#byteCount = byteCount;
    this.#lastLineFrom = 0;
    this.#append(bytes, from, to);
  }

  /** Gives the event before, and begins to count bytes that are no event. */
  beginSkipping(reason: SkipReason, found: string, place: number, byteCount: number): void {
    this.give();
    this.isOpen = true;
    this.#place = place;
    this.#byteCount = byteCount;
    this.#dropped = { reason, found };
  }

  /** Puts a line in place of an event's first one, which was only a head; its blank lines go. */
  replaceFirstLine(line: Buffer, byteCount: number): void {
    this.#byteCount += byteCount;
    this.#blankLines = 0;
    this.#text.clear();
    this.#append(line, 0, line.length);
  }

  /** A further line of the event. */
  continueWith(bytes: Buffer, from: number, to: number, byteCount: number): void {
    this.lineCount++;
    this.#byteCount += byteCount;
    if (this.#dropped !== undefined) return;
    while (this.#blankLines > 0) {
      this.#blankLines--;
      this.#text.appendByte(LF);
    }
    this.#text.appendByte(LF);
    this.#lastLineFrom = this.#text.length;
    this.#append(bytes, from, to);
  }

  /** A blank line: part of the message only when more of it follows. */
  continueBlank(byteCount: number): void {
    this.#byteCount += byteCount;
    // Beyond that, blank lines carry no meaning and would only be a way to fill the memory.
    if (this.#blankLines < 64) this.#blankLines++;
  }

  /** Bytes that belong to the event and add nothing to its text. */
  absorb(byteCount: number): void {
    this.#byteCount += byteCount;
  }

  /** True when the lines so far are an object laid out over several lines, from `{` to `}`. */
  isClosedLayout(): boolean {
    const { bytes, length } = this.#text;
    return (
      this.#dropped === undefined &&
      this.lineCount > 1 &&
      bytes[0] === 0x7b &&
      bytes[1] === LF &&
      length - this.#lastLineFrom === 1 &&
      bytes[length - 1] === 0x7d
    );
  }

  /** The text so far; valid until the next call. */
  text(): Buffer {
    return this.#text.bytes.subarray(0, this.#text.length);
  }

  /** Hands the event over, when there is one. */
  give(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const dropped = this.#dropped;
    if (dropped !== undefined) {
      this.#sink.skipped(dropped.reason, this.#byteCount, this.#place, dropped.found);
    } else {
      const { bytes, length } = this.#text;
      const to =
        this.lineCount > 1 && startsLayout(bytes, length) && isWholeObject(bytes, 0, length) ? compactJson(bytes, 0, length) : length;
      this.#sink.event(this.#stream, this.#atMs, bytes, 0, to, this.#place);
      this.#sink.took(this.#byteCount);
    }
    this.#dropped = undefined;
    this.#text.clear();
    this.#blankLines = 0;
    this.lineCount = 0;
  }

  #append(bytes: Buffer, from: number, to: number): void {
    if (this.#text.length + to - from > this.#capBytes) {
      this.#dropped = { reason: 'too-long', found: `event of more than ${this.#capBytes} bytes` };
      this.#text.clear();
    } else {
      this.#text.append(bytes, from, to);
    }
  }
}

const LF = 0x0a;

/** A first line that is empty or only `{`: the event was laid out for people. */
function startsLayout(bytes: Buffer, length: number): boolean {
  let at = 0;
  while (at < length && bytes[at] === 0x20) at++;
  if (bytes[at] === LF) {
    do at++;
    while (at < length && (bytes[at] === 0x20 || bytes[at] === LF));
    return bytes[at] === 0x7b;
  }
  return bytes[at] === 0x7b && bytes[at + 1] === LF;
}
