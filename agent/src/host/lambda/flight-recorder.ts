/**
 * Remembers what was in flight, in a file that outlives the process.
 *
 * A kill leaves no chance for a last line, but the sandbox's ephemeral directory survives a reset. One row of
 * 256 bytes for each invocation under way: a state (`n` init, `w` at work, `i` idle), then JSON, then a newline. Ending
 * an invocation overwrites one byte. Written with plain synchronous writes: the page cache belongs to the system, not
 * to the process that dies.
 *
 * Source: AWS Lambda Developer Guide, "Lambda execution environment": a reset does not clear the directory's content.
 */
import { constants, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { stringify } from '../../emit/invocation-line.ts';

export const ROW_BYTES = 256;
/** Enough for as many invocations at a time as a sandbox serves; whatever else stands there is not ours to read. */
const READ_BYTES = 16 * ROW_BYTES;

export interface FlightRecorder {
  /** What the predecessor left: '' when there was none. */
  readonly found: string;
  write(row: number, state: 'n' | 'w', facts: unknown): void;
  idle(row: number): void;
}

/**
 * @param onLost  told once, when a row cannot be written any more
 * @throws when the file cannot be used at all
 */
export function openRecorder(path: string, onLost: () => void): FlightRecorder {
  let file: number | undefined = openSync(path, constants.O_RDWR | constants.O_CREAT);
  // Taken before the host's own code runs and can replace it.
  const write = writeSync;
  const bytes = Buffer.alloc(READ_BYTES);
  const found = bytes.toString('latin1', 0, readSync(file, bytes, 0, READ_BYTES, 0));
  ftruncateSync(file);
  const put = (row: number, text: string) => {
    try {
      if (file) write(file, bytes, 0, bytes.write(text, 0, ROW_BYTES, 'latin1'), row * ROW_BYTES);
    } catch {
      file = undefined;
      onLost();
    }
  };
  return {
    found,
    write: (row, state, facts) => put(row, `${state + stringify(facts)}\n`),
    idle: (row) => put(row, 'i'),
  };
}
