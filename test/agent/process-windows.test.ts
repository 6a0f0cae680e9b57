/** What a window tells of a process: its loop, its memory, its collections, and what the program said. */
import { afterEach, expect, test } from 'vitest';
import type { AgentRecord, WindowRecord } from '../../agent/src/record/index.ts';
import { bundleForTest } from '../support/bundle-for-test.ts';
import { type AppOptions, type RunningApp, startApp } from '../support/run-app.ts';

let app: RunningApp;
afterEach(() => app?.child.kill('SIGKILL'));

const windows = (records: readonly AgentRecord[]) => records.filter((record): record is WindowRecord => record.kind === 'window');
const sum = (numbers: readonly (number | undefined)[]) => numbers.reduce<number>((total, number = 0) => total + number, 0);

async function start(name: string, options: AppOptions = {}): Promise<(path: string) => Promise<string>> {
  app = await startApp(name, options);
  await app.record('init');
  return async (path) => (await fetch(`http://127.0.0.1:${app.port}${path}`)).text();
}

test('windows follow on each other without gap or overlap, and number themselves', async () => {
  const ask = await start('plain.mjs');
  await ask('/orders/1');
  await app.record('window', ({ sequence }) => sequence === 3);
  await app.stop();
  const told = windows(app.records());
  expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, at) => at + 1));
  for (const [at, { fromEpochMs }] of told.entries()) {
    // The wall clock is asked anew with each window and may be set meanwhile; here nobody sets it.
    if (at > 0) expect(Math.abs(fromEpochMs - told[at - 1]!.fromEpochMs - told[at - 1]!.lengthMs)).toBeLessThanOrEqual(5);
  }
});

test('a connection that no channel tells of, the only one of its program, is in the windows; of a program without any there is nothing', async () => {
  await start('connects-by-hand.mjs');
  await app.record('window', ({ sequence }) => sequence === 2);
  await app.stop();
  expect(windows(app.records())[1]!.liveSockets).toMatchObject([{ liveCount: 1, openedCount: 1 }]);

  await start('plain.mjs');
  await app.record('window', ({ sequence }) => sequence === 2);
  await app.stop();
  expect(windows(app.records())[1]!.liveSockets).toBeUndefined();
});

test('a loop that was blocked shows in the highest delay; one that was not does not', async () => {
  const ask = await start('collects.mjs', { nodeArgs: ['--expose-gc'], environment: { NIGHTLIGHT_WINDOW: '3600s' } });
  await ask('/block');
  await ask('/block');
  await app.stop();
  expect(windows(app.records())[0]!.loopDelay!.maxMs).toBeGreaterThan(350);

  const calm = await start('collects.mjs', { nodeArgs: ['--expose-gc'], environment: { NIGHTLIGHT_WINDOW: '3600s' } });
  await calm('/');
  await calm('/');
  await app.stop();
  expect(windows(app.records())[0]!.loopDelay?.p50Ms ?? 0).toBeLessThan(350);
});

test('the floor of the heap is what is left after a full collection, and absent before the first', async () => {
  const ask = await start('collects.mjs', { nodeArgs: ['--expose-gc', '--max-semi-space-size=64'] });
  await ask('/collect');
  const window = await app.record('window', ({ memory }) => memory?.heapFloorBytes !== undefined);
  expect(window.memory!.heapFloorBytes).toBeGreaterThan(10_000_000);
  expect(window.memory!.heapFloorBytes).toBeLessThanOrEqual(window.memory!.heapUsedAfterBytes! + 5_000_000);
});

test('where collections come thick and fast, most windows do not count them, and none counts a part', async () => {
  const ask = await start('collects.mjs', { nodeArgs: ['--expose-gc', '--max-semi-space-size=1'] });
  await app.record('window');
  await ask('/churn');
  await ask('/churn');
  const counted = await app.record('window', ({ gc }) => (gc?.count ?? 0) > 10);
  await app.record('window', ({ sequence }) => sequence > counted.sequence + 1);
  for (const { sequence, gc } of windows(app.records())) if (sequence > counted.sequence) expect(gc).toBeUndefined();
});

test('a calm process counts its collections in every window', async () => {
  await start('plain.mjs');
  await app.record('window', ({ sequence }) => sequence === 3);
  for (const { gc } of windows(app.records())) expect(gc).toBeDefined();
});

test('what the program told is in the windows, also what it told outside of any request', async () => {
  const ask = await start('tells.mjs', { args: [await bundleForTest('agent/src/index.ts')] });
  for (const path of ['/', '/wrong', '/drop', '/fallback']) await ask(path);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await app.stop();
  const told = windows(app.records());
  const checks = told.flatMap(({ invariantChecks = [] }) => invariantChecks);
  const of = (name: string) => checks.filter((row) => row.name === name);
  expect(sum(of('total is the sum of its lines').map(({ passedCount }) => passedCount))).toBe(3);
  expect(sum(of('total is the sum of its lines').map(({ failedCount }) => failedCount))).toBe(1);
  expect(sum(of('told late').map(({ passedCount }) => passedCount))).toBe(4);
  expect(sum(told.map(({ droppedCount }) => droppedCount))).toBe(2);
  expect(sum(told.map(({ fallbackCount }) => fallbackCount))).toBe(1);
});

test('each window says what it cost', async () => {
  const ask = await start('plain.mjs');
  for (let request = 0; request < 200; request++) await ask('/orders/1');
  const window = await app.record('window', ({ requestCount = 0 }) => requestCount > 0);
  expect(window.selfUs).toBeGreaterThan(0);
});
