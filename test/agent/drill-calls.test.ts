/** Faults of calls to others, in real processes against real peers; each beside the call that is not meant. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeAbort } from '../../agent/src/drill/index.ts';
import { arm, type DrilledApp, killDrilled, scenarioOf, startDrilled, startPeers } from '../support/drilled-app.ts';

let peers: Awaited<ReturnType<typeof startPeers>>;
let other: Awaited<ReturnType<typeof startPeers>>;
let shop: DrilledApp;

beforeAll(async () => {
  [peers, other] = await Promise.all([startPeers(), startPeers()]);
  shop = await startDrilled(peers);
});
afterEach(async () => {
  writeAbort(shop.folder);
  await shop.status(({ state }) => state !== 'armed');
});
afterAll(() => {
  killDrilled();
  peers.close();
  other.close();
});

const peer = () => ({ peer: `127.0.0.1:${peers.port}` });
const well = { httpStatus: 200, status: 200, body: '{"price":42,"path":"/"}' };
const ROADS = ['/fetch', '/http'] as const;
const onEachRoad = async (look: (road: (typeof ROADS)[number]) => Promise<void>) => {
  for (const road of ROADS) await look(road);
};

describe('by fetch and by http', () => {
  test('every third call is late by what the scenario says, the others are not', async () => {
    await arm(shop, scenarioOf({ fault: { kind: 'latency', delayMs: 400 }, pick: { everyNth: 3 } }), peer());
    const isLate: boolean[] = [];
    for (const road of ['/http', '/fetch', '/fetch', '/fetch', '/http', '/http']) {
      const answer = await shop.ask(road);
      expect(answer).toMatchObject(well);
      isLate.push(answer.tookMs >= 395);
    }
    expect(isLate).toEqual([false, false, true, false, false, true]);
  });

  test('a limit of the caller acts on a late call as on a slow peer', async () => {
    await arm(shop, scenarioOf({ fault: { kind: 'latency', delayMs: 20_000 } }), peer());
    await onEachRoad(async (road) => {
      const answer = await shop.ask(`${road}?limit=150`);
      expect(answer.httpStatus).toBe(502);
      expect(answer.code === 'TOO_LONG' || answer.error === 'TimeoutError').toBe(true);
    });
  });

  test('a refused call has the error of the network, and the peer is never asked', async () => {
    const askedBefore = peers.asked.length;
    await arm(shop, scenarioOf({ fault: { kind: 'error', code: 'ECONNREFUSED' } }), peer());
    await onEachRoad(async (road) => {
      expect(await shop.ask(road)).toMatchObject({ httpStatus: 502, code: 'ECONNREFUSED' });
    });
    expect(peers.asked.length).toBe(askedBefore);
  });

  test('a status is answered in place of the peer', async () => {
    const askedBefore = peers.asked.length;
    await arm(shop, scenarioOf({ fault: { kind: 'error', status: 503 } }), peer());
    await onEachRoad(async (road) => {
      expect(await shop.ask(road)).toMatchObject({ httpStatus: 200, status: 503 });
    });
    expect(peers.asked.length).toBe(askedBefore);
  });

  test('a reset comes after the peer was asked', async () => {
    const askedBefore = peers.asked.length;
    await arm(shop, scenarioOf({ fault: { kind: 'reset' } }), peer());
    await onEachRoad(async (road) => {
      expect(await shop.ask(road)).toMatchObject({ httpStatus: 502, code: 'ECONNRESET' });
    });
    expect(peers.asked.length).toBe(askedBefore + 2);
  });

  test('a black hole swallows the request, and lets go of it when the drill ends', async () => {
    const askedBefore = peers.asked.length;
    await arm(shop, scenarioOf({ fault: { kind: 'black-hole' } }), peer());
    const hangs = ROADS.map((road) => shop.ask(road));
    // Far longer than any answer takes here.
    const first = await Promise.race([...hangs, new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'))]);
    expect(first).toBe('still waiting');
    expect(peers.asked.length).toBe(askedBefore);
    writeAbort(shop.folder);
    for (const answer of await Promise.all(hangs)) expect(answer).toMatchObject({ httpStatus: 502, code: 'ECONNRESET' });
  });

  test('a wrong body comes with status 200', async () => {
    await arm(shop, scenarioOf({ fault: { kind: 'wrong-body', body: '<html>sorry</html>', contentType: 'text/html' } }), peer());
    await onEachRoad(async (road) => {
      expect(await shop.ask(road)).toMatchObject({ httpStatus: 200, status: 200, body: '<html>sorry</html>' });
    });
  });

  test('a truncated body ends in the middle, and the program is told that the connection broke', async () => {
    await arm(shop, scenarioOf({ fault: { kind: 'truncated-body', keptBytes: 5 } }), peer());
    expect(await shop.ask('/http')).toMatchObject({ httpStatus: 502, code: 'ECONNRESET' });
    expect(await shop.ask('/fetch')).toMatchObject({ httpStatus: 502, code: 'UND_ERR_SOCKET' });
  });

  test('a pool of one lets the calls through one at a time; without it they overlap', async () => {
    const askTogether = async () => {
      peers.forgetLoad();
      await Promise.all(Array.from({ length: 8 }, (_, i) => shop.ask(`${ROADS[i % 2]}?path=/slow`)));
      return peers.mostAtOnce();
    };
    expect(await askTogether()).toBeGreaterThan(1);
    await arm(shop, scenarioOf({ fault: { kind: 'small-pool' } }), peer());
    expect(await askTogether()).toBe(1);
  });

  test('what does not match is not touched: another peer, another path, a request of somebody else', async () => {
    const drillId = await arm(shop, scenarioOf({ fault: { kind: 'error', code: 'ECONNREFUSED' } }), {
      ...peer(),
      path: '/pay',
      ownTrafficOnly: true,
    });
    const ours = { 'x-nightlight-drill': drillId };
    await onEachRoad(async (road) => {
      expect(await shop.ask(`${road}?upstream=${other.url}&path=/pay`, ours)).toMatchObject({ httpStatus: 200, status: 200 });
      expect(await shop.ask(`${road}?path=/orders`, ours)).toMatchObject({ httpStatus: 200, status: 200 });
      expect(await shop.ask(`${road}?path=/pay`)).toMatchObject({ httpStatus: 200, status: 200 });
    });
    expect(await shop.ask('/http?path=/pay', ours)).toMatchObject({ httpStatus: 502, code: 'ECONNREFUSED' });
    writeAbort(shop.folder);
    const { fitting, hurt } = await shop.status(({ state }) => state === 'ended');
    expect({ fitting, hurt }).toEqual({ fitting: 1, hurt: 1 });
  });

  test('after the end the very functions of before stand there, and calls are well', async () => {
    await arm(shop, scenarioOf({ fault: { kind: 'error', code: 'ECONNREFUSED' } }), peer());
    expect((await shop.changed()).sort()).toEqual(['dispatch', 'onSocket', 'ownDispatch']);
    writeAbort(shop.folder);
    const ended = await shop.status(({ state }) => state === 'ended');
    expect(ended.patches).toHaveLength(2);
    expect(ended.patches!.every(({ restored }) => restored)).toBe(true);
    expect(await shop.changed()).toEqual([]);
    await onEachRoad(async (road) => {
      expect(await shop.ask(road)).toMatchObject(well);
    });
  });
});

describe('on plain connections, as to a database', () => {
  const database = () => ({ peer: `127.0.0.1:${peers.databasePort}`, protocol: 'tcp' }) as const;

  test('a connection that was open before is hit, each third query, and goes on afterwards', async () => {
    expect(await shop.ask('/tcp')).toMatchObject({ body: 'row' });
    await arm(shop, scenarioOf({ fault: { kind: 'latency', delayMs: 300 }, pick: { everyNth: 3 } }), database());
    const isLate: boolean[] = [];
    for (let query = 0; query < 6; query++) {
      const { body, tookMs } = await shop.ask('/tcp');
      expect(body).toBe('row');
      isLate.push(tookMs >= 295);
    }
    expect(isLate).toEqual([false, false, true, false, false, true]);
  });

  test('a silent database is let go of at the end, a broken one breaks, and one query at a time goes through', async () => {
    await shop.ask('/tcp');
    await arm(shop, scenarioOf({ fault: { kind: 'black-hole' } }), database());
    const hangs = shop.ask('/tcp');
    expect(await Promise.race([hangs, new Promise((resolve) => setTimeout(resolve, 200, 'still waiting'))])).toBe('still waiting');
    writeAbort(shop.folder);
    expect(await hangs).toMatchObject({ httpStatus: 502, code: 'ECONNRESET' });
    await shop.status(({ state }) => state === 'ended');

    await arm(shop, scenarioOf({ fault: { kind: 'reset' } }), database());
    expect(await shop.ask('/tcp')).toMatchObject({ httpStatus: 502, code: 'ECONNRESET' });
    writeAbort(shop.folder);
    await shop.status(({ state }) => state === 'ended');

    const drillId = await arm(shop, scenarioOf({ fault: { kind: 'small-pool' } }), database());
    for (let query = 0; query < 3; query++) expect(await shop.ask('/tcp')).toMatchObject({ body: 'row' });
    // Two on one connection: the second waits for its own connection's first, and comes, perhaps in the same packet.
    expect(await shop.ask('/tcp-twice')).toMatchObject({
      httpStatus: 200,
      bodies: [{ body: expect.stringMatching(/^(?:row){1,2}$/) }, {}],
    });
    writeAbort(shop.folder);
    expect(await shop.status(({ state }) => state === 'ended')).toMatchObject({ drillId, because: 'it was aborted by file' });
    expect(await shop.changed()).toEqual([]);
    expect(await shop.ask('/tcp')).toMatchObject({ body: 'row' });
  });

  test('refused: open connections break and new ones fail, while HTTP goes on', async () => {
    await shop.ask('/tcp');
    await arm(shop, scenarioOf({ fault: { kind: 'error', code: 'ECONNREFUSED' } }), database());
    for (let query = 0; query < 2; query++) expect(await shop.ask('/tcp')).toMatchObject({ httpStatus: 502, code: 'ECONNREFUSED' });
    expect(await shop.ask('/http')).toMatchObject(well);
    writeAbort(shop.folder);
    await shop.status(({ state }) => state === 'ended');
    expect(await shop.ask('/tcp')).toMatchObject({ body: 'row' });
  });
});

describe('look-ups of names', () => {
  test('the denied name has no address, by every road; another one has', async () => {
    await arm(shop, scenarioOf({ fault: { kind: 'dns-failure' } }), { peer: 'localhost' });
    const upstream = `http://localhost:${peers.port}`;
    await onEachRoad(async (road) => {
      expect(await shop.ask(`${road}?upstream=${upstream}`)).toMatchObject({ httpStatus: 502, code: 'ENOTFOUND' });
    });
    expect(await shop.ask('/lookup?name=localhost')).toMatchObject({ code: 'ENOTFOUND' });
    expect(await shop.ask('/lookup?name=127.0.0.1')).toMatchObject({ address: '127.0.0.1' });
    expect(await shop.ask('/http')).toMatchObject(well);
    writeAbort(shop.folder);
    await shop.status(({ state }) => state === 'ended');
    expect(await shop.ask('/lookup?name=localhost')).toMatchObject({ httpStatus: 200 });
    expect(await shop.changed()).toEqual([]);
  });
});
