/**
 * One piece of work under way: an invocation, a request of a server, a job.
 *
 * Whoever measures something of it (calls, checks, fallbacks) puts it here; whoever hosts it opens and closes it; whoever
 * emits reads it once, at the end.
 */
import type { CallTable } from './call-table.ts';

export interface Work {
  /** Request id of the platform, or one of our own. */
  readonly id: string;
  /** On the clock of `performance.now()`. */
  readonly startedMs: number;
  /** Calls to other services, made by the first of them. */
  calls?: CallTable;
  /** What the program's own code told of this work through the API; see `measure/told.ts`. */
  told?: Told;
  /** Of the fault drill that touched it; set by `@nightlight/agent/drill` only. */
  drillId?: string;
}

/** What only the program can know. Each member is absent until it was told. */
export interface Told {
  /** Name to how often it passed and failed. */
  checks?: Map<string, [passed: number, failed: number]>;
  droppedCount?: number;
  /** Name to how often it answered. */
  fallbacks?: Map<string, number>;
  /** Breaker to event to how often. */
  breakerEvents?: Map<string, Map<string, number>>;
  openBreakers?: Set<string>;
}

/** A work that has ended, for listeners that screen, sum up or send it elsewhere. */
export interface FinishedWork {
  readonly work: Work;
  /** 1 for the first of the process. */
  readonly number: number;
  readonly startedAtEpochMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly errorType?: string | undefined;
  /** `GET /orders/:id`, or the name of a job; absent in Lambda. */
  readonly route?: string | undefined;
  readonly statusCode?: number | undefined;
  /** Who woke the function: `sqs`, `apigateway` …; absent outside Lambda. */
  readonly eventSource?: string | undefined;
  /** Items of the event, under the keys of a line: received, given back, handled before. */
  readonly items?: { readonly en?: number | undefined; readonly rf?: number | undefined; readonly du?: number | undefined } | undefined;
  /** Whether it waited for an init. */
  readonly cold: boolean;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  /** W3C ids of the caller's trace, where the request carried them. */
  readonly traceId?: string | undefined;
  readonly parentSpanId?: string | undefined;
}
