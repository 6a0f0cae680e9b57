/**
 * What `aws logs filter-log-events` and `get-log-events` print: `{"events":[{"timestamp":…,"message":"…"}]}`.
 *
 * Several pages may follow each other, and scripts keep only the array, or only the messages. The first command
 * names the stream of each event, the second names none.
 * Source: CloudWatch Logs API Reference, "FilterLogEvents", "GetLogEvents" and "LiveTailSessionLogEvent".
 */
import { BlankFreeJson } from './blank-free-json.ts';
import type { EventSink, FileContext, OpenReader, ShapeReader, SkipReason } from './event-sink.ts';
import { EventTime } from './event-time.ts';
import { JsonMembers } from './json-members.ts';
import { UnescapedText } from './json-strings.ts';
import { type JsonValueListener, JsonValues } from './json-values.ts';
import { OriginHandles, readGroupIdentifier, type Told } from './origin-handles.ts';
import { StreamHandles } from './stream-handles.ts';

export const openLogEventsJson: OpenReader = (sink, file) => new LogEventsJson(sink, file);

class LogEventsJson implements JsonValueListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #streams: StreamHandles;
  readonly #origins: OriginHandles;
  readonly #values = new JsonValues(this, ['events', 'Events', 'sessionResults']);
  readonly #members = new JsonMembers();
  readonly #time = new EventTime();
  readonly #text = new UnescapedText();
  readonly #json = new BlankFreeJson();
  /** Told by the page itself, when whoever wrote it put it there. */
  #pageGroup: Told = {};

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#streams = new StreamHandles(sink, file);
    this.#origins = new OriginHandles(sink, file);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  end(): void {
    this.#values.end();
    this.#pageGroup = {};
  }

  value(bytes: Buffer, from: number, to: number, place: number): void {
    if (bytes[from] === QUOTE) {
      // `--query 'events[].message'`
      this.#text.take(bytes, from + 1, to - 1);
      this.#sink.event(this.#streams.unnamed(), Number.NaN, this.#text.bytes, 0, this.#text.length, place);
      this.#sink.took(to - from);
      return;
    }
    const members = this.#members;
    let messageFrom = -1;
    let messageTo = -1;
    let streamFrom = -1;
    let streamTo = -1;
    let group = this.#pageGroup;
    let atMs = Number.NaN;
    let isPage = false;
    members.open(bytes, from, to);
    while (members.next()) {
      switch (members.keyTo - members.keyFrom) {
        case 7:
          if (members.isKey(MESSAGE)) {
            messageFrom = members.valueFrom;
            messageTo = members.valueTo;
          }
          break;
        case 9:
          if (members.isKey(TIMESTAMP)) atMs = this.#time.read(bytes, members.valueFrom, members.valueTo);
          else if (members.isKey(NEXT_TOKEN)) isPage = true;
          break;
        case 13:
          if (members.isKey(LOG_STREAM_NAME) && members.isText()) {
            streamFrom = members.valueFrom + 1;
            streamTo = members.valueTo - 1;
          }
          break;
        default:
          if (isGroupKey(members)) group = readGroupIdentifier(members.text());
          else if (members.isKey(SEARCHED_LOG_STREAMS)) isPage = true;
      }
    }
    if (members.isBroken) {
      const isObject = bytes[from] === 0x7b;
      this.skipped(
        isObject ? 'broken' : 'not-of-this-shape',
        to - from,
        place,
        isObject ? 'JSON with a fault in it' : 'value that is no object',
      );
      return;
    }
    if (messageFrom < 0 || bytes[messageFrom] === NULL) {
      this.skipped(isPage ? 'envelope' : 'not-of-this-shape', to - from, place, 'object without a message');
      return;
    }
    const handle =
      group.logGroup !== undefined
        ? this.#origins.of({ ...group, logStream: streamFrom < 0 ? undefined : bytes.toString('utf8', streamFrom, streamTo) })
        : streamFrom < 0
          ? this.#streams.unnamed()
          : this.#streams.named(bytes, streamFrom, streamTo);
    if (bytes[messageFrom] === QUOTE) {
      this.#text.take(bytes, messageFrom + 1, messageTo - 1);
      this.#sink.event(handle, atMs, this.#text.bytes, 0, this.#text.length, place);
    } else {
      // Somebody parsed the messages that were JSON themselves.
      this.#json.take(bytes, messageFrom, messageTo);
      this.#sink.event(handle, atMs, this.#json.bytes, this.#json.from, this.#json.to, place);
    }
    this.#sink.took(to - from);
  }

  around(bytes: Buffer, from: number, to: number): number {
    if (bytes[from] !== 0x7b) return 0;
    this.#pageGroup = {};
    this.#members.open(bytes, from, to);
    while (this.#members.next()) if (isGroupKey(this.#members)) this.#pageGroup = readGroupIdentifier(this.#members.text());
    return 0;
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#sink.skipped(reason, byteCount, place, found);
  }
}

const QUOTE = 0x22;
/** First letter of `null`. */
const NULL = 0x6e;
const MESSAGE = Buffer.from('message');
const TIMESTAMP = Buffer.from('timestamp');
const LOG_STREAM_NAME = Buffer.from('logStreamName');
const NEXT_TOKEN = Buffer.from('nextToken');
const SEARCHED_LOG_STREAMS = Buffer.from('searchedLogStreams');
const GROUP_KEYS = ['logGroupName', 'logGroup', 'logGroupIdentifier'].map((key) => Buffer.from(key));

function isGroupKey(members: JsonMembers): boolean {
  for (const key of GROUP_KEYS) if (members.isKey(key)) return members.isText();
  return false;
}
