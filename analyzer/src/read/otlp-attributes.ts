/**
 * Attributes and values of OTLP in its JSON form, where a 64-bit integer is a string.
 * Source: OpenTelemetry specification, "OTLP/HTTP: JSON Protobuf Encoding", and opentelemetry-proto `common.proto`.
 */
import type { NamedValues, NamePlaces } from './otlp-names.ts';

export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpAttribute[] };
  readonly bytesValue?: string;
}

export interface OtlpAttribute {
  readonly key?: string;
  readonly value?: OtlpValue | null;
}

export type Attributes = ReadonlyMap<string, unknown>;

export function readAttributes(list: unknown): Attributes {
  const attributes = new Map<string, unknown>();
  for (const attribute of listOf<OtlpAttribute>(list)) {
    if (typeof attribute?.key === 'string') attributes.set(attribute.key, plainValue(attribute.value));
  }
  return attributes;
}

/** The values of those attributes that have a place, as text. */
export function readNamedValues(list: unknown, places: NamePlaces, values: NamedValues): NamedValues {
  for (const attribute of listOf<OtlpAttribute>(list)) {
    if (typeof attribute?.key !== 'string') continue;
    const place = places.of(attribute.key);
    if (place >= 0) values[place] = asText(plainValue(attribute.value));
  }
  return values;
}

/** The first of these attributes that is told, as text. */
export function textOf(attributes: Attributes, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = asText(attributes.get(key));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A value as text; of a list, its first element. An empty text tells nothing. */
export function asText(value: unknown): string | undefined {
  const single = Array.isArray(value) ? value[0] : value;
  if (typeof single === 'string' && single !== '') return single;
  return typeof single === 'number' || typeof single === 'boolean' ? String(single) : undefined;
}

/** The value as JSON would have it. */
export function plainValue(value: OtlpValue | null | undefined, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return undefined;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.arrayValue !== undefined) return listOf<OtlpValue>(value.arrayValue?.values).map((each) => plainValue(each, depth + 1));
  if (value.kvlistValue !== undefined) {
    const entries: [string, unknown][] = [];
    for (const each of listOf<OtlpAttribute>(value.kvlistValue?.values)) {
      if (typeof each?.key === 'string') entries.push([each.key, plainValue(each.value, depth + 1)]);
    }
    return Object.fromEntries(entries);
  }
  return value.bytesValue;
}

/** A member that should be a list, in data that nobody has checked. */
export function listOf<T>(list: unknown): readonly (T | null | undefined)[] {
  return Array.isArray(list) ? list : NOTHING;
}

/** Epoch ms from nanoseconds; NaN when there are none. */
export function millisecondsOf(nanoseconds: unknown): number {
  if (typeof nanoseconds !== 'string' && typeof nanoseconds !== 'number') return Number.NaN;
  const value = Number(nanoseconds);
  // A double of this size is exact to a quarter of a microsecond.
  return value > 0 ? Math.round(value / 1e3) / 1e3 : Number.NaN;
}

const NOTHING: readonly never[] = [];
/** What a value nested deeper than this says is of no use, and JSON of the same depth would exhaust the stack. */
const DEEPEST = 64;
