/**
 * What spans, log records and data points become: the one mapping behind OTLP's encodings.
 *
 * A span that names an invocation of a function is a report. In a long-running process the span of a request that it served, or of
 * a message that it took, is a piece of work, and its client spans are the calls that the work made. All other spans are inside
 * of these and known, but not data. What is passed over is counted by name.
 * Source: OpenTelemetry semantic conventions for FaaS, HTTP, RPC, messaging and exceptions; opentelemetry-proto `trace.proto`.
 */
import { bytes, type InvocationRecord, milliseconds } from '@nightlight/agent/record';
import type { EventSink, FileContext, MetricPoint, ReportFields, SkipReason } from './event-sink.ts';
import { UnescapedText } from './json-strings.ts';
import { OriginHandles } from './origin-handles.ts';
import { HeldCalls } from './otlp-calls.ts';
import { exceptionLine } from './otlp-log-line.ts';
import type { OtlpResource } from './otlp-resource.ts';
import { type OtlpSpan, placeOf, SPAN_KIND, type SpanException } from './otlp-span.ts';
import { shortName } from './short-name.ts';

/** Why a record became no event. `broken` and `not-of-this-shape` are the sender's fault; `marker` is known and not needed. */
export interface OtlpSkip {
  readonly reason: SkipReason;
  readonly found: string;
}

export class OtlpEvents {
  /** What was passed over, by name; at most 500 names, the rest under `others`. */
  readonly passedOver = new Map<string, number>();
  readonly #sink: EventSink;
  readonly #origins: OriginHandles;
  readonly #text = new UnescapedText();
  readonly #calls: HeldCalls;
  readonly #mostMetricPoints: number;
  #metricPointCount = 0;
  /** Works of the request that is being read: given when all its spans were seen, because a call may stand behind its work. */
  readonly #works: Work[] = [];
  readonly #spareWorks: Work[] = [];

  /** @param mostMetricPoints  so many are given; of a source without an end the rest is only counted */
  constructor(sink: EventSink, file: FileContext, mostMetricPoints = Number.POSITIVE_INFINITY) {
    this.#sink = sink;
    this.#mostMetricPoints = mostMetricPoints;
    this.#origins = new OriginHandles(sink, file);
    this.#calls = new HeldCalls((found, place) => {
      this.passOver(found);
      sink.skipped('marker', 0, place, found);
    });
  }

  /** @returns undefined when the span was taken */
  span(resource: OtlpResource, span: OtlpSpan, place: number): OtlpSkip | undefined {
    const requestId = span.invocationId;
    const isTimed = span.endMs >= span.startMs;
    if (requestId !== undefined) {
      if (!isTimed) return NO_TIMES;
      this.#invocation(resource, span, requestId, place);
      return undefined;
    }
    if (this.#sink.record === undefined || resource.isFunction) return NO_INVOCATION;
    const { kind } = span;
    if (kind === SPAN_KIND.client || kind === SPAN_KIND.producer) {
      if (!isTimed) return NO_TIMES;
      this.#calls.hold(resource.streamIn(this.#origins), span, place);
      return undefined;
    }
    if (kind !== SPAN_KIND.server && kind !== SPAN_KIND.consumer) return INSIDE;
    // A server span below another one of its own process is the same request, seen by a second library.
    if (kind === SPAN_KIND.server && span.hasLocalParent) return INSIDE;
    if (kind === SPAN_KIND.consumer && POLLING.has(span.told(PLACE.messagingOperationType, PLACE.messagingOperation) ?? '')) return POLL;
    if (!isTimed) return NO_TIMES;
    const stream = resource.streamIn(this.#origins);
    this.#works.push(fillWork(this.#spareWorks.pop() ?? noWork(), stream, span, place));
    return undefined;
  }

  /** All spans of a request, or of a file's entry, were given. */
  endSpans(): void {
    const works = this.#works;
    if (works.length === 0) return;
    if (!isInOrder(works)) {
      // Those that began in one moment are given in the order opposite to that in which they came.
      works.sort((left, right) => right.startMs - left.startMs).reverse();
    }
    // A process that calls itself has two works in one trace: the inner one begins later and takes its calls first.
    for (let i = works.length - 1; i >= 0; i--) works[i]!.calls = this.#calls.take(works[i]!);
    for (let i = 0; i < works.length; i++) this.#work(works[i]!);
    for (let i = 0; i < works.length && this.#spareWorks.length < MOST_SPARE; i++) this.#spareWorks.push(works[i]!);
    works.length = 0;
  }

  /** A request failed in the middle: what was begun of it is not given with the next one. */
  abandon(): void {
    this.#works.length = 0;
  }

  /** No more will come: calls whose request was not seen are counted. */
  end(): void {
    this.endSpans();
    this.#calls.end();
  }

  /** A log record whose line had to be put together. */
  line(resource: OtlpResource, atMs: number, line: string, place: number): void {
    this.#text.takeString(line);
    this.#sink.event(resource.streamIn(this.#origins), atMs, this.#text.bytes, 0, this.#text.length, place);
  }

  /** A log record whose body is its line. */
  bytes(resource: OtlpResource, atMs: number, source: Buffer, from: number, to: number, place: number): void {
    this.#sink.event(resource.streamIn(this.#origins), atMs, source, from, to, place);
  }

  metric(point: MetricPoint, place: number): void {
    if (this.#metricPointCount++ < this.#mostMetricPoints) this.#sink.metric(point, place);
    else this.passOver(`metric ${shortName(point.name)}`);
  }

  passOver(found: string): void {
    const known = this.passedOver.get(found);
    const name = known === undefined && this.passedOver.size >= MOST_NAMES ? 'others' : found;
    this.passedOver.set(name, (this.passedOver.get(name) ?? 0) + 1);
  }

  #invocation(resource: OtlpResource, span: OtlpSpan, requestId: string, place: number): void {
    const { startMs, endMs, exception } = span;
    const errorType = shortNameOf(span.told(PLACE.errorType) ?? exception?.type);
    const fields: ReportFields = {
      requestId,
      durationMs: Math.round((endMs - startMs) * 1e3) / 1e3,
      ...(resource.memorySizeMb !== undefined ? { memorySizeMb: resource.memorySizeMb } : {}),
      ...(span.traceId ? { traceId: span.traceId } : {}),
      ...(span.failed ? { failed: true, ...(errorType !== undefined && { errorType }) } : {}),
    };
    const stream = resource.streamIn(this.#origins);
    this.#sink.report(stream, endMs, fields, place);
    if (exception !== undefined) this.#exception(stream, endMs, requestId, exception, place);
  }

  #work(work: Work): void {
    const { stream, startMs, exception } = work;
    // A request has no id but its span's; with half of the trace's it is one in the whole system.
    const id = [work.span0 >>> 0, work.span1 >>> 0, work.trace2 >>> 0, work.trace3 >>> 0] as const;
    const record: InvocationRecord = {
      kind: 'invocation',
      traceId: work.traceId,
      route: work.route,
      durationMs: milliseconds(Math.round((work.endMs - startMs) * 1e3) / 1e3),
      failed: work.failed || undefined,
      errorType: work.errorType,
      memory: work.memory,
      outboundCalls: work.calls,
    };
    this.#sink.record!(stream, startMs, record, id, work.place);
    // Directly behind the work and as old as it, so that nothing of another request comes between.
    if (exception !== undefined) this.#exception(stream, startMs, uuidOf(id), exception, work.place);
  }

  #exception(stream: number, atMs: number, requestId: string, exception: SpanException, place: number): void {
    this.#text.takeString(exceptionLine(atMs, requestId, exception));
    this.#sink.event(stream, atMs, this.#text.bytes, 0, this.#text.length, place);
  }
}

function isInOrder(works: readonly Work[]): boolean {
  for (let i = 1; i < works.length; i++) if (!(works[i]!.startMs > works[i - 1]!.startMs)) return false;
  return true;
}

/** A request or message that a process served. Used again for another, once it was given. */
interface Work {
  stream: number;
  startMs: number;
  endMs: number;
  span0: number;
  span1: number;
  trace2: number;
  trace3: number;
  traceId: string | undefined;
  route: string | undefined;
  failed: boolean;
  errorType: string | undefined;
  memory: InvocationRecord['memory'];
  exception: SpanException | undefined;
  place: number;
  calls: InvocationRecord['outboundCalls'];
}

function noWork(): Work {
  return {
    stream: 0,
    startMs: 0.5,
    endMs: 0.5,
    span0: 0,
    span1: 0,
    trace2: 0,
    trace3: 0,
    traceId: undefined,
    route: undefined,
    failed: false,
    errorType: undefined,
    memory: undefined,
    exception: undefined,
    place: 0,
    calls: undefined,
  };
}

function fillWork(work: Work, stream: number, span: OtlpSpan, place: number): Work {
  const statusCode = Number(span.told(PLACE.httpResponseStatusCode, PLACE.httpStatusCode));
  const isServerError = span.kind === SPAN_KIND.server && statusCode >= 500;
  const failed = span.failed || isServerError;
  work.stream = stream;
  work.startMs = span.startMs;
  work.endMs = span.endMs;
  work.span0 = span.span0;
  work.span1 = span.span1;
  work.trace2 = span.trace2;
  work.trace3 = span.trace3;
  work.traceId = span.traceId;
  work.route = routeOf(span);
  work.failed = failed;
  work.errorType = failed
    ? shortNameOf(span.told(PLACE.errorType) ?? span.exception?.type ?? (isServerError ? String(statusCode) : undefined))
    : undefined;
  work.memory = memoryOf(span);
  work.exception = span.exception;
  work.place = place;
  work.calls = undefined;
  return work;
}

function memoryOf(span: OtlpSpan): InvocationRecord['memory'] {
  const heapUsed = Number(span.told(PLACE.nightlightHeapUsedBytes) ?? Number.NaN);
  if (!(heapUsed >= 0)) return undefined;
  const external = Number(span.told(PLACE.nightlightHeapExternalBytes) ?? Number.NaN);
  return { heapUsedAfterBytes: bytes(heapUsed), ...(external >= 0 && { externalBytes: bytes(external) }) };
}

/** A span's name may hold a raw path; only what the conventions call low in cardinality names a route. */
function routeOf(span: OtlpSpan): string | undefined {
  const route = span.told(PLACE.httpRoute);
  if (route !== undefined) return httpRouteOf(span.told(PLACE.httpRequestMethod, PLACE.httpMethod) ?? 'ANY', route);
  const service = span.told(PLACE.rpcService);
  if (service !== undefined) return shortName(`${service}/${span.told(PLACE.rpcMethod) ?? '?'}`);
  const destination = span.told(PLACE.messagingDestinationName, PLACE.messagingDestination);
  return destination === undefined ? undefined : shortName(`process ${destination}`);
}

/** A service has few routes: each is put together once, as long as it is asked for by the same method. */
function httpRouteOf(method: string, route: string): string {
  const known = HTTP_ROUTES.get(route);
  if (known !== undefined && known.method === method) return known.name;
  const name = shortName(`${method} ${route}`);
  if (method.length + route.length <= LONGEST_KEPT_ROUTE) {
    if (HTTP_ROUTES.size >= MOST_ROUTES) HTTP_ROUTES.clear();
    HTTP_ROUTES.set(route, { method, name });
  }
  return name;
}

function shortNameOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : shortName(name);
}

function uuidOf([a, b, c, d]: readonly [number, number, number, number]): string {
  const second = hex8(b);
  const third = hex8(c);
  return `${hex8(a)}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${hex8(d)}`;
}

function hex8(word: number): string {
  return word.toString(16).padStart(8, '0');
}

const PLACE = {
  errorType: placeOf('error.type'),
  httpMethod: placeOf('http.method'),
  httpRequestMethod: placeOf('http.request.method'),
  httpResponseStatusCode: placeOf('http.response.status_code'),
  httpRoute: placeOf('http.route'),
  httpStatusCode: placeOf('http.status_code'),
  messagingDestination: placeOf('messaging.destination'),
  messagingDestinationName: placeOf('messaging.destination.name'),
  messagingOperation: placeOf('messaging.operation'),
  messagingOperationType: placeOf('messaging.operation.type'),
  nightlightHeapExternalBytes: placeOf('nightlight.heap.external_bytes'),
  nightlightHeapUsedBytes: placeOf('nightlight.heap.used_bytes'),
  rpcMethod: placeOf('rpc.method'),
  rpcService: placeOf('rpc.service'),
} as const;
const NO_INVOCATION: OtlpSkip = { reason: 'marker', found: 'span without faas.invocation_id' };
const NO_TIMES: OtlpSkip = { reason: 'not-of-this-shape', found: 'span without its times' };
const INSIDE: OtlpSkip = { reason: 'marker', found: 'span inside a request' };
const POLL: OtlpSkip = { reason: 'marker', found: 'span of asking a queue' };
/** A consumer span of these looks for messages, and handles none. */
const POLLING: ReadonlySet<string> = new Set(['receive', 'settle', 'create', 'send', 'publish']);
const HTTP_ROUTES = new Map<string, { readonly method: string; readonly name: string }>();
/** Below half a megabyte, whatever the senders make up. */
const MOST_ROUTES = 1_000;
const LONGEST_KEPT_ROUTE = 200;
const MOST_NAMES = 500;
/** As many as a large request of a Collector holds. */
const MOST_SPARE = 1_024;
