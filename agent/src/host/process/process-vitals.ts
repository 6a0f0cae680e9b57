/**
 * How the process itself fares in a window: its event loop, processor time, memory and handles.
 *
 * Processor time and resident memory are the whole process's; a worker thread leaves them to the main thread, so that
 * nobody adds them up twice. The delay of the event loop is watched only once somebody starts it: its timer costs about
 * 1.5 ms of processor time a second, too much for a process that lives for one.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { bytes, type Milliseconds, milliseconds } from '../../record/units.ts';
import type { WindowRecord } from '../../record/window-record.ts';
import { watchProcessHeap } from './process-heap.ts';

export type Vitals = Pick<
  WindowRecord,
  'loopUtilisation' | 'loopDelay' | 'processorTime' | 'gc' | 'memory' | 'heapCommittedBytes' | 'mallocedBytes' | 'handleCount'
>;

export interface ProcessVitals {
  watchLoopDelay(): void;
  /** Since this was last asked. */
  take(): Vitals;
}

export function createProcessVitals(windowMs: number): ProcessVitals {
  const heap = watchProcessHeap(windowMs);
  let loop = performance.eventLoopUtilization();
  let cpu = process.cpuUsage();
  let heapBefore = bytes(getHeapStatistics().used_heap_size);
  let delays: IntervalHistogram | undefined;
  return {
    watchLoopDelay() {
      delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
      delays.enable();
    },
    take() {
      const loopBefore = loop;
      loop = performance.eventLoopUtilization();
      const used = process.cpuUsage(cpu);
      cpu = process.cpuUsage();
      const stats = getHeapStatistics();
      const heapAfter = bytes(stats.used_heap_size);
      const taken: Vitals = {
        loopUtilisation: performance.eventLoopUtilization(loop, loopBefore).utilization,
        loopDelay: delays && delays.count > 0 ? delayOf(delays) : undefined,
        processorTime: isMainThread ? { userMs: milliseconds(used.user / 1000), systemMs: milliseconds(used.system / 1000) } : undefined,
        gc: heap.takeGc(performance.now()),
        memory: {
          heapUsedBeforeBytes: heapBefore,
          heapUsedAfterBytes: heapAfter,
          heapFloorBytes: heap.floorBytes(),
          externalBytes: bytes(stats.external_memory),
          rssBytes: isMainThread ? bytes(process.resourceUsage().maxRSS * 1024) : undefined,
        },
        heapCommittedBytes: bytes(stats.total_heap_size),
        mallocedBytes: bytes(stats.malloced_memory),
        handleCount: process.getActiveResourcesInfo().length,
      };
      heapBefore = heapAfter;
      delays?.reset();
      return taken;
    },
  };
}

const DELAY_RESOLUTION_MS = 20;

/** The histogram holds the time between two ticks of its timer; a loop that is never late shows the timer's own period. */
function delayOf(delays: IntervalHistogram) {
  const late = (nanoseconds: number): Milliseconds => milliseconds(Math.max(0, nanoseconds / 1e6 - DELAY_RESOLUTION_MS));
  return { p50Ms: late(delays.percentile(50)), p99Ms: late(delays.percentile(99)), maxMs: late(delays.max) };
}
