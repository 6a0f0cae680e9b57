/** The laboratory takes any seed, says which thresholds saw which seeds, and ends with one board of all bars. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { meanFigure, Score, shareFigure, verdictOf, worstShareFigure } from '../lab/score.mjs';

const RUN = fileURLToPath(new URL('../lab/run.mjs', import.meta.url));
const lab = (...args: string[]) => spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8' });

test('any seed gives a board with figure, bars, seeds and verdict, and exit code 0', () => {
  const { status, stdout } = lab('catalogue', '--seed', '123456789', '--quick');
  expect(status).toBe(0);
  expect(stdout).toContain('seeds 123456789-123456808;');
  const board = stdout.slice(stdout.indexOf('## scoreboard'));
  expect(board).toMatch(/\| catalogue: modes named in every variation +\| +25 \| +25 \| +25 \| +123456789-123456808 \| +aim met \|/);
});

test('a range that is read twice, or no number, is refused with what would be one', () => {
  const both = lab('catalogue', '--seed', '1', '--seeds', '1-2');
  expect(both.status).toBe(1);
  expect(both.stderr).toContain('exclude each other');
  const range = lab('catalogue', '--seed', '1-2');
  expect(range.status).toBe(1);
  expect(range.stderr).toContain('--seeds a-b');
});

test('a figure is held against its bars, from either side, and nothing measured meets none', () => {
  expect(verdictOf({ value: 0.9, must: 0.8, aim: 0.95, least: true })).toBe('must met');
  expect(verdictOf({ value: 0.95, must: 0.8, aim: 0.95, least: true })).toBe('aim met');
  expect(verdictOf({ value: 0.7, must: 0.8, aim: 0.95, least: true })).toBe('MISSED');
  expect(verdictOf({ value: 0.02, must: 0.01, aim: 0 })).toBe('MISSED');
  expect(verdictOf({ value: 0, must: 0 })).toBe('aim met');
  expect(verdictOf({ value: Number.NaN, must: 0 })).toBe('not measured');
});

test('a share of few draws is neither missed nor surely met, and the same share of many is', () => {
  const bars = { must: 0.9, aim: 0.95, least: true };
  expect(verdictOf({ ...shareFigure(80, 90), ...bars })).toBe('cannot be told from 90');
  expect(verdictOf({ ...shareFigure(8000, 9000), ...bars })).toBe('MISSED');
  expect(verdictOf({ ...shareFigure(83, 90), ...bars })).toBe('must met, within chance');
  expect(verdictOf({ ...shareFigure(8300, 9000), ...bars })).toBe('must met');
  expect(verdictOf({ ...shareFigure(0, 0), ...bars })).toBe('not measured');
});

test('a mean of few programs that differ is no proof, and the same mean of programs that agree is', () => {
  const bars = { must: 0.9, least: true };
  const apart = meanFigure([0.8, 0.99, 0.94]);
  expect(apart.value).toBeCloseTo(0.91, 12);
  // 4.303 (two degrees of freedom) times the standard error.
  expect(apart.interval.high - apart.value).toBeCloseTo(4.303 * Math.sqrt((0.11 ** 2 + 0.08 ** 2 + 0.03 ** 2) / 2 / 3), 3);
  expect(verdictOf({ ...apart, ...bars })).toBe('aim met, within chance');
  expect(verdictOf({ ...meanFigure([0.909, 0.91, 0.911]), ...bars })).toBe('aim met');
  expect(verdictOf({ ...meanFigure([0.8, 0.95, 0.89]), ...bars })).toBe('cannot be told from 3 programs');
  expect(verdictOf({ ...meanFigure([0.87, 0.88, 0.89]), ...bars })).toBe('cannot be told from 3 programs');
  expect(verdictOf({ ...meanFigure([0.879, 0.88, 0.881]), ...bars })).toBe('MISSED');
});

test('the worst of several shares has the wider interval: it was picked after the fact', () => {
  const [alone, worst] = [
    shareFigure(4, 90),
    worstShareFigure([
      [4, 90],
      [0, 90],
      [3, 90],
    ]),
  ];
  expect(worst.value).toBe(alone.value);
  expect(worst.interval.high).toBeGreaterThan(alone.interval!.high);
  expect(verdictOf({ ...worst, must: 0.035 })).toBe('cannot be told from 90');
});

test('F1 varies within classes only: classes that are always found and never found add little', () => {
  const [mixed, split] = [new Score(), new Score()];
  for (let i = 0; i < 200; i++) {
    mixed.add(true, i % 2 === 0, 'alike');
    split.add(true, i < 100, i < 100 ? 'seen' : 'unseen');
  }
  const width = ({ f1Figure: { interval } }: Score) => interval.high - interval.low;
  expect(split.f1).toBe(mixed.f1);
  expect(width(split)).toBeLessThan(width(mixed) / 3);
  expect(mixed.f1Figure.interval.low).toBeLessThan(mixed.f1);
});
