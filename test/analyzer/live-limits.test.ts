/** What is watched for days takes the memory of hours: each limit is reached, held, and told. */
import { expect, test } from 'vitest';
import { type LiveLimits, minutesKept } from '../../analyzer/src/live/limits.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { feedAnalysis, streamNamed } from '../support/live-feed.ts';

const T0 = Date.UTC(2026, 10, 21, 2);
/** As usual, only smaller. */
const SMALL: LiveLimits = {
  summary: { configurations: 20, failures: 30 },
  kept: { initsOfConfiguration: 40, sandboxes: 50, restingSandboxes: 40, metrics: 60, processes: 10, leaks: 10, requestKeyPieces: 1 },
  openStreams: 64,
  restingStreams: 16,
  silentMs: 3_600_000,
};
const settings = { now: () => T0, limits: SMALL };
const countIn = ({ functions }: Report, name: string): number =>
  functions.filter(({ functionName }) => functionName === name).reduce((sum, { invocationCount }) => sum + invocationCount, 0);
const told = ({ dataQuality }: Report): string => dataQuality.cannotTell.join(' ');

test('of 3,000 functions, those over the limit are counted as others, and told', async () => {
  const { live, request } = await feedAnalysis(settings);
  for (let i = 0; i < 3_000; i++) request({ functionName: `made-up-${i}`, logStream: streamNamed(i), atMs: T0 + i });
  const { report, functions, otherFunctionCount } = live.picture();
  expect(report.functions.length).toBeLessThanOrEqual(SMALL.summary.configurations + 1);
  expect(report.functions.reduce((sum, { invocationCount }) => sum + invocationCount, 0)).toBe(3_000);
  expect(countIn(report, '(other functions)')).toBeGreaterThanOrEqual(3_000 - 2 * SMALL.summary.configurations);
  expect(functions.length + otherFunctionCount).toBe(report.functions.length);
  expect(told(report)).toMatch(/which function 2,9\d\d attempts were of: 20 functions/);
  await live.finish();
});

test('of 600 kinds of errors, those over the limit are one, and every failure is counted', async () => {
  const { live, request } = await feedAnalysis(settings);
  for (let i = 0; i < 600; i++)
    request({ functionName: 'checkout', logStream: streamNamed(1), atMs: T0 + i * 20, error: `cannot ${madeUpWord(i)} the order` });
  const { report } = live.picture();
  expect(report.failures.length).toBeLessThanOrEqual(SMALL.summary.failures + 1);
  expect(report.failures.reduce((sum, { rate }) => sum + rate.count, 0)).toBe(600);
  expect(report.functions[0]!.statusCounts.error).toBe(600);
  expect(told(report)).toMatch(/of which kind 5\d\d failures were: 30 kinds/);
  await live.finish();
});

test('sandboxes that are silent make room for others, and one that comes back is counted on', async () => {
  const { live, request } = await feedAnalysis(settings);
  for (let i = 0; i < 400; i++) request({ functionName: 'checkout', logStream: streamNamed(i), atMs: T0 + i * 10, initMs: 100 });
  request({ functionName: 'checkout', logStream: streamNamed(0), atMs: T0 + 4_000 });
  const { report } = live.picture();
  expect(countIn(report, 'checkout')).toBe(401);
  expect(told(report)).toMatch(/how \d+ of the earliest sandboxes went/);
  expect(told(report)).toMatch(/what \d+ of the earliest cold starts were like/);
  await live.finish();
});

test('within all limits nothing is said of them', async () => {
  const { live, request } = await feedAnalysis(settings);
  for (let i = 0; i < 300; i++) request({ functionName: `f-${i % 10}`, logStream: streamNamed(i % 40), atMs: T0 + i * 100 });
  expect(told(live.picture().report)).not.toMatch(/told apart|kept/);
  await live.finish();
});

test('an event that is dated a year ahead makes nothing old', async () => {
  const { live, request } = await feedAnalysis({ ...settings, now: () => T0 + 60_000 });
  for (let i = 0; i < 100; i++) request({ functionName: 'checkout', logStream: streamNamed(1), atMs: T0 + i * 500 });
  request({ functionName: 'checkout', logStream: streamNamed(2), atMs: T0 + 300 * 86_400_000 });
  const { minutes, functions, sources } = live.picture();
  expect(minutes.last).toBeLessThanOrEqual(Math.floor((T0 + 120_000) / 60_000));
  expect(functions[0]!.invocations.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(100);
  expect(sources[0]!.clockSkewMs).toBeGreaterThan(86_400_000);
  await live.finish();
});

test('a small system keeps its minutes for a week, a large one for four hours, and no more than fits', () => {
  expect(minutesKept(10, 10)).toBe(7 * 1440);
  expect(minutesKept(1_000, 2_000)).toBe(240);
  for (const count of [1, 50, 100, 500, 1_500]) expect(minutesKept(count, count) * count * 2 * 32).toBeLessThan(24e6);
});

/** Without digits, which would be taken for an id. */
function madeUpWord(i: number): string {
  return [...i.toString(20)].map((digit) => 'ghijklmnopqrstuvwxyz'[Number.parseInt(digit, 20)]).join('');
}
