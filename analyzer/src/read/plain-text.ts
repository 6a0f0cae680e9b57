/**
 * Messages without an envelope: text pasted from the CloudWatch console, `--query 'events[].message' --output text`,
 * the decoded LogResult of an invocation, anything that somebody saved with a text editor.
 *
 * Nothing tells where an event begins but the messages' own heads, and nothing tells a stream. What is done:
 * - the heads of Lambda and its runtimes begin an event; indented lines, closing brackets and, after an
 *   application line, other text continue it;
 * - a line that is only a time (the console's first column) dates the message that follows it;
 * - an event that the console shows twice, laid out and raw, is read once;
 * - `--output text` puts a tab between messages: one at the start of a line is taken off, and JSON messages that
 *   share a line are told apart.
 */
import { compactJson, isWholeObject } from './compact-json.ts';
import type { EventSink, FileContext, OpenReader, ShapeReader } from './event-sink.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { HeldEvent } from './held-event.ts';
import { IsoTime } from './iso-time.ts';
import { type LineListener, Lines } from './lines.ts';
import { LocalClock } from './local-clock.ts';
import { beginsEvent, MessageHead, type MessageHeadKind } from './message-head.ts';
import { isBlankLine } from './prefixed-events.ts';
import { StreamHandles } from './stream-handles.ts';

export const openPlainText: OpenReader = (sink, file) => new PlainText(sink, file);

class PlainText implements LineListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #streams: StreamHandles;
  readonly #held: HeldEvent;
  readonly #lines = new Lines(this);
  readonly #head = new MessageHead();
  readonly #time = new IsoTime();
  readonly #clock: LocalClock;
  readonly #twins = new TwinCheck();
  #heldKind: MessageHeadKind = 'blank';
  /** Set once per event, so that hostile brackets cannot make the check run over the same bytes again and again. */
  #wasComparedWithTwin = false;
  /** The console's time of the row that is being read; NaN outside of such a row. */
  #rowAtMs = Number.NaN;
  /** Bytes of a time that still waits for its message. */
  #waitingBytes = 0;
  #waitingPlace = 0;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#streams = new StreamHandles(sink, file);
    this.#held = new HeldEvent(sink);
    this.#clock = new LocalClock(file.timeZone);
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  rest(): void {
    this.#held.give();
  }

  end(): void {
    this.#lines.end();
    this.#held.give();
    this.#giveUpWaiting();
  }

  line(bytes: Buffer, lineFrom: number, to: number, place: number, byteCount: number): void {
    const from = this.#afterMarks(bytes, lineFrom, to);
    const first = bytes[from];
    if (from < to && first >= 0x30 && first <= 0x39 && this.#readConsoleRow(bytes, from, to, place, byteCount)) return;

    const kind = this.#head.read(bytes, from, to);
    if (kind === 'json') {
      this.#splitJson(bytes, from, to, place, byteCount);
      return;
    }
    this.#take(kind, bytes, from, to, place, byteCount);
  }

  tooLong(byteCount: number, place: number): void {
    this.#held.give();
    this.#giveUpWaiting();
    this.#rowAtMs = Number.NaN;
    this.#heldKind = 'node';
    this.#held.beginSkipping('too-long', 'line of more than 16 MiB', place, byteCount);
  }

  #take(kind: MessageHeadKind, bytes: Buffer, from: number, to: number, place: number, byteCount: number): void {
    const held = this.#held;
    if (kind === 'blank') {
      if (this.#waitingBytes > 0) this.#waitingBytes += byteCount;
      else if (held.isOpen) held.continueBlank(byteCount);
      else this.#sink.skipped('envelope', byteCount, place);
      return;
    }
    if (this.#waitingBytes > 0) {
      this.#begin(kind, this.#rowAtMs, bytes, from, to, place, byteCount);
      return;
    }
    if (held.isOpen) {
      if (kind === 'json' && !this.#wasComparedWithTwin && held.isClosedLayout()) {
        this.#wasComparedWithTwin = true;
        if (this.#twins.areEqual(held.text(), bytes, from, to)) {
          held.absorb(byteCount);
          return;
        }
      }
      if (this.#continues(kind, bytes, from, to)) {
        held.continueWith(bytes, from, to, byteCount);
        return;
      }
    }
    this.#rowAtMs = Number.NaN;
    this.#begin(kind, this.#head.atMs, bytes, from, to, place, byteCount);
  }

  #begin(kind: MessageHeadKind, atMs: number, bytes: Buffer, from: number, to: number, place: number, byteCount: number): void {
    this.#heldKind = kind;
    this.#wasComparedWithTwin = false;
    const waiting = this.#waitingBytes;
    this.#waitingBytes = 0;
    this.#held.begin(this.#streams.unnamed(), atMs, bytes, from, to, place, byteCount + waiting);
  }

  #continues(kind: MessageHeadKind, bytes: Buffer, from: number, to: number): boolean {
    // A row of the console ends at the next time; text pasted behind it without times still has its heads.
    if (!Number.isNaN(this.#rowAtMs)) return kind !== 'platform' && kind !== 'report';
    if (beginsEvent(kind)) return false;
    switch (this.#heldKind) {
      case 'platform':
        return kind === 'indented';
      case 'report':
        return kind === 'report-part' || kind === 'indented';
      case 'runtime-error':
        // `Runtime.ExitError`, or `Error`, on a line of its own.
        return kind === 'indented' || (this.#held.lineCount === 1 && isOneWord(bytes, from, to));
      case 'node':
      case 'python':
      case 'timed-out':
      case 'crash':
        return true;
      default:
        return kind === 'indented' || kind === 'closing';
    }
  }

  /** @returns true when the line was a time of the console, alone or before its message, and has been taken */
  #readConsoleRow(bytes: Buffer, from: number, to: number, place: number, byteCount: number): boolean {
    const wallMs = this.#time.read(bytes, from, to);
    if (Number.isNaN(wallMs)) return false;
    const end = this.#time.end;
    const atMs = this.#time.zone === 'none' ? this.#clock.toEpochMs(wallMs) : wallMs;
    if (isBlankLine(bytes, end, to)) {
      this.#held.give();
      this.#giveUpWaiting();
      this.#rowAtMs = atMs;
      this.#waitingPlace = place;
      this.#waitingBytes = byteCount;
      return true;
    }
    if (bytes[end] !== TAB && bytes[end] !== SPACE) return false;
    let messageFrom = end + 1;
    while (messageFrom < to && (bytes[messageFrom] === SPACE || bytes[messageFrom] === TAB)) messageFrom++;
    const kind = this.#head.read(bytes, messageFrom, to);
    // After a tab it is the console's, unless the runtime's own line goes on with its id; after a space only a head proves it.
    const isPrefix = beginsEvent(kind) || (bytes[end] === TAB && this.#head.read(bytes, from, to) === 'other');
    if (!isPrefix) return false;
    this.#held.give();
    this.#giveUpWaiting();
    this.#rowAtMs = Number.NaN;
    this.#begin(kind === 'other' ? 'node' : kind, atMs, bytes, messageFrom, to, place, byteCount);
    return true;
  }

  /** JSON messages that `--output text` put on one line; a raw tab cannot stand inside a JSON string. */
  #splitJson(bytes: Buffer, from: number, to: number, place: number, byteCount: number): void {
    let start = from;
    let told = 0;
    for (let at = from + 1; at + 1 < to; at++) {
      if (bytes[at] !== TAB || bytes[at - 1] !== 0x7d || bytes[at + 1] !== 0x7b) continue;
      const share = at + 1 - from;
      this.#head.read(bytes, start, at);
      this.#take('json', bytes, start, at, place + told, share - told);
      told = share;
      start = at + 1;
    }
    this.#head.read(bytes, start, to);
    this.#take('json', bytes, start, to, place + told, byteCount - told);
  }

  /** Where the line begins behind the console's fold marks, or behind the tab of `--output text`. */
  #afterMarks(bytes: Buffer, from: number, to: number): number {
    let at = from;
    if (bytes[at] === 0xe2 && bytes[at + 1] === 0x96 && at + 3 <= to) {
      at += 3;
      while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      return at;
    }
    while (at < to && bytes[at] === TAB) at++;
    return at > from && beginsEvent(this.#head.read(bytes, at, to)) ? at : from;
  }

  #giveUpWaiting(): void {
    if (this.#waitingBytes > 0) this.#sink.skipped('envelope', this.#waitingBytes, this.#waitingPlace);
    this.#waitingBytes = 0;
  }
}

const SPACE = 0x20;
const TAB = 0x09;

function isOneWord(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] === SPACE || bytes[at] === TAB) return false;
  }
  return true;
}

/** Whether a laid-out object and a raw one are the same event. */
class TwinCheck {
  readonly #left = new GrowingBytes();
  readonly #right = new GrowingBytes();

  areEqual(layout: Buffer, bytes: Buffer, from: number, to: number): boolean {
    if (!isWholeObject(layout, 0, layout.length) || !isWholeObject(bytes, from, to)) return false;
    const left = compacted(layout, 0, layout.length, this.#left);
    const right = compacted(bytes, from, to, this.#right);
    if (left.equals(right)) return true;
    if (left.length > LONGEST_TO_PARSE || right.length > LONGEST_TO_PARSE) return false;
    // The browser that laid it out also rewrote numbers (1.0) and escapes (\u00e9).
    try {
      return JSON.stringify(JSON.parse(left.toString())) === JSON.stringify(JSON.parse(right.toString()));
    } catch {
      return false;
    }
  }
}

/** A message of CloudWatch Logs is at most 1 MB. */
const LONGEST_TO_PARSE = 1024 * 1024;

function compacted(bytes: Buffer, from: number, to: number, into: GrowingBytes): Buffer {
  into.clear();
  into.append(bytes, from, to);
  return into.bytes.subarray(0, compactJson(into.bytes, 0, into.length));
}
