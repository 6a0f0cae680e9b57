import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeLogRecord, encodeResource, encodeSpan, logsRequest, tracesRequest } from '../../agent/src/emit/otlp-json.ts';
import { spansOfWork } from '../../agent/src/emit/span.ts';
import { epochMilliseconds, milliseconds } from '../../agent/src/record/units.ts';
import { encodeWindow } from '../../agent/src/record/window-record.ts';
import { type OtlpReceiver, type OtlpReceiverSettings, startOtlpReceiver } from '../../analyzer/src/live/otlp-receiver.ts';
import { OTLP_MESSAGES, OTLP_RESPONSES } from '../support/otlp-receiver.ts';
import { type RecordingSink, recordingSink } from '../support/recording-sink.ts';

const open: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close();
});

async function started(settings: OtlpReceiverSettings = {}): Promise<{ receiver: OtlpReceiver; sink: RecordingSink }> {
  const sink = recordingSink();
  const receiver = await startOtlpReceiver({ port: 0, ...settings }, sink);
  open.push(receiver);
  return { receiver, sink };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function asking(url: string, path: string, headers: Record<string, string | number>, method = 'POST'): ClientRequest {
  return request(`${url}${path}`, { method, headers, agent: false });
}

async function answerOf(sent: ClientRequest): Promise<Answer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) };
}

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

function post(url: string, path: string, body: Buffer | string, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> {
  const sent = asking(url, path, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(body), ...headers }, method);
  sent.end(body);
  return answerOf(sent);
}

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  kind: 2,
  startTimeUnixNano: '1760000000000000000',
  endTimeUnixNano: '1760000000005000000',
  attributes: [{ key: 'http.route', value: { stringValue: '/orders/:id' } }],
};
const request_ = (...spans: unknown[]) => ({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans }] }] });
const WHOLE = JSON.stringify(request_(SPAN));
const inProtobuf = (message: object) => {
  const type = OTLP_MESSAGES.traces!;
  return Buffer.from(type.encode(type.fromObject(message)).finish());
};
const BYTES = inProtobuf(request_({ ...SPAN, traceId: Buffer.from(SPAN.traceId, 'hex'), spanId: Buffer.from(SPAN.spanId, 'hex') }));
const { root } = protobuf.parse('syntax = "proto3"; message Status { int32 code = 1; string message = 2; }');
const statusIn = (body: Buffer) => root.lookupType('Status').toObject(root.lookupType('Status').decode(body));

describe('a request', () => {
  test.each([
    ['JSON', WHOLE, {}],
    ['JSON with a charset', WHOLE, { 'content-type': 'application/json; charset=utf-8' }],
    ['JSON in gzip', gzipSync(WHOLE), { 'content-encoding': 'gzip' }],
    ['protobuf', BYTES, { 'content-type': PROTOBUF }],
    ['protobuf in gzip', gzipSync(BYTES), { 'content-type': PROTOBUF, 'content-encoding': 'gzip' }],
    ['protobuf in deflate', deflateSync(BYTES), { 'content-type': PROTOBUF, 'content-encoding': 'deflate' }],
  ])('in %s is taken before it is answered, in its own encoding', async (_title, body, headers: Record<string, string>) => {
    const { receiver, sink } = await started();
    const answer = await post(receiver.url, '/v1/traces', body, headers);
    expect(sink.told).toMatchObject([{ record: { route: 'ANY /orders/:id', durationMs: 5 } }]);
    const isJson = headers['content-type'] !== PROTOBUF;
    expect([answer.status, answer.headers['content-type'], answer.body.toString()]).toEqual([
      200,
      isJson ? JSON_TYPE : PROTOBUF,
      isJson ? '{}' : '',
    ]);
    expect(receiver.counts()).toMatchObject({ requestCount: 1, takenRequestCount: 1, takenCount: 1, rejectedCount: 0, inFlightBytes: 0 });
  });

  test('of which some records have a fault is taken in part, and says how many were not', async () => {
    const { receiver, sink } = await started();
    const spans = request_(SPAN, { ...SPAN, endTimeUnixNano: '0' }, { ...SPAN, endTimeUnixNano: '0' });
    const json = await post(receiver.url, '/v1/traces', JSON.stringify(spans));
    expect(JSON.parse(json.body.toString())).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: '2 × span without its times' },
    });
    const bytes = await post(
      receiver.url,
      '/v1/traces',
      inProtobuf(
        request_(...spans.resourceSpans[0]!.scopeSpans[0]!.spans.map((span) => ({ ...(span as object), traceId: '', spanId: '' }))),
      ),
      { 'content-type': PROTOBUF },
    );
    const type = OTLP_RESPONSES.traces!;
    expect(type.toObject(type.decode(bytes.body), { longs: String })).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: '2 × span without its times' },
    });
    expect(sink.told).toHaveLength(2);
    expect(receiver.counts().rejected).toEqual(new Map([['span without its times', 4]]));
  });

  test.each([
    ['JSON that breaks off', '/v1/traces', WHOLE.slice(0, -1), {}],
    ['JSON of another signal', '/v1/logs', WHOLE, {}],
    ['a list', '/v1/traces', '[]', {}],
    ['protobuf that breaks off', '/v1/traces', BYTES.subarray(0, -1), { 'content-type': PROTOBUF }],
    ['text as protobuf', '/v1/traces', 'hello, world', { 'content-type': PROTOBUF }],
    ['gzip that is none', '/v1/traces', WHOLE, { 'content-encoding': 'gzip' }],
    ['gzip that breaks off', '/v1/traces', gzipSync(WHOLE).subarray(0, -9), { 'content-encoding': 'gzip' }],
  ])(
    'with %s is answered 400 with a Status in its encoding, and nothing of it is taken',
    async (_title, path, body, headers: Record<string, string>) => {
      const { receiver, sink } = await started();
      const answer = await post(receiver.url, path, body, headers);
      const status = headers['content-type'] === PROTOBUF ? statusIn(answer.body) : JSON.parse(answer.body.toString());
      expect([answer.status, status.code]).toEqual([400, 3]);
      expect(status.message).toMatch(/found|fault/);
      expect(status.message).not.toContain('hello');
      expect(sink.told).toEqual([]);
      expect([...receiver.counts().refused.values()]).toEqual([1]);
      expect((await post(receiver.url, '/v1/traces', WHOLE)).status).toBe(200);
    },
  );

  test.each([
    [404, '/', 'POST', {}, '/v1/traces'],
    [404, '/v1/traces/v1/traces', 'POST', {}, 'without a path'],
    [405, '/v1/traces', 'GET', {}, 'POST'],
    [405, '/v1/logs', 'OPTIONS', {}, 'POST'],
    [415, '/v1/traces', 'POST', { 'content-type': 'text/plain' }, 'application/x-protobuf'],
    [415, '/v1/traces', 'POST', { 'content-type': 'application/grpc' }, 'http/protobuf'],
    [415, '/v1/traces', 'POST', { 'content-encoding': 'zstd' }, 'gzip'],
  ])('is answered %i for %s by %s with %o, and told what to do', async (status, path, method, headers, hint) => {
    const { receiver } = await started();
    const answer = await post(receiver.url, path, method === 'GET' ? '' : WHOLE, headers as Record<string, string>, method);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body.toString()).message).toContain(hint);
    if (status === 405) expect(answer.headers.allow).toBe('POST');
  });
});

describe('limits', () => {
  test('a sender is asked to come again while too much is on its way in, and is taken afterwards', async () => {
    const { receiver, sink } = await started({ limits: { inFlightBytes: WHOLE.length + 10 } });
    const slow = asking(receiver.url, '/v1/traces', { 'content-type': JSON_TYPE, 'content-length': WHOLE.length });
    slow.write(WHOLE.slice(0, 10));
    while (receiver.counts().inFlightBytes === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await post(receiver.url, '/v1/traces', BYTES, { 'content-type': PROTOBUF });
    expect([second.status, second.headers['retry-after'], statusIn(second.body).code]).toEqual([429, '1', 8]);
    // A body that does not tell its length takes its room as it comes.
    const chunked = asking(receiver.url, '/v1/traces', { 'content-type': JSON_TYPE });
    chunked.end(WHOLE);
    expect((await answerOf(chunked)).status).toBe(429);
    slow.end(WHOLE.slice(10));
    expect((await answerOf(slow)).status).toBe(200);
    expect((await post(receiver.url, '/v1/traces', BYTES, { 'content-type': PROTOBUF })).status).toBe(200);
    expect(sink.told).toHaveLength(2);
    expect(receiver.counts()).toMatchObject({ inFlightBytes: 0, refused: new Map([['no room', 2]]) });
  });

  test('a request beyond the limit is refused, with and without its length told, and gives its room back', async () => {
    const { receiver } = await started({ limits: { requestBytes: 1000 } });
    const body = Buffer.alloc(1001, 0x20);
    expect((await post(receiver.url, '/v1/traces', body)).status).toBe(413);
    const chunked = asking(receiver.url, '/v1/traces', { 'content-type': JSON_TYPE });
    chunked.end(body);
    expect((await answerOf(chunked)).status).toBe(413);
    expect(receiver.counts()).toMatchObject({ inFlightBytes: 0, refused: new Map([['too large', 2]]) });
  });

  test('a small request that inflates to more than the limit is refused', async () => {
    const { receiver, sink } = await started({ limits: { inflatedBytes: 1_000_000 } });
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    expect(bomb.length).toBeLessThan(60_000);
    expect((await post(receiver.url, '/v1/logs', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post(receiver.url, '/v1/logs', gzipSync('{}'), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(sink.told).toEqual([]);
  });

  test('a sender that is too slow is cut off, and its room is free again', async () => {
    const { receiver } = await started({ limits: { slowestMs: 100 } });
    const slow = asking(receiver.url, '/v1/traces', { 'content-type': JSON_TYPE, 'content-length': 100 });
    slow.write('{');
    expect((await answerOf(slow)).status).toBe(408);
    while (receiver.counts().inFlightBytes > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(receiver.counts().refused.get('too slow')).toBe(1);
  });

  test('a sender that goes away in the middle is counted, and its room is free again', async () => {
    const { receiver, sink } = await started();
    const gone = asking(receiver.url, '/v1/traces', { 'content-type': JSON_TYPE, 'content-length': 100 });
    gone.on('error', () => {});
    gone.write('{');
    while (receiver.counts().inFlightBytes === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    gone.destroy();
    while (receiver.counts().inFlightBytes > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(receiver.counts().refused.get('broke off')).toBeGreaterThan(0);
    expect(sink.told).toEqual([]);
  });
});

test('names of a megabyte are cut, a password in front of a host is left out, and neither stops a request', async () => {
  const { receiver, sink } = await started();
  const long = 'x'.repeat(1_000_000);
  const inside = {
    traceId: SPAN.traceId,
    parentSpanId: SPAN.spanId,
    startTimeUnixNano: SPAN.startTimeUnixNano,
    endTimeUnixNano: SPAN.endTimeUnixNano,
    kind: 3,
  };
  const attribute = (key: string, stringValue: string) => ({ attributes: [{ key, value: { stringValue } }] });
  const spans = request_(
    { ...inside, spanId: '00f067aa0ba902b7', ...attribute('peer.service', long) },
    { ...inside, spanId: '00f067aa0ba902b8', ...attribute('server.address', 'admin:secret@orders-db') },
    { ...SPAN, ...attribute('http.route', long) },
  );
  expect((await post(receiver.url, '/v1/traces', JSON.stringify(spans))).status).toBe(200);
  const [{ record }] = sink.told as [{ record: { route: string; outboundCalls: { service: string }[] } }];
  expect([record.route.length, record.outboundCalls[0]!.service.length, record.outboundCalls[1]!.service]).toEqual([201, 201, 'orders-db']);
});

test('client spans that come in a batch before their request are still its calls; those of no request are counted', async () => {
  const { receiver, sink } = await started();
  const call = {
    ...SPAN,
    kind: 3,
    spanId: '00f067aa0ba902b7',
    parentSpanId: SPAN.spanId,
    attributes: [{ key: 'peer.service', value: { stringValue: 'stripe' } }],
  };
  await post(receiver.url, '/v1/traces', JSON.stringify(request_(call, { ...call, traceId: '0af7651916cd43dd8448eb211c80319d' })));
  expect(sink.told).toEqual([]);
  await post(receiver.url, '/v1/traces', WHOLE);
  expect(sink.told).toMatchObject([{ record: { outboundCalls: [{ service: 'stripe', callCount: 1 }] } }]);
  await receiver.close();
  expect(receiver.counts().passedOver).toEqual(new Map([['client span whose request was not seen', 1]]));
});

describe('the receiver', () => {
  test('takes no part in HTTP/2, as gRPC speaks it, and goes on', async () => {
    const { receiver } = await started();
    const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
    expect(receiver.counts().refused.get('HTTP/2 or gRPC')).toBe(1);
    expect((await post(receiver.url, '/v1/traces', WHOLE)).status).toBe(200);
  });

  test('of a port in use says who may hold it and how to choose another', async () => {
    const { receiver } = await started();
    const port = Number(new URL(receiver.url).port);
    await expect(startOtlpReceiver({ port }, recordingSink())).rejects.toMatchObject({
      code: 'RECEIVER_PORT_IN_USE',
      found: expect.stringContaining('Collector'),
      next: expect.stringContaining(`OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${port + 1}`),
    });
  });

  test('listens on other addresses only when asked, with a warning', async () => {
    expect((await started()).receiver.warning).toBeUndefined();
    expect((await started({ host: '0.0.0.0' })).receiver.warning).toMatch(/^listens on 0\.0\.0\.0:\d+: whoever/);
    await expect(startOtlpReceiver({ host: '192.0.2.1', port: 0 }, recordingSink())).rejects.toMatchObject({
      code: 'RECEIVER_NO_SUCH_ADDRESS',
    });
  });

  test('that ends still takes what is on its way in, and nothing after it', async () => {
    const { receiver, sink } = await started();
    const late = asking(receiver.url, '/v1/traces', { 'content-type': JSON_TYPE, 'content-length': WHOLE.length });
    late.write(WHOLE.slice(0, 10));
    while (receiver.counts().inFlightBytes === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = receiver.close();
    late.end(WHOLE.slice(10));
    expect((await answerOf(late)).status).toBe(200);
    await closed;
    expect(sink.told).toHaveLength(1);
    await expect(post(receiver.url, '/v1/traces', WHOLE)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('whose sink fails answers 500, tells of it, and goes on', async () => {
    const faults: unknown[] = [];
    const sink = recordingSink();
    let isBroken = true;
    const receiver = await startOtlpReceiver(
      { port: 0, onFault: (error) => faults.push(error) },
      {
        ...sink,
        record: (...told) => {
          if (isBroken) throw new Error('full');
          sink.record?.(...told);
        },
      },
    );
    open.push(receiver);
    expect((await post(receiver.url, '/v1/traces', WHOLE)).status).toBe(500);
    isBroken = false;
    expect((await post(receiver.url, '/v1/traces', WHOLE)).status).toBe(200);
    expect([faults.length, sink.told.length]).toEqual([1, 1]);
  });

  test('takes what our own agent sends of a process: its works with their calls, and its windows in the same stream', async () => {
    const { receiver, sink } = await started();
    const resource = encodeResource({ 'service.name': 'orders', 'service.instance.id': 'sandbox-1', 'telemetry.sdk.name': 'nightlight' });
    const spans = spansOfWork(
      {
        work: { id: 'w-1', startedMs: 1000 },
        number: 1,
        startedAtEpochMs: 1_760_000_000_000,
        durationMs: 20,
        failed: true,
        errorType: 'TypeError',
        cold: false,
        heapUsedBytes: 1_000_000,
        externalBytes: 2048,
        route: 'GET /orders/:id',
        statusCode: 500,
      },
      [
        { service: 'dynamodb', what: 'POST /', startedMs: 1001, endedMs: 1005, failed: false },
        { service: 'dynamodb', what: 'POST /', startedMs: 1006, endedMs: 1012, failed: true },
      ],
    );
    const window = encodeWindow({
      kind: 'window',
      sandboxId: 'sandbox-1',
      sequence: 1,
      fromEpochMs: epochMilliseconds(1_760_000_000_000),
      lengthMs: milliseconds(1000),
      requestCount: 5,
    });
    await post(receiver.url, '/v1/traces', tracesRequest(resource, spans.map(encodeSpan)));
    await post(receiver.url, '/v1/logs', logsRequest(resource, [encodeLogRecord(window, 1_760_000_001_000)]));
    const origin = { logStream: 'sandbox-1', functionName: 'orders', isProcess: true };
    expect(sink.told).toMatchObject([
      {
        origin,
        record: {
          route: 'GET /orders/:id',
          durationMs: 20,
          failed: true,
          errorType: 'TypeError',
          memory: { heapUsedAfterBytes: 1_000_000, externalBytes: 2048 },
          outboundCalls: [{ service: 'dynamodb', callCount: 2, totalMs: 10, errorCount: 1, sequentialCount: 1 }],
        },
      },
      { origin, event: window },
    ]);
  });
});
