/**
 * What the lines of our agent do to their stream: they add to the attempt that they speak of, and where the platform says nothing
 * they are the attempt.
 */
import type { AgentRecord, DeathRecord, InitRecord, InvocationRecord } from '@nightlight/agent/record';
import type { FactTable } from '../parse/facts.ts';
import { attemptOf, isNamed, ownerOfDeathLine, ownerOfInvocationLine } from './attempt-finder.ts';
import type { Attempts } from './attempts.ts';
import { fillFromReport } from './fill-from-report.ts';
import { Invocation } from './invocation.ts';
import type { StreamState } from './stream-state.ts';

/** Type of a failure that nothing was thrown for: a response of status 500, an answer with an error in it. */
export const ERROR_ANSWER = 'error answer';

export function takeRecord(attempts: Attempts, state: StreamState, table: FactTable, row: number): void {
  const record = table.extra[row]?.record;
  switch (record?.kind) {
    case undefined:
      return;
    case 'invocation':
      return takeInvocationRecord(attempts, state, table, row, record);
    case 'init':
      return takeInitRecord(attempts, state, table, row, record);
    case 'death':
      return takeDeathRecord(attempts, state, table, row, record);
    case 'window':
    case 'summary':
      // They speak of all invocations before them: what waits for late lines of the platform must be in front.
      if (state.closed?.fromRecord) attempts.settle(state);
      return tellRecord(attempts, state, table, row, record);
    case 'mark':
    case 'leak':
    case 'note':
      return tellRecord(attempts, state, table, row, record);
    default:
      return record satisfies never;
  }
}

function takeInvocationRecord(attempts: Attempts, state: StreamState, table: FactTable, row: number, record: InvocationRecord): void {
  const owner = ownerOfInvocationLine(state, table, row, record);
  if (owner === 'repeated') return;
  if (owner === undefined) beginFromRecord(attempts, state, table, row, record);
  else owner.record = record;
  tellRecord(attempts, state, table, row, record);
}

function takeInitRecord(attempts: Attempts, state: StreamState, table: FactTable, row: number, record: InitRecord): void {
  const first = isNamed(table, row) ? attemptOf(state, table, row) : undefined;
  if (first !== undefined) first.initRecord = record;
  else {
    // Where only the agent speaks, its line is what tells one process from the next; worker threads are the same process.
    if (!state.hasPlatformLines && state.begun > 0 && record.threadId === undefined) {
      attempts.settle(state);
      state.newEpoch();
    }
    state.initRecord = record;
  }
  tellRecord(attempts, state, table, row, record);
}

function takeDeathRecord(attempts: Attempts, state: StreamState, table: FactTable, row: number, record: DeathRecord): void {
  // With time left, the process itself wrote it: of what it is doing now.
  const owner = record.remainingMs !== undefined ? attemptOf(state, table, row) : ownerOfDeathLine(state, table, row, record);
  if (owner === 'repeated') return;
  if (owner instanceof Invocation) owner.death ??= record;
  else if (owner !== undefined) {
    owner.isTold = true;
    attempts.sink.death(owner, record, table.file[row]!, table.place[row]!, table.atMs[row]!);
  } else tellRecord(attempts, state, table, row, record);
}

/** No platform line told of this request: the agent's own line is all there is. */
function beginFromRecord(attempts: Attempts, state: StreamState, table: FactTable, row: number, record: InvocationRecord): void {
  attempts.settle(state);
  const invocation = attempts.begin(state, table, row);
  fillFromReport(invocation, state, table, row);
  invocation.fromRecord = true;
  invocation.record = record;
  invocation.startMs = table.atMs[row]!;
  invocation.endMs = invocation.startMs + (invocation.durationMs || 0);
  if (record.failed === true) invocation.reportedStatus = 'error';
  invocation.errorType = record.errorType ?? (record.failed === true ? ERROR_ANSWER : undefined);
  state.closed = invocation;
}

function tellRecord(attempts: Attempts, state: StreamState, table: FactTable, row: number, record: AgentRecord): void {
  attempts.sink.record(state.sandboxOf(table, row), record, table.file[row]!, table.place[row]!, table.atMs[row]!);
}
