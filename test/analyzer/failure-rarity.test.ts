import { describe, expect, test } from 'vitest';
import { ExposureLedger } from '../../analyzer/src/failures/exposure.ts';
import { FailureTracker } from '../../analyzer/src/failures/failure-tracker.ts';
import { classifyRarity, type RarityOptions } from '../../analyzer/src/failures/rarity.ts';
import type { AttributeRule } from '../../analyzer/src/store/attempt-attribute.ts';
import { OTHER } from '../../analyzer/src/store/attempt-series.ts';
import { type Outcome, outcomeOf } from '../../analyzer/src/store/outcomes.ts';
import { seededRandom } from '../lab/seeded-random.mjs';

const DAY_MS = 86_400_000;
const RULES: readonly AttributeRule[] = [
  { name: 'cold start', nature: 'mechanism' },
  { name: 'payload', nature: 'context' },
  { name: 'tenant', nature: 'context' },
  { name: 'instance', nature: 'place' },
  { name: 'hour', nature: 'cycle', periodMs: DAY_MS },
  { name: 'version', nature: 'version' },
  { name: 'previous error', nature: 'symptom' },
];

interface Attempt {
  readonly failed: boolean;
  readonly values?: Record<string, string | undefined>;
  readonly outcome?: Outcome;
}

/** @param each  what becomes of attempt `i`; one a second unless told otherwise */
function follow(attempts: number, each: (i: number, atMs: number) => Attempt, everyMs = 1_000) {
  const ledger = new ExposureLedger(RULES);
  const tracker = new FailureTracker(ledger);
  for (let i = 0; i < attempts; i++) {
    const atMs = 19_675 * DAY_MS + i * everyMs;
    const { failed, values = {}, outcome } = each(i, atMs);
    const told = RULES.map(({ name }) => ('version' === name ? (values[name] ?? '1') : values[name]));
    const index = ledger.note(atMs, told);
    if (failed) tracker.add({ index, atMs, values: told, outcome, evidence: { file: 0, place: i, atMs } });
  }
  return { ledger, tracker };
}

function judge(attempts: number, each: (i: number, atMs: number) => Attempt, options: RarityOptions = {}, everyMs = 1_000) {
  return classifyRarity(follow(attempts, each, everyMs).tracker.history(), options);
}

describe('systemic', () => {
  test('one in ten, evenly, is systemic after 3,000 attempts and half an hour, and dense now long before', () => {
    const random = seededRandom(1);
    const each = () => ({ failed: random.uniform() < 0.1 });
    expect(judge(60, each)).toMatchObject({ kind: 'dense-now' });
    const late = judge(3_200, each);
    expect(late).toMatchObject({ kind: 'systemic', by: 'density', pattern: { kind: 'sporadic' } });
    expect(late.share.low).toBeGreaterThan(0.01);
    expect(late.evidence.length).toBe(8);
    expect(late.why).toMatch(/attempts after the first one failed/);
  });

  test('3,200 attempts within four minutes are not normal operation yet, except in a drill', () => {
    const random = seededRandom(1);
    const fails = Array.from({ length: 3_200 }, () => random.uniform() < 0.1);
    const each = (i: number) => ({ failed: fails[i]! });
    const live = judge(3_200, each, {}, 75);
    expect(live).toMatchObject({ kind: 'dense-now', missing: { minutesToSystemic: expect.any(Number) } });
    expect(judge(3_200, each, { isDrill: true }, 75)).toMatchObject({ kind: 'systemic' });
  });

  test('every tenth attempt is named as that', () => {
    const verdict = judge(4_000, (i) => ({ failed: i % 10 === 7 }));
    expect(verdict).toMatchObject({ kind: 'systemic', pattern: { kind: 'every-nth', period: 10 } });
  });

  test('what fails on each third cold start is systemic though few requests are cold starts', () => {
    const random = seededRandom(2);
    const verdict = judge(60_000, () => {
      const cold = random.uniform() < 0.004;
      return { failed: cold && random.uniform() < 0.33, values: { 'cold start': cold ? 'yes' : 'no' } };
    });
    expect(verdict).toMatchObject({
      kind: 'systemic',
      by: 'precondition',
      precondition: { attribute: 'cold start', value: 'yes', standing: 'normal' },
    });
  });

  test('what a deploy mended stays systemic in the versions that have it', () => {
    const random = seededRandom(3);
    const verdict = judge(200_000, (i) => {
      const version = i < 6_000 ? '1' : '2';
      return { failed: version === '1' && random.uniform() < 0.05, values: { version } };
    });
    expect(verdict).toMatchObject({ kind: 'systemic', freeVersions: ['2'] });
    expect(verdict.exposed).toBeLessThan(6_000);
  });
});

describe('rare', () => {
  test('three in 200,000 attempts, apart from each other, are rare', () => {
    const verdict = judge(200_000, (i) => ({ failed: [20_000, 90_000, 151_000].includes(i), outcome: 'loud' }));
    expect(verdict).toMatchObject({ kind: 'rare', by: 'density', watch: false, outcome: 'loud' });
    expect(verdict.share.high).toBeLessThan(1e-4);
  });

  test('an outage with two thousand failures that happened once is rare, after two more days without it', () => {
    const each = (i: number) => ({ failed: i >= 40_000 && i < 42_000 });
    expect(judge(41_000, each).kind).toBe('dense-now');
    expect(judge(250_000, each)).toMatchObject({ kind: 'rare', by: 'episodes', pattern: { kind: 'bursty' }, isDenseNow: false });
  });

  test('the same outage on one instance, all in one hour, is not made systemic by the hour or the instance', () => {
    const verdict = judge(250_000, (i, atMs) => {
      const hour = Math.floor((atMs % DAY_MS) / 3_600_000);
      const instance = `i-${i % 20}`;
      return { failed: i >= 40_000 && i < 43_000 && instance === 'i-7', values: { instance, hour: String(hour) } };
    });
    expect(verdict.kind).not.toBe('systemic');
    expect(verdict.precondition).toMatchObject({ standing: 'unproven' });
  });

  test('a lost message is as rare as a loud one, and watched', () => {
    const each = (outcome: Outcome) => (i: number) => ({ failed: i === 20_000, outcome });
    expect(judge(70_000, each('loud'))).toMatchObject({ kind: 'rare', watch: false });
    expect(judge(70_000, each('dropped'))).toMatchObject({ kind: 'rare', watch: true });
    expect(judge(70_000, each('silent-wrong'))).toMatchObject({ kind: 'rare', watch: true });
  });
});

describe('not to be told', () => {
  test('independent failures at 1 in 50 are never called rare, however often one looks', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const { ledger, tracker } = follow(0, () => ({ failed: false }));
      for (let i = 0; i < 6_000; i++) {
        const index = ledger.note(i * 1_000, []);
        if (random.uniform() < 0.02) tracker.add({ index, atMs: i * 1_000, values: [] });
        if (i % 250 === 249 && tracker.history().total.exposed > 0) expect(classifyRarity(tracker.history()).kind).not.toBe('rare');
      }
    }
  });

  test('one failure in fifty attempts is undetermined, with the attempts and the drill that would decide', () => {
    const verdict = judge(50, (i) => ({ failed: i === 20 }));
    if (verdict.kind !== 'undetermined') throw new Error(`expected undetermined, found ${verdict.kind}`);
    expect(verdict.missing.attemptsToRare).toBeGreaterThan(42_000);
    expect(verdict.missing.drill).toEqual({ attempts: 3, requestsPerAttempt: 299, under: undefined });
    expect(verdict.missing.text).toMatch(/more without it \(rare\), or 3 drills of 299 requests/);
  });

  test('without a count of what was exposed there is no class, and the reason says so', () => {
    const { tracker } = follow(300, (i) => ({ failed: i % 10 === 0 }));
    const history = tracker.history();
    const verdict = classifyRarity({ ...history, total: { exposed: Number.NaN, failures: history.total.failures } });
    expect(verdict).toMatchObject({ kind: 'undetermined', share: { low: 0, high: 1 } });
    expect(verdict.why).toMatch(/nothing tells of how many attempts/);
  });

  test('four hundred failures in a row at the start of 20,000 attempts are no density, though they are one in fifty', () => {
    const verdict = judge(20_000, (i) => ({ failed: i < 400 }));
    expect(verdict.share.low).toBeGreaterThan(0.01);
    expect(verdict).toMatchObject({ kind: 'undetermined', pattern: { kind: 'bursty' } });
  });

  test('an outage that broke into a clean day is dense now for as long as 5,000 attempts, and not systemic', () => {
    const verdict = judge(91_400, (i) => ({ failed: i >= 86_400 && i % 2 === 0 }));
    expect(verdict).toMatchObject({ kind: 'dense-now' });
    expect(judge(100_000, (i) => ({ failed: i >= 86_400 && i % 2 === 0 })).kind).toBe('systemic');
  });

  test('a failure whose attempts all were of a seldom kind is not called rare before that kind is known to do better', () => {
    const seldom = (i: number) => i % 500 === 0;
    const each = (i: number) => ({ failed: i === 20_000, values: { payload: seldom(i) ? 'large' : 'small' } });
    expect(judge(80_000, each).kind).toBe('undetermined');
    expect(judge(80_000, (i) => ({ failed: i === 20_000 })).kind).toBe('rare');
  });

  test('a nightly outage is not called rare: what comes like clockwork has a reason in normal operation', () => {
    const perDay = 43_200;
    const each = (i: number) => ({ failed: i % perDay >= 7_200 && i % perDay < 7_300 });
    expect(judge(perDay * 12, each, {}, 2_000).kind).not.toBe('rare');
  });

  test('two values that always go together are both named, and neither is hidden', () => {
    const random = seededRandom(6);
    const verdict = judge(40_000, () => {
      const large = random.uniform() < 0.02;
      return { failed: large && random.uniform() < 0.3, values: { payload: large ? 'large' : 'small', tenant: large ? 'acme' : 'others' } };
    });
    expect(verdict.kind).toBe('systemic');
    expect([`payload = large`, `tenant = acme`]).toContain(verdict.precondition?.cannotBeSeparatedFrom[0]);
  });

  test('an attribute that is shared by chance is not mined', () => {
    const random = seededRandom(8);
    const verdict = judge(20_000, () => ({
      failed: random.uniform() < 0.003,
      values: { payload: random.uniform() < 0.3 ? 'large' : 'small', 'cold start': random.uniform() < 0.05 ? 'yes' : 'no' },
    }));
    expect(verdict.precondition).toBeUndefined();
  });
});

describe('the ledger', () => {
  test('a value without end takes no more than its bound; the rest is counted together', () => {
    const ledger = new ExposureLedger([{ name: 'tenant', nature: 'context' }]);
    for (let i = 0; i < 5_000; i++) ledger.note(i, [`tenant ${i}`]);
    expect(ledger.values.length).toBeLessThan(60);
    expect(ledger.values.find(({ value }) => value === OTHER)!.total).toBeGreaterThan(4_900);
    expect(ledger.values.reduce((sum, { total }) => sum + total, 0)).toBe(5_000);
  });

  test('blocks add up to the totals, however often they were joined, and many at once equal one by one', () => {
    const [single, bulk] = [1, 2].map(() => new ExposureLedger([{ name: 'payload', nature: 'context' }]));
    for (let i = 0; i < 10_000; i++) single!.note(i, [i % 3 === 0 ? 'large' : 'small']);
    let at = 0;
    while (at < 10_000) {
      const count = Math.min(bulk!.room, 10_000 - at);
      const large = Math.ceil((at + count) / 3) - Math.ceil(at / 3);
      bulk!.noteMany(count, at, [
        [
          ['large', large],
          ['small', count - large],
        ],
      ]);
      at += count;
    }
    for (const { value, total, blocks } of single!.values) {
      expect(blocks.reduce((sum, count) => sum + count, 0)).toBe(total);
      expect(bulk!.values.find((other) => other.value === value)!.blocks).toEqual(blocks);
    }
  });
});

test('the worst that is true is the outcome, and what was not told is none', () => {
  expect(outcomeOf({ wasTold: true, laterSuccess: true })).toBe('recovered-by-retry');
  expect(outcomeOf({ wasTold: true, laterSuccess: true, successCount: 2 })).toBe('duplicated');
  expect(outcomeOf({ wasTold: false, wrongContent: true })).toBe('silent-wrong');
  expect(outcomeOf({ wasTold: true, dropped: true })).toBe('dropped');
  expect(outcomeOf({ wasTold: true })).toBe('loud');
  expect(outcomeOf({ wasTold: false })).toBeUndefined();
});
