/**
 * One input from first byte to last: opens it, inflates it, sniffs its shape and drives the reader of that shape.
 *
 * Small files come whole (`whole-file.ts`); large ones are streamed in chunks of 1 MiB, so that memory stays bounded
 * whatever the file's size.
 */
import { createReadStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { EventSink, FileContext, ShapeReader } from './event-sink.ts';
import { ReadError } from './read-error.ts';
import { READERS } from './readers.ts';
import { releaseBytes, releaseLastPiece } from './release-bytes.ts';
import type { Shape } from './shape.ts';
import { sniff } from './sniff.ts';
import { isGzip, readWholeFile, type WholeFile } from './whole-file.ts';

export interface ReadFileSettings {
  readonly formatIn?: Shape;
  /** Cap on what one file may inflate to, bytes. */
  readonly maxInflatedBytes: number;
}

/** What became of a file: filled while it is read, valid also when reading throws. */
export interface FileProgress {
  shape: Shape | undefined;
  storedBytes: number;
  inflatedBytes: number;
}

/**
 * @param ahead  the file, where it was inflated already
 * @throws ReadError when the file as a whole, or its rest, cannot be read; events before the trouble were given
 */
export async function readFile(
  sink: EventSink,
  file: FileContext,
  settings: ReadFileSettings,
  progress: FileProgress,
  ahead?: WholeFile,
): Promise<void> {
  const drive = new Drive(sink, file, settings, progress);
  try {
    const whole = ahead ?? (file.path === '-' ? undefined : readWholeFile(file.path));
    if (whole !== undefined) drive.whole(whole);
    else if (file.path === '-') await drive.stream(process.stdin);
    else await drive.stream(createReadStream(file.path, { highWaterMark: CHUNK_BYTES }));
  } catch (error) {
    throw asReadError(error, file.path, progress);
  }
}

const CHUNK_BYTES = 1024 * 1024;
const SNIFF_BYTES = 65_536;
class Drive {
  readonly #sink: EventSink;
  readonly #file: FileContext;
  readonly #settings: ReadFileSettings;
  readonly #progress: FileProgress;
  #reader: ShapeReader | undefined;
  #head: Buffer | undefined;

  constructor(sink: EventSink, file: FileContext, settings: ReadFileSettings, progress: FileProgress) {
    this.#sink = sink;
    this.#file = file;
    this.#settings = settings;
    this.#progress = progress;
  }

  whole(file: WholeFile): void {
    this.#progress.storedBytes = file.storedBytes;
    this.#checkCap(file.bytes.length);
    this.#give(file.bytes);
    this.#end();
    releaseBytes(file.bytes);
  }

  async stream(source: Readable): Promise<void> {
    let gunzip: ReturnType<typeof createGunzip> | undefined;
    let stored = 0;
    const chunks = source[Symbol.asyncIterator]();
    const first = await firstBytes(chunks, 2);
    if (!isGzip(first)) {
      for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await next(chunks)) {
        stored += chunk.length;
        if (chunk.length > 0) this.#give(chunk);
        releaseLastPiece(chunk);
      }
    } else {
      gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
      const inflating = gunzip;
      const feed = (async () => {
        for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await next(chunks)) {
          stored += chunk.length;
          if (!inflating.write(chunk)) await drained(inflating);
          if (inflating.destroyed) return;
        }
        inflating.end();
      })();
      feed.catch((error) => inflating.destroy(error));
      for await (const chunk of inflating) {
        this.#checkCap(this.#progress.inflatedBytes + chunk.length);
        this.#give(chunk);
        releaseLastPiece(chunk);
      }
      await feed;
    }
    if (Number.isNaN(this.#progress.storedBytes)) this.#progress.storedBytes = stored;
    this.#end();
  }

  #give(bytes: Buffer): void {
    this.#progress.inflatedBytes += bytes.length;
    if (this.#reader !== undefined) return this.#reader.push(bytes);
    const head = this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]);
    if (head.length < SNIFF_BYTES) {
      // A whole small file arrives in one piece: `end` sniffs what there is.
      this.#head = this.#head === undefined ? Buffer.from(bytes) : head;
      return;
    }
    this.#head = undefined;
    this.#open(head).push(head);
  }

  #end(): void {
    if (this.#reader === undefined) {
      const head = this.#head ?? Buffer.alloc(0);
      this.#head = undefined;
      this.#open(head).push(head);
    }
    this.#reader?.end();
  }

  #open(head: Buffer): ShapeReader {
    const shape = this.#settings.formatIn ?? this.#sniffed(head);
    this.#progress.shape = shape;
    this.#reader = READERS[shape](this.#sink, this.#file);
    return this.#reader;
  }

  #sniffed(head: Buffer): Shape {
    const { path } = this.#file;
    const found = sniff(head.length > SNIFF_BYTES ? head.subarray(0, SNIFF_BYTES) : head, path);
    if (found.kind === 'shape') return found.shape;
    throw new ReadError(found.code, { path }, found);
  }

  #checkCap(bytes: number): void {
    const { maxInflatedBytes } = this.#settings;
    if (bytes <= maxInflatedBytes) return;
    throw new ReadError(
      'READ_OVER_CAP',
      { path: this.#file.path, place: maxInflatedBytes },
      {
        expected: `at most ${maxInflatedBytes} bytes after inflating`,
        found: 'more',
        next: `If the file is to be trusted, raise the cap: --max-inflated ${Math.ceil((maxInflatedBytes * 4) / 1024 ** 3)}GiB`,
      },
    );
  }
}

async function next(chunks: AsyncIterator<Buffer | string>): Promise<Buffer | undefined> {
  const result = await chunks.next();
  return result.done ? undefined : asBuffer(result.value);
}

/** Nobody is left to listen afterwards: a large file waits some hundred times. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const resume = () => {
      stream.off('drain', resume).off('close', resume);
      resolve();
    };
    stream.once('drain', resume).once('close', resume);
  });
}

/** At least `count` bytes, or all there are. */
async function firstBytes(chunks: AsyncIterator<Buffer | string>, count: number): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < count) {
    const chunk = await next(chunks);
    if (chunk === undefined) break;
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
  }
  return first;
}

function asBuffer(chunk: Buffer | string): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

function asReadError(error: unknown, path: string, progress: FileProgress): unknown {
  if (error instanceof ReadError || !(error instanceof Error)) return error;
  const at = progress.inflatedBytes > 0 ? { path, place: progress.inflatedBytes } : { path };
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return new ReadError(
        'READ_NOT_FOUND',
        at,
        { expected: 'a file', found: 'nothing by that name', next: 'Check the path.' },
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
      return new ReadError(
        'READ_NOT_PERMITTED',
        at,
        { expected: 'a readable file', found: 'no permission to read it', next: `Try: ls -l ${path}` },
        { cause: error },
      );
    case 'Z_BUF_ERROR':
      return new ReadError(
        'READ_GZIP_TRUNCATED',
        at,
        {
          expected: 'gzip to its end',
          found: 'a file that stops in the middle',
          next: `What came before is in the report. Fetch the file again; compare its size with the original's.`,
        },
        { cause: error },
      );
    case 'Z_DATA_ERROR':
      return new ReadError(
        'READ_GZIP_BROKEN',
        at,
        { expected: 'gzip', found: `damaged data (${error.message})`, next: 'What came before is in the report. Fetch the file again.' },
        { cause: error },
      );
    default:
      return new ReadError(
        'READ_FAILED',
        at,
        { expected: 'to read the file', found: error.message, next: 'Try again; the other inputs were read.' },
        { cause: error },
      );
  }
}
