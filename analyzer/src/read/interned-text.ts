/**
 * Strings of short byte ranges that come again and again: the same bytes give the same string, made once.
 *
 * Names of services, routes and peers repeat in every span; turning them into strings anew costs more than all else that is
 * read of a span. The table has a fixed size: a new text takes the place of the old one with the same hash.
 */
export class InternedText {
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');
  readonly #bytes: Uint8Array[] = new Array<Uint8Array>(SLOTS).fill(NOTHING);

  of(source: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length === 0) return '';
    if (length > LONGEST) return source.toString('utf8', from, to);
    let hash = length;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + source[at]!) | 0;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#bytes[slot]!;
    if (known.length === length) {
      let at = 0;
      while (at < length && known[at] === source[from + at]) at++;
      if (at === length) return this.#texts[slot]!;
    }
    const text = source.toString('utf8', from, to);
    this.#bytes[slot] = Uint8Array.prototype.slice.call(source, from, to);
    this.#texts[slot] = text;
    return text;
  }
}

/** A power of two; with texts of at most 64 bytes the table stays below a megabyte. */
const SLOTS = 4096;
const LONGEST = 64;
const NOTHING = new Uint8Array(0);
