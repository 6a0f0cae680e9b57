/**
 * What one function did in each minute: the raw material of traffic, "since when" and storms.
 *
 * Columns are typed arrays indexed by minute, growing in both directions as minutes come into view. All are
 * integers but `busyMs`, so that series of two workers merge by plain addition. Counts take four bytes: four thousand million
 * a minute is more than any function serves.
 */
export const MINUTE_COLUMNS = ['invocations', 'failed', 'cold', 'timeouts', 'billedMs', 'busyMs'] as const;
export type MinuteColumn = (typeof MINUTE_COLUMNS)[number];

export class MinuteSeries {
  /** Epoch minute of column index 0; meaningless while `length` is 0. */
  firstMinute = 0;
  /** Minutes from the first to the last one seen, both included. */
  length = 0;
  invocations = new Uint32Array(0);
  failed = new Uint32Array(0);
  cold = new Uint32Array(0);
  timeouts = new Uint32Array(0);
  billedMs = new Float64Array(0);
  busyMs = new Float64Array(0);

  /**
   * @param atMs  epoch ms
   * @returns the index to add to, or -1 when the time is not known
   */
  at(atMs: number): number {
    if (!(atMs >= 0)) return -1;
    const minute = Math.floor(atMs / 60_000);
    const index = minute - this.firstMinute;
    if (index >= 0 && index < this.length) return index;
    return this.#reach(minute);
  }

  /** Forgets minutes before this one, an hour of them at a time at least, because the columns are moved. */
  forgetBefore(minute: number): void {
    const gone = Math.min(this.length, minute - this.firstMinute);
    if (gone < 60 && gone < this.length) return;
    this.#change(this, gone, this.length - gone, this.length - gone, 0);
    this.firstMinute += gone;
    this.length -= gone;
  }

  copyWith(): MinuteSeries {
    const made = new MinuteSeries();
    made.firstMinute = this.firstMinute;
    made.length = this.length;
    made.#change(this, 0, this.length, this.length, 0);
    return made;
  }

  merge(other: MinuteSeries): void {
    if (other.length === 0) return;
    this.at(other.firstMinute * 60_000);
    this.at((other.firstMinute + other.length - 1) * 60_000);
    const shift = other.firstMinute - this.firstMinute;
    for (const column of MINUTE_COLUMNS) {
      const mine = this[column];
      const theirs = other[column];
      for (let i = 0; i < other.length; i++) mine[i + shift]! += theirs[i]!;
    }
  }

  #reach(minute: number): number {
    if (this.length === 0) {
      this.firstMinute = minute;
      this.length = 1;
      this.#resize(64, 0);
      return 0;
    }
    const first = Math.min(minute, this.firstMinute);
    const last = Math.max(minute, this.firstMinute + this.length - 1);
    const length = last - first + 1;
    // A year of minutes; a clock that jumps further is wrong, and must not take the memory with it.
    if (length > 527_040) return -1;
    const shift = this.firstMinute - first;
    if (length > this.invocations.length || shift > 0) this.#resize(Math.max(64, Math.ceil(length * ROOM)), shift);
    this.firstMinute = first;
    this.length = length;
    return minute - first;
  }

  #resize(capacity: number, shift: number): void {
    this.#change(this, 0, Math.min(this.length, capacity - shift), capacity, shift);
  }

  /** Takes minutes of a series into new columns. */
  #change(of: MinuteSeries, from: number, length: number, capacity: number, shift: number): void {
    const part = <Column extends Uint32Array | Float64Array>(column: Column, room: Column): Column => {
      room.set(column.subarray(from, from + length), shift);
      return room;
    };
    this.invocations = part(of.invocations, new Uint32Array(capacity));
    this.failed = part(of.failed, new Uint32Array(capacity));
    this.cold = part(of.cold, new Uint32Array(capacity));
    this.timeouts = part(of.timeouts, new Uint32Array(capacity));
    this.billedMs = part(of.billedMs, new Float64Array(capacity));
    this.busyMs = part(of.busyMs, new Float64Array(capacity));
  }
}

/** An eighth in front of what comes: half as much again was most of what a watched function took on its second day. */
const ROOM = 1.125;
