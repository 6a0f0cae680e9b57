/** What a REPORT, or the agent's line in its place, says of an attempt: numbers are taken over, nothing is judged. */
import { FACT, type FactTable } from '../parse/facts.ts';
import type { Invocation } from './invocation.ts';
import type { StreamState } from './stream-state.ts';

export function fillFromReport(invocation: Invocation, state: StreamState, table: FactTable, row: number): void {
  invocation.hasReport = true;
  if (table.kind[row] !== FACT.record) state.hasPlatformLines = true;
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
