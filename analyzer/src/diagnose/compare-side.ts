/**
 * One side of a comparison: the sections of a report, and the durations themselves where an export was read.
 *
 * A report holds percentiles only. Two of them can be compared by their intervals, which is true and blunter than a test
 * on the durations, so an export is always the better thing to give.
 */
import type { AnalyzeSettings } from '../settings.ts';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { sampleOf, sampleOfHistogram, type WeightedSample } from '../stats/weighted-sample.ts';
import type { ConfigurationSummary, FailureSummary, Summary } from '../store/summary.ts';
import { coldStartSection } from './cold-starts.ts';
import type { ComparedSide } from './comparison.ts';
import { failureSection } from './failures.ts';
import { finite } from './finite.ts';
import { functionSection } from './functions.ts';
import { measuredInits } from './init-regression.ts';
import { latencySection } from './latency.ts';
import { memorySection } from './memory.ts';
import type { PriceTable } from './prices.ts';
import type { Sections } from './sections.ts';

type ComparedSections = Pick<Sections, 'functions' | 'coldStarts' | 'latency' | 'memory' | 'failures'>;

export interface CompareSide extends ComparedSections, ComparedSide {
  /** List price of the first step, the same on both sides; undefined in a report. */
  readonly usdPerGbSecond: number | undefined;
  /** By `sampleKey`; absent in a report. */
  readonly samples: ReadonlyMap<string, SideSamples> | undefined;
}

/** All versions of one function at one memory size. */
export interface SideSamples {
  readonly warm: WeightedSample;
  readonly init: WeightedSample;
  /** Everything that was billed, cold and warm. */
  readonly all: WeightedSample;
  readonly billedCount: number;
  readonly billedMsSum: number;
}

export function sampleKey(functionName: string, memorySizeMb: number | undefined): string {
  return `${functionName}\u0000${memorySizeMb ?? 0}`;
}

export function sideOfSummary(summary: Summary, label: string, prices: PriceTable, settings: AnalyzeSettings = {}): CompareSide {
  const functions = functionSection(summary, settings);
  return {
    label,
    from: 'export',
    fromMs: finite(summary.firstMs),
    toMs: finite(summary.lastMs),
    invocationCount: functions.reduce((sum, section) => sum + section.invocationCount, 0),
    functions,
    coldStarts: coldStartSection(summary, settings),
    latency: latencySection(summary, settings),
    memory: memorySection(summary, settings),
    failures: failureSection(summary, settings),
    usdPerGbSecond: prices.compute[settings.architecture ?? 'x86_64'][0]?.usdPerGbSecond,
    samples: samplesOf(summary),
  };
}

/** @param report  of this or another run of Nightlight */
export function sideOfReport(
  report: ComparedSections & { readonly input: { readonly fromMs: number | undefined; readonly toMs: number | undefined } },
  label: string,
): CompareSide {
  const { functions, coldStarts, latency, memory, failures } = report;
  return {
    label,
    from: 'report',
    fromMs: report.input.fromMs,
    toMs: report.input.toMs,
    invocationCount: functions.reduce((sum, section) => sum + section.invocationCount, 0),
    functions,
    coldStarts,
    latency,
    memory,
    failures,
    usdPerGbSecond: undefined,
    samples: undefined,
  };
}

/** What an export would have held if only one version had run. Sandboxes and failures follow their version. */
export function onlyVersion(summary: Summary, version: string): Summary {
  const configurations = new Map([...summary.configurations].filter(([, configuration]) => configuration.version === version));
  const functions = new Set([...configurations.values()].map(({ functionName }) => functionName));
  const failures = new Map<string, FailureSummary>();
  for (const [key, failure] of summary.failures) {
    const count = failure.versions.get(version);
    if (count !== undefined && functions.has(failure.functionName)) {
      failures.set(key, { ...failure, count, versions: new Map([[version, count]]) });
    }
  }
  const times = [...configurations.values()];
  return {
    ...summary,
    configurations,
    failures,
    // A verdict on rarity leaves versions out by itself where they are free of the failure.
    timelines: new Map(),
    attempts: new Map(),
    sandboxes: summary.sandboxes.filter((sandbox) => configurations.has(sandbox.configuration)),
    leaks: summary.leaks.filter((leak) => leak.version === version),
    // Which of them belong to the version is not kept.
    retries: new Map(),
    firstMs: Math.min(...times.map(({ firstMs }) => firstMs), Number.POSITIVE_INFINITY),
    lastMs: Math.max(...times.map(({ lastMs }) => lastMs), Number.NEGATIVE_INFINITY),
  };
}

function samplesOf(summary: Summary): Map<string, SideSamples> {
  const groups = new Map<string, ConfigurationSummary[]>();
  for (const configuration of summary.configurations.values()) {
    const key = sampleKey(configuration.functionName, configuration.memorySizeMb);
    groups.set(key, [...(groups.get(key) ?? []), configuration]);
  }
  return new Map([...groups].map(([key, configurations]) => [key, pooled(configurations)]));
}

function pooled(configurations: readonly ConfigurationSummary[]): SideSamples {
  const [warm, all] = [new DurationHistogram(), new DurationHistogram()];
  for (const configuration of configurations) {
    warm.merge(configuration.warm);
    all.merge(configuration.warm);
    all.merge(configuration.cold);
  }
  return {
    warm: sampleOfHistogram(warm),
    init: sampleOf(configurations.flatMap((configuration) => measuredInits(configuration).map(({ durationMs }) => durationMs))),
    all: sampleOfHistogram(all),
    billedCount: configurations.reduce((sum, { billedCount }) => sum + billedCount, 0),
    billedMsSum: configurations.reduce((sum, { billedMsSum }) => sum + billedMsSum, 0),
  };
}
