/**
 * Bytes put together from pieces, in one buffer that doubles when it is full.
 *
 * A line that crosses a hundred chunk edges is copied once per piece, never concatenated again and again.
 */
export class GrowingBytes {
  /** Valid up to `length`; replaced when it grows, so ask for it again after every append. */
  bytes: Buffer = Buffer.allocUnsafe(0);
  length = 0;

  append(source: Buffer, from: number, to: number): void {
    const needed = this.length + to - from;
    if (needed > this.bytes.length) this.#grow(needed);
    source.copy(this.bytes, this.length, from, to);
    this.length = needed;
  }

  appendByte(byte: number): void {
    if (this.length === this.bytes.length) this.#grow(this.length + 1);
    this.bytes[this.length++] = byte;
  }

  clear(): void {
    this.length = 0;
  }

  #grow(needed: number): void {
    let capacity = Math.max(this.bytes.length * 2, 4096);
    while (capacity < needed) capacity *= 2;
    const grown = Buffer.allocUnsafe(capacity);
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
