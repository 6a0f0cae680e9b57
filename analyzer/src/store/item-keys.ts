/**
 * Which items were handled more than once? Every key of an item that our agent told, as eight bytes, over all sandboxes.
 *
 * Within one sandbox the agent counts for itself; a queue delivers the second copy to whichever sandbox is free.
 */
import { joinDuplicates, type KeyWords, RequestKeys } from './request-keys.ts';

export interface DuplicateSummary {
  /** Keys of which at least one delivery was told. */
  readonly keyCount: number;
  /** Keys that were handled with success more than once, and how many times too often. */
  readonly duplicatedKeyCount: number;
  readonly extraCount: number;
  /** False when there were too many keys to join: then the counts are lower bounds. */
  readonly complete: boolean;
}

export class ItemKeys {
  readonly #keys = new RequestKeys();
  #count = 0;
  #isFull = false;

  add(key: string, outcome: 'handled' | 'failed' | 'unclear'): void {
    if (this.#count >= MOST_KEYS) {
      this.#isFull = true;
      return;
    }
    this.#count++;
    // FNV-1a (Fowler, Noll, Vo) over the key's characters, with two offsets: 62 bits of it are kept.
    this.#keys.add(hashOf(key, 0x811c9dc5), hashOf(key, 0x9747b28c), 0, 0, outcome === 'failed', outcome !== 'unclear');
  }

  words(): KeyWords & { readonly isFull: boolean } {
    return { ...this.#keys.words(), isFull: this.#isFull };
  }
}

export function duplicatesOf(parts: readonly (KeyWords & { readonly isFull: boolean })[]): DuplicateSummary {
  const { keyCount, duplicatedKeyCount, extraCount } = joinDuplicates(parts);
  return { keyCount, duplicatedKeyCount, extraCount, complete: !parts.some(({ isFull }) => isFull) };
}

/** 8 MB of keys, and 32 MB while they are joined. */
const MOST_KEYS = 1_000_000;

function hashOf(key: string, offset: number): number {
  let hash = offset;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  // The last multiplication leaves the low bits poor, and two of them are given to the outcome.
  return hash ^ (hash >>> 15);
}
