/**
 * Where the attempts stand whose keys `RequestKeys` holds, in the same order: eight bytes each, so that a report can show the
 * lines of a request that came twice.
 *
 * Kept for as many attempts as are joined one by one; beyond that nobody asks.
 */
import type { Evidence } from './summary.ts';

export class PlaceList {
  readonly #full: Float64Array[] = [];
  #piece = NO_PLACES;
  #length = 0;
  #count = 0;

  /** @param place  byte offset; files of up to 64 GB each, and a hundred thousand of them, fit into the 53 bits of a number */
  add(file: number, place: number): void {
    if (this.#count === MOST_PLACES) return;
    this.#count++;
    if (this.#length === this.#piece.length) {
      if (this.#length > 0) this.#full.push(this.#piece);
      this.#piece = new Float64Array(Math.min(PIECE, Math.max(FIRST_PIECE, this.#length * 2)));
      this.#length = 0;
    }
    this.#piece[this.#length++] = file * FILE + place;
  }

  /** As the list of keys beside it: what was written once never changes again. */
  follow(other: PlaceList): void {
    this.#full.push(...other.#full);
    if (other.#length > 0) this.#full.push(other.#piece.subarray(0, other.#length));
    this.#count = other.#count;
  }

  pieces(): Float64Array[] {
    return [...this.#full, this.#piece.slice(0, this.#length)];
  }
}

/** @returns where it stands; when is not kept */
export function placeIn(packed: number): Evidence {
  const file = Math.floor(packed / FILE);
  return { file, place: packed - file * FILE, atMs: Number.NaN };
}

const FILE = 2 ** 36;
const NO_PLACES = new Float64Array(0);
const FIRST_PIECE = 256;
/** 256 KB. */
const PIECE = 32_768;
const MOST_PLACES = 200_000;
