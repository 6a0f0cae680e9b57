/** The Node lines that the matrix is run on, and its tables. */
import type { NodeLine } from '../support/lambda/lambda-double.ts';

const ALL: readonly NodeLine[] = [20, 22, 24, 26];

/** `NODE_LINES=22,24 npm run matrix` leaves the others out. */
const wanted = process.env.NODE_LINES?.split(',');
export const MATRIX_LINES: readonly NodeLine[] = ALL.filter((line) => wanted === undefined || wanted.includes(String(line)));

/** @param verdicts  by `row line` */
export function printTable(
  title: string,
  rows: readonly string[],
  lines: readonly NodeLine[],
  verdicts: ReadonlyMap<string, string>,
): void {
  const width = Math.max(...rows.map((row) => row.length)) + 2;
  const row = (name: string, cell: (line: NodeLine) => string): string =>
    name.padEnd(width) + lines.map((line) => cell(line).padEnd(CELL_WIDTH)).join('');
  const sameCount = (line: NodeLine): number => rows.filter((name) => verdicts.get(`${name} ${line}`) === 'same').length;
  const text = [
    `\n${title}`,
    row('', (line) => `Node ${line}`),
    ...rows.map((name) => row(name, (line) => verdicts.get(`${name} ${line}`) ?? '-')),
    row('same', (line) => `${sameCount(line)} of ${rows.length}`),
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}

const CELL_WIDTH = 12;
