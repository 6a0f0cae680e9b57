import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { node, resources } from '@opentelemetry/sdk-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENT_VERSION } from '../../agent/src/emit/agent-version.ts';
import { createLatencyHistograms } from '../../agent/src/emit/latency-histogram.ts';
import {
  encodeLatencyMetric,
  encodeLogRecord,
  encodeResource,
  encodeSpan,
  logsRequest,
  metricsRequest,
  tracesRequest,
  unixNanos,
} from '../../agent/src/emit/otlp-json.ts';
import { createPoster } from '../../agent/src/emit/otlp-post.ts';
import { resourceAttributes } from '../../agent/src/emit/otlp-resource.ts';
import { type Span, spansOfWork } from '../../agent/src/emit/span.ts';
import type { Call } from '../../agent/src/measure/call-table.ts';
import type { FinishedWork } from '../../agent/src/measure/work.ts';
import { bucketOfMs, bucketsOfCounts, HISTOGRAM_LENGTH } from '../../agent/src/record/histogram-text.ts';
import { epochMilliseconds, milliseconds } from '../../agent/src/record/units.ts';
import type { WindowRecord } from '../../agent/src/record/window-record.ts';
import { attributesOf, type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';

const NODE_SDK_ATTRIBUTES = {
  'service.name': 'orders',
  'faas.name': 'checkout',
  'faas.max_memory': 134_217_728,
  'aws.log.group.names': ['/aws/lambda/checkout'],
};

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.close());

function work(more: Partial<FinishedWork> = {}): FinishedWork {
  return {
    work: { id: 'f0000000-0000-4000-8000-000000000006', startedMs: 1000.25 },
    number: 1,
    startedAtEpochMs: 1_760_000_000_123.456,
    durationMs: 12.5,
    failed: false,
    cold: true,
    heapUsedBytes: 12_345_678,
    externalBytes: 0,
    ...more,
  };
}

function call(more: Partial<Call> = {}): Call {
  return { service: 'dynamodb', what: 'POST /', startedMs: 1001.5, endedMs: 1006.75, failed: false, ...more };
}

const WORKS: readonly (readonly [title: string, spans: Span[]])[] = [
  ['a cold invocation without calls', spansOfWork(work(), [], 'checkout')],
  ['a warm invocation woken by a queue', spansOfWork(work({ cold: false, eventSource: 'sqs' }), [call()], 'checkout')],
  [
    'an invocation that failed, with a failed, an open and an unlimited call',
    spansOfWork(
      work({ failed: true, errorType: 'TypeError' }),
      [
        call({ failed: true, status: 503, limitMs: 250.5 }),
        call({ endedMs: Number.NaN }),
        call({ service: 'föhn.example', limitMs: 0, failed: true }),
      ],
      'checkout',
    ),
  ],
  [
    'a request that belongs to the trace of its caller',
    spansOfWork(
      work({ route: 'GET /orders/:id', statusCode: 200, traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' }),
      [call({ status: 200 })],
    ),
  ],
  ['a request that failed', spansOfWork(work({ route: 'POST /a b/"quoted"\u2028\ud83d\ude00', statusCode: 500, failed: true }), [])],
  ['a job', spansOfWork(work({ route: 'nightly report' }), [call(), call()])],
  ['a work of no length at the turn of a second', spansOfWork(work({ startedAtEpochMs: 1_760_000_000_999.9998, durationMs: 0 }), [])],
];

describe('the official exporter', () => {
  test.each(WORKS)('decodes to the same spans as our encoder: %s', async (_title, spans) => {
    const before = receiver.spans.length;
    await exportOfficially(spans);
    const official = receiver.spans.slice(before);
    const answer = await createPoster({ url: `${receiver.url}/v1/traces`, headers: {}, gzip: false, timeoutMs: 5000 }).post(
      tracesRequest(encodeResource(NODE_SDK_ATTRIBUTES), spans.map(encodeSpan)),
    );
    const ours = receiver.spans.slice(before + official.length);
    expect(receiver.refusals).toEqual([]);
    expect(answer).toEqual({ kind: 'accepted', rejected: 0 });
    expect(ours).toHaveLength(spans.length);
    const byId = (all: typeof ours) => [...all].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
    expect(byId(ours)).toEqual(byId(official));
  });
});

describe('the receiver', () => {
  const whole = tracesRequest(encodeResource(NODE_SDK_ATTRIBUTES), WORKS[2]![1].map(encodeSpan));

  test.each([
    ['an id that is not hexadecimal', (text: string) => text.replace(/"traceId":"[0-9a-f]{4}/, '"traceId":"zzzz')],
    ['an id that is too short', (text: string) => text.replace(/"spanId":"[0-9a-f]{2}/, '"spanId":"')],
    [
      'a time in milliseconds with a fraction',
      (text: string) => text.replace(/"startTimeUnixNano":"\d+"/, '"startTimeUnixNano":"1760000000123.4"'),
    ],
    ['an attribute without a typed value', (text: string) => text.replace(/\{"stringValue":("[^"]*")\}/, '{"string":$1}')],
    ['a field that OTLP does not know', (text: string) => text.replace('"kind":', '"spanKind":')],
    ['an unfinished body', (text: string) => text.slice(0, -1)],
  ])('refuses %s', async (_title, broken) => {
    const poster = createPoster({ url: `${receiver.url}/v1/traces`, headers: {}, gzip: false, timeoutMs: 5000 });
    expect(broken(whole)).not.toBe(whole);
    expect(await poster.post(broken(whole))).toEqual({ kind: 'refused', status: 400 });
    expect(await poster.post(whole)).toEqual({ kind: 'accepted', rejected: 0 });
  });
});

test('an answer is read without a stream, and no event of the connection has two listeners: both would slow the requests of a server', async () => {
  const sockets: Socket[] = [];
  const see = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', see);
  const poster = createPoster({ url: `${receiver.url}/v1/traces`, headers: {}, gzip: false, timeoutMs: 5000 });
  const body = tracesRequest(encodeResource(NODE_SDK_ATTRIBUTES), WORKS[2]![1].map(encodeSpan));
  const answers = [await poster.post(body), await poster.post(body)];
  unsubscribe('net.client.socket', see);
  expect(answers).toEqual(Array(2).fill({ kind: 'accepted', rejected: 0 }));
  expect(sockets).toHaveLength(1);
  const [socket] = sockets as [Socket];
  expect([socket.listenerCount('data'), socket.listenerCount('readable'), socket.readableFlowing]).toEqual([0, 0, null]);
  for (const event of ['connect', 'error', 'close']) expect(socket.listenerCount(event)).toBe(1);
  expect(socket.bytesRead).toBeGreaterThan(0);
  socket.destroy();
});

describe('what a span says', () => {
  test('an invocation names its request and its cold start, a call its peer but neither method nor path', () => {
    const [invocation, outbound] = spansOfWork(work(), [call({ what: 'POST /secret/path' })], 'checkout');
    expect(invocation).toMatchObject({ kind: 'server', name: 'checkout', attributes: { 'faas.coldstart': true, 'faas.trigger': 'other' } });
    expect(outbound).toMatchObject({ kind: 'client', name: 'dynamodb', parentSpanId: invocation!.spanId, traceId: invocation!.traceId });
    expect(JSON.stringify(outbound)).not.toContain('secret');
  });

  test.each([
    ['sqs', 'consumer', 'pubsub'],
    ['kinesis', 'consumer', 'pubsub'],
    ['dynamodb', 'consumer', 'datasource'],
    ['s3', 'consumer', 'datasource'],
    ['httpapi', 'server', 'http'],
    ['apigateway', 'server', 'http'],
    ['function-url', 'server', 'http'],
    ['alb', 'server', 'http'],
    ['schedule', 'server', 'timer'],
    ['step-functions', 'server', 'other'],
  ])('an invocation woken by %s is a %s span with the trigger %s', (eventSource, kind, trigger) => {
    expect(spansOfWork(work({ eventSource }), [], 'checkout')[0]).toMatchObject({ kind, attributes: { 'faas.trigger': trigger } });
  });

  test.each([
    ['too short', 'abc', 'b7ad6b7169203331'],
    ['all zeros', '0'.repeat(32), 'b7ad6b7169203331'],
    ['in capitals', 'A'.repeat(32), 'b7ad6b7169203331'],
    ['without a parent', '0af7651916cd43dd8448eb211c80319c', 'zz'],
  ])('ids of a caller that are %s make no parent', (_title, traceId, parentSpanId) => {
    const span = spansOfWork(work({ traceId, parentSpanId }), [])[0]!;
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.parentSpanId).toBeUndefined();
    expect(span.parentIsRemote).toBe(false);
  });

  test('times are whole nanoseconds, also where a rounded fraction fills a second', () => {
    expect(unixNanos(1_760_000_000_000)).toBe('1760000000000000000');
    expect(unixNanos(0)).toBe('0');
    expect(unixNanos(1999.999_999_999)).toBe('2000000000');
  });
});

describe('the resource', () => {
  const lambda = {
    AWS_LAMBDA_FUNCTION_NAME: 'checkout',
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/checkout',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/10/08/[7]0123',
    AWS_REGION: 'eu-central-1',
    AWS_SECRET_ACCESS_KEY: 'never',
  };

  test('of a function names it as the semantic conventions do, and holds no secret', () => {
    const attributes = resourceAttributes(lambda, { serviceName: '' });
    expect(attributes).toMatchObject({
      'service.name': 'checkout',
      'faas.name': 'checkout',
      'faas.version': '7',
      'faas.instance': '2026/10/08/[7]0123',
      'faas.max_memory': 134_217_728,
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_lambda',
      'cloud.region': 'eu-central-1',
      'aws.log.group.names': ['/aws/lambda/checkout'],
      'telemetry.sdk.language': 'nodejs',
    });
    expect(JSON.stringify(attributes)).not.toContain('never');
  });

  test('follows OTEL_RESOURCE_ATTRIBUTES, and above it the service name that was set', () => {
    const environment = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,deployment.environment.name=pre%20prod,=broken' };
    expect(resourceAttributes(environment, { serviceName: '', sandboxId: 'p1' })).toMatchObject({
      'service.name': 'a',
      'service.instance.id': 'p1',
      'deployment.environment.name': 'pre prod',
    });
    expect(resourceAttributes(environment, { serviceName: 'b' })['service.name']).toBe('b');
    expect(resourceAttributes({}, { serviceName: '' })['service.name']).toBe('unknown_service:node');
  });

  test('and the scope carry the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../agent/package.json', import.meta.url), 'utf8'));
    expect(AGENT_VERSION).toBe(version);
  });
});

describe('the latency histogram', () => {
  const durationsMs = [0.001, 0.004, 0.3, 1, 1.02, 7, 7, 7, 250, 3000.5, 900_000];

  function window(more: Partial<WindowRecord>): WindowRecord {
    return {
      kind: 'window',
      fromEpochMs: epochMilliseconds(1_760_000_000_000),
      lengthMs: milliseconds(10_000),
      sequence: 1,
      ...more,
    } as WindowRecord;
  }

  function buckets(values: readonly number[]) {
    const counts = new Uint32Array(HISTOGRAM_LENGTH);
    for (const value of values) counts[bucketOfMs(value)]!++;
    return bucketsOfCounts(counts);
  }

  async function sent(points: ReturnType<ReturnType<typeof createLatencyHistograms>['add']>) {
    const poster = createPoster({ url: `${receiver.url}/v1/metrics`, headers: {}, gzip: true, timeoutMs: 5000 });
    const body = metricsRequest(encodeResource({}), [encodeLatencyMetric('nightlight.request.duration', points, 'cumulative')]);
    expect(await poster.post(body)).toEqual({ kind: 'accepted', rejected: 0 });
    return receiver.requests.at(-1)!.message.resourceMetrics[0].scopeMetrics[0].metrics[0];
  }

  test('puts each duration into the bucket that holds it, to the width of ours, and counts them all', async () => {
    for (const value of durationsMs) {
      const [point] = createLatencyHistograms('cumulative').add(window({ durations: buckets([value]) }));
      const metric = await sent([point!]);
      const { scale, count, positive } = metric.exponentialHistogram.dataPoints[0];
      expect(count).toBe('1');
      expect(positive.bucketCounts).toEqual(['1']);
      const base = 2 ** (2 ** -scale);
      const seconds = value / 1000;
      expect(base ** positive.offset * 0.992).toBeLessThanOrEqual(seconds);
      expect(base ** (positive.offset + 1) * 1.008).toBeGreaterThanOrEqual(seconds);
    }
  });

  test('of two windows added is that of all their durations, counting from the first window on', async () => {
    const histograms = createLatencyHistograms('cumulative');
    histograms.add(window({ durations: buckets(durationsMs.slice(0, 5)) }));
    const [added] = histograms.add(window({ fromEpochMs: epochMilliseconds(1_760_000_010_000), durations: buckets(durationsMs.slice(5)) }));
    const [whole] = createLatencyHistograms('cumulative').add(window({ durations: buckets(durationsMs) }));
    expect(added).toEqual({ ...whole, toEpochMs: 1_760_000_020_000, sum: expect.closeTo(whole!.sum, 6) });
    const metric = await sent([added!]);
    const point = metric.exponentialHistogram.dataPoints[0];
    expect(point.positive.bucketCounts.reduce((sum: number, count: string) => sum + Number(count), 0)).toBe(durationsMs.length);
    expect(metric.exponentialHistogram.aggregationTemporality).toBe('AGGREGATION_TEMPORALITY_CUMULATIVE');
  });

  test('as deltas counts each window for itself', () => {
    const histograms = createLatencyHistograms('delta');
    histograms.add(window({ durations: buckets([1, 2, 3]) }));
    const [second] = histograms.add(window({ fromEpochMs: epochMilliseconds(1_760_000_010_000), durations: buckets([4]) }));
    expect(second).toMatchObject({ count: 1, fromEpochMs: 1_760_000_010_000, toEpochMs: 1_760_000_020_000 });
  });

  test('has a point for each route', async () => {
    const points = createLatencyHistograms('cumulative').add(
      window({
        routes: [
          { route: 'GET /orders/:id', requestCount: 2, failedCount: 0, durations: buckets([1, 2]) },
          { route: 'other', requestCount: 1, failedCount: 0, durations: buckets([3]) },
          { route: 'POST /never', requestCount: 0, failedCount: 0 },
        ],
      }),
    );
    const metric = await sent(points);
    // biome-ignore lint/suspicious/noExplicitAny: a decoded message
    expect(metric.exponentialHistogram.dataPoints.map((point: any) => attributesOf(point.attributes))).toEqual([
      { 'http.request.method': 'GET', 'http.route': '/orders/:id' },
      { 'nightlight.route': 'other' },
    ]);
  });

  test('of a process whose routes never end keeps a bounded number of them, and loses no count', () => {
    const histograms = createLatencyHistograms('cumulative');
    let last: ReturnType<typeof histograms.add> = [];
    for (let at = 0; at < 1000; at++) {
      last = histograms.add(window({ routes: [{ route: `GET /${at}`, requestCount: 1, failedCount: 0, durations: buckets([1]) }] }));
    }
    expect(last).toHaveLength(1);
    expect(last[0]).toMatchObject({ count: 800, attributes: { 'nightlight.route': 'other' } });
  });
});

test('a record line travels as the body of a log record, unchanged', async () => {
  const line = '{"nl":1,"k":"note","no":"a \\"quoted\\" note\\u2028"}';
  const poster = createPoster({ url: `${receiver.url}/v1/logs`, headers: {}, gzip: false, timeoutMs: 5000 });
  expect(await poster.post(logsRequest(encodeResource({}), [encodeLogRecord(line, 1_760_000_000_000)]))).toMatchObject({
    kind: 'accepted',
  });
  expect(receiver.logBodies.at(-1)).toBe(line);
});

/** The same spans through the official SDK and exporter, with our ids. */
async function exportOfficially(spans: readonly Span[]): Promise<void> {
  let next = 0;
  const provider = new node.NodeTracerProvider({
    resource: resources.resourceFromAttributes({ ...NODE_SDK_ATTRIBUTES }),
    idGenerator: { generateTraceId: () => spans[0]!.traceId, generateSpanId: () => spans[next]!.spanId },
    spanProcessors: [new node.BatchSpanProcessor(new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` }))],
  });
  const tracer = provider.getTracer('nightlight', AGENT_VERSION);
  for (const span of spans) {
    const parent = span.parentSpanId
      ? trace.setSpanContext(ROOT_CONTEXT, {
          traceId: span.traceId,
          spanId: span.parentSpanId,
          traceFlags: 1,
          ...(span.parentIsRemote ? { isRemote: true } : {}),
        })
      : ROOT_CONTEXT;
    const attributes = Object.fromEntries(Object.entries(span.attributes).map(([key, value]) => [key, value as string]));
    const official = tracer.startSpan(
      span.name,
      { kind: SpanKind[span.kind.toUpperCase() as 'SERVER'], startTime: span.startEpochMs, attributes },
      parent,
    );
    if (span.failed) official.setStatus({ code: SpanStatusCode.ERROR });
    official.end(span.endEpochMs);
    next++;
  }
  await provider.forceFlush();
  await provider.shutdown();
}
