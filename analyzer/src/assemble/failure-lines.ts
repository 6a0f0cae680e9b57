/** Lines that tell of a failure: the attempt that they speak of takes them down, else the start of the process, else nobody. */
import type { FactTable } from '../parse/facts.ts';
import { attemptOf, closedAttemptOf, isNamed, openAttemptOf } from './attempt-finder.ts';
import type { Attempts } from './attempts.ts';
import type { Invocation } from './invocation.ts';
import type { StreamState } from './stream-state.ts';

export function takeErrorLine(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
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
    const { isProcess, functionName, version } = attempts.parser.streams[state.handle]!;
    // A service logs errors outside of requests without ending by them; only where a platform starts processes is that their init.
    if (isProcess && !extra.processDied) {
      if (functionName !== undefined && kind >= 0)
        attempts.sink.looseError(functionName, version, kind, table.file[row]!, table.place[row]!, table.atMs[row]!);
      return;
    }
    if (state.begun > 0 && state.open.length === 0 && state.init === undefined) {
      attempts.settle(state);
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

export function takeTimeoutLine(state: StreamState, table: FactTable, row: number): void {
  const target = attemptOf(state, table, row);
  if (target === undefined) return;
  target.timedOut = true;
  target.timeoutMs = table.durationMs[row]!;
}

export function takeRuntimeExit(state: StreamState, table: FactTable, row: number): void {
  const extra = table.extra[row]!;
  // "Unknown application error occurred" names no request and stands after the REPORT of the one it speaks of.
  const target = isNamed(table, row) ? attemptOf(state, table, row) : (state.open.at(-1) ?? state.closed);
  if (target === undefined) return;
  target.processDied = true;
  if (extra.wasKilled) target.wasKilled = true;
  target.errorType ??= extra.errorType;
  if (extra.failureKind !== undefined && target.firstKind < 0) target.firstKind = extra.failureKind;
}

/** Kinds of error that are kept of one attempt beside the first. */
const MOST_LOGGED = 8;
