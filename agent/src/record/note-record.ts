/**
 * What the agent has to say about itself: a setting it could not read, records it lost, that it has turned itself off.
 *
 * An agent that goes quiet looks like a program that is well. Whatever it does not measure any more, it says once.
 */
import { count, epochMilliseconds, oneOf, text } from './codec.ts';
import { layoutOf, optional, type RecordBase, required } from './fields.ts';
import { RECORD_PREFIX } from './prefix.ts';
import type { EpochMilliseconds } from './units.ts';

export interface NoteRecord extends RecordBase {
  readonly kind: 'note';
  readonly atEpochMs?: EpochMilliseconds | undefined;
  readonly sandboxId?: string | undefined;
  readonly threadId?: number | undefined;
  /**
   * `off`: the agent has stopped measuring. `setting`: a setting was not understood, the default is used.
   * `lost`: records or spans did not reach their sink. `limit`: something is not measured here, and why.
   */
  readonly about: 'off' | 'setting' | 'lost' | 'limit';
  /** One sentence; names no value of the host's. */
  readonly note: string;
}

export const noteLayout = layoutOf<NoteRecord>(RECORD_PREFIX, 'note', 'note', {
  atEpochMs: optional('t', epochMilliseconds<EpochMilliseconds>()),
  sandboxId: optional('sb', text),
  threadId: optional('th', count),
  about: required('ab', oneOf({ off: 'off', setting: 'setting', lost: 'lost', limit: 'limit' })),
  note: required('no', text),
});

/** @returns the line, without a newline */
export const encodeNote = (record: NoteRecord): string => noteLayout.encode(record);
