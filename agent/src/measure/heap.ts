/**
 * What V8 collected, and what it still held right after the last full collection.
 *
 * Between full collections the used heap is mostly garbage that nobody has looked at; only the floor tells what is kept.
 * The observer is told of collections late and in batches: the floor is the smallest used heap seen from then on.
 */
import type { getHeapStatistics } from 'node:v8';
import { builtIn } from './built-in.ts';

export interface HeapWatch {
  readonly statistics: typeof getHeapStatistics;
  /** Used heap after the last full collection, in bytes; undefined before the first. */
  floorBytes(): number | undefined;
  /** Collections and their milliseconds since this was last asked. */
  takeGc(): [count: number, totalMs: number];
}

export function watchHeap(): HeapWatch {
  // Asked for here, because before the runtime client has loaded what they stand on they cost two milliseconds.
  const { constants, PerformanceObserver } = builtIn('node:perf_hooks');
  const { getHeapStatistics } = builtIn('node:v8');
  let floor: number | undefined;
  let count = 0;
  let totalMs = 0;
  new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as unknown as { detail: { kind: number }; duration: number }[]) {
      count++;
      totalMs += duration;
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) floor = getHeapStatistics().used_heap_size;
    }
  }).observe({ entryTypes: ['gc'] });
  return {
    statistics: getHeapStatistics,
    floorBytes: () => floor,
    takeGc() {
      const taken: [number, number] = [count, totalMs];
      count = totalMs = 0;
      return taken;
    },
  };
}
