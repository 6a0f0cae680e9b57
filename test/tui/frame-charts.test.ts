/** Charts in cells: what is known is drawn, what is not is a `?`, and both in braille, in blocks and in ASCII. */
import { expect, test } from 'vitest';
import { bar } from '../../tui/src/frame/bar.ts';
import { type Chart, drawChart, pointsFrom } from '../../tui/src/frame/chart.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { heatmap } from '../../tui/src/frame/heatmap.ts';
import { type Line, textOf } from '../../tui/src/frame/line.ts';
import { sparkline } from '../../tui/src/frame/sparkline.ts';

const GLYPHS = ['braille', 'blocks', 'ascii'] as const;
const ASCII = /^[\x20-\x7e]*$/;

test('a sparkline shows a spike that shares its cell, and a gap as a gap', () => {
  const values = [...Array(10).fill(1), 8, ...Array(9).fill(1), undefined, undefined, 0, 0];
  expect(textOf(sparkline(values, { width: 12, glyphs: 'blocks' }))).toBe('▂▂▂▂▂█▂▂▂▂?▁');
  expect(textOf(sparkline([undefined, 0, 4], { width: 5, glyphs: 'ascii' }))).toBe('  ?_#');
});

test('a bar is never empty for something and never longer than its place', () => {
  expect(textOf(bar(0, 6, 'blocks'))).toBe('      ');
  expect(textOf(bar(0.001, 6, 'blocks'))).toBe('·     ');
  expect(textOf(bar(0.5, 6, 'blocks', 'plain', true))).toBe('▓▓▓░░░');
  expect(textOf(bar(7, 6, 'ascii'))).toBe('******');
  expect(textOf(bar(Number.NaN, 3, 'ascii'))).toBe('   ');
});

const CHART: Chart = {
  x: { from: 100, to: 119 },
  y: { to: 100, label: (value) => String(Math.round(value)) },
  series: [
    {
      points: pointsFrom(100, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100, 100, undefined, undefined, 50, 50, 50, 50, 50]),
      kind: 'area',
      style: 'series1',
    },
  ],
  gaps: [{ from: 113, to: 114 }],
  marks: [{ x: 104, letter: 'a', style: 'mark' }],
  limits: [{ y: 100, label: 'limit' }],
  xLabels: [
    { x: 100, text: '01:40' },
    { x: 119, text: '01:59' },
  ],
};

test.each(GLYPHS)('a chart in %s fills its place exactly', (glyphs) => {
  for (const [width, height] of [
    [60, 7],
    [26, 4],
    [12, 3],
    [9, 2],
  ] as const) {
    const lines = drawChart(CHART, { width, height, glyphs });
    expect(lines).toHaveLength(height);
    expect(lines.map(lineWidth)).toEqual(Array(height).fill(width));
  }
});

test('braille: labels, limit, mark, gap and course stand where they belong', () => {
  expect(shown(drawChart(CHART, { width: 26, height: 6, glyphs: 'braille' }))).toMatchInlineSnapshot(`
    "100 ┤╌ ╌ a ╌ ╌⣠⣶⣿⣿⡇  limit
        │       ⣠⣾⣿⣿⣿⣿⡇
     50 ┤    ⢀⣠⣾⣿⣿⣿⣿⣿⣿⡇  ⣤⣤⣤⣤⣤
        │  ⣠⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇  ⣿⣿⣿⣿⣿
      0 ┤⣠⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇??⣿⣿⣿⣿⣿
        └01:40           01:59"
  `);
});

test('blocks: the same course in eighths', () => {
  expect(shown(drawChart(CHART, { width: 26, height: 6, glyphs: 'blocks' }))).toMatchInlineSnapshot(`
    "100 ┤╌ ╌ a ╌ ╌▄▄███  limit
        │       ▄██████
     50 ┤     ▄████████  ▄▄▄▄▄
        │   ▄██████████  █████
      0 ┤ ▄████████████??█████
        └01:40           01:59"
  `);
});

test('with ASCII alone nothing else is drawn but the axis, which the painter replaces', () => {
  const lines = drawChart(CHART, { width: 26, height: 6, glyphs: 'ascii' });
  expect(shown(lines).replace(/[│┤└]/g, '|')).toMatch(/^[\x20-\x7e\n]*$/);
});

test('a line does not run over a gap', () => {
  const points = pointsFrom(0, [5, 5, undefined, undefined, undefined, undefined, 5, 5]);
  const lines = drawChart(
    { x: { from: 0, to: 7 }, y: { to: 10, label: () => '' }, series: [{ points, kind: 'line', style: 'series1' }] },
    { width: 18, height: 3, glyphs: 'braille' },
  );
  const drawn = shown(lines);
  expect(drawn).toMatch(/[\u2801-\u28ff] {4,}[\u2801-\u28ff]/);
});

test('a flat course and a single point are no division by nothing', () => {
  for (const glyphs of GLYPHS) {
    const flat = drawChart(
      { x: { from: 5, to: 5 }, y: { to: 0, label: String }, series: [{ points: [{ x: 5, y: 0 }], kind: 'line', style: 'series1' }] },
      { width: 20, height: 4, glyphs },
    );
    expect(flat.map(lineWidth)).toEqual([20, 20, 20, 20]);
  }
});

test('values outside of the picture are left out or held at its edge, not drawn elsewhere', () => {
  for (const glyphs of GLYPHS) {
    const points = [
      { x: -1e9, y: 5 },
      { x: 3, y: 1e12 },
      { x: 1e12, y: 5 },
      { x: 4, y: Number.POSITIVE_INFINITY },
    ];
    const lines = drawChart(
      { x: { from: 0, to: 9 }, y: { to: 10, label: String }, series: [{ points, kind: 'area', style: 'series1' }] },
      { width: 20, height: 5, glyphs },
    );
    expect(lines.map(lineWidth)).toEqual(Array(5).fill(20));
  }
});

test('a heatmap keeps few beside many visible, and says where nothing is known', () => {
  const rows = [
    { label: '> 5 s', counts: [0, 1, undefined, 3] },
    { label: '< 50', counts: [900, 10_000, undefined, 5000] },
  ];
  const lines = heatmap(rows, { width: 12, labelWidth: 6, glyphs: 'ascii' });
  expect(lines.map(textOf)).toEqual([' > 5 s  .?. ', '  < 50 :#?* ']);
  expect(lines.map(lineWidth)).toEqual([12, 12]);
  expect(textOf(heatmap([{ label: '', counts: [1, 1, 1, 1] }], { width: 3, labelWidth: 0, glyphs: 'ascii' })[0]!)).toBe(' ##');
});

function shown(lines: readonly Line[]): string {
  const text = lines.map((each) => textOf(each).trimEnd()).join('\n');
  expect(text.length).toBeGreaterThan(0);
  return text;
}

test('what is told in ASCII is ASCII', () => {
  for (const drawn of [sparkline([1, undefined, 3], { width: 8, glyphs: 'ascii' }), bar(0.4, 8, 'ascii')])
    expect(textOf(drawn)).toMatch(ASCII);
});
