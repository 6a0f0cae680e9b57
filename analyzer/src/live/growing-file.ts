/**
 * Follows a file that is written while we read: what is appended is read at the next look; a file that was moved away
 * and begun anew, or cut to nothing, is read as another one.
 *
 * Files are looked at by their size, several times a second: notices of the file system are lost on network drives and
 * in containers, and a look costs some microseconds.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { type Intake, PORTION_BYTES } from './intake.ts';
import type { LiveReader, LocatedInput } from './live-reader.ts';
import type { Meter } from './meter.ts';

export interface Tail {
  /** Takes what is there. @returns whether more may be there at once */
  look(nowMs: number): Promise<boolean>;
  /** No more will come. */
  finish(): Promise<void>;
  readonly failure: TailFailure | undefined;
}

export interface TailFailure {
  readonly because: string;
  readonly next: string;
}

export class GrowingFile implements Tail {
  failure: TailFailure | undefined;
  readonly #input: LocatedInput;
  readonly #meter: Meter;
  readonly #intake: Intake;
  readonly #openReader: (path: string) => LiveReader;
  readonly #onRotated: (reader: LiveReader, how: 'moved' | 'cut') => void;
  readonly #chunk: Buffer;
  #handle: FileHandle | undefined;
  #inode = 0;
  #offset = 0;
  #reader: LiveReader | undefined;
  #restingSinceMs: number | undefined;

  /**
   * @param chunk      to read into; files that take turns may share one
   * @param onRotated  what was read so far lies under this path no more
   */
  constructor(
    input: LocatedInput,
    meter: Meter,
    chunk: Buffer,
    intake: Intake,
    openReader: (path: string) => LiveReader,
    onRotated: (reader: LiveReader, how: 'moved' | 'cut') => void,
  ) {
    this.#chunk = chunk;
    this.#intake = intake;
    this.#input = input;
    this.#meter = meter;
    this.#openReader = openReader;
    this.#onRotated = onRotated;
  }

  async look(nowMs: number): Promise<boolean> {
    try {
      return await this.#look(nowMs);
    } catch (error) {
      this.failure = failureOf(error as NodeJS.ErrnoException, this.#input.path);
      return false;
    }
  }

  async finish(): Promise<void> {
    while (await this.look(Number.NaN));
    this.#reader?.end();
    await this.#close();
  }

  async #look(nowMs: number): Promise<boolean> {
    if (this.#handle === undefined && !(await this.#open())) return false;
    const hasRead = await this.#read(nowMs);
    this.#reader?.decideInTime();
    if (hasRead) return true;
    if (await this.#wasReplaced()) {
      // What was written between our last read and the move is in the old file still.
      while (await this.#read(nowMs));
      this.#giveUp('moved');
      await this.#close();
      return true;
    }
    this.#rest(nowMs);
    return false;
  }

  async #open(): Promise<boolean> {
    this.#handle = await open(this.#input.path, 'r');
    const { ino, mtimeMs } = await this.#handle.stat();
    this.failure = undefined;
    if (Date.now() - mtimeMs > PAUSE_MS) this.#restingSinceMs = Number.NEGATIVE_INFINITY;
    this.#inode = ino;
    this.#offset = 0;
    this.#reader = this.#openReader(this.#input.path);
    return true;
  }

  async #read(nowMs: number): Promise<boolean> {
    const { size } = await this.#handle!.stat();
    if (size < this.#offset) {
      this.#giveUp('cut');
      this.#offset = 0;
      this.#reader = this.#openReader(this.#input.path);
    }
    if (size === this.#offset) return false;
    const chunk = this.#chunk;
    const { bytesRead } = await this.#handle!.read(chunk, 0, Math.min(chunk.length, size - this.#offset), this.#offset);
    if (bytesRead === 0) return false;
    this.#offset += bytesRead;
    if (!Number.isNaN(nowMs)) this.#meter.arrived(nowMs);
    if (this.#restingSinceMs !== Number.NEGATIVE_INFINITY) this.#restingSinceMs = undefined;
    for (let from = 0; from < bytesRead; from += PORTION_BYTES) {
      for (let wait = this.#intake.ready(); wait !== undefined; wait = this.#intake.ready()) await wait;
      this.#reader!.push(chunk.subarray(from, Math.min(bytesRead, from + PORTION_BYTES)));
    }
    return true;
  }

  #giveUp(how: 'moved' | 'cut'): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    reader.end();
    this.#onRotated(reader, how);
    this.#reader = undefined;
  }

  async #wasReplaced(): Promise<boolean> {
    const named = await stat(this.#input.path).catch(() => undefined);
    // Moved away, and nothing new under its name yet: there is more to come of the old one, or of a new one later.
    return named !== undefined && named.ino !== this.#inode;
  }

  #rest(nowMs: number): void {
    if (this.#restingSinceMs === undefined || nowMs < this.#restingSinceMs) this.#restingSinceMs = nowMs;
    else if (nowMs - this.#restingSinceMs >= PAUSE_MS) {
      this.#reader?.rest();
      this.#restingSinceMs = Number.POSITIVE_INFINITY;
    }
  }

  async #close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}

/** A message of several lines is written in one go; who pauses this long between two has ended one. */
export const PAUSE_MS = 1_000;

function failureOf(error: NodeJS.ErrnoException, path: string): TailFailure {
  switch (error.code) {
    case 'ENOENT':
      return { because: 'there is no such file (yet)', next: 'It is read as soon as it appears; check the path meanwhile.' };
    case 'EACCES':
    case 'EPERM':
      return { because: 'no permission to read it', next: `To see who may: ls -l ${path}` };
    default:
      return { because: error.message, next: 'It is tried again.' };
  }
}
