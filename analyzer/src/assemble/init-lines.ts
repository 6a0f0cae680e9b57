/** What the lines of a runtime start do to its stream: the next attempt takes them over, or the one inside which init ran again. */
import type { FactTable } from '../parse/facts.ts';
import type { Attempts } from './attempts.ts';
import { initAt, type StreamState } from './stream-state.ts';

export function takeInitStart(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
  attempts.settle(state);
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
    attempts.sink.runtimeVersion(state.sandboxOf(table, row), extra.runtimeVersion, table.atMs[row]!);
  }
}

export function takeInitReport(state: StreamState, table: FactTable, row: number): void {
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
