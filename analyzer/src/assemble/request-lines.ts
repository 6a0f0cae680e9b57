/**
 * What the platform's lines of one request do to its stream: it begins, it ends, its figures come, and now and then output after
 * all of that.
 */
import type { FactTable } from '../parse/facts.ts';
import { attemptOf, hasId, openAttemptOf } from './attempt-finder.ts';
import type { Attempts } from './attempts.ts';
import { fillFromReport } from './fill-from-report.ts';
import type { Invocation } from './invocation.ts';
import type { StreamState } from './stream-state.ts';

export function takePlain(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
  const own = ownLineOf(state, table, row);
  if (own !== undefined) return replaceRecord(own, state, table, row);
  state.noteOverlap();
  attempts.settle(state);
  const invocation = attempts.begin(state, table, row);
  fillFromReport(invocation, state, table, row);
  invocation.startMs = table.atMs[row]!;
  invocation.endMs = table.endMs[row]!;
  state.closed = invocation;
}

export function takeStart(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
  const own = ownLineOf(state, table, row);
  if (own !== undefined) state.closed = undefined;
  else attempts.settle(state);
  state.noteOverlap();
  const invocation = own ?? attempts.begin(state, table, row);
  invocation.fromRecord = false;
  invocation.hasReport = false;
  invocation.hasStart = true;
  invocation.startMs = table.atMs[row]!;
  invocation.file = table.file[row]!;
  invocation.place = table.place[row]!;
  state.open.push(invocation);
  state.hasPlatformLines = true;
  if (state.open.length > MOST_OPEN) attempts.give(state, state.open.shift()!);
}

export function takeEnd(state: StreamState, table: FactTable, row: number): void {
  const invocation = openAttemptOf(state, table, row);
  if (invocation !== undefined) invocation.endMs = table.atMs[row]!;
}

export function takeReport(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
  const open = openAttemptOf(state, table, row);
  if (open !== undefined) {
    const endMs = open.endMs;
    fillFromReport(open, state, table, row);
    if (!Number.isNaN(endMs)) open.endMs = endMs;
    state.open.splice(state.open.indexOf(open), 1);
    attempts.settle(state);
    state.closed = open;
    return;
  }
  const closed = state.closed;
  if (closed !== undefined && hasId(closed, table, row) && closed.hasReport) {
    if (closed.fromRecord) return replaceRecord(closed, state, table, row);
    attempts.sink.anomaly('duplicate-report', table.file[row]!, table.place[row]!, table.atMs[row]!);
    return;
  }
  // Without a START it is either the cut beginning of an export or a line that the application made up.
  if (isCounterfeit(table, row)) {
    attempts.sink.anomaly('counterfeit-report', table.file[row]!, table.place[row]!, table.atMs[row]!);
    return;
  }
  attempts.settle(state);
  const invocation = attempts.begin(state, table, row);
  fillFromReport(invocation, state, table, row);
  invocation.startMs = invocation.endMs - (invocation.durationMs || 0);
  state.closed = invocation;
}

export function takeStrayLine(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
  const target = state.closed;
  if (target === undefined || !hasId(target, table, row) || !(table.atMs[row]! > target.endMs) || target.lateOutput) return;
  target.lateOutput = true;
  attempts.sink.anomaly('late-output', table.file[row]!, table.place[row]!, table.atMs[row]!);
}

export function takeRuntimeDone(state: StreamState, table: FactTable, row: number): void {
  const target = attemptOf(state, table, row);
  if (target === undefined) return;
  const extra = table.extra[row];
  target.reportedStatus ??= extra?.status;
  target.errorType ??= extra?.errorType;
  target.details ??= extra;
}

/** The agent's line of the request that the platform now says began: of a line in the same millisecond it may stand in front. */
function ownLineOf({ closed }: StreamState, table: FactTable, row: number): Invocation | undefined {
  if (closed === undefined || !closed.fromRecord || !hasId(closed, table, row)) return undefined;
  return table.atMs[row]! > closed.startMs ? undefined : closed;
}

/** The platform's lines came after the agent's: what it says of the end is judged anew. */
function replaceRecord(invocation: Invocation, state: StreamState, table: FactTable, row: number): void {
  invocation.fromRecord = false;
  invocation.reportedStatus = undefined;
  invocation.errorType = undefined;
  fillFromReport(invocation, state, table, row);
}

/** A Managed Instance serves tens of requests at once; more open ones than this are lost REPORTs. */
const MOST_OPEN = 1024;

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
