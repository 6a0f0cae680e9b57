/**
 * OTLP as JSON, as a collector's file exporter writes it: logs, metrics and spans of one resource after the other.
 *
 * A record's body is the event. Where a receiver has taken a JSON log line of Lambda apart into body and attributes, the line is put
 * together again, or the request id would be lost; platform lines are passed in the receiver's wording.
 * Source: opentelemetry-proto (`logs.proto`, `metrics.proto`, `trace.proto`); OpenTelemetry semantic conventions for
 * FaaS; open-telemetry/opentelemetry-lambda `collector/receiver/telemetryapireceiver/receiver.go`.
 */
import type { EventSink, FileContext, OpenReader, ReportFields, ShapeReader, SkipReason } from './event-sink.ts';
import { UnescapedText } from './json-strings.ts';
import { type JsonValueListener, JsonValues } from './json-values.ts';
import { OriginHandles } from './origin-handles.ts';
import { type Attributes, listOf, millisecondsOf, type OtlpValue, plainValue, readAttributes, textOf } from './otlp-attributes.ts';
import { readMetricPoints } from './otlp-metrics.ts';

export const openOtlpJson: OpenReader = (sink, file) => new OtlpJson(sink, file);

class OtlpJson implements JsonValueListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #origins: OriginHandles;
  readonly #values = new JsonValues(this, ['resourceLogs', 'resourceMetrics', 'resourceSpans']);
  readonly #text = new UnescapedText();

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#origins = new OriginHandles(sink, file);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  end(): void {
    this.#values.end();
  }

  value(bytes: Buffer, from: number, to: number, place: number, within: string): void {
    const byteCount = to - from;
    if (within === '' || bytes[from] !== 0x7b) {
      this.skipped('not-of-this-shape', byteCount, place, 'value outside resourceLogs, resourceMetrics and resourceSpans');
      return;
    }
    let entry: OtlpEntry;
    try {
      entry = JSON.parse(bytes.toString('utf8', from, to));
    } catch {
      this.skipped('broken', byteCount, place, 'JSON with a fault in it');
      return;
    }
    const resource = readAttributes(entry.resource?.attributes);
    const items =
      within === 'resourceLogs'
        ? this.#logs(resource, entry)
        : within === 'resourceSpans'
          ? this.#spans(resource, entry)
          : readMetricPoints(resource, entry.scopeMetrics).map((point) => (at: number) => {
              this.#sink.metric(point, at);
              return undefined;
            });
    this.#give(items, byteCount, place);
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#sink.skipped(reason, byteCount, place, found);
  }

  /** The bytes of the entry are shared out among what it holds. */
  #give(items: readonly Item[], byteCount: number, place: number): void {
    const share = Math.floor(byteCount / items.length);
    for (let i = 0; i < items.length; i++) {
      const own = i === items.length - 1 ? byteCount - share * i : share;
      const skipped = items[i](place);
      if (skipped === undefined) this.#sink.took(own);
      else this.skipped(skipped.reason, own, place, skipped.found);
    }
    if (items.length === 0) this.skipped('envelope', byteCount, place);
  }

  #logs(resource: Attributes, entry: OtlpEntry): Item[] {
    const handle = this.#originOf(resource);
    const items: Item[] = [];
    for (const scope of listOf<{ logRecords?: unknown }>(entry.scopeLogs)) {
      for (const record of listOf<OtlpLogRecord>(scope?.logRecords)) {
        const line = lineOf(record);
        if (line === undefined) {
          items.push(() => NO_BODY);
          continue;
        }
        const told = millisecondsOf(record?.timeUnixNano);
        const atMs = Number.isNaN(told) ? millisecondsOf(record?.observedTimeUnixNano) : told;
        items.push((place) => {
          this.#text.takeString(line);
          this.#sink.event(handle, atMs, this.#text.bytes, 0, this.#text.length, place);
          return undefined;
        });
      }
    }
    return items;
  }

  #spans(resource: Attributes, entry: OtlpEntry): Item[] {
    const items: Item[] = [];
    const memoryBytes = Number(textOf(resource, 'faas.max_memory'));
    for (const scope of listOf<{ spans?: unknown }>(entry.scopeSpans)) {
      for (const span of listOf<OtlpSpan>(scope?.spans)) {
        const requestId = textOf(readAttributes(span?.attributes), 'faas.invocation_id', 'faas.execution');
        const startMs = millisecondsOf(span?.startTimeUnixNano);
        const endMs = millisecondsOf(span?.endTimeUnixNano);
        if (requestId === undefined || !(endMs >= startMs)) {
          items.push(() => (requestId === undefined ? NO_INVOCATION : NO_TIMES));
          continue;
        }
        const handle = this.#originOf(resource);
        const fields: ReportFields = {
          requestId,
          durationMs: Math.round((endMs - startMs) * 1e3) / 1e3,
          ...(memoryBytes > 0 ? { memorySizeMb: memoryBytes / MEBIBYTE } : {}),
          ...(typeof span?.traceId === 'string' && span.traceId !== '' ? { traceId: span.traceId } : {}),
        };
        items.push((place) => {
          this.#sink.report(handle, endMs, fields, place);
          return undefined;
        });
      }
    }
    return items;
  }

  #originOf(resource: Attributes): number {
    return this.#origins.of({
      logGroup: textOf(resource, 'aws.log.group.names'),
      logStream: textOf(resource, 'aws.log.stream.names', 'faas.instance'),
      accountId: textOf(resource, 'cloud.account.id'),
      functionName: textOf(resource, 'faas.name'),
    });
  }
}

/** Hands one thing over, or says why not. */
type Item = (place: number) => { readonly reason: SkipReason; readonly found: string } | undefined;

interface OtlpEntry {
  readonly resource?: { readonly attributes?: unknown };
  readonly scopeLogs?: unknown;
  readonly scopeMetrics?: unknown;
  readonly scopeSpans?: unknown;
}

interface OtlpLogRecord {
  readonly timeUnixNano?: unknown;
  readonly observedTimeUnixNano?: unknown;
  readonly severityText?: unknown;
  readonly body?: OtlpValue | null;
  readonly attributes?: unknown;
}

interface OtlpSpan {
  readonly traceId?: unknown;
  readonly startTimeUnixNano?: unknown;
  readonly endTimeUnixNano?: unknown;
  readonly attributes?: unknown;
}

const NO_BODY = { reason: 'not-of-this-shape', found: 'log record without a body' } as const;
const NO_INVOCATION = { reason: 'marker', found: 'span without faas.invocation_id' } as const;
const NO_TIMES = { reason: 'not-of-this-shape', found: 'span without its times' } as const;
/** `faas.max_memory` is in bytes. */
const MEBIBYTE = 1_048_576;

/** The line that was logged, as far as the record still tells. */
function lineOf(record: OtlpLogRecord | null | undefined): string | undefined {
  const body = plainValue(record?.body);
  const attributes = readAttributes(record?.attributes);
  const requestId = textOf(attributes, 'faas.invocation_id', 'faas.execution');
  const errorType = textOf(attributes, 'exception.type', 'error.type');
  if (body === undefined && errorType === undefined) return undefined;
  const isWhole = typeof body === 'string' && (body.startsWith('{') || PLATFORM_LINE.test(body));
  if (isWhole || (errorType === undefined && (requestId === undefined || (typeof body === 'string' && body.includes(requestId))))) {
    return typeof body === 'string' ? body : JSON.stringify(body);
  }
  const atMs = millisecondsOf(record?.timeUnixNano);
  // The members of Lambda's JSON log format.
  return JSON.stringify({
    timestamp: atMs < LAST_DATE_MS ? new Date(atMs).toISOString() : undefined,
    level: typeof record?.severityText === 'string' && record.severityText !== '' ? record.severityText.toUpperCase() : undefined,
    requestId,
    message: body,
    errorType,
    errorMessage: textOf(attributes, 'exception.message'),
    stackTrace: textOf(attributes, 'exception.stacktrace')?.split('\n'),
  });
}

const PLATFORM_LINE = /^(START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY|LOGS)\b/;
/** The largest time a Date can hold. */
const LAST_DATE_MS = 8.64e15;
