/**
 * OTLP as JSON, as a collector's file exporter writes it and as OTLP/HTTP carries it: logs, metrics and spans of one resource after
 * the other. What they become is told in `otlp-events.ts`.
 *
 * Source: opentelemetry-proto (`logs.proto`, `metrics.proto`, `trace.proto`); OpenTelemetry specification, "OTLP/HTTP: JSON
 * Protobuf Encoding".
 */
import type { EventSink, FileContext, OpenReader, ShapeReader, SkipReason } from './event-sink.ts';
import { type JsonValueListener, JsonValues } from './json-values.ts';
import { listOf, millisecondsOf, readAttributes, readNamedValues } from './otlp-attributes.ts';
import { OtlpEvents, type OtlpSkip } from './otlp-events.ts';
import { lineOf, type OtlpLogRecord } from './otlp-log-line.ts';
import { readMetricPoints } from './otlp-metrics.ts';
import { OtlpResource, RESOURCE_PLACES } from './otlp-resource.ts';
import { EXCEPTION_PLACES, OtlpSpan, SPAN_PLACES, type SpanException } from './otlp-span.ts';

export const openOtlpJson: OpenReader = (sink, file) => new OtlpJson(sink, file);

class OtlpJson implements JsonValueListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #entries: OtlpJsonEntries;
  readonly #events: OtlpEvents;
  readonly #values = new JsonValues(this, ['resourceLogs', 'resourceMetrics', 'resourceSpans']);

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#events = new OtlpEvents(sink, file);
    this.#entries = new OtlpJsonEntries(this.#events);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  end(): void {
    this.#values.end();
    this.#events.end();
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
    this.#account(this.#entries.read(within as OtlpEntryKind, entry, place), byteCount, place);
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#sink.skipped(reason, byteCount, place, found);
  }

  /** The bytes of the entry are shared out among what it holds. */
  #account(outcomes: readonly (OtlpSkip | undefined)[], byteCount: number, place: number): void {
    const share = Math.floor(byteCount / outcomes.length);
    for (let i = 0; i < outcomes.length; i++) {
      const own = i === outcomes.length - 1 ? byteCount - share * i : share;
      const skipped = outcomes[i];
      if (skipped === undefined) this.#sink.took(own);
      else this.skipped(skipped.reason, own, place, skipped.found);
    }
    if (outcomes.length === 0) this.skipped('envelope', byteCount, place);
  }
}

export type OtlpEntryKind = 'resourceLogs' | 'resourceMetrics' | 'resourceSpans';

/** One element of those lists, after JSON.parse. Nothing in it has been checked. */
export interface OtlpEntry {
  readonly resource?: { readonly attributes?: unknown };
  readonly scopeLogs?: unknown;
  readonly scopeMetrics?: unknown;
  readonly scopeSpans?: unknown;
}

export class OtlpJsonEntries {
  readonly #events: OtlpEvents;
  readonly #span = new OtlpSpan();

  constructor(events: OtlpEvents) {
    this.#events = events;
  }

  /** @returns for each record in it why it was skipped, or undefined */
  read(kind: OtlpEntryKind, entry: OtlpEntry | null | undefined, place: number): (OtlpSkip | undefined)[] {
    const resource = new OtlpResource(
      readNamedValues(entry?.resource?.attributes, RESOURCE_PLACES, new Array<string | undefined>(RESOURCE_PLACES.count).fill(undefined)),
    );
    const outcomes: (OtlpSkip | undefined)[] = [];
    switch (kind) {
      case 'resourceLogs':
        for (const scope of listOf<{ logRecords?: unknown }>(entry?.scopeLogs)) {
          for (const record of listOf<OtlpLogRecord>(scope?.logRecords)) outcomes.push(this.#log(resource, record, place));
        }
        break;
      case 'resourceSpans':
        for (const scope of listOf<{ spans?: unknown }>(entry?.scopeSpans)) {
          for (const span of listOf<OtlpJsonSpan>(scope?.spans)) {
            fillSpan(this.#span, span);
            outcomes.push(this.#events.span(resource, this.#span, place));
          }
        }
        this.#events.endSpans();
        break;
      case 'resourceMetrics':
        for (const point of readMetricPoints(resource.dimensions, entry?.scopeMetrics)) {
          this.#events.metric(point, place);
          outcomes.push(undefined);
        }
        break;
      default:
        kind satisfies never;
    }
    for (const outcome of outcomes) if (outcome !== undefined) this.#events.passOver(outcome.found);
    return outcomes;
  }

  #log(resource: OtlpResource, record: OtlpLogRecord | null | undefined, place: number): OtlpSkip | undefined {
    const told = millisecondsOf(record?.timeUnixNano);
    const line = lineOf(record, readAttributes(record?.attributes), told);
    if (line === undefined) return NO_BODY;
    this.#events.line(resource, Number.isNaN(told) ? millisecondsOf(record?.observedTimeUnixNano) : told, line, place);
    return undefined;
  }
}

export const NO_BODY: OtlpSkip = { reason: 'not-of-this-shape', found: 'log record without a body' };

interface OtlpJsonSpan {
  readonly traceId?: unknown;
  readonly spanId?: unknown;
  readonly parentSpanId?: unknown;
  readonly kind?: unknown;
  readonly flags?: unknown;
  readonly startTimeUnixNano?: unknown;
  readonly endTimeUnixNano?: unknown;
  readonly attributes?: unknown;
  readonly status?: { readonly code?: unknown } | null;
  readonly events?: unknown;
}

function fillSpan(span: OtlpSpan, told: OtlpJsonSpan | null | undefined): void {
  span.reset();
  if (typeof told !== 'object' || told === null) return;
  span.times[0] = millisecondsOf(told.startTimeUnixNano);
  span.times[1] = millisecondsOf(told.endTimeUnixNano);
  span.kind = enumOf(told.kind, KINDS);
  span.failed = enumOf(told.status?.code, STATUS_CODES) === STATUS_ERROR;
  const flags = Number(told.flags) || 0;
  const { traceId, spanId, parentSpanId } = told;
  if (typeof traceId === 'string' && traceId !== '') span.traceId = traceId;
  span.trace2 = wordOf(traceId, 16, 32);
  span.trace3 = wordOf(traceId, 24, 32);
  span.span0 = wordOf(spanId, 0, 16);
  span.span1 = wordOf(spanId, 8, 16);
  span.parent0 = wordOf(parentSpanId, 0, 16);
  span.parent1 = wordOf(parentSpanId, 8, 16);
  span.hasLocalParent = (span.parent0 | span.parent1) !== 0 && (flags & FLAG_REMOTE_KNOWN) !== 0 && (flags & FLAG_REMOTE) === 0;
  readNamedValues(told.attributes, SPAN_PLACES, span.values);
  span.exception = exceptionIn(told.events);
}

/** The last one: what was thrown to the outside. */
function exceptionIn(events: unknown): SpanException | undefined {
  for (const event of listOf<{ name?: unknown; attributes?: unknown }>(events).toReversed()) {
    if (event?.name !== 'exception') continue;
    const [type, message, stack] = readNamedValues(event.attributes, EXCEPTION_PLACES, [undefined, undefined, undefined]);
    return { type, message, stack };
  }
  return undefined;
}

/** Eight digits of an id of `length` hexadecimal digits; 0 when it is none. */
function wordOf(id: unknown, from: number, length: number): number {
  if (typeof id !== 'string' || id.length !== length) return 0;
  return Number.parseInt(id.slice(from, from + 8), 16) | 0;
}

/** The specification demands numbers; some senders write the names. */
function enumOf(value: unknown, names: readonly string[]): number {
  return typeof value === 'string' && names.includes(value) ? names.indexOf(value) : Number(value) || 0;
}

const KINDS = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUS_CODES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];
const STATUS_ERROR = 2;
/** SpanFlags of trace.proto. */
export const FLAG_REMOTE_KNOWN = 0x100;
export const FLAG_REMOTE = 0x200;
