/**
 * Log records of OTLP in protobuf: an ordinary line goes on as the bytes that it is, and a text is made of any other.
 *
 * Source: opentelemetry-proto 1.7, `logs.proto`.
 */
import { type Attributes, type OtlpValue, plainValue } from './otlp-attributes.ts';
import type { OtlpEvents, OtlpSkip } from './otlp-events.ts';
import { NO_BODY } from './otlp-json.ts';
import { LOG_NAMES, lineOf, type OtlpLogRecord } from './otlp-log-line.ts';
import { unixMs } from './otlp-protobuf-time.ts';
import type { ValueReader } from './otlp-protobuf-values.ts';
import type { OtlpResource } from './otlp-resource.ts';
import { field, WIRE } from './protobuf-bytes.ts';

export function readLog(values: ValueReader, events: OtlpEvents, resource: OtlpResource, end: number, place: number): OtlpSkip | undefined {
  const { cursor } = values;
  let bodyFrom = -1;
  let bodyTo = -1;
  let timeMs = Number.NaN;
  let observedMs = Number.NaN;
  let severityNumber = 0;
  let severityText: string | undefined;
  let attributes: Map<string, unknown> | undefined;
  while (cursor.at < end) {
    const tag = cursor.tag(end);
    switch (tag) {
      case LOG.time:
        timeMs = unixMs(cursor, end);
        break;
      case LOG.observed:
        observedMs = unixMs(cursor, end);
        break;
      case LOG.severity:
        severityNumber = cursor.length(end);
        break;
      case LOG.severityText: {
        const to = cursor.endOfBytes(end);
        severityText = values.text(cursor.at, to);
        cursor.at = to;
        break;
      }
      case LOG.body:
        bodyTo = cursor.endOfBytes(end);
        bodyFrom = cursor.at;
        cursor.at = bodyTo;
        break;
      case LOG.attribute: {
        const to = cursor.endOfBytes(end);
        attributes = attributesIn(values, to, LOG_NAMES, attributes);
        cursor.at = to;
        break;
      }
      default:
        cursor.skip(tag & 7, end);
    }
  }
  let body: OtlpValue | undefined;
  if (bodyFrom >= 0) {
    cursor.at = bodyFrom;
    // An ordinary line goes on as the bytes that it is.
    const textFrom = attributes === undefined && severityNumber < SEVERITY_WARN ? values.soleText(bodyTo) : -1;
    if (textFrom >= 0) {
      events.bytes(resource, Number.isNaN(timeMs) ? observedMs : timeMs, cursor.bytes, textFrom, bodyTo, place);
      return undefined;
    }
    cursor.at = bodyFrom;
    body = values.value(bodyTo);
  }
  const record: OtlpLogRecord = { severityNumber, severityText, ...(body !== undefined && { body }) };
  const line = lineOf(record, attributes ?? NO_ATTRIBUTES, timeMs);
  if (line === undefined) return NO_BODY;
  events.line(resource, Number.isNaN(timeMs) ? observedMs : timeMs, line, place);
  return undefined;
}

/** Adds the attribute up to `end` if it is one of `names`. */
function attributesIn(
  values: ValueReader,
  end: number,
  names: ReadonlySet<string>,
  attributes: Map<string, unknown> | undefined,
): Map<string, unknown> | undefined {
  const { key, value } = values.attribute(end);
  if (key === undefined || !names.has(key)) return attributes;
  return (attributes ?? new Map<string, unknown>()).set(key, plainValue(value));
}

const LOG = {
  time: field(1, WIRE.fixed64),
  severity: field(2, WIRE.varint),
  severityText: field(3, WIRE.bytes),
  body: field(5, WIRE.bytes),
  attribute: field(6, WIRE.bytes),
  observed: field(11, WIRE.fixed64),
} as const;
const NO_ATTRIBUTES: Attributes = new Map();
const SEVERITY_WARN = 13;
