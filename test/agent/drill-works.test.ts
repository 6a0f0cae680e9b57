/** Faults of the process itself and of what it is asked to do, in real processes; each beside a process that is well. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { signToken, writeAbort, writeArm } from '../../agent/src/drill/index.ts';
import { spansOfWork } from '../../agent/src/emit/span.ts';
import type { Work } from '../../agent/src/measure/work.ts';
import { arm, claimsOf, type DrilledApp, killDrilled, SECRET, scenarioOf, startDrilled, startPeers } from '../support/drilled-app.ts';

let peers: Awaited<ReturnType<typeof startPeers>>;
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

test('the clock is wrong by what the scenario says, right afterwards, and the agent keeps the right time', async () => {
  const hourMs = 3_600_000;
  const isNear = (skewMs: unknown, wantedMs: number) => Math.abs((skewMs as number) - wantedMs) < 1_000;
  expect(isNear((await shop.ask('/clock')).skewMs, 0)).toBe(true);
  const drillId = await arm(shop, scenarioOf({ fault: { kind: 'clock-skew', skewMs: hourMs } }));
  expect(isNear((await shop.ask('/clock')).skewMs, hourMs)).toBe(true);
  writeAbort(shop.folder);
  await shop.status(({ state }) => state === 'ended');
  expect(isNear((await shop.ask('/clock')).skewMs, 0)).toBe(true);
  expect(await shop.changed()).toEqual([]);
  const record = await shop.app.record('invocation', (work) => work.drillId === drillId);
  expect(Math.abs(record.startedAtEpochMs! - Date.now())).toBeLessThan(hourMs / 2);
});

test('every second request blocks the loop for what the scenario says', async () => {
  await arm(shop, scenarioOf({ fault: { kind: 'blocked-loop', blockedMs: 250 }, pick: { everyNth: 2 } }));
  const isBlocked = [];
  for (let request = 0; request < 4; request++) {
    const begunMs = performance.now();
    await shop.ask('/');
    isBlocked.push(performance.now() - begunMs >= 245);
  }
  expect(isBlocked).toEqual([false, true, false, true]);
});

test('a job that was done fails to tell so, each second time; another job is not touched', async () => {
  const drillId = await arm(shop, scenarioOf({ fault: { kind: 'acknowledgement', how: 'withheld' }, pick: { everyNth: 2 } }), {
    route: 'mail',
  });
  const { handled } = await shop.ask('/job?name=mail');
  expect(await shop.ask('/job?name=mail')).toMatchObject({ httpStatus: 502, error: 'AcknowledgementWithheld' });
  expect(await shop.ask('/job?name=other')).toMatchObject({ httpStatus: 200, handled: (handled as number) + 2 });
  const record = await shop.app.record('invocation', (work) => work.route === 'mail' && work.drillId === drillId);
  expect(record.failed).not.toBe(true);
});

test('a job is handled twice, and its result is that of the first time', async () => {
  const { handled } = await shop.ask('/job?name=mail');
  await arm(shop, scenarioOf({ fault: { kind: 'acknowledgement', how: 'duplicate' } }), { route: 'mail' });
  expect(await shop.ask('/job?name=mail')).toMatchObject({
    httpStatus: 200,
    value: (handled as number) + 1,
    handled: (handled as number) + 2,
  });
});

test('a job throws what the scenario says instead of being done', async () => {
  const { handled } = await shop.ask('/job?name=mail');
  const fault = { kind: 'work-error', name: 'DatabaseError', code: '42703', message: 'column "a" does not exist' } as const;
  await arm(shop, scenarioOf({ fault }), { route: 'mail' });
  expect(await shop.ask('/job?name=mail')).toMatchObject({ httpStatus: 502, error: 'DatabaseError', code: '42703' });
  writeAbort(shop.folder);
  await shop.status(({ state }) => state === 'ended');
  expect(await shop.ask('/job?name=mail')).toMatchObject({ httpStatus: 200, handled: (handled as number) + 1 });
});

test('a process that starts under a slow start starts later, and is well from then on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-drill-'));
  const scenario = scenarioOf({ fault: { kind: 'slow-start', delayMs: 1_500 } });
  writeArm(folder, { token: signToken(claimsOf(scenario), SECRET), scenario });
  const slow = await startDrilled(peers, { folder });
  const status = await slow.status(({ state }) => state === 'ended');
  expect(status.endedAtEpochMs! - status.armedAtEpochMs!).toBeGreaterThanOrEqual(1_490);
  expect(await slow.ask('/http')).toMatchObject({ status: 200 });
});

test('the spans of a touched work and of its calls carry the id of the drill; others carry none', () => {
  const call = { service: 'payments', what: 'GET /', startedMs: 1, endedMs: 2, failed: true };
  const idsOf = (work: Work) =>
    spansOfWork({ work, number: 1, startedAtEpochMs: 0, durationMs: 5, failed: false, cold: false, heapUsedBytes: 1, externalBytes: 0 }, [
      call,
    ]).map(({ attributes }) => attributes['drill.id']);
  expect(idsOf({ id: 'w', startedMs: 0, drillId: 'd-1' })).toEqual(['d-1', 'd-1']);
  expect(idsOf({ id: 'w', startedMs: 0 })).toEqual([undefined, undefined]);
});
