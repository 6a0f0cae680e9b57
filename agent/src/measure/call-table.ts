/**
 * The outbound calls of one piece of work: which are open now, and what the ended ones come to for each service.
 *
 * Bounded: a work that makes a million calls keeps a few dozen rows, and its open calls are counted beyond the cap.
 */
import type { OpenCall, OutboundCalls } from '../record/outbound-calls.ts';

/** One call, as long as somebody holds it. */
export interface Call {
  readonly service: string;
  /** Method and path without a query, or what else tells a repeated call from another one. Never leaves the process. */
  readonly what: string;
  readonly startedMs: number;
  /** NaN while it is open. */
  endedMs: number;
  failed: boolean;
  /** The caller's own limit, where one could be seen; 0 when it is sure that there was none. */
  limitMs?: number;
  /** HTTP status, where there was one. */
  status?: number;
}

export interface CallTable {
  begin(service: string, what: string, startedMs: number): Call;
  end(call: Call, failed: boolean, endedMs: number): void;
  /** Ended calls and open ones, one entry for each service, most time first. */
  outboundCalls(nowMs: number): OutboundCalls[];
  openCalls(nowMs: number): OpenCall[];
  readonly openCount: number;
}
