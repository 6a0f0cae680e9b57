/** How hard a cause is to find, predicted from what was told, and what would make it easier. */
import { describe, expect, test } from 'vitest';
import type { FailureSection, OutboundCallSection } from '../../analyzer/src/diagnose/sections.ts';
import type { ComponentObservations } from '../../analyzer/src/failures/component-observations.ts';
import { type DifficultyFacts, predictDifficulty } from '../../analyzer/src/recovery/difficulty.ts';
import { errorDetailOf, failureDifficulties } from '../../analyzer/src/recovery/failure-difficulty.ts';
import { maskingOf } from '../../analyzer/src/recovery/masking.ts';
import { openCallsAtTimeout } from '../../analyzer/src/recovery/open-calls.ts';
import { RESILIENCE_PATTERNS, resiliencePatterns } from '../../analyzer/src/recovery/resilience-patterns.ts';
import { rankCorrelation } from '../../analyzer/src/stats/rank-correlation.ts';
import { emptyTally } from '../../analyzer/src/store/agent-tally.ts';
import { healthyReport, leakingReport } from '../support/sample-report.ts';
import { addConfiguration, emptySummary } from '../support/summary-builder.ts';

const PLAIN: DifficultyFacts = {
  sinkCount: 1,
  hopCount: 0,
  linkedShare: 1,
  calleesPerHop: 1,
  fingerprintCount: 1,
  errorDetail: 1,
  isSilent: false,
  masking: { kind: 'named', because: 'it alerts itself' },
};
const WORKER: DifficultyFacts = {
  sinkCount: 3,
  hopCount: 2,
  linkedShare: 0.4,
  calleesPerHop: 2,
  fingerprintCount: 4,
  errorDetail: 0.5,
  isSilent: false,
  masking: { kind: 'elsewhere', because: 'the API alerts' },
  brokenAt: 'the queue',
};

describe('the predicted difficulty', () => {
  test('a full pool in one process with a clear error is instant: one view', () => {
    expect(predictDifficulty(PLAIN)).toMatchObject({ class: 'instant', viewCount: 1, minutesPrior: 3, missing: [] });
  });

  test('a worker behind a queue that breaks the trace is a nightmare, and the broken trace is what costs most', () => {
    const predicted = predictDifficulty(WORKER);
    expect(predicted.viewCount).toBeCloseTo(10.4);
    expect(predicted.class).toBe('nightmare');
    expect(predicted.costliest).toMatchObject({ what: 'trace broken at the queue' });
    expect(predicted.costliest.views).toBeCloseTo(2.4);
    expect(predicted.terms.reduce((sum, { views }) => sum + views, 0)).toBeCloseTo(predicted.viewCount);
  });

  test('the same worker with the trace carried through and a clear error is moderate', () => {
    expect(predictDifficulty({ ...WORKER, linkedShare: 1, errorDetail: 1 })).toMatchObject({ class: 'moderate', viewCount: 7 });
  });

  test('five places, three hops and eight errors come to 13.8', () => {
    const predicted = predictDifficulty({ ...WORKER, sinkCount: 5, hopCount: 3, linkedShare: 0.8, calleesPerHop: 3, fingerprintCount: 8 });
    expect(predicted.viewCount).toBeCloseTo(13.8);
  });

  test('without traces both ends of the score are told, and what is missing', () => {
    const predicted = predictDifficulty({ ...WORKER, linkedShare: undefined });
    expect(predicted.viewCount).toBeCloseTo(12);
    expect(predicted.viewCountAtBest).toBeCloseTo(8);
    expect([predicted.class, predicted.classAtBest]).toEqual(['nightmare', 'moderate']);
    expect(predicted.missing).toEqual(['how many failing requests have a trace that links both ends']);
  });

  test('a component that does not show itself makes a nightmare of few views', () => {
    const masking = maskingOf({ alertComponent: 'site', suspect: 'cache', isNamedByAlert: false, showsItself: false });
    expect(predictDifficulty({ ...PLAIN, hopCount: 1, masking })).toMatchObject({ class: 'nightmare', viewCount: 5 });
  });

  test('a first suspect that was wrong makes a nightmare of an alert elsewhere', () => {
    const facts = { ...WORKER, linkedShare: 1, errorDetail: 1 };
    expect(predictDifficulty({ ...facts, wasTopSuspectRight: false }).class).toBe('nightmare');
    expect(predictDifficulty({ ...facts, wasTopSuspectRight: true }).class).toBe('moderate');
  });
});

test.each([
  [{ alertComponent: 'a', suspect: 'a', isNamedByAlert: false, showsItself: true }, 'named'],
  [{ alertComponent: 'a', suspect: 'b', isNamedByAlert: true, showsItself: undefined }, 'named'],
  [{ alertComponent: 'a', suspect: 'b', isNamedByAlert: false, showsItself: true }, 'elsewhere'],
  [{ alertComponent: 'a', suspect: 'b', isNamedByAlert: false, showsItself: true, blames: 'c' }, 'masked'],
  [{ alertComponent: 'a', suspect: 'b', isNamedByAlert: false, showsItself: false }, 'masked'],
  [{ alertComponent: 'a', suspect: 'b', isNamedByAlert: false, showsItself: undefined }, 'cannot-tell'],
])('masking of %j is %s', (facts, kind) => {
  expect(maskingOf(facts).kind).toBe(kind);
});

describe('the difficulty of the failures of a report', () => {
  const functions = healthyReport().functions;

  test('an error that names its dependency ends there, in one view', () => {
    const [only] = failureDifficulties({
      functions,
      failures: [failure({ sampleMessage: 'getaddrinfo ENOTFOUND payments.internal', code: 'ENOTFOUND' })],
    });
    expect(only?.trail).toMatchObject({ path: ['checkout', 'payments.internal'], isNamedByAlert: true });
    expect(only?.difficulty.class).not.toBe('nightmare');
  });

  test('a vague error whose calls fail leads through the next function to its peer', () => {
    const failures = [
      failure({ type: 'Error', sampleMessage: 'upstream' }),
      failure({ functionName: 'pricing', sampleMessage: 'connect ECONNREFUSED rates-db:5432' }),
    ];
    const outboundCalls = [call('checkout', 'pricing.internal:80', 40), call('checkout', 'cart', 0), call('pricing', 'rates-db', 40)];
    const [first] = failureDifficulties({ functions, failures, outboundCalls });
    expect(first?.trail.path).toEqual(['checkout', 'pricing', 'rates-db']);
    expect(first?.trail.because).toHaveLength(2);
    expect(first?.difficulty.missing.length).toBeGreaterThan(0);
  });

  test('an error that names an address leads to the peer whose calls fail as often, and to no other', () => {
    const failures = [failure({ sampleMessage: 'connect ECONNREFUSED 10.0.3.7:443' })];
    const pathOf = (...outboundCalls: readonly OutboundCallSection[]) =>
      failureDifficulties({ functions, failures, outboundCalls })[0]?.trail.path;
    const count = failures[0]!.rate.count;
    expect(pathOf(call('checkout', 'payments', count), call('checkout', 'cart', 0))).toEqual(['checkout', 'payments']);
    expect(pathOf(call('checkout', 'payments', count), call('checkout', 'cart', count))).toEqual(['checkout', '10.0.3.7:443']);
    expect(pathOf(call('checkout', 'payments', count), call('checkout', '10.0.3.7:443', count))).toEqual(['checkout', '10.0.3.7:443']);
  });

  test('a function that shows no failure of its own, behind one that does, is masked', () => {
    const [first] = failureDifficulties({
      functions,
      failures: [failure({ type: 'Error', sampleMessage: 'bad' })],
      outboundCalls: [call('checkout', 'pricing', 40)],
    });
    expect(first?.trail).toMatchObject({ path: ['checkout', 'pricing'], showsItself: false });
    expect(first?.difficulty.class).toBe('nightmare');
  });

  test('a function that fails by itself is its own suspect', () => {
    const [first] = failureDifficulties({ functions, failures: [failure({})], outboundCalls: [call('checkout', 'pricing', 0)] });
    expect(first?.trail.path).toEqual(['checkout']);
    expect(first?.difficulty.class).toBe('instant');
  });

  test('silent answers count as harder than the same failure said aloud', () => {
    const answers = {
      notObservableBecause: undefined,
      functions: [
        {
          functionName: 'checkout',
          suspect: { count: 3, of: 100, share: 0.03, low: 0.01, high: 0.08 },
          failedTypes: [],
          checks: [],
          fallbackCount: 0,
          fallbackNames: [],
        },
      ],
    };
    const [loud, silent] = failureDifficulties({ functions, failures: [failure({})], answers });
    expect(silent?.type).toBe('silent answers');
    expect(silent!.difficulty.viewCount).toBeGreaterThan(loud!.difficulty.viewCount);
  });

  test('a whole report has a difficulty for each of its failures, and calls in a circle end', () => {
    const report = leakingReport();
    expect(failureDifficulties(report)).toHaveLength(report.failures.filter(({ rate }) => rate.count > 0).length);
    const circle = [call('checkout', 'pricing', 40), call('pricing', 'checkout', 40)];
    const failures = [
      failure({ type: 'Error', sampleMessage: 'bad' }),
      failure({ functionName: 'pricing', type: 'Error', sampleMessage: 'bad' }),
    ];
    expect(failureDifficulties({ functions, failures, outboundCalls: circle })[0]?.trail.path).toEqual(['checkout', 'pricing']);
  });

  test('what an error says is counted in quarters', () => {
    expect(errorDetailOf(failure({}))).toBe(0.75);
    expect(errorDetailOf(failure({ type: 'Error', code: undefined, stack: [], sampleMessage: 'bad' }))).toBe(0);
  });
});

describe('patterns of resilience', () => {
  const sick: ComponentObservations = {
    component: 'checkout',
    archetypes: [],
    requestCount: 1_000,
    calls: [
      {
        peer: 'payments',
        callCount: 1_000,
        errorCount: 20,
        retryCount: 200,
        retryWaitMs: 3,
        timeLimit: 'none',
        nearLimitCount: 100,
        sequentialCount: 900,
        timeShare: 0.6,
        highestSocketCount: 10,
        poolLimit: 10,
        acquireWaitRatio: 9,
      },
    ],
    breakers: [{ name: 'payments', openedCount: 1, rejectedCount: 10, seenOpenCount: 0 }],
    fallbackCount: 5,
    hiddenFallbackCount: 5,
  };
  const climbing = { component: 'checkout', series: Array.from({ length: 40 }, (_, t) => ({ invocations: 100 + 10 * t, failed: t })) };

  test('all nine are seen where they are', () => {
    const seen = resiliencePatterns([sick], [climbing]).filter(({ kind }) => kind === 'seen');
    expect(new Set(seen.map(({ pattern }) => pattern))).toEqual(new Set(RESILIENCE_PATTERNS));
  });

  test('none is seen on the healthy twin', () => {
    const healthy: ComponentObservations = {
      ...sick,
      calls: [
        {
          ...sick.calls![0]!,
          errorCount: 5,
          retryCount: 5,
          retryWaitMs: 400,
          timeLimit: 'set',
          nearLimitCount: 1,
          sequentialCount: 20,
          highestSocketCount: 4,
        },
      ],
      breakers: [{ name: 'payments', openedCount: 0, rejectedCount: 0, seenOpenCount: 0 }],
      hiddenFallbackCount: 0,
    };
    const steady = {
      component: 'checkout',
      series: Array.from({ length: 40 }, (_, t) => ({ invocations: 100 + 10 * t, failed: (t * 7) % 3 })),
    };
    expect(resiliencePatterns([healthy], [steady]).filter(({ kind }) => kind !== 'not-seen')).toEqual([]);
  });

  test('where nobody looked, each pattern says what is missing and none is called absent', () => {
    const verdicts = resiliencePatterns([{ component: 'a', archetypes: [], requestCount: 5 }]);
    expect(new Set(verdicts.map(({ kind }) => kind))).toEqual(new Set(['cannot-tell']));
    expect(new Set(verdicts.map(({ pattern }) => pattern))).toEqual(new Set(RESILIENCE_PATTERNS));
  });

  test('who never failed has not shown how it retries', () => {
    const calm = { ...sick, calls: [{ peer: 'payments', callCount: 50, errorCount: 0, retryCount: 0 }] };
    const verdict = resiliencePatterns([calm]).find(({ pattern }) => pattern === 'retry-amplification');
    expect(verdict).toMatchObject({ kind: 'cannot-tell', peer: 'payments' });
  });
});

test('calls under way at timeouts are added up over the versions of a function, and unknown is not none', () => {
  const summary = emptySummary();
  expect(openCallsAtTimeout(summary)).toBeUndefined();
  for (const version of ['1', '2']) {
    const agent = emptyTally();
    const waiting = { count: 3, knownCount: 0, waitedMs: 0, longestMs: 0 };
    agent.deaths.set('timeout', {
      foundCount: 3,
      toldCount: 3,
      idleCount: 0,
      routes: new Map(),
      openCalls: new Map([['payments', waiting]]),
      evidence: [],
    });
    addConfiguration(summary, { version, agent });
  }
  expect(openCallsAtTimeout(summary)).toEqual([{ functionName: 'checkout', peer: 'payments', count: 6 }]);
  const idle = emptyTally();
  idle.deaths.set('timeout', { foundCount: 1, toldCount: 1, idleCount: 1, routes: new Map(), openCalls: new Map(), evidence: [] });
  const other = emptySummary();
  addConfiguration(other, { agent: idle });
  expect(openCallsAtTimeout(other)).toEqual([]);
});

test('rank correlation agrees with a worked example, with ties, and knows when there is nothing to tell', () => {
  // Spearman's coefficient of ranks 1 2 3 4 5 and 2 1 4 3 5: 1 - 6 * 4 / (5 * 24).
  expect(rankCorrelation([1, 2, 3, 4, 5], [20, 10, 40, 30, 50])).toBeCloseTo(0.8, 12);
  expect(rankCorrelation([1, 1, 2, 3], [5, 5, 6, 7])).toBeCloseTo(1, 12);
  expect(rankCorrelation([1, 2], [1, 2])).toBeUndefined();
  expect(rankCorrelation([1, 2, 3], [4, 4, 4])).toBeUndefined();
});

function failure(told: Partial<FailureSection>): FailureSection {
  return {
    functionName: 'checkout',
    status: 'error',
    type: 'TypeError',
    code: 'E_ORDER',
    maskedMessage: 'cannot read order #',
    sampleMessage: 'cannot read order 41',
    stack: ['handler (/var/task/index.js:10:5)'],
    causes: [],
    rate: { count: 10, of: 1_000, share: 0.01, low: 0.005, high: 0.02 },
    loggedOnlyCount: 0,
    firstMs: 1_000,
    lastMs: 9_000,
    perMinute: [],
    versions: [],
    sandboxCount: 1,
    coldCount: 0,
    evidence: [],
    ...told,
  };
}

function call(functionName: string, peer: string, errorCount: number): OutboundCallSection {
  return {
    functionName,
    peer,
    callCount: 100,
    errors: { count: errorCount, of: 100, share: errorCount / 100, low: 0, high: 1 },
    retryCount: 0,
    totalMs: 900,
    meanMs: 9,
    timeShare: 0.1,
    timeLimit: 'set',
    nearLimitCount: 0,
    sequentialCount: 0,
    highestSocketCount: undefined,
    pool: undefined,
  };
}
