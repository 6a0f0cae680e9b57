/**
 * How long warm attempts took in each hour of the clock, and how much of it was garbage collection where the agent tells.
 *
 * The newest hours are kept one by one; what is older is one heap, so that a year of logs takes no more memory than two
 * days. Which hours those are follows from the hours alone, never from the order in which they were read.
 */
import { BucketCounts } from '../stats/bucket-counts.ts';
import type { DurationHistogram } from '../stats/duration-histogram.ts';
import { addable } from './exact-sum.ts';
import { AGE_BANDS } from './sandbox-ages.ts';

export interface WarmHour {
  readonly warm: BucketCounts;
  /** By the agent's lines: time in garbage collection, and the invocations that it is the sum of. */
  gcMs: number;
  gcCoveredCount: number;
  /** By band of age, as far as any age is known: sum of the buckets (nearly logarithms) and attempts. */
  ageSums: Float64Array;
  ageCounts: Float64Array;
}

export class WarmHours {
  /** Epoch hour -> what happened in it; at most 48. */
  byHour = new Map<number, WarmHour>();
  /** Everything before the hours above; absent where there was room for all. */
  older: WarmHour | undefined;
  // The hour that was added to last: attempts come in order of time, or nearly so.
  #last: WarmHour | undefined;
  #lastFromMs = 0;
  /** Since a copy was made: the hours that the copy does not hold, too. Undefined where there is none. */
  #own: Set<WarmHour> | undefined;

  /** Both hold the same hours until one of them counts in them: of two days of hours all but one have passed. */
  copyWith(): WarmHours {
    const made = new WarmHours();
    made.byHour = new Map(this.byHour);
    made.older = this.older;
    made.#own = new Set();
    this.#own = new Set();
    this.#last = undefined;
    return made;
  }

  /**
   * @param bucket  as `DurationHistogram.record` returned it
   * @param band    of the sandbox's age; -1 where it is not known
   */
  add(atMs: number, bucket: number, band: number): void {
    const since = atMs - this.#lastFromMs;
    if (bucket < 0 || !(atMs >= 0)) return;
    const hour = since >= 0 && since < HOUR_MS && this.#last !== undefined ? this.#last : this.#hourOf(atMs);
    hour.warm.add(bucket);
    if (band < 0) return;
    if (band >= hour.ageSums.length) makeRoom(hour, band + 1);
    hour.ageSums[band]! += bucket;
    hour.ageCounts[band]! += 1;
  }

  addDurations(atMs: number, durations: DurationHistogram): void {
    if (atMs >= 0 && durations.total > 0) this.#hourOf(atMs).warm.mergeHistogram(durations);
  }

  addCollections(atMs: number, gcMs: number, coveredCount: number): void {
    if (!(atMs >= 0) || !(gcMs >= 0) || coveredCount === 0) return;
    const hour = this.#hourOf(atMs);
    hour.gcMs += addable(gcMs);
    hour.gcCoveredCount += coveredCount;
  }

  /** @param other  possibly a structured clone that lost its classes */
  merge(other: Pick<WarmHours, 'byHour' | 'older'>): void {
    if (other.older !== undefined) this.#addOlder(other.older);
    for (const [hour, told] of other.byHour) addHour(this.#hourOf(hour * HOUR_MS), told);
  }

  #hourOf(atMs: number): WarmHour {
    const hour = Math.floor(atMs / HOUR_MS);
    let found = this.byHour.get(hour);
    if (found === undefined) {
      found = emptyHour();
      this.byHour.set(hour, found);
      if (this.byHour.size > MOST_HOURS) {
        this.#fold();
        if (!this.byHour.has(hour)) found = this.older!;
      }
    } else if (this.#own?.has(found) === false) {
      found = copyOf(found);
      this.byHour.set(hour, found);
    }
    this.#own?.add(found);
    this.#last = found;
    this.#lastFromMs = hour * HOUR_MS;
    return found;
  }

  #addOlder(hour: WarmHour): void {
    if (this.older === undefined) this.older = emptyHour();
    else if (this.#own?.has(this.older) === false) this.older = copyOf(this.older);
    this.#own?.add(this.older);
    addHour(this.older, hour);
  }

  #fold(): void {
    while (this.byHour.size > MOST_HOURS) {
      const oldest = Math.min(...this.byHour.keys());
      this.#addOlder(this.byHour.get(oldest)!);
      this.byHour.delete(oldest);
    }
    this.#last = undefined;
  }
}

/** Two days: a tail is compared over a night and the one before. */
const MOST_HOURS = 48;
const HOUR_MS = 3_600_000;

function emptyHour(): WarmHour {
  return {
    warm: new BucketCounts(),
    gcMs: 0,
    gcCoveredCount: 0,
    ageSums: NO_AGES,
    ageCounts: NO_AGES,
  };
}

function copyOf({ warm, gcMs, gcCoveredCount, ageSums, ageCounts }: WarmHour): WarmHour {
  // Of most hours no age is known: an empty array of their own each would be a third of what they take.
  const copy = (ages: Float64Array) => (ages.length === 0 ? NO_AGES : ages.slice());
  return { warm: warm.copyWith(), gcMs, gcCoveredCount, ageSums: copy(ageSums), ageCounts: copy(ageCounts) };
}

function makeRoom(hour: WarmHour, bands: number): void {
  const length = Math.min(AGE_BANDS, Math.ceil(bands / 4) * 4);
  const sums = new Float64Array(length);
  const counts = new Float64Array(length);
  sums.set(hour.ageSums);
  counts.set(hour.ageCounts);
  hour.ageSums = sums;
  hour.ageCounts = counts;
}

/** Of sandboxes whose start is not in the input nobody knows the age: most hours of most functions. */
const NO_AGES = new Float64Array(0);

function addHour(into: WarmHour, other: WarmHour): void {
  into.warm.merge(other.warm);
  into.gcMs += other.gcMs;
  into.gcCoveredCount += other.gcCoveredCount;
  if (other.ageSums.length > into.ageSums.length) makeRoom(into, other.ageSums.length);
  for (let band = 0; band < other.ageSums.length; band++) {
    into.ageSums[band]! += other.ageSums[band]!;
    into.ageCounts[band]! += other.ageCounts[band]!;
  }
}
