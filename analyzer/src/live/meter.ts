/**
 * How a source is doing: how many events came, how fast, how new they are, and whether it has fallen silent.
 *
 * Silent is judged by the source itself: a service that exports its metrics once a minute is not silent after ten
 * seconds. Clocks are not trusted: one that steps back changes no count, and makes nothing silent.
 */
export class Meter {
  eventCount = 0;
  /** Epoch ms; undefined before the first event with a time. */
  newestEventMs: number | undefined;
  /** Newest event less the clock when it came. */
  clockSkewMs: number | undefined;
  /** When something came last, by the clock. */
  lastArrivalMs: number | undefined;
  readonly #gapsMs: number[] = [];

  /** @param nowMs  the clock when it came; NaN for an event without a time */
  event(atMs: number, nowMs: number): void {
    this.eventCount++;
    if (this.newestEventMs !== undefined && !(atMs > this.newestEventMs)) return;
    if (Number.isNaN(atMs)) return;
    this.newestEventMs = atMs;
    this.clockSkewMs = atMs - nowMs;
  }

  /** Something came: once for each read, message or request. */
  arrived(nowMs: number): void {
    const gapMs = this.lastArrivalMs === undefined ? 0 : nowMs - this.lastArrivalMs;
    this.lastArrivalMs = nowMs;
    if (gapMs < SAME_ARRIVAL_MS) return;
    this.#gapsMs.push(gapMs);
    if (this.#gapsMs.length > MOST_GAPS) this.#gapsMs.shift();
  }

  /** @returns since when it has been silent for longer than three of its usual intervals */
  staleSince(nowMs: number): number | undefined {
    if (this.lastArrivalMs === undefined) return undefined;
    const allowedMs = Math.max(SHORTEST_SILENCE_MS, INTERVALS * this.#usualGapMs());
    return nowMs - this.lastArrivalMs > allowedMs ? this.lastArrivalMs : undefined;
  }

  /** Nine of ten gaps are at most this long: traffic comes in bursts, and what is between them is usual. */
  #usualGapMs(): number {
    if (this.#gapsMs.length === 0) return 0;
    const sorted = [...this.#gapsMs].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.9))]!;
  }
}

/** Reads that follow each other this closely belong to one writing. */
const SAME_ARRIVAL_MS = 200;
const MOST_GAPS = 64;
const INTERVALS = 3;
/** Three times the 5 s for which the agent and most exporters collect at least. */
const SHORTEST_SILENCE_MS = 15_000;

/** Events in a second, over the last ten of a clock that may step. */
export class Pace {
  readonly #seconds = new Float64Array(SECONDS).fill(Number.NaN);
  readonly #counts = new Float64Array(SECONDS);

  add(nowMs: number, eventCount: number): void {
    const second = Math.floor(nowMs / 1000);
    const slot = ((second % SECONDS) + SECONDS) % SECONDS;
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#counts[slot] = 0;
    }
    this.#counts[slot]! += eventCount;
  }

  perSecond(nowMs: number): number {
    const second = Math.floor(nowMs / 1000);
    let sum = 0;
    for (let slot = 0; slot < SECONDS; slot++) {
      const age = second - this.#seconds[slot]!;
      if (age >= 0 && age < SECONDS) sum += this.#counts[slot]!;
    }
    return sum / SECONDS;
  }
}

const SECONDS = 10;
