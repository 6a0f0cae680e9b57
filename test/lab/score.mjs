/** How often a detector was right: counts, the shares that people compare, and how they stand against their bars. */

export class Score {
  hit = 0;
  missed = 0;
  falseAlarm = 0;
  quiet = 0;

  /** @param {boolean} truth  @param {boolean} said */
  add(truth, said) {
    if (truth) said ? this.hit++ : this.missed++;
    else said ? this.falseAlarm++ : this.quiet++;
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
}

/**
 * A figure that has a bar: what must be reached, what is aimed at (the same where nothing is said), `least` where more is
 * better, and how it is written where three decimals would not do. An experiment's `run` returns a list of them.
 */
export function verdictOf({ value, must, aim = must, least = false }) {
  if (value === undefined || Number.isNaN(value)) return 'not measured';
  const reaches = (bar) => (least ? value >= bar : value <= bar);
  return reaches(aim) ? 'aim met' : reaches(must) ? 'must met' : 'MISSED';
}

/** @param figures  @param more  names of further cells that they carry, as a peer's figure or their seeds */
export function scoreboard(figures, more = []) {
  table(
    ['figure', 'measured', 'must', 'aim', ...more, 'verdict'],
    figures.map((figure) => {
      const { what, value, must, aim = must, show = cell } = figure;
      return [what, show(value ?? Number.NaN), show(must), show(aim), ...more.map((name) => figure[name] ?? ''), verdictOf(figure)];
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
