/**
 * Attempts of one stream that follow each other and differ in nothing but their moment, counted by one comparison and one
 * addition each.
 *
 * A busy sandbox serves a million plain attempts: none failed, none was a cold start, all of one version. They are given to
 * the series of their function once for each bin of time, and at the end.
 */

import { AGE_ENDS, AGES, type AttemptValues, ageGroupOf, HOUR_MS, hourOf } from './attempt-rules.ts';
import { type AttemptSeries, binAt, binStartMs } from './attempt-series.ts';

export class AttemptRun {
  #series: AttemptSeries | undefined;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  /** Attempts until the sandbox comes of another age. */
  #left = 0;
  #version: string | undefined;
  #age: string | undefined;

  copyWith(copy: <T>(value: T) => T): AttemptRun {
    const made = new AttemptRun();
    made.#series = copy(this.#series);
    made.#fromMs = this.#fromMs;
    made.#toMs = this.#toMs;
    made.#count = this.#count;
    made.#left = this.#left;
    made.#version = this.#version;
    made.#age = this.#age;
    return made;
  }

  /**
   * A warm attempt that went well, behind another one that did.
   *
   * @param ordinal  in its sandbox, from 0; NaN where nobody knows
   */
  addPlain(series: AttemptSeries, version: string, ordinal: number, startMs: number): void {
    if (startMs >= this.#fromMs && startMs < this.#toMs && this.#left > 0) {
      this.#count++;
      this.#left--;
      return;
    }
    this.end();
    if (!(startMs >= 0)) {
      series.add(Number.NaN, NOTHING);
      return;
    }
    const bin = binAt(startMs, series.level);
    this.#fromMs = Math.max(binStartMs(bin, series.level), Math.floor(startMs / HOUR_MS) * HOUR_MS);
    this.#toMs = Math.min(binStartMs(bin + 1, series.level), (Math.floor(startMs / HOUR_MS) + 1) * HOUR_MS);
    this.#series = series;
    this.#version = version;
    const age = Number.isNaN(ordinal) ? undefined : ageGroupOf(ordinal);
    this.#age = age === undefined ? undefined : AGES[age];
    this.#left = age === undefined ? Number.POSITIVE_INFINITY : AGE_ENDS[age] - ordinal - 1;
    this.#count = 1;
  }

  /** Gives what was counted; the next attempt begins another run. */
  end(): void {
    if (this.#count > 0) {
      VALUES[0] = 'no';
      VALUES[1] = this.#version;
      VALUES[2] = hourOf(this.#fromMs);
      VALUES[3] = this.#age;
      VALUES[4] = 'went well';
      this.#series!.add(this.#fromMs, VALUES, this.#count);
    }
    this.#count = 0;
    this.#toMs = Number.NEGATIVE_INFINITY;
  }
}

const NOTHING: AttemptValues = [];
/** Used again for each run; a series keeps none of it. */
const VALUES: AttemptValues = [undefined, undefined, undefined, undefined, undefined, undefined];
