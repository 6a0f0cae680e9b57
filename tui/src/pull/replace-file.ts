/**
 * Puts a file in place whole or not at all, also when the process is killed in the middle. The unfinished neighbour is
 * hidden, because an analysis of the folder leaves hidden files out: half a page would count its events twice.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandError } from '../command-error.ts';

export function replaceFile(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.part`);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(beside, 'w', OWNER_ONLY);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      // The state must not outlive a page that it speaks of.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new CommandError(
      'OUT_NOT_WRITTEN',
      `${path}: expected a place to write to, found ${found}`,
      'choose another folder with --out',
      1,
      {
        cause,
      },
    );
  }
}

/** Logs hold what customers typed: they are nobody else's business on a shared machine. */
const OWNER_ONLY = 0o600;
