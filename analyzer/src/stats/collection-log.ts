/**
 * What full collections left, at most 24 of them however long the life: when the log is full, neighbours become one.
 *
 * Of two floors that V8 left the lower is nearer to the truth, since garbage that was missed only adds. The nearest two
 * become one, so that a burst of collections takes the place of a single one, and not of the life before it. Forced
 * collections miss nothing and come on a schedule: of every two of them the later stays.
 */
export interface Collection {
  /** Invocation number. */
  readonly at: number;
  /** Used heap that it left. */
  readonly floorBytes: number;
  /** V8's own: the lowest used heap shortly before it. Forced: external memory after it, NaN where nobody told. */
  readonly besideBytes: number;
  /** Collections that became this one, itself among them. */
  readonly count: number;
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
    if (this.#count === MOST_ROWS) this.#keeps === 'lower' ? this.#mergeNearest() : this.#halve();
    const start = this.#count * ROW;
    if (start === this.#rows.length) {
      const larger = new Float64Array(Math.min(MOST_ROWS * ROW, start * 2));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[start] = at;
    this.#rows[start + 1] = floorBytes;
    this.#rows[start + 2] = besideBytes;
    this.#rows[start + 3] = 1;
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
      const [at, floorBytes, besideBytes, count] = this.#rows.subarray(i * ROW, (i + 1) * ROW) as unknown as [
        number,
        number,
        number,
        number,
      ];
      if (at <= until) all.push({ at, floorBytes, besideBytes, count });
    }
    return all;
  }

  #mergeNearest(): void {
    let nearest = 0;
    let nearestGap = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < this.#count; i++) {
      const gap = this.#rows[(i + 1) * ROW]! - this.#rows[i * ROW]!;
      if (gap < nearestGap) [nearest, nearestGap] = [i, gap];
    }
    const [one, other] = [nearest * ROW, (nearest + 1) * ROW];
    const together = this.#rows[one + 3]! + this.#rows[other + 3]!;
    if (this.#rows[other + 1]! <= this.#rows[one + 1]!) this.#rows.copyWithin(one, other, other + ROW);
    this.#rows[one + 3] = together;
    this.#rows.copyWithin(other, other + ROW, this.#count * ROW);
    this.#count--;
  }

  #halve(): void {
    for (let i = 1; i < MOST_ROWS; i += 2) this.#rows.copyWithin((i >> 1) * ROW, i * ROW, (i + 1) * ROW);
    this.#count = MOST_ROWS / 2;
  }
}

const MOST_ROWS = 24;
const ROW = 4;
