/**
 * The newest lines of a source that cannot be read again: standard input, a receiver. A ring of fixed size; what fell
 * out of it is gone, and whoever asks is told so.
 *
 * Lines are redacted before they are kept: a dump of this process must not hold what the log of another should not have
 * held.
 */
import { redactLine } from '../parse/redact.ts';

export interface KeptLine {
  readonly atMs: number | undefined;
  readonly text: string;
}

export class KeptLines {
  readonly #capacity: number;
  readonly #places: Float64Array;
  readonly #times: Float64Array;
  readonly #texts: string[];
  /** Lines ever kept; the newest is `(count - 1) % capacity`. */
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#places = new Float64Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#texts = new Array<string>(capacity).fill('');
  }

  /** @param place  higher than that of the line before */
  keep(place: number, atMs: number, bytes: Buffer, from: number, to: number): void {
    const slot = this.#count % this.#capacity;
    this.#places[slot] = place;
    this.#times[slot] = atMs;
    const text = bytes.toString('utf8', from, Math.min(to, from + READ_BYTES));
    // Redacted before it is cut: half a token would not be known as one.
    this.#texts[slot] = PLATFORM_LINE.test(text) ? text : redactLine(text).slice(0, KEPT_CHARACTERS);
    this.#count++;
  }

  /**
   * @param around  lines before and after it
   * @returns the line at this place and its neighbours; undefined when it is not kept any more
   */
  at(place: number, around = 0): readonly KeptLine[] | undefined {
    const found = this.#find(place);
    if (found < 0) return undefined;
    const from = Math.max(this.#oldest(), found - around);
    const to = Math.min(this.#count - 1, found + around);
    return Array.from({ length: to - from + 1 }, (_, i) => this.#line(from + i));
  }

  #oldest(): number {
    return Math.max(0, this.#count - this.#capacity);
  }

  #line(number: number): KeptLine {
    const slot = number % this.#capacity;
    const atMs = this.#times[slot]!;
    return { atMs: Number.isNaN(atMs) ? undefined : atMs, text: this.#texts[slot]! };
  }

  /** Places rise, so half of what is left is ruled out at each look. */
  #find(place: number): number {
    let low = this.#oldest();
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = this.#places[middle % this.#capacity]!;
      if (here === place) return middle;
      if (here < place) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** Lines of the platform hold ids and numbers only, and are most of what comes. */
const PLATFORM_LINE = /^(START|END|REPORT) RequestId: [0-9a-f-]{36}[ -~\t]{0,400}\s*$/;
/** As much of a line as is read for a file's evidence, and as much as is shown. */
const READ_BYTES = 16_384;
const KEPT_CHARACTERS = 2_000;
