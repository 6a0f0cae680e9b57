/** Requests of long-running processes: those with a line of their own stand in the periodic line of their process, too. */
import { milliseconds } from '@nightlight/agent/record';
import { expect, test } from 'vitest';
import type { Invocation } from '../../analyzer/src/assemble/index.ts';
import { Courses } from '../../analyzer/src/live/courses.ts';
import { countsIndexOf } from '../../analyzer/src/stats/duration-histogram.ts';
import type { ConfigurationSummary, SandboxSummary } from '../../analyzer/src/store/summary.ts';

const SHOP = { functionName: 'shop' } as ConfigurationSummary;
const MINUTE = Math.floor(Date.UTC(2026, 10, 21) / 60_000);
const MINUTES = 30;

const processesOf = (count: number) => Array.from({ length: count }, (_, n) => ({ logStream: `pod-${n}`, epoch: 0 }) as SandboxSummary);

function single(courses: Courses, sandbox: SandboxSummary, minute: number): void {
  const told = { startMs: minute * 60_000, durationMs: 40, status: 'success', fromRecord: true, initKind: undefined, record: undefined };
  courses.attempt(SHOP, sandbox, told as Invocation);
}

/** Speaks of five requests. */
function stretch(courses: Courses, sandbox: SandboxSummary, minute: number): void {
  const fromEpochMs = minute * 60_000;
  const durations = [{ index: countsIndexOf(40_000), count: 5 }];
  courses.window(SHOP, sandbox, { kind: 'window', fromEpochMs, lengthMs: milliseconds(10_000), durations } as never);
}

const countOf = (courses: Courses) => courses.keptOf('shop').between(MINUTE, MINUTE + MINUTES).sampleCount;

test('a periodic line replaces the single lines of its process, and of no other', () => {
  const courses = new Courses({});
  for (let minute = MINUTE; minute < MINUTE + MINUTES; minute++) {
    for (const each of processesOf(12)) {
      single(courses, each, minute);
      single(courses, each, minute);
      stretch(courses, each, minute);
    }
  }
  expect(countOf(courses)).toBe(12 * 5 * MINUTES);
  single(courses, processesOf(1)[0]!, MINUTE + MINUTES);
  expect(countOf(courses)).toBe(12 * 5 * MINUTES + 1);
});

test('of processes that tell of no stretch every request counts, however many come and go', () => {
  const courses = new Courses({});
  for (let minute = MINUTE; minute < MINUTE + MINUTES; minute++) for (const each of processesOf(40)) single(courses, each, minute);
  expect(countOf(courses)).toBe(40 * MINUTES);
});

test('a stretch that is still under way replaces what was settled of its process', () => {
  const settled = new Courses({});
  const [first, second] = processesOf(2) as [SandboxSummary, SandboxSummary];
  for (const each of [first, second]) single(settled, each, MINUTE);
  const underWay = new Courses({}, settled);
  expect(countOf(underWay)).toBe(2);
  stretch(underWay, first, MINUTE);
  expect(countOf(underWay)).toBe(6);
  expect(countOf(settled)).toBe(2);
});

test('each version is counted by itself, and together they are the function', () => {
  const settled = new Courses({});
  const underWay = new Courses({}, settled);
  const version = (name: string) => ({ ...SHOP, version: name, memorySizeMb: 512 });
  settled.plainAttempt(version('41'), MINUTE * 60_000, 40);
  settled.plainAttempt(version('41'), MINUTE * 60_000, 40);
  underWay.plainAttempt(version('41'), MINUTE * 60_000, 40);
  underWay.plainAttempt(version('42'), MINUTE * 60_000, 40);
  const apart = underWay.keptApart('shop').map((each) => [each.version, each.warm.between(MINUTE, MINUTE).sampleCount]);
  expect(apart).toEqual([
    ['41', 3],
    ['42', 1],
  ]);
  expect(countOf(underWay)).toBe(4);
  expect(countOf(settled)).toBe(2);
});

test('a periodic line replaces the single lines of its process also where those named another version', () => {
  const courses = new Courses({});
  const [process] = processesOf(1) as [SandboxSummary];
  const told = { startMs: MINUTE * 60_000, durationMs: 40, status: 'success', fromRecord: true, initKind: undefined, record: undefined };
  courses.attempt({ ...SHOP, version: '?' }, process, told as Invocation);
  stretch(courses, process, MINUTE);
  expect(countOf(courses)).toBe(5);
});
