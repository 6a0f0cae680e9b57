/**
 * Which items were handled more than once? Every key of an item that our agent told, as eight bytes, over all sandboxes.
 *
 * Within one sandbox the agent counts for itself; a queue delivers the second copy to whichever sandbox is free.
 */
import { joinDuplicates, type KeyWords, RequestKeys } from './request-keys.ts';
import type { Evidence } from './summary.ts';

export interface DuplicateSummary {
  /** Keys of which at least one delivery was told. */
  readonly keyCount: number;
  /** Keys that were handled with success more than once, and how many times too often. */
  readonly duplicatedKeyCount: number;
  readonly extraCount: number;
  /** Keys that failed at least once, and of those: three times or more, and never handled. */
  readonly failedKeyCount: number;
  readonly recurringKeyCount: number;
  /** False when there were too many keys to join: then the counts are lower bounds. */
  readonly complete: boolean;
  /** Lines that told of some of those that were handled twice. */
  readonly repeatedAt?: readonly (readonly Evidence[])[] | undefined;
}

export class ItemKeys {
  #keys = new RequestKeys();
  #count = 0;
  #isFull = false;

  add(key: string, outcome: 'handled' | 'failed' | 'unclear', { file, place }: Pick<Evidence, 'file' | 'place'>): void {
    if (this.#count >= MOST_KEYS) {
      this.#isFull = true;
      return;
    }
    this.#count++;
    const { high, low } = hashOf(key);
    this.#keys.add(high, low, 0, 0, outcome === 'failed', outcome !== 'unclear', file, place);
  }

  copyWith(copy: <T>(value: T) => T): ItemKeys {
    const made = new ItemKeys();
    made.#keys = copy(this.#keys);
    made.#count = this.#count;
    made.#isFull = this.#isFull;
    return made;
  }

  words(): KeyWords & { readonly isFull: boolean } {
    return { ...this.#keys.words(), isFull: this.#isFull };
  }
}

export function duplicatesOf(parts: readonly (KeyWords & { readonly isFull: boolean })[]): DuplicateSummary {
  return { ...joinDuplicates(parts), complete: !parts.some(({ isFull }) => isFull) };
}

/** 8 MB of keys, and 32 MB while they are joined. */
const MOST_KEYS = 1_000_000;

/**
 * 64 bits of a key: two hashes with different primes, stirred into each other at the end. A million keys that count up,
 * with and without a prefix, gave no false pair.
 */
function hashOf(key: string): { high: number; low: number } {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let i = 0; i < key.length; i++) {
    const character = key.charCodeAt(i);
    high = Math.imul(high ^ character, 0x01000193);
    low = Math.imul(low ^ character, 0x5bd1e995);
    low ^= low >>> 13;
  }
  // Finalizer of MurmurHash3 (A. Appleby), on either half.
  high = stirred(high ^ (low >>> 16));
  low = stirred(low ^ (high >>> 11));
  return { high, low };
}

function stirred(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
