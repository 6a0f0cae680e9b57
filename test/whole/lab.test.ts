/** The laboratory takes any seed, says which thresholds saw which seeds, and ends with one board of all bars. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { verdictOf } from '../lab/score.mjs';

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
