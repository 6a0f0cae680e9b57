/** Data points of one resource's OTLP metrics as metric points; a histogram becomes its count and its sum. */
import type { MetricPoint } from './event-sink.ts';
import { type Attributes, listOf, millisecondsOf, readAttributes } from './otlp-attributes.ts';

/** @param ofResource  dimensions that all points of the resource share */
export function readMetricPoints(ofResource: Readonly<Record<string, string>>, scopes: unknown): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (const scope of listOf<{ metrics?: unknown }>(scopes)) {
    for (const metric of listOf<OtlpMetric>(scope?.metrics)) {
      if (typeof metric?.name !== 'string') continue;
      for (const kind of KINDS) {
        for (const point of listOf<OtlpPoint>(metric[kind]?.dataPoints)) {
          if (typeof point !== 'object' || point === null) continue;
          const common = {
            name: metric.name,
            ...(metric.unit ? { unit: metric.unit } : {}),
            dimensions: { ...ofResource, ...dimensionsOf(readAttributes(point.attributes)) },
            atMs: millisecondsOf(point.timeUnixNano),
          };
          for (const [statistic, value] of valuesOf(point)) {
            points.push(statistic === '' ? { ...common, value } : { ...common, statistic, value });
          }
        }
      }
    }
  }
  return points;
}

interface OtlpPoint {
  readonly timeUnixNano?: unknown;
  readonly attributes?: unknown;
  readonly asDouble?: unknown;
  readonly asInt?: unknown;
  readonly count?: unknown;
  readonly sum?: unknown;
  readonly min?: unknown;
  readonly max?: unknown;
}

type OtlpMetric = { readonly name?: unknown; readonly unit?: string } & Readonly<
  Record<(typeof KINDS)[number], { readonly dataPoints?: unknown } | null | undefined>
>;

const KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;

/** CloudWatch's words for the statistics, by their members here. */
const STATISTICS: readonly (readonly [string, keyof OtlpPoint])[] = [
  ['', 'asDouble'],
  ['', 'asInt'],
  ['SampleCount', 'count'],
  ['Sum', 'sum'],
  ['Minimum', 'min'],
  ['Maximum', 'max'],
];

function valuesOf(point: OtlpPoint): (readonly [string, number])[] {
  const values: (readonly [string, number])[] = [];
  for (const [statistic, member] of STATISTICS) {
    const told = point[member];
    const value = typeof told === 'number' || (typeof told === 'string' && told !== '') ? Number(told) : Number.NaN;
    if (Number.isFinite(value)) values.push([statistic, value]);
  }
  return values;
}

function dimensionsOf(attributes: Attributes): Record<string, string> {
  const dimensions: Record<string, string> = {};
  for (const [key, value] of attributes) {
    if (value !== undefined && typeof value !== 'object') dimensions[key] = String(value);
  }
  return dimensions;
}
