/**
 * Counts along a stream of any length in a fixed number of blocks: when the last one is full, neighbours are joined and
 * every block stands for twice as many requests.
 */

/** Joins neighbours in place; the upper half is free again. */
export function foldPairs(counts: Uint32Array): void {
  const half = counts.length >> 1;
  for (let block = 0; block < half; block++) counts[block] = counts[2 * block]! + counts[2 * block + 1]!;
  counts.fill(0, half);
}

export class FoldingBlocks {
  /** Requests that a block stands for. */
  width = 1;
  readonly counts: Uint32Array;

  /** @param size  number of blocks, a power of two */
  constructor(size: number) {
    this.counts = new Uint32Array(size);
  }

  /** @param index  the request's number, from 0 */
  add(index: number): void {
    while (index >= this.counts.length * this.width) {
      foldPairs(this.counts);
      this.width *= 2;
    }
    this.counts[Math.floor(index / this.width)]!++;
  }
}
