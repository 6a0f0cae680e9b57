import { expect, test } from 'vitest';
import { joinRetries, type KeyWords, RequestKeys } from '../../analyzer/src/store/request-keys.ts';

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

function filled(attemptCount: number): RequestKeys {
  const keys = new RequestKeys();
  for (let i = 1; i <= attemptCount; i++) keys.add(i, i, i, i, false, true, 0, i);
  return keys;
}
