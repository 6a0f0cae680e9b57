/** One row a function: how often it was called, how often that failed, and where and when it was seen. */
import type { AnalyzeSettings } from '../settings.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import { type ConfigurationSummary, STATUSES, type Status, type Summary } from '../store/summary.ts';
import { type FailurePattern, patternWords } from './failure-pattern.ts';
import { configurationsByFunction, earliest, endedCount, FAILED_STATUSES, latest } from './function-configurations.ts';
import type { FunctionSection, PatternSection } from './sections.ts';
import { shareInterval } from './share-interval.ts';

/** Busiest function first. */
export function functionSection(
  summary: Summary,
  _settings: AnalyzeSettings,
  patterns: ReadonlyMap<string, FailurePattern> = new Map(),
): FunctionSection[] {
  return atOnce(functionSteps(summary, patterns));
}

/** As `functionSection`. */
export function* functionSteps(summary: Summary, patterns: ReadonlyMap<string, FailurePattern>): Steps<FunctionSection[]> {
  const sandboxCounts = countSandboxes(summary);
  yield;
  const functions = [...configurationsByFunction(summary)];
  const sections = yield* mapInSteps(functions, FUNCTIONS_A_STEP, ([functionName, configurations]): FunctionSection => {
    const statusCounts = addStatusCounts(configurations);
    const failedCount = FAILED_STATUSES.reduce((sum, status) => sum + statusCounts[status], 0);
    return {
      functionName,
      versions: distinct(configurations.map((configuration) => configuration.version)),
      memorySizesMb: distinct(configurations.map((configuration) => configuration.memorySizeMb))
        .filter((megabytes) => megabytes > 0)
        .sort((a, b) => a - b),
      runtimeVersions: distinct(configurations.flatMap((configuration) => [...configuration.runtimeVersions.keys()])),
      invocationCount: total(configurations, (configuration) => configuration.invocationCount),
      statusCounts,
      failed: shareInterval(failedCount, total(configurations, endedCount)),
      sandboxCount: sandboxCounts.get(functionName) ?? 0,
      firstMs: earliest(configurations),
      lastMs: latest(configurations),
      logBytes: total(configurations, (configuration) => configuration.logBytes),
      retries: summary.retries.get(functionName),
      agentLineCount: total(configurations, (configuration) => configuration.agentLineCount),
      pattern: patternOf(patterns.get(functionName)),
    };
  });
  return sections.sort((a, b) => b.invocationCount - a.invocationCount);
}

const FUNCTIONS_A_STEP = 64;

function patternOf(pattern: FailurePattern | undefined): PatternSection | undefined {
  switch (pattern?.kind) {
    case undefined:
      return undefined;
    case 'explained':
      return { kind: pattern.kind, by: pattern.by, p: pattern.p, because: patternWords(pattern) };
    case 'not-explained':
      return { kind: pattern.kind, because: `asked by ${pattern.asked.join(', ')}: failures come as often as requests do` };
    case 'insufficient-data':
      return { kind: pattern.kind, because: `needs ${pattern.missing}` };
    default:
      return pattern satisfies never;
  }
}

function addStatusCounts(configurations: readonly ConfigurationSummary[]): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const configuration of configurations) {
    for (const status of STATUSES) counts[status] += configuration.statusCounts[status];
  }
  return counts;
}

function countSandboxes(summary: Summary): Map<string, number> {
  const counts = new Map<string, number>();
  for (const sandbox of summary.sandboxes) {
    const functionName = summary.configurations.get(sandbox.configuration)?.functionName;
    if (functionName !== undefined) counts.set(functionName, (counts.get(functionName) ?? 0) + 1);
  }
  return counts;
}

function total(configurations: readonly ConfigurationSummary[], numberOf: (configuration: ConfigurationSummary) => number): number {
  return configurations.reduce((sum, configuration) => sum + numberOf(configuration), 0);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
