import { expect, test } from 'vitest';
import { changedBeside, changeSection } from '../../analyzer/src/diagnose/changes.ts';
import { addConfiguration, addEvents, emptySummary, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

const steady = (perMinute: number, minutes: number) => new Array(minutes).fill({ invocations: perMinute });

test('a version that takes over is a change, with its time and its predecessor', () => {
  const summary = emptySummary();
  addConfiguration(summary, { version: '7', perMinute: steady(10, 30) });
  addConfiguration(summary, { version: '8', firstMs: NOON_MS + 30 * MINUTE_MS, perMinute: steady(10, 30) });

  expect(changeSection(summary, {})).toEqual([
    { functionName: 'checkout', atMs: NOON_MS + 30 * MINUTE_MS, kind: 'version', version: '8', what: 'version 8 first seen (before: 7)' },
  ]);
});

test('the version that was there from the beginning is no change', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: steady(10, 60) });

  expect(changeSection(summary, {})).toEqual([]);
});

test('a version with one percent of the traffic that shows two minutes late was probably there all along', () => {
  const summary = emptySummary();
  addConfiguration(summary, {
    version: '7',
    perMinute: steady(10, 60),
  });
  addConfiguration(summary, { version: '6', firstMs: NOON_MS + 2 * MINUTE_MS, invocationCount: 6 });

  expect(changeSection(summary, {})).toEqual([]);
});

test('a new memory size and a new runtime are changes', () => {
  const summary = emptySummary();
  const runtimes = new Map([
    ['nodejs:20.v22', NOON_MS],
    ['nodejs:20.v23', NOON_MS + 20 * MINUTE_MS],
  ]);
  addConfiguration(summary, { memorySizeMb: 512, perMinute: steady(10, 20), runtimeVersions: runtimes });
  addConfiguration(summary, { memorySizeMb: 1024, firstMs: NOON_MS + 20 * MINUTE_MS, perMinute: steady(10, 20) });

  expect(changeSection(summary, {}).map((change) => change.what)).toEqual([
    'memory size 1024 MB first seen (before: 512 MB)',
    'runtime nodejs:20.v23 first seen (before: nodejs:20.v22)',
  ]);
});

test('memory that no line told is not a memory size', () => {
  const summary = emptySummary();
  addConfiguration(summary, { memorySizeMb: 0, perMinute: steady(10, 20) });
  addConfiguration(summary, { memorySizeMb: 1024, firstMs: NOON_MS + 20 * MINUTE_MS, perMinute: steady(10, 20) });

  expect(changeSection(summary, {})).toEqual([]);
});

test('tenfold traffic is a change at the minute where it began', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: [...steady(10, 30), ...steady(100, 30)] });

  expect(changeSection(summary, {})).toEqual([
    { functionName: 'checkout', atMs: NOON_MS + 30 * MINUTE_MS, kind: 'traffic', what: 'traffic 10 -> 100 a minute' },
  ]);
});

test('traffic that doubles over hours, as mornings do, is no change', () => {
  const summary = emptySummary();
  const perMinute = Array.from({ length: 180 }, (_, minute) => ({ invocations: Math.round(20 * 2 ** (minute / 60)) }));
  addConfiguration(summary, { perMinute });

  expect(changeSection(summary, {})).toEqual([]);
});

test('a job that bursts every hour has bursts for a habit, not for a change', () => {
  const summary = emptySummary();
  const perMinute = Array.from({ length: 480 }, (_, minute) => ({ invocations: minute % 60 >= 30 && minute % 60 < 40 ? 50 : 0 }));
  addConfiguration(summary, { perMinute });

  expect(changeSection(summary, {})).toEqual([]);
});

test('traffic that ends where the data has a gap did not change', () => {
  const summary = emptySummary();
  addEvents(summary, NOON_MS, NOON_MS + 30 * MINUTE_MS);
  addEvents(summary, NOON_MS + 50 * MINUTE_MS, NOON_MS + 80 * MINUTE_MS);
  addConfiguration(summary, { perMinute: [...steady(10, 30), ...steady(0, 20), ...steady(10, 30)] });

  expect(changeSection(summary, {})).toEqual([]);
});

test('a finding names the changes of its own function in the half hour before it, nearest first', () => {
  const at = (minutesBefore: number) => NOON_MS - minutesBefore * MINUTE_MS;
  const changes = [
    { functionName: 'checkout', atMs: at(45), kind: 'version', what: 'version 6 first seen' },
    { functionName: 'checkout', atMs: at(12), kind: 'version', what: 'version 7 first seen' },
    { functionName: 'checkout', atMs: at(0), kind: 'traffic', what: 'traffic 10 -> 100 a minute' },
    { functionName: 'email', atMs: at(1), kind: 'version', what: 'version 2 first seen' },
    { functionName: 'checkout', atMs: at(-20), kind: 'version', what: 'version 8 first seen' },
  ] as const;

  expect(changedBeside(changes, 'checkout', NOON_MS)).toEqual([
    'traffic 10 -> 100 a minute, at the same time, 12:00 UTC',
    'version 7 first seen, 12 min earlier, 11:48 UTC',
  ]);
  expect(changedBeside(changes, 'checkout', undefined)).toEqual([]);
});

test('what no export names may be many functions, and their differences are no changes', () => {
  const summary = emptySummary();
  addConfiguration(summary, { functionName: '(unnamed)', version: '7', perMinute: steady(10, 30) });
  addConfiguration(summary, { functionName: '(unnamed)', version: '8', firstMs: NOON_MS + 30 * MINUTE_MS, perMinute: steady(90, 30) });

  expect(changeSection(summary, {})).toEqual([]);
});
