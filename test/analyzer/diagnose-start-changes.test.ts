import { describe, expect, test } from 'vitest';
import { coldStartAdvice } from '../../analyzer/src/diagnose/cold-start-advice.ts';
import { coldStartCauses } from '../../analyzer/src/diagnose/cold-start-causes.ts';
import { initRegressionFindings, initRegressions } from '../../analyzer/src/diagnose/init-regression.ts';
import { BUILT_IN_PRICES } from '../../analyzer/src/diagnose/prices.ts';
import { emptyTally } from '../../analyzer/src/store/agent-tally.ts';
import type { ConfigurationSummary, Summary } from '../../analyzer/src/store/summary.ts';
import { seededRandom } from '../lab/seeded-random.mjs';
import { addConfiguration, addInit, addMetric, emptySummary, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

function addInits(configuration: ConfigurationSummary, seed: number, count: number, middleMs: number, slowShare = 0): void {
  const { uniform, normal } = seededRandom(seed);
  for (let i = 0; i < count; i++) {
    addInit(configuration, {
      atMs: configuration.firstMs + i * 1000,
      durationMs: middleMs * Math.exp(0.18 * normal()) * (uniform() < slowShare ? 2.5 : 1),
    });
  }
}

function twoVersions(counts: readonly [number, number], middles: readonly [number, number], slowAfter = 0): Summary {
  const summary = emptySummary();
  addInits(addConfiguration(summary, { version: '41' }), 1, counts[0], middles[0]);
  addInits(addConfiguration(summary, { version: '42', firstMs: NOON_MS + 60 * MINUTE_MS }), 2, counts[1], middles[1], slowAfter);
  return summary;
}

describe('inits of one version against the one before', () => {
  test('a version whose inits take a third longer is told, with the interval that holds it', () => {
    const summary = twoVersions([80, 80], [600, 800]);
    const [regression] = initRegressions(summary);
    expect(regression).toMatchObject({ versionBefore: '41', versionAfter: '42', change: { kind: 'slower' } });
    const [finding] = initRegressionFindings(summary, { changes: [] });
    expect(finding).toMatchObject({ headline: 'INIT SLOWER', version: '42', certainty: 'shown', gates: ['cold', 'any'] });
    if (regression!.change.kind === 'slower') {
      expect(regression!.change.low).toBeLessThan(800 / 600);
      expect(regression!.change.high).toBeGreaterThan(800 / 600);
    }
  });

  test('a slow mode that came says where it shows', () => {
    const { change } = initRegressions(twoVersions([200, 200], [600, 600], 0.3))[0]!;
    expect(change.kind).toBe('slower');
    if (change.kind === 'slower') expect(change.moved.map(({ quantile }) => quantile)).toContain(0.8);
    expect(initRegressionFindings(twoVersions([200, 200], [600, 600], 0.3), { changes: [] })[0]!.why).toContain('not everywhere');
  });

  test('the healthy twin is quiet, and names what would have shown', () => {
    const summary = twoVersions([80, 80], [600, 600]);
    const { change } = initRegressions(summary)[0]!;
    expect(change.kind).toBe('no-change-shown');
    if (change.kind === 'no-change-shown') {
      expect(change.detectableRatio).toBeGreaterThan(1.05);
      expect(change.detectableRatio).toBeLessThan(1.2);
    }
    expect(initRegressionFindings(summary, { changes: [] })).toEqual([]);
  });

  test('a difference that nobody notices is no finding, and 19 inits are too few for a fifth more', () => {
    expect(initRegressionFindings(twoVersions([80, 80], [60, 90]), { changes: [] })).toEqual([]);
    expect(initRegressions(twoVersions([80, 19], [600, 720]))[0]!.change).toEqual({
      kind: 'insufficient-data',
      missing: 'at least 20 on each side, found 80 before and 19 after',
    });
  });

  test('eight inits that take five times as long are enough, seven are not', () => {
    expect(initRegressions(twoVersions([17, 8], [420, 2400]))[0]!.change).toMatchObject({ kind: 'slower' });
    expect(initRegressions(twoVersions([17, 7], [420, 2400]))[0]!.change).toMatchObject({ kind: 'insufficient-data' });
  });

  test('memory sizes are never held against each other', () => {
    const summary = emptySummary();
    addInits(addConfiguration(summary, { version: '41', memorySizeMb: 512 }), 1, 80, 800);
    addInits(addConfiguration(summary, { version: '42', memorySizeMb: 1024 }), 2, 80, 400);
    expect(initRegressions(summary)).toEqual([]);
  });
});

function withAgent(configuration: ConfigurationSummary, packages: Record<string, [selfMs: number, modules: number]>): void {
  const tally = emptyTally();
  Object.assign(tally.inits, { count: 10, splitCount: 10, runtimeMs: 1000, agentMs: 100, handlerMs: 4000 });
  for (const [name, [selfMs, moduleCount]] of Object.entries(packages)) {
    tally.inits.packages.set(name, { selfMs: selfMs * 10, moduleCount: moduleCount * 10, startCount: 10 });
  }
  configuration.agent = tally;
}

describe('causes', () => {
  test('name the package with the most own time, and leave small ones out', () => {
    const summary = emptySummary();
    const configuration = addConfiguration(summary);
    addInits(configuration, 1, 60, 500);
    withAgent(configuration, { 'aws-sdk': [300, 400], tiny: [2, 3] });
    const [{ causes, notTold }] = coldStartCauses(summary) as [ReturnType<typeof coldStartCauses>[number]];
    expect(causes.map((cause) => (cause.kind === 'package' ? cause.name : cause.kind === 'phase' ? cause.phase : cause.kind))).toEqual([
      'handler',
      'aws-sdk',
      'runtime',
    ]);
    expect(notTold).toEqual([]);
  });

  test('tell two kinds of init apart, and of lines alone what is missing', () => {
    const summary = emptySummary();
    addInits(addConfiguration(summary), 3, 300, 500, 0.3);
    const [found] = coldStartCauses(summary);
    expect(found!.causes).toMatchObject([{ kind: 'two-modes' }]);
    expect(found!.notTold).toEqual(['what an init spends its time on: no line of the agent tells']);
  });

  test('a storm stands with the age of the queue behind it', () => {
    const summary = emptySummary();
    addInits(addConfiguration(summary, { version: '41', perMinute: Array.from({ length: 60 }, () => ({ invocations: 100 })) }), 1, 3, 300);
    const to = addConfiguration(summary, {
      version: '42',
      firstMs: NOON_MS + 60 * MINUTE_MS,
      perMinute: Array.from({ length: 30 }, () => ({ invocations: 20 })),
    });
    for (let i = 0; i < 40; i++) addInit(to, { atMs: to.firstMs + i * 1000 });
    addMetric(summary, { name: 'AsyncEventAge', statistic: 'Maximum', unit: 'Milliseconds', atMs: to.firstMs }, [100, 9000, 400]);
    const storm = coldStartCauses(summary)
      .flatMap(({ causes }) => causes)
      .find(({ kind }) => kind === 'storm');
    expect(storm).toMatchObject({ coldCount: 40, queueAge: { oldestMs: 9000, atMs: to.firstMs + MINUTE_MS } });
  });
});

describe('advice', () => {
  function hourOf(memorySizeMb: number): { summary: Summary; configuration: ConfigurationSummary } {
    const summary = emptySummary();
    const configuration = addConfiguration(summary, {
      memorySizeMb,
      version: '7',
      perMinute: Array.from({ length: 60 }, () => ({ invocations: 100, busyMs: 90_000 })),
      billedCount: 6000,
      billedMsSum: 6000 * 100,
      billedInitMsSum: 60 * 500,
    });
    summary.lastMs = summary.firstMs + 3_600_000;
    addInits(configuration, 1, 60, 500);
    return { summary, configuration };
  }

  test('reckons provisioned concurrency from the busiest minute', () => {
    const { summary } = hourOf(1024);
    const [advice] = coldStartAdvice(summary, BUILT_IN_PRICES);
    expect(advice!.coldPerDay).toBeCloseTo(60 * 24, 6);
    const option = advice!.options.find(({ kind }) => kind === 'provisioned-concurrency')!;
    // Two sandboxes of 1 GB ready for a day, less cheaper work (570 s an hour) and init (30 s an hour).
    const expected = 2 * 86_400 * 0.0000041667 - 24 * 570 * (0.0000166667 - 0.0000097222) - 24 * 30 * 0.0000166667;
    expect(option.usdPerDay).toBeCloseTo(expected, 9);
    expect(option.next).toBe(
      'aws lambda put-provisioned-concurrency-config --function-name checkout --qualifier 7 --provisioned-concurrent-executions 2',
    );
  });

  test('reckons lazy loading from the own time of a package, and asks for the agent without it', () => {
    const { summary, configuration } = hourOf(1024);
    expect(coldStartAdvice(summary, BUILT_IN_PRICES)[0]!.options.find(({ kind }) => kind === 'lazy-load')!.effect).toMatchObject({
      kind: 'cannot-tell',
    });
    withAgent(configuration, { 'aws-sdk': [120, 300] });
    const options = coldStartAdvice(summary, BUILT_IN_PRICES)[0]!.options;
    expect(options.find(({ kind }) => kind === 'lazy-load')!.effect).toEqual({ kind: 'reckoned', sparedMs: 120, startsPerDay: 1440 });
    expect(options.find(({ kind }) => kind === 'bundle')!.arithmetic).toContain('300 modules');
  });

  test('says of more memory only what another size has shown', () => {
    const { summary } = hourOf(512);
    const memory = () =>
      coldStartAdvice(summary, BUILT_IN_PRICES)
        .find(({ memorySizeMb }) => memorySizeMb === 512)!
        .options.find(({ kind }) => kind === 'more-memory')!;
    expect(memory().effect).toEqual({ kind: 'cannot-tell', missing: '20 inits at a larger size; only 512 MB was seen' });
    addInits(addConfiguration(summary, { version: '8', memorySizeMb: 1024, billedCount: 100, billedMsSum: 6000 }), 4, 60, 300);
    expect(memory().effect).toMatchObject({ kind: 'reckoned' });
    expect(memory().next).toBe('aws lambda update-function-configuration --function-name checkout --memory-size 1024');
  });

  test('has none for a function without cold starts', () => {
    const summary = emptySummary();
    addConfiguration(summary);
    summary.lastMs = summary.firstMs + 3_600_000;
    expect(coldStartAdvice(summary, BUILT_IN_PRICES)).toEqual([]);
  });
});
