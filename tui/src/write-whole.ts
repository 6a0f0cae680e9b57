/** Writes a file whole or not at all: into a neighbour first, then by one rename. A reader never sees half a report. */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';

export function writeWhole(path: string, content: string | Uint8Array): void {
  const beside = `${path}.${process.pid}.part`;
  try {
    // A device or a pipe must not be replaced by a file.
    const present = statSync(path, { throwIfNoEntry: false });
    if (present !== undefined && !present.isFile()) {
      writeFileSync(path, content);
    } else {
      writeFileSync(beside, content);
      renameSync(beside, path);
    }
  } catch (cause) {
    rmSync(beside, { force: true });
    const found = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new CommandError('OUT_NOT_WRITTEN', `${path}: expected a place to write to, found ${found}`, 'choose another path for --out', 1, {
      cause,
    });
  }
}
