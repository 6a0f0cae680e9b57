/**
 * The outbound calls of a window, summed for each service.
 *
 * A call counts in the window in which it ended, whoever made it. What only the table of a work can tell (retries, calls
 * one after another, limits) is added when the work ends.
 */
import { boundedRow } from '../../measure/bounded-rows.ts';
import type { Call } from '../../measure/call-table.ts';
import type { OutboundCalls } from '../../record/outbound-calls.ts';
import { milliseconds } from '../../record/units.ts';

export interface CallTotals {
  ended(call: Call, ofWork: boolean): void;
  judged(rows: readonly OutboundCalls[]): void;
  /** Most time first. */
  take(): OutboundCalls[];
}

export function createCallTotals(): CallTotals {
  let rows = new Map<string, Sums>();

  const rowOf = (service: string) => boundedRow(rows, service, (name): Sums => ({ service: name, callCount: 0, totalMs: milliseconds(0) }));

  return {
    ended(call, ofWork) {
      const row = rowOf(call.service);
      row.callCount++;
      row.totalMs = milliseconds(row.totalMs + call.endedMs - call.startedMs);
      if (call.failed) row.errorCount = (row.errorCount ?? 0) + 1;
      if (!ofWork && call.limitMs) row.timeout ??= 'set';
    },
    judged(ofWork) {
      for (const { service, retryCount, sequentialCount, timeout, nearTimeoutCount } of ofWork) {
        const row = rowOf(service);
        if (retryCount) row.retryCount = (row.retryCount ?? 0) + retryCount;
        if (sequentialCount) row.sequentialCount = (row.sequentialCount ?? 0) + sequentialCount;
        if (nearTimeoutCount) row.nearTimeoutCount = (row.nearTimeoutCount ?? 0) + nearTimeoutCount;
        // One call without any limit is what matters, however many have one.
        if (timeout === 'none' || row.timeout === undefined) setTimeoutOf(row, timeout);
      }
    },
    take() {
      const taken = [...rows.values()].sort((a, b) => b.totalMs - a.totalMs);
      rows = new Map();
      return taken;
    },
  };
}

type Sums = { -readonly [Member in keyof OutboundCalls]: OutboundCalls[Member] };

function setTimeoutOf(row: Sums, timeout: OutboundCalls['timeout']): void {
  if (timeout !== undefined) row.timeout = timeout;
}
