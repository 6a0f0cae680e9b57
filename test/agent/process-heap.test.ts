/** Which windows tell of collections; real ones, of this process. */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchProcessHeap } from '../../agent/src/host/process/process-heap.ts';

const WINDOW_MS = 10_000;
/** Of a window of ten seconds; more are frequent. */
const FREQUENT = 100;

/** The clock of a process stands anywhere when it is begun to be watched. */
function watched() {
  const heap = watchProcessHeap(WINDOW_MS);
  const fromMs = performance.now();
  return { heap, endOfWindow: (window: number) => fromMs + window * WINDOW_MS };
}

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
  const { heap, endOfWindow } = watched();
  await churn(FREQUENT * 1.5);
  for (let window = 1; window <= 5; window++) expect(heap.takeGc(endOfWindow(window))).toBeUndefined();
  await churn(FREQUENT * 1.5);
  expect(heap.takeGc(endOfWindow(6))!.count).toBeGreaterThanOrEqual(FREQUENT * 1.5);
  expect(heap.takeGc(endOfWindow(7))).toBeUndefined();
});

test('one that becomes busy later tells of that window, and one that is calm of every window', async () => {
  const { heap, endOfWindow } = watched();
  expect(heap.takeGc(endOfWindow(1))).toBeDefined();
  expect(heap.takeGc(endOfWindow(2))).toBeDefined();
  await churn(FREQUENT * 1.5);
  expect(heap.takeGc(endOfWindow(3))!.count).toBeGreaterThanOrEqual(FREQUENT * 1.5);
  expect(heap.takeGc(endOfWindow(4))).toBeUndefined();
});
