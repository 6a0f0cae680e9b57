/** What the assembler remembers of one stream: the attempts under way, the process that serves them, and how it may end. */
import type { InitRecord } from '@nightlight/agent/record';
import type { FactTable } from '../parse/facts.ts';
import type { InitLines, Invocation, Sandbox, Status } from './invocation.ts';

/** An attempt that took its process with it and was given away; a successor may still tell what was in its hands. */
export interface DeadAttempt {
  readonly id0: number;
  readonly id1: number;
  readonly id2: number;
  readonly id3: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: Status;
  readonly sandbox: Sandbox;
  isTold: boolean;
}

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
  /** The last attempts that died, newest last. */
  readonly dead: DeadAttempt[] = [];
  /** The agent's account of the start that the next attempt waited for. */
  initRecord: InitRecord | undefined;
  /** A line of the platform was seen: it counts and measures, the agent's lines only add to it. */
  hasPlatformLines = false;
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

  sandboxOf(table: FactTable, row: number): Sandbox {
    const sandbox = this.sandbox ?? this.newSandbox(table.file[row]!, table.place[row]!, table.atMs[row]!);
    if (!this.isolated) sandbox.isolated = false;
    return sandbox;
  }

  newSandbox(file: number, place: number, atMs: number): Sandbox {
    const { handle: stream, logStream, isolated, epoch } = this;
    this.sandbox = { stream, logStream, isolated, epoch, file, place, atMs };
    return this.sandbox;
  }

  initOf(table: FactTable, row: number): InitLines {
    this.init ??= initAt(table, row);
    return this.init;
  }

  newEpoch(): void {
    this.diedBefore = this.died;
    this.died = undefined;
    this.epoch++;
    this.begun = 0;
    if (!this.named && this.sandbox !== undefined) this.past.push(this.sandbox);
    this.sandbox = undefined;
  }

  noteDead({ id0, id1, id2, id3, startMs, durationMs, status, sandbox, death }: Invocation): void {
    this.dead.push({ id0, id1, id2, id3, startMs, durationMs, status, sandbox, isTold: death !== undefined });
    if (this.dead.length > MOST_DEAD) this.dead.shift();
  }

  /** An attempt of a request that failed in this stream before. */
  countAttempt(invocation: Invocation): void {
    const failed = this.failedIds.get(invocation.id0)!;
    if (failed.id1 === invocation.id1 && failed.id2 === invocation.id2 && failed.id3 === invocation.id3)
      invocation.attempt = failed.attempts + 1;
  }

  noteAttempt({ id0, id1, id2, id3, attempt }: Invocation, failed: boolean): void {
    if (!failed && attempt === 1) return;
    this.failedIds.set(id0, { id1, id2, id3, attempts: attempt });
    if (this.failedIds.size > MOST_FAILED_IDS) this.failedIds.delete(this.failedIds.keys().next().value!);
  }

  /** Two requests at a time in an unnamed stream: it mixes sandboxes (or is a Managed Instance); neither is one process at rest. */
  noteOverlap(): void {
    if (this.open.length > 0 && !this.named) this.mix();
  }

  mix(): void {
    this.isolated = false;
    if (this.sandbox !== undefined) this.sandbox.isolated = false;
    for (const sandbox of this.past) sandbox.isolated = false;
  }
}

export function initAt(table: FactTable, row: number): InitLines {
  return {
    atMs: table.atMs[row]!,
    durationMs: Number.NaN,
    restoreMs: Number.NaN,
    phase: undefined,
    status: undefined,
    errorType: undefined,
    initializationType: undefined,
    errorCount: 0,
    failureKind: undefined,
    file: table.file[row]!,
    place: table.place[row]!,
  };
}

/** The successor in the same sandbox comes next: more than a few that wait for their account have none. */
const MOST_DEAD = 16;
/** Async retries come within minutes: a stream never has more than a few failed ids that may still come back. */
const MOST_FAILED_IDS = 256;
