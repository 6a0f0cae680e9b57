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
import { builtIn } from '../../measure/built-in.ts';
import { taken } from '../../taken.ts';

export const ROW_BYTES = 256;

export interface FlightRecorder {
  write(row: number, state: 'n' | 'w', facts: unknown): void;
  idle(row: number): void;
}

/**
 * @param onLost   told once, when a row cannot be written any more
 * @param onFound  told when a predecessor left something, and to take it out of the file; most sandboxes are new, and even to
 *   read nothing would cost a third of a millisecond on Node 20
 * @throws when the file cannot be used at all
 */
export function openRecorder(path: string, onLost: () => void, onFound: (file: number) => void): FlightRecorder {
  // Taken before the host's own code runs and can replace it.
  const { constants, fstatSync, openSync, writeSync: write } = builtIn('node:fs');
  let file: number | undefined = openSync(path, constants.O_RDWR | constants.O_CREAT);
  const opened = fstatSync(file);
  // A pipe would block us, a device forget.
  if (!opened.isFile()) throw opened;
  if (opened.size) onFound(file);
  const put = (row: number, text: string, encoding?: 'latin1') => {
    try {
      if (file) write(file, text.slice(0, ROW_BYTES), row * ROW_BYTES, encoding);
    } catch {
      file = undefined;
      onLost();
    }
  };
  return {
    // A character a byte, where there are names in it. During init there are none, and Node 20 has yet to compile any other encoding.
    write: (row, state, facts) => put(row, `${state + taken.toJson(facts)}\n`, state > 'n' ? 'latin1' : undefined),
    idle: (row) => put(row, 'i'),
  };
}
