/**
 * Runs the units in this thread or in several, and adds the harvests up.
 *
 * Threads share only a counter: each takes the next unit when it is free, so an uneven export keeps all of them busy.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { checkSourceMapsFolder } from '../read/source-maps-folder.ts';
import type { AnalyzeSettings, Progress } from '../settings.ts';
import { emptySummary } from '../store/empty-summary.ts';
import { joinFates } from '../store/failure-fate.ts';
import { duplicatesOf } from '../store/item-keys.ts';
import { mergeSummaries } from '../store/merge-summaries.ts';
import { joinRequests } from '../store/request-keys.ts';
import { settleOrder } from '../store/settle-order.ts';
import type { Summary } from '../store/summary.ts';
import { Pipeline } from './pipeline.ts';
import type { Harvest } from './stages.ts';
import type { Unit } from './unit.ts';
import type { WorkerTask } from './worker.ts';

/** Below this many stored bytes a second thread costs more than it brings. */
const WORTH_A_WORKER_BYTES = 4 * 1024 * 1024;
const PROGRESS_EVERY_MS = 250;
/** What a line makes dies young: room for it, with the peak of memory kept in mind. Not tuned further. */
const YOUNG_GENERATION_MB = 24;

export async function runUnits(
  units: readonly Unit[],
  settings: AnalyzeSettings,
  onProgress: ((progress: Progress) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<{ summary: Summary; filteredCount: number }> {
  if (settings.sourceMapsPath !== undefined) checkSourceMapsFolder(settings.sourceMapsPath);
  const bytesTotal = units.reduce((sum, unit) => sum + unit.bytes, 0);
  const filesTotal = units.reduce((sum, unit) => sum + unit.files.length, 0);
  const wanted = settings.workers ?? (bytesTotal < WORTH_A_WORKER_BYTES ? 1 : availableParallelism());
  const workers = Math.max(1, Math.min(wanted, units.length));
  const report = (filesDone: number, bytesDone: number, events: number) =>
    onProgress?.({ filesDone, filesTotal, bytesDone, bytesTotal, events });
  const harvests = workers > 1 ? await inWorkers(units, settings, workers, report, signal) : [await here(units, settings, report, signal)];
  return addUp(harvests);
}

async function here(
  units: readonly Unit[],
  settings: AnalyzeSettings,
  report: (files: number, bytes: number, events: number) => void,
  signal: AbortSignal | undefined,
): Promise<Harvest> {
  const pipeline = new Pipeline(settings);
  const waiting = [...units];
  let files = 0;
  let bytes = 0;
  await pipeline.run(
    () => waiting.shift(),
    (file) => {
      signal?.throwIfAborted();
      files += 1;
      bytes += file.sizeBytes ?? 0;
      report(files, bytes, pipeline.eventCount);
    },
  );
  return pipeline.harvest();
}

async function inWorkers(
  units: readonly Unit[],
  settings: AnalyzeSettings,
  workers: number,
  report: (files: number, bytes: number, events: number) => void,
  signal: AbortSignal | undefined,
): Promise<Harvest[]> {
  const cursor = new Int32Array(new SharedArrayBuffer(4));
  const progress = new Float64Array(new SharedArrayBuffer(8 * 3 * workers));
  const running: Worker[] = [];
  const timer = setInterval(() => {
    let files = 0;
    let bytes = 0;
    let events = 0;
    for (let number = 0; number < workers; number++) {
      files += progress[number * 3]!;
      bytes += progress[number * 3 + 1]!;
      events += progress[number * 3 + 2]!;
    }
    report(files, bytes, events);
  }, PROGRESS_EVERY_MS);
  const stop = () => {
    for (const worker of running) void worker.terminate();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    const harvests = Array.from({ length: workers }, (_, number) => {
      const worker = new Worker(new URL('./worker.js', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
        workerData: { units, settings, cursor, progress, number } satisfies WorkerTask,
      });
      running.push(worker);
      return new Promise<Harvest>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', (code) => reject(signal?.reason ?? new Error(`a worker thread stopped with code ${code} before it was done`)));
      });
    });
    return await Promise.all(harvests);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

export function addUp(harvests: readonly Harvest[]): { summary: Summary; filteredCount: number } {
  // What came from another thread is a plain copy without its classes: it can only be added to a summary of ours.
  const summary = harvests.length === 1 ? harvests[0]!.summary : emptySummary();
  if (harvests.length > 1) for (const harvest of harvests) mergeSummaries(summary, harvest.summary);
  const names = new Set(harvests.flatMap((harvest) => [...harvest.requestKeys.keys()]));
  const failures = [...summary.failures.values()];
  for (const name of names) {
    const keys = harvests.flatMap((harvest) => harvest.requestKeys.get(name) ?? []);
    const { retries, successesOf } = joinRequests(keys);
    summary.retries.set(name, retries);
    joinFates(
      failures.filter(({ functionName }) => functionName === name),
      keys,
      successesOf,
    );
  }
  const keyed = new Set(harvests.flatMap((harvest) => [...harvest.itemKeys.keys()]));
  for (const name of keyed) summary.duplicates.set(name, duplicatesOf(harvests.flatMap((harvest) => harvest.itemKeys.get(name) ?? [])));
  settleOrder(summary);
  return { summary, filteredCount: harvests.reduce((sum, harvest) => sum + harvest.filteredCount, 0) };
}
