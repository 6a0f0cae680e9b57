/** What a receiver does not take is shown as dropped, each of it once. */
import { createServer } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { follow, type LiveAnalysis } from '../../analyzer/src/live/index.ts';
import { otlpSource } from '../../tui/src/watch/otlp-source.ts';

let live: LiveAnalysis | undefined;
afterEach(async () => {
  await live?.finish();
});

test('a request that is refused and a record that is rejected are dropped once each, and what stands beside it is taken', async () => {
  const port = await freePort();
  live = follow([otlpSource({ host: '127.0.0.1', port }, undefined, () => {})]);
  const post = async (body: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return answer.status;
  };
  const records = [{ timeUnixNano: '1790000000000000000', body: { stringValue: 'order taken' } }, { timeUnixNano: '1790000000000000000' }];
  const sent = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });
  await vi.waitFor(async () => expect(await post(sent)).toBe(200), { timeout: 20_000 });
  expect(await post('{')).toBe(400);
  // The receiver's refusals are looked at now and then.
  await vi.waitFor(() => expect(live!.picture().dropped.map(({ reason }) => reason)).toContain('refused: malformed'), { timeout: 20_000 });
  expect([...live.picture().dropped].sort((a, b) => (a.reason < b.reason ? -1 : 1))).toEqual([
    { reason: 'not of the shape of its file', count: 1 },
    { reason: 'refused: malformed', count: 1 },
  ]);
  expect(live.picture().sources[0]!.eventCount).toBe(1);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise<void>((closed) => server.close(() => closed()));
  if (address === null || typeof address === 'string') throw new Error('a port was asked for');
  return address.port;
}
