/**
 * Small files are inflated in the thread pool while the file before them is scanned, so that one thread that understands
 * lines keeps a second core busy without a second heap, a second compilation of the scanner, or a merge at the end.
 *
 * A whole file is inflated in one call with the output size that gzip's trailer hints at: a third of what a stream with
 * default chunks costs. The hint is only a hint (several members, a hostile file), so it is capped, and so is the output.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzip } from 'node:zlib';
import { releaseBytes } from './release-bytes.ts';

export interface WholeFile {
  readonly bytes: Buffer;
  readonly storedBytes: number;
}

/**
 * @returns undefined when the file is too large, is no plain file, or does not inflate well: then a stream tells how far
 *   it goes
 * @throws what the file system says when it cannot be opened
 */
export async function inflateAhead(path: string): Promise<WholeFile | undefined> {
  const stored = readWhole(path);
  if (stored === undefined) return undefined;
  if (!isGzip(stored)) return { bytes: stored, storedBytes: stored.length };
  const hint = stored.length < 4 ? 0 : stored.readUInt32LE(stored.length - 4);
  if (hint > WHOLE_BYTES) return undefined;
  const bytes = await inflated(stored, hint);
  const storedBytes = stored.length;
  releaseBytes(stored);
  return bytes === undefined ? undefined : { bytes, storedBytes };
}

export function isGzip(head: Buffer): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/** Up to here a file is taken in one piece; with those on their way that bounds memory to some 80 MiB. */
const WHOLE_BYTES = 16 * 1024 * 1024;

function readWhole(path: string): Buffer | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > WHOLE_BYTES) return undefined;
    const head = Buffer.alloc(2);
    // A compressed file that ends in a large hint is not worth reading twice.
    if (readSync(descriptor, head, 0, 2, 0) === 2 && isGzip(head)) {
      const trailer = Buffer.alloc(4);
      readSync(descriptor, trailer, 0, 4, Math.max(0, stat.size - 4));
      if (trailer.readUInt32LE(0) > WHOLE_BYTES) return undefined;
    }
    return readFileSync(path);
  } finally {
    closeSync(descriptor);
  }
}

function inflated(stored: Buffer, hint: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    gunzip(stored, { chunkSize: Math.max(64, hint + 64), maxOutputLength: WHOLE_BYTES + 64 }, (error, bytes) =>
      resolve(error === null ? bytes : undefined),
    );
  });
}
