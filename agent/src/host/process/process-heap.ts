/**
 * Collections and the heap's floor in a process that serves tens of thousands of requests a second.
 *
 * An observer of collections is woken by each of them; at 70,000 requests a second that took 2.3 % of a hello world's
 * processor time. So where they are frequent, every sixth window has them and the others say nothing. A process that is busy
 * from its start on is recognised within its first window, and the sixth is the first that has them; unless they are those of
 * a heap that is full, which somebody will want to see. The floor needs no observer: V8 looks at the targets of a FinalizationRegistry in full collections only, so an object that nobody holds
 * tells of each of those, and costs nothing between them.
 */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { GarbageCollections } from '../../record/garbage-collections.ts';
import { type Bytes, bytes, milliseconds } from '../../record/units.ts';

export interface ProcessHeap {
  /** Used heap right after the last full collection; undefined before the first. */
  floorBytes(): Bytes | undefined;
  /** Of the window that ends now; undefined when nobody looked in all of it. */
  takeGc(nowMs: number): GarbageCollections | undefined;
}

/** @param windowMs  how long a window will be */
export function watchProcessHeap(windowMs: number): ProcessHeap {
  const mostInFirst = Math.max(ENOUGH, FREQUENT_A_SECOND * (windowMs / 1000));
  let floor: Bytes | undefined;
  let inFirst = true;
  let fullCount = 0;
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
    for (const { duration, detail } of list.getEntries() as PerformanceGcEntry[]) {
      count++;
      totalMs += duration;
      if (inFirst && detail?.kind !== constants.NODE_PERFORMANCE_GC_MINOR) fullCount++;
    }
    if (inFirst && count > mostInFirst && fullCount < count * FULL_SHARE) lookAway();
  });
  const observe = () => observer.observe({ entryTypes: ['gc'] });
  const lookAway = () => {
    observer.disconnect();
    windowsToSkip = WINDOWS_SKIPPED;
    count = totalMs = 0;
    inFirst = false;
  };
  observe();

  return {
    floorBytes: () => floor,
    takeGc(nowMs) {
      const lengthMs = nowMs - sinceMs;
      sinceMs = nowMs;
      inFirst = false;
      if (windowsToSkip > 0) {
        if (--windowsToSkip === 0) observe();
        return undefined;
      }
      const taken = { count, totalMs: milliseconds(totalMs) };
      if (count > FREQUENT_A_SECOND * (lengthMs / 1000)) lookAway();
      count = totalMs = 0;
      return taken;
    },
  };
}

/** Node's types know only its name and times. */
type PerformanceGcEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } };

const FREQUENT_A_SECOND = 10;
/** A program that comes up collects a few dozen times. */
const ENOUGH = 100;
/** Ordinary servers collect their young objects hundreds of times between two full collections. */
const FULL_SHARE = 0.1;
const WINDOWS_SKIPPED = 5;
