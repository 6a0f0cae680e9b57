/** The terminal that keys come from: standard input, or the controlling terminal itself while data comes in through a pipe. */
import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';

/** @returns undefined where there is no terminal to read keys from */
export function terminalOfKeys(stdin: NodeJS.ReadStream): NodeJS.ReadStream | undefined {
  if (stdin.isTTY === true) return stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}
