/** Requests of a long-running process, seen from inside of it: real servers, real connections. */
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type RequestOptions, request as requestSecurely } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AgentRecord, InvocationRecord, WindowRecord } from '../../agent/src/record/index.ts';
import { type AppOptions, type RunningApp, startApp } from '../support/run-app.ts';

let app: RunningApp;
let upstream: Server;
let upstreamUrl = '';

beforeAll(async () => {
  upstream = createServer((request, response) => {
    if (request.url !== '/never') response.end('answer');
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
});
afterEach(() => app?.child.kill('SIGKILL'));

async function start(name: string, options?: AppOptions): Promise<(path: string) => Promise<string>> {
  app = await startApp(name, options);
  // Single works are sent once there is a sink.
  await app.record('init');
  return async (path) => (await fetch(`http://127.0.0.1:${app.port}${path}`)).text();
}

const invocations = (records: readonly AgentRecord[]) =>
  records.filter((record): record is InvocationRecord => record.kind === 'invocation');
const windows = (records: readonly AgentRecord[]) => records.filter((record): record is WindowRecord => record.kind === 'window');

/** Sums of all windows, after the process has written its last one. */
async function countedRoutes(): Promise<Record<string, [requests: number, failed: number]>> {
  await app.stop();
  const routes: Record<string, [number, number]> = {};
  for (const row of windows(app.records()).flatMap((window) => window.routes ?? [])) {
    const [requests, failed] = routes[row.route] ?? [0, 0];
    routes[row.route] = [requests + row.requestCount, failed + row.failedCount];
  }
  return routes;
}

describe('routes', () => {
  test('Express: the pattern of the router, with the values of a mounted path taken out', async () => {
    const ask = await start('express.mjs');
    for (const path of ['/orders/1?token=secret', '/orders/two', '/tenants/42/invoices/7', '/fails', '/nowhere']) await ask(path);
    expect(await countedRoutes()).toEqual({
      'GET /orders/:orderId': [2, 0],
      'GET /tenants/:id/invoices/:invoiceId': [1, 0],
      'GET /fails': [1, 1],
      'GET unmatched': [1, 0],
    });
  });

  test('Fastify: the pattern of the router', async () => {
    const ask = await start('fastify.mjs');
    for (const path of ['/orders/1', '/orders/two', '/fails', '/nowhere']) await ask(path);
    expect(await countedRoutes()).toEqual({ 'GET /orders/:orderId': [2, 0], 'GET /fails': [1, 1], 'GET unmatched': [1, 0] });
  });

  test.each(['hono.mjs', 'koa.mjs'])('%s: the path with what looks like a value taken out', async (name) => {
    const ask = await start(name);
    for (const path of ['/orders/1', '/orders/0f8fad5b-d9cb-469f-a165-70867728950e?q=secret', '/fails']) await ask(path);
    expect(await countedRoutes()).toEqual({ 'GET /orders/:id': [2, 0], 'GET /fails': [1, 1] });
  });

  test('an application that invents paths does not fill the windows with them', async () => {
    const ask = await start('koa.mjs');
    const words = Array.from({ length: 90 }, (_, at) => `word${String.fromCharCode(97 + Math.floor(at / 26), 97 + (at % 26))}`);
    for (const word of words) await ask(`/${word}`);
    const counted = await countedRoutes();
    expect(Object.values(counted).reduce((sum, [requests]) => sum + requests, 0)).toBe(90);
    for (const window of windows(app.records())) expect(window.routes?.length ?? 0).toBeLessThanOrEqual(21);
    expect(counted.other![0]).toBeGreaterThan(0);
  });

  test('nothing of a query is written anywhere', async () => {
    const ask = await start('plain.mjs');
    await ask('/orders/5?card=4111111111111111');
    await ask('/status/500?card=4111111111111111');
    await app.stop();
    expect(JSON.stringify(app.records())).toContain('GET /orders/:id');
    expect(JSON.stringify(app.records())).not.toContain('4111');
  });
});

describe('connections', () => {
  test('HTTPS requests are requests', async () => {
    await start('https.mjs');
    const key = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
    const options: RequestOptions & ConnectionOptions = {
      host: '127.0.0.1',
      port: app.port,
      path: '/secure/1',
      ciphers: 'PSK',
      maxVersion: 'TLSv1.2',
      pskCallback: () => ({ psk: key, identity: 'test' }),
      checkServerIdentity: () => undefined,
    };
    const request = requestSecurely(options).end();
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    request.destroy();
    expect(await countedRoutes()).toEqual({ 'GET /secure/:id': [1, 0] });
  });

  test.each([['--streams'], ['--requests']])('HTTP/2 requests are requests, %s', async (kind) => {
    await start('http2.mjs', { args: [kind] });
    const session = connectHttp2(`http://127.0.0.1:${app.port}`);
    for (const path of ['/items/1', '/items/2', '/fails']) {
      const stream = session.request({ ':path': path });
      stream.resume();
      await once(stream, 'close');
    }
    session.close();
    expect(await countedRoutes()).toEqual({ 'GET /items/:id': [2, 0], 'GET /fails': [1, 1] });
  });

  test('pipelined requests of one connection are told apart, and answered in order', async () => {
    await start('plain.mjs');
    const socket = connect(app.port, '127.0.0.1');
    socket.write(
      ['/wait/60', '/orders/1', '/status/500'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join('') +
        'POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello',
    );
    let answers = '';
    for await (const chunk of socket) answers += chunk;
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 500', 'HTTP/1.1 200']);
    expect(await countedRoutes()).toEqual({
      'GET /wait/:id': [1, 0],
      'GET /orders/:id': [1, 0],
      'GET /status/:id': [1, 1],
      'POST /echo': [1, 0],
    });
  });

  test('a client that goes away is no failure of ours; a connection that we cut is', async () => {
    await start('plain.mjs');
    const request = get(`http://127.0.0.1:${app.port}/wait/10000`);
    request.on('error', () => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    request.destroy();
    await fetch(`http://127.0.0.1:${app.port}/cut`)
      .then((answer) => answer.text())
      .catch(() => {});
    const left = await app.record('invocation', ({ route }) => route === 'GET /wait/:id');
    expect([left.failed, left.errorType]).toEqual([false, 'ClientLeft']);
    const cut = await app.record('invocation', ({ route }) => route === 'GET /cut');
    expect([cut.failed, cut.errorType]).toEqual([true, 'ConnectionCut']);
    expect(await countedRoutes()).toEqual({ 'GET /wait/:id': [1, 0], 'GET /cut': [1, 1] });
  });
});

describe('whose call it is', () => {
  test('requests at the same time keep their own calls, also on one connection', async () => {
    await start('plain.mjs');
    const path = (number: number) => `/call/${number}?upstream=${encodeURIComponent(upstreamUrl)}`;
    // Until Node 24 the first call of a process belongs to nobody yet.
    await fetch(`http://127.0.0.1:${app.port}${path(0)}`);
    const socket = connect(app.port, '127.0.0.1');
    const pipelined = [1, 2, 3].map((number) => `GET ${path(number)} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');
    socket.write(`${pipelined}GET /orders/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const others = [4, 5, 6, 7].map((number) => fetch(`http://127.0.0.1:${app.port}${path(number)}`));
    socket.resume();
    await Promise.all([once(socket, 'end'), ...others]);
    await app.stop();
    const seen = invocations(app.records());
    const calling = seen.filter(({ route }) => route === 'GET /call/:id').slice(1);
    expect(calling).toHaveLength(7);
    for (const { outboundCalls } of calling) expect(outboundCalls).toHaveLength(2);
    expect(seen.find(({ route }) => route === 'GET /orders/:id')?.outboundCalls ?? []).toEqual([]);
    // All calls of the process, also those that belong to no request.
    const all = windows(app.records()).flatMap((window) => window.outboundCalls ?? []);
    expect(all.reduce((sum, { callCount }) => sum + callCount, 0)).toBe(16);
  });

  test('the trace of the caller is taken over', async () => {
    await start('plain.mjs');
    await fetch(`http://127.0.0.1:${app.port}/orders/1`, {
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    });
    expect((await app.record('invocation')).traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  });
});
