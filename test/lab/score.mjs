/**
 * How often a detector was right: counts, the shares that people compare, and how they stand against their bars.
 *
 * A share of ninety draws lies up to a tenth from the truth. Where the draws are known, the verdict says whether a bar was
 * reached or missed beyond that chance, so that the board of another seed does not say the opposite.
 */
import { clopperPearson } from '../../analyzer/dist/stats/clopper-pearson.js';
import { studentBound95 } from '../../analyzer/dist/stats/student-t.js';

export class Score {
  hit = 0;
  missed = 0;
  falseAlarm = 0;
  quiet = 0;

  #strata = new Map();

  /** @param {boolean} truth  @param {boolean} said  @param {string} stratum  what is drawn as often in every run: its class */
  add(truth, said, stratum = '') {
    if (truth) said ? this.hit++ : this.missed++;
    else said ? this.falseAlarm++ : this.quiet++;
    const counts = this.#strata.get(stratum) ?? this.#strata.set(stratum, { truth, said: 0, of: 0 }).get(stratum);
    counts.of++;
    if (said) counts.said++;
  }

  get precision() {
    return this.hit / (this.hit + this.falseAlarm);
  }

  get recall() {
    return this.hit / (this.hit + this.missed);
  }

  get f1() {
    return (2 * this.hit) / (2 * this.hit + this.falseAlarm + this.missed);
  }

  get falsePositiveRate() {
    return this.falseAlarm / (this.falseAlarm + this.quiet);
  }

  get falseFigure() {
    return shareFigure(this.falseAlarm, this.falseAlarm + this.quiet);
  }

  /** F1 as a figure. Its interval by the delta method, of shares that vary within each stratum and not between them. */
  get f1Figure() {
    const { hit, missed, falseAlarm, f1 } = this;
    const whole = 2 * hit + missed + falseAlarm;
    // Leaks are as many as were drawn: a hit more is a miss less.
    const [perHit, perFalseAlarm] = [(2 * (hit + missed + falseAlarm)) / whole ** 2, (2 * hit) / whole ** 2];
    let variance = 0;
    for (const { truth, said, of } of this.#strata.values()) {
      // Half a success and half a failure more: a share of none or all of three is not known for sure.
      const share = (said + 0.5) / (of + 1);
      variance += (truth ? perHit : perFalseAlarm) ** 2 * of * share * (1 - share);
    }
    const reach = Z_95 * Math.sqrt(variance);
    return {
      value: f1,
      interval: { low: Math.max(0, f1 - reach), high: Math.min(1, f1 + reach) },
      of: hit + missed + falseAlarm + this.quiet,
    };
  }
}

/** Two-sided 95 % point of the standard normal distribution. */
const Z_95 = 1.959964;

/**
 * A share as a figure, with its exact interval.
 *
 * @returns {{ value: number, interval?: { low: number, high: number }, of: number }}
 */
export function shareFigure(count, of, level = 0.95) {
  return of === 0 ? { value: Number.NaN, of } : { value: count / of, interval: clopperPearson(count, of, level), of };
}

/**
 * The mean of a few programs as a figure. Its interval says how far other programs of the same kind might have put it
 * (Student's t); their seeds move it much less.
 *
 * @param {number[]} values  one of each program, two or more
 */
export function meanFigure(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const reach = studentBound95(values.length - 1) * Math.sqrt(variance / values.length);
  return { value: mean, interval: { low: mean - reach, high: mean + reach }, of: `${values.length} programs` };
}

/**
 * The worst of several shares, each of its own draws: the level is divided among them, since the worst is picked after the fact.
 *
 * @param {number[][]} shares  count and of how many, each  @param {boolean} [least]  whether more is better
 */
export function worstShareFigure(shares, least = false) {
  const figures = shares.map(([count, of]) => shareFigure(count, of, 1 - 0.05 / shares.length));
  const worst = least ? Math.min : Math.max;
  const over = (of) => worst(...figures.map(of));
  return {
    value: over(({ value }) => value),
    interval: { low: over(({ interval }) => interval.low), high: over(({ interval }) => interval.high) },
    of: Math.min(...figures.map(({ of }) => of)),
  };
}

/**
 * A figure that has a bar: what must be reached, what is aimed at (the same where nothing is said), `least` where more is
 * better, and how it is written where three decimals would not do. An experiment's `run` returns a list of them.
 *
 * With an `interval` of 95 % a bar is missed only if all of the interval misses it; reached `within chance` if not all of it reaches.
 *
 * @param {{ value: number, must: number, aim?: number, least?: boolean, interval?: { low: number, high: number } | undefined, of?: number | string }} figure
 */
export function verdictOf({ value, must, aim = must, least = false, interval, of }) {
  if (value === undefined || Number.isNaN(value)) return 'not measured';
  const reaches = (some, bar) => (least ? some >= bar : some <= bar);
  const [bad, good] = interval === undefined ? [value, value] : least ? [interval.low, interval.high] : [interval.high, interval.low];
  if (!reaches(value, must)) return reaches(good, must) ? `cannot be told from ${of}` : 'MISSED';
  const word = reaches(value, aim) ? 'aim met' : 'must met';
  return reaches(bad, must) ? word : `${word}, within chance`;
}

/** @param figures  @param more  names of further cells that they carry, as a peer's figure or their seeds */
export function scoreboard(figures, more = []) {
  const isDrawn = figures.some(({ interval }) => interval !== undefined);
  table(
    ['figure', 'measured', ...(isDrawn ? ['95 %'] : []), 'must', 'aim', ...more, 'verdict'],
    figures.map((figure) => {
      const { what, value, must, aim = must, show = cell, interval } = figure;
      const between = interval === undefined ? '' : `${show(interval.low)} to ${show(interval.high)}`;
      const bars = [...(isDrawn ? [between] : []), show(must), show(aim)];
      return [what, show(value ?? Number.NaN), ...bars, ...more.map((name) => figure[name] ?? ''), verdictOf(figure)];
    }),
  );
}

/** A share as people say it; with one seed there may be nothing to share. */
export function percent(share) {
  return Number.isNaN(share) ? '-' : `${(share * 100).toFixed(2)} %`;
}

/** @param {string[]} head  @param {(string | number)[][]} rows  Markdown table; numbers get three decimals unless whole. */
export function table(head, rows) {
  const cells = [head, ...rows.map((row) => row.map(cell))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? `${'-'.repeat(width + 2)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  console.log([line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n'));
}

function cell(value) {
  if (typeof value === 'string') return value;
  if (Number.isNaN(value)) return '-';
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}
