import { expect, test } from 'vitest';
import { extensionFindings, extensionSection } from '../../analyzer/src/diagnose/extensions.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addInit, emptySummary } from '../support/summary-builder.ts';

test('an extension that is alone has the overhead to itself', () => {
  const summary = emptySummary();
  addConfiguration(summary, { extensions: new Map([['tracer', 4]]), extensionOverheadCount: 10, extensionOverheadMsSum: 120 });
  const [row] = extensionSection(summary);
  expect(row).toMatchObject({ functionName: 'checkout', name: 'tracer', sandboxCount: 4, meanOverheadMs: 12 });
  expect(row!.cannotSeparateBecause).not.toContain('extensionOverhead');
});

test('the overhead of two extensions is given as that of both together', () => {
  const summary = emptySummary();
  addConfiguration(summary, {
    extensions: new Map([
      ['tracer', 4],
      ['secrets', 4],
    ]),
    extensionOverheadCount: 10,
    extensionOverheadMsSum: 120,
  });
  const rows = extensionSection(summary);
  expect(rows.map(({ name, meanOverheadMs }) => [name, meanOverheadMs])).toEqual([
    ['secrets', 12],
    ['tracer', 12],
  ]);
  expect(rows[0]!.cannotSeparateBecause).toContain('one figure for secrets, tracer together');
});

test('without a line that tells the overhead it is absent, not 0', () => {
  const summary = emptySummary();
  addConfiguration(summary, { extensions: new Map([['tracer', 4]]) });
  expect(extensionSection(summary)[0]!.meanOverheadMs).toBeUndefined();
  expect(extensionSection(summary)[0]!.cannotSeparateBecause).toContain('no line of this input tells extensionOverhead');
});

test('a version that starts 400 ms slower with an extension is compared with the one without', () => {
  const summary = emptySummary();
  starts(summary, { version: '7', initMs: 300, count: 30 });
  starts(summary, { version: '8', initMs: 700, count: 30, extension: 'tracer' });
  const [row] = extensionSection(summary);
  expect(row!.initDifferenceMs).toBeCloseTo(400, 0);
  expect(row).toMatchObject({ sandboxCount: 30 });
  const [finding] = extensionFindings(summary, { changes: [] });
  expect(finding).toMatchObject({ kind: 'extension-cost', certainty: 'suspected', affectedCount: 30, gates: ['cold', 'any'] });
  expect(finding!.why).toContain('with tracer (30 starts)');
});

test('the healthy twin whose starts are alike with and without it is quiet', () => {
  const summary = emptySummary();
  starts(summary, { version: '7', initMs: 300, count: 30 });
  starts(summary, { version: '8', initMs: 310, count: 30, extension: 'tracer' });
  expect(extensionSection(summary)[0]!.initDifferenceMs).toBeCloseTo(10, 0);
  expect(extensionFindings(summary, { changes: [] })).toEqual([]);
});

test('where every start has the extension its part of init cannot be separated, and the row says so', () => {
  const summary = emptySummary();
  starts(summary, { version: '8', initMs: 700, count: 30, extension: 'tracer' });
  const [row] = extensionSection(summary);
  expect(row!.initDifferenceMs).toBeUndefined();
  expect(row!.cannotSeparateBecause).toContain('cannot be separated');
});

test('memory sizes are not compared with each other', () => {
  const summary = emptySummary();
  starts(summary, { version: '7', initMs: 300, count: 30, memorySizeMb: 1024 });
  starts(summary, { version: '8', initMs: 700, count: 30, memorySizeMb: 128, extension: 'tracer' });
  expect(extensionSection(summary)[0]!.initDifferenceMs).toBeUndefined();
});

test('five starts on one side are too few', () => {
  const summary = emptySummary();
  starts(summary, { version: '7', initMs: 300, count: 5 });
  starts(summary, { version: '8', initMs: 700, count: 30, extension: 'tracer' });
  expect(extensionSection(summary)[0]!.cannotSeparateBecause).toContain('too few starts');
});

test('a version of which only half the starts have the extension is not taken as one side', () => {
  const summary = emptySummary();
  starts(summary, { version: '7', initMs: 300, count: 30 });
  starts(summary, { version: '8', initMs: 700, count: 30, extension: 'tracer', registeredCount: 15 });
  expect(extensionSection(summary)[0]!.initDifferenceMs).toBeUndefined();
});

test('a function without extensions has no row', () => {
  const summary = emptySummary();
  starts(summary, { version: '7', initMs: 300, count: 30 });
  expect(extensionSection(summary)).toEqual([]);
});

function starts(
  summary: Summary,
  told: {
    readonly version: string;
    readonly initMs: number;
    readonly count: number;
    readonly memorySizeMb?: number;
    readonly extension?: string;
    readonly registeredCount?: number;
  },
): void {
  const configuration = addConfiguration(summary, {
    version: told.version,
    memorySizeMb: told.memorySizeMb ?? 512,
    extensions: new Map(told.extension === undefined ? [] : [[told.extension, told.registeredCount ?? told.count]]),
  });
  for (let i = 0; i < told.count; i++) addInit(configuration, { durationMs: told.initMs + (i % 3) - 1 });
}
