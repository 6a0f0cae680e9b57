/**
 * Request ids as four 32-bit words: comparing and storing them must not make a string per line.
 *
 * Most ids are UUIDs and fit exactly. Others (26-character ids of web functions, masked `xxxxxxxx-…`) are
 * interned: their first word is a mark no version-4 UUID of ours is mistaken for, the second the intern number.
 */
export class RequestIds {
  /** The id that `read` found last. */
  id0 = 0;
  id1 = 0;
  id2 = 0;
  id3 = 0;
  /** Ids that are no UUID and are remembered; of older ones the text is forgotten, and a retry is not found any more. */
  mostTexts = Number.POSITIVE_INFINITY;
  /** Number of the first text that is still remembered. */
  #firstNumber = 0;
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /**
   * Reads the token that starts at `from`.
   * @returns the offset after it, or -1 when there is no token
   */
  read(bytes: Uint8Array, from: number, to: number): number {
    if (from + UUID_LENGTH <= to && this.#readUuid(bytes, from)) {
      const after = from + UUID_LENGTH;
      if (after === to || !isTokenByte(bytes[after]!)) return after;
    }
    let end = from;
    while (end < to && end - from < 128 && isTokenByte(bytes[end]!)) end++;
    if (end === from) return -1;
    this.intern(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1'));
    return end;
  }

  /** Takes an id that is a string already (from JSON). */
  set(text: string): void {
    if (text.length === UUID_LENGTH) {
      const scratch = Buffer.from(text, 'latin1');
      if (scratch.length === UUID_LENGTH && this.#readUuid(scratch, 0)) return;
    }
    this.intern(text);
  }

  intern(text: string): void {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      if (this.#texts.length >= this.mostTexts) this.#forgetOldest();
      number = this.#firstNumber + this.#texts.length;
      this.#texts.push(text);
      this.#numbers.set(text, number);
    }
    this.id0 = INTERNED;
    this.id1 = number;
    this.id2 = INTERNED;
    this.id3 = hashOf(text);
  }

  text(id0: number, id1: number, id2: number, id3: number): string {
    if (id0 === INTERNED && id2 === INTERNED) return this.#texts[id1 - this.#firstNumber] ?? '?';
    const hex = hex8(id0) + hex8(id1) + hex8(id2) + hex8(id3);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  #forgetOldest(): void {
    const gone = this.#texts.splice(0, Math.ceil(this.mostTexts / 4));
    for (const text of gone) this.#numbers.delete(text);
    this.#firstNumber += gone.length;
  }

  #readUuid(bytes: Uint8Array, from: number): boolean {
    if (bytes[from + 8] !== DASH || bytes[from + 13] !== DASH || bytes[from + 18] !== DASH || bytes[from + 23] !== DASH) return false;
    const a = word(bytes, from, from + 4);
    const b = word(bytes, from + 9, from + 14);
    const c = word(bytes, from + 19, from + 24);
    const d = word(bytes, from + 28, from + 32);
    if (a < 0 || b < 0 || c < 0 || d < 0) return false;
    this.id0 = a;
    this.id1 = b;
    this.id2 = c;
    this.id3 = d;
    return true;
  }
}

export const UUID_LENGTH = 36;
const DASH = 0x2d;
const INTERNED = 0xffffffff;

/** Value of each hex digit; 0x100 marks a byte that is none, so that one test finds a bad digit anywhere. */
const HEX = new Uint16Array(256).fill(0x100);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Two groups of four hex digits as an unsigned 32-bit number, or -1. */
function word(bytes: Uint8Array, high: number, low: number): number {
  const h0 = HEX[bytes[high]!]!;
  const h1 = HEX[bytes[high + 1]!]!;
  const h2 = HEX[bytes[high + 2]!]!;
  const h3 = HEX[bytes[high + 3]!]!;
  const l0 = HEX[bytes[low]!]!;
  const l1 = HEX[bytes[low + 1]!]!;
  const l2 = HEX[bytes[low + 2]!]!;
  const l3 = HEX[bytes[low + 3]!]!;
  if ((h0 | h1 | h2 | h3 | l0 | l1 | l2 | l3) & 0x100) return -1;
  return ((h0 << 28) | (h1 << 24) | (h2 << 20) | (h3 << 16) | (l0 << 12) | (l1 << 8) | (l2 << 4) | l3) >>> 0;
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function isTokenByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === DASH || byte === 0x5f
  );
}

/** FNV-1a, to spread interned ids in the retry join. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
