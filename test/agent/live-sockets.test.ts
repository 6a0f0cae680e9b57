import { once } from 'node:events';
import { rmSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchSockets } from '../../agent/src/measure/live-sockets.ts';
import { peerNamer } from '../../agent/src/measure/peer-name.ts';
import { startOddServer } from '../support/agent/odd-server.ts';
import { createWatchedAgent } from '../support/agent/watched-agent.ts';

// The channel is that of the whole process, so one agent watches for all tests of this file.
const agent = createWatchedAgent();
const { liveSockets } = watchSockets(agent, peerNamer(''));

const servers: Server[] = [];
const listen = async (...at: [number, string] | [string]): Promise<number> => {
  const server = createServer((socket) => void socket.on('error', () => undefined).resume());
  servers.push(server);
  server.listen(...(at as [number, string]));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
const rowOf = (service: string) => liveSockets().find((row) => row.service === service);
const closed = async (sockets: readonly Socket[]) => {
  const ends = sockets.map((socket) => once(socket, 'close'));
  for (const socket of sockets) socket.destroy();
  await Promise.all(ends);
};

let port: number;
beforeAll(async () => {
  port = await listen(0, '127.0.0.1');
});
afterAll(() => {
  for (const server of servers) server.close();
  expect(agent.notes).toEqual([]);
});

const open = async (to: number, host = '127.0.0.1'): Promise<Socket> => {
  const socket = connect(to, host);
  await once(socket, 'connect');
  return socket;
};

test('a pool that grows with each use and never closes shows as many sockets as it opened', async () => {
  const pool: Socket[] = [];
  for (let use = 1; use <= 20; use++) {
    pool.push(await open(port));
    expect(rowOf(`localhost:${port}`)).toEqual({ service: `localhost:${port}`, liveCount: use, openedCount: use });
  }
  await closed(pool);
  expect(rowOf(`localhost:${port}`)).toMatchObject({ liveCount: 0, openedCount: 20 });
});

test('a pool of five that is used twenty times and closed shows five, then none', async () => {
  const stable = await listen(0, '127.0.0.1');
  const pool = await Promise.all(Array.from({ length: 5 }, () => open(stable)));
  for (let use = 0; use < 20; use++) {
    pool[use % 5]!.write('work');
    expect(rowOf(`localhost:${stable}`)).toMatchObject({ liveCount: 5, openedCount: 5 });
  }
  await closed(pool);
  expect(rowOf(`localhost:${stable}`)).toMatchObject({ liveCount: 0, openedCount: 5 });
});

test('a host has its own name, whatever address it resolves to', async () => {
  const socket = connect({
    port,
    host: 'orders-db',
    lookup: (_host, options, found) => found(null, options.all ? ([{ address: '127.0.0.1', family: 4 }] as never) : '127.0.0.1', 4),
  });
  await once(socket, 'connect');
  expect(rowOf(`orders-db:${port}`)).toMatchObject({ liveCount: 1 });
  await closed([socket]);
});

test('a connection that is refused was never open', async () => {
  const gone = await listen(0, '127.0.0.1');
  servers.pop()!.close();
  const socket = connect(gone, '127.0.0.1');
  await once(socket, 'error');
  expect(rowOf(`localhost:${gone}`)).toBeUndefined();
});

test('a socket that a driver makes by hand, as pg does, is seen on every line of Node', async () => {
  const own = await listen(0, '127.0.0.1');
  const socket = new Socket();
  socket.connect(own, '127.0.0.1');
  await once(socket, 'connect');
  expect(rowOf(`localhost:${own}`)).toMatchObject({ liveCount: 1, openedCount: 1 });
  expect(rowOf(`localhost:${own}`)).toMatchObject({ liveCount: 1, openedCount: 1 });
  await closed([socket]);
  expect(rowOf(`localhost:${own}`)).toMatchObject({ liveCount: 0, openedCount: 1 });
});

test('a socket that is connected again after its end counts twice as opened and once as live', async () => {
  const own = await listen(0, '127.0.0.1');
  const socket = await open(own);
  await closed([socket]);
  socket.connect(own, '127.0.0.1');
  await once(socket, 'connect');
  expect(rowOf(`localhost:${own}`)).toMatchObject({ liveCount: 1, openedCount: 2 });
  await closed([socket]);
});

test('keep-alive sockets of http and of fetch count, and the accepted ends of a server do not', async () => {
  const web = await startOddServer();
  const keepAlive = new http.Agent({ keepAlive: true });
  for (let call = 0; call < 3; call++) {
    await new Promise((ended) => {
      http.get(`${web.url}/fine`, { agent: keepAlive }, (response) => response.resume().on('end', ended));
    });
  }
  await (await fetch(`${web.url}/fine`)).text();
  expect(liveSockets().filter(({ service }) => service === `localhost:${web.port}`)).toEqual([
    { service: `localhost:${web.port}`, liveCount: 2, openedCount: 2 },
  ]);
  keepAlive.destroy();
  await web.close();
  for (let turn = 0; turn < 100 && rowOf(`localhost:${web.port}`)!.liveCount > 0; turn++) await delay(5);
  expect(rowOf(`localhost:${web.port}`)).toMatchObject({ liveCount: 0 });
});

test('sockets in the file system are one peer', async () => {
  const path = join(tmpdir(), `nightlight-${process.pid}.sock`);
  await listen(path);
  const socket = connect(path);
  await once(socket, 'connect');
  expect(rowOf('unix')).toMatchObject({ liveCount: 1 });
  await closed([socket]);
  rmSync(path, { force: true });
});

test('our own connections are not counted', async () => {
  const own = await listen(0, '127.0.0.1');
  agent.ownPeers.add(`127.0.0.1:${own}`);
  const socket = await open(own);
  expect(rowOf(`localhost:${own}`)).toBeUndefined();
  await closed([socket]);
});

test('beyond 64 peers the others share a row', async () => {
  let peers = 0;
  const crowd = watchSockets(agent, () => `tenant-${++peers}`);
  const sockets = await Promise.all(Array.from({ length: 70 }, () => open(port)));
  const rows = crowd.liveSockets();
  expect(rows).toHaveLength(65);
  expect(rows[0]).toEqual({ service: 'other', liveCount: 6, openedCount: 6 });
  await closed(sockets);
  expect(crowd.liveSockets().every(({ liveCount }) => liveCount === 0)).toBe(true);
});
