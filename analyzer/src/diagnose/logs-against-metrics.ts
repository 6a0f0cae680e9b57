/**
 * Do the logs hold what CloudWatch counted? An export cut by a filter pattern, a sampled log level or a lost chunk looks
 * like a quiet function; beside the Invocations metric it does not.
 */
import type { MinuteSeries } from '../store/minute-series.ts';
import type { Summary } from '../store/summary.ts';
import { configurationsByFunction, minutesOf } from './function-configurations.ts';
import { type MetricSeries, metricSeries } from './metric-series.ts';

export interface MissingInvocations {
  readonly functionName: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** By the metric and by the logs, in the same periods. */
  readonly counted: number;
  readonly logged: number;
}

/** Functions of which the logs miss a tenth or more of what CloudWatch counted. Functions without any log are not judged. */
export function missingInvocations(summary: Summary): MissingInvocations[] {
  const series = metricSeries(summary.metrics, 'Invocations', 'Sum');
  if (series.length === 0 || summary.eventMinutes.size === 0) return [];
  let firstMinute = Number.POSITIVE_INFINITY;
  let lastMinute = Number.NEGATIVE_INFINITY;
  for (const minute of summary.eventMinutes.keys()) {
    firstMinute = Math.min(firstMinute, minute);
    lastMinute = Math.max(lastMinute, minute);
  }
  const configurations = configurationsByFunction(summary);
  return series.flatMap((one) => {
    const own = configurations.get(one.owner);
    // The first and the last minute of an export are seldom whole.
    return own === undefined ? [] : (compare(one, minutesOf(own), (firstMinute + 1) * MINUTE_MS, lastMinute * MINUTE_MS) ?? []);
  });
}

const MINUTE_MS = 60_000;
/** Below that, an invocation that the metric and its START put into different minutes would do. */
const FEWEST_MISSING = 20;
const LEAST_SHARE_MISSING = 0.1;

function compare(series: MetricSeries, minutes: MinuteSeries, fromMs: number, toMs: number): MissingInvocations | undefined {
  const inside = series.points.filter((point) => point.atMs >= fromMs && point.atMs + series.periodMs <= toMs);
  if (inside.length === 0) return undefined;
  let counted = 0;
  let logged = 0;
  for (const { atMs, value } of inside) {
    counted += value;
    const first = Math.floor(atMs / MINUTE_MS) - minutes.firstMinute;
    const end = first + Math.round(series.periodMs / MINUTE_MS);
    for (let i = Math.max(0, first); i < Math.min(minutes.length, end); i++) logged += minutes.invocations[i]!;
  }
  const missing = counted - logged;
  if (missing < FEWEST_MISSING || missing < LEAST_SHARE_MISSING * counted) return undefined;
  return { functionName: series.owner, fromMs: inside[0]!.atMs, toMs: inside.at(-1)!.atMs + series.periodMs, counted, logged };
}
