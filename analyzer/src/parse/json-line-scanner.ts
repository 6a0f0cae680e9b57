/**
 * Finds the two members of a JSON log line that decide about it, level and request id, without parsing the line.
 *
 * A program's lines have the same members in the same places, so the offset at which a member was found last is
 * tried first; JSON.parse costs thirty times as much and is kept for lines that matter.
 */
import type { MetricPoint } from '../read/event-sink.ts';
import { readEmbeddedMetrics } from './embedded-metrics.ts';

export type JsonLevel = 'quiet' | 'warn' | 'error' | 'metric' | 'unknown';

export class JsonLineScanner {
  readonly #level = new MemberFinder(Buffer.from('"level":'));
  readonly #message = new MemberFinder(Buffer.from('"message":"'));
  readonly #ids = ID_KEYS.map((key) => new MemberFinder(key));
  #id = 0;

  /** Offsets of the values in the last line that had them, kept flat for the test of quiet lines. */
  usualLevelAt = 0;
  usualIdAt = 0;
  usualMessageAt = 0;

  /** One of our own record lines. */
  isRecord(bytes: Uint8Array, from: number, to: number): boolean {
    return startsWith(bytes, from, to, RECORD);
  }

  /** `{"time":"…","type":"platform.…","record":{…}}`, in any order of members. */
  isPlatform(bytes: Buffer, from: number, to: number): boolean {
    const usual = from + PLATFORM_OFFSET;
    if (bytes[from + 2] === 0x74 && startsWith(bytes, usual, to, PLATFORM)) return true;
    if (
      bytes[from + 2] === 0x74 &&
      bytes[from + 3] === 0x69 &&
      bytes[from + 4] === 0x6d &&
      bytes[from + 5] === 0x65 &&
      bytes[from + 6] === 0x22
    ) {
      return find(bytes, from, Math.min(to, from + 256), PLATFORM_VALUE) >= 0;
    }
    const first = bytes[from + 1];
    // `{"type":"platform…`, `{"record":…`, or with blanks after the brace.
    const other = first === 0x22 && (bytes[from + 2] === 0x72 || (bytes[from + 2] === 0x74 && bytes[from + 3] === 0x79));
    if (other || first === 0x20 || first === 0x0a) return find(bytes, from, Math.min(to, from + 512), PLATFORM_VALUE) >= 0;
    return false;
  }

  level(bytes: Buffer, from: number, to: number): JsonLevel {
    let at = this.#level.after(bytes, from, to);
    if (at < 0) return startsWith(bytes, from, to, EMF) ? 'metric' : this.#levelless(bytes, from, to);
    while (bytes[at] === 0x20) at++;
    if (bytes[at] === 0x22) at++;
    this.usualLevelAt = at - from;
    switch (bytes[at]! | 0x20) {
      case 0x69: // info
      case 0x64: // debug
      case 0x74: // trace
      case 0x76: // verbose
      case 0x73: // silly
      case 0x6e: // notice
      case 0x68: // http
        return this.#inner(bytes, from, to);
      case 0x77: // warn
        return 'warn';
      case 0x65: // error, emerg
      case 0x66: // fatal
      case 0x63: // critical
      case 0x61: // alert
        return 'error';
      default:
        break;
    }
    // pino and bunyan: 10 to 60.
    const digit = bytes[at]!;
    if (digit === 0x35 || digit === 0x36) return 'error';
    if (digit === 0x34) return 'warn';
    if (digit >= 0x31 && digit <= 0x33) return 'quiet';
    return 'unknown';
  }

  /** @returns the offset of the request id's first character, or -1 */
  requestId(bytes: Buffer, from: number, to: number): number {
    const usual = this.#ids[this.#id]!.after(bytes, from, to);
    if (usual >= 0) {
      this.usualIdAt = usual - from;
      return usual;
    }
    for (let i = 0; i < this.#ids.length; i++) {
      if (i === this.#id) continue;
      const at = this.#ids[i]!.after(bytes, from, to);
      if (at < 0) continue;
      this.#id = i;
      this.usualIdAt = at - from;
      return at;
    }
    return -1;
  }

  metrics(text: string, atMs: number): readonly MetricPoint[] | undefined {
    try {
      return readEmbeddedMetrics(JSON.parse(text), atMs)?.points;
    } catch {
      return undefined;
    }
  }

  /** pino or winston through console.log: the outer level is INFO, the error stands in the message. */
  #inner(bytes: Buffer, from: number, to: number): JsonLevel {
    const at = this.#message.after(bytes, from, to);
    if (at < 0) return 'quiet';
    this.usualMessageAt = at - from;
    if (bytes[at] !== 0x7b || bytes[at + 1] !== 0x5c) return 'quiet';
    const level = find(bytes, at, Math.min(to, at + SEARCHED), NESTED_LEVEL);
    if (level < 0) return 'quiet';
    let value = level + NESTED_LEVEL.length;
    while (bytes[value] === 0x20 || bytes[value] === 0x5c || bytes[value] === 0x22) value++;
    const first = bytes[value]! | 0x20;
    if (first === 0x65 || first === 0x66 || first === 0x63) return 'error';
    if (bytes[value] === 0x35 || bytes[value] === 0x36) return 'error';
    return 'quiet';
  }

  #levelless(bytes: Buffer, from: number, to: number): JsonLevel {
    const end = Math.min(to, from + 4096);
    if (find(bytes, from, end, EMF_KEY) >= 0) return 'metric';
    if (find(bytes, from, end, ERROR_TYPE) >= 0) return 'error';
    return 'unknown';
  }
}

const RECORD = Buffer.from('{"nl":');
const PLATFORM = Buffer.from('"type":"platform.');
const PLATFORM_VALUE = Buffer.from('"platform.');
/** `{"time":"2026-11-21T02:01:36.123Z",` */
const PLATFORM_OFFSET = 35;
const EMF = Buffer.from('{"_aws":');
const EMF_KEY = Buffer.from('"_aws":');
const ERROR_TYPE = Buffer.from('"errorType":"');
const NESTED_LEVEL = Buffer.from('\\"level\\":');
const ID_KEYS = ['"requestId":"', '"function_request_id":"', '"awsRequestId":"', '"AWSRequestId":"', '"x-request-id":"'].map((key) =>
  Buffer.from(key),
);
/** Loggers write level and ids among the first members; a payload behind them may be a megabyte. */
const SEARCHED = 512;

/**
 * Finds one member; where it stood in the last two forms of line is tried first.
 */
class MemberFinder {
  readonly #key: Uint8Array;
  #last = 1;
  #before = 1;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** @returns the offset behind the key and its colon, or -1 */
  after(bytes: Uint8Array, from: number, to: number): number {
    const key = this.#key;
    if (resembles(bytes, from + this.#last, to, key)) return from + this.#last + key.length;
    if (resembles(bytes, from + this.#before, to, key)) {
      const swapped = this.#before;
      this.#before = this.#last;
      this.#last = swapped;
      return from + swapped + key.length;
    }
    const at = find(bytes, from, Math.min(to, from + SEARCHED), key);
    if (at < 0) return -1;
    this.#before = this.#last;
    this.#last = at - from;
    return at + key.length;
  }
}

/** Every second byte and the last one: where the whole key stood one line ago, that is it. */
function resembles(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  const last = word.length - 1;
  if (at + last >= to || bytes[at + last] !== word[last]) return false;
  for (let i = 1; i < last; i += 2) if (bytes[at + i] !== word[i]) return false;
  return true;
}

function startsWith(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  if (at + word.length > to) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}

function find(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const last = to - word.length;
  const first = word[0];
  const second = word[1];
  for (let at = from; at <= last; at++) {
    if (bytes[at] === first && bytes[at + 1] === second && startsWith(bytes, at, to, word)) return at;
  }
  return -1;
}
