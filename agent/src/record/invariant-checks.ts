/**
 * What the program itself says of its answers: invariants that held, and that did not.
 *
 * A response of status 200 with the wrong content is invisible from outside. Only code that knows what right looks like
 * can tell, and only where it is asked: no check is not the same as no error.
 */
import { type Codec, columns, count, text } from './codec.ts';

export interface InvariantCheck {
  readonly name: string;
  readonly passedCount: number;
  readonly failedCount: number;
}

export const invariantCheck: Codec<InvariantCheck> = columns<InvariantCheck>({ name: text, passedCount: count, failedCount: count }, [
  'name',
  'passedCount',
  'failedCount',
]);
