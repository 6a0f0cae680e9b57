/**
 * The questions that this input cannot answer, each with what would. Said once and plainly, so that an empty section
 * is not read as good news.
 */
import type { Summary } from '../store/summary.ts';
import { configurationsByFunction, UNNAMED_FUNCTION } from './function-configurations.ts';
import { countWords, plural } from './wording.ts';

export function whatCannotBeTold(summary: Summary): string[] {
  return RULES.map((rule) => rule(summary)).filter((sentence) => sentence !== undefined);
}

type Rule = (summary: Summary) => string | undefined;

const RULES: readonly Rule[] = [
  noPlatformLines,
  mixedSandboxes,
  unnamedFunctions,
  noMetrics,
  onlyLatest,
  unknownTimeouts,
  noMemory,
  incompleteRetries,
  droppedMetrics,
];

function noPlatformLines(summary: Summary): string | undefined {
  if (summary.platformLineCount > 0 || summary.applicationLineCount === 0) return undefined;
  return 'Durations, memory and how many requests there were: the input has no START, END or REPORT lines. Export without a filter pattern.';
}

function mixedSandboxes(summary: Summary): string | undefined {
  const mixed = summary.sandboxes.filter((sandbox) => !sandbox.isolated).length;
  if (mixed === 0) return undefined;
  return 'Which sandbox a line came from, and so memory growth per sandbox: the export does not name log streams for all of its lines.';
}

function unnamedFunctions(summary: Summary): string | undefined {
  if (![...summary.configurations.values()].some((configuration) => configuration.functionName === UNNAMED_FUNCTION)) return undefined;
  return 'Which function some of the lines belong to: the export does not say. Name it with --function NAME.';
}

/** AWS Lambda developer guide, "Monitoring function metrics": throttled requests are no invocations and run no code. */
function noMetrics(summary: Summary): string | undefined {
  if (
    summary.configurations.size === 0 ||
    summary.metrics.some((point) => point.namespace === undefined || AWS_METRICS.test(point.namespace))
  ) {
    return undefined;
  }
  return 'Throttled and dropped invocations: they write no log line. Add the output of aws cloudwatch get-metric-data to the inputs.';
}

const AWS_METRICS = /^AWS\/(Lambda|SQS)$/;

function onlyLatest(summary: Summary): string | undefined {
  const functions = configurationsByFunction(summary);
  const latestOnly = [...functions.values()].filter((configurations) =>
    configurations.every(({ version }) => version === '$LATEST'),
  ).length;
  if (latestOnly === 0) return undefined;
  const which =
    latestOnly === functions.size ? 'every function here' : `${countWords(latestOnly)} of ${plural(functions.size, 'function')}`;
  return `When new code was deployed to ${which}: $LATEST keeps its name. Published versions would show it.`;
}

function unknownTimeouts(summary: Summary): string | undefined {
  const unknown = [...summary.configurations.values()].filter((configuration) => !(configuration.timeoutMs > 0)).length;
  if (unknown === 0) return undefined;
  return 'How near attempts come to a timeout that none of them has run into yet: no log line names the setting.';
}

function noMemory(summary: Summary): string | undefined {
  const without = [...summary.configurations.values()].filter((configuration) => configuration.memorySizeMb === 0).length;
  if (without === 0) return undefined;
  return `Memory and cost of ${plural(without, 'configuration')}: no line names a memory size (Managed Instances, or REPORT lines are missing).`;
}

function incompleteRetries(summary: Summary): string | undefined {
  if ([...summary.retries.values()].every((retries) => retries.complete)) return undefined;
  return 'How many requests were retried: the input is too large to join every request id; the counts are lower bounds. Narrow it with --fn or --from and --to.';
}

function droppedMetrics(summary: Summary): string | undefined {
  if (summary.metricsDropped === 0) return undefined;
  return `What ${plural(summary.metricsDropped, 'metric value')} beyond the first ${countWords(summary.metrics.length)} said: they were not kept.`;
}
