import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeResource, encodeSpan, tracesRequest } from '../../agent/src/emit/otlp-json.ts';
import { createPoster } from '../../agent/src/emit/otlp-post.ts';
import { createSender, type SenderOptions } from '../../agent/src/emit/otlp-send.ts';
import { otlpProblems, otlpSignal } from '../../agent/src/emit/otlp-settings.ts';
import { spansOfWork } from '../../agent/src/emit/span.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

const RESOURCE = encodeResource({ 'service.name': 'orders' });

function signal(more: object = {}) {
  return { url: `${receiver.url}/v1/traces`, headers: {}, gzip: false, timeoutMs: 60_000, ...more };
}

function senderTo(more: Partial<SenderOptions> = {}, agent = { ownPeers: new Set<string>() }) {
  return createSender(agent, { signal: signal(), toBody: (spans) => tracesRequest(RESOURCE, spans), delayMs: 1, backoffMs: 20, ...more });
}

function span(number: number): string {
  const work = { id: `w${number}`, startedMs: 0 };
  const finished = {
    work,
    number,
    startedAtEpochMs: 1.76e12,
    durationMs: 1,
    failed: false,
    cold: false,
    heapUsedBytes: 1,
    externalBytes: 1,
  };
  return encodeSpan(spansOfWork({ ...finished, route: `job ${number}` }, [])[0]!);
}

const arrived = () => receiver.spans.map((one) => one.name);

describe('what is tried again', () => {
  test.each([429, 502, 503, 504])('%i is tried again until it is accepted, and nothing is lost or doubled', async (status) => {
    receiver.behave({ status }, { status }, {});
    const sender = senderTo();
    sender.add(span(1));
    await expect.poll(arrived).toEqual(['job 1']);
    expect(receiver.requests).toHaveLength(3);
    // The receiver has it a moment before the sender hears so.
    await expect.poll(() => sender.waitingCount).toBe(0);
    expect(sender.takeLost()).toBe(0);
  });

  test('a broken connection is tried again', async () => {
    receiver.behave({ status: 'reset' }, {});
    const sender = senderTo();
    sender.add(span(1));
    await expect.poll(arrived).toEqual(['job 1']);
    expect(sender.takeLost()).toBe(0);
  });

  test('a request without an answer is given up after its time, and tried again', async () => {
    receiver.behave({ status: 'hang' }, {});
    const sender = senderTo({ signal: signal({ timeoutMs: 100 }) });
    sender.add(span(1));
    await expect.poll(arrived).toEqual(['job 1']);
  });

  test('a receiver that asks for a pause has it', async () => {
    receiver.behave({ status: 429, headers: { 'retry-after': '1' } }, {});
    const sender = senderTo();
    sender.add(span(1));
    await expect.poll(arrived, { timeout: 10_000 }).toEqual(['job 1']);
    const [first, second] = receiver.requests;
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(990);
  });

  test('a pause may be given as a date', async () => {
    receiver.behave({ status: 503, headers: { 'retry-after': new Date(Date.now() + 2500).toUTCString() } }, {});
    const sender = senderTo();
    sender.add(span(1));
    await expect.poll(arrived, { timeout: 10_000 }).toEqual(['job 1']);
    expect(receiver.requests[1]!.atMs - receiver.requests[0]!.atMs).toBeGreaterThanOrEqual(500);
  });

  test('a flush does not break a pause that was asked for', async () => {
    receiver.behave({ status: 429, headers: { 'retry-after': '20' } }, {});
    const sender = senderTo({ delayMs: 0 });
    sender.add(span(1));
    await sender.flush(5000);
    await sender.flush(5000, true);
    expect(receiver.requests).toHaveLength(1);
    expect(sender.waitingCount).toBe(1);
  });

  test('the last flush does break a pause of our own making', async () => {
    receiver.behave({ status: 503 }, {});
    const sender = senderTo({ delayMs: 0, backoffMs: 20_000 });
    sender.add(span(1));
    await sender.flush(5000);
    await sender.flush(5000);
    expect(receiver.requests).toHaveLength(1);
    await sender.flush(5000, true);
    expect(arrived()).toEqual(['job 1']);
  });

  test('after five tries the spans are lost, and counted', async () => {
    receiver.behave({ status: 503 });
    const sender = senderTo({ backoffMs: 2 });
    sender.add(span(1));
    sender.add(span(2));
    await expect.poll(() => sender.waitingCount).toBe(0);
    expect(receiver.requests).toHaveLength(5);
    expect([sender.takeLost(), sender.takeLost()]).toEqual([2, 0]);
  });

  test('pauses grow, and chance spreads them', async () => {
    receiver.behave({ status: 503 });
    const sender = senderTo({ backoffMs: 100, random: () => 1 });
    sender.add(span(1));
    await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(4);
    const [a, b, c, d] = receiver.requests.map((request) => request.atMs);
    expect(b! - a!).toBeGreaterThanOrEqual(99);
    expect(c! - b!).toBeGreaterThanOrEqual(199);
    expect(d! - c!).toBeGreaterThanOrEqual(399);
  });
});

describe('what is not tried again', () => {
  test.each([400, 401, 403, 413, 500])('%i is not: the spans are lost, and counted', async (status) => {
    receiver.behave({ status });
    const sender = senderTo();
    sender.add(span(1));
    await expect.poll(() => sender.waitingCount).toBe(0);
    expect([sender.takeLost(), receiver.requests.length]).toEqual([1, 1]);
  });

  test('a redirect is not followed: the headers that it would carry are for one host only', async () => {
    const elsewhere = await startOtlpReceiver();
    receiver.behave({ status: 307, headers: { location: `${elsewhere.url}/v1/traces` } });
    const sender = senderTo({ signal: signal({ headers: { 'x-api-key': 'secret' } }) });
    sender.add(span(1));
    await expect.poll(() => sender.takeLost()).toBe(1);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  test('what a receiver took no part of is lost by its own count', async () => {
    receiver.behave({ body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}' });
    const sender = senderTo();
    for (let n = 1; n <= 3; n++) sender.add(span(n));
    await expect.poll(() => sender.waitingCount).toBe(0);
    expect(sender.takeLost()).toBe(2);
  });

  test('an answer that is no JSON is no error', async () => {
    receiver.behave({ body: 'thank you' });
    const sender = senderTo();
    sender.add(span(1));
    await expect.poll(() => sender.waitingCount).toBe(0);
    expect(sender.takeLost()).toBe(0);
  });

  test('a header that cannot be sent is a loss, not an error', async () => {
    const sender = senderTo({ signal: signal({ headers: { 'x-key': 'a\nb' } }) });
    sender.add(span(1));
    await expect.poll(() => sender.takeLost()).toBe(1);
  });
});

describe('what waits', () => {
  test('is bounded in bytes: the newest are dropped, and counted', async () => {
    receiver.behave({ status: 'hang' });
    const item = span(1);
    const sender = senderTo({ delayMs: 0, maxWaitingBytes: item.length * 10 });
    for (let n = 0; n < 25; n++) sender.add(item);
    expect([sender.waitingCount, sender.takeLost()]).toEqual([10, 15]);
  });

  test('leaves in batches of at most 512, all of it', async () => {
    const sender = senderTo({ delayMs: 0 });
    for (let n = 1; n <= 1200; n++) sender.add(span(n));
    await sender.flush(60_000);
    expect(receiver.requests).toHaveLength(3);
    expect(new Set(arrived()).size).toBe(1200);
  });

  test('after a receiver was down leaves when it is back', async () => {
    const port = receiver.port;
    await receiver.close();
    const sender = senderTo({ delayMs: 0, backoffMs: 1 });
    sender.add(span(1));
    await sender.flush(1000);
    expect(sender.waitingCount).toBe(1);
    receiver = await startOtlpReceiver(port);
    await expect
      .poll(async () => {
        await sender.flush(1000);
        return arrived();
      })
      .toEqual(['job 1']);
    expect(sender.takeLost()).toBe(0);
  });

  test('a flush settles after its cap when the receiver hangs, and what is under way may still arrive', async () => {
    receiver.behave({ delayMs: 1500 });
    const sender = senderTo({ delayMs: 0 });
    sender.add(span(1));
    await sender.flush(20);
    expect(arrived()).toEqual([]);
    await expect.poll(arrived, { timeout: 10_000 }).toEqual(['job 1']);
    expect([sender.waitingCount, sender.takeLost()]).toEqual([0, 0]);
  });

  test('a signal that the receiver does not know is given up, once and without a loss', async () => {
    receiver.behave({ status: 404 });
    let told = 0;
    const sender = senderTo({ onUnknown: () => told++ });
    sender.add(span(1));
    await expect.poll(() => told).toBe(1);
    sender.add(span(2));
    await sender.flush(1000);
    expect([receiver.requests.length, sender.waitingCount, sender.takeLost(), told]).toEqual([1, 0, 0, 1]);
  });
});

test('a connection that the receiver closed while nobody looked is replaced at once', async () => {
  const poster = createPoster(signal());
  for (let n = 1; n <= 3; n++) {
    expect(await poster.post(tracesRequest(RESOURCE, [span(n)]))).toEqual({ kind: 'accepted', rejected: 0 });
    receiver.dropConnections();
  }
  expect(arrived()).toEqual(['job 1', 'job 2', 'job 3']);
});

test('bodies are compressed and headers sent where that was asked for', async () => {
  const sender = senderTo({ signal: signal({ gzip: true, headers: { 'x-api-key': 'k' } }) });
  sender.add(span(1));
  await expect.poll(arrived).toEqual(['job 1']);
  expect(receiver.requests[0]!.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/json', 'x-api-key': 'k' });
});

test('our receiver is known as ours before anything is sent', () => {
  const ownPeers = new Set<string>();
  senderTo({ signal: signal({ url: 'https://otlp.example/v1/traces' }) }, { ownPeers });
  expect([...ownPeers]).toEqual(['otlp.example:443']);
});

test('an instrumented http.request of the host is not used', async () => {
  const http = process.getBuiltinModule('node:http');
  const { request } = http;
  let count = 0;
  http.request = ((...given: Parameters<typeof request>) => {
    count++;
    return request(...given);
  }) as typeof request;
  try {
    expect(await createPoster(signal()).post(tracesRequest(RESOURCE, [span(1)]))).toMatchObject({ kind: 'accepted' });
  } finally {
    http.request = request;
  }
  expect(count).toBe(0);
});

test('an answer without an end is bounded by the time limit', async () => {
  const endless = createServer((_request, response) => {
    response.write('{');
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/v1/traces`;
  expect(await createPoster(signal({ url, timeoutMs: 100 })).post('{}')).toEqual({ kind: 'later' });
  endless.closeAllConnections();
  endless.close();
});

describe('the endpoint', () => {
  test.each([
    ['a base is completed', {}, 'http://c:4318', 'http://c:4318/v1/traces'],
    ['a base with a path and a slash is completed', {}, 'https://c/otlp/', 'https://c/otlp/v1/traces'],
    ["a signal's own endpoint is taken as it is", { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:1/x' }, 'http://c:4318', 'http://t:1/x'],
    [
      'our own variable is above both',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:1/x', NIGHTLIGHT_OTLP_ENDPOINT: 'http://c:4318' },
      'http://c:4318',
      'http://c:4318/v1/traces',
    ],
  ])('%s', (_title, environment, base, url) => {
    expect(otlpSignal('traces', environment, base)?.url).toBe(url);
  });

  test.each([
    ['nothing to go to', {}, ''],
    ['no URL', {}, 'collector:4318'],
    ['no URL of ours', {}, 'grpc://collector:4317'],
    ['an SDK that is disabled', { OTEL_SDK_DISABLED: 'true' }, 'http://c:4318'],
    ['an exporter of none', { OTEL_TRACES_EXPORTER: 'none' }, 'http://c:4318'],
  ])('with %s there is no signal', (_title, environment, base) => {
    expect(otlpSignal('traces', environment, base)).toBeUndefined();
  });

  test('headers are read from both variables, the more precise one last; a broken pair is left out', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc%3D, x-a=1,broken,=x',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-a=2,x-b=100%',
    };
    expect(otlpSignal('traces', environment, 'http://c')?.headers).toEqual({ authorization: 'Basic abc=', 'x-a': '2', 'x-b': '100%' });
    expect(otlpSignal('logs', environment, 'http://c')?.headers).toEqual({ authorization: 'Basic abc=', 'x-a': '1' });
  });

  test('compression and time limit are read for all signals or for one', () => {
    expect(
      otlpSignal('traces', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '50' }, 'http://c'),
    ).toMatchObject({
      gzip: true,
      timeoutMs: 50,
    });
    expect(otlpSignal('traces', { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }, 'http://c')).toMatchObject({ gzip: false, timeoutMs: 10_000 });
  });

  test('who asks for gRPC is told what is spoken here', () => {
    expect(otlpProblems({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([
      'OTEL_EXPORTER_OTLP_PROTOCOL: expected http/json or http/protobuf; OTLP over HTTP with JSON is used',
    ]);
    expect(otlpProblems({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' })).toEqual([]);
  });
});
