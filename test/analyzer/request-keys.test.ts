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
