/**
 * The questions that this input cannot answer, each with what would. Said once and plainly, so that an empty section
 * is not read as good news. Each completes "cannot tell …".
 */
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { configurationsByFunction, UNNAMED_FUNCTION } from './function-configurations.ts';
import { countWords, plural } from './wording.ts';

export function whatCannotBeTold(summary: Summary): string[] {
  return RULES.map((rule) => rule(summary)).filter((sentence) => sentence !== undefined);
}

type Rule = (summary: Summary) => string | undefined;

const RULES: readonly Rule[] = [
  drilledRequests,
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
  // Our agent's lines tell of requests and durations, and of memory better than the platform's do.
  if ([...summary.configurations.values()].some(isMeasuredByAgent)) return undefined;
  return 'durations, memory and how many requests there were, because the input has no START, END or REPORT lines. Export without a filter pattern.';
}

function mixedSandboxes(summary: Summary): string | undefined {
  const mixed = summary.sandboxes.filter((sandbox) => !sandbox.isolated).length;
  if (mixed === 0) return undefined;
  return 'which sandbox a line came from, and so memory growth per sandbox, because the export does not name log streams for all of its lines.';
}

function unnamedFunctions(summary: Summary): string | undefined {
  if (![...summary.configurations.values()].some((configuration) => configuration.functionName === UNNAMED_FUNCTION)) return undefined;
  return 'which function some of the lines belong to, because the export does not say. Name it with --function NAME.';
}

/** AWS Lambda developer guide, "Monitoring function metrics": throttled requests are no invocations and run no code. */
function noMetrics(summary: Summary): string | undefined {
  if (
    [...summary.configurations.values()].every(isMeasuredByAgent) ||
    summary.metrics.some((point) => point.namespace === undefined || AWS_METRICS.test(point.namespace))
  ) {
    return undefined;
  }
  return 'who was throttled or dropped, because that writes no log line. Add the output of aws cloudwatch get-metric-data to the inputs.';
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
  return `when new code was deployed to ${which}, because $LATEST keeps its name. Published versions would show it.`;
}

function unknownTimeouts(summary: Summary): string | undefined {
  const unknown = [...summary.configurations.values()].filter(
    (configuration) => !(configuration.timeoutMs > 0) && !isMeasuredByAgent(configuration),
  ).length;
  if (unknown === 0) return undefined;
  return 'how near attempts come to a timeout that none of them has run into yet, because no log line names the setting.';
}

function noMemory(summary: Summary): string | undefined {
  const without = [...summary.configurations.values()].filter(
    (configuration) => configuration.memorySizeMb === 0 && !isMeasuredByAgent(configuration),
  ).length;
  if (without === 0) return undefined;
  return `memory and cost of ${plural(without, 'configuration')}, because no line names a memory size (Managed Instances, or REPORT lines are missing).`;
}

function incompleteRetries(summary: Summary): string | undefined {
  if ([...summary.retries.values()].every((retries) => retries.complete)) return undefined;
  return 'how many requests were retried, because the input is too large to join every request id; the counts are lower bounds. Narrow it with --fn or --from and --to.';
}

function droppedMetrics(summary: Summary): string | undefined {
  if (summary.metricsDropped === 0) return undefined;
  return `what ${plural(summary.metricsDropped, 'metric value')} beyond the first ${countWords(summary.metrics.length)} said, because they were not kept.`;
}

/** A process that only our agent speaks of: what Lambda sets, meters and bills does not concern it. */
function isMeasuredByAgent({ memorySizeMb, agent }: ConfigurationSummary): boolean {
  return memorySizeMb === 0 && agent !== undefined;
}

function drilledRequests({ drilled }: Summary): string | undefined {
  if (drilled.size === 0) return undefined;
  const count = [...drilled.values()].reduce((sum, each) => sum + each, 0);
  const named = [...drilled.keys()].slice(0, 3).join(', ');
  return `what ${plural(count, 'request')} would have been like without a drill (${named}): they are in no figure; --count-drills counts them`;
}
