/**
 * Which attempt does a line speak of? Lines are joined by request id within their stream, never by position alone.
 *
 * A request id is not unique: an asynchronous retry reuses it, in the same sandbox or in another one, so a line of our
 * agent is also held against what is known of each attempt already.
 */
import type { DeathRecord, InvocationRecord } from '@nightlight/agent/record';
import type { FactTable } from '../parse/facts.ts';
import type { Invocation } from './invocation.ts';
import type { DeadAttempt, StreamState } from './stream-state.ts';

/** @returns the attempt with the row's request id: the last open one, else the one that ended last */
export function attemptOf(state: StreamState, table: FactTable, row: number): Invocation | undefined {
  return openAttemptOf(state, table, row) ?? closedAttemptOf(state, table, row);
}

export function openAttemptOf(state: StreamState, table: FactTable, row: number): Invocation | undefined {
  for (let i = state.open.length - 1; i >= 0; i--) if (hasId(state.open[i]!, table, row)) return state.open[i];
  return undefined;
}

export function closedAttemptOf(state: StreamState, table: FactTable, row: number): Invocation | undefined {
  return state.closed !== undefined && hasId(state.closed, table, row) ? state.closed : undefined;
}

/** Where the agent's line of an invocation belongs; `repeated` when the very same line was there before. */
export function ownerOfInvocationLine(
  state: StreamState,
  table: FactTable,
  row: number,
  record: InvocationRecord,
): Invocation | 'repeated' | undefined {
  if (!isNamed(table, row)) return undefined;
  let isRepeated = false;
  // The open ones, the newest first, and then the closed one: no list is made of them for each line.
  for (let i = state.open.length - 1; i >= -1; i--) {
    const attempt = i < 0 ? state.closed : state.open[i];
    if (attempt === undefined || !hasId(attempt, table, row)) continue;
    if (attempt.record === undefined) return attempt;
    // Only the agent's own count tells a retry in the same sandbox from a line that was delivered twice.
    if (attempt.record.invocationNumber === record.invocationNumber) isRepeated = true;
  }
  return isRepeated ? 'repeated' : undefined;
}

/**
 * Whose death a successor tells of. It writes that when it starts, which may lie inside the next invocation, even a retry
 * with the same request id: so the dead are asked first, and of those under way never the one that began last.
 *
 * @returns `repeated` when the death was told before
 */
export function ownerOfDeathLine(
  state: StreamState,
  table: FactTable,
  row: number,
  record: DeathRecord,
): Invocation | DeadAttempt | 'repeated' | undefined {
  if (!isNamed(table, row)) return undefined;
  const closed = closedAttemptOf(state, table, row);
  if (closed !== undefined && closed.death === undefined) return closed;
  const dead = state.dead.filter((attempt) => hasId(attempt, table, row));
  const untold = dead.filter((attempt) => !attempt.isTold);
  if (untold.length > 0) return nearest(untold, record.startedAtEpochMs);
  const open = state.open.slice(0, -1).find((attempt) => hasId(attempt, table, row));
  if (open !== undefined) return open;
  // The process itself told it shortly before its limit, and knew more than whoever found its traces.
  return closed !== undefined || dead.length > 0 ? 'repeated' : undefined;
}

export function hasId(attempt: Identified, table: FactTable, row: number): boolean {
  return (
    attempt.id0 === table.id0[row] && attempt.id1 === table.id1[row] && attempt.id2 === table.id2[row] && attempt.id3 === table.id3[row]
  );
}

export function isNamed(table: FactTable, row: number): boolean {
  return (table.id0[row]! | table.id1[row]! | table.id2[row]! | table.id3[row]!) !== 0;
}

type Identified = { readonly id0: number; readonly id1: number; readonly id2: number; readonly id3: number };

/** By the start that the record tells; the latest where it tells none. */
function nearest(dead: readonly DeadAttempt[], startedMs: number | undefined): DeadAttempt {
  if (startedMs === undefined) return dead.at(-1)!;
  return dead.reduce((best, one) => (Math.abs(one.startMs - startedMs) <= Math.abs(best.startMs - startedMs) ? one : best));
}
