/**
 * The kinds of error lines seen so far, found again by a hash of what an error says apart from its ids and numbers.
 *
 * One failing dependency prints the same error a hundred thousand times. Decoding, redacting and masking each would
 * cost more than the rest of the scan; so the first of a kind is parsed, and its like are only counted.
 */
import { type ApplicationLine, type ErrorFacts, parseApplicationLine } from './application-line.ts';
import { hashOfOrigin, originOf } from './error-origin.ts';
import { maskMessage } from './mask.ts';
import { hashOfPlaces } from './places-hash.ts';
import type { SourceFrames } from './source-frames.ts';
import { hashOfWords } from './word-hash.ts';

export interface FailureKind {
  readonly type: string;
  readonly code: string | undefined;
  /** Redacted, of the first one seen. */
  readonly message: string;
  readonly maskedMessage: string;
  readonly stack: readonly string[];
  readonly causes: readonly string[];
  /** The whole chain, outermost first, for the fingerprint; absent where no error was printed. */
  readonly errors?: readonly ErrorFacts[];
  /** Functions that threw it and what caused it: the same words from somewhere else are another kind. */
  readonly origin?: string;
  readonly thrownToRuntime: boolean;
  readonly outOfMemory: boolean;
}

export class FailureKinds {
  readonly kinds: FailureKind[] = [];
  /** Where stacks of bundles are told in their sources; set before the first event, if at all. */
  sourceFrames: Pick<SourceFrames, 'resolve'> | undefined;
  readonly #byHash = new Map<number, number>();
  readonly #byIdentity = new Map<string, number>();
  readonly #most: number;

  constructor(most: number = MOST_KINDS) {
    this.#most = most;
  }

  /**
   * @param from  offset at which the error itself starts, after time, request id and level
   * @param line  offset at which the whole line starts
   * @returns the kind's number
   */
  numberOf(bytes: Buffer, line: number, from: number, to: number): number {
    const head = headEnd(bytes, from, Math.min(to, from + HASHED_BYTES));
    // Errors that agree but for the way that led there are counted together later. Here they are kinds of their own: a kind
    // keeps the stack of the first of it, and which was the first depends on who read which file.
    const hash = joined(hashOfWords(bytes, from, head), hashOfOrigin(bytes, head, to) ^ hashOfPlaces(bytes, head, to));
    const known = this.#byHash.get(hash);
    if (known !== undefined) return known;
    const read = parseApplicationLine(bytes.toString('utf8', line, to));
    const number = this.add(this.sourceFrames === undefined ? read : { ...read, errors: this.sourceFrames.resolve(read.errors) });
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
      ...(line.errors.length > 0 && { errors: line.errors.map(withoutDepth), origin: originOf(line.errors) }),
      thrownToRuntime: line.thrownToRuntime,
      outOfMemory: HEAP_EXHAUSTED.test(message),
    });
  }

  intern(kind: FailureKind): number {
    const said = `${kind.type}\u0000${kind.maskedMessage}\u0000${kind.thrownToRuntime}\u0000${kind.code ?? ''}`;
    const identity = `${said}\u0000${kind.origin ?? ''}\u0000${kind.stack.join('\n')}`;
    const known = this.#byIdentity.get(identity);
    if (known !== undefined) return known;
    if (this.kinds.length >= this.#most) return this.#overflow();
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
  message: 'more distinct error texts than are told apart: the rest is counted here',
  maskedMessage: 'other',
  stack: [],
  causes: [],
  thrownToRuntime: false,
  outOfMemory: false,
};
const HEAP_EXHAUSTED = /heap out of memory|OutOfMemory|MemoryError/i;

/** Who caused it is told by the first frames of a cause; twenty of each of eight would be kept for nothing. */
function withoutDepth(error: ErrorFacts, depth: number): ErrorFacts {
  return depth === 0 || error.stack.length <= MOST_FRAMES_OF_CAUSE
    ? error
    : { ...error, stack: error.stack.slice(0, MOST_FRAMES_OF_CAUSE) };
}

const MOST_FRAMES_OF_CAUSE = 8;

/** Both halves of the first are stirred with the second, so that the whole stays one safe integer. */
function joined(words: number, origin: number): number {
  const high = Math.floor(words / 0x4000000) ^ (origin >>> 6);
  const low = (words % 0x4000000) ^ (Math.imul(origin, 0x9e3779b1) >>> 6);
  return high * 0x4000000 + low;
}

/** A stack in text begins on a new line; one in JSON with its member. */
function headEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === 0x0a || byte === 0x0d) return at;
    if (byte === 0x73 && bytes[at - 1] === 0x22 && bytes[at + 1] === 0x74 && bytes[at + 2] === 0x61 && bytes[at + 3] === 0x63) return at;
  }
  return to;
}
