import { expect, test } from 'vitest';
import { createCallTable } from '../../agent/src/measure/call-table.ts';

const MINUTE_MS = 60_000;

test('entries stand by their time, open calls with the time that they have waited', () => {
  const table = createCallTable();
  table.end(table.begin('quick', 'GET /', 0), false, 10);
  table.begin('waiting', 'GET /', 5);
  expect(table.outboundCalls(105)).toMatchObject([
    { service: 'waiting', callCount: 1, totalMs: 100 },
    { service: 'quick', callCount: 1, totalMs: 10 },
  ]);
  expect(table.openCalls(105)).toEqual([{ service: 'waiting', waitedMs: 100 }]);
  expect(table.openCount).toBe(1);
});

test('a second end changes nothing', () => {
  const table = createCallTable();
  const call = table.begin('orders', 'GET /', 0);
  table.end(call, false, 10);
  table.end(call, true, 99);
  expect(call).toMatchObject({ endedMs: 10, failed: false });
  expect(table.outboundCalls(100)).toMatchObject([{ callCount: 1, totalMs: 10, errorCount: 0 }]);
});

test('a limit that was seen on one call is set; unknown stays unknown for short calls', () => {
  const table = createCallTable();
  table.end(table.begin('orders', 'GET /', 0), false, 10);
  expect(table.outboundCalls(10)[0]!.timeout).toBeUndefined();
  const limited = table.begin('orders', 'GET /', 20);
  limited.limitMs = 1000;
  table.end(limited, false, 30);
  expect(table.outboundCalls(30)[0]!.timeout).toBe('set');
});

test('only a call that waited longer than any usual limit, with none in sight, proves that there was none', () => {
  const table = createCallTable();
  table.end(table.begin('slow', 'GET /', 0), false, 4.9 * MINUTE_MS);
  expect(table.outboundCalls(0)[0]!.timeout).toBeUndefined();
  table.end(table.begin('slow', 'GET /', 0), false, 5.1 * MINUTE_MS);
  expect(table.outboundCalls(0)[0]!.timeout).toBe('none');
});

test('a call that waited just as long under a limit of its own does not prove it', () => {
  const table = createCallTable();
  const call = table.begin('slow', 'GET /', 0);
  call.limitMs = 10 * MINUTE_MS;
  table.end(call, false, 6 * MINUTE_MS);
  expect(table.outboundCalls(0)[0]!.timeout).toBe('set');
});

test('each failure excuses one retry, also when several calls fail at once', () => {
  const table = createCallTable();
  const first = [1, 2, 3].map(() => table.begin('orders', 'POST /', 0));
  for (const call of first) table.end(call, true, 10);
  for (let n = 0; n < 4; n++) table.begin('orders', 'POST /', 20);
  expect(table.outboundCalls(20)).toMatchObject([{ callCount: 7, errorCount: 3, retryCount: 3 }]);
});

test('the same path of another service is no retry', () => {
  const table = createCallTable();
  table.end(table.begin('orders', 'GET /', 0), true, 10);
  table.begin('payments', 'GET /', 20);
  expect(table.outboundCalls(20).every(({ retryCount }) => retryCount === 0)).toBe(true);
});

test('calls with a long pause between them are no candidates, those with a short one are', () => {
  const gap = (pauseMs: number) => {
    const table = createCallTable();
    table.end(table.begin('orders', 'GET /a', 0), false, 20);
    table.begin('orders', 'GET /b', 20 + pauseMs);
    return table.outboundCalls(500)[0]!.sequentialCount;
  };
  expect([gap(0), gap(19), gap(21), gap(200)]).toEqual([1, 1, 0, 0]);
});

test('a work that calls without end keeps 64 rows and one for the others', () => {
  const table = createCallTable();
  for (let n = 0; n < 1000; n++) table.end(table.begin(`tenant-${n}`, 'GET /', n), true, n + 1);
  const rows = table.outboundCalls(2000);
  expect(rows).toHaveLength(65);
  expect(rows.find(({ service }) => service === 'other')).toMatchObject({ callCount: 1000 - 64, errorCount: 1000 - 64 });
  expect(rows.reduce((sum, { callCount }) => sum + callCount, 0)).toBe(1000);
});
