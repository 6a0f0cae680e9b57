/** The overview as it is drawn, at fixed sizes and without a terminal. */
import { expect, test } from 'vitest';
import type { Report } from '../../analyzer/src/report/report.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import { overviewView } from '../../tui/src/model/overview-view.ts';
import { reportPicture } from '../../tui/src/model/report-picture.ts';
import { startShell, viewOf } from '../../tui/src/model/shell-state.ts';
import { headlineOf, REPORT_OVERVIEW } from '../../tui/src/screens/report-overview.ts';
import { oneFrame } from '../../tui/src/shell/one-frame.ts';
import { finding, healthyReport, leakingReport } from '../support/sample-report.ts';
import { expectPicture } from '../support/screen-picture.ts';

const SIZES = [
  [80, 24],
  [100, 30],
  [140, 45],
] as const;

test.each(SIZES)('at %i x %i the frame fills the terminal to the cell, and names what hurts', (width, height) => {
  const report = leakingReport();
  const picture = reportPicture(report, ['logs/'], 1);
  const screens = [REPORT_OVERVIEW];
  const lines = oneFrame({
    picture,
    screen: REPORT_OVERVIEW,
    screens,
    headline: headlineOf(picture),
    width,
    height,
    glyphs: 'braille',
    wallMs: 0,
  });
  expect(lines.map(lineWidth)).toEqual(Array(height).fill(width));
  const text = lines.map(textOf).join('\n');
  for (const word of ['pricing', 'checkout', report.findings[0]!.headline, 'WHY', 'since', 'NEXT', 'q quit']) expect(text).toContain(word);
});

test('every figure of a row stands under its head', () => {
  const lines = draw(leakingReport());
  const head = lines.find((line) => line.includes('hurt req'))!;
  const row = lines.find((line) => line.includes('2,320') && line.includes('checkout'))!;
  const endOf = (line: string, word: string) => line.indexOf(word) + word.length;
  expect(endOf(row, '2,320')).toBe(endOf(head, 'hurt req'));
  expect(endOf(row, '8.1 %')).toBe(endOf(head, 'share'));
  expect(row.indexOf('checkout')).toBe(head.indexOf('function'));
});

test('the cursor stands at the chosen function, and below are the findings of that one only', () => {
  const { rows } = overviewView(leakingReport(), ['logs/']);
  const lines = draw(leakingReport(), { selected: rows[1]!.name });
  const name = rows[1]!.name;
  expect(lines.filter((line) => line.startsWith('>'))).toEqual([expect.stringContaining(name)]);
  const below = lines.slice(lines.findIndex((line) => line.startsWith('>')) + 1).join('\n');
  expect(below).toContain(rows[1]!.findings[0]!.title);
  expect(below).not.toContain(rows[0]!.findings[0]!.title);
});

test('a function without findings says so', () => {
  expect(draw(healthyReport()).join('\n')).toContain('checkout: nothing was found');
});

test('three hundred functions scroll with the cursor, and the frame keeps its height', () => {
  const names = Array.from({ length: 300 }, (_, n) => `function-${String(n).padStart(3, '0')}`);
  const findings = names.map((functionName, n) => finding({ id: `F-${n + 1}`, functionName }));
  const view = { ...healthyReport(), findings };
  const lines = draw(view, { selected: 'function-250' });
  expect(lines.length).toBeLessThanOrEqual(17);
  expect(lines.find((line) => line.startsWith('>'))).toContain('function-250');
  expect(lines.join('\n')).toMatch(/rows \d+ to \d+ of 302/);
});

test('a long name is cut in its middle and the columns stay', () => {
  const functionName = `prod-${'very-'.repeat(10)}long-pricing`;
  const view = { ...healthyReport(), functions: [], findings: [finding({ id: 'F-1', functionName })] };
  const row = draw(view).find((line) => line.startsWith('>'))!;
  expect(row).toMatch(/prod-ver…g-pricing/);
  expect(row.indexOf('! FAILING')).toBe(
    draw(view)
      .find((line) => line.includes('verdict'))!
      .indexOf('verdict'),
  );
});

function draw(report: Report, given: { selected?: string; width?: number; height?: number } = {}): string[] {
  const { selected, width = 80, height = 17 } = given;
  const view = { ...viewOf(startShell('overview')), selected };
  return REPORT_OVERVIEW.draw({
    picture: reportPicture(report, ['logs/'], 1),
    state: undefined,
    view,
    width,
    height,
    glyphs: 'braille',
  }).map((line) => textOf(line).trimEnd());
}

test('the picture in the documentation is what the screen shows', async () => {
  const picture = reportPicture(leakingReport(), ['logs/'], 1);
  const lines = oneFrame({
    picture,
    screen: REPORT_OVERVIEW,
    screens: [REPORT_OVERVIEW],
    headline: headlineOf(picture),
    width: 100,
    height: 30,
    glyphs: 'braille',
    wallMs: Date.UTC(2026, 10, 21, 2, 14, 7),
  });
  await expectPicture('report-overview', 'nightlight watch: the overview of an export', lines, 100);
});
