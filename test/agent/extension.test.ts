import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startExtension } from '../../agent/src/host/lambda/extension.ts';
import { openSpanFlush } from '../../agent/src/host/lambda/span-flush.ts';
import { createPlainAgent } from '../support/agent/plain-agent.ts';
import { bundleForTest } from '../support/bundle-for-test.ts';
import { type LambdaDouble, type LambdaOptions, startLambda } from '../support/lambda/lambda-double.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';

let preload: string;
beforeAll(async () => {
  preload = await bundleForTest('test/support/agent/extension-preload.ts');
});

let receiver: OtlpReceiver;
const open: LambdaDouble[] = [];
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  for (const lambda of open.splice(0)) await lambda.shutdown();
  await receiver.close();
});

async function lambdaOf(source: string, flush: string, options: Partial<LambdaOptions> = {}): Promise<LambdaDouble> {
  const taskRoot = mkdtempSync(join(tmpdir(), 'nightlight-function-'));
  // The redirect of the handler waits for the registration as this module does.
  writeFileSync(join(taskRoot, 'index.mjs'), `await nightlightTest.ready(); ${source}`);
  const lambda = await startLambda({
    taskRoot,
    handler: 'index.handler',
    ...options,
    env: {
      NODE_OPTIONS: `--require ${preload}`,
      NIGHTLIGHT_FLUSH: flush,
      NIGHTLIGHT_OTLP_ENDPOINT: receiver.url,
      ...options.env,
    },
  });
  open.push(lambda);
  return lambda;
}

const ASYNC = 'export const handler = nightlightTest.wrapAsync(async (event) => ({ got: event.n }));';

describe('invoke mode', () => {
  test.each([20, 24] as const)(
    'on Node %i each span arrives before the environment freezes, and the response does not wait for it',
    async (nodeLine) => {
      receiver.behave({ delayMs: 150 });
      const lambda = await lambdaOf(ASYNC, 'invoke', { nodeLine, timeoutMs: 30_000, env: { TEST_FLUSH_CAP_MS: '5000' } });
      for (let n = 1; n <= 4; n++) {
        const { payload, clientLatencyMs, busyMs, requestId } = await lambda.invoke({ n });
        expect(JSON.parse(payload.toString())).toEqual({ got: n });
        expect(receiver.spans.filter((span) => span.attributes['faas.invocation_id'] === requestId)).toHaveLength(1);
        expect(busyMs - clientLatencyMs).toBeGreaterThan(50);
      }
      expect(receiver.spans.map((span) => span.kind).sort()).toEqual([
        ...Array(4).fill('SPAN_KIND_CLIENT'),
        ...Array(4).fill('SPAN_KIND_SERVER'),
      ]);
      expect(receiver.refusals).toEqual([]);
      expect(receiver.spans[0]!.resource).toMatchObject({ 'faas.name': 'checkout', 'cloud.provider': 'aws' });
    },
  );

  test('a receiver slower than the cap keeps the environment for the cap only, and its span still arrives once', async () => {
    receiver.behave({ delayMs: 3000 });
    const lambda = await lambdaOf(ASYNC, 'invoke', { freeze: false });
    await lambda.invoke({ n: 1 });
    expect(receiver.spans).toEqual([]);
    await expect.poll(() => receiver.spans.length, { timeout: 20_000 }).toBe(2);
    receiver.behave({});
    await lambda.invoke({ n: 2 });
    expect(receiver.spans.filter((span) => span.kind === 'SPAN_KIND_SERVER')).toHaveLength(2);
  });

  test('the cap is at most a fifth of the time that is left', async () => {
    receiver.behave({ status: 'hang' });
    const lambda = await lambdaOf(ASYNC, 'invoke', { timeoutMs: 400 });
    for (let n = 1; n <= 2; n++) expect(await lambda.invoke({ n })).toMatchObject({ status: 'success' });
    expect(lambda.exits).toEqual([]);
  });

  test('a callback handler answers although a receiver hangs, and is followed by its span', async () => {
    receiver.behave({ status: 'hang' }, {});
    const lambda = await lambdaOf(
      `export const handler = nightlightTest.wrapCallback((event, context, callback) => { setTimeout(() => callback(null, { got: event.n }), 5); });`,
      'invoke',
    );
    const first = await lambda.invoke({ n: 1 });
    expect(JSON.parse(first.payload.toString())).toEqual({ got: 1 });
    expect(first.status).toBe('success');
    const second = await lambda.invoke({ n: 2 });
    expect(JSON.parse(second.payload.toString())).toEqual({ got: 2 });
    expect(second.status).toBe('success');
  });

  test('a callback handler answers although no connection can be made', async () => {
    // An address of the documentation range: packets to it get no answer, or none is sent.
    const lambda = await lambdaOf(
      `export const handler = nightlightTest.wrapCallback((event, context, callback) => callback(null, event.n));`,
      'invoke',
      { env: { NIGHTLIGHT_OTLP_ENDPOINT: 'http://192.0.2.1:4318' } },
    );
    for (let n = 1; n <= 3; n++) {
      const { status, payload } = await lambda.invoke({ n });
      expect([status, payload.toString()]).toEqual(['success', String(n)]);
    }
  });

  // Their time is long: an environment that we kept busy would outlast the test.
  test.each([
    ['an async handler', 'export const handler = async (event) => event.n;'],
    ['a callback handler', 'export const handler = (event, context, callback) => setTimeout(() => callback(null, event.n), 20);'],
  ])('%s that nobody wrapped is let go at once', async (_title, source) => {
    const lambda = await lambdaOf(source, 'invoke', { timeoutMs: 300_000 });
    for (let n = 1; n <= 3; n++) {
      expect(await lambda.invoke({ n })).toMatchObject({ status: 'success' });
    }
    expect(lambda.exits).toEqual([]);
    expect(receiver.requests).toEqual([]);
  });

  test('a handler that never settles is let go when its event loop is empty', async () => {
    const lambda = await lambdaOf('export const handler = nightlightTest.wrapAsync(() => new Promise(() => {}));', 'invoke', {
      timeoutMs: 3000,
    });
    const bare = await lambdaOf('export const handler = () => new Promise(() => {});', 'log', { timeoutMs: 300_000 });
    const [ours, theirs] = [await lambda.invoke({}), await bare.invoke({})];
    expect([ours.status, ours.payload.toString()]).toEqual([theirs.status, theirs.payload.toString()]);
    expect(lambda.exits).toEqual(bare.exits);
  });

  test('a callback handler that never calls back is let go when its event loop is empty', async () => {
    const source = 'export const handler = nightlightTest.wrapCallback((event, context, callback) => {});';
    const lambda = await lambdaOf(source, 'invoke', { timeoutMs: 300_000 });
    for (let n = 1; n <= 2; n++) expect(await lambda.invoke({ n })).toMatchObject({ status: 'success' });
    expect(lambda.exits).toEqual([]);
  });

  test('a handler whose wrapper hears of no end is let go before the time is up', async () => {
    const lambda = await lambdaOf(
      'nightlightTest.agent.wrapsHandler = true; export const handler = async (event) => { setInterval(() => {}, 1e3); return event.n; };',
      'invoke',
      { timeoutMs: 1000 },
    );
    expect(await lambda.invoke({ n: 1 })).toMatchObject({ status: 'success' });
    expect(await lambda.invoke({ n: 2 })).toMatchObject({ status: 'success' });
    expect(lambda.exits).toEqual([]);
  });

  test('after a thaw a connection that died meanwhile is replaced, and nothing is lost or sent twice', async () => {
    const lambda = await lambdaOf(ASYNC, 'invoke');
    const ids: string[] = [];
    for (let n = 1; n <= 6; n++) {
      ids.push((await lambda.invoke({ n })).requestId);
      receiver.dropConnections();
    }
    const arrived = receiver.spans.map((span) => span.attributes['faas.invocation_id']).filter(Boolean);
    expect(arrived.sort()).toEqual(ids.sort());
    expect(receiver.connectionCount).toBe(6);
  });

  test.each([20, 24] as const)(
    'on Node %i it works as well where Node warns of what it stands on, and nobody is warned',
    async (nodeLine) => {
      const lambda = await lambdaOf(ASYNC, 'invoke', { nodeLine, env: { NODE_OPTIONS: `--pending-deprecation --require ${preload}` } });
      for (let n = 1; n <= 2; n++) await lambda.invoke({ n });
      expect(receiver.spans).toHaveLength(4);
      expect(lambda.output.filter((line) => /deprecat/i.test(line))).toEqual([]);
    },
  );

  test('a healthy connection is used again', async () => {
    const lambda = await lambdaOf(ASYNC, 'invoke');
    for (let n = 1; n <= 5; n++) await lambda.invoke({ n });
    expect(receiver.spans).toHaveLength(10);
    expect(receiver.connectionCount).toBe(1);
  });

  test('a receiver that is down costs nothing after the first failures, and what is lost is counted', async () => {
    const lambda = await lambdaOf(
      `export const handler = nightlightTest.wrapAsync(async () => ({ lost: nightlightTest.agent.takeLostLines() }));`,
      'invoke',
      { env: { NIGHTLIGHT_OTLP_ENDPOINT: 'http://127.0.0.1:9' } },
    );
    for (let n = 1; n <= 5; n++) expect(await lambda.invoke({ n })).toMatchObject({ status: 'success' });
    const refused = await lambdaOf(
      `export const handler = nightlightTest.wrapAsync(async () => ({ lost: nightlightTest.agent.takeLostLines() }));`,
      'invoke',
    );
    receiver.behave({ status: 400 });
    await refused.invoke({});
    const { payload } = await refused.invoke({});
    expect(JSON.parse(payload.toString())).toEqual({ lost: 2 });
  });
});

describe('shutdown mode', () => {
  test('spans wait for the end of the environment, and all arrive with SIGTERM', async () => {
    const lambda = await lambdaOf(ASYNC, 'shutdown');
    for (let n = 1; n <= 5; n++) await lambda.invoke({ n });
    expect(receiver.requests).toEqual([]);
    const exit = await lambda.shutdown();
    expect(receiver.spans).toHaveLength(10);
    expect(receiver.requests).toHaveLength(1);
    expect(exit.signal).toBe('SIGTERM');
  });

  test('a host that listens to SIGTERM ends as it wants to', async () => {
    const lambda = await lambdaOf(`process.on('SIGTERM', () => setTimeout(() => process.exit(7), 100)); ${ASYNC}`, 'shutdown');
    await lambda.invoke({ n: 1 });
    const exit = await lambda.shutdown();
    expect(exit).toMatchObject({ exitCode: 7, signal: null });
    expect(receiver.spans).toHaveLength(2);
  });

  test('a receiver that hangs does not keep the process beyond the time it has', async () => {
    receiver.behave({ status: 'hang' });
    const lambda = await lambdaOf(ASYNC, 'shutdown');
    await lambda.invoke({ n: 1 });
    expect((await lambda.shutdown()).signal).toBe('SIGTERM');
  });
});

test('on Managed Instances, where nothing freezes, nothing registers and spans leave every few seconds', async () => {
  const lambda = await lambdaOf(ASYNC, 'invoke', { nodeLine: 24, maxConcurrency: 2 });
  for (let n = 1; n <= 3; n++) await lambda.invoke({ n });
  await expect.poll(() => receiver.spans.length, { timeout: 30_000 }).toBe(6);
  expect((await lambda.shutdown()).signal).toBe('SIGKILL');
});

test.each(['log', 'invoke'])('without an endpoint, or in log mode, nothing registers: %s', async (flush) => {
  const lambda = await lambdaOf(ASYNC, flush, flush === 'invoke' ? { env: { NIGHTLIGHT_OTLP_ENDPOINT: '' } } : {});
  expect(await lambda.invoke({ n: 1 })).toMatchObject({ status: 'success' });
  expect(receiver.requests).toEqual([]);
  // Without any extension the service sends no SIGTERM.
  expect((await lambda.shutdown()).signal).toBe('SIGKILL');
});

test('an endpoint that only looks like one is asked about once', () => {
  const agent = createPlainAgent({ flush: 'invoke', otlpEndpoint: 'http://[no-address' }, { AWS_LAMBDA_MAX_CONCURRENCY: '2' });
  const asked: string[] = [];
  agent.part = (name) => {
    asked.push(name);
    return { openSpanFlush };
  };
  startExtension(agent);
  for (let n = 1; n <= 3; n++) agent.woken?.();
  expect(asked).toEqual(['spans']);
});
