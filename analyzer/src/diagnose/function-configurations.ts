/**
 * A function as its users know it: all of its versions and memory sizes together. Only counts may be pooled so;
 * durations and memory of different memory sizes come from different machines.
 */
import { MinuteSeries } from '../store/minute-series.ts';
import type { ConfigurationSummary, Status, Summary } from '../store/summary.ts';
import { finite } from './finite.ts';
import type { ConfigurationName } from './sections.ts';

/** How an attempt ended that its caller did not want. `unfinished` and `unknown` say nothing of the end. */
export const FAILED_STATUSES = ['error', 'timeout', 'oom', 'init-error'] as const satisfies readonly Status[];

/** The name that the store gives to what neither the export nor `--function` names: maybe many functions in one. */
export const UNNAMED_FUNCTION = '(unnamed)';

export function configurationsByFunction(summary: Summary): Map<string, ConfigurationSummary[]> {
  const byFunction = new Map<string, ConfigurationSummary[]>();
  for (const configuration of summary.configurations.values()) {
    const known = byFunction.get(configuration.functionName);
    if (known === undefined) byFunction.set(configuration.functionName, [configuration]);
    else known.push(configuration);
  }
  return byFunction;
}

export function configurationName(configuration: ConfigurationSummary): ConfigurationName {
  return {
    functionName: configuration.functionName,
    version: configuration.version,
    memorySizeMb: configuration.memorySizeMb > 0 ? configuration.memorySizeMb : undefined,
  };
}

/** Attempts of which a line tells how they ended. */
export function endedCount(configuration: ConfigurationSummary): number {
  return configuration.invocationCount - configuration.statusCounts.unfinished - configuration.statusCounts.unknown;
}

export function minutesOf(configurations: readonly ConfigurationSummary[]): MinuteSeries {
  if (configurations.length === 1) return configurations[0]!.minutes;
  const together = new MinuteSeries();
  for (const configuration of configurations) together.merge(configuration.minutes);
  return together;
}

/** Sum of a column over the minutes that begin in [fromMs, toMs). */
export function sumBetween(minutes: MinuteSeries, column: 'invocations' | 'failed', fromMs: number, toMs: number): number {
  const from = Math.max(0, Math.ceil(fromMs / 60_000) - minutes.firstMinute);
  const to = Math.min(minutes.length, Math.ceil(toMs / 60_000) - minutes.firstMinute);
  let sum = 0;
  for (let i = from; i < to; i++) sum += minutes[column][i]!;
  return sum;
}

export function earliest(configurations: readonly ConfigurationSummary[]): number | undefined {
  return finite(Math.min(...configurations.map((configuration) => configuration.firstMs).filter(Number.isFinite)));
}

export function latest(configurations: readonly ConfigurationSummary[]): number | undefined {
  return finite(Math.max(...configurations.map((configuration) => configuration.lastMs).filter(Number.isFinite)));
}
