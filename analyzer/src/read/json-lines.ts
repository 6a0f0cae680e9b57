/**
 * JSON objects, one a line, without any envelope: Lambda's JSON log format as it is delivered straight to S3, embedded
 * metrics, the performance events of Lambda Insights, or what a logger wrote to a file.
 *
 * The time has to come from the line itself. Lines that are no JSON (a native crash, a bare print) are handed over
 * as they are, without a time: they are often the very ones that tell what happened.
 * Source of the members: AWS Lambda Developer Guide, "Configuring JSON and plain text log formats"; CloudWatch User
 * Guide, "Specification: Embedded metric format" (`_aws.Timestamp`); pino and bunyan (`time` in ms).
 */
import type { EventSink, FileContext, OpenReader, ShapeReader } from './event-sink.ts';
import { EventTime } from './event-time.ts';
import { JsonMembers } from './json-members.ts';
import { type LineListener, Lines } from './lines.ts';
import { OriginHandles } from './origin-handles.ts';

export const openJsonLines: OpenReader = (sink, file) => new JsonLines(sink, file);

class JsonLines implements LineListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #origins: OriginHandles;
  readonly #lines = new Lines(this);
  readonly #members = new JsonMembers();
  readonly #nested = new JsonMembers();
  readonly #time = new EventTime();
  #isOver = false;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#origins = new OriginHandles(sink, file);
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#isOver = true;
    this.#lines.end();
    this.#isOver = false;
  }

  line(bytes: Buffer, from: number, to: number, place: number, byteCount: number): void {
    let start = from;
    while (start < to && isBlank(bytes[start])) start++;
    let end = to;
    while (end > start && isBlank(bytes[end - 1])) end--;
    if (start === end) {
      this.#sink.skipped('envelope', byteCount, place);
      return;
    }
    // The line that has no end is the last of a file that was cut off.
    if (bytes[start] === 0x7b && bytes[end - 1] !== 0x7d && this.#isOver) {
      this.#sink.skipped('broken', byteCount, place, 'JSON that ends in the middle');
      return;
    }
    this.#sink.event(this.#origins.of(NOTHING), this.#timeOf(bytes, start, end), bytes, start, end, place);
    this.#sink.took(byteCount);
  }

  tooLong(byteCount: number, place: number): void {
    this.#sink.skipped('too-long', byteCount, place, 'line of more than 16 MiB');
  }

  /** The first member that tells a time: loggers write it at the front, so little of the line is looked at. */
  #timeOf(bytes: Buffer, from: number, to: number): number {
    if (bytes[from] !== 0x7b) return Number.NaN;
    const members = this.#members;
    members.open(bytes, from, to);
    while (members.next()) {
      let atMs = Number.NaN;
      if (members.isKey(TIMESTAMP) || members.isKey(TIME) || members.isKey(ECS_TIMESTAMP)) {
        atMs = this.#time.read(bytes, members.valueFrom, members.valueTo);
      } else if (members.isKey(AWS)) {
        const nested = this.#nested;
        nested.open(bytes, members.valueFrom, members.valueTo);
        while (nested.next()) if (nested.isKey(TIMESTAMP)) atMs = this.#time.read(bytes, nested.valueFrom, nested.valueTo);
      }
      if (!Number.isNaN(atMs)) return atMs;
    }
    return Number.NaN;
  }
}

/** Nothing in the envelope tells of the origin. */
const NOTHING = {};
const TIMESTAMP = Buffer.from('timestamp');
const TIME = Buffer.from('time');
/** As Elastic's and Logstash's loggers call it. */
const ECS_TIMESTAMP = Buffer.from('@timestamp');
const AWS = Buffer.from('_aws');

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
