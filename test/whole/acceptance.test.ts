/**
 * Twenty oddities of real Lambda logs, each with the fields that any correct reading comes to.
 * The files are written by hand from documented shapes; what is expected stands beside each in its `.expected.json`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyze, type Report } from '@nightlight/analyzer';
import { describe, expect, test } from 'vitest';
import { parsePlatformLine } from '../../analyzer/src/parse/platform-line.ts';
import { collectAttempts } from '../support/collect-attempts.ts';

const folder = fileURLToPath(new URL('../../fixtures/edge-cases/', import.meta.url));
const names = readdirSync(folder);
const cases = names
  .filter((name) => name.endsWith('.expected.json'))
  .map((name) => {
    const stem = name.slice(0, -'.expected.json'.length);
    const data = names.find((other) => other !== name && (other === stem || other.startsWith(`${stem}.`)));
    return { stem, path: `${folder}${data}`, expected: JSON.parse(readFileSync(folder + name, 'utf8')) as Expected };
  });

interface Expected {
  readonly says: string;
  readonly settings?: { readonly functionName: string };
  /** null: the fact must be absent. */
  readonly attempts?: readonly Record<string, string | number | boolean | null>[];
  readonly report?: ExpectedReport;
}

interface ExpectedReport {
  readonly exit?: number;
  readonly errorCode?: string;
  readonly errorMentions?: string;
  readonly failedFileCount?: number;
  readonly functionName?: string;
  readonly invocationCount?: number;
  readonly statusCounts?: Readonly<Record<string, number>>;
  readonly coldCount?: number;
  readonly coldByKind?: Readonly<Record<string, number>>;
  readonly coldMaxMs?: number;
  readonly billedMsSum?: number;
  readonly usd?: number;
  readonly sandboxCount?: number;
  readonly oomCount?: number;
  /** One of these verdicts. */
  readonly growth?: readonly string[];
  readonly retries?: Readonly<Record<string, number>>;
  readonly failures?: readonly Readonly<Record<string, string | number>>[];
  readonly anomalies?: Readonly<Record<string, number>>;
  readonly absentAnomalies?: readonly string[];
}

describe.each(cases.filter((each) => each.expected.attempts !== undefined && each.expected.report?.errorCode === undefined))(
  '$stem: $expected.says',
  ({ path, expected }) => {
    test('every attempt has exactly the facts that its lines told', async () => {
      const { attempts } = await collectAttempts(path, expected.settings?.functionName);
      const wanted = expected.attempts ?? [];
      const told = attempts.map((attempt, i) => {
        const asked = Object.keys(wanted[i] ?? { requestId: '' }) as (keyof typeof attempt)[];
        return Object.fromEntries(asked.map((key) => [key, attempt[key] ?? null]));
      });
      expect(told).toEqual(wanted);
    });
  },
);

describe.each(cases.filter((each) => each.expected.report !== undefined))('$stem: $expected.says', ({ path, expected }) => {
  test('the report says so', async () => {
    const report = await analyze([path], expected.settings ?? {});
    expect(answersTo(expected.report!, report)).toEqual(expected.report);
  });
});

interface Variant {
  readonly says: string;
  readonly line: string;
  readonly expected: Readonly<Record<string, string | number | boolean>>;
}
const variants: readonly Variant[] = JSON.parse(readFileSync(`${folder}report-variants.json`, 'utf8'));

test.each(variants)('a REPORT line is read with all its fields: $says', ({ line, expected }) => {
  const { head, dialect, ...told } = parsePlatformLine(line) ?? { head: 'nothing' };
  expect(head).toBe('REPORT');
  expect(told).toEqual(Object.fromEntries(Object.entries(expected).filter(([key]) => key !== 'dialect')));
  if (expected.dialect !== undefined) expect(dialect).toBe(expected.dialect);
});

/** The same questions that `wanted` answers, answered from the report. */
function answersTo(wanted: ExpectedReport, report: Report): ExpectedReport {
  const name = wanted.functionName ?? 'orders';
  const of = report.functions.find((each) => each.functionName === name);
  const colds = report.coldStarts.filter((each) => each.functionName === name);
  const memory = report.memory.filter((each) => each.functionName === name);
  const failed = report.input.files.find((file) => file.error !== undefined)?.error;
  const anomalies = new Map(report.dataQuality.anomalies.map((each) => [each.anomaly as string, each.count]));
  const cost = report.cost.functions.find((each) => each.functionName === name);
  const told: Record<keyof ExpectedReport, () => unknown> = {
    exit: () => report.exit,
    errorCode: () => failed?.code,
    errorMentions: () => (failed?.message.includes(wanted.errorMentions!) ? wanted.errorMentions : failed?.message),
    failedFileCount: () => report.input.failedFileCount,
    functionName: () => of?.functionName,
    invocationCount: () => of?.invocationCount ?? 0,
    statusCounts: () => picked(wanted.statusCounts!, of?.statusCounts),
    coldCount: () => sum(colds.map((each) => each.cold?.count ?? 0)),
    coldByKind: () => picked(wanted.coldByKind!, colds[0]?.byKind),
    coldMaxMs: () => nearly(wanted.coldMaxMs!, report.latency.find((each) => each.functionName === name)?.cold.maxMs),
    billedMsSum: () => nearly(wanted.billedMsSum!, cost && (cost.gbSeconds * 1000 * 1024) / memory[0]!.memorySizeMb!),
    usd: () => cost?.usd ?? 0,
    sandboxCount: () => of?.sandboxCount,
    oomCount: () => sum(memory.map((each) => each.oomCount)),
    growth: () =>
      memory.every((each) => wanted.growth!.includes(each.growth.kind)) ? wanted.growth : memory.map((each) => each.growth.kind),
    retries: () => picked(wanted.retries!, of?.retries),
    failures: () =>
      wanted.failures!.map((failure) => {
        const match = report.failures.find((each) => each.functionName === name && each.type === failure.type);
        return match && picked(failure, { ...match, count: match.rate.count });
      }),
    anomalies: () => picked(wanted.anomalies!, Object.fromEntries(anomalies)),
    absentAnomalies: () => wanted.absentAnomalies!.filter((kind) => !anomalies.has(kind)),
  };
  return Object.fromEntries((Object.keys(wanted) as (keyof ExpectedReport)[]).map((key) => [key, told[key]()]));
}

function picked(wanted: object, from: object | undefined): object {
  const found = (from ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key] ?? 0]));
}

/** Histograms keep two significant digits: within one percent it is the same number. */
const nearly = (wanted: number, found: number | undefined): number | undefined =>
  found !== undefined && Math.abs(found - wanted) <= wanted * 0.01 ? wanted : found;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
