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
import { hashOfText } from './text-hash.ts';

/** Where values without end (a tenant's name) end up after the first ones. */
export const OTHER = '(other)';

/** Bin number -> attempts. */
export type Bins = Map<number, number>;

export class AttemptSeries {
  /** A bin is 2^level seconds long. */
  level = 0;
  total: Bins = new Map();
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
    addTo(this.total, bin, count);
    let isNew = false;
    for (let rule = 0; rule < this.ofValues.length; rule++) {
      const value = values[rule];
      if (value === undefined) continue;
      const mine = this.ofValues[rule]!;
      let bins = mine.get(value);
      if (bins === undefined) {
        const name = hashOfText(value) > this.#highest[rule]! ? OTHER : value;
        bins = this.#own === undefined ? binsOf(mine, name) : this.#ownBins(mine, name);
        isNew = true;
      } else if (this.#own !== undefined) bins = this.#ownBins(mine, value);
      addTo(bins, bin, count);
    }
    if (isNew || this.total.size > MOST_BINS) this.#keepBounds();
  }

  /** @param other  possibly a structured clone that lost its class on the way between threads */
  merge(other: Pick<AttemptSeries, 'level' | 'total' | 'ofValues' | 'untimed'>): void {
    this.#ownAll();
    this.coarsenTo(other.level);
    const shift = this.level - other.level;
    addAll(this.total, other.total, shift);
    other.ofValues.forEach((values, rule) => {
      const mine = this.ofValues[rule]!;
      for (const [value, bins] of values) addAll(binsOf(mine, value), bins, shift);
    });
    this.untimed += other.untimed;
    this.#keepBounds();
  }

  coarsenTo(level: number): void {
    if (level <= this.level) return;
    this.#ownAll();
    const shift = level - this.level;
    this.level = level;
    coarsen(this.total, shift);
    for (const values of this.ofValues) for (const bins of values.values()) coarsen(bins, shift);
  }

  /** Call before bins are changed that may belong to a copy as well. */
  #ownTotal(): void {
    if (this.#own!.has(this.total)) return;
    this.total = new Map(this.total);
    this.#own!.add(this.total);
  }

  #ownBins(values: Map<string, Bins>, value: string): Bins {
    const known = values.get(value);
    if (known !== undefined && this.#own!.has(known)) return known;
    const bins: Bins = new Map(known);
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
    while (this.total.size > MOST_BINS) this.coarsenTo(this.level + 1);
    this.ofValues.forEach((values, rule) => {
      if (values.size <= MOST_VALUES + (values.has(OTHER) ? 1 : 0)) return;
      this.#ownAll();
      this.#highest[rule] = Math.min(this.#highest[rule]!, keepLowest(values));
    });
  }
}

/** @returns number of the bin that a moment lies in */
export function binAt(atMs: number, level: number): number {
  return coarser(Math.floor(atMs / 1_000), level);
}

/** Start of a bin, in epoch milliseconds. */
export function binStartMs(bin: number, level: number): number {
  return bin * WIDTHS[level]! * 1_000;
}

const MOST_BINS = 256;
const MOST_VALUES = 48;

/** Not a shift of bits: seconds since the epoch leave 31 bits in 2038. */
function coarser(bin: number, shift: number): number {
  return Math.floor(bin / WIDTHS[shift]!);
}

/** All powers of two that a number holds: every attempt that is not plain asks for one. */
const WIDTHS = Array.from({ length: 1025 }, (_, level) => 2 ** level);

function coarsen(bins: Bins, shift: number): void {
  let length = 0;
  for (const [bin, count] of bins) {
    FINER_BINS[length] = bin;
    FINER_COUNTS[length] = count;
    length++;
  }
  bins.clear();
  for (let i = 0; i < length; i++) addTo(bins, coarser(FINER_BINS[i]!, shift), FINER_COUNTS[i]!);
}

/** Used again for each: a list of pairs for each would be most of what an export leaves to the collector here. */
const FINER_BINS: number[] = [];
const FINER_COUNTS: number[] = [];

function addTo(bins: Bins, bin: number, count: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + count);
}

function addAll(into: Bins, other: ReadonlyMap<number, number>, shift: number): void {
  for (const [bin, count] of other) addTo(into, coarser(bin, shift), count);
}

function binsOf(values: Map<string, Bins>, value: string): Bins {
  let bins = values.get(value);
  if (bins === undefined) {
    bins = new Map();
    values.set(value, bins);
  }
  return bins;
}

/** @returns the highest hash among those that stay, once there are so many that no higher one ever will */
function keepLowest(values: Map<string, Bins>): number {
  const names = [...values.keys()].filter((name) => name !== OTHER);
  if (names.length < MOST_VALUES) return Number.POSITIVE_INFINITY;
  names.sort((a, b) => hashOfText(a) - hashOfText(b) || (a < b ? -1 : 1));
  for (const name of names.slice(MOST_VALUES)) {
    addAll(binsOf(values, OTHER), values.get(name)!, 0);
    values.delete(name);
  }
  return hashOfText(names[MOST_VALUES - 1]!);
}
