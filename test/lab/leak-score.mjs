/** What is written down of a detector that looks at series again and again, and the table of several of them. */
import { Score, table } from './score.mjs';

/** Looks at a life: geometric, so that a long life is not looked at more often than a short one in proportion. */
export function* looks(length) {
  for (let at = 60; at < length; at = Math.ceil(at * 1.12)) yield at;
  yield length;
}

export class LeakScore {
  end = new Score();
  #everFalse = 0;
  #firstAlarms = [];
  slopeErrors = [];
  covered = 0;
  intervals = 0;

  /**
   * @param {boolean} truth  @param {boolean} said  at the end  @param {number | undefined} alarmedAt  first time it was said
   * @param {string} [kind]  of which every run draws as many
   */
  add(truth, said, alarmedAt, kind) {
    this.end.add(truth, said, kind);
    if (alarmedAt === undefined) return;
    if (truth) this.#firstAlarms.push(alarmedAt);
    else this.#everFalse++;
  }

  addSlope(truth, slope, interval) {
    if (Number.isFinite(slope)) this.slopeErrors.push(Math.abs(slope / truth - 1));
    if (interval === undefined) return;
    this.intervals++;
    if (interval.low <= truth && truth <= interval.high) this.covered++;
  }

  get medianSlopeError() {
    return middle(this.slopeErrors);
  }

  row(name) {
    const { precision, recall, f1, falseAlarm, quiet } = this.end;
    return [
      name,
      precision,
      recall,
      f1,
      `${falseAlarm} of ${falseAlarm + quiet}`,
      this.end.falsePositiveRate,
      this.#everFalse / (falseAlarm + quiet),
      middle(this.#firstAlarms),
      middle(this.slopeErrors),
      this.intervals === 0 ? '' : this.covered / this.intervals,
    ];
  }
}

export function detectorTable(rows) {
  table(
    ['detector', 'precision', 'recall', 'F1', 'false at the end', 'rate', 'ever false', 'first alarm at', 'slope error', 'covered'],
    rows,
  );
}

function middle(values) {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
