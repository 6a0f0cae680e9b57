/**
 * What a piece of work asked of one other service.
 *
 * Failures usually show far from their cause; which peer was called, how long it took and whether anything bounded the
 * wait is what leads from the component that alerts to the one that is broken.
 */
import { type Codec, columns, count, milliseconds, oneOf, text } from './codec.ts';
import type { Milliseconds } from './units.ts';

export interface OutboundCalls {
  /** The peer as a person would name it: `dynamodb`, `api.stripe.com`, `orders-db`. Never a whole URL. */
  readonly service: string;
  readonly callCount: number;
  /** Sum over the calls; calls at the same time count each. */
  readonly totalMs: Milliseconds;
  readonly errorCount?: number | undefined;
  readonly retryCount?: number | undefined;
  /** Calls that began only after an earlier one to the same peer had ended: candidates for doing at once. */
  readonly sequentialCount?: number | undefined;
  /** Whether the caller had set a limit to the wait; absent when that could not be seen. */
  readonly timeout?: 'set' | 'none' | undefined;
  /** Calls that took more than four fifths of their limit. */
  readonly nearTimeoutCount?: number | undefined;
}

export const outboundCalls: Codec<OutboundCalls> = columns<OutboundCalls>(
  {
    service: text,
    callCount: count,
    totalMs: milliseconds<Milliseconds>(),
    errorCount: count,
    retryCount: count,
    sequentialCount: count,
    // Last, because these two are most often unknown, and what is unknown at the end of a list costs nothing.
    timeout: oneOf({ set: 1, none: 0 }),
    nearTimeoutCount: count,
  },
  ['service', 'callCount', 'totalMs'],
);

/** A call that had not come back when its process was last heard of. */
export interface OpenCall {
  readonly service: string;
  /** How long it had been waiting by then. */
  readonly waitedMs?: Milliseconds | undefined;
}

export const openCall: Codec<OpenCall> = columns<OpenCall>({ service: text, waitedMs: milliseconds<Milliseconds>() }, ['service']);
