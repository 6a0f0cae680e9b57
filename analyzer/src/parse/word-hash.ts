/**
 * What two lines have in common that differ in ids and numbers only, as one number, without making a string of either.
 */

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
