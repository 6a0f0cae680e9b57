/**
 * A request or a job of a long-running process, from its begin to its end.
 *
 * One object is all that a request costs in memory. What it holds of the request is let go at the end, because a timer
 * that was set in its course may keep the work alive for hours.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call, CallTable } from '../../measure/call-table.ts';
import type { Told, Work } from '../../measure/work.ts';

export class ServedWork implements Work {
  readonly origin: string;
  /** 1 for the first of this isolate. */
  readonly number: number;
  readonly startedMs: number;
  calls?: CallTable;
  told?: Told;
  /** Its calls one by one, as far as they are kept. */
  callList?: Call[];
  /** As the application's router calls it, or the name of a job. */
  pattern: string | undefined;
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
  ended = false;
  older: ServedWork | undefined;
  newer: ServedWork | undefined;

  /** @param origin  what stands before the number in its id */
  constructor(
    origin: string,
    number: number,
    startedMs: number,
    pattern: string | undefined,
    request: IncomingMessage | undefined,
    response: ServerResponse | undefined,
  ) {
    this.origin = origin;
    this.number = number;
    this.startedMs = startedMs;
    this.pattern = pattern;
    this.request = request;
    this.response = response;
  }

  /** Put together only when somebody asks: most requests end unremarkably. */
  get id(): string {
    return `${this.origin}-${this.number}`;
  }
}
