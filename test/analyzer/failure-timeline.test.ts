import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExposureLedger } from '../../analyzer/src/failures/exposure.ts';
import { FailureTracker } from '../../analyzer/src/failures/failure-tracker.ts';
import { classifyRarity } from '../../analyzer/src/failures/rarity.ts';
import { historyOfTimeline } from '../../analyzer/src/failures/timeline-history.ts';
import type { AttributeRule } from '../../analyzer/src/store/attempt-attribute.ts';
import { AttemptSeries } from '../../analyzer/src/store/attempt-series.ts';
import { FailureTimeline } from '../../analyzer/src/store/failure-timeline.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

const RULES: readonly AttributeRule[] = [
  { name: 'cold start', nature: 'mechanism' },
  { name: 'tenant', nature: 'context' },
  { name: 'version', nature: 'version' },
];
const START_MS = 1_700_000_000_000;

interface Attempt {
  readonly atMs: number;
  readonly values: readonly (string | undefined)[];
  readonly failed: boolean;
}

function count(attempts: readonly Attempt[]) {
  const exposed = new AttemptSeries(RULES.length);
  const failure = new FailureTimeline(RULES.length);
  attempts.forEach((attempt, ordinal) => {
    exposed.add(attempt.atMs, attempt.values);
    if (attempt.failed)
      failure.add({ ...attempt, ordinal, outcome: 'loud', evidence: { file: 0, place: attempt.atMs, atMs: attempt.atMs } });
  });
  return { exposed, failure };
}

describe('adding up equals one pass', () => {
  const attempt = fc.record({
    atMs: fc.oneof(fc.integer({ min: START_MS, max: START_MS + 5_000_000 }), fc.constant(Number.NaN)),
    values: fc.tuple(
      fc.constantFrom('yes', 'no', undefined),
      fc.integer({ min: 0, max: 120 }).map((n) => `tenant ${n}`),
      fc.constantFrom('1', '2'),
    ),
    failed: fc.boolean(),
    ordinal: fc.nat(1_000),
  });

  test('whatever was dealt to whom, in whatever order, the counts are the same', () => {
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 0, maxLength: 900, size: 'max' }), fc.integer({ min: 2, max: 4 }), (attempts, threads) => {
        const add = (into: { exposed: AttemptSeries; failure: FailureTimeline }, one: (typeof attempts)[number]) => {
          into.exposed.add(one.atMs, one.values);
          if (one.failed) into.failure.add({ ...one, outcome: 'loud', evidence: { file: 0, place: one.ordinal, atMs: one.atMs } });
        };
        const make = () => ({ exposed: new AttemptSeries(3), failure: new FailureTimeline(3) });
        const whole = make();
        for (const one of attempts) add(whole, one);
        const parts = Array.from({ length: threads }, make);
        attempts.forEach((one, i) => {
          // The first one sees a tenth of it: it ends with finer bins than the others.
          add(parts[i % 10 === 0 ? 0 : 1 + (i % (threads - 1))]!, one);
        });
        const sum = make();
        for (const part of parts.reverse()) {
          // As they arrive from another thread: without their classes.
          sum.exposed.merge(structuredClone(part.exposed));
          sum.failure.merge(structuredClone(part.failure));
        }
        expect(sorted(sum.exposed)).toEqual(sorted(whole.exposed));
        expect(sorted(sum.failure.series)).toEqual(sorted(whole.failure.series));
        expect(sum.failure.first).toEqual(whole.failure.first);
        expect(sum.failure.lastMs).toBe(whole.failure.lastMs);
        expect(sum.failure.outcomes).toEqual(whole.failure.outcomes);
        expect(sum.failure.remainders).toEqual(whole.failure.remainders);
      }),
      // Hundreds of attempts take minutes to shrink, and a smaller case would say no more.
      { numRuns: 60, endOnFailure: true },
    );
  });

  test('a month of a thousand tenants stays within its bounds, and nothing is lost', () => {
    const exposed = new AttemptSeries(RULES.length);
    for (let i = 0; i < 40_000; i++) exposed.add(START_MS + i * 65_000, ['no', `tenant ${i % 1_000}`, '1']);
    expect(exposed.total.length / 2).toBeLessThanOrEqual(256);
    expect(exposed.ofValues[1]!.size).toBeLessThanOrEqual(49);
    let counted = 0;
    for (const bins of exposed.ofValues[1]!.values()) for (let i = 1; i < bins.length; i += 2) counted += bins[i]!;
    expect(counted).toBe(40_000);
  });
});

describe('the verdict from a timeline is that of the attempts in order', () => {
  const random = () => seededRandom(5).uniform;
  const worlds: Record<string, (i: number, uniform: () => number) => [failed: boolean, cold?: string, version?: string]> = {
    'one in ten': (_i, uniform) => [uniform() < 0.1],
    'each third cold start': (_i, uniform) => {
      const cold = uniform() < 0.01;
      return [cold && uniform() < 0.33, cold ? 'yes' : 'no'];
    },
    'three, apart from each other': (i) => [[20_000, 90_000, 151_000].includes(i)],
    'one outage of 2,000': (i) => [i >= 30_000 && i < 32_000],
    'one in 1,000, by chance': (_i, uniform) => [uniform() < 0.001],
  };

  test.each(Object.keys(worlds))('%s', (name) => {
    const uniform = random();
    const ledger = new ExposureLedger(RULES);
    const tracker = new FailureTracker(ledger);
    const attempts: Attempt[] = [];
    for (let i = 0; i < 200_000; i++) {
      const [failed, cold = 'no', version = '1'] = worlds[name]!(i, uniform);
      const one = { atMs: START_MS + i * 1_000, values: [cold, undefined, version], failed };
      attempts.push(one);
      const index = ledger.note(one.atMs, one.values);
      if (failed) tracker.add({ index, atMs: one.atMs, values: one.values });
    }
    const { exposed, failure } = count(attempts);
    const inOrder = classifyRarity(tracker.history());
    const addedUp = classifyRarity(historyOfTimeline(exposed, failure, RULES, attempts.at(-1)!.atMs));
    expect(addedUp.kind).toBe(inOrder.kind);
    expect(addedUp.precondition?.attribute).toBe(inOrder.precondition?.attribute);
    expect(addedUp.failures).toBe(inOrder.failures);
    // What is put back evenly is the one bin in which the first failure lies: at most 1,024 attempts here.
    expect(Math.abs(addedUp.exposed - inOrder.exposed)).toBeLessThan(1_024);
  });

  test('ten minutes of one in ten are dense now, and of one in 1,000 are not', () => {
    const minutes = (rate: number) => {
      const uniform = random();
      const attempts = Array.from({ length: 600 }, (_, i) => ({
        atMs: START_MS + i * 1_000,
        values: ['no', undefined, '1'],
        failed: uniform() < rate || i === 300,
      }));
      const { exposed, failure } = count(attempts);
      return classifyRarity(historyOfTimeline(exposed, failure, RULES, attempts.at(-1)!.atMs)).kind;
    };
    expect(minutes(0.1)).toBe('dense-now');
    expect(minutes(0.001)).toBe('undetermined');
  });

  test('a timeline without any failure that has a time is undetermined and does not fall over', () => {
    const { exposed, failure } = count([{ atMs: Number.NaN, values: [], failed: true }]);
    expect(classifyRarity(historyOfTimeline(exposed, failure, RULES, START_MS)).kind).toBe('undetermined');
  });
});

/** Maps in order of their keys: addition does not keep the order of arrival. */
function sorted({ level, total, ofValues, untimed }: AttemptSeries) {
  const inOrder = <Key, Value>(map: ReadonlyMap<Key, Value>) => [...map].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return {
    level,
    untimed,
    total,
    ofValues: ofValues.map(inOrder),
  };
}
