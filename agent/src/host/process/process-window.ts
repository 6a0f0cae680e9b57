/** Puts together what is told of one window: the works' sums, the process's vitals, what was lost. */
import type { Agent } from '../../agent.ts';
import { epochMilliseconds, milliseconds } from '../../record/units.ts';
import type { WindowRecord } from '../../record/window-record.ts';
import type { ProcessVitals } from './process-vitals.ts';
import type { WorkLedger } from './work-ledger.ts';

/** Who speaks; the same in every record of an isolate. */
export interface Speaker {
  readonly sandboxId: string;
  readonly threadId: number | undefined;
  readonly serviceName: string;
}

export interface WindowSpan {
  readonly fromEpochMs: number;
  readonly lengthMs: number;
  readonly sequence: number;
}

/** @param lostCount  records and spans that did not reach their sink */
export function takeWindow(
  agent: Agent,
  speaker: Speaker,
  span: WindowSpan,
  ledger: WorkLedger,
  vitals: ProcessVitals,
  lostCount: number,
): WindowRecord {
  const begunMs = performance.now();
  const { counted, told, drilled, outboundCalls, selfMs } = ledger.take();
  return {
    kind: 'window',
    fromEpochMs: epochMilliseconds(Math.round(span.fromEpochMs)),
    lengthMs: milliseconds(span.lengthMs),
    sequence: span.sequence,
    ...speaker,
    requestCount: counted.requestCount,
    failedCount: counted.failedCount,
    durations: some(counted.durations),
    openRequestCount: ledger.open.count,
    ...vitals.take(),
    ...told,
    ...drilled,
    outboundCalls: some(outboundCalls),
    liveSockets: some(agent.liveSockets?.()),
    routes: some(counted.routes),
    lostLineCount: lostCount || undefined,
    selfUs: Math.round((selfMs + performance.now() - begunMs) * 1000),
  };
}

const some = <T>(list: readonly T[] | undefined): readonly T[] | undefined => (list && list.length > 0 ? list : undefined);
