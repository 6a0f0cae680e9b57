/**
 * OTLP's requests in protobuf, walked by hand: what is read goes straight from the bytes to the events of `otlp-events.ts`, and what
 * is not read costs a look at its tag.
 *
 * A request is first checked down to the frames of its records, so that one that is cut off or is something else is refused before
 * anything of it was taken. A fault inside one record rejects that record alone.
 * Source: opentelemetry-proto 1.7 (`trace.proto`, `logs.proto`, `common.proto`, `resource.proto`).
 */
import type { Attributes, OtlpValue } from './otlp-attributes.ts';
import type { OtlpEvents, OtlpSkip } from './otlp-events.ts';
import { FLAG_REMOTE, FLAG_REMOTE_KNOWN, NO_BODY } from './otlp-json.ts';
import { LOG_NAMES, lineOf, type OtlpLogRecord } from './otlp-log-line.ts';
import { readMetricPoints } from './otlp-metrics.ts';
import type { NamePlaces } from './otlp-names.ts';
import { attributesIn, metricOf, unixMs, unixMsInto, ValueReader } from './otlp-protobuf-values.ts';
import { OtlpResource, RESOURCE_PLACES } from './otlp-resource.ts';
import { EXCEPTION_PLACES, INSIDE_PLACES, OtlpSpan, SPAN_KIND, SPAN_PLACES, type SpanException } from './otlp-span.ts';
import { ProtobufBytes, ProtobufFault, WIRE } from './protobuf-bytes.ts';

export type OtlpSignal = 'traces' | 'metrics' | 'logs';

/** Told of each record: its bytes, and why it was skipped. */
export type OtlpOutcome = (skipped: OtlpSkip | undefined, byteCount: number) => void;

export class OtlpProtobuf {
  readonly #events: OtlpEvents;
  readonly #cursor = new ProtobufBytes();
  readonly #values = new ValueReader(this.#cursor);
  readonly #span = new OtlpSpan();
  /** By the text of their bytes: a process sends the same resource with every request. */
  readonly #resources = new Map<string, OtlpResource>();
  /** Of the metric that was read last. */
  #pointCount = 0;
  #lastBytes = NOTHING;
  #lastResource: OtlpResource | undefined;

  constructor(events: OtlpEvents) {
    this.#events = events;
  }

  /**
   * @param place  of the request, as events name it
   * @throws ProtobufFault when the bytes are no such request; nothing of it was taken then
   */
  read(signal: OtlpSignal, bytes: Buffer, place: number, outcome: OtlpOutcome): void {
    this.#cursor.bytes = bytes;
    this.#checkFrames(0, bytes.length, LEVELS_TO_RECORDS);
    this.#cursor.at = 0;
    while (this.#cursor.at < bytes.length) {
      const tag = this.#cursor.tag(bytes.length);
      if (tag === REPEATED_RESOURCE) this.#ofResource(signal, this.#cursor.endOfBytes(bytes.length), place, outcome);
      else this.#cursor.skip(tag & 7, bytes.length);
    }
    this.#cursor.bytes = NOTHING;
  }

  /** Lengths and tags of request, resources and scopes: all that stands around records. */
  #checkFrames(from: number, end: number, levels: number): void {
    const cursor = this.#cursor;
    cursor.at = from;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      const isDeeper = levels > 0 && tag === (levels === LEVELS_TO_RECORDS ? REPEATED_RESOURCE : REPEATED_RECORD);
      if (!isDeeper) {
        cursor.skip(tag & 7, end);
        continue;
      }
      const to = cursor.endOfBytes(end);
      this.#checkFrames(cursor.at, to, levels - 1);
      cursor.at = to;
    }
  }

  #ofResource(signal: OtlpSignal, end: number, place: number, outcome: OtlpOutcome): void {
    const cursor = this.#cursor;
    const from = cursor.at;
    // The resource stands in front with every sender, but nothing in the encoding demands it.
    const resource = this.#resourceIn(from, end);
    cursor.at = from;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === REPEATED_SCOPE) this.#ofScope(signal, resource, cursor.endOfBytes(end), place, outcome);
      else cursor.skip(tag & 7, end);
    }
    if (signal === 'traces') this.#events.endSpans();
  }

  #ofScope(signal: OtlpSignal, resource: OtlpResource, end: number, place: number, outcome: OtlpOutcome): void {
    const cursor = this.#cursor;
    while (cursor.at < end) {
      const from = cursor.at;
      const tag = cursor.tag(end);
      if (tag !== REPEATED_RECORD) {
        cursor.skip(tag & 7, end);
        continue;
      }
      const to = cursor.endOfBytes(end);
      let skipped: OtlpSkip | undefined;
      try {
        skipped = this.#record(signal, resource, to, place);
      } catch (error) {
        if (!(error instanceof ProtobufFault)) throw error;
        skipped = BROKEN[signal];
      }
      cursor.at = to;
      if (skipped !== undefined) this.#events.passOver(skipped.found);
      if (skipped !== undefined || signal !== 'metrics') outcome(skipped, to - from);
      // A metric's bytes are shared out among its points; those of one without points are an envelope.
      else {
        const share = Math.floor((to - from) / this.#pointCount);
        for (let i = 1; i <= this.#pointCount; i++) outcome(undefined, i === this.#pointCount ? to - from - share * (i - 1) : share);
      }
    }
  }

  #record(signal: OtlpSignal, resource: OtlpResource, end: number, place: number): OtlpSkip | undefined {
    switch (signal) {
      case 'traces':
        this.#readSpan(end);
        return this.#events.span(resource, this.#span, place);
      case 'logs':
        return this.#log(resource, end, place);
      case 'metrics': {
        const points = readMetricPoints(resource.dimensions, [{ metrics: [metricOf(this.#values, end)] }]);
        for (const point of points) this.#events.metric(point, place);
        this.#pointCount = points.length;
        return undefined;
      }
      default:
        return signal satisfies never;
    }
  }

  #resourceIn(from: number, end: number): OtlpResource {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    let resourceFrom = 0;
    let resourceTo = 0;
    let isSplit = false;
    cursor.at = from;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== RESOURCE) {
        // What stands behind the first scope is looked at only where no resource stood in front of it.
        if (resourceTo > 0) break;
        cursor.skip(tag & 7, end);
        continue;
      }
      isSplit ||= resourceTo > 0;
      const to = cursor.endOfBytes(end);
      resourceFrom = cursor.at;
      resourceTo = to;
      cursor.at = to;
    }
    const last = this.#lastBytes;
    const length = resourceTo - resourceFrom;
    if (
      this.#lastResource !== undefined &&
      !isSplit &&
      last.length === length &&
      (length === 0 || bytes.compare(last, 0, length, resourceFrom, resourceTo) === 0)
    ) {
      return this.#lastResource;
    }
    const key = bytes.toString('latin1', resourceFrom, resourceTo);
    let resource = this.#resources.get(key);
    if (resource === undefined) {
      cursor.at = resourceFrom;
      resource = this.#readResource(resourceTo);
      if (this.#resources.size >= MOST_RESOURCES) this.#resources.delete(this.#resources.keys().next().value!);
      if (length <= LONGEST_KEPT_RESOURCE) this.#resources.set(key, resource);
    }
    this.#lastBytes = Buffer.from(bytes.subarray(resourceFrom, resourceTo));
    this.#lastResource = resource;
    return resource;
  }

  #readResource(end: number): OtlpResource {
    const cursor = this.#cursor;
    const values = new Array<string | undefined>(RESOURCE_PLACES.count).fill(undefined);
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== RESOURCE_ATTRIBUTE) {
        cursor.skip(tag & 7, end);
        continue;
      }
      const to = cursor.endOfBytes(end);
      this.#values.named(to, RESOURCE_PLACES, values);
      cursor.at = to;
    }
    return new OtlpResource(values);
  }

  #readSpan(end: number): void {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const span = this.#span;
    span.reset();
    let traceAt = -1;
    let exceptionFrom = -1;
    let exceptionTo = -1;
    let flags = 0;
    let places = SPAN_PLACES;
    while (cursor.at < end) {
      const at = cursor.at;
      // Ten of twenty fields are attributes, and most of them have a name that nobody asks for.
      if (bytes[at] === SPAN.attribute && bytes[at + 1]! < 0x80) {
        const to = at + 2 + bytes[at + 1]!;
        if (to <= end) {
          if (!isUnasked(places, bytes, at + 2, to)) {
            cursor.at = at + 2;
            this.#values.named(to, places, span.values);
          }
          cursor.at = to;
          continue;
        }
      }
      const tag = cursor.tag(end);
      switch (tag) {
        case SPAN.traceId: {
          const to = cursor.endOfBytes(end);
          traceAt = to - cursor.at === 16 ? cursor.at : -1;
          cursor.at = to;
          break;
        }
        case SPAN.spanId: {
          const to = cursor.endOfBytes(end);
          const isId = to - cursor.at === 8;
          span.span0 = isId ? wordAt(bytes, cursor.at) : 0;
          span.span1 = isId ? wordAt(bytes, cursor.at + 4) : 0;
          cursor.at = to;
          break;
        }
        case SPAN.parentId: {
          const to = cursor.endOfBytes(end);
          const isId = to - cursor.at === 8;
          span.parent0 = isId ? wordAt(bytes, cursor.at) : 0;
          span.parent1 = isId ? wordAt(bytes, cursor.at + 4) : 0;
          cursor.at = to;
          break;
        }
        case SPAN.kind:
          span.kind = cursor.length(end);
          // Of a span inside a request only one thing is asked; its kind stands in front with every encoder.
          places = span.kind === SPAN_KIND.internal ? INSIDE_PLACES : SPAN_PLACES;
          break;
        case SPAN.start:
          unixMsInto(cursor, end, span.times, 0);
          break;
        case SPAN.end:
          unixMsInto(cursor, end, span.times, 1);
          break;
        case SPAN.attribute: {
          const to = cursor.endOfBytes(end);
          this.#values.named(to, places, span.values);
          cursor.at = to;
          break;
        }
        case SPAN.event: {
          const to = cursor.endOfBytes(end);
          if (this.#isException(cursor.at, to)) {
            exceptionFrom = cursor.at;
            exceptionTo = to;
          }
          cursor.at = to;
          break;
        }
        case SPAN.status: {
          const to = cursor.endOfBytes(end);
          while (cursor.at < to) {
            const inner = cursor.tag(to);
            if (inner === STATUS_CODE) span.failed = cursor.length(to) === STATUS_ERROR;
            else cursor.skip(inner & 7, to);
          }
          break;
        }
        case SPAN.flags:
          flags = cursor.fixed32(end);
          break;
        default:
          cursor.skip(tag & 7, end);
      }
    }
    if (traceAt >= 0) {
      span.trace2 = wordAt(bytes, traceAt + 8);
      span.trace3 = wordAt(bytes, traceAt + 12);
      const isWhole = span.kind === SPAN_KIND.server || span.kind === SPAN_KIND.consumer || span.invocationId !== undefined;
      if (isWhole) span.traceId = bytes.toString('hex', traceAt, traceAt + 16);
    }
    span.hasLocalParent = (span.parent0 | span.parent1) !== 0 && (flags & FLAG_REMOTE_KNOWN) !== 0 && (flags & FLAG_REMOTE) === 0;
    if (exceptionFrom >= 0) {
      cursor.at = exceptionFrom;
      span.exception = this.#exception(exceptionTo);
    }
  }

  #isException(from: number, end: number): boolean {
    const cursor = this.#cursor;
    cursor.at = from;
    let isOne = false;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === EVENT.name) {
        const to = cursor.endOfBytes(end);
        isOne = to - cursor.at === EXCEPTION.length && cursor.bytes.compare(EXCEPTION, 0, EXCEPTION.length, cursor.at, to) === 0;
        cursor.at = to;
      } else cursor.skip(tag & 7, end);
    }
    cursor.at = from;
    return isOne;
  }

  #exception(end: number): SpanException {
    const cursor = this.#cursor;
    const values: (string | undefined)[] = [undefined, undefined, undefined];
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== EVENT.attribute) {
        cursor.skip(tag & 7, end);
        continue;
      }
      const to = cursor.endOfBytes(end);
      this.#values.named(to, EXCEPTION_PLACES, values);
      cursor.at = to;
    }
    const [type, message, stack] = values;
    return { type, message, stack };
  }

  #log(resource: OtlpResource, end: number, place: number): OtlpSkip | undefined {
    const cursor = this.#cursor;
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
          severityText = this.#values.text(cursor.at, to);
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
          attributes = attributesIn(this.#values, to, LOG_NAMES, attributes);
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
      const textFrom = attributes === undefined && severityNumber < SEVERITY_WARN ? this.#values.soleText(bodyTo) : -1;
      if (textFrom >= 0) {
        this.#events.bytes(resource, Number.isNaN(timeMs) ? observedMs : timeMs, cursor.bytes, textFrom, bodyTo, place);
        return undefined;
      }
      cursor.at = bodyFrom;
      body = this.#values.value(bodyTo);
    }
    const record: OtlpLogRecord = { severityNumber, severityText, ...(body !== undefined && { body }) };
    const line = lineOf(record, attributes ?? NO_ATTRIBUTES, timeMs);
    if (line === undefined) return NO_BODY;
    this.#events.line(resource, Number.isNaN(timeMs) ? observedMs : timeMs, line, place);
    return undefined;
  }
}

/** Whether the attribute is written as every encoder does, a short name and a short value, and no name that is asked for is like its. */
function isUnasked(places: NamePlaces, bytes: Buffer, from: number, to: number): boolean {
  const keyTo = from + 2 + bytes[from + 1]!;
  return (
    bytes[from] === ATTRIBUTE_KEY &&
    bytes[from + 1]! < 0x80 &&
    keyTo + 2 <= to &&
    bytes[keyTo] === ATTRIBUTE_VALUE &&
    bytes[keyTo + 1]! < 0x80 &&
    keyTo + 2 + bytes[keyTo + 1]! === to &&
    !places.mayHold(bytes, from + 2, keyTo)
  );
}

/** Four bytes of an id, signed: so the engine keeps them without an object for each. */
function wordAt(bytes: Buffer, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Field numbers with their wire types. */
const field = (number: number, wire: number): number => (number << 3) | wire;
const REPEATED_RESOURCE = field(1, WIRE.bytes);
const RESOURCE = field(1, WIRE.bytes);
const REPEATED_SCOPE = field(2, WIRE.bytes);
const REPEATED_RECORD = field(2, WIRE.bytes);
const RESOURCE_ATTRIBUTE = field(1, WIRE.bytes);
const ATTRIBUTE_KEY = field(1, WIRE.bytes);
const ATTRIBUTE_VALUE = field(2, WIRE.bytes);
const STATUS_CODE = field(3, WIRE.varint);
const STATUS_ERROR = 2;
const SPAN = {
  traceId: field(1, WIRE.bytes),
  spanId: field(2, WIRE.bytes),
  parentId: field(4, WIRE.bytes),
  kind: field(6, WIRE.varint),
  start: field(7, WIRE.fixed64),
  end: field(8, WIRE.fixed64),
  attribute: field(9, WIRE.bytes),
  event: field(11, WIRE.bytes),
  status: field(15, WIRE.bytes),
  flags: field(16, WIRE.fixed32),
} as const;
const EVENT = { name: field(2, WIRE.bytes), attribute: field(3, WIRE.bytes) } as const;
const LOG = {
  time: field(1, WIRE.fixed64),
  severity: field(2, WIRE.varint),
  severityText: field(3, WIRE.bytes),
  body: field(5, WIRE.bytes),
  attribute: field(6, WIRE.bytes),
  observed: field(11, WIRE.fixed64),
} as const;
const EXCEPTION = Buffer.from('exception');
const NO_ATTRIBUTES: Attributes = new Map();
/** A request holds resources, these scopes, and these records. */
const LEVELS_TO_RECORDS = 2;
const SEVERITY_WARN = 13;
/** Processes that send to one receiver; one beyond costs reading its resource again. */
const MOST_RESOURCES = 1000;
/** Above any that is not made up; what is longer is read anew each time. */
const LONGEST_KEPT_RESOURCE = 16_384;
const NOTHING = Buffer.alloc(0);
const BROKEN: Readonly<Record<OtlpSignal, OtlpSkip>> = {
  traces: { reason: 'broken', found: 'span with a fault in it' },
  logs: { reason: 'broken', found: 'log record with a fault in it' },
  metrics: { reason: 'broken', found: 'metric with a fault in it' },
};
