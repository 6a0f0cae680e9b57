import { expect, test } from 'vitest';
import { seededUniform } from '../../analyzer/src/stats/seeded-uniform.ts';
import { joinRequests, joinRetries, type KeyWords, RequestKeys } from '../../analyzer/src/store/request-keys.ts';

function keysOf(attempts: readonly (readonly [id: number, failed: boolean])[]): KeyWords {
  const keys = new RequestKeys();
  for (const [id, failed] of attempts) keys.add(id, id * 7 + 1, id * 13 + 2, id * 17 + 3, failed, true);
  return keys.words();
}

test('a request that failed in one worker and succeeded in another is one that was retried and recovered', () => {
  const joined = joinRetries([
    keysOf([
      [1, true],
      [2, false],
    ]),
    keysOf([
      [1, false],
      [3, false],
    ]),
  ]);
  expect(joined).toMatchObject({
    failedRequestCount: 1,
    retriedRequestCount: 1,
    recoveredRequestCount: 1,
    retryAttemptCount: 1,
    duplicatedRequestCount: 0,
    mostAttempts: 2,
    complete: true,
  });
});

test('three failures of one request are two retries and no recovery', () => {
  const joined = joinRetries([
    keysOf([
      [9, true],
      [9, true],
      [9, true],
    ]),
  ]);
  expect(joined).toMatchObject({ failedRequestCount: 1, retryAttemptCount: 2, recoveredRequestCount: 0, mostAttempts: 3 });
});

test('a request that succeeded twice was delivered twice', () => {
  expect(
    joinRetries([
      keysOf([
        [5, false],
        [6, false],
      ]),
      keysOf([[5, false]]),
    ]).duplicatedRequestCount,
  ).toBe(1);
});

test('distinct requests that all succeeded are neither retries nor duplicates, however many there are', () => {
  const many = keysOf(Array.from({ length: 50_000 }, (_, i) => [i + 1, false] as const));
  expect(joinRetries([many])).toMatchObject({ failedRequestCount: 0, retriedRequestCount: 0, duplicatedRequestCount: 0, mostAttempts: 1 });
});

test('above the bound only failed requests are joined, and the summary says so', () => {
  const attempts: (readonly [number, boolean])[] = Array.from({ length: 300_001 }, (_, i) => [i + 1, false] as const);
  attempts.push([4, true], [4, true]);
  const joined = joinRetries([keysOf(attempts)]);
  expect(joined.complete).toBe(false);
  expect(joined).toMatchObject({ failedRequestCount: 1, retriedRequestCount: 1, recoveredRequestCount: 1, mostAttempts: 3 });
});

test('a function that passes a few hundred attempts takes room for as many again, not a megabyte', () => {
  const { all, places } = filled(1000).words();
  expect(all.map((piece) => piece.length)).toEqual([512, 1024, 464]);
  expect(places!.map((piece) => piece.length)).toEqual([256, 512, 232]);
});

test('of many attempts the newest are kept, at least as many as the longest pieces hold', () => {
  const keys = filled(100_000);
  const kept = () => keys.words().all.reduce((sum, piece) => sum + piece.length / 2, 0);
  keys.keepNewest(4);
  expect(kept()).toBe(100_000);
  keys.keepNewest(1);
  expect(kept()).toBeGreaterThanOrEqual(32_768);
  expect(kept()).toBeLessThanOrEqual(2 * 32_768);
  expect(keys.words()).toMatchObject({ isWindow: true });
});

test('of two days of requests those that went well at once are only counted, and retries are counted as if every key were there', () => {
  const [whole, settled] = [new RequestKeys(), new RequestKeys()];
  for (const [atMs, id, failed] of daysOfAttempts()) {
    for (const keys of [whole, settled]) keys.add(id, id * 7 + 1, id * 13 + 2, id * 17 + 3, failed, true, 0, atMs);
    settled.settleOlder(T0 + atMs);
  }
  const found = joinRequests([settled.words()]);
  const wanted = joinRequests([whole.words()]);
  expect(wanted.retries).toMatchObject({ complete: true, mostAttempts: 3 });
  expect(wanted.retries.recoveredRequestCount).toBeGreaterThan(100);
  expect(found.retries).toEqual(wanted.retries);
  expect(found.repeatedAt).toEqual(wanted.repeatedAt);
  expect(keptCount(whole)).toBe(ATTEMPTS);
  expect(keptCount(settled)).toBeLessThan(ATTEMPTS / 4);
});

test('an earlier copy keeps what is forgotten later, and nothing is forgotten while the clock stands still', () => {
  const keys = new RequestKeys();
  for (let i = 1; i <= 500; i++) {
    keys.add(i, i, i, i, false, true);
    keys.settleOlder(T0);
  }
  expect(keptCount(keys)).toBe(500);
  keys.settleOlder(T0 + HOUR_MS);
  const copy = keys.copyWith();
  keys.settleOlder(T0 + 8 * HOUR_MS);
  expect(keptCount(keys)).toBeLessThan(50);
  expect(keptCount(copy)).toBe(500);
  expect(joinRetries([keys.words()])).toMatchObject({ mostAttempts: 1, complete: true });
});

const T0 = Date.UTC(2026, 10, 21);
const HOUR_MS = 3_600_000;
const ATTEMPTS = 12_000;

/** One in forty fails; of those and of some others a second and a third attempt come within five hours, in order of time. */
function daysOfAttempts(): (readonly [atMs: number, id: number, failed: boolean])[] {
  const chance = seededUniform(11);
  const attempts: [number, number, boolean][] = [];
  for (let id = 1; attempts.length < ATTEMPTS; id++) {
    const atMs = id * 15_000;
    const failed = chance() < 1 / 40;
    attempts.push([atMs, id, failed]);
    for (let again = 0; again < 2 && attempts.length < ATTEMPTS && chance() < (failed ? 0.7 : 0.005); again++)
      attempts.push([atMs + chance() * 5 * HOUR_MS, id, chance() < 0.3]);
  }
  return attempts.sort((a, b) => a[0] - b[0]);
}

function keptCount(keys: RequestKeys): number {
  return keys.words().all.reduce((sum, words) => sum + words.length / 2, 0);
}

function filled(attemptCount: number): RequestKeys {
  const keys = new RequestKeys();
  for (let i = 1; i <= attemptCount; i++) keys.add(i, i, i, i, false, true, 0, i);
  return keys;
}
