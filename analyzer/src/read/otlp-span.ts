/**
 * What is read of one span, whichever encoding it came in. The object is used again for the next span: whoever wants to keep
 * something copies it during the call.
 */
import { type NamedValues, NamePlaces, SPAN_NAMES, type SpanName } from './otlp-names.ts';

export const SPAN_PLACES = new NamePlaces(SPAN_NAMES);
/** What is asked of a span inside a request: whether it is an invocation after all, and how that failed. */
export const INSIDE_PLACES = new NamePlaces(SPAN_NAMES, ['faas.invocation_id', 'faas.execution', 'error.type'] satisfies SpanName[]);
/** Of an exception event: type, message, stack. */
export const EXCEPTION_PLACES = new NamePlaces(['exception.type', 'exception.message', 'exception.stacktrace']);

/** SpanKind of trace.proto. */
export const SPAN_KIND = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** An error that was recorded as an event of the span. */
export interface SpanException {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
}

export class OtlpSpan {
  kind = 0;
  /** Start and end in epoch ms, NaN where not told; in a list of numbers, because one that a call returns is an object. */
  readonly times = new Float64Array(2).fill(Number.NaN);
  /** Status code `ERROR`. */
  failed = false;
  /** The parent is known to be of the same process. */
  hasLocalParent = false;
  /** As the sender wrote it in JSON, else hexadecimal; not of spans that are only looked through. */
  traceId: string | undefined;
  /** The right half of the trace's id, and span ids, as signed words of 32 bits; 0 where there is none. */
  trace2 = 0;
  trace3 = 0;
  span0 = 0;
  span1 = 0;
  parent0 = 0;
  parent1 = 0;
  exception: SpanException | undefined;
  readonly values: NamedValues = new Array<string | undefined>(SPAN_PLACES.count).fill(undefined);

  reset(): void {
    this.kind = 0;
    this.times[0] = Number.NaN;
    this.times[1] = Number.NaN;
    this.failed = false;
    this.hasLocalParent = false;
    this.traceId = undefined;
    this.trace2 = 0;
    this.trace3 = 0;
    this.span0 = 0;
    this.span1 = 0;
    this.parent0 = 0;
    this.parent1 = 0;
    this.exception = undefined;
    const { values } = this;
    // By hand: calling `fill` for so few costs more than it does.
    for (let place = 0; place < values.length; place++) values[place] = undefined;
  }

  get startMs(): number {
    return this.times[0]!;
  }

  get endMs(): number {
    return this.times[1]!;
  }

  get invocationId(): string | undefined {
    return this.values[INVOCATION_ID] ?? this.values[EXECUTION];
  }

  /** The first of these places of which the sender told a value. */
  told(first: number, second = -1, third = -1): string | undefined {
    const { values } = this;
    return values[first] ?? (second < 0 ? undefined : (values[second] ?? (third < 0 ? undefined : values[third])));
  }
}

export const placeOf = (name: SpanName): number => SPAN_PLACES.of(name);
const INVOCATION_ID = placeOf('faas.invocation_id');
const EXECUTION = placeOf('faas.execution');
