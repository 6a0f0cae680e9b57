/**
 * From a process that goes wrong to the sentence that says so: the shipped agent under the real runtime client, killed by
 * the double where the story has it, its log read by the built command line. What must be said has its truth in the story.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENT_DOOR, analyzed, exportOf, type Peer, startFunction, startPeer, startServer } from '../support/agent-stories.ts';

let folder: string;
let peer: Peer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightlight-stories-'));
  peer = await startPeer('payments');
});
afterAll(() => {
  peer.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('memory that is kept', () => {
  const KEPT_BYTES = 20_000;
  /** The function of line 2 is to blame. */
  const cacheOf = (mostEntries: number) => `const cache = new Map();
function remember(number) {
  cache.set(number, new Array(${KEPT_BYTES / 8}).fill(number));
  if (cache.size > ${mostEntries}) cache.delete(cache.keys().next().value);
}
export const handler = async ({ number }) => {
  remember(number);
  await new Promise((resolve) => setTimeout(resolve, 40));
  return JSON.parse(JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ i, text: 'row ' + i })))).length;
};
`;
  const start = (functionName: string, mostEntries: number) =>
    startFunction(folder, {
      functionName,
      code: cacheOf(mostEntries),
      lambda: { freeze: false, env: { NIGHTLIGHT_PROBE: 'auto' } },
    });
  /** A busy machine stretches the pauses, and the budget of the probes then asks for more work before the next one. */
  const MOST_INVOCATIONS = 3000;

  test('is called leaking, with its slope, its function and its line; the bounded twin is left in peace', async () => {
    const [kept, forgotten] = await Promise.all([start('cart', 1_000_000), start('cart-bounded', 60)]);
    const isTold = () => kept.output.some((line) => line.includes('"ve":"leaking"'));
    for (let number = 0; number < MOST_INVOCATIONS && !(isTold() && number > 400); number++) {
      await Promise.all([kept.invoke({ number }), forgotten.invoke({ number })]);
    }
    const leaking = await analyzed(await exportOf(join(folder, 'cart'), kept));
    const bounded = await analyzed(await exportOf(join(folder, 'cart-bounded'), forgotten));
    const [section] = leaking.report.memory;
    expect(section!.growth.kind).toBe('leaking');
    const mbPerInvocation = (section!.growth as { mbPerInvocation: number }).mbPerInvocation;
    expect((mbPerInvocation * 1_048_576) / KEPT_BYTES).toBeGreaterThan(0.7);
    expect((mbPerInvocation * 1_048_576) / KEPT_BYTES).toBeLessThan(1.3);
    const finding = leaking.finding('memory-growth')!;
    expect(finding.why).toContain('remember (index.mjs:2)');
    expect(finding.certainty).toBe('proven');
    expect(bounded.report.memory[0]!.growth.kind).not.toMatch(/leaking|growing$/);
    expect(bounded.hurting).toEqual([]);
  }, 300_000);
});

describe('a request that is killed', () => {
  test('by the time limit: the call that it waited for and how long are named', async () => {
    const sandbox = await startFunction(folder, {
      functionName: 'basket',
      peer,
      lambda: { timeoutMs: 2000 },
      code: `export const handler = async ({ path }) => (await fetch(process.env.PEER + path)).status;`,
    });
    for (let i = 0; i < 12; i++) await sandbox.invoke({ path: i % 4 === 3 ? '/hang' : '/ok' });
    const told = await analyzed(await exportOf(join(folder, 'basket'), sandbox));
    const finding = told.finding('timeout')!;
    expect(finding.affectedCount).toBe(3);
    // Told by the process before its limit, and again by its successor: said once.
    expect(told.finding('process-died')).toBeUndefined();
    expect(finding.why).toMatch(/all 3 waited for payments, (1\.9|2\.0|2) s of 2 s on average/);
    // The peer is where to look first, by what the lines of the deaths say, and no cause.
    const [suspect] = told.report.suspects!.find(({ type }) => type === 'timeout')!.suspects;
    expect(suspect).toMatchObject({ component: 'payments', path: ['basket', 'payments'] });
    expect(suspect!.doubts).toContain('whether it shows trouble itself is not in the input');
    expect(told.report.modes!.recognised.map(({ modeId }) => modeId)).toContain('function-timeout');
    expect(told.report.difficulty![0]!.path).toEqual(['basket', 'payments']);
  });

  test('by SIGKILL: the call that was under way is named', async () => {
    const sandbox = await startFunction(folder, {
      functionName: 'killed',
      peer,
      code: `export const handler = async ({ path }) => (await fetch(process.env.PEER + path)).status;`,
    });
    for (let i = 0; i < 5; i++) await sandbox.invoke({ path: '/ok' });
    const dying = sandbox.invoke({ path: '/hang' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    sandbox.kill();
    await dying;
    await sandbox.invoke({ path: '/ok' });
    const told = await analyzed(await exportOf(join(folder, 'killed'), sandbox));
    expect(told.finding('failure')!.why).toMatch(/signal: killed.*it waited for payments, \d+ ms of 3 s/);
    // It had memory to spare: whoever killed it, it was not the platform for want of memory.
    expect(told.finding('out-of-memory')).toBeUndefined();
  });

  test('for want of heap, and for want of memory: called by its name, with the call under way', async () => {
    const heap = await startFunction(folder, {
      functionName: 'heap',
      peer,
      nodeOptions: '--max-old-space-size=40',
      lambda: { memoryMb: 512, timeoutMs: 20_000 },
      code: `const kept = [];
export const handler = async ({ fill }) => {
  if (!fill) return 'well';
  fetch(process.env.PEER + '/hang').catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
};`,
    });
    const size = await startFunction(folder, {
      functionName: 'size',
      peer,
      lambda: { memoryMb: 160, timeoutMs: 20_000 },
      code: `const kept = [];
export const handler = async ({ fill }) => {
  if (!fill) return 'well';
  fetch(process.env.PEER + '/hang').catch(() => {});
  for (;;) {
    kept.push(Buffer.alloc(1 << 20, 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};`,
    });
    const reports = [];
    for (const [name, sandbox] of [
      ['heap', heap],
      ['size', size],
    ] as const) {
      for (const fill of [false, false, true, false]) await sandbox.invoke({ fill });
      reports.push(await analyzed(await exportOf(join(folder, name), sandbox)));
    }
    for (const told of reports) {
      expect(told.finding('out-of-memory')?.why ?? told.text).toMatch(/it waited for payments, [\d.]+ m?s of 20 s/);
    }
  });

  test('at full memory by the clock: the death that is shown as a timeout is called what it is', async () => {
    const sandbox = await startFunction(folder, {
      functionName: 'masked',
      lambda: { memoryMb: 512, timeoutMs: 3000 },
      code: `const kept = [];
export const handler = async ({ fill }) => {
  if (!fill) return 'well';
  while (process.memoryUsage.rss() < 0.978 * 512 * 1048576) kept.push(Buffer.alloc(1 << 19, 1));
  for (;;);
};`,
    });
    for (const fill of [false, false, false, false, true, false]) await sandbox.invoke({ fill });
    const told = await analyzed(await exportOf(join(folder, 'masked'), sandbox));
    expect(told.finding('masked-out-of-memory')?.why ?? told.text).toMatch(/of 512 MB used/);
  });
});

describe('answers that look well', () => {
  test('and are not: a broken check, an error answer that nobody threw, and a fallback are each counted', async () => {
    const sandbox = await startFunction(folder, {
      functionName: 'prices',
      code: `import { createRequire } from 'node:module';
const { check, observeFallback } = createRequire(import.meta.url)(${AGENT_DOOR});
export const handler = async ({ n }) => {
  if (n % 10 === 3) return { statusCode: 500, body: 'sorry' };
  if (n % 10 === 5) observeFallback('yesterday');
  check('the total is the sum of its lines', n % 10 !== 7);
  return { statusCode: 200, body: '{}' };
};`,
    });
    for (let n = 0; n < 40; n++) await sandbox.invoke({ version: '2.0', routeKey: 'GET /', requestContext: { http: {} }, n });
    const told = await analyzed(await exportOf(join(folder, 'prices'), sandbox));
    const finding = told.finding('silent-error')!;
    expect(finding).toMatchObject({ headline: 'LOOKS WELL, IS NOT', affectedCount: 12, exposedCount: 40 });
    expect(told.report.answers!.functions[0]).toMatchObject({
      fallbackCount: 4,
      fallbackNames: ['yesterday'],
      checks: [{ name: 'the total is the sum of its lines', passedCount: 32, failedCount: 4 }],
    });
  });

  test('and are: nothing is said of them', async () => {
    const sandbox = await startFunction(folder, {
      functionName: 'prices-well',
      code: `import { createRequire } from 'node:module';
const { check } = createRequire(import.meta.url)(${AGENT_DOOR});
export const handler = async () => (check('the total is the sum of its lines', true), { statusCode: 200, body: '{}' });`,
    });
    for (let n = 0; n < 40; n++) await sandbox.invoke({ version: '2.0', requestContext: { http: {} } });
    expect((await analyzed(await exportOf(join(folder, 'prices-well'), sandbox))).hurting).toEqual([]);
  });
});

test('messages: received, returned, dropped and twice delivered are exact over two sandboxes', async () => {
  const story = {
    functionName: 'orders',
    code: `import { createRequire } from 'node:module';
const { countDropped } = createRequire(import.meta.url)(${AGENT_DOOR});
export const handler = async ({ Records }) => {
  countDropped(Records.filter(({ body }) => body === 'drop').length);
  return { batchItemFailures: Records.filter(({ body }) => body === 'fail').map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`,
  };
  const batch = (...items: readonly (readonly [string, string])[]) => ({
    Records: items.map(([messageId, body]) => ({
      messageId,
      body,
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:orders',
      attributes: { ApproximateReceiveCount: '1' },
    })),
  });
  const one = await startFunction(folder, story);
  const two = await startFunction(folder, story);
  for (let n = 0; n < 20; n++) {
    await one.invoke(batch([`a${n}`, 'good'], [`b${n}`, n < 3 ? 'fail' : 'good'], [`c${n}`, n < 5 ? 'drop' : 'good']));
    await two.invoke(batch([`d${n}`, 'good']));
  }
  // The same two in the other sandbox, and one in its own.
  await two.invoke(batch(['a0', 'good'], ['a1', 'good']));
  await one.invoke(batch(['a2', 'good']));
  const told = await analyzed(await exportOf(join(folder, 'orders'), one, two));
  expect(told.report.messages).toMatchObject([{ receivedCount: 83, returnedCount: 3, droppedCount: 5, duplicateCount: 3 }]);
  expect(told.report.messages![0]!.duplicatesAtLeastBecause).toBeUndefined();
  expect(told.finding('duplicate-delivery')!.why).toMatch(/^3 of 83 messages/);
  expect(told.finding('messages-dropped')).toMatchObject({ affectedCount: 5, exposedCount: 83, sinceMs: expect.any(Number) });
  // Each of the five stands in a line that can be looked up.
  expect(told.finding('messages-dropped')!.evidence).toHaveLength(5);
  expect(told.text).toContain('HURTS    5 of 83 messages');
});

test('with one line in ten the totals are those of all', async () => {
  const sandbox = await startFunction(folder, {
    functionName: 'sampled',
    lambda: { freeze: false, env: { NIGHTLIGHT_SAMPLE: '1/10' } },
    peer,
    code: `export const handler = async ({ n }) => {
  if (n % 2 === 0) await (await fetch(process.env.PEER + '/ok')).text();
  if (n % 100 === 50) throw new RangeError('too far');
};`,
  });
  for (let n = 0; n < 520; n++) await sandbox.invoke({ n });
  const told = await analyzed(await exportOf(join(folder, 'sampled'), sandbox));
  expect(told.report.functions[0]).toMatchObject({ invocationCount: 520 });
  expect(told.finding('failure')).toMatchObject({ affectedCount: 5, exposedCount: 520 });
  // A summary tells of 500 of them; of the 20 after it only one line in ten is there, and that is said.
  expect(told.report.outboundCalls![0]!.callCount).toBeGreaterThanOrEqual(250);
});

describe('calls to others', () => {
  test('that are tried again and again are a storm; those that wait for each other without need are told', async () => {
    const sandbox = await startFunction(folder, {
      functionName: 'storm',
      peer,
      code: `export const handler = async () => {
  for (let tries = 0; tries < 4; tries++) await fetch(process.env.PEER + '/down').catch(() => {});
};`,
    });
    const sequential = await startFunction(folder, {
      functionName: 'queue-up',
      peer,
      code: `export const handler = async () => {
  for (let n = 0; n < 4; n++) await (await fetch(process.env.PEER + '/slow')).text();
};`,
    });
    for (let n = 0; n < 15; n++) await Promise.all([sandbox.invoke({}), sequential.invoke({})]);
    const told = await analyzed(await exportOf(join(folder, 'storm'), sandbox));
    expect(told.finding('retry-storm')?.why ?? told.text).toMatch(/payments is tried 4\.0 times: 45 of 60 calls/);
    const other = await analyzed(await exportOf(join(folder, 'queue-up'), sequential));
    expect(other.report.outboundCalls![0]).toMatchObject({ callCount: 60, sequentialCount: 45, retryCount: 0 });
    expect(other.hurting, other.text).toEqual([]);
  });

  test('over connections that are never closed are told; a pool that stands still is not', async () => {
    const code = (closes: boolean) => `import { connect } from 'node:net';
const { hostname, port } = new URL(process.env.PEER);
let kept = [];
export const handler = async () => {
  if (${closes} && kept.length >= 2) return kept.length;
  const socket = connect(+port, hostname).unref();
  await new Promise((resolve) => socket.once('connect', resolve));
  kept.push(socket);
};`;
    const run = async (functionName: string, closes: boolean) => {
      const sandbox = await startFunction(folder, { functionName, peer, code: code(closes) });
      for (let n = 0; n < 280; n++) await sandbox.invoke({});
      return analyzed(await exportOf(join(folder, functionName), sandbox));
    };
    const [growing, stable] = await Promise.all([run('pool', false), run('pool-stable', true)]);
    expect(growing.finding('pool-growth')?.why ?? growing.text).toContain('open connections to payments rise');
    expect(stable.finding('pool-growth'), stable.text).toBeUndefined();
    expect(stable.hurting).toEqual([]);
  });
});

test('a server: its slow route, its failing route and its death at work are in the report of its own lines', async () => {
  const own = join(folder, 'server');
  const environment = {
    NIGHTLIGHT_SINK: `file:${join(own, 'records.ndjson')}`,
    NIGHTLIGHT_STATE_DIR: own,
    NIGHTLIGHT_SERVICE: 'shop',
    NIGHTLIGHT_PEERS: peer.nameSetting,
    PEER: peer.url,
  };
  const code = `import { createServer } from 'node:http';
const routes = {
  '/list': (response) => response.end('[]'),
  '/report': (response) => setTimeout(() => response.end('{}'), 150),
  '/pay': (response) => response.writeHead(503).end(),
  '/stock': (response) => fetch(process.env.PEER + '/ok').then(() => response.end()),
  '/hang': (response) => fetch(process.env.PEER + '/hang').then(() => response.end()),
};
const server = createServer((request, response) => (routes[request.url] ?? routes['/list'])(response));
server.listen(0, () => console.log('listening ' + server.address().port));`;
  const server = await startServer(own, code, environment);
  for (let n = 0; n < 40; n++) await (await fetch(`${server.url}/list`)).text();
  for (let n = 0; n < 10; n++) await (await fetch(`${server.url}/report`)).text();
  for (let n = 0; n < 10; n++) await (await fetch(`${server.url}/pay`)).text();
  // The first call of a process belongs to no request: see agent/src/host/process/work-context.ts.
  await (await fetch(`${server.url}/stock`)).text();
  const lost = fetch(`${server.url}/hang`).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1600));
  await server.stop('SIGKILL');
  await lost;
  const next = await startServer(own, code, environment);
  await (await fetch(`${next.url}/list`)).text();
  await new Promise((resolve) => setTimeout(resolve, 1300));
  await next.stop('SIGTERM');
  const told = await analyzed(join(own, 'records.ndjson'));
  expect(told.finding('process-died')?.why ?? told.text).toMatch(
    /^1 process died with 1 request in hand \(GET \/hang\); it waited for payments/,
  );
  expect(told.finding('process-died')).toMatchObject({ affectedCount: 1, exposedCount: 63 });
  expect(told.finding('failure')!.why).toContain('failing routes: GET /pay 10 of 10');
  const routes = Object.fromEntries(told.report.routes!.map((route) => [route.route, route]));
  expect(Object.keys(routes)).toEqual(expect.arrayContaining(['GET /list', 'GET /report', 'GET /pay']));
});
