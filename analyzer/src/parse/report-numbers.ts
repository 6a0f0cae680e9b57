/**
 * The numbers of an ordinary REPORT line, read straight from its bytes.
 *
 * Nine of ten platform lines that matter are this one, in this form, so it has a reader of its own; anything that
 * differs in a single byte goes to the key scan of `platform-line.ts`, which decides.
 */
export class ReportNumbers {
  durationMs = 0;
  billedMs = 0;
  memorySizeMb = 0;
  maxMemoryMb = 0;
  /** NaN when the line has none. */
  initMs = Number.NaN;
  #at = 0;

  /**
   * @param from  offset right after the request id
   * @returns false when the line is not of the ordinary form; the numbers are then meaningless
   */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    // Each key is told by its tab, its capital, its colon and the digit that must follow: with numbers in between, no
    // other line of the platform has them at these distances.
    if (bytes[from] !== TAB || bytes[from + 1] !== 0x44 || bytes[from + 9] !== COLON) return false;
    this.durationMs = this.#number(bytes, from + 11, to);
    let at = this.#at;
    if (bytes[at + 1] !== 0x6d || bytes[at + 3] !== TAB || bytes[at + 4] !== 0x42 || bytes[at + 19] !== COLON) return false;
    this.billedMs = this.#number(bytes, at + 21, to);
    at = this.#at;
    if (bytes[at + 1] !== 0x6d || bytes[at + 3] !== TAB || bytes[at + 5] !== 0x65 || bytes[at + 15] !== COLON) return false;
    this.memorySizeMb = this.#number(bytes, at + 17, to);
    at = this.#at;
    if (bytes[at + 1] !== 0x4d || bytes[at + 3] !== TAB || bytes[at + 5] !== 0x61 || bytes[at + 19] !== COLON) return false;
    this.maxMemoryMb = this.#number(bytes, at + 21, to);
    at = this.#at;
    this.initMs = Number.NaN;
    if (bytes[at + 1] !== 0x4d || bytes[at + 2] !== 0x42) return false;
    at += 3;
    if (at + INIT.length < to && follows(bytes, at, to, INIT)) {
      this.initMs = this.#number(bytes, at + INIT.length, to);
      at = this.#at;
      if (!follows(bytes, at, to, MILLISECONDS)) return false;
      at += MILLISECONDS.length;
    }
    // A key whose number is missing was not read.
    if (!(this.durationMs >= 0 && this.billedMs >= 0 && this.memorySizeMb >= 0 && this.maxMemoryMb >= 0)) return false;
    while (at < to && bytes[at]! <= 0x20) at++;
    return at === to;
  }

  #number(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    let whole = 0;
    while (at < to && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) {
      whole = whole * 10 + (bytes[at]! - 0x30);
      at++;
    }
    if (bytes[at] === 0x2e) {
      let scale = 1;
      at++;
      while (at < to && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) {
        whole = whole * 10 + (bytes[at]! - 0x30);
        scale *= 10;
        at++;
      }
      this.#at = at;
      return whole / scale;
    }
    this.#at = at;
    return at === from ? Number.NaN : whole;
  }
}

const TAB = 0x09;
const COLON = 0x3a;
const INIT = Buffer.from('\tInit Duration: ');
const MILLISECONDS = Buffer.from(' ms');

function follows(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  if (at + word.length > to) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}
