/**
 * How long the requests of one function took, minute by minute, in as few bytes as the counts need.
 *
 * A minute has 96 counters, and of nearly every minute nearly all are 0: kept as they are, with the objects around them, a
 * day of 40 functions took 50 MB. So the two minutes that were added to last are counters, and all others are packed into
 * one run of bytes an hour: some 15 bytes a minute at five requests, 200 at thousands. Nothing is rounded, and a line that comes
 * late opens its minute again.
 */
import { LATENCY_BANDS_MS, type WarmLatency } from './picture.ts';

export class LatencyMinutes {
  /** Epoch hour -> its sixty minutes, each with its length before it. */
  readonly #hours = new Map<number, Uint8Array>();
  /** Those that were added to last, the last one first. */
  readonly #open: OpenMinute[] = [];

  /** @param minute  epoch minute */
  add(minute: number, durationMs: number, isOverBudget: boolean, count: number): void {
    if (Number.isNaN(minute)) return;
    const { latency } = this.#open[0]?.minute === minute ? this.#open[0] : this.#opened(minute);
    latency.add(durationMs, isOverBudget, count);
  }

  /** Adds what is known of a minute. @returns whether anything is */
  addTo(into: MinuteLatency, minute: number): boolean {
    const open = this.#open.find((each) => each.minute === minute);
    if (open !== undefined) {
      into.merge(open.latency);
      return true;
    }
    const bytes = this.#hours.get(Math.floor(minute / MINUTES));
    if (bytes === undefined) return false;
    const { from, to } = placeOf(bytes, minute);
    unpack(bytes, from, to, into.counts);
    return to > from;
  }

  /** As it stands now, for whoever looks while more comes. Packed hours are shared: they are replaced, never written to. */
  copy(): LatencyMinutes {
    const copy = new LatencyMinutes();
    for (const [hour, bytes] of this.#hours) copy.#hours.set(hour, bytes);
    for (const { minute, latency } of this.#open) {
      const counted = new MinuteLatency();
      counted.merge(latency);
      copy.#open.push({ minute, latency: counted });
    }
    return copy;
  }

  /** Adds all that another knows. */
  merge(other: LatencyMinutes): void {
    const told = new MinuteLatency();
    const minutes = [...other.#hours.keys()].flatMap((hour) => Array.from({ length: MINUTES }, (_, minute) => hour * MINUTES + minute));
    for (const minute of new Set([...minutes, ...other.#open.map((open) => open.minute)])) {
      if (other.addTo(told, minute)) this.#opened(minute).latency.merge(told);
      told.clear();
    }
  }

  /** Forgets hours that ended before this minute. */
  forgetBefore(minute: number): void {
    for (const hour of this.#hours.keys()) if ((hour + 1) * MINUTES <= minute) this.#hours.delete(hour);
  }

  /** What the packed minutes take. */
  get byteLength(): number {
    let bytes = 0;
    for (const { byteLength } of this.#hours.values()) bytes += byteLength;
    return bytes;
  }

  #opened(minute: number): OpenMinute {
    const at = this.#open.findIndex((each) => each.minute === minute);
    const open = at >= 0 ? this.#open.splice(at, 1)[0]! : this.#read(minute);
    this.#open.unshift(open);
    return open;
  }

  /** Packs the one that was not added to for longest, where there are enough, and takes its place. */
  #read(minute: number): OpenMinute {
    const open = this.#open.length < MOST_OPEN ? { minute, latency: new MinuteLatency() } : this.#packed(this.#open.pop()!);
    open.minute = minute;
    open.latency.counts.fill(0);
    this.addTo(open.latency, minute);
    return open;
  }

  #packed(open: OpenMinute): OpenMinute {
    const hour = Math.floor(open.minute / MINUTES);
    const bytes = this.#hours.get(hour) ?? new Uint8Array(MINUTES);
    const { head, to } = placeOf(bytes, open.minute);
    const length = pack(open.latency.counts);
    const made = new Uint8Array(head + length + bytes.length - to);
    made.set(bytes.subarray(0, head));
    made.set(PACKED.subarray(0, length), head);
    made.set(bytes.subarray(to), head + length);
    this.#hours.set(hour, made);
    return open;
  }
}

/** Of a picture: what was known of a function when it was made. */
export class KeptLatency implements WarmLatency {
  readonly #parts: readonly LatencyMinutes[];

  /** @param parts  that nobody adds to any more */
  constructor(parts: readonly LatencyMinutes[]) {
    this.#parts = parts;
  }

  static together(kept: readonly KeptLatency[]): KeptLatency {
    return new KeptLatency(kept.flatMap((each) => each.#parts));
  }

  /** Adds what is known of a minute. @returns whether anything is */
  addTo(into: MinuteLatency, minute: number): boolean {
    let isKnown = false;
    for (const part of this.#parts) if (part.addTo(into, minute)) isKnown = true;
    return isKnown;
  }

  between(first: number, last: number): ReturnType<WarmLatency['between']> {
    const told = new MinuteLatency();
    for (let minute = first; minute <= last; minute++) this.addTo(told, minute);
    const { warmCount } = told;
    const quantileMs = (share: number, fewest: number) => (warmCount >= fewest ? told.quantileMs(share) : undefined);
    return {
      sampleCount: warmCount,
      p50Ms: quantileMs(0.5, FEWEST_FOR_P50),
      p90Ms: quantileMs(0.9, FEWEST_FOR_P90),
      p99Ms: quantileMs(0.99, FEWEST_FOR_P99),
      p999Ms: quantileMs(0.999, FEWEST_FOR_P999),
    };
  }
}

/** Where the sample holds a bound of the percentile at 95 % (docs/thresholds.md). */
export const FEWEST_FOR_P50 = 6;
export const FEWEST_FOR_P99 = 368;
const FEWEST_FOR_P90 = 36;
const FEWEST_FOR_P999 = 3_688;

/** Warm attempts of one minute, and those that broke a budget. */
export class MinuteLatency {
  /** By duration in steps of 2^(1/4), then by band, then over budget. */
  readonly counts = new Uint32Array(COUNTERS);

  add(durationMs: number, isOverBudget: boolean, count: number): void {
    this.counts[stepOf(durationMs)]! += count;
    this.counts[STEPS + bandOf(durationMs)]! += count;
    if (isOverBudget) this.counts[OVER_BUDGET]! += count;
  }

  merge({ counts }: MinuteLatency): void {
    for (let i = 0; i < COUNTERS; i++) this.counts[i]! += counts[i]!;
  }

  clear(): void {
    this.counts.fill(0);
  }

  get warmCount(): number {
    let count = 0;
    for (let band = 0; band < LATENCY_BANDS_MS.length; band++) count += this.inBand(band);
    return count;
  }

  /** Succeeded, and took longer than a budget of the function allows. */
  get overBudgetCount(): number {
    return this.counts[OVER_BUDGET]!;
  }

  inBand(band: number): number {
    return this.counts[STEPS + band]!;
  }

  /** @returns the duration that this share of the attempts took at most */
  quantileMs(share: number): number {
    const wanted = share * this.warmCount;
    let passed = 0;
    for (let step = 0; step < STEPS; step++) {
      const count = this.counts[step]!;
      if (count === 0 || passed + count < wanted) {
        passed += count;
        continue;
      }
      return 2 ** ((step + (wanted - passed) / count) / STEPS_AN_OCTAVE) * SHORTEST_MS;
    }
    return Number.NaN;
  }
}

interface OpenMinute {
  minute: number;
  readonly latency: MinuteLatency;
}

/** Lines of the minute that has just ended still come while the next one has begun. */
const MOST_OPEN = 2;
const MINUTES = 60;
const SHORTEST_MS = 0.25;
const STEPS_AN_OCTAVE = 4;
/** From a quarter of a millisecond to fifteen minutes, the longest that Lambda allows. */
const STEPS = 88;
const OVER_BUDGET = STEPS + LATENCY_BANDS_MS.length;
const COUNTERS = OVER_BUDGET + 1;

function stepOf(durationMs: number): number {
  return Math.max(0, Math.min(STEPS - 1, Math.floor(Math.log2(durationMs / SHORTEST_MS) * STEPS_AN_OCTAVE)));
}

function bandOf(durationMs: number): number {
  let band = 0;
  while (durationMs >= LATENCY_BANDS_MS[band]!) band++;
  return Math.min(band, LATENCY_BANDS_MS.length - 1);
}

/** Of a counter that is not 0: how many zeros stand before it, and its count in groups of seven bits. Two bytes of length first. */
const PACKED = new Uint8Array(2 + COUNTERS * 6);

/** @returns how many bytes of `PACKED` are the minute, its length before it */
function pack(counts: Uint32Array): number {
  let at = 2;
  let zeros = 0;
  for (let i = 0; i < COUNTERS; i++) {
    let count = counts[i]!;
    if (count === 0) {
      zeros++;
      continue;
    }
    PACKED[at++] = zeros;
    zeros = 0;
    for (; count >= 0x80; count >>>= 7) PACKED[at++] = (count & 0x7f) | 0x80;
    PACKED[at++] = count;
  }
  const length = at - 2;
  if (length >= 0x80) {
    PACKED[0] = (length & 0x7f) | 0x80;
    PACKED[1] = length >>> 7;
    return at;
  }
  // A short length takes one byte: the minute moves up to it.
  PACKED.copyWithin(1, 2, at);
  PACKED[0] = length;
  return at - 1;
}

function unpack(bytes: Uint8Array, from: number, to: number, into: Uint32Array): void {
  let counter = 0;
  for (let at = from; at < to; ) {
    counter += bytes[at++]!;
    let count = 0;
    let byte = 0;
    let shift = 0;
    do {
      byte = bytes[at++]!;
      count |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    into[counter++]! += count >>> 0;
  }
}

/** Where the length of a minute stands in its hour, and where the minute itself. */
function placeOf(bytes: Uint8Array, minute: number): { readonly head: number; readonly from: number; readonly to: number } {
  let before = minute - Math.floor(minute / MINUTES) * MINUTES;
  let head = 0;
  for (;;) {
    const isLong = bytes[head]! >= 0x80;
    const from = head + (isLong ? 2 : 1);
    const to = from + (isLong ? (bytes[head]! & 0x7f) | (bytes[head + 1]! << 7) : bytes[head]!);
    if (before-- === 0) return { head, from, to };
    head = to;
  }
}
