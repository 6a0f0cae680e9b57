/**
 * Requests that a fault drill touched: they failed because somebody wanted them to, and would make every rate of
 * production a lie. They are counted under the drill's id and nowhere else.
 */
import type { WindowRecord } from '@nightlight/agent/record';
import type { Summary } from './summary.ts';

export function noteDrilled({ drilled }: Pick<Summary, 'drilled'>, drillId: string, count: number): void {
  const known = drilled.has(drillId) || drilled.size < MOST_DRILLS ? drillId : OTHERS;
  drilled.set(known, (drilled.get(known) ?? 0) + count);
}

/** A window counts them with all others; the single lines of those that were remarkable name the drill. */
export function withoutDrilled(record: WindowRecord, summary: Pick<Summary, 'drilled'>): WindowRecord {
  const { drillId = '?', drilledCount = 0, drilledFailedCount = 0, requestCount, failedCount } = record;
  if (drilledCount === 0) return record;
  noteDrilled(summary, drillId, drilledCount);
  return {
    ...record,
    ...(requestCount !== undefined && { requestCount: Math.max(0, requestCount - drilledCount) as typeof requestCount }),
    ...(failedCount !== undefined && { failedCount: Math.max(0, failedCount - drilledFailedCount) as typeof failedCount }),
  };
}

const MOST_DRILLS = 100;
const OTHERS = '(other drills)';
