/**
 * Small gzip files, inflated on Node's thread pool while the thread that scans is busy with the files before them.
 *
 * Inflating costs more than scanning, so one scanning thread with the pool behind it keeps two cores busy, and the scanner
 * is compiled once: in two scanning threads it is compiled twice, which for a gigabyte costs as much as half of the inflating.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gunzip } from 'node:zlib';
import { inflatingOptions, isGzip, sizeHint, WHOLE_BYTES, type WholeFile } from './whole-file.ts';

/**
 * @returns undefined whatever stands in the way (no gzip, too large, damaged, not there): whoever reads the file then in
 *   the ordinary way meets the same, and tells it
 */
export function inflateAhead(path: string): Promise<WholeFile | undefined> {
  const stored = storedGzip(path);
  if (stored === undefined) return Promise.resolve(undefined);
  const hint = sizeHint(stored);
  if (hint > WHOLE_BYTES) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    gunzip(stored, inflatingOptions(hint), (error, bytes) => {
      spare.push(stored.buffer as ArrayBuffer);
      resolve(error === null ? { bytes, storedBytes: stored.length } : undefined);
    });
  });
}

/** What files were read into, for the next ones: fresh pages for each cost more than the reading. */
const spare: ArrayBuffer[] = [];

function storedGzip(path: string): Buffer | undefined {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile() || stat.size > WHOLE_BYTES) return undefined;
      const head = Buffer.allocUnsafe(2);
      if (readSync(descriptor, head, 0, 2, 0) < 2 || !isGzip(head)) return undefined;
      const memory = spare.pop();
      const room = memory === undefined || memory.byteLength < stat.size ? new ArrayBuffer(stat.size) : memory;
      const stored = Buffer.from(room, 0, stat.size);
      // A file that is being written may have become shorter.
      return readSync(descriptor, stored, 0, stat.size, 0) === stat.size ? stored : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
