import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchOutboundCalls } from '../../agent/src/measure/outbound-calls.ts';
import { peerNamer } from '../../agent/src/measure/peer-name.ts';
import type { Work } from '../../agent/src/measure/work.ts';
import { type OddServer, startOddServer } from '../support/agent/odd-server.ts';
import { createWatchedAgent } from '../support/agent/watched-agent.ts';

// The channels are those of the whole process, so one agent watches for all tests of this file.
const agent = createWatchedAgent();
watchOutboundCalls(agent, peerNamer(''));

let peer: OddServer;
let refused: number;
beforeAll(async () => {
  peer = await startOddServer();
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  refused = (probe.address() as AddressInfo).port;
  await new Promise((closed) => probe.close(closed));
});
afterAll(async () => {
  await peer.close();
  expect(agent.notes).toEqual([]);
});

const ask = async (path: string, options: http.RequestOptions = {}): Promise<number> => {
  const response = await new Promise<http.IncomingMessage>((answered, failed) => {
    http.get(`${peer.url}${path}`, options, answered).on('error', failed);
  });
  response.resume();
  await new Promise((ended, failed) => response.once('end', ended).once('error', failed));
  return response.statusCode!;
};
const read = async (path: string, init?: RequestInit): Promise<string> => (await fetch(`${peer.url}${path}`, init)).text();
const settled = async (work: Work) => {
  while (work.calls!.openCount > 0) await delay(5);
  return work.calls!.outboundCalls(performance.now());
};

describe.each([
  ['http', ask],
  ['fetch', read],
])('by %s', (_name, call: (path: string) => Promise<unknown>) => {
  test('a call has its service, its time and no failure', async () => {
    const { calls } = await agent.during(() => call('/slow/60'));
    expect(calls).toEqual([
      {
        service: `localhost:${peer.port}`,
        callCount: 1,
        totalMs: expect.any(Number),
        errorCount: 0,
        retryCount: 0,
        sequentialCount: 0,
        timeout: undefined,
        nearTimeoutCount: 0,
      },
    ]);
    expect(calls[0]!.totalMs).toBeGreaterThan(55);
  });

  test('it ends with the last byte of the answer, not with the first', async () => {
    const { calls } = await agent.during(() => call('/slow-body/80'));
    expect(calls[0]!.totalMs).toBeGreaterThan(75);
  });

  test.each([
    [200, 0],
    [404, 0],
    [429, 1],
    [500, 1],
    [503, 1],
  ])('status %i makes %i failures', async (status, errorCount) => {
    const { calls } = await agent.during(() => call(`/status/${status}`));
    expect(calls).toMatchObject([{ callCount: 1, errorCount }]);
    expect(agent.heard.at(-1)).toMatchObject({ ended: true, call: { status, failed: errorCount === 1 } });
  });

  test.each(['/reset', '/hang-up', '/nonsense'])('an answer cut off (%s) is a failure', async (path) => {
    const { work } = await agent.during(() => call(path).catch(() => undefined));
    expect(await settled(work)).toMatchObject([{ callCount: 1, errorCount: 1 }]);
  });

  test('a thousand calls in one work make one row', async () => {
    const { calls, work } = await agent.during(async () => {
      for (let batch = 0; batch < 20; batch++) await Promise.all(Array.from({ length: 50 }, () => call('/fine')));
    });
    expect(calls).toMatchObject([{ callCount: 1000, errorCount: 0 }]);
    expect(work.calls!.openCount).toBe(0);
  });

  test('calls made at once are not sequential, calls made one after another are', async () => {
    const atOnce = await agent.during(() => Promise.all(['/slow/40', '/slow/41', '/slow/42', '/slow/43'].map((path) => call(path))));
    expect(atOnce.calls).toMatchObject([{ callCount: 4, sequentialCount: 0 }]);
    const inTurn = await agent.during(async () => {
      for (const path of ['/slow/40', '/slow/41', '/slow/42', '/slow/43']) await call(path);
    });
    expect(inTurn.calls).toMatchObject([{ callCount: 4, sequentialCount: 3 }]);
  });

  test('a second try after a failure is a retry, the same call after a success is not', async () => {
    const { calls } = await agent.during(async () => {
      await call('/status/503');
      await call('/status/503');
      await call('/status/200');
      await call('/status/200');
    });
    expect(calls).toMatchObject([{ callCount: 4, errorCount: 2, retryCount: 1 }]);
  });

  test('the query does not tell a retry from another call', async () => {
    const { calls } = await agent.during(async () => {
      await call('/status/500?attempt=1');
      await call('/status/500?attempt=2');
    });
    expect(calls).toMatchObject([{ retryCount: 1 }]);
    expect(agent.heard.at(-1)!.call.what).not.toContain('attempt');
  });

  test('a call belongs to the work that made it, also when two are under way', async () => {
    const [one, two] = await Promise.all([
      agent.during(() => Promise.all([call('/slow/30'), call('/slow/40')])),
      agent.during(() => call('/slow/35')),
    ]);
    expect(one.calls).toMatchObject([{ callCount: 2 }]);
    expect(two.calls).toMatchObject([{ callCount: 1 }]);
  });

  test('a call outside of any work is told to listeners only', async () => {
    const before = agent.heard.length;
    await call('/fine');
    expect(agent.heard.slice(before).map(({ work, ended }) => [work, ended])).toEqual([
      [undefined, false],
      [undefined, true],
    ]);
  });

  test('a call in flight when its work ends stays open, and ends later without harm', async () => {
    let pending: Promise<unknown> | undefined;
    const { work, calls } = await agent.during(() => {
      pending = call('/slow/80');
      return delay(30);
    });
    expect(work.calls!.openCount).toBe(1);
    expect(work.calls!.openCalls(performance.now())).toEqual([{ service: `localhost:${peer.port}`, waitedMs: expect.any(Number) }]);
    expect(calls).toMatchObject([{ callCount: 1, errorCount: 0 }]);
    expect(calls[0]!.totalMs).toBeGreaterThan(15);
    await pending;
    expect(await settled(work)).toMatchObject([{ callCount: 1 }]);
  });

  test('without anything that can be seen the timeout is unknown, never absent', async () => {
    const { calls } = await agent.during(() => call('/fine'));
    expect(calls[0]!.timeout).toBeUndefined();
  });

  test('our own peers are not measured', async () => {
    agent.ownPeers.add(`127.0.0.1:${peer.port}`);
    const before = agent.heard.length;
    const { work } = await agent.during(async () => {
      await call('/fine');
      await call('/reset').catch(() => undefined);
    });
    agent.ownPeers.delete(`127.0.0.1:${peer.port}`);
    expect(work.calls).toBeUndefined();
    expect(agent.heard).toHaveLength(before);
  });
});

describe('a limit to the wait', () => {
  const withTimeout = (path: string, options: http.RequestOptions, listen: boolean) =>
    new Promise<void>((closed) => {
      const request = http.get(`${peer.url}${path}`, options, (response) => response.resume());
      if (listen) request.on('timeout', () => request.destroy());
      request.on('error', () => undefined).on('close', closed);
    });

  test('is set where http has one and somebody listens', async () => {
    const { calls } = await agent.during(() => withTimeout('/fine', { timeout: 5000 }, true));
    expect(calls).toMatchObject([{ timeout: 'set', nearTimeoutCount: 0, errorCount: 0 }]);
  });

  test('is not set by a timeout that nobody listens to, for it stops nothing', async () => {
    const { calls } = await agent.during(() => withTimeout('/slow/80', { timeout: 30 }, false));
    expect(calls[0]!.timeout).toBeUndefined();
    expect(calls[0]).toMatchObject({ errorCount: 0 });
  });

  test('is seen when it was given by setTimeout with a callback, which is gone once it was called', async () => {
    const { calls } = await agent.during(
      () =>
        new Promise((closed) => {
          const request = http.get(`${peer.url}/silence`);
          request.setTimeout(50, () => request.destroy());
          request.on('error', () => undefined).on('close', closed);
        }),
    );
    expect(calls).toMatchObject([{ timeout: 'set', nearTimeoutCount: 1, errorCount: 1 }]);
  });

  test('is seen on an agent of the caller', async () => {
    const keepAlive = new http.Agent({ keepAlive: true, timeout: 4000 });
    const { calls } = await agent.during(async () => {
      await withTimeout('/fine', { agent: keepAlive }, true);
      await withTimeout('/fine', { agent: keepAlive }, true);
    });
    keepAlive.destroy();
    expect(calls).toMatchObject([{ callCount: 2, timeout: 'set', nearTimeoutCount: 0 }]);
  });

  test('counts a call that took more than four fifths of it as near', async () => {
    const { calls } = await agent.during(() => withTimeout('/slow/90', { timeout: 100 }, true));
    expect(calls).toMatchObject([{ timeout: 'set', nearTimeoutCount: 1 }]);
  });

  test('bounds a silence: a long answer that keeps coming is not near it', async () => {
    const { calls } = await agent.during(() => withTimeout('/slow-body/850', { timeout: 1000 }, true));
    expect(calls).toMatchObject([{ timeout: 'set', nearTimeoutCount: 0 }]);
  });

  test('shows in a fetch whose AbortSignal.timeout acted, and not in one where it did not', async () => {
    // With a connection at hand: an abort before there is one reaches the channels without its reason.
    await read('/fine');
    const acted = await agent.during(() => read('/silence', { signal: AbortSignal.timeout(200) }).catch(() => undefined));
    expect(await settled(acted.work)).toMatchObject([{ timeout: 'set', nearTimeoutCount: 1, errorCount: 1 }]);
    const did = await agent.during(() => read('/fine', { signal: AbortSignal.timeout(10_000) }));
    expect(did.calls[0]!.timeout).toBeUndefined();
  });

  test('shows in a request of http whose AbortSignal.timeout acted', async () => {
    const { work } = await agent.during(() => ask('/silence', { signal: AbortSignal.timeout(40) }).catch(() => undefined));
    expect(await settled(work)).toMatchObject([{ timeout: 'set', errorCount: 1 }]);
  });

  test('is not made of an abort for another reason', async () => {
    const { work } = await agent.during(async () => {
      const controller = new AbortController();
      const call = read('/silence', { signal: controller.signal }).catch(() => undefined);
      await delay(20);
      controller.abort(new Error('no longer needed'));
      await call;
    });
    const calls = await settled(work);
    expect(calls).toMatchObject([{ errorCount: 1 }]);
    expect(calls[0]!.timeout).toBeUndefined();
  });
});

describe('what surely reacted to the call before is no candidate for doing at once', () => {
  test('a redirect that fetch follows is a call of its own', async () => {
    const { calls } = await agent.during(() => read('/redirect'));
    expect(calls).toMatchObject([{ callCount: 2, errorCount: 0, sequentialCount: 0 }]);
  });

  test('a write after a read, and what follows after a pause', async () => {
    const { calls } = await agent.during(async () => {
      await read('/a');
      await read('/b', { method: 'PUT', body: '{}' });
      await delay(150);
      await read('/c', { method: 'POST', body: '{}' });
    });
    expect(calls).toMatchObject([{ callCount: 3, sequentialCount: 0 }]);
  });

  test('what follows a miss', async () => {
    const { calls } = await agent.during(async () => {
      await read('/status/404');
      await read('/b');
    });
    expect(calls).toMatchObject([{ callCount: 2, sequentialCount: 0 }]);
  });
});

describe('calls that never get an answer', () => {
  test('a refused connection is a failure, by http as by fetch', async () => {
    const { work } = await agent.during(async () => {
      await new Promise((closed) =>
        http
          .get({ port: refused, host: '127.0.0.1' })
          .on('error', () => undefined)
          .on('close', closed),
      );
      await fetch(`http://127.0.0.1:${refused}/`).catch(() => undefined);
    });
    expect(await settled(work)).toMatchObject([{ service: `localhost:${refused}`, callCount: 2, errorCount: 2 }]);
  });

  test('a request that was not written to its end when it failed counts once', async () => {
    const { work } = await agent.during(
      () =>
        new Promise((closed) => {
          const request = http.request({ port: refused, host: '127.0.0.1', method: 'POST' });
          request.on('error', () => undefined).on('close', closed);
          request.write('a part');
        }),
    );
    expect(await settled(work)).toMatchObject([{ callCount: 1, errorCount: 1 }]);
  });

  test.each(['abort', 'destroy'] as const)('a request ended by %s() is a failure and does not stay open', async (how) => {
    const { work } = await agent.during(
      () =>
        new Promise((closed) => {
          const request = http.get(`${peer.url}/silence`);
          request.on('error', () => undefined).on('close', closed);
          setTimeout(() => request[how](), 30);
        }),
    );
    expect(await settled(work)).toMatchObject([{ callCount: 1, errorCount: 1 }]);
  });

  test('an answer that nobody reads keeps its call open until it is dropped', async () => {
    let response: http.IncomingMessage | undefined;
    const { work } = await agent.during(async () => {
      response = await new Promise((answered) => {
        http.get(`${peer.url}/large/10000000`, answered);
      });
      await delay(20);
    });
    expect(work.calls!.openCount).toBe(1);
    response!.destroy();
    expect(await settled(work)).toMatchObject([{ callCount: 1, errorCount: 1 }]);
  });

  test('an answer that nobody listens for is a call like any other', async () => {
    const { work } = await agent.during(() => new Promise((closed) => http.get(`${peer.url}/large/100000`).on('close', closed)));
    expect(await settled(work)).toMatchObject([{ callCount: 1, errorCount: 0 }]);
  });

  test('a handshake to another protocol ends its call well', async () => {
    const { work } = await agent.during(
      () =>
        new Promise((upgraded) =>
          http
            .get(`${peer.url}/`, { headers: { connection: 'Upgrade', upgrade: 'test' } })
            .on('upgrade', (_response, socket) => upgraded(socket.destroy())),
        ),
    );
    expect(await settled(work)).toMatchObject([{ callCount: 1, errorCount: 0 }]);
  });
});

test('a request shows nothing of being watched to whoever prints or copies it', async () => {
  const request = http.get(`${peer.url}/fine`, (response) => response.resume());
  await new Promise((closed) => request.on('close', closed));
  const { work } = await agent.during(() => read('/fine'));
  expect(work.calls!.openCount).toBe(0);
  expect(inspect(request)).not.toContain('progress');
  expect(Object.getOwnPropertySymbols({ ...request }).map(String)).not.toContain('Symbol(progress)');
});

test('requests that wait for a free socket belong to the work that made them', async () => {
  const one = new http.Agent({ maxSockets: 1, keepAlive: true });
  const results = await Promise.all(
    [1, 2, 3].map(() => agent.during(() => Promise.all([ask('/slow/10', { agent: one }), ask('/slow/10', { agent: one })]))),
  );
  one.destroy();
  for (const { calls } of results) expect(calls).toMatchObject([{ callCount: 2, errorCount: 0 }]);
});

test('HTTPS is measured like HTTP', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
    ],
    { stdio: 'ignore' },
  );
  const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => response.end('safe'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const { work } = await agent.during(
    () =>
      new Promise((closed) =>
        https
          .get({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false }, (response) => response.resume())
          .on('close', closed),
      ),
  );
  expect(await settled(work)).toMatchObject([{ service: `localhost:${port}`, callCount: 1, errorCount: 0 }]);
  server.close();
});
