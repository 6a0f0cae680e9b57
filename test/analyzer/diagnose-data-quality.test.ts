import { expect, test } from 'vitest';
import { dataQualityFindings, dataQualitySection } from '../../analyzer/src/diagnose/data-quality.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import {
  addAnomaly,
  addConfiguration,
  addEvents,
  addFile,
  addMetric,
  addRetries,
  addSandbox,
  emptySummary,
  evidenceAt,
  MINUTE_MS,
  NOON_MS,
} from '../support/summary-builder.ts';

function findingsOf(summary: Summary) {
  return dataQualityFindings(summary, { dataQuality: dataQualitySection(summary, {}) }, {});
}

function healthy(): Summary {
  const summary = emptySummary();
  addSandbox(summary, addConfiguration(summary, { timeoutMs: 3000 }));
  addMetric(summary, { name: 'Throttles' }, [0, 0]);
  addEvents(summary, NOON_MS, NOON_MS + 60 * MINUTE_MS);
  summary.platformLineCount = 500;
  return summary;
}

test('an input that was read whole has nothing to complain of', () => {
  const summary = healthy();
  const section = dataQualitySection(summary, {});

  expect(section).toMatchObject({
    fromMs: NOON_MS,
    toMs: NOON_MS + 59 * MINUTE_MS,
    gaps: [],
    skipped: [],
    anomalies: [],
    unfinishedCount: 0,
    sandboxesMixed: false,
    retriesComplete: true,
    cannotTell: [],
  });
  expect(findingsOf(summary)).toEqual([]);
});

test('an input without any event has no time range, not one that begins in 1970', () => {
  const section = dataQualitySection(emptySummary(), {});

  expect(section.fromMs).toBeUndefined();
  expect(section.toMs).toBeUndefined();
});

test('a hole in steady traffic becomes a finding that trips the gap gate', () => {
  const summary = healthy();
  addEvents(summary, NOON_MS + 80 * MINUTE_MS, NOON_MS + 100 * MINUTE_MS);

  expect(findingsOf(summary)).toMatchObject([
    {
      kind: 'data-gap',
      headline: 'GAP IN THE DATA',
      harm: 'data',
      gates: ['gap'],
      sinceMs: NOON_MS + 60 * MINUTE_MS,
      lastMs: NOON_MS + 80 * MINUTE_MS,
      why: "no event of any kind from 2026-11-21 13:00 UTC for 20 min, amid steady traffic: 20.2 % of the input's time is missing",
    },
  ]);
});

test('what was passed over is shown with its reason; envelopes and markers are not', () => {
  const summary = healthy();
  summary.files[0]!.skipped.set('envelope', { count: 10, bytes: 100, firstPlace: 0, found: undefined });
  summary.files[0]!.skipped.set('marker', { count: 1, bytes: 23, firstPlace: 0, found: undefined });
  expect(findingsOf(summary)).toEqual([]);

  summary.files[0]!.skipped.set('not-of-this-shape', { count: 3, bytes: 50, firstPlace: 700, found: 'row with 7 columns' });
  expect(dataQualitySection(summary, {}).skipped).toEqual([
    { path: 'export.csv', reason: 'not-of-this-shape', count: 3, bytes: 50, found: 'row with 7 columns' },
  ]);
  expect(findingsOf(summary)).toMatchObject([
    { headline: 'NOT ALL READ', why: '50 bytes (5 %) passed over: not of this shape (row with 7 columns) 3 times in export.csv' },
  ]);
});

test('an input that broke is named, and its own next step is offered', () => {
  const summary = healthy();
  addFile(summary, {
    path: 'cut.gz',
    partial: true,
    error: { code: 'READ_GZIP_TRUNCATED', message: 'cut.gz at byte 9: expected more, found the end.', next: 'Fetch cut.gz again.' },
  });

  expect(findingsOf(summary)).toMatchObject([
    {
      why: '1 input of 2 not read to the end',
      next: 'nightlight explain F-? export.csv cut.gz',
      facts: [{ name: 'cut.gz', value: 'cut.gz at byte 9: expected more, found the end. Fetch cut.gz again.' }],
      gates: ['gap'],
    },
  ]);
});

test('log records that the platform dropped are counted as lost', () => {
  const summary = healthy();
  summary.droppedRecords = 12;
  addAnomaly(summary, 'logs-dropped');

  expect(findingsOf(summary)).toMatchObject([
    { kind: 'dropped', certainty: 'proven', evidence: [{ path: 'export.csv', byteOffset: 512, at: '2026-11-21T12:00:00.000Z' }] },
  ]);
});

test('each blind spot of an input is said in a sentence of its own', () => {
  const summary = emptySummary();
  addSandbox(summary, addConfiguration(summary, { functionName: '(unnamed)', version: '$LATEST', memorySizeMb: 0 }), { isolated: false });
  addRetries(summary, '(unnamed)', { complete: false });
  summary.applicationLineCount = 40;
  const { cannotTell, sandboxesMixed, retriesComplete } = dataQualitySection(summary, {});

  expect(sandboxesMixed).toBe(true);
  expect(retriesComplete).toBe(false);
  expect(cannotTell.map((sentence) => sentence.split(', because ')[0])).toEqual([
    'durations, memory and how many requests there were',
    'which sandbox a line came from, and so memory growth per sandbox',
    'which function some of the lines belong to',
    'who was throttled or dropped',
    'when new code was deployed to every function here',
    'how near attempts come to a timeout that none of them has run into yet',
    'memory and cost of 1 configuration',
    'how many requests were retried',
  ]);
});

test('events that nobody understood are kept with their count, the most frequent first', () => {
  const summary = healthy();
  summary.unknownShapes.set('# tick', { count: 2, evidence: evidenceAt(NOON_MS, 10) });
  summary.unknownShapes.set('<xml', { count: 30, evidence: evidenceAt(NOON_MS, 20) });

  expect(dataQualitySection(summary, {}).unknownShapes.map(({ shape, count }) => [shape, count])).toEqual([
    ['<xml', 30],
    ['# tick', 2],
  ]);
});

test('logs that hold fewer invocations than CloudWatch counted are incomplete', () => {
  const summary = healthy();
  addConfiguration(summary, { perMinute: new Array(60).fill({ invocations: 6 }) });
  addMetric(summary, { name: 'Invocations' }, new Array(60).fill(10));

  expect(findingsOf(summary)).toMatchObject([{ headline: 'LOGS INCOMPLETE', functionName: 'checkout', gates: ['gap'], harm: 'data' }]);
  expect(findingsOf(summary)[0]!.why).toBe(
    'CloudWatch counted 580 invocations from 2026-11-21 12:01 UTC to 2026-11-21 12:59 UTC, the logs hold 348 of them (60 %)',
  );
});

test('logs that hold what CloudWatch counted are complete, though the metric reaches further and knows other functions', () => {
  const summary = healthy();
  addConfiguration(summary, { perMinute: new Array(60).fill({ invocations: 10 }) });
  addMetric(summary, { name: 'Invocations', atMs: NOON_MS - 60 * MINUTE_MS }, new Array(180).fill(10));
  addMetric(summary, { name: 'Invocations', dimensions: { FunctionName: 'email' } }, new Array(60).fill(10));

  expect(findingsOf(summary)).toEqual([]);
});

test('an answer that says itself that it is not whole is told, though every byte of it was read', () => {
  const marker = (found: string) => new Map([['marker', { count: 1, bytes: 12, firstPlace: 0, found }]]);
  const running = emptySummary();
  addFile(running, {
    path: 'answer.json',
    shape: 'insights-json',
    skipped: marker('query with status Running: its rows are not all') as never,
  });
  const findings = dataQualityFindings(running, { dataQuality: dataQualitySection(running, {}) }, {});
  expect(findings).toMatchObject([{ headline: 'INPUT INCOMPLETE', harm: 'data', certainty: 'proven', gates: ['gap'] }]);
  expect(findings[0]!.why).toBe('answer.json is not the whole answer: query with status Running: its rows are not all');

  const control = emptySummary();
  addFile(control, { shape: 'subscription', skipped: marker('control message') as never });
  expect(dataQualityFindings(control, { dataQuality: dataQualitySection(control, {}) }, {})).toEqual([]);
});
