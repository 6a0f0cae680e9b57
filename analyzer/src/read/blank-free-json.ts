/**
 * JSON as Lambda wrote it, whichever way a file lays it out: one line, no white space between its parts.
 *
 * What is compact already stays where it lies; what was printed for people is copied and drawn together.
 */
import { compactJson } from './compact-json.ts';
import { GrowingBytes } from './growing-bytes.ts';

export class BlankFreeJson {
  bytes: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  readonly #own = new GrowingBytes();

  take(bytes: Buffer, from: number, to: number): void {
    if (!isLaidOut(bytes, from, to)) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
      return;
    }
    this.#own.clear();
    this.#own.append(bytes, from, to);
    this.bytes = this.#own.bytes;
    this.from = 0;
    this.to = compactJson(this.bytes, 0, this.#own.length);
  }
}

/** White space behind the opening brace, or behind the first colon or comma, tells of the whole: printers are consistent. */
function isLaidOut(bytes: Buffer, from: number, to: number): boolean {
  if (isBlank(bytes[from + 1])) return true;
  const end = Math.min(to - 1, from + 64);
  for (let at = from + 1; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0x3a || byte === 0x2c) return bytes[at - 1] === 0x22 && isBlank(bytes[at + 1]);
  }
  return false;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
