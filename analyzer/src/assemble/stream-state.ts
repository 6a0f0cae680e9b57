/** What the assembler remembers of one stream: the attempts under way, the process that serves them, and how it may end. */
import type { InitLines, Invocation, Sandbox } from './invocation.ts';

export class StreamState {
  readonly handle: number;
  readonly logStream: string;
  readonly named: boolean;
  isolated = true;
  epoch = 0;
  /** Time of the newest row processed. */
  processedMs = Number.NEGATIVE_INFINITY;
  /** Sandboxes of earlier epochs, as long as they may turn out to have been mixed. */
  readonly past: Sandbox[] = [];
  /** Attempts begun in this epoch. */
  begun = 0;
  readonly open: Invocation[] = [];
  closed: Invocation | undefined;
  init: InitLines | undefined;
  /** How the last attempt took the process with it. */
  died: 'oom' | 'timeout' | 'crash' | undefined;
  /** The same, for the first attempt of the epoch after it. */
  diedBefore: 'oom' | 'timeout' | 'crash' | undefined;
  sandbox: Sandbox | undefined;
  /** First word of a failed request's id -> the rest of it. */
  readonly failedIds = new Map<number, { readonly id1: number; readonly id2: number; readonly id3: number; readonly attempts: number }>();

  constructor(handle: number, logStream: string, named: boolean) {
    this.handle = handle;
    this.logStream = logStream;
    this.named = named;
  }

  /** Nothing is open, nothing died: the next attempt can be taken for what it says. */
  get atRest(): boolean {
    return (
      this.open.length === 0 &&
      this.init === undefined &&
      this.died === undefined &&
      this.diedBefore === undefined &&
      this.sandbox !== undefined
    );
  }

  mix(): void {
    this.isolated = false;
    if (this.sandbox !== undefined) this.sandbox.isolated = false;
    for (const sandbox of this.past) sandbox.isolated = false;
  }
}
