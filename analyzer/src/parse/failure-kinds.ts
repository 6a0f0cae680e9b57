/**
 * The kinds of error lines seen so far, found again by a hash of what an error says apart from its ids and numbers.
 *
 * One failing dependency prints the same error a hundred thousand times. Decoding, redacting and masking each would
 * cost more than the rest of the scan; so the first of a kind is parsed, and its like are only counted.
 */
import { type ApplicationLine, parseApplicationLine } from './application-line.ts';
import { maskMessage } from './mask.ts';

export interface FailureKind {
  readonly type: string;
  readonly code: string | undefined;
  /** Redacted, of the first one seen. */
  readonly message: string;
  readonly maskedMessage: string;
  readonly stack: readonly string[];
  readonly causes: readonly string[];
  readonly thrownToRuntime: boolean;
  readonly outOfMemory: boolean;
}

export class FailureKinds {
  readonly kinds: FailureKind[] = [];
  readonly #byHash = new Map<number, number>();
  readonly #byIdentity = new Map<string, number>();

  /**
   * @param from  offset at which the error itself starts, after time, request id and level
   * @param line  offset at which the whole line starts
   * @returns the kind's number
   */
  numberOf(bytes: Buffer, line: number, from: number, to: number): number {
    const hash = hashOfWords(bytes, from, headEnd(bytes, from, Math.min(to, from + HASHED_BYTES)));
    const known = this.#byHash.get(hash);
    if (known !== undefined) return known;
    const number = this.add(parseApplicationLine(bytes.toString('utf8', line, to)));
    if (this.#byHash.size < MOST_HASHES) this.#byHash.set(hash, number);
    return number;
  }

  add(line: ApplicationLine): number {
    const error = line.errors[0];
    const message = error?.message ?? line.message;
    return this.intern({
      type: error?.type ?? 'logged error',
      code: error?.code,
      message,
      maskedMessage: maskMessage(message),
      stack: error?.stack ?? [],
      causes: line.errors.slice(1).map((cause) => `${cause.type}: ${cause.message}`),
      thrownToRuntime: line.thrownToRuntime,
      outOfMemory: HEAP_EXHAUSTED.test(message),
    });
  }

  intern(kind: FailureKind): number {
    const identity = `${kind.type}\u0000${kind.maskedMessage}\u0000${kind.thrownToRuntime}`;
    const known = this.#byIdentity.get(identity);
    if (known !== undefined) return known;
    if (this.kinds.length >= MOST_KINDS) return this.#overflow();
    this.kinds.push(kind);
    this.#byIdentity.set(identity, this.kinds.length - 1);
    return this.kinds.length - 1;
  }

  #overflow(): number {
    const last = this.kinds.length - 1;
    const other = this.kinds[last]!;
    if (other.type !== OTHER.type) this.kinds[last] = OTHER;
    return last;
  }
}

/** Type and message stand in front of the stack; two errors that agree that far but for numbers are one kind. */
const HASHED_BYTES = 320;
const MOST_HASHES = 100_000;
/** Distinct masked errors held at a time; a flood of unique texts must not take the memory with it. */
const MOST_KINDS = 20_000;
const OTHER: FailureKind = {
  type: 'other errors',
  code: undefined,
  message: 'more than 20,000 distinct error texts: the rest is counted here',
  maskedMessage: 'other',
  stack: [],
  causes: [],
  thrownToRuntime: false,
  outOfMemory: false,
};
const HEAP_EXHAUSTED = /heap out of memory|OutOfMemory|MemoryError/i;

/** A stack in text begins on a new line; one in JSON with its member. */
function headEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === 0x0a || byte === 0x0d) return at;
    if (byte === 0x73 && bytes[at - 1] === 0x22 && bytes[at + 1] === 0x74 && bytes[at + 2] === 0x61 && bytes[at + 3] === 0x63) return at;
  }
  return to;
}

/**
 * Hashes words and punctuation, and passes over what a mask would blank: digits, and tokens of eight or more hex
 * digits and dashes that hold a digit. Two independent 26-bit halves make one safe integer.
 */
export function hashOfWords(bytes: Uint8Array, from: number, to: number): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  let at = from;
  while (at < to) {
    const byte = bytes[at]!;
    if (IS_WORD[byte] === 0) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x85ebca6b);
      at++;
      continue;
    }
    let end = at;
    let hex = true;
    let digits = 0;
    while (end < to && IS_WORD[bytes[end]!] !== 0) {
      const kind = IS_WORD[bytes[end]!]!;
      if (kind === 1) hex = false;
      if (kind === 3) digits++;
      end++;
    }
    const skipWhole = hex && digits > 0 && end - at >= 8;
    if (!skipWhole) {
      const leading = IS_WORD[byte] === 3;
      for (let i = at; i < end; i++) {
        const one = bytes[i]!;
        if (leading && IS_WORD[one] === 3) continue;
        a = Math.imul(a ^ one, 0x01000193);
        b = Math.imul(b ^ one, 0x85ebca6b);
      }
    }
    at = end;
  }
  return (a >>> 6) * 0x4000000 + (b >>> 6);
}

/** 0 no word byte, 1 letter beyond hex, 2 hex letter or dash, 3 digit. */
const IS_WORD = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  if (/[0-9]/.test(char)) IS_WORD[byte] = 3;
  else if (/[a-fA-F-]/.test(char)) IS_WORD[byte] = 2;
  else if (/[g-zG-Z_]/.test(char)) IS_WORD[byte] = 1;
}
