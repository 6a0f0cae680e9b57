/**
 * Collections and the heap's floor in a process that serves tens of thousands of requests a second.
 *
 * An observer of collections is woken by each of them; at 70,000 requests a second that took 2.3 % of a hello world's
 * processor time. So where they are frequent, every sixth window has them and the others say nothing. The floor needs no
 * observer: V8 looks at the targets of a FinalizationRegistry in full collections only, so an object that nobody holds
 * tells of each of those, and costs nothing between them.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { GarbageCollections } from '../../record/garbage-collections.ts';
import { type Bytes, bytes, milliseconds } from '../../record/units.ts';

export interface ProcessHeap {
  /** Used heap right after the last full collection; undefined before the first. */
  floorBytes(): Bytes | undefined;
  /** Of the window that ends now; undefined when nobody looked in all of it. */
  takeGc(nowMs: number): GarbageCollections | undefined;
}

export function watchProcessHeap(): ProcessHeap {
  let floor: Bytes | undefined;
  let count = 0;
  let totalMs = 0;
  let sinceMs = performance.now();
  let windowsToSkip = 0;

  const collected = new FinalizationRegistry<undefined>(() => {
    floor = bytes(getHeapStatistics().used_heap_size);
    collected.register({}, undefined);
  });
  collected.register({}, undefined);

  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      count++;
      totalMs += duration;
    }
  });
  const observe = () => observer.observe({ entryTypes: ['gc'] });
  observe();

  return {
    floorBytes: () => floor,
    takeGc(nowMs) {
      const lengthMs = nowMs - sinceMs;
      sinceMs = nowMs;
      if (windowsToSkip > 0) {
        if (--windowsToSkip === 0) observe();
        return undefined;
      }
      const taken = { count, totalMs: milliseconds(totalMs) };
      if (count > FREQUENT_A_SECOND * (lengthMs / 1000)) {
        observer.disconnect();
        windowsToSkip = WINDOWS_SKIPPED;
      }
      count = totalMs = 0;
      return taken;
    },
  };
}

const FREQUENT_A_SECOND = 10;
const WINDOWS_SKIPPED = 5;
