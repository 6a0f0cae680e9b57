/**
 * Turns wall-clock time of a named zone into UTC, for the tools that print local time without saying so
 * (the Serverless Framework, text copied from the CloudWatch console).
 *
 * Of the hour that a zone passes twice in autumn, the earlier is taken; nothing in such a log tells them apart.
 */
export class LocalClock {
  readonly #format: Intl.DateTimeFormat | undefined;
  #cachedFor = Number.NaN;
  #cachedOffsetMs = 0;

  /** @param timeZone  IANA name; UTC when absent. An unknown name throws a RangeError. */
  constructor(timeZone?: string) {
    if (timeZone === undefined || timeZone === 'UTC') return;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** @param wallMs  what the clock on the wall shows, written as if it were UTC epoch ms */
  toEpochMs(wallMs: number): number {
    if (this.#format === undefined || !Number.isFinite(wallMs)) return wallMs;
    // No zone changes its offset within a quarter of an hour.
    const quarter = Math.floor(wallMs / QUARTER_MS);
    if (quarter !== this.#cachedFor) {
      this.#cachedFor = quarter;
      const wall = quarter * QUARTER_MS;
      const dayBefore = this.#offsetMs(wall - DAY_MS);
      const earlier = wall - dayBefore;
      // On both sides of a change, the offset in force at the instant found must lead back to the wall time.
      this.#cachedOffsetMs = this.#offsetMs(earlier) === dayBefore ? dayBefore : this.#offsetMs(wall - this.#offsetMs(earlier));
    }
    return wallMs - this.#cachedOffsetMs;
  }

  #offsetMs(epochMs: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format!.formatToParts(epochMs)) part[type] = Number(value);
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - epochMs;
  }
}

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;
