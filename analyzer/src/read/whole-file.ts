/**
 * Small files, taken in one piece: inflated in one call with the output size that gzip's trailer hints at, which costs a
 * third of what a stream with default chunks costs.
 *
 * The hint is only a hint (several members, a hostile file), so it is capped, and so is the output.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface WholeFile {
  readonly bytes: Buffer;
  readonly storedBytes: number;
}

/**
 * @returns undefined when the file is too large, is no plain file, or does not inflate well: then a stream tells how far
 *   it goes
 * @throws what the file system says when it cannot be opened
 */
export function readWholeFile(path: string): WholeFile | undefined {
  const stored = storedBytesOf(path);
  if (stored === undefined) return undefined;
  if (!isGzip(stored)) return { bytes: stored, storedBytes: stored.length };
  const hint = sizeHint(stored);
  if (hint > WHOLE_BYTES) return undefined;
  const bytes = inflated(stored, hint);
  return bytes === undefined ? undefined : { bytes, storedBytes: stored.length };
}

export function isGzip(head: Buffer): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/** @returns what gzip's trailer says of the inflated size, modulo 2^32 and of the last member only */
export function sizeHint(stored: Buffer): number {
  return stored.length < 4 ? 0 : stored.readUInt32LE(stored.length - 4);
}

/** One piece of output when the hint is right, and no more than a whole file may have when it is not. */
export function inflatingOptions(hint: number): { chunkSize: number; maxOutputLength: number } {
  return { chunkSize: Math.max(64, hint + 64), maxOutputLength: WHOLE_BYTES + 64 };
}

/** Up to here a file is taken in one piece, stored and inflated; larger ones are streamed. */
export const WHOLE_BYTES = 16 * 1024 * 1024;

/** What gzip is read into, file after file: fresh pages for each cost more than the reading. Nobody sees it after the call. */
let packed = Buffer.alloc(0);

/** @returns the file's content; that of gzip is overwritten by the next file's */
function storedBytesOf(path: string): Buffer | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > WHOLE_BYTES) return undefined;
    if (packed.length < stat.size) packed = Buffer.allocUnsafeSlow(stat.size);
    const length = readSync(descriptor, packed, 0, Math.min(stat.size, HEAD_BYTES), 0);
    // What is no gzip is handed on as it is.
    if (!isGzip(packed.subarray(0, length))) return readFileSync(descriptor);
    return packed.subarray(0, length + readFully(descriptor, length, stat.size));
  } finally {
    closeSync(descriptor);
  }
}

/** @returns how many bytes there were: a file that is being written may have become shorter */
function readFully(descriptor: number, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const count = readSync(descriptor, packed, at, to - at, at);
    if (count === 0) break;
    at += count;
  }
  return at - from;
}

const HEAD_BYTES = 4096;

function inflated(stored: Buffer, hint: number): Buffer | undefined {
  try {
    return gunzipSync(stored, inflatingOptions(hint));
  } catch {
    return undefined;
  }
}
