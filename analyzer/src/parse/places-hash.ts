/**
 * Where a stack's frames stand, as a hash: what is minified says the same name of many functions, and only with its places
 * is it known which of them is meant.
 */
export function hashOfPlaces(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(to, from + MOST_BYTES);
  for (let at = from + 1; at < end - 3; at++) {
    // `index.js:1:2345`, `task_queues:95:5`: two numbers behind a name. In a time of day a digit stands before the colon.
    if (bytes[at] !== COLON || !isDigit(bytes[at + 1]!) || !endsName(bytes[at - 1]!)) continue;
    let after = at + 2;
    while (after < end && isDigit(bytes[after]!)) after++;
    if (bytes[after] !== COLON || !isDigit(bytes[after + 1]!)) continue;
    for (; at < end && (bytes[at] === COLON || isDigit(bytes[at]!)); at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  }
  return hash >>> 0;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function endsName(byte: number): boolean {
  return (byte | LOWER_CASE) >= LETTER_A && (byte | LOWER_CASE) <= LETTER_Z;
}

const MOST_BYTES = 4_000;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER_A = 0x61;
const LETTER_Z = 0x7a;
const LOWER_CASE = 0x20;
