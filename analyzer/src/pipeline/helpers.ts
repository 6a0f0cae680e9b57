/** Threads that help the first one: they take units off the same counter, and hand over what they found at the end. */
import { Worker } from 'node:worker_threads';
import type { AnalyzeSettings } from '../settings.ts';
import type { Harvest } from './stages.ts';
import type { Unit } from './unit.ts';
import type { WorkerTask } from './worker.ts';

export class Helpers {
  readonly #units: readonly Unit[];
  readonly #settings: AnalyzeSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #cursor = new Int32Array(new SharedArrayBuffer(4));
  /** Files, stored bytes, events: a row of three per thread, the first thread's in front. */
  readonly #progress: Float64Array;
  readonly #running: Worker[] = [];
  readonly #harvests: Promise<Harvest>[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** @param mostThreads  the first one counted */
  constructor(units: readonly Unit[], settings: AnalyzeSettings, mostThreads: number, signal: AbortSignal | undefined) {
    this.#units = units;
    this.#settings = settings;
    this.#signal = signal;
    this.#progress = new Float64Array(new SharedArrayBuffer(8 * 3 * Math.max(1, mostThreads)));
    signal?.addEventListener('abort', this.stop, { once: true });
  }

  get count(): number {
    return this.#running.length;
  }

  get unitsLeft(): number {
    return Math.max(0, this.#units.length - Atomics.load(this.#cursor, 0));
  }

  readonly nextUnit = (): Unit | undefined => this.#units[Atomics.add(this.#cursor, 0, 1)];

  start(count: number): void {
    for (let number = 1; number <= count; number++) this.#harvests.push(this.#helper(number));
  }

  /** What the first thread did. */
  note(storedBytes: number, eventCount: number): void {
    this.#progress[0]! += 1;
    this.#progress[1]! += storedBytes;
    this.#progress[2] = eventCount;
  }

  tellProgress(report: (files: number, bytes: number, events: number) => void): void {
    const sums = [0, 0, 0] as [number, number, number];
    for (let at = 0; at < this.#progress.length; at++) sums[at % 3]! += this.#progress[at]!;
    report(...sums);
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  harvests(): Promise<Harvest[]> {
    return Promise.all(this.#harvests);
  }

  readonly stop = (): void => {
    this.#signal?.removeEventListener('abort', this.stop);
    for (const worker of this.#running) void worker.terminate();
  };

  #helper(number: number): Promise<Harvest> {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      workerData: {
        units: this.#units,
        settings: this.#settings,
        cursor: this.#cursor,
        progress: this.#progress,
        number,
      } satisfies WorkerTask,
    });
    this.#running.push(worker);
    const harvest = new Promise<Harvest>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(this.#signal?.reason ?? new Error(`a worker thread stopped with code ${code} before it was done`)),
      );
    });
    // The first thread asks after each file: nobody waits for the harvest yet.
    harvest.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    return harvest;
  }
}

/** What a line makes dies young: room for it, with the peak of memory kept in mind. Not tuned further. */
const YOUNG_GENERATION_MB = 24;
