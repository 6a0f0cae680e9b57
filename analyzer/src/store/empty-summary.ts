/** The zeros that everything is added to. */
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { ATTEMPT_RULES } from './attempt-rules.ts';
import { AttemptSeries } from './attempt-series.ts';
import { configurationKey } from './configuration-key.ts';
import { emptyFate } from './failure-fate.ts';
import { MinuteSeries } from './minute-series.ts';
import { SandboxAges } from './sandbox-ages.ts';
import type { ConfigurationSummary, FailureSummary, FileSummary, Status, Summary } from './summary.ts';
import { emptyTraceSample } from './trace-sample.ts';
import { WarmHours } from './warm-hours.ts';

export function emptySummary(): Summary {
  return {
    files: [],
    configurations: new Map(),
    sandboxes: [],
    failures: new Map(),
    timelines: new Map(),
    attempts: new Map(),
    retries: new Map(),
    anomalies: new Map(),
    unknownShapes: new Map(),
    unknownPlatform: new Map(),
    metrics: [],
    processes: [],
    routes: new Map(),
    leaks: [],
    notes: new Map(),
    duplicates: new Map(),
    callMinutes: new Map(),
    traces: emptyTraceSample(),
    metricsDropped: 0,
    eventMinutes: new Map(),
    eventCount: 0,
    applicationLineCount: 0,
    platformLineCount: 0,
    droppedRecords: 0,
    drilled: new Map(),
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
  };
}

/** Every attempt of a function, made when it is seen for the first time. */
export function attemptsOf({ attempts }: Summary, functionName: string): AttemptSeries {
  let series = attempts.get(functionName);
  if (series === undefined) {
    series = new AttemptSeries(ATTEMPT_RULES.length);
    attempts.set(functionName, series);
  }
  return series;
}

export function emptyFile(path: string): FileSummary {
  return {
    path,
    shape: undefined,
    storedBytes: Number.NaN,
    inflatedBytes: 0,
    tookBytes: 0,
    eventCount: 0,
    tellingCount: 0,
    looksLike: undefined,
    skipped: new Map(),
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    error: undefined,
    partial: false,
  };
}

/** The totals of one configuration, made when it is seen for the first time. */
export function configurationOf(summary: Summary, functionName: string, version: string, memorySizeMb: number): ConfigurationSummary {
  const key = configurationKey(functionName, version, memorySizeMb);
  const known = summary.configurations.get(key);
  if (known !== undefined) return known;
  const made: ConfigurationSummary = {
    functionName,
    version,
    memorySizeMb,
    invocationCount: 0,
    statusCounts: { success: 0, error: 0, timeout: 0, oom: 0, 'init-error': 0, unfinished: 0, unknown: 0 },
    warm: new DurationHistogram(),
    cold: new DurationHistogram(),
    inits: [],
    durationMsSum: 0,
    billedCount: 0,
    billedMsSum: 0,
    billedInitMsSum: 0,
    billedFailedMsSum: 0,
    extensionOverheadCount: 0,
    extensionOverheadMsSum: 0,
    logBytes: 0,
    applicationLogBytes: 0,
    levelCounts: { warn: 0, error: 0, fatal: 0 },
    minutes: new MinuteSeries(),
    hours: new WarmHours(),
    ages: new SandboxAges(),
    runtimeVersions: new Map(),
    extensions: new Map(),
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    slowest: [],
    timeoutMs: Number.NaN,
    agentLineCount: 0,
  };
  summary.configurations.set(key, made);
  return made;
}

export function emptyFailure(
  functionName: string,
  type: string,
  maskedMessage: string,
  sampleMessage: string,
  status: Status,
): FailureSummary {
  return {
    functionName,
    type,
    maskedMessage,
    sampleMessage,
    code: undefined,
    stack: [],
    causes: [],
    status,
    count: 0,
    loggedOnlyCount: 0,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    perMinute: new Map(),
    versions: new Map(),
    sandboxes: new Set(),
    coldCount: 0,
    evidence: [],
    fate: emptyFate(),
  };
}
