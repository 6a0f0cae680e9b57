/**
 * Spans of OTLP in protobuf, read into one object that is used again. Most bytes of a span are attributes that nobody asks for:
 * they cost a look at their name.
 *
 * Source: opentelemetry-proto 1.7, `trace.proto`.
 */
import { FLAG_REMOTE, FLAG_REMOTE_KNOWN } from './otlp-json.ts';
import type { NamePlaces } from './otlp-names.ts';
import { unixMsInto } from './otlp-protobuf-time.ts';
import type { ValueReader } from './otlp-protobuf-values.ts';
import { EXCEPTION_PLACES, INSIDE_PLACES, OtlpSpan, SPAN_KIND, SPAN_PLACES, type SpanException } from './otlp-span.ts';
import { field, type ProtobufBytes, WIRE } from './protobuf-bytes.ts';

export class SpanReader {
  readonly #cursor: ProtobufBytes;
  readonly #values: ValueReader;
  readonly #span = new OtlpSpan();

  constructor(values: ValueReader) {
    this.#cursor = values.cursor;
    this.#values = values;
  }

  /** @returns the span that ends there; the next call fills the same object */
  read(end: number): OtlpSpan {
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
    return span;
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
const STATUS_CODE = field(3, WIRE.varint);
const STATUS_ERROR = 2;
const EVENT = { name: field(2, WIRE.bytes), attribute: field(3, WIRE.bytes) } as const;
const EXCEPTION = Buffer.from('exception');
const ATTRIBUTE_KEY = field(1, WIRE.bytes);
const ATTRIBUTE_VALUE = field(2, WIRE.bytes);
