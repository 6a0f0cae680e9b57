/**
 * How many attempts could have shown a failure, and under which conditions: no share is told without it.
 *
 * One ledger serves all failures of an operation, so that an attempt that went well costs a few additions, however many
 * kinds of failure are watched. Its memory is bounded: 64 blocks along the stream for each of at most 256 values.
 */
import type { AttributeRule } from '../store/attempt-attribute.ts';
import { OTHER } from '../store/attempt-series.ts';
import { foldPairs } from './folding-blocks.ts';

export const BLOCKS = 64;

/** One value of one attribute. */
export interface ExposedValue {
  readonly slot: number;
  readonly rule: AttributeRule;
  readonly value: string;
  total: number;
  /** Attempts with this value in each block of the stream. */
  readonly blocks: Uint32Array;
}

export class ExposureLedger {
  readonly rules: readonly AttributeRule[];
  /** Attempts so far: the number of the next one in the stream. */
  exposed = 0;
  firstMs = Number.NaN;
  lastMs = Number.NaN;
  /** Attempts that a block stands for. */
  blockWidth = 1;
  /** In which block time the attempts of a block began. */
  readonly blockStartMs: number[] = [];
  readonly values: ExposedValue[] = [];
  readonly #slots: ReadonlyMap<string, ExposedValue>[];

  constructor(rules: readonly AttributeRule[]) {
    this.rules = rules;
    this.#slots = rules.map(() => new Map());
  }

  /** @param values  one for each rule; undefined where it was not told. @returns the attempt's number in the stream */
  note(atMs: number, values: readonly (string | undefined)[]): number {
    const block = this.#advance(1, atMs);
    for (let i = 0; i < this.rules.length; i++) {
      const value = values[i];
      if (value !== undefined) addTo(this.valueOf(i, value), block, 1);
    }
    return this.exposed - 1;
  }

  /**
   * Many attempts at once, as from a line that only counts them.
   *
   * @param count     at most `room`
   * @param ofValues  for each rule, how many had which value
   */
  noteMany(count: number, atMs: number, ofValues: readonly (readonly (readonly [value: string, count: number])[])[]): void {
    const block = this.#advance(count, atMs);
    for (let i = 0; i < this.rules.length; i++)
      for (const [value, times] of ofValues[i] ?? []) if (times > 0) addTo(this.valueOf(i, value), block, times);
  }

  /** Attempts that still fit into the present block, or the next one where it is full. */
  get room(): number {
    return this.blockWidth - (this.exposed % this.blockWidth);
  }

  /** @returns the slot of the value; values beyond the bound share one */
  valueOf(rule: number, value: string): ExposedValue {
    const slots = this.#slots[rule] as Map<string, ExposedValue>;
    const known = slots.get(value);
    if (known !== undefined) return known;
    if (value !== OTHER && (slots.size >= MOST_VALUES_OF_ONE || this.values.length >= MOST_VALUES)) return this.valueOf(rule, OTHER);
    const made = { slot: this.values.length, rule: this.rules[rule]!, value, total: 0, blocks: new Uint32Array(BLOCKS) };
    this.values.push(made);
    slots.set(value, made);
    return made;
  }

  blockOf(index: number): number {
    return Math.floor(index / this.blockWidth);
  }

  /** Attempts in a block, the last one being under way. */
  exposedIn(block: number): number {
    return Math.max(0, Math.min(this.blockWidth, this.exposed - block * this.blockWidth));
  }

  #advance(count: number, atMs: number): number {
    while (this.exposed + count > BLOCKS * this.blockWidth) {
      for (const { blocks } of this.values) foldPairs(blocks);
      for (let block = 0; block < BLOCKS / 2; block++) this.blockStartMs[block] = this.blockStartMs[2 * block]!;
      this.blockStartMs.length = BLOCKS / 2;
      this.blockWidth *= 2;
    }
    const block = this.blockOf(this.exposed);
    this.blockStartMs[block] ??= atMs;
    if (this.exposed === 0) this.firstMs = atMs;
    this.exposed += count;
    this.lastMs = atMs;
    return block;
  }
}

const MOST_VALUES_OF_ONE = 48;
const MOST_VALUES = 256;

function addTo(value: ExposedValue, block: number, count: number): void {
  value.total += count;
  value.blocks[block]! += count;
}
