/**
 * The sink's handle of a stream, found from the bytes of its name.
 *
 * Text shapes name the stream on every line, and a group can hold 50,000 of them interleaved; making a string
 * of each name only to look it up would cost more than the rest of the line.
 */
import type { EventSink, FileContext, StreamOrigin } from './event-sink.ts';
import { readLambdaStreamName } from './lambda-stream-name.ts';

export class StreamHandles {
  readonly #sink: EventSink;
  readonly #functionName: string | undefined;
  /** What is known of events whose line names no stream. */
  readonly #fallback: StreamOrigin;
  readonly #known = new Map<number, KnownStream[]>();
  #count = 0;
  #last: KnownStream | undefined;
  #unnamed = -1;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#functionName = file.functionName;
    this.#fallback = {
      ...(file.logStream === undefined ? {} : { logStream: file.logStream }),
      ...(file.functionName === undefined ? {} : { functionName: file.functionName }),
    };
  }

  /** The handle of the stream whose name is `bytes[from, to)`. */
  named(bytes: Buffer, from: number, to: number): number {
    const last = this.#last;
    if (last !== undefined && isSame(last.name, bytes, from, to)) return last.handle;
    const hash = hashOf(bytes, from, to);
    const sameHash = this.#known.get(hash);
    if (sameHash !== undefined) {
      for (const known of sameHash) {
        if (isSame(known.name, bytes, from, to)) {
          this.#last = known;
          return known.handle;
        }
      }
    }
    // The sink knows them, too: whoever follows for days need not remember each name twice.
    if (this.#count++ >= MOST_NAMES) {
      this.#known.clear();
      this.#count = 1;
    }
    const known: KnownStream = { name: Buffer.from(bytes.subarray(from, to)), handle: this.#open(bytes.toString('utf8', from, to)) };
    const others = this.#known.get(hash);
    if (others === undefined) this.#known.set(hash, [known]);
    else others.push(known);
    this.#last = known;
    return known.handle;
  }

  /** The handle for events whose envelope names no stream. */
  unnamed(): number {
    if (this.#unnamed < 0) this.#unnamed = this.#sink.stream(this.#fallback);
    return this.#unnamed;
  }

  #open(name: string): number {
    const told = readLambdaStreamName(name);
    const functionName = told?.functionName ?? this.#functionName;
    const origin: StreamOrigin = { logStream: told?.logStream ?? name };
    return this.#sink.stream(functionName === undefined ? origin : { ...origin, functionName });
  }
}

/** More streams than most exports have; those of a busy system are asked for again. */
const MOST_NAMES = 60_000;

interface KnownStream {
  readonly name: Buffer;
  readonly handle: number;
}

function isSame(name: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  // Names of one group differ in their last, random characters.
  for (let left = name.length - 1, right = to - 1; left >= 0; left--, right--) {
    if (name[left] !== bytes[right]) return false;
  }
  return true;
}

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = to - from;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
  return hash;
}
