/**
 * Metrics of OTLP in protobuf, given the form that JSON gives them, so that what is made of them is written once.
 *
 * Source: opentelemetry-proto `metrics.proto`.
 */
import type { OtlpAttribute } from './otlp-attributes.ts';
import type { ValueReader } from './otlp-protobuf-values.ts';
import { field, WIRE } from './protobuf-bytes.ts';

/** A Metric up to `end`, as JSON would have it. */
export function metricOf(values: ValueReader, end: number): unknown {
  const { cursor } = values;
  const metric: Record<string, unknown> = {};
  while (cursor.at < end) {
    const tag = cursor.tag(end);
    const kind = METRIC_KINDS.get(tag);
    if (tag === METRIC_NAME || tag === METRIC_UNIT) {
      const to = cursor.endOfBytes(end);
      metric[tag === METRIC_NAME ? 'name' : 'unit'] = values.text(cursor.at, to);
      cursor.at = to;
    } else if (kind !== undefined) {
      // One metric is of one kind: the last holds.
      for (const { name } of METRIC_KINDS.values()) delete metric[name];
      metric[kind.name] = { dataPoints: pointsOf(values, cursor.endOfBytes(end), kind.fields) };
    } else cursor.skip(tag & 7, end);
  }
  return metric;
}

type PointFields = ReadonlyMap<number, string>;

function pointsOf(values: ValueReader, end: number, fields: PointFields): unknown[] {
  const { cursor } = values;
  const points: unknown[] = [];
  while (cursor.at < end) {
    const tag = cursor.tag(end);
    if (tag === DATA_POINT) points.push(pointOf(values, cursor.endOfBytes(end), fields));
    else cursor.skip(tag & 7, end);
  }
  return points;
}

function pointOf(values: ValueReader, end: number, fields: PointFields): unknown {
  const { cursor } = values;
  const attributes: OtlpAttribute[] = [];
  const point: Record<string, unknown> = { attributes };
  while (cursor.at < end) {
    const tag = cursor.tag(end);
    switch (fields.get(tag)) {
      case 'attributes':
        attributes.push(values.attribute(cursor.endOfBytes(end)));
        break;
      case 'timeUnixNano':
        point.timeUnixNano = cursor.fixed64(end);
        break;
      case 'count':
        point.count = cursor.fixed64(end);
        break;
      case 'asInt':
        delete point.asDouble;
        point.asInt = cursor.sfixed64(end);
        break;
      case 'asDouble':
        delete point.asInt;
        point.asDouble = cursor.double(end);
        break;
      case 'sum':
        point.sum = cursor.double(end);
        break;
      case 'min':
        point.min = cursor.double(end);
        break;
      case 'max':
        point.max = cursor.double(end);
        break;
      default:
        cursor.skip(tag & 7, end);
    }
  }
  return point;
}

const METRIC_NAME = field(1, WIRE.bytes);
const METRIC_UNIT = field(3, WIRE.bytes);
const DATA_POINT = field(1, WIRE.bytes);

const NUMBER_POINT: PointFields = new Map([
  [field(3, WIRE.fixed64), 'timeUnixNano'],
  [field(4, WIRE.fixed64), 'asDouble'],
  [field(6, WIRE.fixed64), 'asInt'],
  [field(7, WIRE.bytes), 'attributes'],
]);
const COUNTED = [
  [field(3, WIRE.fixed64), 'timeUnixNano'],
  [field(4, WIRE.fixed64), 'count'],
  [field(5, WIRE.fixed64), 'sum'],
] as const;
const HISTOGRAM_POINT: PointFields = new Map([
  ...COUNTED,
  [field(9, WIRE.bytes), 'attributes'],
  [field(11, WIRE.fixed64), 'min'],
  [field(12, WIRE.fixed64), 'max'],
]);
const EXPONENTIAL_POINT: PointFields = new Map([
  ...COUNTED,
  [field(1, WIRE.bytes), 'attributes'],
  [field(12, WIRE.fixed64), 'min'],
  [field(13, WIRE.fixed64), 'max'],
]);
const SUMMARY_POINT: PointFields = new Map([...COUNTED, [field(7, WIRE.bytes), 'attributes']]);
const METRIC_KINDS: ReadonlyMap<number, { readonly name: string; readonly fields: PointFields }> = new Map([
  [field(5, WIRE.bytes), { name: 'gauge', fields: NUMBER_POINT }],
  [field(7, WIRE.bytes), { name: 'sum', fields: NUMBER_POINT }],
  [field(9, WIRE.bytes), { name: 'histogram', fields: HISTOGRAM_POINT }],
  [field(10, WIRE.bytes), { name: 'exponentialHistogram', fields: EXPONENTIAL_POINT }],
  [field(11, WIRE.bytes), { name: 'summary', fields: SUMMARY_POINT }],
]);
