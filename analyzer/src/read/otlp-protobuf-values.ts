/**
 * Attributes, values and data points of OTLP in protobuf. Values that are needed as a whole take the form that JSON gives them, so
 * that what is made of them is written once.
 *
 * Source: opentelemetry-proto `common.proto` and `metrics.proto`.
 */
import { InternedText } from './interned-text.ts';
import { asText, type OtlpAttribute, type OtlpValue, plainValue } from './otlp-attributes.ts';
import type { NamedValues, NamePlaces } from './otlp-names.ts';
import { type ProtobufBytes, ProtobufFault, WIRE } from './protobuf-bytes.ts';

export class ValueReader {
  readonly cursor: ProtobufBytes;
  readonly #interned = new InternedText();

  constructor(cursor: ProtobufBytes) {
    this.cursor = cursor;
  }

  text(from: number, to: number): string {
    return this.#interned.of(this.cursor.bytes, from, to);
  }

  /** Reads one KeyValue up to `end`, and keeps its value if its name has a place. */
  named(end: number, places: NamePlaces, values: NamedValues): void {
    const { cursor } = this;
    const { bytes, at } = cursor;
    // As every encoder writes it: a short name, a short value, and nothing else. Most have a name that nobody asks for.
    const keyFrom = at + 2;
    const keyTo = keyFrom + bytes[at + 1]!;
    const valueAt = keyTo + 2;
    if (
      valueAt <= end &&
      bytes[at] === KEY &&
      bytes[at + 1]! < 0x80 &&
      bytes[keyTo] === VALUE &&
      bytes[keyTo + 1]! < 0x80 &&
      valueAt + bytes[keyTo + 1]! === end
    ) {
      const place = places.ofBytes(bytes, keyFrom, keyTo);
      if (place < 0) {
        cursor.at = end;
        return;
      }
      if (end - valueAt > 2 && bytes[valueAt] === STRING && bytes[valueAt + 1]! < 0x80 && valueAt + 2 + bytes[valueAt + 1]! === end) {
        values[place] = this.#interned.of(bytes, valueAt + 2, end);
        cursor.at = end;
        return;
      }
      const number = bytes[valueAt] === INT ? smallNumber(bytes, valueAt + 1, end) : -1;
      if (number >= 0) {
        NUMBERS[number] ??= String(number);
        values[place] = NUMBERS[number];
        cursor.at = end;
        return;
      }
    }
    this.#namedAnyhow(end, places, values);
  }

  #namedAnyhow(end: number, places: NamePlaces, values: NamedValues): void {
    const { cursor } = this;
    let place = -1;
    let valueFrom = -1;
    let valueTo = -1;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === KEY) {
        const to = cursor.endOfBytes(end);
        place = places.ofBytes(cursor.bytes, cursor.at, to);
        cursor.at = to;
      } else if (tag === VALUE) {
        valueTo = cursor.endOfBytes(end);
        valueFrom = cursor.at;
        cursor.at = valueTo;
      } else cursor.skip(tag & 7, end);
    }
    if (place < 0) return;
    if (valueFrom < 0) {
      values[place] = undefined;
      return;
    }
    cursor.at = valueFrom;
    const textFrom = this.soleText(valueTo);
    if (textFrom >= 0) values[place] = textFrom === valueTo ? undefined : this.text(textFrom, valueTo);
    else {
      cursor.at = valueFrom;
      values[place] = asText(plainValue(this.value(valueTo)));
    }
  }

  /** Where the text begins, if the AnyValue up to `end` is nothing but a text that reaches to `end`; else -1. */
  soleText(end: number): number {
    const { cursor } = this;
    if (cursor.at >= end || cursor.tag(end) !== STRING) return -1;
    return cursor.endOfBytes(end) === end ? cursor.at : -1;
  }

  /** An AnyValue up to `end`; of several values in it the last one holds. */
  value(end: number, depth = 0): OtlpValue {
    const { cursor } = this;
    if (depth > DEEPEST) throw new ProtobufFault('values nested too deeply', cursor.at);
    let value: OtlpValue = {};
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      switch (tag) {
        case STRING: {
          const to = cursor.endOfBytes(end);
          value = { stringValue: this.text(cursor.at, to) };
          cursor.at = to;
          break;
        }
        case BOOL:
          value = { boolValue: cursor.int64(end) !== 0 };
          break;
        case INT:
          value = { intValue: cursor.int64(end) };
          break;
        case DOUBLE:
          value = { doubleValue: cursor.double(end) };
          break;
        case ARRAY: {
          const to = cursor.endOfBytes(end);
          const values: OtlpValue[] = [];
          while (cursor.at < to) {
            const inner = cursor.tag(to);
            if (inner === ARRAY_VALUE) values.push(this.value(cursor.endOfBytes(to), depth + 1));
            else cursor.skip(inner & 7, to);
          }
          value = { arrayValue: { values } };
          break;
        }
        case LIST: {
          const to = cursor.endOfBytes(end);
          const values: OtlpAttribute[] = [];
          while (cursor.at < to) {
            const inner = cursor.tag(to);
            if (inner === ARRAY_VALUE) values.push(this.attribute(cursor.endOfBytes(to), depth + 1));
            else cursor.skip(inner & 7, to);
          }
          value = { kvlistValue: { values } };
          break;
        }
        case BYTES: {
          const to = cursor.endOfBytes(end);
          value = { bytesValue: cursor.bytes.toString('base64', cursor.at, to) };
          cursor.at = to;
          break;
        }
        default:
          cursor.skip(tag & 7, end);
      }
    }
    return value;
  }

  /** A KeyValue up to `end`. */
  attribute(end: number, depth = 0): OtlpAttribute {
    const { cursor } = this;
    let key: string | undefined;
    let value: OtlpValue | undefined;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === KEY) {
        const to = cursor.endOfBytes(end);
        key = this.text(cursor.at, to);
        cursor.at = to;
      } else if (tag === VALUE) value = this.value(cursor.endOfBytes(end), depth);
      else cursor.skip(tag & 7, end);
    }
    return { ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
  }
}

/** Adds the attribute up to `end` if it is one of `names`. */
export function attributesIn(
  values: ValueReader,
  end: number,
  names: ReadonlySet<string>,
  attributes: Map<string, unknown> | undefined,
): Map<string, unknown> | undefined {
  const { key, value } = values.attribute(end);
  if (key === undefined || !names.has(key)) return attributes;
  return (attributes ?? new Map<string, unknown>()).set(key, plainValue(value));
}

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

/** Epoch ms of a time in ns; NaN when there is none. */
export function unixMs(cursor: ProtobufBytes, end: number): number {
  unixMsInto(cursor, end, TOLD, 0);
  return TOLD[0]!;
}

/** The same, put where no object is made of it. */
export function unixMsInto(cursor: ProtobufBytes, end: number, times: Float64Array, place: number): void {
  const { bytes, at } = cursor;
  // Cut off: the cursor's own way says so.
  if (at + 8 > end) cursor.fixed64(end);
  cursor.at = at + 8;
  const high = (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0;
  const low = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  // A double of this size is exact to a quarter of a microsecond.
  const nanoseconds = high * 4_294_967_296 + low;
  times[place] = nanoseconds > 0 ? Math.round(nanoseconds / 1e3) / 1e3 : Number.NaN;
}

const TOLD = new Float64Array(1);

/** The number that fills these one or two bytes, as the codes of an answer do; -1 where it does not. */
function smallNumber(bytes: Buffer, from: number, to: number): number {
  const low = bytes[from]!;
  if (to - from === 1) return low < 0x80 ? low : -1;
  const high = bytes[from + 1]!;
  return to - from === 2 && low >= 0x80 && high < 0x80 ? (low & 0x7f) | (high << 7) : -1;
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

const field = (number: number, wire: number): number => (number << 3) | wire;
const KEY = field(1, WIRE.bytes);
const VALUE = field(2, WIRE.bytes);
const STRING = field(1, WIRE.bytes);
const BOOL = field(2, WIRE.varint);
const INT = field(3, WIRE.varint);
const DOUBLE = field(4, WIRE.fixed64);
const ARRAY = field(5, WIRE.bytes);
const LIST = field(6, WIRE.bytes);
const BYTES = field(7, WIRE.bytes);
const ARRAY_VALUE = field(1, WIRE.bytes);
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
/** Texts of small numbers, made once. */
const NUMBERS = new Array<string | undefined>(1 << 14).fill(undefined);
/** As protobufjs and others bound the depth of messages. */
const DEEPEST = 64;
