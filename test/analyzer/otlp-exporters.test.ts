/**
 * What the official exporters send is what we take: every signal, in both encodings, packed and not, and what comes out of the
 * ordinary stages behind it.
 */
import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as LogsAsJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsAsProtobuf } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as MetricsAsJson } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as MetricsAsProtobuf } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as TracesAsJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TracesAsProtobuf } from '@opentelemetry/exporter-trace-otlp-proto';
import * as logs from '@opentelemetry/sdk-logs';
import { metrics, node, resources } from '@opentelemetry/sdk-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { Assembler } from '../../analyzer/src/assemble/index.ts';
import { type OtlpCounts, startOtlpReceiver } from '../../analyzer/src/live/otlp-receiver.ts';
import { EventParser } from '../../analyzer/src/parse/event-parser.ts';
import type { EventSink } from '../../analyzer/src/read/event-sink.ts';
import { Summarizer } from '../../analyzer/src/store/summarizer.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { recordingSink } from '../support/recording-sink.ts';

const AT_MS = 1_795_224_000_000;
const resource = resources.resourceFromAttributes({ 'service.name': 'shop', 'service.version': '7', 'service.instance.id': 'shop-1' });

const spans = new node.InMemorySpanExporter();
const records = new logs.InMemoryLogRecordExporter();
let points: Awaited<ReturnType<metrics.MetricReader['collect']>>['resourceMetrics'];

beforeAll(async () => {
  const tracer = new node.BasicTracerProvider({ resource, spanProcessors: [new node.SimpleSpanProcessor(spans)] }).getTracer('test');
  for (let n = 0; n < 40; n++) {
    const startTime = AT_MS + n * 1000;
    const request = tracer.startSpan(
      'POST /orders/:id',
      {
        kind: SpanKind.SERVER,
        startTime,
        attributes: { 'http.request.method': 'POST', 'http.route': '/orders/:id', 'http.response.status_code': n % 10 === 9 ? 500 : 201 },
      },
      ROOT_CONTEXT,
    );
    const inside = trace.setSpan(ROOT_CONTEXT, request);
    timed(inside, 'middleware', SpanKind.INTERNAL, startTime + 1, 2, {});
    timed(inside, 'pg.query', SpanKind.CLIENT, startTime + 5, 20, { 'db.system.name': 'postgresql', 'server.address': 'orders-db' });
    timed(inside, 'orders publish', SpanKind.PRODUCER, startTime + 30, 3, { 'messaging.destination.name': 'orders' });
    if (n % 10 === 9) {
      request.recordException(
        Object.assign(new TypeError(`no total in order ${n}`), { stack: 'TypeError: no total\n    at pay (/srv/pay.js:7:3)' }),
        startTime + 35,
      );
      request.setStatus({ code: SpanStatusCode.ERROR });
    }
    request.end(startTime + 40);
  }
  function timed(
    within: Context,
    name: string,
    kind: SpanKind,
    startTime: number,
    lengthMs: number,
    attributes: Record<string, string>,
  ): void {
    tracer.startSpan(name, { kind, startTime, attributes }, within).end(startTime + lengthMs);
  }
  const logger = new logs.LoggerProvider({ resource, processors: [new logs.SimpleLogRecordProcessor({ exporter: records })] }).getLogger(
    'test',
  );
  logger.emit({ timestamp: AT_MS, severityNumber: SeverityNumber.INFO, body: 'order accepted', context: context.active() });
  // Before the first request, between two, and after the last: none of them is a start or an end of the process.
  for (const atMs of [AT_MS - 5000, AT_MS + 1, AT_MS + 100_000])
    logger.emit({ timestamp: atMs, severityNumber: SeverityNumber.ERROR, severityText: 'ERROR', body: 'payment refused' });
  logger.emit({ timestamp: AT_MS + 2, severityNumber: SeverityNumber.WARN, body: { attempt: 2, kept: [true, 0.5] } });
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter: new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 2 ** 30,
  });
  const meter = new metrics.MeterProvider({ resource, readers: [reader] }).getMeter('test');
  meter.createCounter('orders').add(3, { region: 'eu' });
  meter.createHistogram('payment.duration', { unit: 's' }).record(0.25);
  meter.createGauge('v8js.memory.heap.used', { unit: 'By' }).record(12_345_678);
  points = (await reader.collect()).resourceMetrics;
});

const ENCODINGS = {
  json: { traces: TracesAsJson, metrics: MetricsAsJson, logs: LogsAsJson },
  protobuf: { traces: TracesAsProtobuf, metrics: MetricsAsProtobuf, logs: LogsAsProtobuf },
} as const;

/** All three signals, one after the other, to a receiver of its own. */
async function sent(sink: EventSink, encoding: keyof typeof ENCODINGS, compression: 'gzip' | 'none'): Promise<OtlpCounts> {
  const receiver = await startOtlpReceiver({ port: 0 }, sink);
  const options = (signal: string) => ({ url: `${receiver.url}/v1/${signal}`, compression: compression as never });
  const exporters = ENCODINGS[encoding];
  const traces = new exporters.traces(options('traces'));
  const meters = new exporters.metrics(options('metrics'));
  const loggers = new exporters.logs(options('logs'));
  await succeeded((done) => traces.export(spans.getFinishedSpans(), done));
  await succeeded((done) => meters.export(points, done));
  await succeeded((done) => loggers.export(records.getFinishedLogRecords(), done));
  await Promise.all([traces.shutdown(), meters.shutdown(), loggers.shutdown()]);
  await receiver.close();
  return receiver.counts();
}

function succeeded(send: (done: (result: { code: number; error?: Error }) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => send(({ code, error }) => (code === 0 ? resolve() : reject(error ?? new Error(`code ${code}`)))));
}

const WAYS = [
  ['json', 'none'],
  ['json', 'gzip'],
  ['protobuf', 'none'],
  ['protobuf', 'gzip'],
] as const;

describe('the official exporters', () => {
  let asJson: ReturnType<typeof recordingSink>;
  beforeAll(async () => {
    asJson = recordingSink();
    await sent(asJson, 'json', 'none');
  });

  test.each(WAYS)('in %s, compression %s: everything arrives, and becomes the same events', async (encoding, compression) => {
    const sink = recordingSink();
    const counts = await sent(sink, encoding, compression);
    expect(counts).toMatchObject({
      requestCount: 3,
      takenRequestCount: 3,
      takenCount: 120 + 5 + 6,
      passedOverCount: 40,
      rejectedCount: 0,
      refused: new Map(),
    });
    expect(counts.passedOver).toEqual(new Map([['span inside a request', 40]]));
    expect(sink.told).toEqual(asJson.told);
  });

  test('are read as requests with the calls that they made, errors, levels and metrics', () => {
    const origin = { logStream: 'shop-1', functionName: 'shop', version: '7', isProcess: true };
    expect(asJson.told[0]).toMatchObject({
      origin,
      startMs: AT_MS,
      record: {
        route: 'POST /orders/:id',
        durationMs: 40,
        outboundCalls: [
          { service: 'orders-db', callCount: 1, totalMs: 20, errorCount: 0 },
          { service: 'orders', callCount: 1, totalMs: 3, errorCount: 0 },
        ],
      },
    });
    const lines = asJson.told.flatMap((one) => ('event' in (one as object) ? [(one as { event: string }).event] : []));
    expect(lines).toHaveLength(4 + 5);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'ERROR', errorType: 'TypeError', errorMessage: 'no total in order 9' });
    expect(lines[4]).toBe('order accepted');
    expect(JSON.parse(lines[5]!)).toMatchObject({ level: 'ERROR', message: 'payment refused' });
    expect(JSON.parse(lines[8]!)).toMatchObject({ level: 'WARN', message: { attempt: 2, kept: [true, 0.5] } });
    expect(asJson.told).toContainEqual({
      metric: expect.objectContaining({
        name: 'v8js.memory.heap.used',
        value: 12_345_678,
        dimensions: { 'service.name': 'shop', 'service.instance.id': 'shop-1' },
      }),
    });
  });

  test.each(WAYS)(
    'in %s, compression %s: requests, failures and their errors are counted by the ordinary stages',
    async (encoding, compression) => {
      const { stages, summary } = stagesForOne();
      await sent(stages.parser, encoding, compression);
      const { configurations, failures, sandboxes } = summary();
      expect([...configurations.values()].map(({ levelCounts, inits }) => [levelCounts, inits])).toEqual([
        [{ warn: 1, error: 4 + 3, fatal: 0 }, []],
      ]);
      expect(
        [...configurations.values()].map(({ functionName, version, statusCounts }) => [
          functionName,
          version,
          statusCounts.success,
          statusCounts.error,
        ]),
      ).toEqual([['shop', '7', 36, 4]]);
      expect(
        [...failures.values()].map(({ type, maskedMessage, count, stack }) => [type, maskedMessage, count, stack.length]),
      ).toContainEqual(['TypeError', 'no total in order #', 4, 1]);
      expect(sandboxes.map(({ logStream, invocationCount, failedCount }) => [logStream, invocationCount, failedCount])).toEqual([
        ['shop-1', 40, 4],
      ]);
    },
  );
});

function stagesForOne(): { stages: { parser: EventParser }; summary(): Summary } {
  const summarizer = new Summarizer();
  const parser: EventParser = new EventParser(summarizer, {}, () => assembler.consume());
  const assembler = new Assembler(parser, summarizer);
  summarizer.attach(parser);
  parser.beginFile(0, 'OTLP');
  return {
    stages: { parser },
    summary() {
      assembler.finish();
      summarizer.closeStreams();
      summarizer.close();
      return summarizer.summary;
    },
  };
}
