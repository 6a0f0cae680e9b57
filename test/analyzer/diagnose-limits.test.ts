import { expect, test } from 'vitest';
import { limitFindings, limitSection } from '../../analyzer/src/diagnose/limits.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addInit, addSandbox, emptySummary } from '../support/summary-builder.ts';

function findingsOf(summary: Summary) {
  return limitFindings(summary, { limits: limitSection(summary, {}) }, {});
}

const many = (count: number, ms: number) => new Array<number>(count).fill(ms);

test('headroom is what is left of the timeout and of the memory', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { timeoutMs: 10_000, warmMs: [100, 4000] });
  addSandbox(summary, configuration, { maxima: [100, 256] });
  const [limit] = limitSection(summary, {});

  expect(limit).toMatchObject({ timeoutMs: 10_000, maxDurationMs: 4000, memoryHeadroom: 0.5 });
  expect(limit!.timeoutHeadroom).toBeCloseTo(0.6, 6);
});

test('a timeout that was never run into is not known, and neither is the headroom to it', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: [100, 29_000] });

  expect(limitSection(summary, {})[0]).toMatchObject({ timeoutMs: undefined, timeoutHeadroom: undefined });
  expect(findingsOf(summary)).toEqual([]);
});

test('where no line names memory there is no headroom to it, rather than none left', () => {
  const summary = emptySummary();
  addSandbox(summary, addConfiguration(summary, { memorySizeMb: 0 }), { maxima: [] });

  expect(limitSection(summary, {})[0]).toMatchObject({ memorySizeMb: undefined, memoryHeadroom: undefined });
});

test('a tail within a fifth of the timeout is near it', () => {
  const summary = emptySummary();
  addConfiguration(summary, { timeoutMs: 3000, warmMs: [...many(190, 200), ...many(8, 2700), ...many(2, 3000)] });

  expect(findingsOf(summary)).toMatchObject([
    { kind: 'near-timeout', harm: 'soon', certainty: 'shown', affectedCount: 8, exposedCount: 198, gates: ['any'] },
  ]);
  expect(findingsOf(summary)[0]!.why).toMatch(
    /^8 of 198 \(4 %, .*\) finished attempts took 2\.4 s or longer, with a timeout of 3 s: their p99 is within a fifth of it$/,
  );
});

test('attempts that ran into the timeout are not counted as near it', () => {
  const summary = emptySummary();
  addConfiguration(summary, { timeoutMs: 3000, warmMs: [...many(190, 200), ...many(10, 3000), 3003.16] });

  expect(findingsOf(summary)).toEqual([]);
});

test('a single attempt near the timeout is suspected, not shown', () => {
  const summary = emptySummary();
  addConfiguration(summary, { timeoutMs: 3000, warmMs: [...many(999, 200), 2900] });

  expect(findingsOf(summary)).toMatchObject([{ certainty: 'suspected', affectedCount: 1, exposedCount: 1000 }]);
});

test('the wait for an init does not count against the timeout', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { timeoutMs: 3000, warmMs: many(100, 200), coldMs: [2900] });
  addInit(configuration, { durationMs: 2600, invocationMs: 300 });

  expect(limitSection(summary, {})[0]!.maxDurationMs).toBe(300);
  expect(findingsOf(summary)).toEqual([]);
});
