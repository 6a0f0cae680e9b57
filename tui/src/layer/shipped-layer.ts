/**
 * The layer's files as this command brings them along: a folder `layer` beside the bundle, laid out as under /opt.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.ts';

/** Where the layer's files lie; the bundle's chunks all stand beside that folder. */
export const SHIPPED_LAYER = fileURLToPath(new URL('./layer', import.meta.url));

export interface LayerFile {
  /** Below /opt, with `/`. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly isExecutable: boolean;
}

/** @returns every file, in an order that no file system decides */
export function readLayer(folder: string): readonly LayerFile[] {
  if (!existsSync(join(folder, PRELOAD))) {
    throw new CommandError(
      'LAYER_MISSING',
      `${folder}: expected the files of the layer, found no ${PRELOAD}`,
      'install nightlight again; in a checkout: npm run build',
      1,
    );
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: relative(folder, file).replaceAll('\\', '/') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ file, path }) => ({ path, content: readFileSync(file), isExecutable: EXECUTABLE.has(path) }));
}

/** The agent itself, as `node --require` takes it. */
export const PRELOAD = 'nightlight/preload.cjs';
/** By name, not by what the disk says: an archive from npm, or a disk of Windows, need not keep the bit. */
const EXECUTABLE: ReadonlySet<string> = new Set(['nightlight/wrapper']);
