/** What a circuit breaker did: how often it opened, refused, timed out, or let a fallback answer. */
import { type Codec, columns, count, text } from './codec.ts';

export interface BreakerEvents {
  readonly name: string;
  /** `open`, `halfOpen`, `close`, `reject`, `timeout`, `failure`, `fallback` */
  readonly event: string;
  readonly eventCount: number;
}

export const breakerEvents: Codec<BreakerEvents> = columns<BreakerEvents>({ name: text, event: text, eventCount: count }, [
  'name',
  'event',
  'eventCount',
]);
