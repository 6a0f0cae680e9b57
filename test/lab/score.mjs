/** How often a detector was right: counts, and the shares that people compare. */

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
