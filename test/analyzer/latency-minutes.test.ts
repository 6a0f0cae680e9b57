/** Minutes of latencies are packed while a watch goes on: nothing may be lost on the way, and a day must stay small. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptLatency, LatencyMinutes, MinuteLatency } from '../../analyzer/src/live/latency-minutes.ts';
import { latencyMinutesKept } from '../../analyzer/src/live/limits.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

const MINUTE = Math.floor(Date.UTC(2026, 10, 21) / 60_000);

test('whatever came in whichever order, a minute holds what was added to it', () => {
  const minute = fc.integer({ min: MINUTE - 70, max: MINUTE + 130 });
  const durationMs = fc.double({ min: 0, max: 1e6, noNaN: true });
  const count = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2e7 }));
  const added = fc.array(fc.tuple(minute, durationMs, fc.boolean(), count), { maxLength: 120 });
  fc.assert(
    fc.property(added, (adds) => {
      const minutes = new LatencyMinutes();
      const plain = new Map<number, MinuteLatency>();
      for (const [at, took, isOver, many] of adds) {
        minutes.add(at, took, isOver, many);
        if (!plain.has(at)) plain.set(at, new MinuteLatency());
        plain.get(at)!.add(took, isOver, many);
      }
      const read = new Map<number, MinuteLatency>();
      for (let at = MINUTE - 72; at <= MINUTE + 132; at++) {
        const latency = new MinuteLatency();
        if (minutes.addTo(latency, at)) read.set(at, latency);
      }
      expect(read).toEqual(plain);
    }),
    { numRuns: 60 },
  );
});

test('a day of a function takes some 30 KB at five requests a minute, and not ten times as much at a thousand', () => {
  const quiet = dayOf(5);
  expect(quiet.byteLength).toBeGreaterThan(1_440);
  expect(quiet.byteLength).toBeLessThan(1_440 * 24);
  expect(BUSY_DAY.byteLength).toBeLessThan(1_440 * 150);
});

test('what a picture keeps is what was known when it was made, for any stretch of it', () => {
  const minutes = dayOf(5);
  const kept = new KeptLatency([minutes.copy()]);
  const day = () => kept.between(MINUTE, MINUTE + 1_439);
  const before = day();
  expect(before.sampleCount).toBe(7_200);
  expect(kept.between(MINUTE, MINUTE + 72)).toMatchObject({ sampleCount: 365, p50Ms: expect.any(Number), p99Ms: undefined });
  expect(kept.between(MINUTE, MINUTE)).toMatchObject({ sampleCount: 5, p50Ms: undefined });
  // The newest minute, an old one that is opened again, and a new hour.
  for (const at of [1_439, 10, 1_500]) minutes.add(MINUTE + at, 60_000, false, 500);
  minutes.forgetBefore(MINUTE + 600);
  expect(day()).toEqual(before);
  // Counted over what is settled, and what is under way beside it.
  expect(new KeptLatency([minutes.copy(), dayOf(5)]).between(MINUTE + 1_439, MINUTE + 1_439).sampleCount).toBe(510);
});

test('hours that ended before the minutes that are kept are forgotten, and those after stay', () => {
  const minutes = dayOf(5);
  const before = minutes.byteLength;
  const from = MINUTE + 720;
  minutes.forgetBefore(from);
  expect(minutes.byteLength).toBeLessThan(before * 0.52);
  expect(minutes.addTo(new MinuteLatency(), MINUTE + 659)).toBe(false);
  for (let at = from; at < MINUTE + 1_440; at++) expect(minutes.addTo(new MinuteLatency(), at)).toBe(true);
});

test('all functions together keep no more minutes than fit into ten megabytes', () => {
  const bytesAMinute = BUSY_DAY.byteLength / 1_440;
  for (const count of [1, 28, 40, 400]) expect(latencyMinutesKept(count) * count * bytesAMinute).toBeLessThan(10e6);
});

/** Durations as of a service that mostly answers at once. */
function dayOf(requestsAMinute: number): LatencyMinutes {
  const { uniform, normal } = seededRandom(1);
  const minutes = new LatencyMinutes();
  for (let at = 0; at < 1_440; at++) {
    for (let i = 0; i < requestsAMinute; i++)
      minutes.add(MINUTE + at, 40 * Math.exp(0.6 * normal()) * (uniform() < 0.02 ? 10 : 1), false, 1);
  }
  return minutes;
}

const BUSY_DAY = dayOf(1_000);
