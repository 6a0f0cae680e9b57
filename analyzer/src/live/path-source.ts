/**
 * Follows what a path names: one file, or a folder or pattern in which files appear.
 *
 * Text is followed while it grows. What is compressed is written in one go and read once, when its size has come to
 * rest. A file that only got another name (`app.log.1`) has been read already.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { fileContext, noteBroken, noteError } from '../pipeline/file-account.ts';
import { DEFAULT_MAX_INFLATED_BYTES } from '../pipeline/pipeline.ts';
import { type InputFile, listInputs } from '../read/inputs.ts';
import { ReadError } from '../read/read-error.ts';
import { type FileProgress, readFile } from '../read/read-file.ts';
import { isGzip } from '../read/whole-file.ts';
import type { Engine } from './engine.ts';
import { Feed } from './feed.ts';
import { GrowingFile, PAUSE_MS, type Tail, type TailFailure } from './growing-file.ts';
import { LiveReader, type LocatedInput } from './live-reader.ts';
import { Meter } from './meter.ts';
import type { LiveSource } from './source.ts';

export class PathSource implements LiveSource {
  readonly name: string;
  readonly meter = new Meter();
  readonly hasEnded = false;
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #chunk: Buffer;
  readonly #tails = new Map<string, Tail>();
  /** Device and inode of every file that was met. */
  readonly #met = new Set<string>();
  #errors: readonly ReadError[] = [];
  #nextScanMs = Number.NEGATIVE_INFINITY;

  constructor(path: string, engine: Engine, now: () => number, chunk: Buffer) {
    this.name = path;
    this.#engine = engine;
    this.#now = now;
    this.#chunk = chunk;
  }

  get kind(): 'file' | 'folder' {
    return this.#tails.size === 1 && this.#tails.has(this.name) ? 'file' : 'folder';
  }

  get failure(): TailFailure | undefined {
    const [error] = this.#errors;
    if (error !== undefined && this.#tails.size === 0) return { because: error.message, next: error.next };
    for (const { failure } of this.#tails.values()) if (failure !== undefined) return failure;
    return undefined;
  }

  async look(): Promise<boolean> {
    const nowMs = this.#now();
    await this.#scan(performance.now());
    let more = false;
    for (const tail of this.#tails.values()) if (await tail.look(nowMs)) more = true;
    return more;
  }

  async finish(): Promise<void> {
    await this.#scan(Number.POSITIVE_INFINITY);
    for (const tail of this.#tails.values()) await tail.finish();
    for (const { path, code, message, next } of this.#errorsOfNothing()) {
      const file = this.#engine.addFile(path);
      this.#engine.files[file]!.error = { code, message, next };
    }
  }

  /** Looks for new files; less often where looking takes long. @param elapsedMs  on a clock that never steps */
  async #scan(elapsedMs: number): Promise<void> {
    if (elapsedMs < this.#nextScanMs) return;
    const { inputs, markers, errors } = await listInputs([this.name]);
    this.#errors = errors;
    for (const input of inputs) this.#meet(input);
    for (const marker of markers) {
      if (!this.#isNew(marker)) continue;
      const file = this.#engine.addFile(marker.path);
      this.#engine.files[file]!.skipped.set('marker', {
        count: 1,
        bytes: marker.sizeBytes ?? 0,
        firstPlace: 0,
        found: 'permission check of an export task',
      });
    }
    const tookMs = performance.now() - elapsedMs;
    this.#nextScanMs = elapsedMs + Math.max(SCAN_EVERY_MS, tookMs * 20);
  }

  #errorsOfNothing(): readonly ReadError[] {
    return this.#tails.size === 0 ? this.#errors : [];
  }

  #meet(input: InputFile): void {
    if (this.#tails.has(input.path) || !this.#isNew(input)) return;
    if (this.#tails.size >= MOST_FILES) return;
    const file = this.#engine.addFile(input.path);
    this.#tails.set(input.path, isCompressed(input.path) ? this.#complete(input, file) : this.#growing(input, file));
    this.#engine.version++;
  }

  #growing(input: InputFile, firstFile: number): GrowingFile {
    let file: number | undefined = firstFile;
    const openReader = (path: string): LiveReader => {
      const reader = this.#readerOf({ ...input, path }, file ?? this.#engine.addFile(path));
      file = undefined;
      return reader;
    };
    return new GrowingFile(input, this.meter, this.#chunk, this.#engine.intake, openReader, (reader, how) => {
      this.#engine.rename(
        reader.summary,
        `${input.path} (before it was ${how === 'cut' ? 'cut' : 'moved away'} at ${clockWords(this.#now())})`,
      );
      this.#isNew(input);
    });
  }

  #readerOf(input: LocatedInput, file: number): LiveReader {
    return new LiveReader(this.#engine, new Feed(this.#engine, file, this.meter, { now: this.#now }), input);
  }

  #complete(input: InputFile, file: number): CompleteFile {
    return new CompleteFile(this.#engine, input, new Feed(this.#engine, file, this.meter, { now: this.#now }));
  }

  #isNew({ path }: InputFile): boolean {
    try {
      const { dev, ino } = statSync(path);
      const key = `${dev}:${ino}`;
      if (this.#met.has(key)) return false;
      this.#met.add(key);
      return true;
    } catch {
      return false;
    }
  }
}

const SCAN_EVERY_MS = 1_000;
/** Of one folder: each is a file that is looked at several times a second. */
const MOST_FILES = 20_000;

/** Read once, when nobody writes it any more. */
class CompleteFile implements Tail {
  failure: TailFailure | undefined;
  readonly #engine: Engine;
  readonly #input: InputFile;
  readonly #feed: Feed;
  #sizeBytes = -1;
  #sinceMs = Number.NaN;
  #isRead = false;

  constructor(engine: Engine, input: InputFile, feed: Feed) {
    this.#engine = engine;
    this.#input = input;
    this.#feed = feed;
  }

  async look(nowMs: number): Promise<boolean> {
    if (this.#isRead) return false;
    let size: number;
    let writtenMs: number;
    try {
      ({ size, mtimeMs: writtenMs } = statSync(this.#input.path));
    } catch {
      // Taken away before it was read; another look finds it again when it comes back.
      return false;
    }
    if (size !== this.#sizeBytes) {
      this.#sizeBytes = size;
      this.#sinceMs = nowMs;
      if (Date.now() - writtenMs < PAUSE_MS) return false;
    } else if (!(nowMs - this.#sinceMs >= PAUSE_MS)) return false;
    this.#feed.meter.arrived(nowMs);
    await this.#read();
    return true;
  }

  async finish(): Promise<void> {
    if (!this.#isRead) await this.#read();
  }

  async #read(): Promise<void> {
    this.#isRead = true;
    const { settings } = this.#engine;
    const summary = this.#engine.files[this.#feed.file]!;
    const eventsBefore = this.#feed.meter.eventCount;
    const progress: FileProgress = { shape: undefined, storedBytes: Number.NaN, inflatedBytes: 0 };
    try {
      await readFile(
        this.#feed,
        fileContext(this.#input, settings),
        {
          maxInflatedBytes: settings.maxInflatedBytes ?? DEFAULT_MAX_INFLATED_BYTES,
          ...(settings.formatIn !== undefined && { formatIn: settings.formatIn }),
        },
        progress,
      );
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      noteError(summary, error, this.#feed.meter.eventCount > eventsBefore);
      const accounted = summary.tookBytes + [...summary.skipped.values()].reduce((sum, one) => sum + one.bytes, 0);
      if (progress.inflatedBytes > accounted) this.#feed.skipped('broken', progress.inflatedBytes - accounted, accounted, error.code);
    }
    noteBroken(summary, this.#feed.meter.eventCount > eventsBefore);
    summary.shape = progress.shape;
    summary.storedBytes = progress.storedBytes;
    summary.inflatedBytes = progress.inflatedBytes;
    this.#engine.version++;
  }
}

function isCompressed(path: string): boolean {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const head = Buffer.alloc(2);
      return readSync(descriptor, head, 0, 2, 0) === 2 && isGzip(head);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function clockWords(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(11, 19)} UTC`;
}
