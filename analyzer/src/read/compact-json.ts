/**
 * Takes the white space out of JSON, byte by byte.
 *
 * `aws logs tail --format json`, `sam logs` and the CloudWatch console lay JSON events out over many lines.
 * Lambda wrote them without white space, and so do we, so that an event reads the same from every source.
 */

/** True when [from, to) is one whole object by its braces and quotes, with nothing but white space around. */
export function isWholeObject(bytes: Buffer, from: number, to: number): boolean {
  let depth = 0;
  let isOver = false;
  let at = from;
  while (at < to) {
    const byte = bytes[at++];
    if (isBlank(byte)) continue;
    if (isOver) return false;
    if (byte === QUOTE) {
      at = endOfString(bytes, at, to);
      if (at < 0) return false;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      if (depth < 0) return false;
      isOver = depth === 0;
    }
    if (depth === 0 && !isOver) return false;
  }
  return isOver;
}

/**
 * Moves the bytes of a whole object together, in place.
 * @returns index after the last byte kept
 */
export function compactJson(bytes: Buffer, from: number, to: number): number {
  let kept = from;
  let at = from;
  while (at < to) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = endOfString(bytes, at + 1, to);
      const stop = end < 0 ? to : end;
      if (kept !== at) bytes.copyWithin(kept, at, stop);
      kept += stop - at;
      at = stop;
      continue;
    }
    if (!isBlank(byte)) bytes[kept++] = byte;
    at++;
  }
  return kept;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Index after the closing quote of a string whose first character is at `from`; -1 when it does not close. */
function endOfString(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return -1;
}
