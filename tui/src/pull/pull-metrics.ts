/**
 * CloudWatch's own counts of each function into `metrics/get-metric-data-0001.json`: a throttled call or a dropped
 * event writes no log line, so only these can tell of them.
 */
import { join } from 'node:path';
import type { BoundedReader } from './patient-reader.ts';
import type { MetricsState } from './pull-state.ts';
import { replaceFile } from './replace-file.ts';

/** "Types of metrics for Lambda functions", AWS Lambda Developer Guide, with the statistic that it recommends. */
export const PULLED_METRICS = [
  { name: 'Invocations', statistic: 'Sum' },
  { name: 'Errors', statistic: 'Sum' },
  { name: 'Throttles', statistic: 'Sum' },
  { name: 'ConcurrentExecutions', statistic: 'Maximum' },
  { name: 'AsyncEventAge', statistic: 'Maximum' },
  { name: 'AsyncEventsDropped', statistic: 'Sum' },
  { name: 'DeadLetterErrors', statistic: 'Sum' },
  { name: 'IteratorAge', statistic: 'Maximum' },
] as const;

export interface MetricQuery {
  readonly Id: string;
  readonly Label: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: 'AWS/Lambda';
      readonly MetricName: string;
      readonly Dimensions: readonly [{ readonly Name: 'FunctionName'; readonly Value: string }];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/** Queries as they fit into calls; the same for the same functions and range, so that a batch has a number. */
export function metricBatches(functionNames: readonly string[], fromMs: number, toMs: number, nowMs: number): MetricQuery[][] {
  const periodSeconds = periodFor(fromMs, nowMs);
  const pointsEach = Math.ceil((toMs - fromMs) / 1000 / periodSeconds) + 1;
  const queriesPerCall = Math.max(1, Math.min(QUERIES_PER_CALL, Math.floor(POINTS_PER_CALL / pointsEach)));
  const queries = functionNames.flatMap((functionName, functionIndex) =>
    PULLED_METRICS.map(
      ({ name, statistic }, metricIndex): MetricQuery => ({
        Id: `f${functionIndex}m${metricIndex}`,
        // The answer repeats neither dimensions nor statistic; only the label says whose numbers these are.
        Label: `AWS/Lambda ${functionName} ${name} ${statistic} ${periodSeconds}s`,
        MetricStat: {
          Metric: { Namespace: 'AWS/Lambda', MetricName: name, Dimensions: [{ Name: 'FunctionName', Value: functionName }] },
          Period: periodSeconds,
          Stat: statistic,
        },
      }),
    ),
  );
  const batches: MetricQuery[][] = [];
  for (let at = 0; at < queries.length; at += queriesPerCall) batches.push(queries.slice(at, at + queriesPerCall));
  return batches;
}

/** @param record  called after each page; must be durable when it returns */
export async function pullMetrics(
  read: BoundedReader,
  folder: string,
  start: MetricsState,
  batches: readonly (readonly MetricQuery[])[],
  range: { readonly fromMs: number; readonly toMs: number },
  record: (metrics: MetricsState) => void,
): Promise<void> {
  let metrics = start;
  while (metrics.progress.kind === 'waiting' || metrics.progress.kind === 'reading') {
    const { progress, batchCount } = metrics;
    const queries = batches[batchCount];
    if (queries === undefined) {
      metrics = { ...metrics, progress: { kind: 'done' } };
    } else {
      const { json } = await read('cloudwatch get-metric-data', {
        'metric-data-queries': JSON.stringify(queries),
        'start-time': new Date(range.fromMs).toISOString(),
        'end-time': new Date(range.toMs).toISOString(),
        ...(progress.kind === 'reading' ? { 'next-token': progress.nextToken } : {}),
      });
      const { NextToken: nextToken } = json as { readonly NextToken?: string };
      const pageCount = metrics.pageCount + 1;
      const name = `get-metric-data-${String(pageCount).padStart(4, '0')}.json`;
      replaceFile(join(folder, 'metrics', name), `${JSON.stringify(json)}\n`);
      metrics =
        nextToken === undefined
          ? { batchCount: batchCount + 1, pageCount, progress: { kind: 'waiting' } }
          : { batchCount, pageCount, progress: { kind: 'reading', nextToken } };
    }
    record(metrics);
  }
}

/** Fewer than the 500 that the service takes: all queries are one argument, and Windows allows 32,767 characters for the line. */
const QUERIES_PER_CALL = 80;
/** GetMetricData, CloudWatch API Reference. */
const POINTS_PER_CALL = 100_800;
const DAY_MS = 86_400_000;

/** "Metrics retention", Amazon CloudWatch User Guide: minutes are kept for 15 days, 5 minutes for 63. */
function periodFor(fromMs: number, nowMs: number): number {
  if (nowMs - fromMs < 15 * DAY_MS) return 60;
  return nowMs - fromMs < 63 * DAY_MS ? 300 : 3600;
}
