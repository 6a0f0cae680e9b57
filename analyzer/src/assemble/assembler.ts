/**
 * Rebuilds what happened: facts in order of time become attempts, sandboxes and their epochs, inits and deaths.
 *
 * Lines are joined by request id within their stream, never by position alone. An attempt is given away only when
 * the next one of its stream begins, because its timeout line or late output may follow its REPORT.
 */
import type { AgentRecord, InvocationRecord } from '@nightlight/agent/record';
import type { Anomaly } from '../parse/anomaly.ts';
import type { EventParser } from '../parse/event-parser.ts';
import { FACT, type FactTable } from '../parse/facts.ts';
import { type InitLines, Invocation, type Sandbox } from './invocation.ts';
import { judge } from './judge.ts';
import { StreamState } from './stream-state.ts';

export interface InvocationSink {
  /** One complete attempt. The object is reused after the call. */
  invocation(invocation: Invocation): void;
  /**
   * A warm attempt that succeeded, of which every line was ordinary, straight from its row.
   * @returns false when the sink cannot take it so; it then comes again as an `invocation`
   */
  plainInvocation(sandbox: Sandbox, table: FactTable, row: number): boolean;
  /** A runtime start that no invocation followed: a failed init, or the end of the export. */
  unusedInit(sandbox: Sandbox, init: InitLines): void;
  extension(sandbox: Sandbox, name: string): void;
  runtimeVersion(sandbox: Sandbox, runtimeVersion: string, atMs: number): void;
  logsDropped(records: number, file: number, place: number, atMs: number): void;
  anomaly(kind: Anomaly, file: number, place: number, atMs: number): void;
  /** A record line of our agent that belongs to no invocation we know (init, death, window …). */
  record(sandbox: Sandbox, record: AgentRecord, file: number, place: number, atMs: number): void;
}

export class Assembler {
  readonly #parser: EventParser;
  readonly #sink: InvocationSink;
  #streams: (StreamState | undefined)[] = [];
  readonly #pool: Invocation[] = [];

  constructor(parser: EventParser, sink: InvocationSink) {
    this.#parser = parser;
    this.#sink = sink;
  }

  /** Takes rows out of the full table; when it was not in order, only the older half, so that the rest can still sort in. */
  consume(): void {
    const table = this.#parser.facts;
    if (!table.disordered) {
      this.#takeInOrder(table);
      table.clear();
      return;
    }
    const order = table.order();
    const half = order.length >> 1;
    for (let i = 0; i < half; i++) this.#take(table, order[i]!);
    table.keep(order.subarray(half));
  }

  /** Takes every row and closes all streams: what is still open stays unfinished. */
  finish(): void {
    this.#parser.finish();
    const table = this.#parser.facts;
    if (table.disordered) for (const row of table.order()) this.#take(table, row);
    else this.#takeInOrder(table);
    table.clear();
    for (const state of this.#streams) if (state !== undefined) this.#closeStream(state);
    this.#streams = [];
  }

  #takeInOrder(table: FactTable): void {
    const { kind, stream } = table;
    const last = table.rows - 1;
    for (let row = 0; row <= last; row++) {
      // A plain invocation with another right behind it in its stream: no late line can follow, nothing has to wait.
      const plain = row < last && kind[row] === FACT.invocation && kind[row + 1] === FACT.invocation && stream[row] === stream[row + 1];
      if (plain && this.#plainAtOnce(table, row)) continue;
      this.#take(table, row);
    }
    for (let row = 0; row <= last; row++) {
      const state = this.#streams[stream[row]!]!;
      if (table.atMs[row]! > state.processedMs) state.processedMs = table.atMs[row]!;
    }
  }

  /** @returns false when the row needs the full way */
  #plainAtOnce(table: FactTable, row: number): boolean {
    const state = this.#streams[table.stream[row]!];
    if (state === undefined || !state.atRest || !isOrdinary(table, row)) return false;
    // The retry of a request that failed here has its ordinal to be counted.
    if (state.failedIds.size > 0 && state.failedIds.has(table.id0[row]!)) return false;
    if (state.closed !== undefined) {
      this.#settle(state);
      if (state.died !== undefined) return false;
    }
    if (!this.#sink.plainInvocation(state.sandbox!, table, row)) return false;
    state.begun++;
    return true;
  }

  #take(table: FactTable, row: number): void {
    const handle = table.stream[row]!;
    let state = this.#streams[handle];
    if (state === undefined) {
      const scan = this.#parser.streams[handle]!;
      state = new StreamState(handle, scan.logStream, scan.named);
      this.#streams[handle] = state;
    }
    if (table.disordered) this.#noteLate(state, table, row);
    switch (table.kind[row]) {
      case FACT.invocation:
        return this.#plain(state, table, row);
      case FACT.start:
        return this.#start(state, table, row);
      case FACT.end:
        return this.#end(state, table, row);
      case FACT.report:
        return this.#report(state, table, row);
      case FACT.initStart:
      case FACT.restoreStart:
        return this.#initStart(state, table, row);
      case FACT.initReport:
      case FACT.restoreReport:
        return this.#initReport(state, table, row);
      case FACT.errorLine:
        return this.#errorLine(state, table, row);
      case FACT.timedOut:
        return this.#timedOut(state, table, row);
      case FACT.runtimeExit:
        return this.#runtimeExit(state, table, row);
      case FACT.strayLine:
        return this.#stray(state, table, row);
      case FACT.runtimeDone:
        return this.#runtimeDone(state, table, row);
      case FACT.extension: {
        const name = table.extra[row]?.extensionName;
        if (name !== undefined) this.#sink.extension(this.#sandbox(state, table, row), name);
        return;
      }
      case FACT.logsDropped: {
        const dropped = table.extra[row]?.droppedRecords ?? 1;
        this.#sink.logsDropped(dropped, table.file[row]!, table.place[row]!, table.atMs[row]!);
        return;
      }
      case FACT.record:
        return this.#record(state, table, row);
      default:
        return;
    }
  }

  /** What is older than a row that was processed already came too late for the reorder window. */
  #noteLate(state: StreamState, table: FactTable, row: number): void {
    const atMs = table.atMs[row]!;
    if (atMs < state.processedMs) this.#sink.anomaly('too-late-to-order', table.file[row]!, table.place[row]!, atMs);
    else if (atMs > state.processedMs) state.processedMs = atMs;
  }

  #plain(state: StreamState, table: FactTable, row: number): void {
    this.#noteOverlap(state);
    this.#settle(state);
    const invocation = this.#begin(state, table, row);
    this.#fill(invocation, state, table, row);
    invocation.startMs = table.atMs[row]!;
    invocation.endMs = table.endMs[row]!;
    state.closed = invocation;
  }

  #start(state: StreamState, table: FactTable, row: number): void {
    this.#settle(state);
    this.#noteOverlap(state);
    const invocation = this.#begin(state, table, row);
    invocation.startMs = table.atMs[row]!;
    invocation.file = table.file[row]!;
    invocation.place = table.place[row]!;
    state.open.push(invocation);
    if (state.open.length > MOST_OPEN) this.#give(state, state.open.shift()!);
  }

  /** An attempt begins: it takes over the init lines and the death that came before it. */
  #begin(state: StreamState, table: FactTable, row: number): Invocation {
    if (state.died !== undefined && state.isolated) this.#newEpoch(state);
    const invocation = (this.#pool.pop() ?? new Invocation()).reset(this.#sandbox(state, table, row));
    invocation.id0 = table.id0[row]!;
    invocation.id1 = table.id1[row]!;
    invocation.id2 = table.id2[row]!;
    invocation.id3 = table.id3[row]!;
    const scan = this.#parser.streams[state.handle]!;
    invocation.functionName = scan.functionName;
    invocation.version = table.version[row]! > 0 ? this.#parser.versions[table.version[row]!] : scan.version;
    invocation.hasStart = table.kind[row] !== FACT.report;
    invocation.init = state.init;
    invocation.diedBefore = state.diedBefore;
    state.init = undefined;
    state.diedBefore = undefined;
    state.begun++;
    // The first word tells nearly all apart; the text is made only where it is the same.
    if (state.failedIds.size > 0 && state.failedIds.has(invocation.id0)) this.#countAttempt(state, invocation);
    return invocation;
  }

  #fill(invocation: Invocation, state: StreamState, table: FactTable, row: number): void {
    invocation.hasReport = true;
    invocation.durationMs = table.durationMs[row]!;
    invocation.billedMs = table.billedMs[row]!;
    invocation.memorySizeMb = table.memorySizeMb[row]!;
    invocation.maxMemoryMb = table.maxMemoryMb[row]!;
    invocation.initMs = table.initMs[row]!;
    invocation.endMs = table.endMs[row]!;
    invocation.file = table.file[row]!;
    invocation.place = table.place[row]!;
    const extra = table.extra[row];
    if (extra !== undefined) {
      invocation.restoreMs = extra.restoreMs ?? Number.NaN;
      invocation.billedRestoreMs = extra.billedRestoreMs ?? Number.NaN;
      invocation.reportedStatus = extra.status ?? invocation.reportedStatus;
      invocation.errorType = extra.errorType ?? invocation.errorType;
      invocation.extensionOverheadMs = extra.extensionOverheadMs ?? Number.NaN;
      invocation.details = extra;
    }
    // A second cold start in an unnamed stream whose process did not die: there are several sandboxes in it.
    const isCold = !Number.isNaN(invocation.initMs) || !Number.isNaN(invocation.restoreMs);
    if (!state.named && isCold && state.begun > 1 && invocation.diedBefore === undefined) state.mix();
  }

  #end(state: StreamState, table: FactTable, row: number): void {
    const invocation = this.#openWith(state, table, row);
    if (invocation !== undefined) invocation.endMs = table.atMs[row]!;
  }

  #report(state: StreamState, table: FactTable, row: number): void {
    const open = this.#openWith(state, table, row);
    if (open !== undefined) {
      const endMs = open.endMs;
      this.#fill(open, state, table, row);
      if (!Number.isNaN(endMs)) open.endMs = endMs;
      state.open.splice(state.open.indexOf(open), 1);
      this.#settle(state);
      state.closed = open;
      return;
    }
    const closed = state.closed;
    if (closed !== undefined && hasId(closed, table, row) && closed.hasReport) {
      if (closed.fromRecord) return this.#fill(closed, state, table, row);
      this.#sink.anomaly('duplicate-report', table.file[row]!, table.place[row]!, table.atMs[row]!);
      return;
    }
    // Without a START it is either the cut beginning of an export or a line that the application made up.
    if (isCounterfeit(table, row)) {
      this.#sink.anomaly('counterfeit-report', table.file[row]!, table.place[row]!, table.atMs[row]!);
      return;
    }
    this.#settle(state);
    const invocation = this.#begin(state, table, row);
    this.#fill(invocation, state, table, row);
    invocation.startMs = invocation.endMs - (invocation.durationMs || 0);
    state.closed = invocation;
  }

  #initStart(state: StreamState, table: FactTable, row: number): void {
    this.#settle(state);
    if (state.begun > 0 && state.died === undefined) {
      // A second start without a death: a new process in a named stream, another sandbox in an unnamed one.
      if (state.named) {
        if (state.open.length === 0) this.#newEpoch(state);
      } else {
        state.mix();
        this.#newEpoch(state);
      }
    }
    const init = this.#init(state, table, row);
    const extra = table.extra[row];
    init.initializationType = extra?.initializationType ?? init.initializationType;
    init.atMs = table.atMs[row]!;
    if (extra?.runtimeVersion !== undefined) {
      this.#sink.runtimeVersion(this.#sandbox(state, table, row), extra.runtimeVersion, table.atMs[row]!);
    }
  }

  #initReport(state: StreamState, table: FactTable, row: number): void {
    const extra = table.extra[row];
    const open = state.open.at(-1);
    if (extra?.phase === 'invoke' && open !== undefined) {
      // Init ran again inside the invocation; its time is part of Duration already.
      open.suppressedInit = true;
      open.init ??= initAt(table, row);
      open.init.durationMs = table.initMs[row]!;
      open.init.phase = 'invoke';
      open.init.status = extra.status ?? open.init.status;
      open.init.errorType = extra.errorType ?? open.init.errorType;
      return;
    }
    const init = open?.init ?? this.#init(state, table, row);
    init.durationMs = table.initMs[row]!;
    init.restoreMs = extra?.restoreMs ?? init.restoreMs;
    init.phase = extra?.phase ?? init.phase;
    init.status = extra?.status ?? init.status;
    init.errorType = extra?.errorType ?? init.errorType;
  }

  #errorLine(state: StreamState, table: FactTable, row: number): void {
    const extra = table.extra[row]!;
    const kind = extra.failureKind ?? -1;
    const named = isNamed(table, row);
    let target: Invocation | undefined;
    if (named)
      target =
        this.#openWith(state, table, row) ?? (state.closed !== undefined && hasId(state.closed, table, row) ? state.closed : undefined);
    else if (state.open.length === 1 || (state.named && state.open.length > 0)) {
      target = state.open.at(-1)!;
      // Printed with the id `undefined` while a request is open: init ran again inside it and failed.
      if (extra.duringInit) target.suppressedInit = true;
    }
    if (target === undefined) {
      if (named) return;
      if (state.begun > 0 && state.open.length === 0 && state.init === undefined) {
        this.#settle(state);
        state.died ??= 'crash';
      }
      const init = this.#init(state, table, row);
      init.errorCount++;
      init.failureKind ??= kind;
      init.status ??= 'error';
      return;
    }
    if (target.firstKind < 0) target.firstKind = kind;
    else if (target.loggedKinds.length < MOST_LOGGED) target.loggedKinds.push(kind);
    if (extra.thrownToRuntime && target.thrownKind < 0) target.thrownKind = kind;
    if (extra.processDied) target.processDied = true;
    if (extra.outOfMemory && extra.processDied) target.outOfMemory = true;
  }

  #timedOut(state: StreamState, table: FactTable, row: number): void {
    const target = this.#findById(state, table, row);
    if (target === undefined) return;
    target.timedOut = true;
    target.timeoutMs = table.durationMs[row]!;
  }

  #runtimeExit(state: StreamState, table: FactTable, row: number): void {
    const extra = table.extra[row]!;
    // "Unknown application error occurred" names no request and stands after the REPORT of the one it speaks of.
    const target = isNamed(table, row) ? this.#findById(state, table, row) : (state.open.at(-1) ?? state.closed);
    if (target === undefined) return;
    target.processDied = true;
    if (extra.outOfMemory) target.outOfMemory = true;
    target.errorType ??= extra.errorType;
    if (extra.failureKind !== undefined && target.firstKind < 0) target.firstKind = extra.failureKind;
  }

  #stray(state: StreamState, table: FactTable, row: number): void {
    const target = state.closed;
    if (target === undefined || !hasId(target, table, row) || !(table.atMs[row]! > target.endMs) || target.lateOutput) return;
    target.lateOutput = true;
    this.#sink.anomaly('late-output', table.file[row]!, table.place[row]!, table.atMs[row]!);
  }

  #runtimeDone(state: StreamState, table: FactTable, row: number): void {
    const target = this.#findById(state, table, row);
    if (target === undefined) return;
    const extra = table.extra[row];
    target.reportedStatus ??= extra?.status;
    target.errorType ??= extra?.errorType;
    target.details ??= extra;
  }

  #record(state: StreamState, table: FactTable, row: number): void {
    const record = table.extra[row]?.record;
    const target = isNamed(table, row) ? this.#findById(state, table, row) : undefined;
    // A retry in the same sandbox has the same request id; only the agent's own count tells the two apart.
    const isAnother =
      isInvocationRecord(record) && target?.record?.kind === 'invocation' && target.record.invocationNumber !== record.invocationNumber;
    if (target !== undefined && !isAnother) {
      target.record = record;
      return;
    }
    if (isInvocationRecord(record)) return this.#ownRecord(state, table, row, record);
    if (record !== undefined)
      this.#sink.record(this.#sandbox(state, table, row), record, table.file[row]!, table.place[row]!, table.atMs[row]!);
  }

  /** No platform line told of this request: the agent's own line is all there is. */
  #ownRecord(state: StreamState, table: FactTable, row: number, record: InvocationRecord): void {
    this.#settle(state);
    const invocation = this.#begin(state, table, row);
    this.#fill(invocation, state, table, row);
    invocation.fromRecord = true;
    invocation.record = record;
    invocation.startMs = table.atMs[row]!;
    invocation.endMs = invocation.startMs + (invocation.durationMs || 0);
    if (record.failed === true) invocation.reportedStatus = 'error';
    invocation.errorType = record.errorType;
    state.closed = invocation;
  }

  #findById(state: StreamState, table: FactTable, row: number): Invocation | undefined {
    const open = this.#openWith(state, table, row);
    if (open !== undefined) return open;
    return state.closed !== undefined && hasId(state.closed, table, row) ? state.closed : undefined;
  }

  #openWith(state: StreamState, table: FactTable, row: number): Invocation | undefined {
    for (let i = state.open.length - 1; i >= 0; i--) if (hasId(state.open[i]!, table, row)) return state.open[i];
    return undefined;
  }

  /** Two requests at a time in an unnamed stream: it mixes sandboxes (or is a Managed Instance); neither is one process at rest. */
  #noteOverlap(state: StreamState): void {
    if (state.open.length > 0 && !state.named) state.mix();
  }

  #init(state: StreamState, table: FactTable, row: number): InitLines {
    state.init ??= initAt(table, row);
    return state.init;
  }

  #sandbox(state: StreamState, table: FactTable, row: number): Sandbox {
    state.sandbox ??= {
      stream: state.handle,
      logStream: state.logStream,
      isolated: state.isolated,
      epoch: state.epoch,
      file: table.file[row]!,
      place: table.place[row]!,
      atMs: table.atMs[row]!,
    };
    if (!state.isolated) state.sandbox.isolated = false;
    return state.sandbox;
  }

  #newEpoch(state: StreamState): void {
    state.diedBefore = state.died;
    state.died = undefined;
    state.epoch++;
    state.begun = 0;
    if (!state.named && state.sandbox !== undefined) state.past.push(state.sandbox);
    state.sandbox = undefined;
  }

  /** Gives the attempt that waited for late lines. */
  #settle(state: StreamState): void {
    const closed = state.closed;
    if (closed === undefined) return;
    state.closed = undefined;
    this.#give(state, closed);
  }

  #give(state: StreamState, invocation: Invocation): void {
    judge(invocation, this.#sink);
    const failed = invocation.status !== 'success' && invocation.status !== 'unknown' && invocation.status !== 'unfinished';
    if (failed || invocation.attempt > 1) this.#noteAttempt(state, invocation, failed);
    this.#sink.invocation(invocation);
    if (invocation.status === 'oom') state.died = 'oom';
    else if (invocation.status === 'timeout') state.died = 'timeout';
    else if (invocation.processDied || invocation.status === 'init-error') state.died = 'crash';
    this.#pool.push(invocation);
  }

  #countAttempt(state: StreamState, invocation: Invocation): void {
    const failed = state.failedIds.get(invocation.id0)!;
    if (failed.id1 === invocation.id1 && failed.id2 === invocation.id2 && failed.id3 === invocation.id3)
      invocation.attempt = failed.attempts + 1;
  }

  #noteAttempt(state: StreamState, invocation: Invocation, failed: boolean): void {
    const { id0, id1, id2, id3, attempt } = invocation;
    if (!failed && attempt === 1) return;
    state.failedIds.set(id0, { id1, id2, id3, attempts: attempt });
    if (state.failedIds.size > MOST_FAILED_IDS) state.failedIds.delete(state.failedIds.keys().next().value!);
  }

  #closeStream(state: StreamState): void {
    this.#settle(state);
    for (const invocation of state.open) this.#give(state, invocation);
    state.open.length = 0;
    if (state.init === undefined) return;
    if (state.died !== undefined && state.isolated) this.#newEpoch(state);
    const init = state.init;
    state.sandbox ??= {
      stream: state.handle,
      logStream: state.logStream,
      isolated: state.isolated,
      epoch: state.epoch,
      file: init.file,
      place: init.place,
      atMs: init.atMs,
    };
    this.#sink.unusedInit(state.sandbox, init);
  }
}

/** A Managed Instance serves tens of requests at once; more open ones than this are lost REPORTs. */
const MOST_OPEN = 1024;
const MOST_LOGGED = 8;
/** Async retries come within minutes: a stream never has more than a few failed ids that may still come back. */
const MOST_FAILED_IDS = 256;

function isInvocationRecord(record: AgentRecord | undefined): record is InvocationRecord {
  return record?.kind === 'invocation' && record.requestId !== undefined;
}

function initAt(table: FactTable, row: number): InitLines {
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

function hasId(invocation: Invocation, table: FactTable, row: number): boolean {
  return (
    invocation.id0 === table.id0[row] &&
    invocation.id1 === table.id1[row] &&
    invocation.id2 === table.id2[row] &&
    invocation.id3 === table.id3[row]
  );
}

function isNamed(table: FactTable, row: number): boolean {
  return (table.id0[row]! | table.id1[row]! | table.id2[row]! | table.id3[row]!) !== 0;
}

/** Warm, and billed and measured as the platform does it: nothing about it has to be judged. */
function isOrdinary(table: FactTable, row: number): boolean {
  const initMs = table.initMs[row]!;
  if (initMs >= 0 || table.extra[row] !== undefined) return false;
  const rest = table.billedMs[row]! - table.durationMs[row]!;
  return rest >= 0 && rest < 1 && table.maxMemoryMb[row]! <= table.memorySizeMb[row]!;
}

/** Numbers that the platform cannot have printed: more memory used than there is by far, or billed below duration. */
function isCounterfeit(table: FactTable, row: number): boolean {
  const size = table.memorySizeMb[row]!;
  const used = table.maxMemoryMb[row]!;
  const billed = table.billedMs[row]!;
  const duration = table.durationMs[row]!;
  if (used > size * 1.02) return true;
  return billed < Math.floor(duration) - 1 && table.extra[row]?.status !== 'timeout' && !isWholeTimeout(billed);
}

/** Old timeouts bill the limit (3000) for a longer duration (3003.16). */
function isWholeTimeout(billedMs: number): boolean {
  return billedMs % 1000 === 0;
}
