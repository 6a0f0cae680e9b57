/** Texts, rows and tables: exactly as wide as their place, whatever is in them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from '../../analyzer/src/wording-exports.ts';
import { cutText, fitLine, fitText, lineWidth, selectedLine, wrapText } from '../../tui/src/frame/fit.ts';
import { line, run, textOf } from '../../tui/src/frame/line.ts';
import { beside, panel } from '../../tui/src/frame/panel.ts';
import { type Column, table } from '../../tui/src/frame/table.ts';

const text = fc.string({ unit: fc.constantFrom('a', ' ', '漢', 'é', 'e\u0301', '👍', '─'), maxLength: 60 });

test('a fitted text takes its place and no column more, with wide letters and with accents', () => {
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom('left', 'right'),
      fc.constantFrom('end', 'middle'),
      (given, width, align, cut) => {
        expect(displayWidth(fitText(given, width, align, cut))).toBe(width);
      },
    ),
  );
});

test('a fitted row takes its place and no column more', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), fc.integer({ min: 0, max: 60 }), (texts, width) => {
      expect(lineWidth(fitLine(line(...texts), width))).toBe(width);
    }),
  );
});

test('a name of a megabyte costs no more than what is shown of it', () => {
  const name = `head${'x'.repeat(1_000_000)}tail`;
  expect(fitText(name, 12)).toBe('headxxxxxxx…');
  expect(cutText(name, 11, 'middle')).toBe('headx…xtail');
  expect(wrapText(name, 10, 2)).toHaveLength(1);
  expect(lineWidth(fitLine(line(`e${'\u0301'.repeat(1_000_000)}`), 5))).toBe(5);
});

test('a selected row is selected to its end', () => {
  const selected = selectedLine(line('a', run('b', 'bad')), 10);
  expect(lineWidth(selected)).toBe(10);
  expect(selected.every(({ isSelected }) => isSelected)).toBe(true);
});

test('a long sentence breaks at spaces and its last row says that more follows', () => {
  expect(wrapText('one two three four five six', 9, 2)).toEqual(['one two', 'three fo…']);
  expect(wrapText('one two', 9, 2)).toEqual(['one two']);
});

interface Row {
  readonly name: string;
  readonly count: number;
}
const COLUMNS: readonly Column<Row>[] = [
  { head: 'hurts', width: 6, align: 'right', cell: ({ count }) => String(count) },
  { head: 'function', width: 8, grows: true, cut: 'middle', cell: ({ name }) => run(name, 'strong') },
  { head: 'cold', width: 6, dropsAt: 2, cell: () => '1 %' },
  { head: 'p99', width: 6, dropsAt: 1, cell: () => '2 s' },
];

test('figures stand under the end of their head, and the cursor before the selected row', () => {
  const [head, first, second] = table(
    COLUMNS,
    [
      { name: 'checkout', count: 412 },
      { name: 'pricing', count: 2 },
    ],
    { width: 40, selected: 1 },
  ).map(textOf);
  expect(head).toBe('   hurts function          cold   p99   ');
  expect(first!.startsWith('     412 checkout')).toBe(true);
  expect(second!.startsWith('>      2 pricing')).toBe(true);
});

test('when the terminal is narrow the least important column goes, and what stays is whole', () => {
  const heads = (width: number) =>
    textOf(table(COLUMNS, [], { width })[0]!)
      .trim()
      .split(/ +/);
  expect(heads(40)).toEqual(['hurts', 'function', 'cold', 'p99']);
  expect(heads(26)).toEqual(['hurts', 'function', 'p99']);
  expect(heads(18)).toEqual(['hurts', 'function']);
});

test('panels side by side fill their widths to the column', () => {
  const lines = beside(panel('What hurts 漢', [line('x')], 20, 4), panel('', [], 15, 3));
  expect(lines.map(lineWidth)).toEqual([35, 35, 35, 20]);
  expect(textOf(lines[0]!)).toBe('┌─ What hurts 漢 ──┐┌─────────────┐');
});
