/**
 * From which functions an error came, as far as it keeps two kinds of error apart that say the same.
 *
 * "Not found" is thrown at ten places of a program, and only the stack tells them apart. Lines, columns and folders change
 * with every deploy, so the names of the program's own functions are taken, the one that threw and its caller; and what
 * caused it, because "could not save" for a timeout and for a duplicate key are two failures.
 */
import type { ErrorFacts } from './application-line.ts';
import { maskMessage } from './mask.ts';
import { readFrame } from './stack-frames.ts';
import { hashOfWords } from './word-hash.ts';

/** @param errors  the error and its causes, outermost first */
export function originOf([error, ...causes]: readonly ErrorFacts[]): string {
  if (error === undefined) return '';
  const caused = causes.map(({ type, message }) => `${type}: ${maskMessage(message)}`);
  return [...ownFunctions(error.stack), ...caused].join('\u0001');
}

function ownFunctions(stack: readonly string[]): string[] {
  const names: string[] = [];
  for (const text of stack) {
    const { owner, name } = readFrame(text);
    if (owner !== 'own' || name === undefined || name === names.at(-1)) continue;
    names.push(name);
    if (names.length === MOST_FUNCTIONS) break;
  }
  return names;
}

/** With the caller of the one that threw: a function that throws for others says little by itself. */
const MOST_FUNCTIONS = 2;

/**
 * The same from the bytes of a line, as a hash and without making a string: the first functions of its stack, and what it
 * says of a cause. Whoever calls it holds the line's next like against a kind that is known already.
 *
 * @param from  where the stack begins, or anything before it
 */
export function hashOfOrigin(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(to, from + MOST_BYTES);
  let frames = 0;
  for (let at = frameAfter(bytes, from, end); at >= 0 && frames < MOST_FRAMES; at = frameAfter(bytes, at, end)) {
    frames++;
    for (; at < end && ENDS_NAME[bytes[at]!] === 0; at++) {
      const byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  const rest = bytes.subarray(from, Math.min(to, from + MOST_BYTES_TO_CAUSE));
  if (frames === 0 && rest.indexOf(PYTHON_FRAME) >= 0) hash ^= hashOfWords(rest, 0, Math.min(rest.length, PYTHON_BYTES));
  const cause = rest.indexOf(CAUSE);
  if (cause >= 0 && NAMES_CAUSE.has(rest[cause + CAUSE.length] ?? 0))
    hash = Math.imul(hash, 0x01000193) ^ hashOfWords(rest, cause, Math.min(rest.length, cause + CAUSE_BYTES));
  return hash >>> 0;
}

/** @returns the offset behind the next "at " that stands where a frame begins, -1 where there is none */
function frameAfter(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 2; at < to - 3; at++) {
    if (bytes[at] !== LETTER_A || bytes[at + 1] !== LETTER_T || bytes[at + 2] !== SPACE) continue;
    const before = bytes[at - 1]!;
    if ((before === SPACE && bytes[at - 2] === SPACE) || before === QUOTE || before === TAB) return at + 3;
  }
  return -1;
}

const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER_A = 0x61;
const LETTER_T = 0x74;
/** A name ends at the place behind it, or with its line, in text or in JSON. */
const ENDS_NAME = new Uint8Array(256);
for (const byte of [0x28, 0x0a, 0x0d, 0x22, 0x5c]) ENDS_NAME[byte] = 1;
const PYTHON_FRAME = Buffer.from('File ');
const CAUSE = Buffer.from('ause');
/** `"cause":`, `[cause]:`, `Caused by:`; not "because". */
const NAMES_CAUSE = new Set([0x22, 0x5d, 0x64]);
/** Behind frames of Node and of packages stands the program's own: six reach it in nearly every stack. */
const MOST_FRAMES = 6;
const MOST_BYTES = 1_200;
const MOST_BYTES_TO_CAUSE = 4_000;
const PYTHON_BYTES = 400;
const CAUSE_BYTES = 120;
