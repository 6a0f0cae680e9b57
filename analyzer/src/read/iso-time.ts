/**
 * Reads an ISO 8601 date and time from bytes, where it stands.
 *
 * A line of a log begins with one, so this runs per line: no string, and the day is only worked out when it
 * changes. A blank in place of the T, a comma before the fraction and a missing zone are accepted, since
 * Python, Java and the CloudWatch console print those.
 */
export class IsoTime {
  /** Index after the time that was read last. */
  end = 0;
  zone: 'utc' | 'offset' | 'none' = 'none';
  /** Digits after the second; 0 when there is no fraction. */
  fractionDigits = 0;
  #day = -1;
  #dayEpochMs = 0;

  /** @returns UTC epoch ms (a time without a zone is taken as UTC), or NaN when no time begins at `from` */
  read(bytes: Buffer, from: number, to: number): number {
    if (to - from < SHORTEST) return Number.NaN;
    if (bytes[from + 4] !== DASH || bytes[from + 7] !== DASH || bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return Number.NaN;
    const middle = bytes[from + 10];
    if (middle !== 0x54 && middle !== SPACE) return Number.NaN;
    const century = two(bytes, from);
    const year = two(bytes, from + 2);
    const month = two(bytes, from + 5);
    const day = two(bytes, from + 8);
    const hour = two(bytes, from + 11);
    const minute = two(bytes, from + 14);
    const second = two(bytes, from + 17);
    if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return Number.NaN;
    const dayKey = ((century * 100 + year) * 13 + month) * 32 + day;
    if (dayKey !== this.#day) {
      this.#day = dayKey;
      this.#dayEpochMs = dayStartMs(century * 100 + year, month, day);
    }
    let at = from + SHORTEST;
    let fraction = 0;
    let digits = 0;
    if (at + 1 < to && (bytes[at] === DOT || bytes[at] === COMMA) && isDigit(bytes[at + 1])) {
      at++;
      let scale = 100;
      while (at < to && isDigit(bytes[at]) && digits < 9) {
        fraction += (bytes[at] - ZERO) * scale;
        scale /= 10;
        digits++;
        at++;
      }
      // Millionths summed in tenths drift in the last bit; the ms themselves must compare equal.
      fraction = digits <= 3 ? Math.round(fraction) : Math.round(fraction * 1e6) / 1e6;
    }
    this.fractionDigits = digits;
    let offsetMs = 0;
    this.zone = 'none';
    if (at < to && bytes[at] === 0x5a) {
      this.zone = 'utc';
      at++;
    } else if (at + 5 <= to && (bytes[at] === PLUS || bytes[at] === DASH)) {
      const minutesAt = bytes[at + 3] === COLON ? at + 4 : at + 3;
      const hours = two(bytes, at + 1);
      const minutes = minutesAt + 2 <= to ? two(bytes, minutesAt) : -1;
      if (hours >= 0 && hours <= 14 && minutes >= 0 && minutes <= 59) {
        offsetMs = (bytes[at] === DASH ? -1 : 1) * (hours * 60 + minutes) * 60_000;
        this.zone = 'offset';
        at = minutesAt + 2;
      }
    }
    this.end = at;
    return this.#dayEpochMs + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offsetMs;
  }
}

/** `YYYY-MM-DDTHH:MM:SS` */
const SHORTEST = 19;
const ZERO = 0x30;
const DASH = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const DOT = 0x2e;
const COMMA = 0x2c;
const PLUS = 0x2b;

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

/** Two digits as a number, or -1. */
function two(bytes: Buffer, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function dayStartMs(year: number, month: number, day: number): number {
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}
