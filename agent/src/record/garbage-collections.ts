/** How often, and for how long, V8 stopped to collect garbage. */
import { type Codec, columns, count, milliseconds } from './codec.ts';
import type { Milliseconds } from './units.ts';

export interface GarbageCollections {
  readonly count: number;
  readonly totalMs: Milliseconds;
}

export const garbageCollections: Codec<GarbageCollections> = columns<GarbageCollections>({ count, totalMs: milliseconds<Milliseconds>() }, [
  'count',
  'totalMs',
]);
