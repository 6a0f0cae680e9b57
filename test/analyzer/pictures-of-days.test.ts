/**
 * What a picture keeps for the next one, of hours that have passed and of copies that are shared, must never show: the hundredth
 * picture of a running analysis is the first one of another that was fed the same.
 */
import { expect, test } from 'vitest';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import { seededUniform } from '../../analyzer/src/stats/seeded-uniform.ts';
import { feedAnalysis, type RequestWish, streamNamed } from '../support/live-feed.ts';

const T0 = Date.UTC(2026, 10, 21);
const HOUR_MS = 3_600_000;

test.each([1, 2])(
  'after two days and a half of pictures the newest is that of an analysis which made none before (seed %i)',
  async (seed) => {
    const clock = { nowMs: T0 };
    const [often, once] = [await feedAnalysis({ now: () => clock.nowMs }), await feedAnalysis({ now: () => clock.nowMs })];
    const chance = seededUniform(seed);
    for (const wish of requestsOfDays(chance)) {
      clock.nowMs = wish.atMs;
      often.request(wish);
      once.request(wish);
      if (chance() < 0.006) expect(often.live.picture().report.functions.length).toBeGreaterThan(0);
    }
    clock.nowMs = T0 + 61 * HOUR_MS;
    expect(shownIn(often.live.picture())).toEqual(shownIn(once.live.picture()));
    await Promise.all([often.live.finish(), once.live.finish()]);
  },
);

/** Some of their sandboxes lag behind the others by up to two hours, so that hours that had passed are counted in once more. */
function requestsOfDays(chance: () => number): (RequestWish & { readonly arrivesMs: number })[] {
  const wishes: (RequestWish & { readonly arrivesMs: number })[] = [];
  for (let sandbox = 0; sandbox < 40; sandbox++) {
    const functionName = `service-${sandbox % 2}`;
    const bornMs = T0 + sandbox * 1.5 * HOUR_MS;
    const lagMs = chance() < 0.3 ? 2 * HOUR_MS * chance() : 0;
    const untilMs = Math.min(bornMs + 6 * HOUR_MS, T0 + 60 * HOUR_MS);
    for (let arrivesMs = bornMs; arrivesMs < untilMs; arrivesMs += 900_000 * chance()) {
      const atMs = Math.max(T0, arrivesMs - lagMs);
      const error = chance() < 0.03 ? `cannot ${['save', 'load', 'send'][Math.floor(chance() * 3)]} the order` : undefined;
      const durationMs = 5 + 400 * chance() ** 3 + (atMs - T0) / HOUR_MS;
      const megabytes = 80 + Math.floor(30 * chance());
      wishes.push({ arrivesMs, functionName, logStream: streamNamed(sandbox), atMs, durationMs, megabytes, ...(error && { error }) });
    }
  }
  return wishes.sort((a, b) => a.arrivesMs - b.arrivesMs);
}

function shownIn({ report, minutes, functions, memory, inits, moments }: Picture) {
  return { report, minutes, functions, memory, inits, moments };
}
