/**
 * Takes the escapes out of a JSON string, from bytes into bytes.
 *
 * Nearly every log message in JSON holds at least one escape, its own line end, so this runs per event: no string
 * is made, and the same buffer serves all events.
 */
export class UnescapedText {
  /** Valid up to `length`; replaced when it grows. */
  bytes: Buffer = Buffer.allocUnsafe(4096);
  length = 0;

  /** @param from  first character behind the opening quote; `to` is the closing quote */
  take(source: Buffer, from: number, to: number): void {
    const end = to - from;
    if (this.bytes.length < end) this.bytes = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(end)));
    const bytes = this.bytes;
    // Copied as a whole and drawn together in place, since an escape is never shorter than what it stands for: half the
    // time of copying piece by piece.
    source.copy(bytes, 0, from, to);
    let at = 0;
    while (at < end && bytes[at] !== BACKSLASH) at++;
    let length = at;
    while (at < end) {
      const byte = bytes[at++];
      if (byte !== BACKSLASH || at === end) {
        bytes[length++] = byte;
        continue;
      }
      const escaped = bytes[at++];
      const plain = PLAIN[escaped];
      if (plain !== 0) {
        bytes[length++] = plain;
        continue;
      }
      let codePoint = escaped === LOWER_U && at + 4 <= end ? hexUnit(bytes, at) : -1;
      if (codePoint < 0) {
        // No escape of JSON: kept as it stands.
        bytes[length++] = BACKSLASH;
        bytes[length++] = escaped;
        continue;
      }
      at += 4;
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
        const isPair = codePoint <= 0xdbff && at + 6 <= end && bytes[at] === BACKSLASH && bytes[at + 1] === LOWER_U;
        const low = isPair ? hexUnit(bytes, at + 2) : -1;
        if (low >= 0xdc00 && low <= 0xdfff) {
          codePoint = 0x10000 + ((codePoint - 0xd800) << 10) + (low - 0xdc00);
          at += 6;
        } else {
          codePoint = 0xfffd;
        }
      }
      length = putCodePoint(bytes, length, codePoint);
    }
    this.length = length;
  }

  /** Takes a string, for values that had to be parsed. */
  takeString(text: string): void {
    const needed = text.length * 3;
    if (this.bytes.length < needed) this.bytes = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(needed)));
    this.length = this.bytes.write(text, 0, 'utf8');
  }
}

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** The byte that a backslash and this byte stand for. */
const PLAIN = new Uint8Array(256);
PLAIN[0x22] = 0x22;
PLAIN[0x5c] = 0x5c;
PLAIN[0x2f] = 0x2f;
PLAIN[0x62] = 0x08;
PLAIN[0x66] = 0x0c;
PLAIN[0x6e] = 0x0a;
PLAIN[0x72] = 0x0d;
PLAIN[0x74] = 0x09;

/** Four hexadecimal digits as a number, or -1. */
function hexUnit(source: Buffer, from: number): number {
  let unit = 0;
  for (let at = from; at < from + 4; at++) {
    const byte = source[at];
    const lower = byte | 0x20;
    let digit = -1;
    if (byte >= 0x30 && byte <= 0x39) digit = byte - 0x30;
    else if (lower >= 0x61 && lower <= 0x66) digit = lower - 0x57;
    if (digit < 0) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

function putCodePoint(bytes: Buffer, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    bytes[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    bytes[at] = 0xc0 | (codePoint >> 6);
    bytes[at + 1] = 0x80 | (codePoint & 0x3f);
    return at + 2;
  }
  if (codePoint < 0x10000) {
    bytes[at] = 0xe0 | (codePoint >> 12);
    bytes[at + 1] = 0x80 | ((codePoint >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (codePoint & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (codePoint >> 18);
  bytes[at + 1] = 0x80 | ((codePoint >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((codePoint >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (codePoint & 0x3f);
  return at + 4;
}
