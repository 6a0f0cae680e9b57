/**
 * A request or a job of a long-running process, from its begin to its end.
 *
 * What it holds of the request is let go at the end, because a timer that was set in its course may keep the work alive for
 * hours. One that nobody but us has ever held (`isShared`) may begin again as another.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call, CallTable } from '../../measure/call-table.ts';
import type { Told, Work } from '../../measure/work.ts';

/** Node's types know of no `req` where they do not know the class of the request. */
export type RequestedResponse = ServerResponse & { readonly req: IncomingMessage };

export class ServedWork implements Work {
  /** What stands before the number in its id. */
  readonly origin: string;
  /** 1 for the first of this isolate; 0 until it begins. */
  number = 0;
  /** Never a whole number at first: the engine then keeps it in place instead of making an object of each new one. */
  startedMs = Number.NaN;
  calls?: CallTable;
  told?: Told;
  drillId?: string;
  /** Its calls one by one, as far as they are kept. */
  callList?: Call[];
  /** The name of a job. */
  readonly job: string | undefined;
  /** What answers it, and knows what it asked; only while it is under way, and of HTTP/1 only. */
  response: RequestedResponse | undefined;
  ended = false;
  /** Whether somebody was given it who may keep it beyond its end: the asynchronous context, a listener. */
  isShared = false;
  older: ServedWork | undefined;
  newer: ServedWork | undefined;

  constructor(origin: string, job: string | undefined) {
    this.origin = origin;
    this.job = job;
  }

  /** Put together only when somebody asks: most requests end unremarkably. */
  get id(): string {
    return `${this.origin}-${this.number}`;
  }
}
