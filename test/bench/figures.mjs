/**
 * Figures of a bench, judged against what they must reach and printed as one table with the machine they were taken on.
 *
 * A figure: { figure, unit, median, low, high, runs, must?, aim?, verdict?, note? }.
 */
import { cpus, loadavg, totalmem } from 'node:os';

/** @param direction  `atLeast` where more is better, `atMost` where less is */
export function judged(value, { must, aim }, direction) {
  const reaches = (goal) => (direction === 'atLeast' ? value >= goal : value <= goal);
  if (!reaches(must)) return 'MISSED';
  return aim === undefined || reaches(aim) ? 'met' : 'met, short of aim';
}

export function printFigures(figures, how) {
  const rows = figures.map((each) => [
    each.figure,
    each.median === undefined ? '' : `${short(each.median)} ${each.unit}`,
    each.low === undefined ? '' : `${short(each.low)} to ${short(each.high)}`,
    each.runs === undefined ? '' : String(each.runs),
    each.must === undefined ? '' : `${each.must}${each.aim === undefined ? '' : ` / ${each.aim}`}`,
    each.verdict ?? '',
    each.note ?? '',
  ]);
  const table = [['figure', 'median', 'range', 'runs', 'must / aim', 'verdict', 'beside'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  console.log(machine(how));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
}

export function machine(how) {
  const [first] = cpus();
  const memoryGb = (totalmem() / 1024 ** 3).toFixed(0);
  const load = loadavg().map((value) => value.toFixed(1));
  return `${new Date().toISOString().slice(0, 16)}Z  ${cpus().length} x ${first?.model ?? 'unknown CPU'}, ${memoryGb} GiB, Node ${process.version}, load ${load.join(' ')}${how === undefined ? '' : `, ${how}`}`;
}

const short = (value) => {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 0.1 || size === 0 ? value.toPrecision(3) : value.toFixed(3);
};
