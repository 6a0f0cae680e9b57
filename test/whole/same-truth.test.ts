/**
 * One truth, written in every shape: the numbers and findings must be those of the truth, whatever the envelope.
 *
 * Where a shape does not carry a fact, it is named in `lacks`, and only then an answer may be missing:
 *   functions   the files do not name their function; the user says `--function`, one function at a time
 *   streams     sandboxes cannot be told apart, so nothing that happens between two invocations of one can be seen, and
 *               lines without a request id (Python's thrown errors) find no owner
 *   times       platform lines have no time
 *   order       newest first: lines of one millisecond stand the wrong way round, and a line without a request id that is
 *               as old as its invocation's end finds no owner
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze, type Report } from '@nightlight/analyzer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, FunctionAnswer } from '../../fixtures/generator/answer.ts';
import type { LogFormat } from '../../fixtures/generator/message.ts';
import type { ScenarioName } from '../../fixtures/generator/scenarios.ts';
import type { ShapeName } from '../../fixtures/generator/shapes.ts';
import { type Fixture, writeFixture } from '../../fixtures/generator/write-fixture.ts';

type Lack = 'functions' | 'streams' | 'times';
interface ShapeUnderTest {
  readonly shape: ShapeName;
  readonly logFormat: LogFormat;
  readonly lacks: readonly Lack[];
}

const both = (shape: ShapeName, ...lacks: Lack[]): ShapeUnderTest[] => [
  { shape, logFormat: 'text', lacks },
  { shape, logFormat: 'json', lacks },
];
const SHAPES: readonly ShapeUnderTest[] = [
  ...both('s3-export'),
  ...both('insights-query-results'),
  ...both('insights-console-json'),
  ...both('insights-csv'),
  ...both('subscription'),
  ...both('subscription-json'),
  ...both('subscription-payload'),
  ...both('otlp-json'),
  ...both('filter-log-events', 'functions'),
  ...both('get-log-events', 'functions'),
  ...both('logs-tail', 'functions'),
  ...both('logs-tail-json', 'functions'),
  ...both('sam-logs', 'functions'),
  ...both('telemetry', 'functions'),
  ...both('console-csv', 'functions', 'streams'),
  ...both('logs-tail-short', 'functions', 'streams'),
  { shape: 'json-lines', logFormat: 'json', lacks: ['functions', 'streams'] },
  // The formatter of Serverless prints no time beside a platform line, and bare messages never had one.
  { shape: 'serverless-logs', logFormat: 'text', lacks: ['functions', 'streams', 'times'] },
  { shape: 'plain-text', logFormat: 'text', lacks: ['functions', 'streams', 'times'] },
];

const SEED = 11;
const folder = mkdtempSync(join(tmpdir(), 'nightlight-truth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(SHAPES)('an incident as $shape with $logFormat messages', ({ shape, logFormat, lacks }) => {
  let answer: Answer;
  let reports: ReadonlyMap<string, Report>;
  beforeAll(async () => {
    const fixture = written('incident', shape, logFormat);
    answer = fixture.answer;
    reports = await reportsOf(fixture, lacks);
  });

  test('every attempt is counted once, with its outcome, its retries and its bill', () => {
    for (const [name, truth] of Object.entries(answer.functions)) {
      const ownerless = leavesOwnerless(lacks) && name === 'email-worker';
      expect({ [name]: numbersOf(reports.get(name)!, name, ownerless) }).toEqual({ [name]: wantedNumbers(truth, ownerless) });
    }
  });

  test('cold starts of every kind and the processes of each sandbox are told apart', () => {
    for (const [name, truth] of Object.entries(answer.functions)) {
      const report = reports.get(name)!;
      const byKind = merged(report.coldStarts.filter((each) => each.functionName === name).map((each) => each.byKind));
      if (lacks.includes('streams')) {
        expect({ [name]: byKind['on-demand'] }).toEqual({ [name]: truth.coldByKind['on-demand'] });
        continue;
      }
      if (leavesOwnerless(lacks) && name === 'email-worker') continue;
      expect({ [name]: byKind }).toEqual({ [name]: truth.coldByKind });
      expect({ [name]: sectionOf(report, name).sandboxCount }).toEqual({ [name]: truth.sandboxCount });
    }
  });

  test('what is expected is found, and the healthy functions are left in peace', () => {
    for (const { kind, functionName } of answer.expects) {
      if (lacks.includes('streams') && kind === 'fast-leak') continue;
      if (leavesOwnerless(lacks) && functionName === 'email-worker') continue;
      // Told by the version's first event, which `test.fails` below asks for where streams are not named.
      if (lacks.includes('times') && kind === 'cold-start-storm') continue;
      const kinds = reports
        .get(functionName)!
        .findings.filter((finding) => finding.functionName === functionName)
        .map((finding) => finding.kind);
      expect({ [functionName]: kinds }).toEqual({ [functionName]: expect.arrayContaining([kind]) });
    }
    for (const name of answer.healthyFunctions) expect(alarms(reports.get(name)!, name)).toEqual([]);
  });
});

describe.each<ScenarioName>(['healthy', 'fast-leak', 'snapstart', 'managed-instances'])('%s, as a subscription delivers it', (scenario) => {
  test('the expected findings appear, the others do not, and the counts are those of the truth', async () => {
    const fixture = written(scenario, 'subscription', 'text');
    const report = await analyze([fixture.dataFolder], {});
    for (const { kind, functionName } of fixture.answer.expects) {
      expect(report.findings.filter((finding) => finding.functionName === functionName).map((finding) => finding.kind)).toContain(kind);
    }
    for (const name of fixture.answer.healthyFunctions) expect(alarms(report, name)).toEqual([]);
    for (const [name, truth] of Object.entries(fixture.answer.functions)) {
      expect(sectionOf(report, name).invocationCount).toBe(truth.invocationCount);
      expect(sectionOf(report, name).statusCounts).toMatchObject(truth.statusCounts);
    }
  });
});

test('throttled requests write no log line: only the metrics beside the logs give them away', async () => {
  const { dataFolder, answer } = written('throttled', 'subscription', 'text');
  const report = await analyze([dataFolder], {});
  expect(report.traffic.find((each) => each.functionName === 'ingest')?.throttleCount).toBe(answer.throttleCounts.ingest);
  expect(report.findings.filter((finding) => finding.kind === 'throttle').map((finding) => finding.functionName)).toEqual(['ingest']);
  expect(alarms(report, 'ingest-twin')).toEqual([]);

  const logsAlone = await analyze([join(dataFolder, 'orders-1-2026-11-21-00-30-00.gz')], {});
  expect(logsAlone.findings.filter((finding) => finding.kind === 'throttle')).toEqual([]);
});

test('the same metrics are read from get-metric-data and from get-metric-statistics', async () => {
  const data = await analyze([written('incident', 'metric-data', 'text').dataFolder], {});
  const { dataFolder, answer } = written('incident', 'metric-statistics', 'text');
  const statistics = await analyze([dataFolder], {});
  const attempts = Object.values(answer.functions).reduce((sum, each) => sum + each.invocationCount, 0);
  for (const report of [data, statistics]) {
    const invocations = report.metrics.filter((metric) => metric.name === 'Invocations' || metric.name.endsWith(' Invocations'));
    expect(invocations.reduce((sum, metric) => sum + metric.sum, 0)).toBe(attempts);
  }
});

test('records of our agent alone name each function and count what it served', async () => {
  const { dataFolder, answer } = written('incident', 'agent-lines', 'text');
  const report = await analyze([dataFolder], {});
  for (const [name, { statusCounts }] of Object.entries(answer.functions)) {
    const section = sectionOf(report, name);
    // A process that never came up writes nothing, and a request cut off by the export's end has no line yet.
    expect({ [name]: section.statusCounts.success }).toEqual({ [name]: statusCounts.success });
    // A request and its retry may have run one after the other in one sandbox: two records, not one.
    expect({ [name]: section.statusCounts.error }).toEqual({ [name]: statusCounts.error });
  }
});

test('a new version is noticed in an export that names no streams', async () => {
  const reports = await reportsOf(written('incident', 'console-csv', 'text'), ['functions']);
  expect(reports.get('checkout')!.changes.map((change) => change.what)).toEqual(['version 42 first seen (before: 41)']);
});

test('Lambda Insights gives metrics of every function, and none of its events is taken for an error', async () => {
  const { dataFolder, answer } = written('incident', 'lambda-insights', 'text');
  const report = await analyze([dataFolder], {});
  const named = new Set(report.metrics.map((metric) => metric.dimensions.function_name));
  expect([...named].sort()).toEqual(Object.keys(answer.functions).sort());
  expect(report.failures).toEqual([]);
});

/** Python names no request when it prints a thrown error. */
function leavesOwnerless(lacks: readonly Lack[]): boolean {
  return lacks.includes('streams');
}

function written(scenario: ScenarioName, shape: ShapeName, logFormat: LogFormat): Fixture {
  return writeFixture({ scenario, shape, logFormat, seed: SEED, folder: join(folder, `${scenario}-${shape}-${logFormat}`) });
}

/** By function: the one report of all, or one report for each function that the user had to name. */
async function reportsOf({ dataFolder, answer }: Fixture, lacks: readonly Lack[]): Promise<Map<string, Report>> {
  const names = Object.keys(answer.functions);
  if (!lacks.includes('functions')) {
    const report = await analyze([dataFolder], { workers: 1 });
    return new Map(names.map((name) => [name, report]));
  }
  const reports = new Map<string, Report>();
  for (const functionName of names) {
    const own = readdirSync(dataFolder).filter((entry) => entry === functionName || entry.startsWith(`${functionName}.`));
    const paths = own.sort().map((entry) => join(dataFolder, entry));
    reports.set(functionName, await analyze(paths, { functionName, workers: 1 }));
  }
  return reports;
}

function numbersOf(report: Report, name: string, ownerless: boolean) {
  const section = sectionOf(report, name);
  const cost = report.cost.functions.find((each) => each.functionName === name);
  const memoryMb = section.memorySizesMb[0]!;
  const { unknown: _unknown, ...statusCounts } = section.statusCounts;
  return {
    invocationCount: section.invocationCount,
    versions: [...section.versions].sort(),
    memorySizesMb: section.memorySizesMb,
    billedMsSum: Math.round(((cost?.gbSeconds ?? 0) * 1000 * 1024) / memoryMb),
    ...(!ownerless && {
      statusCounts,
      retries: section.retries && {
        failedRequestCount: section.retries.failedRequestCount,
        retriedRequestCount: section.retries.retriedRequestCount,
        recoveredRequestCount: section.retries.recoveredRequestCount,
        retryAttemptCount: section.retries.retryAttemptCount,
        mostAttempts: section.retries.mostAttempts,
      },
      failureGroups: report.failures
        .filter((each) => each.functionName === name && each.rate.count > 0)
        .map((each) => `${each.status} ${each.type} ${each.rate.count}`)
        .sort(),
    }),
  };
}

function wantedNumbers(truth: FunctionAnswer, ownerless: boolean): ReturnType<typeof numbersOf> {
  return {
    invocationCount: truth.invocationCount,
    versions: [...truth.versions],
    memorySizesMb: truth.memorySizesMb,
    billedMsSum: truth.billedMsSum,
    ...(!ownerless && {
      statusCounts: truth.statusCounts,
      retries: truth.retries,
      failureGroups: truth.failureGroups.map((each) => `${each.status} ${each.type} ${each.count}`).sort(),
    }),
  };
}

function sectionOf(report: Report, name: string) {
  const section = report.functions.find((each) => each.functionName === name);
  if (section === undefined)
    throw new Error(`no function ${name}; the report names ${report.functions.map((each) => each.functionName).join(', ')}`);
  return section;
}

function merged(counts: readonly Readonly<Partial<Record<string, number>>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [kind, count] of counts.flatMap((each) => Object.entries(each))) if (count) all[kind] = (all[kind] ?? 0) + count;
  return all;
}

/** Whatever says that a function's users are hurt, or will be. */
function alarms(report: Report, name: string): string[] {
  return report.findings
    .filter((finding) => finding.functionName === name && (finding.harm === 'users' || finding.harm === 'soon'))
    .map((finding) => `${finding.kind}: ${finding.why}`);
}
