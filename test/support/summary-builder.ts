/**
 * Makes small summaries whose truth a test can say in one line: only what matters is given, the rest is dull and
 * healthy. Each `add…` returns the thing it added, so that a test may still turn a screw of its own.
 */
import type { MetricPoint } from '../../analyzer/src/read/event-sink.ts';
import { DurationHistogram } from '../../analyzer/src/stats/duration-histogram.ts';
import { emptyFile, emptySummary as nothingSeen } from '../../analyzer/src/store/empty-summary.ts';
import { type MinuteColumn, MinuteSeries } from '../../analyzer/src/store/minute-series.ts';
import { SandboxAges } from '../../analyzer/src/store/sandbox-ages.ts';
import {
  type Anomaly,
  type ConfigurationSummary,
  type Evidence,
  type FailureSummary,
  type FileSummary,
  type InitFact,
  type RetrySummary,
  type SandboxSummary,
  STATUSES,
  type Status,
  type Summary,
} from '../../analyzer/src/store/summary.ts';
import { WarmHours } from '../../analyzer/src/store/warm-hours.ts';

/** Noon of an invented day; every time that a test does not name is at or after it. */
export const NOON_MS = Date.UTC(2026, 10, 21, 12);
export const MINUTE_MS = 60_000;

export function emptySummary(): Summary {
  const summary = nothingSeen();
  addFile(summary, {});
  return summary;
}

/** The first file, `export.csv`, is there from the beginning: evidence points into it. */
export function addFile(summary: Summary, told: Partial<FileSummary>): FileSummary {
  const file: FileSummary = {
    ...emptyFile(summary.files.length === 0 ? 'export.csv' : `export-${summary.files.length}.csv`),
    shape: 'console-csv',
    storedBytes: 1000,
    inflatedBytes: 1000,
    tookBytes: 1000,
    ...told,
  };
  summary.files.push(file);
  return file;
}

export function evidenceAt(atMs: number, place = 0): Evidence {
  return { file: 0, place, atMs };
}

interface ConfigurationTold extends Partial<Omit<ConfigurationSummary, 'statusCounts' | 'warm' | 'cold' | 'minutes' | 'levelCounts'>> {
  /** Only the counts that are not 0; `success` fills up to `invocationCount`. */
  readonly statusCounts?: Partial<Record<Status, number>>;
  readonly warmMs?: readonly number[];
  readonly coldMs?: readonly number[];
  readonly levelCounts?: Partial<ConfigurationSummary['levelCounts']>;
  /** One entry a minute from `firstMs` on; gives `invocationCount` and `lastMs` where these are not told. */
  readonly perMinute?: readonly Partial<Record<MinuteColumn, number>>[];
}

/** Function `checkout`, version `7`, 512 MB, 100 invocations in the ten minutes after noon, all well, unless told otherwise. */
export function addConfiguration(summary: Summary, told: ConfigurationTold = {}): ConfigurationSummary {
  const { statusCounts, warmMs = [], coldMs = [], levelCounts, perMinute, ...plain } = told;
  const firstMs = plain.firstMs ?? NOON_MS;
  const invocationCount =
    plain.invocationCount ??
    perMinute?.reduce((sum, minute) => sum + (minute.invocations ?? 0), 0) ??
    Math.max(100, warmMs.length + coldMs.length);
  const counts = Object.fromEntries(STATUSES.map((status) => [status, statusCounts?.[status] ?? 0])) as Record<Status, number>;
  const others = STATUSES.reduce((sum, status) => sum + (status === 'success' ? 0 : counts[status]), 0);
  if (statusCounts?.success === undefined) counts.success = invocationCount - others;
  const configuration: ConfigurationSummary = {
    functionName: 'checkout',
    version: '7',
    memorySizeMb: 512,
    inits: [],
    durationMsSum: [...warmMs, ...coldMs].reduce((sum, ms) => sum + ms, 0),
    billedCount: 0,
    billedMsSum: 0,
    billedInitMsSum: 0,
    billedFailedMsSum: 0,
    extensionOverheadCount: 0,
    extensionOverheadMsSum: 0,
    logBytes: 0,
    applicationLogBytes: 0,
    runtimeVersions: new Map(),
    extensions: new Map(),
    lastMs: firstMs + (perMinute?.length ?? 10) * MINUTE_MS - 1000,
    slowest: [],
    timeoutMs: Number.NaN,
    agentLineCount: 0,
    hours: new WarmHours(),
    ages: new SandboxAges(),
    ...plain,
    firstMs,
    invocationCount,
    statusCounts: counts,
    warm: histogramOf(warmMs),
    cold: histogramOf(coldMs),
    levelCounts: { warn: 0, error: 0, fatal: 0, ...levelCounts },
    minutes: new MinuteSeries(),
  };
  perMinute?.forEach((columns, minute) => {
    addMinute(configuration, firstMs + minute * MINUTE_MS, columns);
  });
  summary.configurations.set(keyOf(configuration), configuration);
  widen(summary, configuration.firstMs, configuration.lastMs);
  return configuration;
}

/** Adds to the minute in which `atMs` lies. */
export function addMinute(configuration: ConfigurationSummary, atMs: number, columns: Partial<Record<MinuteColumn, number>>): void {
  const index = configuration.minutes.at(atMs);
  for (const [column, value] of Object.entries(columns)) configuration.minutes[column as MinuteColumn][index]! += value;
}

export function addInit(configuration: ConfigurationSummary, told: Partial<InitFact> = {}): InitFact {
  const atMs = told.atMs ?? configuration.firstMs;
  const init: InitFact = {
    atMs,
    kind: 'on-demand',
    durationMs: 300,
    billedMs: 300,
    status: 'success',
    invocationMs: 20,
    evidence: evidenceAt(atMs),
    ...told,
  };
  configuration.inits.push(init);
  return init;
}

interface SandboxTold extends Partial<Omit<SandboxSummary, 'envelope'>> {
  /** Running maximum in MB after each invocation; only its rises are kept, as the real collector does. */
  readonly maxima?: readonly number[];
  readonly envelope?: SandboxSummary['envelope'];
}

/** A sandbox of the given configuration, one invocation a second from its `firstMs` on. */
export function addSandbox(summary: Summary, of: ConfigurationSummary, told: SandboxTold = {}): SandboxSummary {
  const { maxima = [80], envelope, ...plain } = told;
  const firstMs = plain.firstMs ?? of.firstMs;
  const invocationCount = plain.invocationCount ?? maxima.length;
  const sandbox: SandboxSummary = {
    configuration: keyOf(of),
    logStream: `2026/11/21/[${of.version}]sandbox${summary.sandboxes.length}`,
    isolated: true,
    epoch: 0,
    lastMs: firstMs + invocationCount * 1000,
    failedCount: 0,
    memorySizeMb: of.memorySizeMb,
    initKind: 'on-demand',
    death: undefined,
    evidence: evidenceAt(firstMs),
    ...plain,
    firstMs,
    invocationCount,
    envelope: envelope ?? risesOf(maxima, firstMs),
  };
  summary.sandboxes.push(sandbox);
  return sandbox;
}

interface FailureTold extends Partial<Omit<FailureSummary, 'versions' | 'sandboxes' | 'perMinute'>> {
  readonly versions?: Record<string, number>;
  readonly sandboxes?: readonly string[];
  /** Failures in each minute from `firstMs` on. */
  readonly perMinute?: readonly number[];
}

/** Ten `TypeError`s of `checkout`, version `7`, one a minute from noon, unless told otherwise. */
export function addFailure(summary: Summary, told: FailureTold = {}): FailureSummary {
  const { versions, sandboxes = ['a'], perMinute, ...plain } = told;
  const count = plain.count ?? (perMinute === undefined ? 10 : perMinute.reduce((sum, n) => sum + n, 0));
  const firstMs = plain.firstMs ?? NOON_MS;
  const minutes = perMinute ?? new Array<number>(count).fill(1);
  const failure: FailureSummary = {
    functionName: 'checkout',
    type: 'TypeError',
    maskedMessage: 'cannot read order #',
    sampleMessage: plain.maskedMessage?.replaceAll('#', '41') ?? 'cannot read order 41',
    code: undefined,
    stack: ['handler (/var/task/index.js:10:5)'],
    causes: [],
    status: 'error',
    loggedOnlyCount: 0,
    lastMs: firstMs + Math.max(0, minutes.length - 1) * MINUTE_MS,
    coldCount: 0,
    evidence: [evidenceAt(firstMs, 4096)],
    ...plain,
    count,
    firstMs,
    perMinute: new Map(minutes.map((n, i) => [Math.floor(firstMs / MINUTE_MS) + i, n] as const).filter(([, n]) => n > 0)),
    versions: new Map(Object.entries(versions ?? { '7': count })),
    sandboxes: new Set(sandboxes),
  };
  const origin = failure.stack.join('\u0001');
  summary.failures.set([failure.functionName, failure.status, failure.type, failure.maskedMessage, origin].join('\u0000'), failure);
  return failure;
}

export function addRetries(summary: Summary, functionName: string, told: Partial<RetrySummary> = {}): RetrySummary {
  const retries: RetrySummary = {
    failedRequestCount: 0,
    retriedRequestCount: 0,
    recoveredRequestCount: 0,
    retryAttemptCount: 0,
    duplicatedRequestCount: 0,
    mostAttempts: 1,
    complete: true,
    ...told,
  };
  summary.retries.set(functionName, retries);
  return retries;
}

/** One CloudWatch metric point a minute from `atMs` on, one for each value. */
export function addMetric(summary: Summary, told: Partial<MetricPoint> & { readonly name: string }, values: readonly number[]): void {
  const fromMs = told.atMs ?? NOON_MS;
  values.forEach((value, minute) => {
    summary.metrics.push({
      namespace: 'AWS/Lambda',
      statistic: 'Sum',
      unit: 'Count',
      periodMs: MINUTE_MS,
      dimensions: { FunctionName: 'checkout' },
      ...told,
      atMs: fromMs + minute * MINUTE_MS,
      value,
    });
  });
}

export function addAnomaly(summary: Summary, anomaly: Anomaly, count = 1): void {
  summary.anomalies.set(anomaly, { count, evidence: [evidenceAt(NOON_MS, 512)] });
}

/** `perMinute` events in each of the minutes [fromMs, toMs), or only in every `everyMinutes`-th of them. */
export function addEvents(summary: Summary, fromMs: number, toMs: number, perMinute = 10, everyMinutes = 1): void {
  for (let atMs = fromMs; atMs < toMs; atMs += everyMinutes * MINUTE_MS) {
    const minute = Math.floor(atMs / MINUTE_MS);
    summary.eventMinutes.set(minute, (summary.eventMinutes.get(minute) ?? 0) + perMinute);
    summary.eventCount += perMinute;
    widen(summary, atMs, atMs);
  }
}

function keyOf(of: Pick<ConfigurationSummary, 'functionName' | 'version' | 'memorySizeMb'>): string {
  return `${of.functionName}\u0000${of.version}\u0000${of.memorySizeMb}`;
}

function histogramOf(durationsMs: readonly number[]): DurationHistogram {
  const histogram = new DurationHistogram();
  for (const ms of durationsMs) histogram.record(ms);
  return histogram;
}

function risesOf(maxima: readonly number[], firstMs: number): SandboxSummary['envelope'] {
  const rises: SandboxSummary['envelope'] = [];
  let highest = 0;
  maxima.forEach((megabytes, i) => {
    if (megabytes <= highest) return;
    highest = megabytes;
    rises.push({ n: i + 1, megabytes, atMs: firstMs + (i + 1) * 1000 });
  });
  return rises;
}

function widen(summary: Summary, firstMs: number, lastMs: number): void {
  if (!(summary.firstMs <= firstMs)) summary.firstMs = firstMs;
  if (!(summary.lastMs >= lastMs)) summary.lastMs = lastMs;
}
