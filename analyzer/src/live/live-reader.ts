/**
 * Reads one input that goes on: finds out its shape from what is there so far, and gives its events as they come.
 *
 * A batch looks at the first 64 KiB before it decides on a shape. Here nobody waits that long for a service that logs a
 * line a minute: what is there when the writer pauses decides.
 */
import { fileContext, noteBroken, noteError } from '../pipeline/file-account.ts';
import type { ShapeReader } from '../read/event-sink.ts';
import { ReadError } from '../read/read-error.ts';
import { READERS } from '../read/readers.ts';
import { SNIFF_BYTES, sniff } from '../read/sniff.ts';
import { isGzip } from '../read/whole-file.ts';
import type { FileSummary } from '../store/summary.ts';
import type { Engine } from './engine.ts';
import type { Feed } from './feed.ts';

export interface LocatedInput {
  readonly path: string;
  readonly logStream?: string;
  readonly functionName?: string;
}

export class LiveReader {
  readonly #engine: Engine;
  readonly #feed: Feed;
  readonly #input: LocatedInput;
  #head: Buffer | undefined;
  #reader: ShapeReader | undefined;
  /** On a clock that never steps. */
  #firstBytesAtMs = Number.NaN;
  #hasEnded = false;

  constructor(engine: Engine, feed: Feed, input: LocatedInput) {
    this.#engine = engine;
    this.#feed = feed;
    this.#input = input;
  }

  get summary(): FileSummary {
    return this.#engine.files[this.#feed.file]!;
  }

  /** The bytes belong to the caller again after the call. */
  push(chunk: Buffer): void {
    if (chunk.length === 0 || this.#hasEnded) return;
    const { summary } = this;
    summary.inflatedBytes += chunk.length;
    summary.storedBytes = summary.inflatedBytes;
    this.#engine.version++;
    if (this.#reader !== undefined) return this.#reader.push(chunk);
    if (this.#head === undefined) this.#firstBytesAtMs = performance.now();
    this.#head = this.#head === undefined ? Buffer.from(chunk) : Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= SNIFF_BYTES) this.#open('decide');
  }

  /** Somebody who writes a line twice a second never pauses, and takes minutes to fill what a batch would look at. */
  decideInTime(): void {
    if (this.#reader === undefined && this.#head !== undefined && performance.now() - this.#firstBytesAtMs >= LONGEST_WAIT_MS)
      this.#open('wait');
  }

  /** The writer pauses: what it has written is taken as far as it can be understood without what comes next. */
  rest(): void {
    if (this.#hasEnded) return;
    if (this.#reader === undefined && this.#head !== undefined) this.#open('wait');
    this.#reader?.rest?.();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#reader === undefined) {
      this.#head ??= Buffer.alloc(0);
      this.#open('decide');
    }
    this.#reader?.end();
    noteBroken(this.summary, this.#feed.meter.eventCount > 0);
    this.#engine.version++;
  }

  /** @param unknown  what to do while the beginning says nothing yet */
  #open(unknown: 'wait' | 'decide'): void {
    const head = this.#head!;
    const shape = this.#shapeOf(head);
    if (shape instanceof ReadError) {
      if (unknown === 'wait') return;
      noteError(this.summary, shape, false);
      this.#engine.turnTo(this.#feed.file);
      this.#feed.skipped('broken', head.length, 0, shape.code);
      this.#hasEnded = true;
      return;
    }
    this.#head = undefined;
    this.summary.shape = shape;
    this.#reader = READERS[shape](this.#feed, fileContext(this.#input, this.#engine.settings));
    this.#reader.push(head);
  }

  #shapeOf(head: Buffer): keyof typeof READERS | ReadError {
    const { path } = this.#input;
    const told = this.#engine.settings.formatIn;
    if (told !== undefined) return told;
    if (isGzip(head)) {
      return new ReadError(
        'READ_BINARY',
        { path },
        { expected: 'text that grows', found: 'gzip', next: `Unpack it: gunzip -c ${path} | nightlight watch -` },
      );
    }
    const found = sniff(head.length > SNIFF_BYTES ? head.subarray(0, SNIFF_BYTES) : head, path);
    return found.kind === 'shape' ? found.shape : new ReadError(found.code, { path }, found);
  }
}

const LONGEST_WAIT_MS = 1_000;
