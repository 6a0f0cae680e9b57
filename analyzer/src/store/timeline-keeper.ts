/**
 * Follows kinds of failure through time, and no more of them than memory allows.
 *
 * Of more kinds than that the ones with the lowest hashes are followed: such a one was among the lowest from the beginning
 * on and in every thread, so that its counts are whole. A flood of unique texts leaves most of its kinds unfollowed, and
 * their verdict says that.
 */
import { ATTEMPT_RULES } from './attempt-rules.ts';
import { FailureTimeline } from './failure-timeline.ts';
import { hashOfText } from './text-hash.ts';

export class TimelineKeeper {
  readonly #timelines: Map<string, FailureTimeline>;
  readonly #hashes: Map<string, number>;
  /** Where all places are taken: the highest hash that holds one. */
  #highest = Number.POSITIVE_INFINITY;

  /** @param timelines  by the key of the failure; filled and kept short */
  constructor(timelines: Map<string, FailureTimeline>) {
    this.#timelines = timelines;
    this.#hashes = new Map([...timelines.keys()].map((key) => [key, hashOfText(key)]));
  }

  /** @returns undefined where the kind is not followed */
  of(key: string): FailureTimeline | undefined {
    const known = this.#timelines.get(key);
    if (known !== undefined) return known;
    const hash = hashOfText(key);
    if (hash > this.#highest) return undefined;
    this.#timelines.set(key, new FailureTimeline(ATTEMPT_RULES.length));
    this.#hashes.set(key, hash);
    if (this.#hashes.size > MOST_FOLLOWED) this.#giveUpHighest();
    return this.#timelines.get(key);
  }

  #giveUpHighest(): void {
    let last = '';
    let highest = -1;
    let second = -1;
    for (const [key, hash] of this.#hashes) {
      if (hash > highest || (hash === highest && key > last)) {
        second = highest;
        highest = hash;
        last = key;
      } else if (hash > second) second = hash;
    }
    this.#timelines.delete(last);
    this.#hashes.delete(last);
    this.#highest = second;
  }
}

/** A kind with failures in each of 256 bins takes some 70 KB, one that was seen once 2 KB. */
export const MOST_FOLLOWED = 400;
