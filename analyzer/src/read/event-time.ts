/**
 * Reads the time of an event from a JSON value or a CSV field: epoch milliseconds or seconds, or ISO 8601.
 *
 * CloudWatch Logs writes milliseconds, the CLI's metrics seconds with a fraction or ISO, loggers any of them.
 */
import { IsoTime } from './iso-time.ts';

export class EventTime {
  readonly #iso = new IsoTime();

  /** @returns UTC epoch ms, or NaN when `bytes[from, to)`, with or without quotes, is no time */
  read(bytes: Buffer, from: number, to: number): number {
    if (bytes[from] === 0x22) {
      from++;
      to--;
    }
    let whole = 0;
    let at = from;
    while (at < to && at - from < LONGEST && isDigit(bytes[at])) whole = whole * 10 + bytes[at++] - ZERO;
    if (at - from >= SHORTEST) {
      let fraction = 0;
      if (bytes[at] === 0x2e && at < to) {
        at++;
        for (let scale = 0.1; at < to && isDigit(bytes[at]); scale /= 10) fraction += (bytes[at++] - ZERO) * scale;
      }
      if (at === to) return whole < SECONDS_END ? Math.round((whole + fraction) * 1000) : whole + fraction;
    }
    return this.#iso.read(bytes, from, to);
  }
}

const ZERO = 0x30;
/** Seconds since 2001 have ten digits. */
const SHORTEST = 10;
const LONGEST = 15;
/** As seconds this is the year 5138, as milliseconds 1973: nothing of Lambda is in doubt. */
const SECONDS_END = 1e11;

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}
