/**
 * A request or a job of a long-running process, from its begin to its end.
 *
 * One object is all that a request costs in memory. What it holds of the request is let go at the end, because a timer
 * that was set in its course may keep the work alive for hours.
 */
import type { IncomingMessage } from 'node:http';
import type { Call, CallTable } from '../../measure/call-table.ts';
import type { Told, Work } from '../../measure/work.ts';

export class ServedWork implements Work {
  readonly origin: string;
  /** 1 for the first of this isolate. */
  readonly number: number;
  readonly startedMs: number;
  calls?: CallTable;
  told?: Told;
  drillId?: string;
  /** Its calls one by one, as far as they are kept. */
  callList?: Call[];
  /** The name of a job. */
  readonly job: string | undefined;
  request: IncomingMessage | undefined;
  ended = false;
  older: ServedWork | undefined;
  newer: ServedWork | undefined;

  /** @param origin  what stands before the number in its id */
  constructor(origin: string, number: number, startedMs: number, job: string | undefined, request: IncomingMessage | undefined) {
    this.origin = origin;
    this.number = number;
    this.startedMs = startedMs;
    this.job = job;
    this.request = request;
  }

  /** Put together only when somebody asks: most requests end unremarkably. */
  get id(): string {
    return `${this.origin}-${this.number}`;
  }
}
