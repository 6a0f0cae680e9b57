/**
 * One attempt at one request in one sandbox: what the assembler gives to the store.
 *
 * The object is used again for the next attempt: whoever wants to keep something copies it during the call. Numbers
 * that no line told are NaN, never 0.
 */
import type { DeathRecord, InitRecord, InvocationRecord } from '@nightlight/agent/record';
import type { FactExtra } from '../parse/facts.ts';

export const STATUSES = ['success', 'error', 'timeout', 'oom', 'init-error', 'unfinished', 'unknown'] as const;
/** How an invocation ended. `success` is only said when a platform line ended it without a sign of failure. */
export type Status = (typeof STATUSES)[number];

export const INIT_KINDS = ['on-demand', 'provisioned', 'snapstart-restore', 'suppressed', 'restart', 'unknown'] as const;
/**
 * How a sandbox came to life before an invocation. `suppressed`: init failed or ran out of time and was run again
 * inside the invocation; `restart`: the runtime was started anew in the same sandbox after it died.
 */
export type InitKind = (typeof INIT_KINDS)[number];

/** The start of a runtime, as far as its lines told. */
export interface InitLines {
  atMs: number;
  /** From INIT_REPORT or REPORT; NaN when not told. */
  durationMs: number;
  restoreMs: number;
  phase: string | undefined;
  status: string | undefined;
  errorType: string | undefined;
  initializationType: string | undefined;
  /** Number of errors that init printed. */
  errorCount: number;
  failureKind: number | undefined;
  file: number;
  place: number;
}

export interface Sandbox {
  /** Handle of its stream in the parser. */
  readonly stream: number;
  readonly logStream: string;
  /** Set to false when it turns out that several sandboxes are mixed in an unnamed stream. */
  isolated: boolean;
  readonly epoch: number;
  readonly file: number;
  readonly place: number;
  readonly atMs: number;
}

export class Invocation {
  sandbox!: Sandbox;
  functionName: string | undefined;
  version: string | undefined;
  id0 = 0;
  id1 = 0;
  id2 = 0;
  id3 = 0;
  /** 1 for the first attempt in this stream. */
  attempt = 1;
  startMs = Number.NaN;
  endMs = Number.NaN;
  durationMs = Number.NaN;
  billedMs = Number.NaN;
  memorySizeMb = Number.NaN;
  /** The running maximum of the process, not of this invocation. */
  maxMemoryMb = Number.NaN;
  initMs = Number.NaN;
  restoreMs = Number.NaN;
  billedRestoreMs = Number.NaN;
  /** Which kind of start this invocation waited for; undefined when the sandbox was warm. */
  initKind: InitKind | undefined;
  initBilledMs = Number.NaN;
  initStatus: 'success' | 'error' | 'timeout' | 'unknown' = 'unknown';
  initAtMs = Number.NaN;
  status: Status = 'unknown';
  errorType: string | undefined;
  /** Number of the parser's failure kind that explains the failure; -1 when no line did. */
  failureKind = -1;
  /** Error lines that did not decide the outcome. */
  readonly loggedKinds: number[] = [];
  /** Length of the function's timeout, when this attempt ran into it; NaN otherwise. */
  timeoutMs = Number.NaN;
  extensionOverheadMs = Number.NaN;
  hasStart = false;
  hasReport = false;
  lateOutput = false;
  /** Our agent's line for this request, decoded. */
  record: InvocationRecord | undefined;
  /** What our agent says of the start of the process, where this attempt was its first. */
  initRecord: InitRecord | undefined;
  /** What was under way shortly before the end, or when the process died. */
  death: DeathRecord | undefined;
  /** Only the agent's line told of it, so far. */
  fromRecord = false;
  /** What only single records show; filled in detailed parsing. */
  details: FactExtra | undefined;
  file = 0;
  /** Of the REPORT where there is one, else of the first line. */
  place = 0;

  // What the assembler needs until the invocation is complete.
  init: InitLines | undefined;
  diedBefore: 'oom' | 'timeout' | 'crash' | undefined;
  thrownKind = -1;
  firstKind = -1;
  processDied = false;
  outOfMemory = false;
  /** `signal: killed`, by whomever. */
  wasKilled = false;
  timedOut = false;
  reportedStatus: string | undefined;
  suppressedInit = false;

  reset(sandbox: Sandbox): this {
    this.sandbox = sandbox;
    this.functionName = undefined;
    this.version = undefined;
    this.attempt = 1;
    this.startMs = Number.NaN;
    this.endMs = Number.NaN;
    this.durationMs = Number.NaN;
    this.billedMs = Number.NaN;
    this.memorySizeMb = Number.NaN;
    this.maxMemoryMb = Number.NaN;
    this.initMs = Number.NaN;
    this.restoreMs = Number.NaN;
    this.billedRestoreMs = Number.NaN;
    this.initKind = undefined;
    this.initBilledMs = Number.NaN;
    this.initStatus = 'unknown';
    this.initAtMs = Number.NaN;
    this.status = 'unknown';
    this.errorType = undefined;
    this.failureKind = -1;
    if (this.loggedKinds.length > 0) this.loggedKinds.length = 0;
    this.timeoutMs = Number.NaN;
    this.extensionOverheadMs = Number.NaN;
    this.hasStart = false;
    this.hasReport = false;
    this.lateOutput = false;
    this.record = undefined;
    this.initRecord = undefined;
    this.death = undefined;
    this.fromRecord = false;
    this.details = undefined;
    this.file = 0;
    this.place = 0;
    this.init = undefined;
    this.diedBefore = undefined;
    this.thrownKind = -1;
    this.firstKind = -1;
    this.processDied = false;
    this.outOfMemory = false;
    this.wasKilled = false;
    this.timedOut = false;
    this.reportedStatus = undefined;
    this.suppressedInit = false;
    return this;
  }
}
