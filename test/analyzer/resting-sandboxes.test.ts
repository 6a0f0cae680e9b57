/** Sandboxes that have been silent for hours are forgotten, and what tells most of memory stays. */
import { expect, test } from 'vitest';
import { RestingSandboxes } from '../../analyzer/src/store/resting-sandboxes.ts';
import type { SandboxSummary } from '../../analyzer/src/store/summary.ts';

const T0 = Date.UTC(2026, 10, 21);
const HOUR_MS = 3_600_000;
const MOST = { sandboxes: 1_000, restingSandboxes: 40 };
const NONE: ReadonlySet<SandboxSummary> = new Set();

test('of a hundred that were closed hours ago, those above the limit go, the earliest first', () => {
  const sandboxes = fleet(100);
  const resting = new RestingSandboxes();
  expect(resting.forget(sandboxes, MOST, NONE, T0)).toBe(0);
  expect(resting.forget(sandboxes, MOST, NONE, T0 + 5 * HOUR_MS)).toBe(0);
  expect(sandboxes).toHaveLength(100);
  expect(resting.forget(sandboxes, MOST, NONE, T0 + 6 * HOUR_MS)).toBe(65);
  expect(sandboxes.map(({ logStream }) => logStream)).toEqual(Array.from({ length: 35 }, (_, i) => `s${65 + i}`));
});

test('who is written to stays, and its rest begins anew with its next silence', () => {
  const sandboxes = fleet(100);
  const early = sandboxes.slice(0, 10);
  const resting = new RestingSandboxes();
  resting.forget(sandboxes, MOST, NONE, T0);
  resting.forget(sandboxes, MOST, new Set(early), T0 + 6 * HOUR_MS);
  expect(sandboxes).toEqual(expect.arrayContaining(early));
  for (const sandbox of fleet(100)) sandboxes.push(sandbox);
  resting.forget(sandboxes, MOST, NONE, T0 + 7 * HOUR_MS);
  resting.forget(sandboxes, MOST, NONE, T0 + 12 * HOUR_MS);
  expect(sandboxes).toEqual(expect.arrayContaining(early));
});

test('what died, what was left open, the highest and the newest of each function stay', () => {
  const sandboxes = [
    sandboxOf(0, { configuration: 'quiet', lastMs: T0 - 9 * HOUR_MS }),
    sandboxOf(1, { death: { by: 'oom', n: 3, atMs: T0, evidence: { file: 0, place: 0, atMs: T0 } } }),
    sandboxOf(2, { openAtEnd: { n: 3, atMs: T0, evidence: { file: 0, place: 0, atMs: T0 } } }),
    sandboxOf(3, { envelope: [{ n: 1, megabytes: 500, atMs: T0 }] }),
    ...fleet(100),
  ];
  const telling = sandboxes.slice(0, 4);
  const resting = new RestingSandboxes();
  resting.forget(sandboxes, MOST, NONE, T0);
  resting.forget(sandboxes, MOST, NONE, T0 + 6 * HOUR_MS);
  expect(sandboxes.length).toBeLessThanOrEqual(MOST.restingSandboxes);
  expect(sandboxes).toEqual(expect.arrayContaining(telling));
});

test('while the clock does not go, as for files that are read in one go, all of them stay', () => {
  const sandboxes = fleet(500);
  const resting = new RestingSandboxes();
  for (let i = 0; i < 3; i++) expect(resting.forget(sandboxes, MOST, NONE, T0)).toBe(0);
  expect(sandboxes).toHaveLength(500);
});

function fleet(count: number): SandboxSummary[] {
  return Array.from({ length: count }, (_, i) => sandboxOf(i, { lastMs: T0 + i }));
}

function sandboxOf(number: number, more: Partial<SandboxSummary>): SandboxSummary {
  return {
    configuration: 'busy',
    logStream: `s${number}`,
    isolated: true,
    epoch: 0,
    firstMs: T0,
    lastMs: T0,
    invocationCount: 10,
    failedCount: 0,
    envelope: [{ n: 1, megabytes: 80, atMs: T0 }],
    memorySizeMb: 128,
    initKind: undefined,
    death: undefined,
    evidence: { file: 0, place: 0, atMs: T0 },
    ...more,
  };
}
