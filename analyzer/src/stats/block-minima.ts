/**
 * The lowest values of a series of any length, in fixed space: at most 48 blocks, each with its minimum and its place.
 *
 * Memory between collections is a sawtooth whose teeth tell nothing; its low points come nearest to what is kept. When the
 * blocks are full, neighbours merge and every block becomes twice as wide, so a life of a hundred invocations and one of
 * ten million cost the same.
 */
export interface LowPoint {
  /** Invocation number. */
  readonly at: number;
  readonly value: number;
}

export class BlockMinima {
  // Grown on demand: most sandboxes of a large export die young.
  #at = new Uint32Array(8);
  #value = new Float64Array(8);
  #count = 0;
  #width = NARROWEST_BLOCK;
  #endsAt = 0;

  get byteSize(): number {
    return this.#at.byteLength + this.#value.byteLength;
  }

  get count(): number {
    return this.#count;
  }

  copyWith(): BlockMinima {
    const made = new BlockMinima();
    made.#at = this.#at.slice();
    made.#value = this.#value.slice();
    made.#count = this.#count;
    made.#width = this.#width;
    made.#endsAt = this.#endsAt;
    return made;
  }

  /** @param at  not below the one before */
  push(at: number, value: number): void {
    if (at >= this.#endsAt) this.#open(at, value);
    else if (value < this.#value[this.#count - 1]!) {
      this.#at[this.#count - 1] = at;
      this.#value[this.#count - 1] = value;
    }
  }

  /** @returns the lowest point after `from` and up to `until`; undefined when no block has its minimum there */
  lowest(from: number, until: number): LowPoint | undefined {
    let found = -1;
    for (let i = 0; i < this.#count; i++) {
      const at = this.#at[i]!;
      if (at > from && at <= until && (found < 0 || this.#value[i]! < this.#value[found]!)) found = i;
    }
    return found < 0 ? undefined : { at: this.#at[found]!, value: this.#value[found]! };
  }

  points(from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY): LowPoint[] {
    const points: LowPoint[] = [];
    for (let i = 0; i < this.#count; i++) {
      const at = this.#at[i]!;
      if (at > from && at <= until) points.push({ at, value: this.#value[i]! });
    }
    return points;
  }

  #open(at: number, value: number): void {
    if (this.#count === MOST_BLOCKS) this.#halve();
    else if (this.#count === this.#at.length) {
      const length = Math.min(MOST_BLOCKS, 2 * this.#count);
      const at = new Uint32Array(length);
      const value = new Float64Array(length);
      at.set(this.#at);
      value.set(this.#value);
      this.#at = at;
      this.#value = value;
    }
    this.#at[this.#count] = at;
    this.#value[this.#count++] = value;
    this.#endsAt = at + this.#width;
  }

  #halve(): void {
    for (let i = 0; i < MOST_BLOCKS; i += 2) {
      const keep = this.#value[i]! <= this.#value[i + 1]! ? i : i + 1;
      this.#at[i / 2] = this.#at[keep]!;
      this.#value[i / 2] = this.#value[keep]!;
    }
    this.#count = MOST_BLOCKS / 2;
    this.#width *= 2;
  }
}

const MOST_BLOCKS = 48;
const NARROWEST_BLOCK = 8;
