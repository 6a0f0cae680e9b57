/**
 * Lines that our own agent wrote, as a long-running process leaves them in a file or on stdout.
 *
 * What the program itself printed stands between them and is handed over too: a stack trace beside the record of the
 * invocation that failed is what someone looks for. Records of a newer major version are counted, never guessed at.
 */
import { decodeRecord, RECORD_PREFIX } from '@nightlight/agent/record';
import type { EventSink, FileContext, OpenReader, ShapeReader } from './event-sink.ts';
import { type LineListener, Lines } from './lines.ts';
import { OriginHandles } from './origin-handles.ts';

export const openAgentLines: OpenReader = (sink, file) => new AgentLines(sink, file);

class AgentLines implements LineListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #origins: OriginHandles;
  readonly #lines = new Lines(this);

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#origins = new OriginHandles(sink, file);
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
  }

  line(bytes: Buffer, from: number, to: number, place: number, byteCount: number): void {
    let start = from;
    while (start < to && isBlank(bytes[start])) start++;
    if (start === to) {
      this.#sink.skipped('envelope', byteCount, place);
      return;
    }
    if (isRecord(bytes, start, to)) {
      const head = bytes.toString('latin1', start, Math.min(to, start + HEAD_BYTES));
      if (!head.startsWith(RECORD_PREFIX)) {
        // The version is judged before anything behind it, so the head is enough.
        const told = decodeRecord(head);
        if (told.kind === 'newer-version') {
          this.#sink.skipped('newer-version', byteCount, place, `record of version ${told.major}`);
          return;
        }
      }
      let end = to;
      while (end > start && isBlank(bytes[end - 1])) end--;
      // A process that is killed while it writes leaves the beginning of a line.
      if (bytes[end - 1] !== 0x7d) {
        this.#sink.skipped('broken', byteCount, place, 'record that ends in the middle');
        return;
      }
    }
    this.#sink.event(this.#origins.of(NOTHING), Number.NaN, bytes, start, to, place);
    this.#sink.took(byteCount);
  }

  tooLong(byteCount: number, place: number): void {
    this.#sink.skipped('too-long', byteCount, place, 'line of more than 16 MiB');
  }
}

/** Nothing in the envelope tells of the origin: the records do. */
const NOTHING = {};
/** Enough for the prefix with a version of six digits. */
const HEAD_BYTES = 16;
const OPENING = Buffer.from('{"nl":');

function isRecord(bytes: Buffer, from: number, to: number): boolean {
  if (to - from < OPENING.length) return false;
  for (let i = 0; i < OPENING.length; i++) if (bytes[from + i] !== OPENING[i]) return false;
  return true;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
