/**
 * CloudWatch metrics and embedded metrics of the input, one row a series.
 *
 * An embedded metric may carry a dimension with a value for every customer. Beyond fifty series of one name they are
 * folded into one row whose dimension values read `*`, so that a report stays readable and nothing is left out.
 */
import type { MetricPoint } from '../read/event-sink.ts';
import type { Summary } from '../store/summary.ts';
import type { MetricSection } from './sections.ts';

export function metricSection(summary: Summary): MetricSection[] {
  const kinds = new Map<string, Map<string, MetricPoint[]>>();
  for (const point of summary.metrics) {
    const kind = JSON.stringify([point.namespace, point.name, point.unit, point.statistic, point.periodMs]);
    const series = JSON.stringify(Object.entries(point.dimensions).sort(([a], [b]) => compareText(a, b)));
    const bySeries = kinds.get(kind) ?? new Map<string, MetricPoint[]>();
    kinds.set(kind, bySeries);
    const known = bySeries.get(series);
    if (known === undefined) bySeries.set(series, [point]);
    else known.push(point);
  }
  const rows: MetricSection[] = [];
  for (const bySeries of kinds.values()) {
    if (bySeries.size <= MOST_SERIES_OF_A_NAME) for (const points of bySeries.values()) rows.push(rowOf(points, points[0]!.dimensions));
    else {
      const points = [...bySeries.values()].flat();
      rows.push(
        rowOf(
          points,
          Object.fromEntries([...new Set(points.flatMap(({ dimensions }) => Object.keys(dimensions)))].map((key) => [key, '*'])),
        ),
      );
    }
  }
  return rows.sort((a, b) => compareText(a.name, b.name) || compareText(JSON.stringify(a.dimensions), JSON.stringify(b.dimensions)));
}

const MOST_SERIES_OF_A_NAME = 50;

function rowOf(points: readonly MetricPoint[], dimensions: Readonly<Record<string, string>>): MetricSection {
  const { name, unit, statistic } = points[0]!;
  let highest = points[0]!;
  let sum = 0;
  for (const point of points) {
    sum += point.value;
    if (point.value > highest.value) highest = point;
  }
  return { name, dimensions, unit, statistic, pointCount: points.length, sum, maximum: highest.value, maximumAtMs: highest.atMs };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
