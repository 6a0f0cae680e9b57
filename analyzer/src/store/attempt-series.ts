/**
 * Attempts along the clock, by attribute value, in a form that adds up: whoever counted which part, in which order, the
 * sum is the same as one pass over all of it.
 *
 * Both bounds keep that promise. Time is cut into bins of 2^level seconds, aligned to the epoch; the level is the lowest
 * at which at most 256 bins hold anything, which depends on the attempts alone. Of an attribute with more than 48 values
 * those with the lowest hashes are kept: a value among them at the end was among them at every time before, so that
 * its counts are whole; the others are counted together.
 *
 * Source of the second: Z. Bar-Yossef and others (2002), "Counting distinct elements in a data stream" (k lowest hashes).
 */
import { addedUp, type Bins, coarsen, withCount } from './bins.ts';
import { hashOfText } from './text-hash.ts';

/** Where values without end (a tenant's name) end up after the first ones. */
export const OTHER = '(other)';

export class AttemptSeries {
  /** A bin is 2^level seconds long. */
  level = 0;
  total: Bins = [];
  /** For each attribute rule, its values. */
  readonly ofValues: Map<string, Bins>[];
  /** For each rule, the highest hash that is kept; a value above it needs no look at the others. */
  readonly #highest: number[];
  /** Attempts without a time: they are exposed, but nobody knows when. */
  untimed = 0;
  /** Since a copy was made: the bins that the copy does not hold, too. Undefined where there is none. */
  #own: Set<Bins> | undefined;

  constructor(rules: number) {
    this.ofValues = Array.from({ length: rules }, () => new Map());
    this.#highest = new Array<number>(rules).fill(Number.POSITIVE_INFINITY);
  }

  /** Both hold the same bins until one of them counts in them. */
  copyWith(): AttemptSeries {
    const made = new AttemptSeries(this.ofValues.length);
    made.level = this.level;
    made.total = this.total;
    made.untimed = this.untimed;
    this.ofValues.forEach((values, rule) => {
      const mine = made.ofValues[rule]!;
      for (const [value, bins] of values) mine.set(value, bins);
      made.#highest[rule] = this.#highest[rule]!;
    });
    this.#own = new Set();
    made.#own = new Set();
    return made;
  }

  /** @param values  one for each rule; undefined where it was not told */
  add(atMs: number, values: readonly (string | undefined)[], count = 1): void {
    if (!Number.isFinite(atMs)) {
      this.untimed += count;
      return;
    }
    const bin = binAt(atMs, this.level);
    if (this.#own !== undefined) this.#ownTotal();
    const total = withCount(this.total, bin, count);
    if (total !== this.total) {
      this.#own?.delete(this.total);
      this.#own?.add(total);
      this.total = total;
    }
    let isNew = false;
    for (let rule = 0; rule < this.ofValues.length; rule++) {
      const value = values[rule];
      if (value === undefined) continue;
      const mine = this.ofValues[rule]!;
      let name = value;
      let bins = mine.get(value);
      if (bins === undefined) {
        if (hashOfText(value) > this.#highest[rule]!) name = OTHER;
        bins = mine.get(name) ?? [];
        isNew = true;
      }
      if (this.#own !== undefined) bins = this.#ownBins(mine, name);
      const counted = withCount(bins, bin, count);
      if (counted === bins) continue;
      mine.set(name, counted);
      this.#own?.delete(bins);
      this.#own?.add(counted);
    }
    if (isNew || this.total.length > 2 * MOST_BINS) this.#keepBounds();
  }

  /** @param other  possibly a structured clone that lost its class on the way between threads */
  merge(other: Pick<AttemptSeries, 'level' | 'total' | 'ofValues' | 'untimed'>): void {
    this.#ownAll();
    this.coarsenTo(other.level);
    const width = WIDTHS[this.level - other.level]!;
    this.total = addedUp(this.total, other.total, width);
    other.ofValues.forEach((values, rule) => {
      const mine = this.ofValues[rule]!;
      for (const [value, bins] of values) mine.set(value, addedUp(mine.get(value) ?? [], bins, width));
    });
    this.untimed += other.untimed;
    this.#keepBounds();
  }

  coarsenTo(level: number): void {
    if (level <= this.level) return;
    this.#ownAll();
    const width = WIDTHS[level - this.level]!;
    this.level = level;
    coarsen(this.total, width);
    for (const values of this.ofValues) for (const bins of values.values()) coarsen(bins, width);
  }

  /** Call before bins are changed that may belong to a copy as well. */
  #ownTotal(): void {
    if (this.#own!.has(this.total)) return;
    this.total = this.total.slice();
    this.#own!.add(this.total);
  }

  #ownBins(values: Map<string, Bins>, value: string): Bins {
    const known = values.get(value);
    if (known !== undefined && this.#own!.has(known)) return known;
    const bins: Bins = known === undefined ? [] : known.slice();
    values.set(value, bins);
    this.#own!.add(bins);
    return bins;
  }

  #ownAll(): void {
    if (this.#own === undefined) return;
    this.#ownTotal();
    for (const values of this.ofValues) for (const value of values.keys()) this.#ownBins(values, value);
    this.#own = undefined;
  }

  #keepBounds(): void {
    while (this.total.length > 2 * MOST_BINS) this.coarsenTo(this.level + 1);
    this.ofValues.forEach((values, rule) => {
      if (values.size <= MOST_VALUES + (values.has(OTHER) ? 1 : 0)) return;
      this.#ownAll();
      this.#highest[rule] = Math.min(this.#highest[rule]!, keepLowest(values));
    });
  }
}

/** @returns number of the bin that a moment lies in */
export function binAt(atMs: number, level: number): number {
  // Not a shift of bits: seconds since the epoch leave 31 bits in 2038.
  return Math.floor(Math.floor(atMs / 1_000) / WIDTHS[level]!);
}

/** Start of a bin, in epoch milliseconds. */
export function binStartMs(bin: number, level: number): number {
  return bin * WIDTHS[level]! * 1_000;
}

const MOST_BINS = 256;
const MOST_VALUES = 48;

/** All powers of two that a number holds: every attempt that is not plain asks for one. */
const WIDTHS = Array.from({ length: 1025 }, (_, level) => 2 ** level);

/** @returns the highest hash among those that stay, once there are so many that no higher one ever will */
function keepLowest(values: Map<string, Bins>): number {
  const names = [...values.keys()].filter((name) => name !== OTHER);
  if (names.length < MOST_VALUES) return Number.POSITIVE_INFINITY;
  names.sort((a, b) => hashOfText(a) - hashOfText(b) || (a < b ? -1 : 1));
  for (const name of names.slice(MOST_VALUES)) {
    values.set(OTHER, addedUp(values.get(OTHER) ?? [], values.get(name)!, 1));
    values.delete(name);
  }
  return hashOfText(names[MOST_VALUES - 1]!);
}
