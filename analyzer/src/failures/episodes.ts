/**
 * How often it came back: failures that follow each other closely are one episode, however many they are.
 *
 * An outage of thirty seconds leaves thousands of failures and happened once. An episode is over after 1,000 attempts
 * and a minute without the failure; both, because a busy function sees 1,000 in a second and an idle one waits an hour
 * for the next.
 */
export class EpisodeCounter {
  /** Onsets, the first one included. */
  onsets = 0;
  lastIndex = Number.NaN;
  lastMs = Number.NaN;
  /** Of the last ones, at most 17: enough to see whether they come regularly. */
  readonly onsetsMs: number[] = [];

  /** @param index  the failed attempt's number among those exposed. @returns whether an episode began */
  add(index: number, atMs: number): boolean {
    const began = this.onsets === 0 || (index - this.lastIndex > QUIET_ATTEMPTS && atMs - this.lastMs >= QUIET_MS);
    this.lastIndex = index;
    this.lastMs = atMs;
    if (!began) return false;
    this.onsets++;
    this.onsetsMs.push(atMs);
    if (this.onsetsMs.length > MOST_ONSETS) this.onsetsMs.shift();
    return true;
  }
}

const QUIET_ATTEMPTS = 1_000;
const QUIET_MS = 60_000;
const MOST_ONSETS = 17;
