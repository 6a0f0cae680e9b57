/**
 * Small gzip files, inflated on Node's thread pool while the thread that scans is busy with the files before them.
 *
 * Inflating costs more than scanning, so one scanning thread with the pool behind it keeps two cores busy, and the scanner
 * is compiled once: in two scanning threads it is compiled twice, which for a gigabyte costs as much as half of the inflating.
 */
import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { gunzip } from 'node:zlib';
import { releaseBytes } from './release-bytes.ts';
import { inflatingOptions, isGzip, sizeHint, WHOLE_BYTES, type WholeFile } from './whole-file.ts';

/**
 * @returns undefined whatever stands in the way (too large, damaged, not there): whoever reads the file then in the ordinary
 *   way meets the same, and tells it
 */
export async function inflateAhead(path: string): Promise<WholeFile | undefined> {
  const stored = await storedBytes(path);
  if (stored === undefined) return undefined;
  if (!isGzip(stored)) return { bytes: stored, storedBytes: stored.length };
  const hint = sizeHint(stored);
  const bytes = hint > WHOLE_BYTES ? undefined : await inflated(stored, hint);
  spare.push(stored.buffer as ArrayBuffer);
  return bytes === undefined ? undefined : { bytes, storedBytes: stored.length };
}

/** What gzip was read into, for the next files: fresh pages for each cost more than the reading. */
const spare: ArrayBuffer[] = [];

/**
 * From the size of the largest block that was ever given back, glibc concludes how much free memory is worth keeping (twice
 * that; mallopt(3), M_TRIM_THRESHOLD). One that nobody writes to costs nothing, and three inflated files in flight then keep
 * their pages: of 120,000 page faults for a gigabyte 32,000 are left. Other allocators do not mind.
 */
releaseBytes(Buffer.allocUnsafeSlow(8 * 1024 * 1024));

function storedBytes(path: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const file = openFile(path);
    if (file === undefined) return resolve(undefined);
    const known = spare.pop();
    const room = known === undefined || known.byteLength < file.size ? new ArrayBuffer(file.size) : known;
    const stored = Buffer.from(room, 0, file.size);
    read(file.descriptor, stored, 0, file.size, 0, (error, length) => {
      closeSync(file.descriptor);
      // A file that is being written may have become shorter.
      resolve(error === null && length === file.size ? stored : undefined);
    });
  });
}

function openFile(path: string): { descriptor: number; size: number } | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const stat = fstatSync(descriptor);
    if (stat.isFile() && stat.size <= WHOLE_BYTES) return { descriptor, size: stat.size };
  } catch {
    // It is opened once more in the ordinary way, which tells why it cannot be.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}

function inflated(stored: Buffer, hint: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    gunzip(stored, inflatingOptions(hint), (error, bytes) => resolve(error === null ? bytes : undefined));
  });
}
