/**
 * Records of the Lambda Telemetry API (and of the older Logs API) as an extension received or stored them:
 * `{"time","type","record"}`, a line each or in the arrays in which they were posted.
 *
 * A platform record is handed over whole, since its type stands beside its content; of a line that the function
 * printed, only the line.
 * Source: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference".
 */
import { BlankFreeJson } from './blank-free-json.ts';
import type { EventSink, FileContext, OpenReader, ShapeReader, SkipReason } from './event-sink.ts';
import { EventTime } from './event-time.ts';
import { JsonMembers } from './json-members.ts';
import { UnescapedText } from './json-strings.ts';
import { type JsonValueListener, JsonValues } from './json-values.ts';
import { OriginHandles, type Told } from './origin-handles.ts';

export const openTelemetry: OpenReader = (sink, file) => new Telemetry(sink, file);

class Telemetry implements JsonValueListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #origins: OriginHandles;
  readonly #values = new JsonValues(this);
  readonly #members = new JsonMembers();
  readonly #time = new EventTime();
  readonly #text = new UnescapedText();
  readonly #json = new BlankFreeJson();
  /** As the last `platform.initStart` told; one file follows one sandbox, until it is started again. */
  #sandbox: Told = {};

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#origins = new OriginHandles(sink, file);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  end(): void {
    this.#values.end();
  }

  value(bytes: Buffer, from: number, to: number, place: number): void {
    const members = this.#members;
    let atMs = Number.NaN;
    let typeFrom = -1;
    let typeTo = -1;
    let recordFrom = -1;
    let recordTo = -1;
    members.open(bytes, from, to);
    while (members.next()) {
      if (members.isKey(TIME) || members.isKey(TIMESTAMP)) {
        atMs = this.#time.read(bytes, members.valueFrom, members.valueTo);
      } else if (members.isKey(TYPE) && members.isText()) {
        typeFrom = members.valueFrom + 1;
        typeTo = members.valueTo - 1;
      } else if (members.isKey(RECORD)) {
        recordFrom = members.valueFrom;
        recordTo = members.valueTo;
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
    if (recordFrom < 0 || typeFrom < 0) {
      if (Number.isNaN(atMs)) {
        this.skipped('not-of-this-shape', to - from, place, 'object without type and record');
        return;
      }
      // The function's own JSON line, stored beside the records.
      recordFrom = from;
      recordTo = to;
    } else if (!isPrinted(bytes, typeFrom, typeTo)) {
      if (isWord(bytes, typeFrom, typeTo, INIT_START)) this.#follow(bytes, recordFrom, recordTo);
      recordFrom = from;
      recordTo = to;
    }
    const handle = this.#origins.of(this.#sandbox);
    if (bytes[recordFrom] === 0x22) {
      this.#text.take(bytes, recordFrom + 1, recordTo - 1);
      this.#sink.event(handle, atMs, this.#text.bytes, 0, this.#text.length, place);
    } else {
      this.#json.take(bytes, recordFrom, recordTo);
      this.#sink.event(handle, atMs, this.#json.bytes, this.#json.from, this.#json.to, place);
    }
    this.#sink.took(to - from);
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#sink.skipped(reason, byteCount, place, found);
  }

  #follow(bytes: Buffer, from: number, to: number): void {
    let functionName: string | undefined;
    let logStream: string | undefined;
    this.#members.open(bytes, from, to);
    while (this.#members.next()) {
      if (this.#members.isKey(FUNCTION_NAME)) functionName = this.#members.text();
      // Lambda's JSON logs show the log stream's name here, its schema page a plain id; either names the sandbox.
      else if (this.#members.isKey(INSTANCE_ID)) logStream = this.#members.text();
    }
    this.#sandbox = { functionName, logStream };
  }
}

const TIME = Buffer.from('time');
const TIMESTAMP = Buffer.from('timestamp');
const TYPE = Buffer.from('type');
const RECORD = Buffer.from('record');
const FUNCTION_NAME = Buffer.from('functionName');
const INSTANCE_ID = Buffer.from('instanceId');
const INIT_START = Buffer.from('platform.initStart');
const FUNCTION = Buffer.from('function');
const EXTENSION = Buffer.from('extension');

/** A line that the function or an extension printed. */
function isPrinted(bytes: Buffer, from: number, to: number): boolean {
  return isWord(bytes, from, to, FUNCTION) || isWord(bytes, from, to, EXTENSION);
}

function isWord(bytes: Buffer, from: number, to: number, word: Buffer): boolean {
  if (to - from !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false;
  return true;
}
