/** The overview as it is drawn, at fixed sizes and without a terminal. */
import { expect, test } from 'vitest';
import { type OverviewView, overviewView } from '../../tui/src/model/overview-view.ts';
import { drawOverview } from '../../tui/src/screens/draw-overview.tsx';
import { finding, healthyReport, leakingReport } from '../support/sample-report.ts';

const SIZES = [
  [80, 24],
  [100, 30],
  [140, 45],
] as const;

test.each(SIZES)('at %i x %i it fits, leaves the last row of the terminal free, and names what hurts', (columns, rows) => {
  const report = leakingReport();
  const lines = draw(overviewView(report, ['logs/']), { columns, rows });
  expect(lines.length).toBeLessThanOrEqual(rows - 1);
  for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
  const text = lines.join('\n');
  for (const word of ['pricing', 'checkout', report.findings[0]!.headline, 'why', 'since', 'next', 'q quit']) expect(text).toContain(word);
});

test('every figure of a row stands under its head', () => {
  const lines = draw(overviewView(leakingReport(), ['logs/']));
  const head = lines.find((line) => line.includes('hurt req'))!;
  const row = lines.find((line) => line.includes('2,320') && line.includes('checkout'))!;
  const endOf = (line: string, word: string) => line.indexOf(word) + word.length;
  expect(endOf(row, '2,320')).toBe(endOf(head, 'hurt req'));
  expect(endOf(row, '8.1 %')).toBe(endOf(head, 'share'));
  expect(row.indexOf('checkout')).toBe(head.indexOf('function'));
});

test('the cursor stands at the chosen function, and below are the findings of that one only', () => {
  const view = overviewView(leakingReport(), ['logs/']);
  const lines = draw(view, { chosen: 1 });
  const name = view.rows[1]!.name;
  expect(lines.filter((line) => line.startsWith(' >'))).toEqual([expect.stringContaining(name)]);
  const below = lines.slice(lines.findIndex((line) => line.startsWith(' >')) + 1).join('\n');
  expect(below).toContain(view.rows[1]!.findings[0]!.title);
  expect(below).not.toContain(view.rows[0]!.findings[0]!.title);
});

test('a function without findings says so', () => {
  expect(draw(overviewView(healthyReport(), ['logs/'])).join('\n')).toContain('checkout: nothing was found');
});

test('help lists the keys in place of the findings', () => {
  const text = draw(overviewView(leakingReport(), ['logs/']), { showsHelp: true }).join('\n');
  expect(text).toContain('read the inputs again');
  expect(text).not.toContain('    why');
});

test('while it reads again, it says so', () => {
  expect(draw(overviewView(leakingReport(), ['logs/']), { isReading: true }).join('\n')).toContain('READING AGAIN');
});

test('three hundred functions scroll with the cursor, and the frame keeps its height', () => {
  const names = Array.from({ length: 300 }, (_, n) => `function-${String(n).padStart(3, '0')}`);
  const findings = names.map((functionName, n) => finding({ id: `F-${n + 1}`, functionName }));
  const view = overviewView({ ...healthyReport(), findings }, ['logs/']);
  const lines = draw(view, { chosen: 250 });
  expect(lines.length).toBeLessThanOrEqual(23);
  expect(lines.find((line) => line.startsWith(' >'))).toContain('function-250');
  expect(lines.join('\n')).toMatch(/rows \d+ to \d+ of 302/);
});

test('a long name is cut in its middle and the columns stay', () => {
  const functionName = `prod-${'very-'.repeat(10)}long-pricing`;
  const view = overviewView({ ...healthyReport(), functions: [], findings: [finding({ id: 'F-1', functionName })] }, ['logs/']);
  const row = draw(view).find((line) => line.startsWith(' >'))!;
  expect(row).toMatch(/prod-ver…-pricing/);
  expect(row.indexOf('! FAILING')).toBe(
    draw(view)
      .find((line) => line.includes('verdict'))!
      .indexOf('verdict'),
  );
});

test('a terminal that is too small gets the headline and the size that is needed', () => {
  const text = draw(overviewView(leakingReport(), ['logs/']), { columns: 50, rows: 12 }).join(' ');
  expect(text).toContain('80x20');
});

function draw(view: OverviewView, given: Partial<Parameters<typeof drawOverview>[0]> = {}): string[] {
  return drawOverview({ view, chosen: 0, columns: 80, rows: 24, color: false, isReading: false, showsHelp: false, ...given }).split('\n');
}
