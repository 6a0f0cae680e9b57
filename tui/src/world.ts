/** What a command may touch of the outside: a stand-in in tests, the process itself otherwise. */
import type { Analyzer } from './analyzer-door.ts';

export interface World {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  /** Calls back on Ctrl-C; gives back how to stop listening. */
  readonly onInterrupt: (interrupted: () => void) => () => void;
  /** Loaded only when a command needs it: it costs more than all the rest. */
  readonly loadAnalyzer: () => Promise<Analyzer>;
}

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
}
