/**
 * Is it failing densely right now? At night "every tenth request" must not wait for the proof that it will last.
 *
 * Said when the weight of evidence for a rate above 1 in 100 passes a bound, in one of two views of the stream:
 * from its beginning, or from the first failure of a stretch, which is not counted (it is what made us look). A stretch
 * is given up once it speaks clearly against a dense failure; each further one has to bring more weight, so that the
 * chances of all stretches together stay bounded. It ends after 299 attempts without the failure, or when at most 3
 * of the last 1,000 failed: the 95 % bound of Clopper and Pearson is then below 1 in 100.
 *
 * Chance of saying it at any moment while the rate is at 1 in 100: 4.5 % from the beginning (computed over all paths of
 * 5,000 attempts; a bound of 20 would leave 1.8 %, since the weight jumps over it), 5.0 % with the stretches (8,000
 * simulated streams of 5,000 attempts, standard error 0.24 %); at 1 in 200 it is 0.6 %.
 */
import { evidenceAbove } from '../stats/evidence-above.ts';

export const DENSE_SHARE = 1e-2;

export class DenseWatch {
  /** Since when it is dense; undefined while it is not. */
  sinceMs: number | undefined;
  #failures = 0;
  #stretches = 0;
  #startIndex = Number.NEGATIVE_INFINITY;
  #startMs = Number.NaN;
  #inStretch = 0;
  #lastIndex = -1;
  #wasDense = false;
  /** Numbers of the last failed attempts, round and round. */
  readonly #last = new Float64Array(REMEMBERED);

  /** @param index  the failed attempt's number, from the beginning of the stream */
  add(index: number, atMs: number): void {
    this.#settle(index);
    this.#last[this.#failures % REMEMBERED] = index;
    this.#failures++;
    this.#lastIndex = index;
    if (this.sinceMs !== undefined) return;
    if (evidenceAbove(this.#inStretch, index - this.#startIndex - 1, DENSE_SHARE) < HOPELESS) {
      this.#stretches++;
      this.#startIndex = index;
      this.#startMs = atMs;
      this.#inStretch = 0;
    } else this.#inStretch++;
    this.#judge(index + 1);
  }

  /** @param exposed  attempts so far. @returns whether it still fails densely */
  isDense(exposed: number): boolean {
    this.#settle(exposed);
    return this.sinceMs !== undefined;
  }

  /** Catches up with the attempts that went well since the last failure. */
  #settle(exposed: number): void {
    // The weight only falls meanwhile; what reached it too early is heard at the first attempt at which it may speak.
    if (this.sinceMs === undefined && this.#failures > 0) {
      const mayFrom = [FEWEST_ATTEMPTS, this.#startIndex + 1 + FEWEST_ATTEMPTS];
      for (const at of mayFrom) if (at > this.#lastIndex + 1 && at <= exposed) this.#judge(at);
    }
    if (this.sinceMs !== undefined && this.#isQuiet(exposed)) {
      this.sinceMs = undefined;
      this.#wasDense = true;
      this.#inStretch = 0;
      this.#startIndex = Number.NEGATIVE_INFINITY;
    }
  }

  #judge(exposed: number): void {
    const inStretch = exposed - this.#startIndex - 1;
    const needed = STRETCH_WEIGHT * this.#stretches * (this.#stretches + 1);
    if (
      (!this.#wasDense && exposed >= FEWEST_ATTEMPTS && evidenceAbove(this.#failures, exposed, DENSE_SHARE) >= START_WEIGHT) ||
      (inStretch >= FEWEST_ATTEMPTS && evidenceAbove(this.#inStretch, inStretch, DENSE_SHARE) >= needed)
    )
      this.sinceMs = this.#startMs;
  }

  #isQuiet(exposed: number): boolean {
    if (exposed - this.#lastIndex - 1 >= CLEAN_RUN) return true;
    // Nearly always one look is enough: the failure that would be one too many lies among the recent attempts.
    const oneTooMany = this.#failures - 1 - MOST_IN_QUIET;
    if (oneTooMany >= 0 && this.#lastIndex < exposed && this.#last[oneTooMany % REMEMBERED]! >= exposed - RECENT) return false;
    return exposed >= RECENT && this.recent(exposed - 1).failures <= MOST_IN_QUIET;
  }

  /** @returns the last 1,000 attempts up to `index`, or fewer where so many failed that only those are remembered */
  recent(index: number): { readonly exposed: number; readonly failures: number } {
    const from = Math.max(-1, index - RECENT);
    const kept = Math.min(this.#failures, REMEMBERED);
    let failures = 0;
    for (let i = 0; i < kept; i++) if (this.#last[i]! > from && this.#last[i]! <= index) failures++;
    if (failures < REMEMBERED) return { exposed: index - from, failures };
    const oldest = this.#last[this.#failures % REMEMBERED]!;
    return { exposed: index - oldest, failures: failures - 1 };
  }
}

const RECENT = 1_000;
const MOST_IN_QUIET = 3;
/** A rate of 1 in 100 leaves so many clean in a row with a probability of 5 %. */
const CLEAN_RUN = 299;
const REMEMBERED = 64;
/** "After tens of requests": two of the first three prove nothing about the next hundred. */
const FEWEST_ATTEMPTS = 20;
const START_WEIGHT = 10;
const STRETCH_WEIGHT = 30;
/** Weight below which a stretch is given up and the next failure begins another. */
const HOPELESS = 0.01;
