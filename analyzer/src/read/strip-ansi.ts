/**
 * Takes colours and other terminal sequences out of bytes.
 *
 * `aws logs tail` and `sam logs` colour their prefix when they believe to write to a terminal, and loggers
 * colour their levels everywhere: behind a colour code no time, stream or level would be recognised.
 *
 * Source of the forms: ECMA-48, "Control functions for coded character sets", 5th edition, section 5.4.
 */
import type { GrowingBytes } from './growing-bytes.ts';

export const ESCAPE = 0x1b;

/** True when [from, to) holds an escape byte. */
export function holdsAnsi(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] === ESCAPE) return true;
  }
  return false;
}

/** Appends [from, to) without its terminal sequences. Of a sequence that is cut off, only the escape byte goes. */
export function stripAnsi(bytes: Buffer, from: number, to: number, into: GrowingBytes): void {
  // An unclosed title would be looked for again at each escape byte: once not found, there is none.
  let mayHoldTitle = true;
  let kept = from;
  let at = from;
  while (at < to) {
    if (bytes[at] !== ESCAPE) {
      at++;
      continue;
    }
    into.append(bytes, kept, at);
    const second = bytes[at + 1];
    let end = at + 1;
    if (at + 1 < to && second === CONTROL_SEQUENCE) {
      end = endOfControlSequence(bytes, at + 2, to);
    } else if (at + 1 < to && second === SYSTEM_COMMAND && mayHoldTitle) {
      end = endOfSystemCommand(bytes, at + 2, to);
      mayHoldTitle = end > 0;
    } else if (at + 1 < to && second >= 0x40 && second <= 0x5f && second !== SYSTEM_COMMAND) {
      end = at + 2;
    }
    kept = end > 0 ? end : at + 1;
    at = kept;
  }
  into.append(bytes, kept, to);
}

const CONTROL_SEQUENCE = 0x5b;
const SYSTEM_COMMAND = 0x5d;
const BELL = 0x07;

function endOfControlSequence(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] >= 0x20 && bytes[at] <= 0x3f) at++;
  return at < to && bytes[at] >= 0x40 && bytes[at] <= 0x7e ? at + 1 : 0;
}

function endOfSystemCommand(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] === BELL) return at + 1;
    if (bytes[at] === ESCAPE && at + 1 < to && bytes[at + 1] === 0x5c) return at + 2;
  }
  return 0;
}
