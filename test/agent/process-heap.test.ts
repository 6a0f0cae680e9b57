/** Which windows tell of collections; real ones, of this process. */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchProcessHeap } from '../../agent/src/host/process/process-heap.ts';

const WINDOW_MS = 10_000;
/** Of a window of ten seconds; more are frequent. */
const FREQUENT = 100;

/** Allocates until the collector has taken away young objects that often. */
async function churn(collections: number): Promise<void> {
  let seen = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { detail?: { kind?: number } })[])
      if (entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MINOR) seen++;
  });
  observer.observe({ entryTypes: ['gc'] });
  const kept: unknown[] = [];
  for (let at = 0; seen < collections; at++) {
    for (let round = 0; round < 20_000; round++) kept[round % 100] = { at, name: [at, round] };
    await turn();
  }
  observer.disconnect();
  await turn();
}

test('a process that collects all the time from its start on tells of it in its sixth window, of the whole of it', async () => {
  const heap = watchProcessHeap(WINDOW_MS);
  await churn(FREQUENT * 1.5);
  for (let window = 1; window <= 5; window++) expect(heap.takeGc(window * WINDOW_MS)).toBeUndefined();
  await churn(FREQUENT * 1.5);
  expect(heap.takeGc(6 * WINDOW_MS)!.count).toBeGreaterThanOrEqual(FREQUENT * 1.5);
  expect(heap.takeGc(7 * WINDOW_MS)).toBeUndefined();
});

test('one that becomes busy later tells of that window, and one that is calm of every window', async () => {
  const heap = watchProcessHeap(WINDOW_MS);
  expect(heap.takeGc(WINDOW_MS)).toBeDefined();
  expect(heap.takeGc(2 * WINDOW_MS)).toBeDefined();
  await churn(FREQUENT * 1.5);
  expect(heap.takeGc(3 * WINDOW_MS)!.count).toBeGreaterThanOrEqual(FREQUENT * 1.5);
  expect(heap.takeGc(4 * WINDOW_MS)).toBeUndefined();
});
