/**
 * What full collections left, at most 24 of them however long the life: when the log is full, neighbours become one.
 *
 * Of two floors that V8 left the lower is nearer to the truth, since garbage that was missed only adds. Forced
 * collections miss nothing, so of two of them the later stays.
 */
export interface Collection {
  /** Invocation number. */
  readonly at: number;
  /** Used heap that it left. */
  readonly floorBytes: number;
  /** V8's own: the lowest used heap shortly before it. Forced: external memory after it, NaN where nobody told. */
  readonly besideBytes: number;
}

export class CollectionLog {
  #rows = new Float64Array(ROW);
  #count = 0;
  readonly #keeps: 'lower' | 'later';

  constructor(keeps: 'lower' | 'later') {
    this.#keeps = keeps;
  }

  get byteSize(): number {
    return this.#rows.byteLength;
  }

  get lastAt(): number | undefined {
    return this.#count === 0 ? undefined : this.#rows[(this.#count - 1) * ROW]!;
  }

  copyWith(): CollectionLog {
    const made = new CollectionLog(this.#keeps);
    made.#rows = this.#rows.slice();
    made.#count = this.#count;
    return made;
  }

  add(at: number, floorBytes: number, besideBytes: number): void {
    if (this.#count === MOST_ROWS) this.#halve();
    const start = this.#count * ROW;
    if (start === this.#rows.length) {
      const larger = new Float64Array(Math.min(MOST_ROWS * ROW, start * 2));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[start] = at;
    this.#rows[start + 1] = floorBytes;
    this.#rows[start + 2] = besideBytes;
    this.#count++;
  }

  /** The last floor may still be lowered by what is seen shortly after it. */
  lowerLast(floorBytes: number): void {
    const place = (this.#count - 1) * ROW + 1;
    if (floorBytes < this.#rows[place]!) this.#rows[place] = floorBytes;
  }

  /** @returns oldest first */
  upTo(until: number): Collection[] {
    const all: Collection[] = [];
    for (let i = 0; i < this.#count; i++) {
      const at = this.#rows[i * ROW]!;
      if (at <= until) all.push({ at, floorBytes: this.#rows[i * ROW + 1]!, besideBytes: this.#rows[i * ROW + 2]! });
    }
    return all;
  }

  #halve(): void {
    for (let i = 0; i < MOST_ROWS; i += 2) {
      const isFirst = this.#keeps === 'lower' && this.#rows[i * ROW + 1]! < this.#rows[(i + 1) * ROW + 1]!;
      const from = (isFirst ? i : i + 1) * ROW;
      this.#rows.copyWithin((i / 2) * ROW, from, from + ROW);
    }
    this.#count = MOST_ROWS / 2;
  }
}

const MOST_ROWS = 24;
const ROW = 3;
