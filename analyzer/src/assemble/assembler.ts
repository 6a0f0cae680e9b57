/**
 * Rebuilds what happened: facts in order of time become attempts, sandboxes and their epochs, inits and deaths.
 *
 * Lines are joined by request id within their stream, never by position alone. An attempt is given away only when
 * the next one of its stream begins, because its timeout line or late output may follow its REPORT.
 */
import type { AgentRecord, DeathRecord, InitRecord, InvocationRecord } from '@nightlight/agent/record';
import type { Anomaly } from '../parse/anomaly.ts';
import { FACT, type FactTable } from '../parse/facts.ts';
import type { ParsedState } from '../parse/parsed-state.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import { attemptOf, closedAttemptOf, hasId, isNamed, openAttemptOf, ownerOfDeathLine, ownerOfInvocationLine } from './attempt-finder.ts';
import { fillFromReport } from './fill-from-report.ts';
import { type InitLines, Invocation, type Sandbox } from './invocation.ts';
import { judge } from './judge.ts';
import { type DeadAttempt, initAt, StreamState } from './stream-state.ts';

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
  /** A service logged an error without naming a request: whose it is, nobody knows. */
  looseError(functionName: string, version: string | undefined, kind: number, file: number, place: number, atMs: number): void;
  extension(sandbox: Sandbox, name: string): void;
  runtimeVersion(sandbox: Sandbox, runtimeVersion: string, atMs: number): void;
  logsDropped(records: number, file: number, place: number, atMs: number): void;
  anomaly(kind: Anomaly, file: number, place: number, atMs: number): void;
  /** A record line of our agent, in the order of lines, also where it was joined to an attempt that is given later. */
  record(sandbox: Sandbox, record: AgentRecord, file: number, place: number, atMs: number): void;
  /** A successor tells what was under way in an attempt that was given before. */
  death(dead: DeadAttempt, record: DeathRecord, file: number, place: number, atMs: number): void;
}

export class Assembler {
  readonly #parser: ParsedState;
  readonly #sink: InvocationSink;
  #streams: (StreamState | undefined)[] = [];
  readonly #pool: Invocation[] = [];

  constructor(parser: ParsedState, sink: InvocationSink) {
    this.#parser = parser;
    this.#sink = sink;
  }

  /** One in the same state, over a copied table, that gives what it finds to another sink. */
  *copySteps(parser: ParsedState, sink: InvocationSink, copy: <T>(value: T) => T): Steps<Assembler> {
    const made = new Assembler(parser, sink);
    made.#streams = yield* mapInSteps(this.#streams, STREAMS_A_STEP, copy);
    return made;
  }

  /** Takes rows out of the full table; when it was not in order, only the older half, so that the rest can still sort in. */
  consume(): void {
    atOnce(this.consumeSteps());
  }

  /** As `consume`. */
  *consumeSteps(): Steps<void> {
    const table = this.#parser.facts;
    if (!table.disordered) return yield* this.takeAllSteps();
    const order = table.order();
    const half = order.length >> 1;
    yield;
    yield* this.#takeRowsSteps(table, order.subarray(0, half));
    table.keep(order.subarray(half));
  }

  /**
   * Takes the rows that are older than a moment, unless lines come so late here that more may have to sort in before it.
   *
   * @param beforeMs   epoch ms
   * @param mostLateMs  how late a line may come
   */
  *takeOlderSteps(beforeMs: number, mostLateMs: number): Steps<void> {
    const table = this.#parser.facts;
    if (table.mostLateMs > mostLateMs) return;
    const order = table.order();
    let count = 0;
    while (count < order.length && !(table.atMs[order[count]!]! >= beforeMs)) count++;
    if (count === 0) return;
    if (!table.disordered) yield* this.#takeInOrderSteps(table, count);
    else yield* this.#takeRowsSteps(table, order.subarray(0, count));
    if (count === order.length) table.clear();
    else table.keep(order.subarray(count));
  }

  /** Takes every row and leaves the streams open. */
  *takeAllSteps(): Steps<void> {
    const table = this.#parser.facts;
    const rows = table.rows;
    if (table.disordered) yield* this.#takeRowsSteps(table, table.order());
    else yield* this.#takeInOrderSteps(table, rows);
    table.clear();
  }

  /** Closes one stream, whose rows were taken: what is still open in it stays unfinished. */
  closeOne(handle: number): void {
    const state = this.#streams[handle];
    if (state !== undefined) this.#closeStream(state);
    delete this.#streams[handle];
  }

  /** Takes every row and closes all streams: what is still open stays unfinished. */
  finish(): void {
    atOnce(this.finishSteps());
  }

  /** As `finish`. */
  *finishSteps(): Steps<void> {
    this.#parser.finish();
    yield* this.takeAllSteps();
    let count = 0;
    for (const state of this.#streams) {
      if (state === undefined) continue;
      this.#closeStream(state);
      if (++count % STREAMS_A_STEP === 0) yield;
    }
    this.#streams = [];
  }

  *#takeRowsSteps(table: FactTable, rows: Uint32Array): Steps<void> {
    for (let i = 0; i < rows.length; i++) {
      this.#take(table, rows[i]!);
      if ((i + 1) % ROWS_A_STEP === 0) yield;
    }
  }

  /** @param count  the first rows, without a pause between them */
  *#takeInOrderSteps(table: FactTable, count: number): Steps<void> {
    for (let from = 0; from < count; from += ROWS_A_STEP) {
      this.#takeInOrder(table, from, Math.min(count, from + ROWS_A_STEP), count);
      yield;
    }
  }

  /** @param count  rows that are taken without a pause, of which these are some: what comes behind the last one is not known */
  #takeInOrder(table: FactTable, from = 0, to = table.rows, count = to): void {
    const { kind, stream, atMs } = table;
    const last = count - 1;
    for (let row = from; row < to; row++) {
      // A plain invocation with another right behind it in its stream: no late line can follow, nothing has to wait.
      const plain = row < last && kind[row] === FACT.invocation && kind[row + 1] === FACT.invocation && stream[row] === stream[row + 1];
      if (plain && this.#plainAtOnce(table, row)) continue;
      this.#take(table, row);
    }
    // Rows of one stream mostly stand together.
    for (let row = from; row < to; ) {
      const handle = stream[row]!;
      let newestMs = Number.NEGATIVE_INFINITY;
      for (; row < to && stream[row] === handle; row++) if (atMs[row]! > newestMs) newestMs = atMs[row]!;
      const state = this.#streams[handle]!;
      if (newestMs > state.processedMs) state.processedMs = newestMs;
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
        if (name !== undefined) this.#sink.extension(state.sandboxOf(table, row), name);
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
    const own = ownLineOf(state, table, row);
    if (own !== undefined) return this.#reported(own, state, table, row);
    this.#noteOverlap(state);
    this.#settle(state);
    const invocation = this.#begin(state, table, row);
    fillFromReport(invocation, state, table, row);
    invocation.startMs = table.atMs[row]!;
    invocation.endMs = table.endMs[row]!;
    state.closed = invocation;
  }

  #start(state: StreamState, table: FactTable, row: number): void {
    const own = ownLineOf(state, table, row);
    if (own !== undefined) state.closed = undefined;
    else this.#settle(state);
    this.#noteOverlap(state);
    const invocation = own ?? this.#begin(state, table, row);
    invocation.fromRecord = false;
    invocation.hasReport = false;
    invocation.hasStart = true;
    invocation.startMs = table.atMs[row]!;
    invocation.file = table.file[row]!;
    invocation.place = table.place[row]!;
    state.open.push(invocation);
    state.hasPlatformLines = true;
    if (state.open.length > MOST_OPEN) this.#give(state, state.open.shift()!);
  }

  /** An attempt begins: it takes over the init lines and the death that came before it. */
  #begin(state: StreamState, table: FactTable, row: number): Invocation {
    if (state.died !== undefined && state.isolated) state.newEpoch();
    const invocation = (this.#pool.pop() ?? new Invocation()).reset(state.sandboxOf(table, row));
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
    invocation.initRecord = state.initRecord;
    state.initRecord = undefined;
    state.init = undefined;
    state.diedBefore = undefined;
    state.begun++;
    // The first word tells nearly all apart; the text is made only where it is the same.
    if (state.failedIds.size > 0 && state.failedIds.has(invocation.id0)) state.countAttempt(invocation);
    return invocation;
  }

  #end(state: StreamState, table: FactTable, row: number): void {
    const invocation = openAttemptOf(state, table, row);
    if (invocation !== undefined) invocation.endMs = table.atMs[row]!;
  }

  #report(state: StreamState, table: FactTable, row: number): void {
    const open = openAttemptOf(state, table, row);
    if (open !== undefined) {
      const endMs = open.endMs;
      fillFromReport(open, state, table, row);
      if (!Number.isNaN(endMs)) open.endMs = endMs;
      state.open.splice(state.open.indexOf(open), 1);
      this.#settle(state);
      state.closed = open;
      return;
    }
    const closed = state.closed;
    if (closed !== undefined && hasId(closed, table, row) && closed.hasReport) {
      if (closed.fromRecord) return this.#reported(closed, state, table, row);
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
    fillFromReport(invocation, state, table, row);
    invocation.startMs = invocation.endMs - (invocation.durationMs || 0);
    state.closed = invocation;
  }

  #initStart(state: StreamState, table: FactTable, row: number): void {
    this.#settle(state);
    if (state.begun > 0 && state.died === undefined) {
      // A second start without a death: a new process in a named stream, another sandbox in an unnamed one.
      if (state.named) {
        if (state.open.length === 0) state.newEpoch();
      } else {
        state.mix();
        state.newEpoch();
      }
    }
    const init = state.initOf(table, row);
    const extra = table.extra[row];
    init.initializationType = extra?.initializationType ?? init.initializationType;
    init.atMs = table.atMs[row]!;
    if (extra?.runtimeVersion !== undefined) {
      this.#sink.runtimeVersion(state.sandboxOf(table, row), extra.runtimeVersion, table.atMs[row]!);
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
    const init = open?.init ?? state.initOf(table, row);
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
    if (named) target = openAttemptOf(state, table, row) ?? closedAttemptOf(state, table, row);
    else if (state.open.length === 1 || (state.named && state.open.length > 0)) {
      target = state.open.at(-1)!;
      // Printed with the id `undefined` while a request is open: init ran again inside it and failed.
      if (extra.duringInit) target.suppressedInit = true;
    }
    if (target === undefined) {
      if (named) return;
      const { isProcess, functionName, version } = this.#parser.streams[state.handle]!;
      // A service logs errors outside of requests without ending by them; only where a platform starts processes is that their init.
      if (isProcess && !extra.processDied) {
        if (functionName !== undefined && kind >= 0)
          this.#sink.looseError(functionName, version, kind, table.file[row]!, table.place[row]!, table.atMs[row]!);
        return;
      }
      if (state.begun > 0 && state.open.length === 0 && state.init === undefined) {
        this.#settle(state);
        state.died ??= 'crash';
      }
      const init = state.initOf(table, row);
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
    const target = attemptOf(state, table, row);
    if (target === undefined) return;
    target.timedOut = true;
    target.timeoutMs = table.durationMs[row]!;
  }

  #runtimeExit(state: StreamState, table: FactTable, row: number): void {
    const extra = table.extra[row]!;
    // "Unknown application error occurred" names no request and stands after the REPORT of the one it speaks of.
    const target = isNamed(table, row) ? attemptOf(state, table, row) : (state.open.at(-1) ?? state.closed);
    if (target === undefined) return;
    target.processDied = true;
    if (extra.wasKilled) target.wasKilled = true;
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
    const target = attemptOf(state, table, row);
    if (target === undefined) return;
    const extra = table.extra[row];
    target.reportedStatus ??= extra?.status;
    target.errorType ??= extra?.errorType;
    target.details ??= extra;
  }

  #record(state: StreamState, table: FactTable, row: number): void {
    const record = table.extra[row]?.record;
    switch (record?.kind) {
      case undefined:
        return;
      case 'invocation':
        return this.#invocationRecord(state, table, row, record);
      case 'init':
        return this.#initRecord(state, table, row, record);
      case 'death':
        return this.#deathRecord(state, table, row, record);
      case 'window':
      case 'summary':
        // They speak of all invocations before them: what waits for late lines of the platform must be in front.
        if (state.closed?.fromRecord) this.#settle(state);
        return this.#tellRecord(state, table, row, record);
      case 'mark':
      case 'leak':
      case 'note':
        return this.#tellRecord(state, table, row, record);
      default:
        return record satisfies never;
    }
  }

  #tellRecord(state: StreamState, table: FactTable, row: number, record: AgentRecord): void {
    this.#sink.record(state.sandboxOf(table, row), record, table.file[row]!, table.place[row]!, table.atMs[row]!);
  }

  #invocationRecord(state: StreamState, table: FactTable, row: number, record: InvocationRecord): void {
    const owner = ownerOfInvocationLine(state, table, row, record);
    if (owner === 'repeated') return;
    if (owner === undefined) this.#ownRecord(state, table, row, record);
    else owner.record = record;
    this.#tellRecord(state, table, row, record);
  }

  #initRecord(state: StreamState, table: FactTable, row: number, record: InitRecord): void {
    const first = isNamed(table, row) ? attemptOf(state, table, row) : undefined;
    if (first !== undefined) first.initRecord = record;
    else {
      // Where only the agent speaks, its line is what tells one process from the next; worker threads are the same process.
      if (!state.hasPlatformLines && state.begun > 0 && record.threadId === undefined) {
        this.#settle(state);
        state.newEpoch();
      }
      state.initRecord = record;
    }
    this.#tellRecord(state, table, row, record);
  }

  #deathRecord(state: StreamState, table: FactTable, row: number, record: DeathRecord): void {
    // With time left, the process itself wrote it: of what it is doing now.
    const owner = record.remainingMs !== undefined ? attemptOf(state, table, row) : ownerOfDeathLine(state, table, row, record);
    if (owner === 'repeated') return;
    if (owner instanceof Invocation) owner.death ??= record;
    else if (owner !== undefined) {
      owner.isTold = true;
      this.#sink.death(owner, record, table.file[row]!, table.place[row]!, table.atMs[row]!);
    } else this.#tellRecord(state, table, row, record);
  }

  /** The platform's lines came after the agent's: what it says of the end is judged anew. */
  #reported(invocation: Invocation, state: StreamState, table: FactTable, row: number): void {
    invocation.fromRecord = false;
    invocation.reportedStatus = undefined;
    invocation.errorType = undefined;
    fillFromReport(invocation, state, table, row);
  }

  /** No platform line told of this request: the agent's own line is all there is. */
  #ownRecord(state: StreamState, table: FactTable, row: number, record: InvocationRecord): void {
    this.#settle(state);
    const invocation = this.#begin(state, table, row);
    fillFromReport(invocation, state, table, row);
    invocation.fromRecord = true;
    invocation.record = record;
    invocation.startMs = table.atMs[row]!;
    invocation.endMs = invocation.startMs + (invocation.durationMs || 0);
    if (record.failed === true) invocation.reportedStatus = 'error';
    invocation.errorType = record.errorType ?? (record.failed === true ? ERROR_ANSWER : undefined);
    state.closed = invocation;
  }

  /** Two requests at a time in an unnamed stream: it mixes sandboxes (or is a Managed Instance); neither is one process at rest. */
  #noteOverlap(state: StreamState): void {
    if (state.open.length > 0 && !state.named) state.mix();
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
    if (failed || invocation.attempt > 1) state.noteAttempt(invocation, failed);
    this.#sink.invocation(invocation);
    const died = deathOf(invocation);
    if (died !== undefined) {
      state.died = died;
      state.noteDead(invocation);
    }
    this.#pool.push(invocation);
  }

  #closeStream(state: StreamState): void {
    this.#settle(state);
    for (const invocation of state.open) this.#give(state, invocation);
    state.open.length = 0;
    if (state.init === undefined) return;
    if (state.died !== undefined && state.isolated) state.newEpoch();
    const init = state.init;
    this.#sink.unusedInit(state.sandbox ?? state.newSandbox(init.file, init.place, init.atMs), init);
  }
}

/** Some milliseconds each. */
const ROWS_A_STEP = 256;
const STREAMS_A_STEP = 64;

/** How an attempt took its process with it. */
function deathOf({ status, processDied }: Invocation): StreamState['died'] {
  if (status === 'oom' || status === 'timeout') return status;
  return processDied || status === 'init-error' ? 'crash' : undefined;
}

/** A Managed Instance serves tens of requests at once; more open ones than this are lost REPORTs. */
const MOST_OPEN = 1024;
const MOST_LOGGED = 8;
/** Type of a failure that nothing was thrown for: a response of status 500, an answer with an error in it. */
export const ERROR_ANSWER = 'error answer';

/** The agent's line of the request that the platform now says began: of a line in the same millisecond it may stand in front. */
function ownLineOf({ closed }: StreamState, table: FactTable, row: number): Invocation | undefined {
  if (closed === undefined || !closed.fromRecord || !hasId(closed, table, row)) return undefined;
  return table.atMs[row]! > closed.startMs ? undefined : closed;
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
