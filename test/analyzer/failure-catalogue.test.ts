/** Failure modes by name: each is recognised where it is, and what only looks like it keeps its own name. */
import { describe, expect, test } from 'vitest';
import type { FailureSection } from '../../analyzer/src/diagnose/sections.ts';
import { FAILURE_MODES, modeNamed, recogniseModes } from '../../analyzer/src/failures/catalogue.ts';
import type { ComponentObservations } from '../../analyzer/src/failures/component-observations.ts';
import { coverageOf } from '../../analyzer/src/failures/coverage.ts';
import { dependencyNamed } from '../../analyzer/src/failures/dependency-named.ts';
import { explainMode } from '../../analyzer/src/failures/explain-mode.ts';
import { type ObservableReport, observationsOfReport } from '../../analyzer/src/failures/observations.ts';
import { recipeFor, requestsToShow } from '../../analyzer/src/failures/reproduce.ts';
import { drawCase, healthyComponent } from '../lab/catalogue-fixtures.mjs';
import { seededRandom } from '../lab/seeded-random.mjs';
import { emptyReport, healthyReport, leakingReport } from '../support/sample-report.ts';

describe.each(FAILURE_MODES.map(({ id }) => id))('%s', (id) => {
  const [positive, nearMiss] = drawCase(id, seededRandom(7)) as [ComponentObservations, ComponentObservations];

  test('is named where it is', () => {
    const found = named(positive).find(({ modeId }) => modeId === id);
    expect(found?.evidence.length).toBeGreaterThan(0);
  });

  test('is not named where it only seems to be', () => {
    expect(named(nearMiss).map(({ modeId }) => modeId)).not.toContain(id);
  });
});

test('the catalogue has 25 modes, numbered from 1, each with a runbook, a drill and what it is not to be taken for', () => {
  expect(FAILURE_MODES.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  expect(new Set(FAILURE_MODES.map(({ id }) => id)).size).toBe(25);
  for (const { runbook, drill, notToBeTakenFor, archetypes } of FAILURE_MODES) {
    expect(runbook.length).toBeGreaterThan(1);
    expect(drill.expectedShare).toBeGreaterThan(0);
    expect(notToBeTakenFor).not.toBe('');
    expect(archetypes.length).toBeGreaterThan(0);
  }
});

test('a healthy component has no name of a failure', () => {
  for (let seed = 1; seed <= 50; seed++) expect(named(healthyComponent(seededRandom(seed)) as ComponentObservations)).toEqual([]);
});

test('where only the telltale was seen, it is said what would decide, and the mode is not named', () => {
  const observed: ComponentObservations = {
    component: 'worker',
    archetypes: ['queue-worker'],
    requestCount: 900,
    silent: true,
  };
  const [found, ...others] = recogniseModes({ components: [observed] });
  expect(others).toEqual([]);
  expect(found).toMatchObject({ modeId: 'silent-worker-death', certainty: 'cannot-tell' });
  expect(found?.missing.join()).toMatch(/metrics of the queue/);
});

test('nothing known is nothing said', () => {
  expect(recogniseModes({ components: [{ component: 'a', archetypes: [], requestCount: 0 }] })).toEqual([]);
});

test('a report with kills by memory and growth names both, and its healthy twin names nothing', () => {
  const ids = recogniseModes(observationsOfReport(leakingReport())).map(({ modeId }) => modeId);
  expect(ids).toContain('oom-kill');
  expect(recogniseModes(observationsOfReport(healthyReport()))).toEqual([]);
});

test('a report with lines of the agent leads to breakers, retries and lost messages of the right function', () => {
  const report: ObservableReport = {
    ...emptyReport(),
    functions: healthyReport().functions,
    outboundCalls: [
      {
        functionName: 'checkout',
        peer: 'payments',
        callCount: 1_000,
        errors: { count: 300, of: 1_000, share: 0.3, low: 0.27, high: 0.33 },
        retryCount: 400,
        totalMs: 9_000,
        meanMs: 9,
        timeShare: 0.2,
        timeLimit: 'none',
        nearLimitCount: undefined,
        sequentialCount: 0,
        highestSocketCount: undefined,
        pool: undefined,
      },
    ],
    breakers: [{ functionName: 'checkout', name: 'payments', openedCount: 2, rejectedCount: 80, seenOpenCount: 9 }],
    messages: [
      {
        functionName: 'pricing',
        sources: ['sqs'],
        receivedCount: 100,
        succeededCount: 95,
        returnedCount: 2,
        droppedCount: 3,
        duplicateCount: 0,
        highestReceiveCount: 2,
        incompleteBecause: undefined,
        duplicatesAtLeastBecause: undefined,
      },
    ],
  };
  const found = recogniseModes(observationsOfReport(report)).map(
    ({ component, modeId, certainty }) => `${component} ${modeId} ${certainty}`,
  );
  expect(found.sort()).toEqual([
    'checkout missing-timeout cannot-tell',
    'checkout open-breaker proven',
    // Calls a minute before and now are in no chapter: a suspicion until they are.
    'checkout retry-storm suspected',
    'pricing dropped-message proven',
  ]);
});

describe('from the chapters of a report', () => {
  const [section] = healthyReport().functions;
  const fn = { ...section!, functionName: 'checkout', versions: ['41', '42'], firstMs: 0, lastMs: 3_600_000 };
  const base: ObservableReport = { ...emptyReport(), functions: [fn], input: { toMs: 3_600_000 } };

  test.each([
    ['pool-exhaustion', failing({ sampleMessage: 'timeout exceeded when trying to connect' })],
    ['dns-failure', failing({ sampleMessage: 'getaddrinfo ENOTFOUND payments.internal' })],
    ['disk-full', failing({ sampleMessage: "ENOSPC: no space left on device, open '/tmp/a'" })],
    ['version-drift', failing({ sampleMessage: 'column "tier" does not exist', versions: [{ version: '41', count: 300 }] })],
    ['dependency-outage', failing({ sampleMessage: 'connect ECONNREFUSED orders.internal:5432' })],
  ])('%s is named from its failure', (id, failure) => {
    expect(idsOf({ ...base, failures: [failure] })).toEqual([id]);
  });

  test('the same outage that comes again and again is not a short one', () => {
    const perMinute = [0, 10, 20, 30].map((minute) => ({ minuteMs: minute * 60_000, count: 75 }));
    expect(idsOf({ ...base, failures: [failing({ sampleMessage: 'connect ECONNREFUSED orders.internal:5432', perMinute })] })).toEqual([]);
  });

  test('throttles, a blocked loop and a silent worker with a backlog are named from metrics and windows', () => {
    const traffic = [{ ...emptyTraffic, functionName: 'checkout', throttleCount: 12 }];
    expect(idsOf({ ...base, traffic })).toEqual(['concurrency-limit']);
    const silence = [
      { functionName: 'checkout', logStream: '(all streams)', lastMs: 0, othersLastMs: 3_600_000, because: 'none for an hour' },
    ];
    const age = { name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName: 'checkout' }, unit: 'Seconds', statistic: 'Maximum' };
    const metrics = [{ ...age, pointCount: 60, sum: 9, maximum: 3_000, maximumAtMs: 3_540_000 }];
    expect(idsOf({ ...base, silence, metrics })).toEqual(['silent-worker-death']);
    expect(idsOf({ ...base, silence, metrics: [{ ...metrics[0]!, maximum: 3 }] })).toEqual([]);
    expect(idsOf({ ...base, silence })).toEqual([]);
  });

  function idsOf(report: ObservableReport) {
    return recogniseModes(observationsOfReport(report))
      .filter(({ certainty }) => certainty !== 'cannot-tell')
      .map(({ modeId }) => modeId);
  }
});

test('a call without a limit is only named together with the timeout that it caused', () => {
  const calls = [{ peer: 'payments', callCount: 10, timeLimit: 'none' as const, errorCount: 0, retryCount: 0 }];
  const plain: ComponentObservations = { component: 'a', archetypes: [], requestCount: 10, calls, openCallsAtTimeout: [] };
  expect(named(plain)).toEqual([]);
  const hung = { ...plain, timeoutCount: 3, openCallsAtTimeout: [{ peer: 'payments', count: 3 }] };
  expect(named(hung).map(({ modeId }) => modeId)).toEqual(['missing-timeout', 'function-timeout']);
});

test('an attempt is as many requests as would show the mode in 19 of 20 cases', () => {
  expect([1, 0.5, 1 / 3, 0.1, 0.01, 1e-3, 1e-5].map(requestsToShow)).toEqual([1, 5, 8, 29, 299, 2_995, 299_572]);
  const recipe = recipeFor(modeNamed('9')!, 0.1, 'a warm sandbox older than an hour');
  expect(recipe).toMatchObject({
    requestsPerAttempt: 29,
    attempts: 3,
    rateFrom: 'measured',
    precondition: 'a warm sandbox older than an hour',
  });
  expect(recipe.chanceOfMissing).toBeLessThan(1.25e-4);
  expect(recipeFor(modeNamed('pool exhaustion') ?? modeNamed('pool-exhaustion')!).concurrency).toBe(500);
});

test('the page of a mode says what it is, how it is recognised, what to do and how to provoke it', () => {
  const page = explainMode(modeNamed('retry-storm')!, [], []);
  expect(page).toMatch(/Retry storm \(mode 2/);
  expect(page).toMatch(/In this input: not recognised/);
  expect(page).toMatch(/Send \d+ requests, 50 at a time/);
  expect(modeNamed('no such mode')).toBeUndefined();
});

test('coverage tells named, rehearsed and handled apart, and no drill records from none handled', () => {
  const recognised = recogniseModes({ components: [drawCase('heap-leak', seededRandom(3))[0] as ComponentObservations] });
  const without = coverageOf(recognised).find(({ archetype }) => archetype === 'long-running')!;
  expect(without).toMatchObject({ recognised: ['heap-leak'], drilled: undefined, handled: undefined });
  const drills = [
    { modeId: 'heap-leak', archetype: 'long-running', outcome: 'handled' },
    { modeId: 'dns-failure', archetype: 'long-running', outcome: 'handled' },
    { modeId: 'dns-failure', archetype: 'long-running', outcome: 'failed-requests' },
  ] as const;
  const after = coverageOf(recognised, drills).find(({ archetype }) => archetype === 'long-running')!;
  expect(after.drilled).toEqual(['heap-leak', 'dns-failure']);
  expect(after.handled).toEqual(['heap-leak']);
});

test.each([
  ['getaddrinfo ENOTFOUND payments.internal', 'payments.internal'],
  ['connect ECONNREFUSED 10.0.3.7:5432', '10.0.3.7:5432'],
  ['request to https://api.stripe.com/v1 failed', 'api.stripe.com'],
  ['calling pricing failed with 503', 'pricing'],
  ['payments is unavailable', 'payments'],
  ['cannot read properties of undefined', undefined],
])('the message "%s" names %s', (message, name) => {
  expect(dependencyNamed(message)).toBe(name);
});

function named(observed: ComponentObservations) {
  return recogniseModes({ components: [observed] }).filter(({ certainty }) => certainty !== 'cannot-tell');
}

const emptyTraffic = {
  perMinuteMean: undefined,
  perMinutePeak: undefined,
  peakMs: undefined,
  peakToAverage: undefined,
  concurrencyPeak: undefined,
  concurrencyMetricMax: undefined,
  usdPerHour: undefined,
  spendJump: undefined,
  series: [],
  seriesStepMinutes: 1,
};

/** 300 failures in the ten minutes after the first. */
function failing(told: Partial<FailureSection>): FailureSection {
  return {
    functionName: 'checkout',
    status: 'error',
    type: 'Error',
    code: undefined,
    maskedMessage: '#',
    sampleMessage: 'x',
    stack: [],
    causes: [],
    rate: { count: 300, of: 9_000, share: 0.03, low: 0.03, high: 0.04 },
    loggedOnlyCount: 0,
    firstMs: 60_000,
    lastMs: 600_000,
    perMinute: Array.from({ length: 10 }, (_, i) => ({ minuteMs: (i + 1) * 60_000, count: 30 })),
    versions: [
      { version: '41', count: 150 },
      { version: '42', count: 150 },
    ],
    sandboxCount: 9,
    coldCount: 0,
    evidence: [],
    ...told,
  };
}

describe('a leak is as sure as its witness', () => {
  const seenBy = (growthToldBy: 'inside' | 'kills' | 'running-maximum') =>
    recogniseModes({
      components: [
        {
          component: 'checkout',
          archetypes: ['request-response'],
          requestCount: 4000,
          memory: { oomCount: 0, growth: 'leaking', growthToldBy },
        },
      ],
    }).find(({ modeId }) => modeId === 'heap-leak');

  test('shown by the agent inside the process, or by kills at the limit', () => {
    expect(seenBy('inside')?.certainty).toBe('shown');
    expect(seenBy('kills')?.certainty).toBe('shown');
  });

  test('suspected where only the running maximum rises, and what is missing is said', () => {
    const mode = seenBy('running-maximum');
    expect(mode?.certainty).toBe('suspected');
    expect(mode?.missing.join()).toContain('our agent inside, or kills at the limit');
  });
});
