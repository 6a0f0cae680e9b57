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
import { openSync, readFileSync, writeSync } from 'node:fs';

export const ROW_BYTES = 256;

export interface FlightRecorder {
  /** What the predecessor left: '' when there was none. */
  readonly found: string;
  write(row: number, state: 'n' | 'w', facts: unknown): void;
  idle(row: number): void;
}

/** @throws when the file cannot be used; the caller says so and goes on without */
export function openRecorder(path: string): FlightRecorder {
  let found = '';
  try {
    found = readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const file = openSync(path, 'w');
  const bytes = Buffer.alloc(ROW_BYTES);
  const put = (row: number, text: string) => {
    writeSync(file, bytes, 0, bytes.write(text, 'latin1'), row * ROW_BYTES);
  };
  return {
    found,
    write: (row, state, facts) => put(row, `${state + JSON.stringify(facts)}\n`),
    idle: (row) => put(row, 'i'),
  };
}
