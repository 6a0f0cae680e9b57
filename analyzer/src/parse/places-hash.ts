/**
 * Where a stack's frames stand, as a hash: what is minified says the same name of many functions, and only with its places
 * is it known which of them is meant.
 */
export function hashOfPlaces(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(to, from + MOST_BYTES);
  for (let at = from; at < end - 2; at++) {
    // `.js:1:2345`: everything up to the end of the two numbers.
    if (bytes[at] !== LETTER_J || bytes[at + 1] !== LETTER_S || bytes[at + 2] !== COLON) continue;
    for (at += 2; at < end && (bytes[at] === COLON || (bytes[at]! >= ZERO && bytes[at]! <= NINE)); at++)
      hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  }
  return hash >>> 0;
}

const MOST_BYTES = 4_000;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER_J = 0x6a;
const LETTER_S = 0x73;
