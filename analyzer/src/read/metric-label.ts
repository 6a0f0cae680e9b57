/**
 * What the label of a CloudWatch metric tells of it.
 *
 * GetMetricData answers with labels and not with dimensions. CloudWatch builds a default label from whatever tells
 * the asked metrics apart: `Throttles`, `checkout Throttles`, `AWS/Lambda Throttles`, `Duration p99`. The period may stand
 * behind it as `60s`, for those who write their own.
 */
export interface MetricLabel {
  readonly name: string;
  readonly namespace?: string;
  readonly statistic?: string;
  readonly periodMs?: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** @returns the label itself as the name when it does not end in the name of a metric */
export function readMetricLabel(label: string): MetricLabel {
  const words = label.trim().split(/\s+/);
  const period = PERIOD.exec(words[words.length - 1]);
  if (period !== null) words.pop();
  const statistic = words.length > 1 && STATISTIC.test(words[words.length - 1]) ? words.pop() : undefined;
  const name = words.pop();
  if (name === undefined || !METRIC_NAME.test(name)) return { name: label, dimensions: {} };
  const namespace = words[0]?.includes('/') ? words.shift() : undefined;
  const resource = words.length === 1 ? words[0] : undefined;
  const dimensions: Record<string, string> = resource === undefined ? {} : { [dimensionOf(name, namespace)]: resource };
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(statistic === undefined ? {} : { statistic }),
    ...(period === null ? {} : { periodMs: Number(period[1]) * 1000 }),
    dimensions,
  };
}

const PERIOD = /^(\d{1,6})s$/;
const STATISTIC = /^(Sum|Average|Maximum|Minimum|SampleCount|p\d{1,2}(\.\d+)?)$/;
const METRIC_NAME = /^[A-Z][A-Za-z0-9]+$/;

/** What the metric is kept by: queues have names, everything else here is a function's. */
function dimensionOf(name: string, namespace: string | undefined): string {
  return namespace === 'AWS/SQS' || /^(Approximate|NumberOf(Empty)?(Messages|Receives))/.test(name) ? 'QueueName' : 'FunctionName';
}
