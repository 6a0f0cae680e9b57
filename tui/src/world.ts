/** What a command may touch of the outside: a stand-in in tests, the process itself otherwise. */
import type { Comparer, Reader, Views } from './analyzer-door.ts';

export interface World {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  /** Calls back on Ctrl-C; gives back how to stop listening. */
  readonly onInterrupt: (interrupted: () => void) => () => void;
  /** Loaded only when a command needs them: they cost more than all the rest. */
  readonly loadReader: () => Promise<Reader>;
  readonly loadViews: () => Promise<Views>;
  readonly loadComparer: () => Promise<Comparer>;
}

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
}
