/**
 * Lines that no parser understood, counted by form: "1,204 of 98,331 events not understood, 3 shapes".
 *
 * The form is the beginning of the line with numbers and ids blanked. A hash of it finds the counter again, so the
 * text of a form is made once; it is redacted because it is shown.
 */

import { maskMessage } from './mask.ts';
import { redactLine } from './redact.ts';
import { hashOfWords } from './word-hash.ts';

export interface ShapeCount {
  readonly shape: string;
  count: number;
  readonly file: number;
  readonly place: number;
  readonly atMs: number;
}

export class ShapeCounts {
  readonly #byHash = new Map<number, ShapeCount>();
  readonly #byShape = new Map<string, ShapeCount>();

  bare(bytes: Buffer, from: number, to: number, file: number, place: number, atMs: number): void {
    this.#count(bytes, from, to, file, place, atMs, '');
  }

  json(bytes: Buffer, from: number, to: number, file: number, place: number, atMs: number): void {
    this.#count(bytes, from, to, file, place, atMs, 'JSON ');
  }

  values(): Iterable<ShapeCount> {
    return this.#byShape.values();
  }

  #count(bytes: Buffer, from: number, to: number, file: number, place: number, atMs: number, kind: string): void {
    const hash = hashOfWords(bytes, from, Math.min(to, from + HEAD_BYTES));
    let counter = this.#byHash.get(hash);
    if (counter === undefined) {
      const full = this.#byShape.size >= MOST_SHAPES;
      const shape = full ? `${kind}other forms` : `${kind}${maskMessage(headOf(bytes, from, to))}`;
      counter = this.#byShape.get(shape);
      if (counter === undefined) {
        counter = { shape, count: 0, file, place, atMs };
        this.#byShape.set(shape, counter);
      }
      if (this.#byHash.size < MOST_HASHES) this.#byHash.set(hash, counter);
    }
    counter.count++;
  }
}

/** Redaction comes before the cut: half a token, or an address without its end, would not be known for one. */
function headOf(bytes: Buffer, from: number, to: number): string {
  return redactLine(bytes.toString('utf8', from, Math.min(to, from + READ_BYTES))).slice(0, HEAD_BYTES);
}

/** Enough to tell one log statement from another; the values stand further right. */
const HEAD_BYTES = 48;
/** Far more than is shown, because redaction shortens. */
const READ_BYTES = 2_048;
const MOST_SHAPES = 200;
const MOST_HASHES = 20_000;
