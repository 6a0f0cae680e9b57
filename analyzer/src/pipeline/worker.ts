/** A helping thread: takes units off the shared list until there are none, inflates and scans them, then hands over its harvest. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AnalyzeSettings } from '../settings.ts';
import { Pipeline } from './pipeline.ts';
import { rehearse } from './rehearsal.ts';
import type { Unit } from './unit.ts';

export interface WorkerTask {
  readonly units: readonly Unit[];
  readonly settings: AnalyzeSettings;
  /** [0]: number of the next unit, taken by `Atomics.add`. */
  readonly cursor: Int32Array;
  /** [0]: files done, [1]: stored bytes done, [2]: events; a row of three per thread, written by that thread alone. */
  readonly progress: Float64Array;
  readonly number: number;
}

rehearse();
const task = workerData as WorkerTask;
const pipeline = new Pipeline(task.settings);
const base = task.number * 3;
await pipeline.run(
  () => task.units[Atomics.add(task.cursor, 0, 1)],
  // The pool is busy for the first thread.
  0,
  (file) => {
    task.progress[base]! += 1;
    task.progress[base + 1]! += file.sizeBytes ?? 0;
    task.progress[base + 2] = pipeline.eventCount;
  },
);
const harvest = pipeline.harvest();
const buffers = [...harvest.requestKeys.values()].flatMap(({ all, failed }) =>
  [...all, ...failed].map((words) => words.buffer as ArrayBuffer),
);
parentPort?.postMessage(harvest, buffers);
