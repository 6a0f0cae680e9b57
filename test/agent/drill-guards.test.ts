/** What stands between a mistake and a process that is hurt: each guard, in real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { controlDrills } from '../../agent/src/drill/controller.ts';
import {
  armFile,
  type DrillClaims,
  type Host,
  judgeTarget,
  planFault,
  readStatuses,
  SCENARIOS,
  type Scenario,
  scenarioHash,
  signToken,
  writeAbort,
  writeArm,
} from '../../agent/src/drill/index.ts';
import { createPlainAgent } from '../support/agent/plain-agent.ts';
import { arm, claimsOf, type DrilledApp, killDrilled, SECRET, scenarioOf, startDrilled, startPeers } from '../support/drilled-app.ts';

let peers: Awaited<ReturnType<typeof startPeers>>;
/** For tests that need no process of their own. */
let shop: DrilledApp;
beforeAll(async () => {
  peers = await startPeers();
  shop = await startDrilled(peers);
  await shop.app.record('init');
});
afterEach(async () => {
  writeAbort(shop.folder);
  await shop.status(({ state }) => state !== 'armed');
});
afterAll(() => {
  killDrilled();
  peers.close();
});

const peer = () => ({ peer: `127.0.0.1:${peers.port}` });
const refuseCalls = (parts: Partial<Scenario> = {}) => scenarioOf({ fault: { kind: 'error', code: 'ECONNREFUSED' }, ...parts });
const refusals = ({ app }: DrilledApp) =>
  app.records().flatMap((record) => (record.kind === 'note' && record.note.startsWith('drill refused') ? [record.note] : []));

async function isUnhurt(shop: DrilledApp): Promise<void> {
  expect(await shop.changed()).toEqual([]);
  expect(await shop.ask('/http')).toMatchObject({ httpStatus: 200, status: 200 });
}

describe('two keys', () => {
  test('a token without the flag does nothing, and one line says so', async () => {
    const scenario = SCENARIOS[2]!;
    const token = signToken(claimsOf(scenario, peer()), SECRET);
    const shop = await startDrilled(peers, { environment: { NIGHTLIGHT_DRILL: '', NIGHTLIGHT_DRILL_TOKEN: token } });
    writeArm(shop.folder, { token });
    const note = await shop.app.record('note');
    expect(note.note).toBe('drill refused: a token stands here, but NIGHTLIGHT_DRILL is not on');
    await isUnhurt(shop);
    expect(readStatuses(shop.folder)).toEqual([]);
  });

  test('the flag without a token patches nothing; with both, the drill begins', async () => {
    await shop.status(({ state }) => state === 'idle');
    await isUnhurt(shop);
    await arm(shop, refuseCalls(), peer());
    expect(await shop.ask('/http')).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('what is expired, forged, foreign, unknown or no token at all is refused, with one line each and nothing hurt', async () => {
    const scenario = refuseCalls();
    const signed = (parts: Partial<DrillClaims> = {}, secret = SECRET, atMs = Date.now()) =>
      signToken(claimsOf(scenario, { ...peer(), ...parts }), secret, atMs);
    const hourMs = 3_600_000;
    const cases: readonly (readonly [command: unknown, because: RegExp])[] = [
      [{ token: signed({ expiresAtEpochMs: Date.now() - 5_000 }, SECRET, Date.now() - 60_000) }, /expired/],
      [{ token: signed({ expiresAtEpochMs: Date.now() + 2 * hourMs }, SECRET, Date.now() + 1.5 * hourMs) }, /more than 60 minutes/],
      [{ token: signed({}, 'another secret, long enough') }, /signature/],
      [{ token: signed().replace(/\.\w/, '.A') }, /signature/],
      [{ token: 'nonsense' }, /expected a token/],
      [{}, /found none/],
      ['{', /expected JSON/],
      [{ token: signed({ target: 'process:other' }), scenario }, /it is for process:other/],
      [{ token: signed() }, /there is no scenario of-a-test/],
      [{ token: signed(), scenario: refuseCalls({ seed: 2 }) }, /another version/],
      [{ token: signed(), scenario: { ...scenario, more: 1 } }, /not known/],
      [{ token: signToken(claimsOf(scenario), SECRET), scenario }, /names no peer/],
    ];
    for (const [command, because] of cases) {
      const before = refusals(shop).length;
      writeFileSync(armFile(shop.folder), typeof command === 'string' ? command : JSON.stringify(command));
      while (refusals(shop).length === before) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(refusals(shop).slice(before)).toEqual([expect.stringMatching(because)]);
    }
    await isUnhurt(shop);
    expect(await shop.status(() => true)).toMatchObject({ state: 'refused' });
  });

  test('a secret that can be guessed is no key', async () => {
    expect(() => signToken(claimsOf(refuseCalls()), 'short')).toThrow(/at least 16/);
    const shop = await startDrilled(peers, { environment: { NIGHTLIGHT_DRILL_SECRET: 'short' } });
    writeArm(shop.folder, { token: signToken(claimsOf(refuseCalls(), peer()), SECRET), scenario: refuseCalls() });
    expect(await shop.status(({ state }) => state === 'refused')).toMatchObject({ because: expect.stringContaining('at least 16') });
    await isUnhurt(shop);
  });

  test('without the agent nothing is armed, and the program runs as it would', async () => {
    const shop = await startDrilled(peers, { withoutAgent: true });
    writeArm(shop.folder, { token: signToken(claimsOf(refuseCalls(), peer()), SECRET), scenario: refuseCalls() });
    expect(shop.app.stderr()).toBe('nightlight drill refused: @nightlight/agent/preload was not loaded before it\n');
    await isUnhurt(shop);
  });
});

describe('production', () => {
  test('a token that names no place is refused; one that names the very target with its place is taken', async () => {
    const shop = await startDrilled(peers, { environment: { NODE_ENV: 'production' } });
    writeArm(shop.folder, { token: signToken(claimsOf(refuseCalls(), peer()), SECRET), scenario: refuseCalls() });
    await shop.status(({ state }) => state === 'refused');
    await isUnhurt(shop);
    await arm(shop, refuseCalls(), { ...peer(), target: 'process:shop@production' });
    expect(await shop.ask('/http')).toMatchObject({ code: 'ECONNREFUSED' });
  });

  const process = { kind: 'process', name: 'shop', environment: '', placeWords: [] } as const;
  const lambda = { kind: 'function', name: 'checkout', environment: '', placeWords: [], version: '7' } as const;
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:checkout';
  const cases: readonly (readonly [target: string, host: Host, kind: string])[] = [
    ['process:shop', process, 'meant'],
    ['process:sh*', process, 'meant'],
    ['process:shop@staging', { ...process, environment: 'staging' }, 'meant'],
    ['process:shop@staging', { ...process, environment: 'production' }, 'refused'],
    ['process:sh*', { ...process, environment: 'production' }, 'refused'],
    ['process:shop', { ...process, placeWords: ['eu-prod-2'] }, 'refused'],
    ['process:shop', { ...process, placeWords: ['preprod'] }, 'meant'],
    ['process:shop-live*', { ...process, name: 'shop-live' }, 'refused'],
    ['process:shop-live', { ...process, name: 'shop-live' }, 'meant'],
    ['function:shop', process, 'refused'],
    ['function:checkout', lambda, 'meant'],
    ['function:checkout:prod', lambda, 'ask-with-arn'],
    ['function:checkout', { ...lambda, invokedArn: `${arn}:prod` }, 'refused'],
    [arn, { ...lambda, invokedArn: `${arn}:prod` }, 'refused'],
    ['function:checkout:prod', { ...lambda, invokedArn: `${arn}:prod` }, 'meant'],
    [`${arn}:prod`, { ...lambda, invokedArn: `${arn}:prod` }, 'meant'],
    ['function:checkout:prod', { ...lambda, invokedArn: `${arn}:test` }, 'refused'],
    [arn, { ...lambda, invokedArn: arn }, 'meant'],
  ];
  test.each(cases)('%s for %j: %s', (target, host, kind) => {
    expect(judgeTarget(target, host).kind).toBe(kind);
  });
});

describe('time', () => {
  const planned = (scenario: unknown, parts: Partial<DrillClaims> = {}) => {
    const plan = planFault(claimsOf(scenario as Scenario, { ...peer(), ...parts }), scenario);
    return plan.kind === 'planned' ? plan.plan.durationMs : plan;
  };

  test('thirty seconds where nobody says, and never more than fifteen minutes', () => {
    const { durationMs: _, ...open } = refuseCalls();
    expect(planned(open)).toBe(30_000);
    expect(planned(refuseCalls({ durationMs: 900_000 }), { durationMs: 86_400_000 })).toBe(900_000);
    expect(planned(refuseCalls({ durationMs: 900_001 }))).toMatchObject({ kind: 'refused' });
    expect(planned(refuseCalls(), { durationMs: 1_000 })).toBe(1_000);
  });

  test('it ends by itself when its controller was killed and its folder is gone', async () => {
    const shop = await startDrilled(peers);
    const scenario = refuseCalls({ durationMs: 700 });
    const command = JSON.stringify({ token: signToken(claimsOf(scenario, peer()), SECRET), scenario });
    const controller = spawn(
      process.execPath,
      [
        '-e',
        `require('fs').writeFileSync(${JSON.stringify(armFile(shop.folder))}, ${JSON.stringify(command)}); setInterval(() => {}, 1e3)`,
      ],
      { stdio: 'ignore' },
    );
    await shop.status(({ state }) => state === 'armed');
    controller.kill('SIGKILL');
    await once(controller, 'exit');
    rmSync(shop.folder, { recursive: true });
    expect(await shop.changed()).not.toEqual([]);
    // Whether it comes in time is measured by the bench; here it must come at all.
    while ((await shop.changed()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await isUnhurt(shop);
  });

  test('a clock that is set forward or back ends it, and one that is set back revives no token', async () => {
    for (const jumpMs of [600_000, -600_000]) {
      const folder = mkdtempSync(join(tmpdir(), 'nightlight-drill-'));
      const agent = createPlainAgent({});
      let offMs = 0;
      const clocks = { wallMs: () => Date.now() + offMs, monotonicMs: () => performance.now() };
      const env = { NIGHTLIGHT_DRILL: 'on', NIGHTLIGHT_DRILL_DIR: folder, NIGHTLIGHT_DRILL_SECRET: SECRET };
      const scenario = scenarioOf({ fault: { kind: 'leak', bytesPerRequest: 1 } });
      writeArm(folder, { token: signToken(claimsOf(scenario), SECRET), scenario });
      controlDrills(agent, env, { kind: 'process', name: 'shop', environment: '', placeWords: [] }, clocks);
      expect(readStatuses(folder)).toMatchObject([{ state: 'armed' }]);
      offMs = jumpMs;
      while (readStatuses(folder)[0]!.state === 'armed') await new Promise((resolve) => setTimeout(resolve, 20));
      expect(readStatuses(folder)).toMatchObject([{ state: 'ended', because: 'the clock of this machine has jumped' }]);
      if (jumpMs > 0) continue;
      // By the clock that was set back it is good for four minutes more, and it has expired all the same.
      const stale = signToken(claimsOf(scenario, { expiresAtEpochMs: Date.now() - 360_000 }), SECRET, Date.now() - 600_000);
      writeArm(folder, { token: stale, scenario });
      while (readStatuses(folder)[0]!.state === 'ended') await new Promise((resolve) => setTimeout(resolve, 20));
      expect(readStatuses(folder)).toMatchObject([{ state: 'refused', because: expect.stringContaining('expired') }]);
    }
  });

  test('what was armed before the process began is not taken along by a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightlight-drill-'));
    writeArm(folder, { token: signToken(claimsOf(refuseCalls(), peer()), SECRET), scenario: refuseCalls() });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const shop = await startDrilled(peers, { folder });
    expect(await shop.status(({ state }) => state === 'refused')).toMatchObject({
      because: expect.stringContaining('before this process'),
    });
    await isUnhurt(shop);
  });
});

describe('stop lines', () => {
  test('too many failures end it, and say how many', async () => {
    await arm(shop, refuseCalls({ stop: { errorShare: 0.5, p99Ms: 60_000 } }), peer());
    for (let call = 0; call < 20; call++) await shop.ask('/http');
    expect(await shop.status(({ state }) => state === 'ended')).toMatchObject({ because: 'stop line: 20 of 20 works failed' });
    await isUnhurt(shop);
  });

  test('a p99 beyond the line ends it; requests below it do not', async () => {
    const late = (delayMs: number) => scenarioOf({ fault: { kind: 'latency', delayMs }, stop: { errorShare: 1, p99Ms: 5_000 } });
    await arm(shop, late(1), peer());
    await Promise.all(Array.from({ length: 40 }, () => shop.ask('/http')));
    expect(await shop.status(() => true)).toMatchObject({ state: 'armed' });
    writeAbort(shop.folder);
    await shop.status(({ state }) => state === 'ended');
    await arm(shop, scenarioOf({ fault: { kind: 'latency', delayMs: 60 }, stop: { errorShare: 1, p99Ms: 50 } }), peer());
    await Promise.all(Array.from({ length: 40 }, () => shop.ask('/http')));
    expect(await shop.status(({ state }) => state === 'ended')).toMatchObject({ because: expect.stringMatching(/^stop line: p99/) });
  });
});

describe('kill', () => {
  test('by environment, by file and by signal; a signal that comes late ends nothing', async () => {
    await arm(shop, refuseCalls(), peer());
    writeAbort(shop.folder);
    expect(await shop.status(({ state }) => state === 'ended')).toMatchObject({ because: 'it was aborted by file' });
    await isUnhurt(shop);

    await arm(shop, refuseCalls(), peer());
    shop.app.child.kill('SIGUSR2');
    expect(await shop.status(({ because }) => /signal/.test(because ?? ''))).toMatchObject({ state: 'ended' });
    shop.app.child.kill('SIGUSR2');
    await isUnhurt(shop);

    await arm(shop, refuseCalls(), peer());
    await shop.ask('/set-environment?name=NIGHTLIGHT_DRILL&value=off');
    expect(await shop.status(({ because }) => /switched off/.test(because ?? ''))).toMatchObject({ state: 'ended' });
    await isUnhurt(shop);
    await shop.ask('/set-environment?name=NIGHTLIGHT_DRILL&value=on');
  });

  test('as long as the file stands no drill begins', async () => {
    writeAbort(shop.folder);
    writeFileSync(
      armFile(shop.folder),
      JSON.stringify({ token: signToken(claimsOf(refuseCalls(), peer()), SECRET), scenario: refuseCalls() }),
    );
    expect(await shop.status(({ state }) => state === 'refused')).toMatchObject({ because: expect.stringContaining('stands') });
    await isUnhurt(shop);
  });
});

test('a drill during a drill is refused and the first goes on; the same one does not run twice', async () => {
  const first = claimsOf(refuseCalls(), peer());
  writeArm(shop.folder, { token: signToken(first, SECRET), scenario: refuseCalls() });
  await shop.status(({ state }) => state === 'armed');
  writeArm(shop.folder, { token: signToken(claimsOf(refuseCalls(), peer()), SECRET), scenario: refuseCalls() });
  const status = await shop.status(({ because }) => because !== undefined);
  expect(status).toMatchObject({ state: 'armed', drillId: first.drillId, because: expect.stringContaining('is under way') });
  expect(await shop.ask('/http')).toMatchObject({ code: 'ECONNREFUSED' });
  shop.app.child.kill('SIGUSR2');
  await shop.status(({ state }) => state === 'ended');
  writeArm(shop.folder, { token: signToken(first, SECRET), scenario: refuseCalls() });
  expect(await shop.status(({ state }) => state === 'refused')).toMatchObject({ because: expect.stringContaining('has run here already') });
  await isUnhurt(shop);
});

test('who wrapped our function meanwhile keeps the wrap; the status says that the place is not as before', async () => {
  await arm(shop, scenarioOf({ fault: { kind: 'dns-failure' } }), { peer: 'localhost' });
  await shop.ask('/wrap-lookup');
  writeAbort(shop.folder);
  const { patches } = await shop.status(({ state }) => state === 'ended');
  expect(patches!.filter(({ restored }) => !restored)).toEqual([{ what: 'dns.lookup', restored: false }]);
  expect(await shop.ask(`/http?upstream=http://localhost:${peers.port}`)).toMatchObject({ status: 200 });
});

test('a leak stops at half of the free heap and is let go of; the process lives', async () => {
  const shop = await startDrilled(peers, { nodeArgs: ['--max-old-space-size=64', '--expose-gc'] });
  const { usedBytes: before } = (await shop.ask('/heap')) as unknown as { usedBytes: number };
  await arm(shop, scenarioOf({ fault: { kind: 'leak', bytesPerRequest: 4_000_000 } }));
  await Promise.all([1, 2, 3].map(() => shop.ask('/')));
  const { usedBytes: during } = (await shop.ask('/heap')) as unknown as { usedBytes: number };
  expect(during - before).toBeGreaterThan(12_000_000);
  for (let request = 0; request < 40; request++) await shop.ask('/');
  const { because, hurt } = await shop.status(({ state }) => state === 'ended');
  expect(because).toBe('half of the heap that was free is used up');
  expect(hurt).toBeLessThan(20);
  const { usedBytes: after } = (await shop.ask('/heap')) as unknown as { usedBytes: number };
  expect(after - before).toBeLessThan(4_000_000);
});

test('receivers of telemetry are not touched, whatever the token says', async () => {
  const shop = await startDrilled(peers, { environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${peers.url}/v1/traces` } });
  const other = await startPeers();
  await arm(shop, refuseCalls(), { peer: '*' });
  for (const road of ['/http', '/fetch']) {
    expect(await shop.ask(road)).toMatchObject({ status: 200 });
    expect(await shop.ask(`${road}?upstream=${other.url}`)).toMatchObject({ code: 'ECONNREFUSED' });
  }
  other.close();
});

test('touched requests carry the id of the drill, windows count them, and marks stand at begin and end', async () => {
  const shop = await startDrilled(peers);
  await shop.app.record('init');
  // On older lines of Node the course of a request is known from the first call on.
  await shop.ask('/http');
  const drillId = await arm(shop, refuseCalls({ pick: { everyNth: 2 } }), peer());
  const statuses = [];
  for (let call = 0; call < 4; call++) statuses.push((await shop.ask(call % 2 ? '/fetch' : '/http')).httpStatus);
  expect(statuses).toEqual([200, 502, 200, 502]);
  writeAbort(shop.folder);
  await shop.status(({ state }) => state === 'ended');
  await shop.app.stop();
  const records = shop.app.records();
  const works = records.flatMap((record) => (record.kind === 'invocation' && /fetch|http/.test(record.route ?? '') ? [record] : []));
  expect(works.map((work) => work.drillId)).toEqual([undefined, undefined, drillId, undefined, drillId]);
  const windows = records.flatMap((record) => (record.kind === 'window' ? [record] : []));
  expect(windows.reduce((sum, { drilledCount = 0 }) => sum + drilledCount, 0)).toBe(2);
  expect(windows.reduce((sum, { drilledFailedCount = 0 }) => sum + drilledFailedCount, 0)).toBe(2);
  expect(records.flatMap((record) => (record.kind === 'mark' ? [[record.mark, record.incidentId]] : []))).toEqual([
    ['inject', drillId],
    ['recovered', drillId],
  ]);
  expect(JSON.stringify(records)).not.toContain(scenarioHash(refuseCalls({ pick: { everyNth: 2 } })));
});
