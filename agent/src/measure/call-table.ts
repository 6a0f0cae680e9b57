/**
 * The outbound calls of one piece of work: which are open now, and what the ended ones come to for each service.
 *
 * Bounded: a work that makes a million calls keeps a few dozen rows, and an open call only as long as it is open.
 *
 * Three of the numbers are judgements, and this is how far each may be trusted:
 *
 * - **Retry**: the same method and path was asked of the same service after such a call had failed; each failure excuses
 *   one. The query is not compared, so the same path with another query after a failure counts too.
 * - **Sequential**: the call began when no other to that service was open, right after one had ended well. Nobody sees from
 *   outside whether it used the answer of that one, so these are candidates. Left out is what surely reacted to it: what
 *   follows a failure, a redirect, a demand to log in or a miss; a write after a read, a read after a write; and what
 *   follows only after a pause longer than the earlier call itself, where doing both at once would win little. Pages
 *   fetched one by one, and a loop that asks until a thing is done, still count.
 * - **Timeout**: `set` when a limit was seen on any of the calls; `none` when a call waited for more than five minutes and
 *   no limit was seen, for then none that matters was there; otherwise unknown, since a timer of the caller's own and an
 *   AbortSignal cannot be seen before they act. A short call never proves that there was no limit.
 */
import type { OpenCall, OutboundCalls } from '../record/outbound-calls.ts';
import type { Milliseconds } from '../record/units.ts';
import { boundedRow } from './bounded-rows.ts';

/** One call, as long as somebody holds it. */
export interface Call {
  readonly service: string;
  /** Method and path without a query, or what else tells a repeated call from another one. Never leaves the process. */
  readonly what: string;
  readonly startedMs: number;
  /** When the first of the answer came; absent until then. */
  answeredMs?: number;
  /** NaN while it is open. */
  endedMs: number;
  failed: boolean;
  /** The caller's own limit, where one could be seen. */
  limitMs?: number;
  /** HTTP status, where there was one. */
  status?: number;
}

export interface CallTable {
  begin(service: string, what: string, startedMs: number): Call;
  /** Ends it once; later ends change nothing. */
  end(call: Call, failed: boolean, endedMs: number): void;
  /** Ended calls and open ones, one entry for each service, most time first. */
  outboundCalls(nowMs: number): OutboundCalls[];
  openCalls(nowMs: number): OpenCall[];
  readonly openCount: number;
}

export function createCallTable(): CallTable {
  const rows = new Map<string, Row>();
  const open = new Set<Call>();
  /** What failed and was not tried again yet. */
  const excuses: string[] = [];
  const rowOf = (service: string) => boundedRow(rows, service, createRow);

  return {
    begin(service, what, startedMs) {
      const call = { service, what, startedMs, endedMs: Number.NaN, failed: false };
      const row = rowOf(service);
      const { sums, last } = row;
      const excuse = excuses.indexOf(service + what);
      if (excuse >= 0) {
        excuses.splice(excuse, 1);
        sums.retryCount++;
      } else if (!row.openCount && last && couldHaveGoneWith(last, call)) sums.sequentialCount++;
      sums.callCount++;
      // Each open call lacks only the time of its end, or of the reading.
      sums.totalMs -= startedMs;
      row.openCount++;
      open.add(call);
      return call;
    },

    end(call, failed, endedMs) {
      if (!open.delete(call)) return;
      const { service, what, startedMs, answeredMs, limitMs } = call;
      const row = rowOf(service);
      const { sums } = row;
      call.endedMs = endedMs;
      call.failed = failed;
      row.last = call;
      row.openCount--;
      sums.totalMs += endedMs;
      if (failed) {
        sums.errorCount++;
        if (excuses.length < EXCUSES_KEPT) excuses.push(service + what);
      }
      if (limitMs) {
        sums.timeout ??= 'set';
        // The limits that can be seen bound a silence. A long answer is none; a call that was given up ended in one.
        if (((!failed && answeredMs) || endedMs) - startedMs > NEAR * limitMs) sums.nearTimeoutCount++;
      } else if (endedMs - startedMs > LONGEST_USUAL_LIMIT_MS) sums.timeout = 'none';
    },

    outboundCalls: (nowMs) =>
      [...rows.values()]
        .map(({ sums, openCount }) => ({ ...sums, totalMs: (sums.totalMs + nowMs * openCount) as Milliseconds }))
        .sort((a, b) => b.totalMs - a.totalMs),
    openCalls: (nowMs) => [...open].map(({ service, startedMs }) => ({ service, waitedMs: (nowMs - startedMs) as Milliseconds })),
    get openCount() {
      return open.size;
    },
  };
}

/** What is known of the calls to one service. */
interface Row {
  readonly sums: Sums;
  openCount: number;
  /** The call that ended last. */
  last?: Call;
}

interface Sums {
  readonly service: string;
  callCount: number;
  totalMs: number;
  errorCount: number;
  retryCount: number;
  sequentialCount: number;
  timeout: OutboundCalls['timeout'];
  nearTimeoutCount: number;
}

const createRow = (service: string): Row => ({
  sums: {
    service,
    callCount: 0,
    totalMs: 0,
    errorCount: 0,
    retryCount: 0,
    sequentialCount: 0,
    timeout: undefined,
    nearTimeoutCount: 0,
  },
  openCount: 0,
});

const EXCUSES_KEPT = 64;
const NEAR = 0.8;

/** The longest wait that a client allows without being told to is undici's, for headers and for body (undici, docs/docs/api/Client.md). */
const LONGEST_USUAL_LIMIT_MS = 300_000;

/** A pause that the event loop of a small machine makes by itself. */
const NO_PAUSE_MS = 5;

const couldHaveGoneWith = ({ failed, status, what, startedMs, endedMs }: Call, next: Call): boolean =>
  !failed &&
  !(status! > 299) &&
  // G(ET) and H(EAD) read, D(ELETE) removes, P(OST), P(UT) and P(ATCH) write.
  what[0] === next.what[0] &&
  next.startedMs - endedMs <= Math.max(NO_PAUSE_MS, endedMs - startedMs);
