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
import { KeptLatency, LatencyMinutes } from './latency-minutes.ts';

export interface HeapPoint {
  readonly n: number;
  readonly bytes: number;
  readonly atMs: number;
}

/** Of warm attempts of one version in one memory size. */
interface ConfigurationCourse {
  readonly version: string;
  /** 0 where no line told it. */
  readonly memorySizeMb: number;
  readonly warm: KeptLatency;
}

export class Courses implements AttemptWatcher {
  readonly #settings: AnalyzeSettings;
  readonly #below: Courses | undefined;
  readonly #functions = new Map<string, FunctionLatency>();
  /** The same, found by the object that comes with every attempt. */
  readonly #latencies = new WeakMap<ConfigurationSummary, ConfigurationLatency>();
  readonly #heaps = new Map<string, HeapCourse>();

  constructor(settings: AnalyzeSettings, below?: Courses) {
    this.#settings = settings;
    this.#below = below;
  }

  attempt(configuration: ConfigurationSummary, sandbox: SandboxSummary, invocation: Invocation): void {
    const { startMs, durationMs, status, record } = invocation;
    if (invocation.initKind === undefined && !Number.isNaN(durationMs)) {
      const latency = this.#latencyOf(configuration);
      // The same that are counted anew by stretches: how a process died no stretch tells.
      if (invocation.fromRecord && (status === 'success' || status === 'error'))
        latency.addSingle(processOf(sandbox, record?.threadId), startMs, durationMs, status === 'success');
      else latency.add(startMs, durationMs, status === 'success');
    }
    const bytes = record?.memory?.heapUsedAfterBytes;
    if (bytes !== undefined) this.#heapOf(sandbox).add({ n: sandbox.invocationCount, bytes, atMs: startMs });
  }

  plainAttempt(configuration: ConfigurationSummary, startMs: number, durationMs: number): void {
    this.#latencyOf(configuration).add(startMs, durationMs, true);
  }

  window(
    configuration: ConfigurationSummary,
    sandbox: SandboxSummary | undefined,
    { fromEpochMs, lengthMs, durations, threadId }: WindowRecord,
  ): void {
    const latency = this.#latencyOf(configuration);
    if (sandbox !== undefined) this.#functions.get(configuration.functionName)!.replaceSingles(processOf(sandbox, threadId));
    for (const { index, count } of durations ?? []) latency.add(fromEpochMs + lengthMs, bucketMiddleUs(index) / 1000, true, count);
  }

  get functionCount(): number {
    return this.#functions.size;
  }

  /** What is known of a function now, whatever comes later. */
  keptOf(functionName: string): KeptLatency {
    return KeptLatency.together(this.keptApart(functionName).map(({ warm }) => warm));
  }

  /** The same, each version and memory size by itself. */
  keptApart(functionName: string): readonly ConfigurationCourse[] {
    const settled = this.#below === undefined ? undefined : this.#below.#functions.get(functionName);
    const own = this.#functions.get(functionName);
    const names = new Map([...(settled?.configurations ?? []), ...(own?.configurations ?? [])]);
    return [...names].map(([key, { version, memorySizeMb }]) => {
      const parts = [...(settled?.configurations.get(key)?.parts(own?.replaced) ?? []), ...(own?.configurations.get(key)?.parts() ?? [])];
      return { version, memorySizeMb, warm: new KeptLatency(parts.map((part) => part.copy())) };
    });
  }

  /** Heap after each invocation of a sandbox, thinned evenly; empty where our agent does not tell. */
  heapOf(sandbox: SandboxSummary): readonly HeapPoint[] {
    const mine = this.#heaps.get(keyOf(sandbox))?.points ?? [];
    const settled = this.#below?.heapOf(sandbox) ?? [];
    return settled.length === 0 ? mine : [...settled, ...mine];
  }

  /** Forgets minutes before this one. */
  forgetBefore(minute: number): void {
    for (const { configurations } of this.#functions.values())
      for (const latency of configurations.values()) for (const part of latency.parts()) part.forgetBefore(minute);
  }

  #latencyOf(configuration: ConfigurationSummary): ConfigurationLatency {
    let latency = this.#latencies.get(configuration);
    if (latency === undefined) {
      const { functionName } = configuration;
      const known = this.#functions.get(functionName) ?? new FunctionLatency(budgetsOf(functionName, this.#settings.budgets ?? []));
      this.#functions.set(functionName, known);
      latency = known.of(configuration);
      this.#latencies.set(configuration, latency);
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

class FunctionLatency {
  /** Processes that a stretch was told of. */
  readonly replaced = new Set<string>();
  readonly configurations = new Map<string, ConfigurationLatency>();
  readonly #limitMs: number;

  constructor(budgets: readonly Budget[]) {
    this.#limitMs = Math.min(Number.POSITIVE_INFINITY, ...budgets.map(({ limit }) => limit));
  }

  of({ version, memorySizeMb }: ConfigurationSummary): ConfigurationLatency {
    const key = `${version}\u0000${memorySizeMb}`;
    const known = this.configurations.get(key) ?? new ConfigurationLatency(version, memorySizeMb, this.#limitMs, this.replaced);
    this.configurations.set(key, known);
    return known;
  }

  /** Whatever version its single lines named: a process is one. */
  replaceSingles(process: string): void {
    for (const configuration of this.configurations.values()) configuration.forgetSingles(process);
    this.replaced.add(process);
    if (this.replaced.size > MOST_REPLACED) this.replaced.delete(this.replaced.keys().next().value!);
  }
}

class ConfigurationLatency {
  readonly version: string;
  readonly memorySizeMb: number;
  readonly #minutes = new LatencyMinutes();
  /** Process -> its requests with a line of their own since its last stretch, which the next one replaces. */
  readonly #singles = new Map<string, { readonly fromMinute: number; readonly minutes: LatencyMinutes }>();
  readonly #limitMs: number;
  readonly #replaced: ReadonlySet<string>;

  /** @param replaced  processes of the function that a stretch was told of, also later */
  constructor(version: string, memorySizeMb: number, limitMs: number, replaced: ReadonlySet<string>) {
    this.version = version;
    this.memorySizeMb = memorySizeMb;
    this.#limitMs = limitMs;
    this.#replaced = replaced;
  }

  add(atMs: number, durationMs: number, succeeded: boolean, count = 1): void {
    this.#minutes.add(Math.floor(atMs / 60_000), durationMs, succeeded && durationMs > this.#limitMs, count);
  }

  addSingle(process: string, atMs: number, durationMs: number, succeeded: boolean): void {
    const minute = Math.floor(atMs / 60_000);
    let singles = this.#singles.get(process);
    // Lambda's processes, and senders of spans, tell of no stretch: nothing of them has to wait.
    if (singles !== undefined && minute - singles.fromMinute > LONGEST_WAIT_MINUTES && !this.#replaced.has(process)) {
      this.#settle(process);
      singles = undefined;
    }
    if (singles === undefined) {
      singles = { fromMinute: minute, minutes: new LatencyMinutes() };
      this.#singles.set(process, singles);
      if (this.#singles.size > MOST_SINGLE) this.#settle(this.#singles.keys().next().value!);
    }
    singles.minutes.add(minute, durationMs, succeeded && durationMs > this.#limitMs, 1);
  }

  forgetSingles(process: string): void {
    this.#singles.delete(process);
  }

  parts(replaced?: ReadonlySet<string>): readonly LatencyMinutes[] {
    if (this.#singles.size === 0) return [this.#minutes];
    const singles = [...this.#singles].filter(([process]) => replaced?.has(process) !== true);
    return [this.#minutes, ...singles.map(([, { minutes }]) => minutes)];
  }

  /** Of a process that tells of stretches the next one counts them. */
  #settle(process: string): void {
    if (!this.#replaced.has(process)) this.#minutes.merge(this.#singles.get(process)!.minutes);
    this.#singles.delete(process);
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

/** Processes of a configuration of which some requests wait for the stretch that counts them all. */
const MOST_SINGLE = 16;
const MOST_REPLACED = 1_000;
/** A stretch of our agent takes 10 s unless it is told otherwise. */
const LONGEST_WAIT_MINUTES = 10;
/** As many as the memory screen may show, and those that it chooses from. */
const MOST_HEAPS = 1_000;
const MOST_HEAP_POINTS = 120;

/** Only limits on durations: of a share nobody can say which request broke it. */
function budgetsOf(functionName: string, budgets: readonly Budget[]): Budget[] {
  return budgets.filter(({ functionPattern, figure }) => /^p\d/.test(figure) && matchesFunction(functionPattern, functionName));
}

/** Asked with each attempt: most processes have one thread that tells, and then nothing is put together anew. */
function processOf(sandbox: SandboxSummary, threadId: number | undefined): string {
  let process = processes.get(sandbox);
  if (process === undefined) {
    process = keyOf(sandbox);
    processes.set(sandbox, process);
  }
  return threadId === undefined ? process : `${threadId}\u0000${process}`;
}

const processes = new WeakMap<SandboxSummary, string>();

function keyOf({ logStream, epoch }: SandboxSummary): string {
  return `${epoch}\u0000${logStream}`;
}
