/**
 * OTLP as JSON (`application/json` of OTLP/HTTP), written without the OpenTelemetry packages: loading those costs a
 * function's start more than everything that we measure.
 *
 * Forms are those of the OTLP specification: ids in hexadecimal (not base64, as plain proto3 JSON would have them), 64-bit
 * integers and times as decimal strings, enums as numbers. The tests hold it against the official exporter.
 *
 * Single spans are encoded when they arise, so that what waits is counted in bytes; a request is put together around them.
 */
import { AGENT_VERSION } from './agent-version.ts';
import type { ExponentialPoint } from './latency-histogram.ts';
import type { Attributes, AttributeValue, Span } from './span.ts';

export function encodeSpan(span: Span): string {
  return JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: KIND[span.kind],
    startTimeUnixNano: unixNanos(span.startEpochMs),
    endTimeUnixNano: unixNanos(span.endEpochMs),
    attributes: keyValues(span.attributes),
    status: span.failed ? { code: STATUS_ERROR } : {},
    flags: FLAG_SAMPLED | FLAG_REMOTE_KNOWN | (span.parentIsRemote ? FLAG_REMOTE : 0),
  });
}

/** @param body  one record line, as it would stand in a log */
export function encodeLogRecord(body: string, atEpochMs: number): string {
  const time = unixNanos(atEpochMs);
  return JSON.stringify({ timeUnixNano: time, observedTimeUnixNano: time, severityNumber: SEVERITY_INFO, body: { stringValue: body } });
}

/** @param temporality  whether points count from the start of the process or only their own stretch of time */
export function encodeLatencyMetric(name: string, points: readonly ExponentialPoint[], temporality: 'cumulative' | 'delta'): string {
  return JSON.stringify({
    name,
    unit: 's',
    exponentialHistogram: {
      aggregationTemporality: temporality === 'delta' ? 1 : 2,
      dataPoints: points.map((point) => ({
        attributes: keyValues(point.attributes),
        startTimeUnixNano: unixNanos(point.fromEpochMs),
        timeUnixNano: unixNanos(point.toEpochMs),
        count: String(point.count),
        sum: point.sum,
        scale: point.scale,
        zeroCount: '0',
        positive: { offset: point.offset, bucketCounts: point.bucketCounts.map(String) },
      })),
    },
  });
}

export function encodeResource(attributes: Attributes): string {
  return JSON.stringify({ attributes: keyValues(attributes) });
}

/** @param resource  an encoded resource. @param spans  encoded spans */
export function tracesRequest(resource: string, spans: readonly string[]): string {
  return `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":${SCOPE},"spans":[${spans.join()}]}]}]}`;
}

export function logsRequest(resource: string, records: readonly string[]): string {
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[{"scope":${SCOPE},"logRecords":[${records.join()}]}]}]}`;
}

export function metricsRequest(resource: string, metrics: readonly string[]): string {
  return `{"resourceMetrics":[{"resource":${resource},"scopeMetrics":[{"scope":${SCOPE},"metrics":[${metrics.join()}]}]}]}`;
}

/** Milliseconds since 1970 as whole nanoseconds: beyond what a number holds exactly, so seconds and rest are written one by one. */
export function unixNanos(epochMs: number): string {
  let seconds = Math.trunc(epochMs / 1000);
  let nanos = Math.round((epochMs % 1000) * 1e6);
  if (nanos === 1e9) {
    seconds++;
    nanos = 0;
  }
  return seconds > 0 ? `${seconds}${String(nanos).padStart(9, '0')}` : String(nanos);
}

function keyValues(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((entry) => ({ stringValue: entry })) } };
}

/** SpanKind of trace.proto. */
const KIND = { server: 2, client: 3, consumer: 5 } as const;
const STATUS_ERROR = 2;
const SEVERITY_INFO = 9;
// SpanFlags of trace.proto: the caller's sampling flag, whether we know that the parent is remote, and whether it is.
const FLAG_SAMPLED = 0x1;
const FLAG_REMOTE_KNOWN = 0x100;
const FLAG_REMOTE = 0x200;
const SCOPE = JSON.stringify({ name: 'nightlight', version: AGENT_VERSION });
