/**
 * OTLP's requests in protobuf, walked by hand: what is read goes straight from the bytes to the events of `otlp-events.ts`, and what
 * is not read costs a look at its tag.
 *
 * A request is first checked down to the frames of its records, so that one that is cut off or is something else is refused before
 * anything of it was taken. A fault inside one record rejects that record alone.
 * Source: opentelemetry-proto 1.7, `trace_service.proto` and its kin; the three requests have one frame.
 */
import type { OtlpEvents, OtlpSkip } from './otlp-events.ts';
import { readMetricPoints } from './otlp-metrics.ts';
import { readLog } from './otlp-protobuf-log.ts';
import { metricOf } from './otlp-protobuf-metrics.ts';
import { ResourceReader } from './otlp-protobuf-resource.ts';
import { SpanReader } from './otlp-protobuf-span.ts';
import { ValueReader } from './otlp-protobuf-values.ts';
import type { OtlpResource } from './otlp-resource.ts';
import { field, ProtobufBytes, ProtobufFault, WIRE } from './protobuf-bytes.ts';

export type OtlpSignal = 'traces' | 'metrics' | 'logs';

/** Told of each record: its bytes, and why it was skipped. */
export type OtlpOutcome = (skipped: OtlpSkip | undefined, byteCount: number) => void;

export class OtlpProtobuf {
  readonly #events: OtlpEvents;
  readonly #cursor = new ProtobufBytes();
  readonly #values = new ValueReader(this.#cursor);
  readonly #spans = new SpanReader(this.#values);
  readonly #resources = new ResourceReader(this.#values);
  /** Of the metric that was read last. */
  #pointCount = 0;

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
    const resource = this.#resources.between(from, end);
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
        return this.#events.span(resource, this.#spans.read(end), place);
      case 'logs':
        return readLog(this.#values, this.#events, resource, end, place);
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
}

/** Field numbers with their wire types. */
const REPEATED_RESOURCE = field(1, WIRE.bytes);
const REPEATED_SCOPE = field(2, WIRE.bytes);
const REPEATED_RECORD = field(2, WIRE.bytes);
/** A request holds resources, these scopes, and these records. */
const LEVELS_TO_RECORDS = 2;
const NOTHING = Buffer.alloc(0);
const BROKEN: Readonly<Record<OtlpSignal, OtlpSkip>> = {
  traces: { reason: 'broken', found: 'span with a fault in it' },
  logs: { reason: 'broken', found: 'log record with a fault in it' },
  metrics: { reason: 'broken', found: 'metric with a fault in it' },
};
