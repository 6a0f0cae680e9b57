/**
 * What a report at rest does not carry: how long the requests of each minute took, and how the heap of a process went,
 * call by call. Counted while events come, so that nobody has to walk them again for a picture.
 *
 * What is still under way when a picture is made is counted apart, over what is settled (`below`), and thrown away.
 */
import type { WindowRecord } from '@nightlight/agent/record';
import type { Invocation } from '../assemble/index.ts';
import { matchesFunction } from '../diagnose/function-pattern.ts';
import type { AnalyzeSettings, Budget } from '../settings.ts';
import { bucketMiddleUs } from '../stats/duration-histogram.ts';
import type { AttemptWatcher } from '../store/attempt-watcher.ts';
import type { ConfigurationSummary, SandboxSummary } from '../store/summary.ts';
import { LATENCY_BANDS_MS } from './picture.ts';

/** Of one function in one minute. */
export interface MinuteLatency {
  /** Warm attempts by duration, in steps of 2^(1/4). */
  readonly steps: Uint32Array;
  readonly bands: Uint32Array;
  warmCount: number;
  /** Succeeded, and took longer than a budget of the function allows. */
  overBudgetCount: number;
  /** What was read from the steps last, and how many attempts there were then: minutes that are over are read once. */
  known?: { readonly warmCount: number; readonly p50Ms: number; readonly p99Ms: number };
}

export interface HeapPoint {
  readonly n: number;
  readonly bytes: number;
  readonly atMs: number;
}

export class Courses implements AttemptWatcher {
  readonly #settings: AnalyzeSettings;
  readonly #below: Courses | undefined;
  readonly #functions = new Map<string, FunctionLatency>();
  readonly #heaps = new Map<string, HeapCourse>();

  constructor(settings: AnalyzeSettings, below?: Courses) {
    this.#settings = settings;
    this.#below = below;
  }

  attempt(configuration: ConfigurationSummary, sandbox: SandboxSummary, invocation: Invocation): void {
    const { startMs, durationMs, status, record } = invocation;
    if (invocation.initKind === undefined && !Number.isNaN(durationMs))
      this.#latencyOf(configuration).add(startMs, durationMs, status === 'success');
    const bytes = record?.memory?.heapUsedAfterBytes;
    if (bytes !== undefined) this.#heapOf(sandbox).add({ n: sandbox.invocationCount, bytes, atMs: startMs });
  }

  plainAttempt(configuration: ConfigurationSummary, startMs: number, durationMs: number): void {
    this.#latencyOf(configuration).add(startMs, durationMs, true);
  }

  window(configuration: ConfigurationSummary, { fromEpochMs, lengthMs, durations }: WindowRecord): void {
    const latency = this.#latencyOf(configuration);
    for (const { index, count } of durations ?? []) latency.add(fromEpochMs + lengthMs, bucketMiddleUs(index) / 1000, true, count);
  }

  get functionCount(): number {
    return this.#functions.size;
  }

  /** @param minute  epoch minute */
  minuteOf(functionName: string, minute: number): MinuteLatency | undefined {
    const mine = this.#functions.get(functionName)?.minutes.get(minute);
    const settled = this.#below?.minuteOf(functionName, minute);
    if (mine === undefined || settled === undefined) return mine ?? settled;
    return sumOf(mine, settled);
  }

  /** Heap after each invocation of a sandbox, thinned evenly; empty where our agent does not tell. */
  heapOf(sandbox: SandboxSummary): readonly HeapPoint[] {
    const mine = this.#heaps.get(keyOf(sandbox))?.points ?? [];
    const settled = this.#below?.heapOf(sandbox) ?? [];
    return settled.length === 0 ? mine : [...settled, ...mine];
  }

  /** Forgets minutes before this one. */
  forgetBefore(minute: number): void {
    for (const latency of this.#functions.values()) latency.forgetBefore(minute);
  }

  #latencyOf({ functionName }: ConfigurationSummary): FunctionLatency {
    let latency = this.#functions.get(functionName);
    if (latency === undefined) {
      latency = new FunctionLatency(budgetsOf(functionName, this.#settings.budgets ?? []));
      this.#functions.set(functionName, latency);
    }
    return latency;
  }

  #heapOf(sandbox: SandboxSummary): HeapCourse {
    const key = keyOf(sandbox);
    let heap = this.#heaps.get(key);
    if (heap === undefined) {
      heap = new HeapCourse();
      this.#heaps.set(key, heap);
      // Sandboxes come and go; the course of one that is long gone is in the report's words only.
      if (this.#heaps.size > MOST_HEAPS) this.#heaps.delete(this.#heaps.keys().next().value!);
    }
    return heap;
  }
}

/** @returns the durations that half, and 99 of 100, of the warm attempts took at most */
export function quantilesOf(latency: MinuteLatency): { readonly p50Ms: number; readonly p99Ms: number } {
  if (latency.known?.warmCount !== latency.warmCount)
    latency.known = { warmCount: latency.warmCount, p50Ms: quantileMs(latency, 0.5), p99Ms: quantileMs(latency, 0.99) };
  return latency.known;
}

function quantileMs({ steps, warmCount }: MinuteLatency, share: number): number {
  const wanted = share * warmCount;
  let passed = 0;
  for (let step = 0; step < steps.length; step++) {
    const count = steps[step]!;
    if (count === 0 || passed + count < wanted) {
      passed += count;
      continue;
    }
    return 2 ** ((step + (wanted - passed) / count) / STEPS_AN_OCTAVE) * SHORTEST_MS;
  }
  return Number.NaN;
}

class FunctionLatency {
  readonly minutes = new Map<number, MinuteLatency>();
  readonly #limitMs: number;
  #lastMinute = Number.NaN;
  #last: MinuteLatency | undefined;

  constructor(budgets: readonly Budget[]) {
    this.#limitMs = Math.min(Number.POSITIVE_INFINITY, ...budgets.map(({ limit }) => limit));
  }

  forgetBefore(minute: number): void {
    for (const known of this.minutes.keys()) if (known < minute) this.minutes.delete(known);
    this.#lastMinute = Number.NaN;
  }

  add(atMs: number, durationMs: number, succeeded: boolean, count = 1): void {
    const minute = Math.floor(atMs / 60_000);
    if (minute !== this.#lastMinute) {
      if (Number.isNaN(minute)) return;
      this.#last = this.minutes.get(minute);
      if (this.#last === undefined) {
        this.#last = { steps: new Uint32Array(STEPS), bands: new Uint32Array(LATENCY_BANDS_MS.length), warmCount: 0, overBudgetCount: 0 };
        this.minutes.set(minute, this.#last);
      }
      this.#lastMinute = minute;
    }
    const latency = this.#last!;
    latency.warmCount += count;
    latency.steps[stepOf(durationMs)]! += count;
    latency.bands[bandOf(durationMs)]! += count;
    if (succeeded && durationMs > this.#limitMs) latency.overBudgetCount += count;
  }
}

/** Keeps every n-th point, so that a long life is told evenly. */
class HeapCourse {
  points: HeapPoint[] = [];
  #every = 1;
  #seen = 0;

  add(point: HeapPoint): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.points.push(point);
    if (this.points.length < MOST_HEAP_POINTS) return;
    this.points = this.points.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }
}

const SHORTEST_MS = 0.25;
const STEPS_AN_OCTAVE = 4;
/** From a quarter of a millisecond to fifteen minutes, the longest that Lambda allows. */
const STEPS = 88;
/** As many as the memory screen may show, and those that it chooses from. */
const MOST_HEAPS = 1_000;
const MOST_HEAP_POINTS = 120;

function stepOf(durationMs: number): number {
  return Math.max(0, Math.min(STEPS - 1, Math.floor(Math.log2(durationMs / SHORTEST_MS) * STEPS_AN_OCTAVE)));
}

function bandOf(durationMs: number): number {
  let band = 0;
  while (durationMs >= LATENCY_BANDS_MS[band]!) band++;
  return Math.min(band, LATENCY_BANDS_MS.length - 1);
}

function sumOf(a: MinuteLatency, b: MinuteLatency): MinuteLatency {
  return {
    steps: a.steps.map((count, i) => count + b.steps[i]!),
    bands: a.bands.map((count, i) => count + b.bands[i]!),
    warmCount: a.warmCount + b.warmCount,
    overBudgetCount: a.overBudgetCount + b.overBudgetCount,
  };
}

/** Only limits on durations: of a share nobody can say which request broke it. */
function budgetsOf(functionName: string, budgets: readonly Budget[]): Budget[] {
  return budgets.filter(({ functionPattern, figure }) => /^p\d/.test(figure) && matchesFunction(functionPattern, functionName));
}

function keyOf({ logStream, epoch }: SandboxSummary): string {
  return `${epoch}\u0000${logStream}`;
}
