/** Connections as senders use them, byte by byte: what the lane takes itself, and what it leaves to `node:http`, on one and the same. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type OtlpReceiver, type OtlpReceiverSettings, startOtlpReceiver } from '../../analyzer/src/live/otlp-receiver.ts';
import { readRequestHead } from '../../analyzer/src/live/request-head.ts';
import { recordingSink } from '../support/recording-sink.ts';

const open: OtlpReceiver[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const receiver of open.splice(0)) await receiver.close();
});

async function connected(settings: OtlpReceiverSettings = {}) {
  const sink = recordingSink();
  const receiver = await startOtlpReceiver({ port: 0, ...settings }, sink);
  open.push(receiver);
  return { receiver, sink, sender: await sending(receiver) };
}

/** A sender that keeps what it is answered. */
async function sending({ url }: OtlpReceiver) {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', noDelay: true });
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  let answers = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answers += text;
  });
  const statuses = () => [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  return {
    socket,
    statuses,
    text: () => answers,
    async untilAnswered(count: number) {
      while (statuses().length < count) await once(socket, 'data');
      return statuses();
    },
  };
}

const span = (route: string) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  kind: 2,
  startTimeUnixNano: '1760000000000000000',
  endTimeUnixNano: '1760000000005000000',
  attributes: [{ key: 'http.route', value: { stringValue: route } }],
});
const bodyOf = (route: string) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span(route)] }] }] });
const head = (length: number | string, ...more: string[]) =>
  ['POST /v1/traces HTTP/1.1', 'Host: here', 'Content-Type: application/json', `Content-Length: ${length}`, ...more, '', ''].join('\r\n');
const ordinary = (route: string, ...more: string[]) => `${head(bodyOf(route).length, ...more)}${bodyOf(route)}`;
const chunked = (route: string) =>
  `POST /v1/traces HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${bodyOf(route).length.toString(16)}\r\n${bodyOf(route)}\r\n0\r\n\r\n`;
const elsewhere = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';
const routesOf = ({ told }: { told: readonly unknown[] }) => told.map((one) => (one as { record: { route: string } }).record.route);

describe('a kept connection', () => {
  test('on which requests follow each other without waiting is answered in their order', async () => {
    const { receiver, sink, sender } = await connected();
    sender.socket.write(ordinary('/a') + ordinary('/b') + ordinary('/c'));
    expect(await sender.untilAnswered(3)).toEqual([200, 200, 200]);
    expect(routesOf(sink)).toEqual(['ANY /a', 'ANY /b', 'ANY /c']);
    expect(receiver.counts()).toMatchObject({ requestCount: 3, takenRequestCount: 3, inFlightBytes: 0 });
  });

  test('may carry requests of every form in turns', async () => {
    const { receiver, sink, sender } = await connected();
    const requests = [ordinary('/a'), chunked('/b'), elsewhere, ordinary('/c'), ordinary('/d', 'Expect: 100-continue')];
    for (const [i, request] of requests.entries()) {
      sender.socket.write(request);
      await sender.untilAnswered(i + 1);
    }
    expect((await sender.untilAnswered(6)).toSorted()).toEqual([100, 200, 200, 200, 200, 404]);
    expect(routesOf(sink)).toEqual(['ANY /a', 'ANY /b', 'ANY /c', 'ANY /d']);
    expect(receiver.counts()).toMatchObject({ requestCount: 5, inFlightBytes: 0 });
  });

  test('gives the same answers wherever its bytes are cut', async () => {
    const { receiver, sink } = await connected();
    const forms = [ordinary('/a'), ordinary('/longer'), chunked('/c'), elsewhere];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: forms.length - 1 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        async (chosen, cuts) => {
          sink.told.length = 0;
          const sender = await sending(receiver);
          const text = chosen.map((form) => forms[form]!).join('');
          const places = [...new Set(cuts.map((cut) => cut % text.length))].toSorted((a, b) => a - b);
          for (const [i, at] of [0, ...places].entries()) {
            sender.socket.write(text.slice(at, places[i] ?? text.length));
            await new Promise((resolve) => setImmediate(resolve));
          }
          const expected = chosen.map((form) => (forms[form] === elsewhere ? 404 : 200));
          expect(await sender.untilAnswered(expected.length)).toEqual(expected);
          expect(sink.told).toHaveLength(expected.filter((status) => status === 200).length);
          sender.socket.destroy();
        },
      ),
      { numRuns: 25 },
    );
    expect(receiver.counts().inFlightBytes).toBe(0);
  });

  test('is closed behind the answer when its sender asks for it', async () => {
    const { sink, sender } = await connected();
    sender.socket.write(ordinary('/a', 'Connection: close') + ordinary('/b'));
    await once(sender.socket, 'close');
    expect(sender.statuses()).toEqual([200]);
    expect(sender.text()).toMatch(/^connection: close\r$/im);
    expect(routesOf(sink)).toEqual(['ANY /a']);
  });

  test('without a request does not hold up a receiver that ends', async () => {
    const { receiver, sender } = await connected();
    sender.socket.write(ordinary('/a'));
    await sender.untilAnswered(1);
    expect(sender.text()).toMatch(/^keep-alive: timeout=75\r$/im);
    const closed = once(sender.socket, 'close');
    await receiver.close();
    await closed;
  });

  test('waits while the sink holds still, and is read from again afterwards', async () => {
    let release = (): void => {};
    let held: Promise<void> | undefined = new Promise((resolve) => {
      release = () => {
        held = undefined;
        resolve();
      };
    });
    const { receiver, sink, sender } = await connected({ ready: () => held });
    sender.socket.write(ordinary('/a') + ordinary('/b'));
    while (receiver.counts().inFlightBytes === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([sink.told.length, sender.statuses().length]).toEqual([0, 0]);
    release();
    expect(await sender.untilAnswered(2)).toEqual([200, 200]);
    expect(routesOf(sink)).toEqual(['ANY /a', 'ANY /b']);
    expect(receiver.counts().inFlightBytes).toBe(0);
  });

  test('that breaks off in the middle of its second request is counted, and its room is free again', async () => {
    const { receiver, sink, sender } = await connected();
    sender.socket.write(`${ordinary('/a')}${head(500)}{`);
    await sender.untilAnswered(1);
    while (receiver.counts().inFlightBytes === 0) await new Promise((resolve) => setImmediate(resolve));
    sender.socket.destroy();
    while (receiver.counts().inFlightBytes > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.counts().refused).toEqual(new Map([['broke off', 1]]));
    expect(routesOf(sink)).toEqual(['ANY /a']);
  });
});

describe('a head', () => {
  test.each([
    ['two lengths', head(3, 'Content-Length: 4')],
    ['a length and chunks', head(3, 'Transfer-Encoding: chunked')],
    ['a length with a sign', head('+3')],
    ['a line that goes on in the next', head(3, 'X-Long: a', ' b')],
    ['a blank in front of a colon', head(3, 'X-Odd : a')],
    ['a line that ends in the middle', head(3, 'X-Odd: a\rb')],
    ['no host', head(3).replace('Host: here\r\n', '')],
    ['two hosts', head(3, 'Host: there')],
    ['another method', head(3).replace('POST', 'PUT')],
    ['another version', head(3).replace('1.1', '1.0')],
    ['a content type that is none of ours', head(3).replace('application/json', 'text/plain')],
    ['an upgrade', head(3, 'Connection: upgrade', 'Upgrade: h2c')],
    ['a blank line that is missing', head(3).slice(0, -2)],
  ])("with %s is not the lane's to judge", (_title, text) => {
    expect(readRequestHead(Buffer.from(text, 'latin1'))).toBeUndefined();
  });

  test('of an SDK and of a Collector is read', () => {
    const sdk = [
      'POST /v1/traces HTTP/1.1\r\nUser-Agent: OTel-OTLP-Exporter-JavaScript/0.223.0\r\nContent-Type: application/x-protobuf\r\n',
      'Host: 127.0.0.1:4318\r\nConnection: keep-alive\r\nContent-Length: 41700\r\n\r\n',
    ].join('');
    expect(readRequestHead(Buffer.from(`${sdk}\n`))).toEqual({
      signal: 'traces',
      encoding: 'protobuf',
      contentEncoding: undefined,
      contentLength: 41_700,
      isLast: false,
      byteCount: sdk.length,
    });
    const collector = [
      'POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1:4318\r\nUser-Agent: OpenTelemetry Collector Contrib/0.140.0 (linux/amd64)\r\n',
      'Content-Length: 812\r\nContent-Encoding: gzip\r\nContent-Type: application/json; charset=utf-8\r\nAccept-Encoding: gzip\r\n\r\n',
    ].join('');
    expect(readRequestHead(Buffer.from(collector))).toMatchObject({
      signal: 'logs',
      encoding: 'json',
      contentEncoding: 'gzip',
      contentLength: 812,
    });
  });
});
