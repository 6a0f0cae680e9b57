/** Two pulls into one folder would overwrite each other's pages: the second one is told to wait. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';

/** @returns how to let go; a pull that was killed needs no letting go, its process is gone */
export function holdFolder(folder: string): () => void {
  const path = join(folder, '.nightlight-pull.pid');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const holder = holderOf(path);
    if (holder !== undefined) {
      throw new CommandError(
        'PULL_FOLDER_BUSY',
        `${folder}: expected no other pull at work there, found process ${holder}`,
        'wait for it, or choose another folder with --out',
      );
    }
    writeFileSync(path, String(process.pid));
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const found = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new CommandError(
      'OUT_NOT_WRITTEN',
      `${folder}: expected a place to write to, found ${found}`,
      'choose another folder with --out',
      1,
      {
        cause,
      },
    );
  }
  return () => rmSync(path, { force: true });
}

function holderOf(path: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
  try {
    // Signal 0 asks only whether the process is there.
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}
