/**
 * A zip archive that is the same bytes for the same files, whoever builds it, when, and in which time zone: whether two
 * layers are equal is then a matter of one checksum, and an unchanged layer is no change to a deployment.
 *
 * Packed by fflate, whose output depends on its version only; what Node's own zlib makes of the same input differs
 * between versions of Node.
 */
import { type Zippable, zipSync } from 'fflate';
import type { LayerFile } from './shipped-layer.ts';

export function zipArchive(files: readonly LayerFile[]): Uint8Array {
  const entries: Zippable = {};
  for (const { path, content, isExecutable } of files) {
    const mode = REGULAR_FILE | (isExecutable ? 0o755 : 0o644);
    // Upper half of the external attributes, where unzip on Unix looks for the mode; "made by" must say Unix for that.
    entries[path] = [content, { os: MADE_BY_UNIX, attrs: (mode << 16) >>> 0 }];
  }
  // The earliest time that a zip can tell. It is written as local time, so it must be meant as local time too.
  return zipSync(entries, { level: 9, mtime: new Date(1980, 0, 1) });
}

const REGULAR_FILE = 0o100000;
const MADE_BY_UNIX = 3;
