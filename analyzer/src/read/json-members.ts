/**
 * Walks over the members of an object, or the elements of an array, where its bytes lie.
 *
 * Of an envelope's object two or three members matter and the rest is identifiers; JSON.parse would make a string
 * of each. One walker is made per level and opened again for every object.
 */
export class JsonMembers {
  /** The member's name, between its quotes; both -1 in an array. */
  keyFrom = -1;
  keyTo = -1;
  /** The value with its quotes, braces or brackets. */
  valueFrom = 0;
  valueTo = 0;
  /** The bytes are no JSON: set when `next` gives up before the end. */
  isBroken = false;
  #bytes: Buffer = EMPTY;
  #at = 0;
  #to = 0;
  #isArray = false;
  #isFirst = true;

  /** @param from  index of the opening brace or bracket; when something else stands there, there are no members */
  open(bytes: Buffer, from: number, to: number): void {
    this.#bytes = bytes;
    this.#at = from + 1;
    this.#to = to;
    this.#isFirst = true;
    this.#isArray = bytes[from] === 0x5b;
    this.keyFrom = -1;
    this.keyTo = -1;
    this.isBroken = from >= to || (bytes[from] !== 0x5b && bytes[from] !== 0x7b);
  }

  /** @returns false when there is no further member, or when the bytes break off */
  next(): boolean {
    if (this.isBroken) return false;
    const bytes = this.#bytes;
    const to = this.#to;
    let at = afterBlanks(bytes, this.#at, to);
    if ((bytes[at] | 0x20) === 0x7d && at < to) return false;
    if (this.#isFirst) this.#isFirst = false;
    else if (at < to && bytes[at] === COMMA) at = afterBlanks(bytes, at + 1, to);
    else return this.#breakOff();
    if (at >= to) return this.#breakOff();
    if (!this.#isArray) {
      if (bytes[at] !== QUOTE) return this.#breakOff();
      this.keyFrom = at + 1;
      at = closingQuote(bytes, at + 1, to);
      if (at < 0) return this.#breakOff();
      this.keyTo = at;
      at = afterBlanks(bytes, at + 1, to);
      if (at >= to || bytes[at] !== COLON) return this.#breakOff();
      at = afterBlanks(bytes, at + 1, to);
    }
    const end = endOfValue(bytes, at, to);
    if (end < 0) {
      // Its beginning is still of use to whoever reads what is left of a broken file.
      this.valueFrom = at;
      this.valueTo = to;
      return this.#breakOff();
    }
    this.valueFrom = at;
    this.valueTo = end;
    this.#at = end;
    return true;
  }

  /** True when the member's name is this word; its first letter may be upper case, as PowerShell's and Kinesis' are. */
  isKey(word: Buffer): boolean {
    const length = word.length;
    const from = this.keyFrom;
    if (this.keyTo - from !== length) return false;
    const bytes = this.#bytes;
    if (bytes[from] !== word[0] && (bytes[from] | 0x20) !== word[0]) return false;
    for (let i = 1; i < length; i++) if (bytes[from + i] !== word[i]) return false;
    return true;
  }

  /** The value is a string that is not empty. */
  isText(): boolean {
    return this.#bytes[this.valueFrom] === QUOTE && this.valueTo - this.valueFrom > 2;
  }

  /** A short value as a string: text without its quotes, anything else as it stands. */
  text(): string {
    const bytes = this.#bytes;
    if (bytes[this.valueFrom] !== QUOTE) return bytes.toString('utf8', this.valueFrom, this.valueTo);
    const raw = bytes.toString('utf8', this.valueFrom + 1, this.valueTo - 1);
    if (!raw.includes('\\')) return raw;
    try {
      return JSON.parse(`"${raw}"`);
    } catch {
      return raw;
    }
  }

  #breakOff(): false {
    this.isBroken = true;
    return false;
  }
}

/** @returns index of the quote that closes the string whose first character is at `from`, or -1 */
function closingQuote(bytes: Buffer, from: number, to: number): number {
  let at = from;
  let stepped = Math.min(at + STEPPED_BYTES, to);
  for (;;) {
    while (at < stepped) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      at += byte === BACKSLASH ? 2 : 1;
    }
    if (at >= to) return -1;
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0 || quote >= to) return -1;
    let backslashes = 0;
    while (quote - 1 - backslashes >= at && bytes[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if ((backslashes & 1) === 0) return quote;
    at = quote + 1;
    stepped = Math.min(at + STEPPED_BYTES, to);
  }
}

/** Only the shortest strings are stepped through: asking for the next quote costs 10 ns. */
const STEPPED_BYTES = 4;

const EMPTY = Buffer.alloc(0);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

function afterBlanks(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  return at;
}

/** @returns index behind the value at `from`, or -1 */
function endOfValue(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from];
  if (from >= to) return -1;
  if (first === QUOTE) return closingQuote(bytes, from + 1, to) + 1 || -1;
  if ((first | 0x20) === 0x7b) {
    let depth = 1;
    for (let at = from + 1; at < to; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        at = closingQuote(bytes, at + 1, to);
        if (at < 0) return -1;
      } else if ((byte | 0x20) === 0x7b) {
        depth++;
      } else if ((byte | 0x20) === 0x7d && --depth === 0) {
        return at + 1;
      }
    }
    return -1;
  }
  let at = from;
  while (at < to && bytes[at] !== COMMA && (bytes[at] | 0x20) !== 0x7d && bytes[at] > 0x20) at++;
  return at === from ? -1 : at;
}
