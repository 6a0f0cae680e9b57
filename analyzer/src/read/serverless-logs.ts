/**
 * What `serverless logs` (the Serverless Framework) prints.
 *
 * It rewrites the messages themselves: `REPORT - <id>`, a newline, `Duration: …`; `START - <id> - Version: …`;
 * and for what the program printed `YYYY-MM-DD HH:mm:ss.SSS - <id> - ` in local time, a newline, the text. Its
 * second major version kept tabs: `YYYY-MM-DD HH:mm:ss.SSS (+02:00)<tab><id><tab>LEVEL<tab>text`.
 * Platform lines are passed on as they stand (the parser knows the form). Application lines are put back into
 * the runtime's own form, since nobody else should have to know this one.
 *
 * Source: serverless/serverless, lib/plugins/aws/utils/format-lambda-log-event.js. Platform lines have no time.
 */
import type { EventSink, FileContext, OpenReader, ShapeReader } from './event-sink.ts';
import { HeldEvent } from './held-event.ts';
import { IsoTime } from './iso-time.ts';
import { type LineListener, Lines } from './lines.ts';
import { LocalClock } from './local-clock.ts';
import { beginsEvent, MessageHead, type MessageHeadKind } from './message-head.ts';
import { StreamHandles } from './stream-handles.ts';

export const openServerlessLogs: OpenReader = (sink, file) => new ServerlessLogs(sink, file);

/** How an application line begins: where its request id and its text stand. */
export interface ServerlessLine {
  readonly wallMs: number;
  /** The line names its own offset, so that `wallMs` is UTC already. */
  readonly isZoned: boolean;
  readonly idFrom: number;
  readonly idTo: number;
  readonly restFrom: number;
  /** What stands between the id and the line's end belongs before the text (`[INFO]` of Python). */
  readonly hasDashes: boolean;
}

export function readServerlessLine(bytes: Buffer, from: number, to: number, time: IsoTime): ServerlessLine | undefined {
  if (bytes[from] < 0x30 || bytes[from] > 0x39 || bytes[from + 10] !== SPACE) return undefined;
  const wallMs = time.read(bytes, from, to);
  if (Number.isNaN(wallMs) || time.zone !== 'none') return undefined;
  let at = time.end;
  if (startsWithDash(bytes, at, to)) {
    const idFrom = at + 3;
    const idTo = endOfId(bytes, idFrom, to);
    if (!startsWithDash(bytes, idTo, to) && !(idTo + 2 === to && bytes[idTo] === SPACE && bytes[idTo + 1] === DASH)) return undefined;
    return { wallMs, isZoned: false, idFrom, idTo, restFrom: Math.min(to, idTo + 3), hasDashes: true };
  }
  let zoneMs = 0;
  const isZoned = bytes[at] === SPACE && bytes[at + 1] === 0x28 && bytes[at + 8] === 0x29;
  if (isZoned) {
    const zone = /^([+-])(\d\d):(\d\d)$/.exec(bytes.toString('latin1', at + 2, at + 8));
    if (zone === null) return undefined;
    zoneMs = (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000;
    at += 9;
  }
  if (bytes[at] !== TAB) return undefined;
  const idTo = endOfId(bytes, at + 1, to);
  if (idTo >= to || bytes[idTo] !== TAB) return undefined;
  return { wallMs: wallMs - zoneMs, isZoned, idFrom: at + 1, idTo, restFrom: idTo + 1, hasDashes: false };
}

const SPACE = 0x20;
const TAB = 0x09;
const DASH = 0x2d;
const PYTHON_LEVEL = /^\[[A-Z]+\]$/;

function startsWithDash(bytes: Buffer, at: number, to: number): boolean {
  return at + 3 <= to && bytes[at] === SPACE && bytes[at + 1] === DASH && bytes[at + 2] === SPACE;
}

function endOfId(bytes: Buffer, from: number, to: number): number {
  const limit = Math.min(to, from + 130);
  let at = from;
  while (at < limit && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
  return at;
}

class ServerlessLogs implements LineListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #streams: StreamHandles;
  readonly #held: HeldEvent;
  readonly #lines = new Lines(this);
  readonly #head = new MessageHead();
  readonly #time = new IsoTime();
  readonly #clock: LocalClock;
  #heldKind: MessageHeadKind | 'application' = 'blank';
  /** The head of an application line, waiting for the first line of its text. */
  #pendingHead = '';

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
    if (this.#pendingHead === '') this.#held.give();
  }

  end(): void {
    this.#lines.end();
    this.#giveHead();
    this.#held.give();
  }

  line(bytes: Buffer, from: number, to: number, place: number, byteCount: number): void {
    const held = this.#held;
    const application = readServerlessLine(bytes, from, to, this.#time);
    if (application !== undefined) {
      this.#giveHead();
      this.#beginApplication(application, bytes, to, place, byteCount);
      return;
    }
    const kind = this.#head.read(bytes, from, to);
    if (kind === 'blank') {
      if (held.isOpen) held.continueBlank(byteCount);
      else this.#sink.skipped('envelope', byteCount, place);
      return;
    }
    if (this.#pendingHead !== '') {
      // After the head of a Python line, some versions repeat the time and id, and others print only "undefined".
      const repeats = this.#pendingHead.startsWith('[') && !Number.isNaN(this.#time.read(bytes, from, to));
      const head = repeats ? this.#pendingHead.slice(0, this.#pendingHead.indexOf('\t') + 1) : this.#pendingHead;
      const line = Buffer.concat([Buffer.from(head), bytes.subarray(from, to)]);
      this.#pendingHead = '';
      held.replaceFirstLine(line, byteCount);
      return;
    }
    if (held.isOpen && this.#continues(kind)) {
      held.continueWith(bytes, from, to, byteCount);
      return;
    }
    this.#heldKind = kind;
    held.begin(this.#streams.unnamed(), this.#head.atMs, bytes, from, to, place, byteCount);
  }

  tooLong(byteCount: number, place: number): void {
    this.#giveHead();
    this.#heldKind = 'application';
    this.#held.beginSkipping('too-long', 'line of more than 16 MiB', place, byteCount);
  }

  #continues(kind: MessageHeadKind): boolean {
    switch (this.#heldKind) {
      case 'application':
        // The text of a message may be JSON, or hold a time; other heads end it.
        return !beginsEvent(kind) || kind === 'json' || kind === 'node';
      case 'report':
        return kind === 'report-part' || kind === 'indented';
      case 'platform':
        return kind === 'indented';
      case 'python':
      case 'node':
      case 'runtime-error':
      case 'timed-out':
      case 'crash':
        return !beginsEvent(kind);
      default:
        return kind === 'indented' || kind === 'closing';
    }
  }

  #beginApplication(line: ServerlessLine, bytes: Buffer, to: number, place: number, byteCount: number): void {
    const atMs = line.isZoned ? line.wallMs : this.#clock.toEpochMs(line.wallMs);
    const time = new Date(atMs).toISOString();
    const id = bytes.toString('utf8', line.idFrom, line.idTo);
    this.#heldKind = 'application';
    if (!line.hasDashes) {
      const head = Buffer.concat([Buffer.from(`${time}\t${id}\t`), bytes.subarray(line.restFrom, to)]);
      this.#held.begin(this.#streams.unnamed(), atMs, head, 0, head.length, place, byteCount);
      return;
    }
    const rest = bytes.toString('utf8', line.restFrom, to).trimEnd();
    this.#pendingHead = PYTHON_LEVEL.test(rest) ? `${rest}\t${time}\t${id}\t` : `${time}\t${id}\t${rest}`;
    this.#held.begin(this.#streams.unnamed(), atMs, EMPTY, 0, 0, place, byteCount);
  }

  /** A head that no text followed is an event with an empty message. */
  #giveHead(): void {
    if (this.#pendingHead === '') return;
    const line = Buffer.from(this.#pendingHead);
    this.#pendingHead = '';
    this.#held.replaceFirstLine(line, 0);
  }
}

const EMPTY = Buffer.alloc(0);
