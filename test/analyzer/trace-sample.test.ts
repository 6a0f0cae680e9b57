/** A sample of traces is the same whichever thread saw which part of them, and bounded. */
import { expect, test } from 'vitest';
import {
  countTrace,
  emptyTraceSample,
  linkedShare,
  mergeTraces,
  settleTraces,
  type TraceSample,
} from '../../analyzer/src/store/trace-sample.ts';

const COUNT = 30_000;
const traceId = (i: number) => (i * 2_654_435_761).toString(16).padStart(32, '0');

function seenBy(parts: readonly ((i: number) => boolean)[]): TraceSample {
  const samples = parts.map((isSeen) => {
    const sample = emptyTraceSample();
    for (let i = 0; i < COUNT; i++) {
      if (!isSeen(i)) continue;
      countTrace(sample, 'checkout', traceId(i), i % 5 === 0);
      if (i % 3 === 0) countTrace(sample, 'payments', traceId(i), false);
    }
    return sample;
  });
  const [first, ...rest] = samples;
  for (const sample of rest) mergeTraces(first!, structuredClone(sample));
  settleTraces(first!);
  return first!;
}

test('one thread and three keep the same traces, and no more than fit', () => {
  const one = seenBy([() => true]);
  const three = seenBy([(i) => i % 7 < 2, (i) => i % 7 >= 2 && i % 7 < 6, (i) => i % 7 === 6]);
  expect([...three.traces.keys()].sort()).toEqual([...one.traces.keys()].sort());
  expect(one.traces.size).toBeLessThanOrEqual(4096);
  expect(linkedShare(three, 'checkout', 'payments', COUNT / 5)).toBe(linkedShare(one, 'checkout', 'payments', COUNT / 5));
});

test('the linked share comes close to the truth, and failures without a trace count as not linked', () => {
  const sample = seenBy([() => true]);
  expect(linkedShare(sample, 'checkout', 'payments', COUNT / 5)).toBeCloseTo(1 / 3, 1);
  expect(linkedShare(sample, 'checkout', 'payments', (2 * COUNT) / 5)).toBeCloseTo(1 / 6, 1);
});

test('too few failing traces tell nothing, and neither does a function that nobody traced', () => {
  const sample = emptyTraceSample();
  for (let i = 0; i < 4; i++) countTrace(sample, 'checkout', traceId(i), true);
  expect(linkedShare(sample, 'checkout', 'payments', 4)).toBeUndefined();
  expect(linkedShare(sample, 'catalog', 'payments', 0)).toBeUndefined();
});
