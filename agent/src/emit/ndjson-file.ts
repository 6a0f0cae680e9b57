/**
 * Record lines appended to a file, each whole or not at all.
 *
 * The file is opened for appending, so that several processes may share it: the system places each write at the end. A
 * full disk, a read-only folder or a file that vanished is a loss that is counted, never an error of the host; after it the
 * file is opened anew with the next line, but not more often than once a second.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';

export interface NdjsonFile {
  append(line: string): void;
  takeLost(): number;
}

/** @param now  for the pause after a failure */
export function openNdjsonFile(path: string, now: () => number = Date.now): NdjsonFile {
  let descriptor: number | undefined;
  let pausedUntilMs = 0;
  let broken = false;
  let lost = 0;

  return {
    append(line) {
      if (descriptor === undefined && now() < pausedUntilMs) {
        lost++;
        return;
      }
      try {
        // Not waiting for a reader: a named pipe that nobody reads must not stop the host.
        descriptor ??= openSync(path, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NONBLOCK, 0o644);
        const bytes = Buffer.from(`${broken ? '\n' : ''}${line}\n`);
        const written = writeSync(descriptor, bytes);
        // The disk became full in the middle of a line: the next line begins on a line of its own.
        broken = written < bytes.length;
        if (broken) lost++;
      } catch {
        lost++;
        pausedUntilMs = now() + PAUSE_MS;
        if (descriptor !== undefined) closeQuietly(descriptor);
        descriptor = undefined;
      }
    },
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {}
}

const PAUSE_MS = 1000;
