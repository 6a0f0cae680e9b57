/** Sandboxes come and go for as long as one watches: those that are gone are closed, and no count is lost with them. */
import { expect, test } from 'vitest';
import { Engine } from '../../analyzer/src/live/engine.ts';
import { Feed } from '../../analyzer/src/live/feed.ts';
import { LIVE_LIMITS } from '../../analyzer/src/live/limits.ts';
import { Meter } from '../../analyzer/src/live/meter.ts';
import { atOnce } from '../../analyzer/src/steps.ts';
import { streamNamed } from '../support/live-feed.ts';

const T0 = Date.UTC(2026, 10, 21, 2);
const HOUR_MS = 3_600_000;
const LIMITS = { ...LIVE_LIMITS, restingStreams: 20 };

test('of sandboxes that come and go all day, those that were silent for two hours are closed, and every attempt is counted', () => {
  const { engine, requests, look } = watching();
  let mostOpen = 0;
  for (let hour = 0; hour < 24; hour++) {
    for (let minute = 0; minute < 60; minute += 10) {
      for (let sandbox = 0; sandbox < 10; sandbox++) requests(hour * 10 + sandbox, T0 + hour * HOUR_MS + minute * 60_000);
      look(T0 + hour * HOUR_MS + minute * 60_000);
    }
    mostOpen = Math.max(mostOpen, engine.parser.openStreamCount);
  }
  // Ten of this hour, twenty of the two before it, those that stay anyway, and a few that wait for their turn.
  expect(mostOpen).toBeLessThanOrEqual(60);
  const { report } = atOnce(engine.settleSteps());
  expect(report.functions[0]!.invocationCount).toBe(24 * 6 * 10);
});

test('as few as stay open anyway are never closed, however long they are silent', () => {
  const { engine, requests, look } = watching();
  for (let sandbox = 0; sandbox < LIMITS.restingStreams; sandbox++) requests(sandbox, T0);
  for (let hour = 0; hour < 100; hour++) look(T0 + hour * HOUR_MS);
  expect(engine.parser.openStreamCount).toBe(LIMITS.restingStreams);
});

test('one that speaks every hour stays open among many that do not', () => {
  const { engine, requests, look } = watching();
  for (let hour = 0; hour < 12; hour++) {
    requests(0, T0 + hour * HOUR_MS);
    for (let sandbox = 1; sandbox <= 30; sandbox++) requests(hour * 100 + sandbox, T0 + hour * HOUR_MS);
    look(T0 + hour * HOUR_MS);
  }
  const open = engine.parser.streams.filter(({ isFree }) => !isFree);
  expect(open.find(({ logStream }) => logStream === streamNamed(0))!.eventCount).toBe(12 * 3);
  expect(open.length).toBeLessThan(150);
});

test('lines of long ago that are read now are not silent', () => {
  const { engine, requests, look } = watching();
  for (let sandbox = 0; sandbox < 200; sandbox++) {
    requests(sandbox, T0 + sandbox * HOUR_MS);
    look(T0 + 999 * HOUR_MS);
  }
  expect(engine.parser.openStreamCount).toBe(200);
});

test('a sandbox that was closed for its silence and comes back is counted on', () => {
  const { engine, requests, look } = watching();
  for (let sandbox = 0; sandbox < 100; sandbox++) requests(sandbox, T0);
  for (let hour = 0; hour < 4; hour++) look(T0 + hour * HOUR_MS);
  expect(engine.parser.openStreamCount).toBe(LIMITS.restingStreams);
  for (let sandbox = 0; sandbox < 100; sandbox++) requests(sandbox, T0 + 4 * HOUR_MS);
  const { report } = atOnce(engine.settleSteps());
  expect(report.functions[0]!.invocationCount).toBe(200);
});

function watching() {
  const engine = new Engine({}, LIMITS);
  const feed = new Feed(engine, engine.addFile('the test'), new Meter(), { now: () => engine.nowMs, numbersEvents: true });
  let count = 0;
  return {
    engine,
    requests(sandbox: number, atMs: number): void {
      const stream = feed.stream({ logGroup: '/aws/lambda/checkout', logStream: streamNamed(sandbox) });
      const id = `00000000-0000-4000-8000-${String(count++).padStart(12, '0')}`;
      for (const text of [
        `START RequestId: ${id} Version: 1\n`,
        `END RequestId: ${id}\n`,
        `REPORT RequestId: ${id}\tDuration: 5.00 ms\tBilled Duration: 5 ms\tMemory Size: 128 MB\tMax Memory Used: 80 MB\t\n`,
      ]) {
        const bytes = Buffer.from(text);
        feed.event(stream, atMs, bytes, 0, bytes.length, 0);
      }
    },
    look(nowMs: number): void {
      engine.nowMs = nowMs;
      engine.tidy();
    },
  };
}
