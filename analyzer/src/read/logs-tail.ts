/**
 * What `aws logs tail` prints.
 *
 * detailed  `2026-10-08T07:30:28.235000+00:00 <stream> <message>`
 * json      the same, with a JSON message laid out over the following lines
 * short     `2026-10-08T07:30:28 <message>`, without stream
 *
 * Source: aws/aws-cli, awscli/customizations/logs/tail.py. The fraction is missing when the milliseconds are 0.
 */
import type { EventSink, FileContext, OpenReader } from './event-sink.ts';
import { IsoTime } from './iso-time.ts';
import { type EventPrefix, readPrefixedEvents } from './prefixed-events.ts';
import { StreamHandles } from './stream-handles.ts';

export const openLogsTail: OpenReader = (sink, file) => readPrefixedEvents(sink, new LogsTailPrefix(sink, file));

/** The forms of the prefix, told apart by the zone, which only the detailed form prints. */
export type LogsTailForm = 'detailed' | 'short';

/**
 * @returns undefined when the line has no such prefix
 */
export function logsTailForm(bytes: Buffer, from: number, to: number, time: IsoTime): LogsTailForm | undefined {
  if (bytes[from + 10] !== 0x54 || Number.isNaN(time.read(bytes, from, to)) || time.zone === 'utc') return undefined;
  if (time.zone === 'none') return time.fractionDigits === 0 && (time.end === to || bytes[time.end] === SPACE) ? 'short' : undefined;
  return bytes[time.end] === SPACE && time.end + 1 < to && bytes[time.end + 1] !== SPACE ? 'detailed' : undefined;
}

const SPACE = 0x20;

class LogsTailPrefix implements EventPrefix {
  stream = 0;
  atMs = 0;
  messageFrom = 0;
  readonly #streams: StreamHandles;
  readonly #time = new IsoTime();
  /** Form of the first prefix; in a detailed file, a line that begins with a short time is part of a message. */
  #form: LogsTailForm | undefined;

  constructor(sink: EventSink, file: FileContext) {
    this.#streams = new StreamHandles(sink, file);
  }

  read(bytes: Buffer, from: number, to: number): boolean {
    const first = bytes[from];
    if (first < 0x30 || first > 0x39) return false;
    const time = this.#time;
    const form = logsTailForm(bytes, from, to, time);
    if (form === undefined || (this.#form !== undefined && this.#form !== form)) return false;
    this.#form = form;
    this.atMs = time.read(bytes, from, to);
    if (form === 'short') {
      this.stream = this.#streams.unnamed();
      this.messageFrom = Math.min(to, time.end + 1);
      return true;
    }
    let end = time.end + 1;
    while (end < to && bytes[end] !== SPACE) end++;
    this.stream = this.#streams.named(bytes, time.end + 1, end);
    this.messageFrom = Math.min(to, end + 1);
    return true;
  }
}
