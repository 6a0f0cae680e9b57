/**
 * Recognises the lines that nobody will ask about: ordinary output of the request that is open in its stream.
 *
 * Two lines of three are such lines. A reader that may skim over them (see `EventSink.skim`) counts them and goes on,
 * without taking their time apart or calling anything; whatever is not surely ordinary takes the full way.
 */
import type { QuietTest } from '../read/event-sink.ts';
import type { JsonLineScanner } from './json-line-scanner.ts';
import { UUID_LENGTH } from './request-id.ts';
import type { StreamScan } from './stream-scan.ts';

export class QuietLines implements QuietTest {
  readonly #scan: StreamScan;
  readonly #json: JsonLineScanner;

  constructor(scan: StreamScan, json: JsonLineScanner) {
    this.#scan = scan;
    this.#json = json;
  }

  isQuiet(words: DataView, from: number, to: number): boolean {
    const scan = this.#scan;
    if (!scan.open || to - from < SHORTEST) return false;
    // Node's text: `ISO\tid\tINFO\t`.
    if (words.getUint8(from + 24) === TAB) {
      const level = words.getUint8(from + 62);
      return (level === INFO || level === DEBUG) && words.getUint8(from + 61) === TAB && scan.isLikelyUuid(words, from + 25);
    }
    if (words.getUint8(from) !== BRACE) return false;
    // A JSON logger writes its members in the same places line after line.
    const json = this.#json;
    const level = from + json.usualLevelAt;
    const id = from + json.usualIdAt;
    const message = from + json.usualMessageAt;
    // Behind the end a view throws; before its beginning nothing is asked for, because a member that was never found stands
    // at the brace, which is neither a level nor a message.
    return (
      level < to &&
      message < to &&
      id + UUID_LENGTH < to &&
      words.getUint8(level) === INFO &&
      words.getUint8(message) !== BRACE &&
      words.getUint8(level - 2) === COLON &&
      words.getUint8(level - 4) === LETTER_L &&
      words.getUint8(level - 8) === LETTER_L &&
      words.getUint8(message - 2) === COLON &&
      words.getUint8(message - 4) === LETTER_E &&
      scan.isLikelyUuid(words, id) &&
      words.getUint8(id + UUID_LENGTH) === QUOTE
    );
  }
}

/** Time, id and level of a Node line. */
const SHORTEST = 64;
const TAB = 0x09;
const INFO = 0x49;
const DEBUG = 0x44;
const BRACE = 0x7b;
const QUOTE = 0x22;
const COLON = 0x3a;
const LETTER_L = 0x6c;
const LETTER_E = 0x65;
