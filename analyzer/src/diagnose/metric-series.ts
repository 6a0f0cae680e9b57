/**
 * CloudWatch's points, gathered so that nothing is counted twice: the same throttle stands in the series of the
 * function and of its alias, in periods of one minute and of five, and in two files that overlap.
 */
import type { MetricPoint } from '../read/event-sink.ts';
import type { Summary } from '../store/summary.ts';
import { type EvidenceReference, evidenceReference } from './evidence-reference.ts';

export interface MetricSeries {
  /** Function or queue; `(account)` where no dimension names one. */
  readonly owner: string;
  readonly periodMs: number;
  /** In order of time, one for each period. */
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

export const WHOLE_ACCOUNT = '(account)';

/**
 * @param statistic  `Sum` for counts, `Maximum` for ages and levels; a point without a statistic serves for both
 * @returns one series for each function or queue
 */
export function metricSeries(metrics: readonly MetricPoint[], name: string, statistic: 'Sum' | 'Maximum'): MetricSeries[] {
  const byOwner = new Map<string, Map<string, MetricPoint[]>>();
  for (const point of metrics) {
    if (point.name !== name || !(isOf(point, statistic) && Number.isFinite(point.value))) continue;
    const owner = point.dimensions.FunctionName ?? point.dimensions.QueueName ?? WHOLE_ACCOUNT;
    const variants = byOwner.get(owner) ?? new Map<string, MetricPoint[]>();
    // The fewest dimensions come first: the function as a whole stands before its aliases; then the finest period.
    const dimensionCount = String(Object.keys(point.dimensions).length).padStart(2, '0');
    const period = String(point.periodMs ?? 0).padStart(12, '0');
    const variant = `${dimensionCount} ${JSON.stringify(point.dimensions)} ${point.statistic === statistic ? 0 : 1} ${period}`;
    const points = variants.get(variant);
    if (points === undefined) variants.set(variant, [point]);
    else points.push(point);
    byOwner.set(owner, variants);
  }
  return [...byOwner].map(([owner, variants]) => {
    const points = variants.get([...variants.keys()].sort()[0]!)!;
    const byTime = new Map(points.map((point) => [point.atMs, point.value]));
    return {
      owner,
      periodMs: points[0]!.periodMs ?? 60_000,
      points: [...byTime].map(([atMs, value]) => ({ atMs, value })).sort((a, b) => a.atMs - b.atMs),
    };
  });
}

export function sumOf(series: MetricSeries | undefined): number {
  return series?.points.reduce((sum, point) => sum + point.value, 0) ?? 0;
}

export function highestOf(series: MetricSeries | undefined): number | undefined {
  return series?.points.reduce((highest, point) => Math.max(highest, point.value), Number.NEGATIVE_INFINITY);
}

/** When it was above 0 for the first and the last time. */
export function spanAboveZero(series: MetricSeries): { readonly sinceMs: number; readonly lastMs: number } | undefined {
  const above = series.points.filter((point) => point.value > 0);
  return above.length === 0 ? undefined : { sinceMs: above[0]!.atMs, lastMs: above.at(-1)!.atMs + series.periodMs };
}

/** A level is as well told by its average where no maximum was asked for. */
function isOf(point: MetricPoint, statistic: 'Sum' | 'Maximum'): boolean {
  return point.statistic === undefined || point.statistic === statistic || (statistic === 'Maximum' && point.statistic === 'Average');
}

/** The points above 0 that a metric's finding rests on: the first, and those with the highest values. */
export function metricPlaces(
  summary: Summary,
  owner: string,
  names: readonly string[],
  fromMs = Number.NEGATIVE_INFINITY,
  toMs = Number.POSITIVE_INFINITY,
): EvidenceReference[] {
  const own = summary.metrics.filter(
    ({ name, dimensions, value, atMs, file }) =>
      file !== undefined &&
      value > 0 &&
      names.includes(name) &&
      atMs >= fromMs &&
      atMs <= toMs &&
      (dimensions.FunctionName ?? dimensions.QueueName ?? WHOLE_ACCOUNT) === owner,
  );
  const byTime = [...own].sort((a, b) => a.atMs - b.atMs);
  const highest = [...own].sort((a, b) => b.value - a.value || a.atMs - b.atMs).slice(0, MOST_PLACES);
  return [...new Set([...byTime.slice(0, 1), ...highest])]
    .slice(0, MOST_PLACES)
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ file, place, atMs }) => evidenceReference(summary, { file: file!, place: place ?? 0, atMs }));
}

const MOST_PLACES = 5;
