import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ExtensionsApi, openExtensionsApi } from '../../agent/src/host/lambda/extensions-api.ts';

/** Lambda's side, with its answers under the hand of the test. */
let server: Server;
let peers: Socket[];
let questions: string[];
beforeEach(async () => {
  peers = [];
  questions = [];
  server = createServer((peer) => {
    peers.push(peer);
    peer.on('error', () => {});
    peer.on('data', (chunk) => {
      questions.push(chunk.toString().split('\r\n')[0]!);
      server.emit('question');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(() => {
  for (const peer of peers) peer.destroy();
  server.close();
});

const open = (): ExtensionsApi => openExtensionsApi(`127.0.0.1:${(server.address() as AddressInfo).port}`);
const question = (): Promise<unknown> => once(server, 'question');

const ACCEPTED = 'HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: abc\r\nContent-Length: 2\r\n\r\n{}';
const REFUSED = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';
const eventOf = (requestId: string): string => {
  const body = JSON.stringify({ eventType: 'INVOKE', deadlineMs: 1, requestId });
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

async function accepted(api: ExtensionsApi): Promise<void> {
  api.register(['INVOKE']);
  await question();
  peers[0]!.write(ACCEPTED);
  expect(await api.registered()).toBe(true);
  if (questions.length < 2) await question();
}

test('an answer that came before anybody asked for it is read, and the first event is asked for at once', async () => {
  const api = open();
  api.register(['INVOKE']);
  await question();
  await new Promise<void>((written) => peers[0]!.write(ACCEPTED, () => written()));
  const isAccepted = api.registered();
  await question();
  expect(await isAccepted).toBe(true);
  expect(questions).toEqual(['POST /2020-01-01/extension/register HTTP/1.1', 'GET /2020-01-01/extension/event/next HTTP/1.1']);
});

test('an answer that comes late and in pieces is waited for', async () => {
  const api = open();
  api.register([]);
  await question();
  const isAccepted = api.registered();
  for (const piece of [ACCEPTED.slice(0, 40), ACCEPTED.slice(40)]) {
    await new Promise<void>((written) => peers[0]!.write(piece, () => setImmediate(written)));
  }
  expect(await isAccepted).toBe(true);
});

test('an event is found whether it came before somebody listened or after', async () => {
  const api = open();
  await accepted(api);
  await new Promise<void>((written) => peers[0]!.write(eventOf('r-1'), () => written()));
  expect(await api.next()).toMatchObject({ requestId: 'r-1' });
  const second = api.next();
  await question();
  peers[0]!.write(eventOf('r-2'));
  expect(await second).toMatchObject({ requestId: 'r-2' });
  expect(peers).toHaveLength(1);
});

test('a connection that dies while an event is waited for is replaced by one that asks for the same event', async () => {
  const api = open();
  await accepted(api);
  const event = api.next();
  const asked = question();
  peers[0]!.destroy();
  await asked;
  peers[1]!.write(eventOf('r-1'));
  expect(await event).toMatchObject({ requestId: 'r-1' });
});

test('a refusal is told, and no event is asked for', async () => {
  const api = open();
  api.register(['INVOKE']);
  await question();
  peers[0]!.write(REFUSED);
  expect(await api.registered()).toBe(false);
  expect(questions).toHaveLength(1);
});

test.each(['that hangs up', 'that is not there'])('a peer %s makes the registration fail, and nothing else', async (what) => {
  if (what === 'that is not there') await new Promise((closed) => server.close(closed));
  const api = openExtensionsApi(`127.0.0.1:${(server.address() as AddressInfo | null)?.port ?? 1}`);
  api.register(['INVOKE']);
  if (what === 'that hangs up') {
    await question();
    peers[0]!.destroy();
  }
  await expect(api.registered()).rejects.toThrow();
});
