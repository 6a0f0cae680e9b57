/** How a failure ended: counted where attempts of one request tell, and not countable where nothing does. */
import { expect, test } from 'vitest';
import { outcomeSection } from '../../analyzer/src/diagnose/failure-outcomes.ts';
import { emptyFailure } from '../../analyzer/src/store/empty-summary.ts';
import { addFate, emptyFate, joinFates, noteRequest, noteTold } from '../../analyzer/src/store/failure-fate.ts';
import { RequestKeys, requestKeyOf } from '../../analyzer/src/store/request-keys.ts';

const idOf = (n: number) => ({ id0: Math.imul(n + 1, 0x9e3779b1), id1: n * 7, id2: 3, id3: 5 });

/** @param attempts  of each request in turn: whether they failed */
function failed(attempts: readonly (readonly boolean[])[]) {
  const keys = new RequestKeys();
  const failure = emptyFailure('checkout', 'Error', 'not found', 'not found', 'error');
  attempts.forEach((tries, n) => {
    const { id0, id1, id2, id3 } = idOf(n);
    for (const isFailed of tries) {
      keys.add(id0, id1, id2, id3, isFailed, true);
      if (!isFailed) continue;
      failure.count++;
      noteRequest(failure.fate!, requestKeyOf(idOf(n)));
    }
  });
  joinFates([failure], [keys.words()]);
  return failure;
}

test('a retry that went well, one that did not, and a request that was served twice are told apart', () => {
  const section = outcomeSection(failed([[true, false], [true, true, false], [true], [true, false, false], [false]]))!;
  expect(section).toMatchObject({
    usual: 'recovered-by-retry',
    requestCount: 4,
    isSample: false,
    counts: [
      { outcome: 'recovered-by-retry', count: 2 },
      { outcome: 'duplicated', count: 1 },
      { outcome: 'loud', count: 1 },
    ],
  });
});

test('without lines of the agent nobody can say what was hidden or dropped, and it is no zero', () => {
  const { notCounted } = outcomeSection(failed([[true]]))!;
  expect(notCounted.map(({ outcome }) => outcome)).toEqual(['hidden-by-fallback', 'silent-wrong', 'dropped', 'degraded']);
});

test('of a queue whose second delivery has another id, recovery cannot be counted', () => {
  const failure = failed([[true], [true]]);
  for (let i = 0; i < 2; i++) noteTold(failure.fate!, { kind: 'invocation', eventSource: 'sqs' } as Parameters<typeof noteTold>[1]);
  const section = outcomeSection(failure)!;
  expect(section.counts).toEqual([]);
  expect(section.notCounted).toContainEqual({ outcome: 'loud', because: 'its source delivers again under another request id' });
});

test('a logged error whose answer came from a fallback is hidden by it', () => {
  const failure = emptyFailure('checkout', 'Error', 'not found', 'not found', 'success');
  failure.loggedOnlyCount = 1;
  noteTold(failure.fate!, { kind: 'invocation', fallbackCount: 1 } as Parameters<typeof noteTold>[1]);
  expect(outcomeSection(failure)).toMatchObject({ usual: 'hidden-by-fallback' });
});

test('the same sample of a thousand requests is followed in any order and in any threads', () => {
  const sample = (order: readonly number[], threads: number) => {
    const parts = Array.from({ length: threads }, emptyFate);
    order.forEach((n, i) => {
      noteRequest(parts[i % threads]!, requestKeyOf(idOf(n)));
    });
    const sum = emptyFate();
    for (const part of parts) addFate(sum, structuredClone(part));
    return [...sum.requests].sort(([a], [b]) => a - b);
  };
  const order = Array.from({ length: 1_000 }, (_, n) => n);
  expect(sample(order, 1)).toHaveLength(128);
  expect(sample([...order].reverse(), 3)).toEqual(sample(order, 1));
});
