/** From printed lines to groups: what is one failure, what is two, and which lines it leads to. */
import { expect, test } from 'vitest';
import { Assembler } from '../../analyzer/src/assemble/index.ts';
import { failureSection } from '../../analyzer/src/diagnose/failures.ts';
import { hashOfOrigin } from '../../analyzer/src/parse/error-origin.ts';
import { EventParser } from '../../analyzer/src/parse/event-parser.ts';
import { emptySummary } from '../../analyzer/src/store/empty-summary.ts';
import { mergeSummaries } from '../../analyzer/src/store/merge-summaries.ts';
import { Summarizer } from '../../analyzer/src/store/summarizer.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { endLine, reportLine, requestId, startLine } from '../support/assemble-lines.ts';
import { addConfiguration, addFailure } from '../support/summary-builder.ts';

const START_MS = 1_795_226_400_000;

/** Each text fails the next invocation. */
function summaryOf(thrown: readonly string[], version = '7'): Summary {
  const summarizer = new Summarizer();
  const parser: EventParser = new EventParser(summarizer, {}, () => assembler.consume());
  const assembler: Assembler = new Assembler(parser, summarizer);
  summarizer.attach(parser);
  parser.beginFile(0, 'input');
  const stream = parser.stream({ functionName: 'checkout', logStream: `2026/11/21/[${version}]0123456789abcdef0123456789abcdef` });
  let place = 0;
  thrown.forEach((text, i) => {
    const lines = [
      startLine(i).replace('Version: 7', `Version: ${version}`),
      `2026-11-21T02:00:00.000Z\t${requestId(i)}\tERROR\tInvoke Error \t${text}`,
      endLine(i),
      reportLine(i, 10, 60),
    ];
    for (const line of lines) {
      const bytes = Buffer.from(line);
      parser.event(stream, START_MS + place, bytes, 0, bytes.length, place++);
    }
  });
  assembler.finish();
  summarizer.closeStreams();
  summarizer.close();
  return summarizer.summary;
}

function errorJson(message: string, frames: readonly string[], extra: object = {}): string {
  return JSON.stringify({
    errorType: 'Error',
    errorMessage: message,
    ...extra,
    stack: [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)],
  });
}

const ofPrice = ['priceOf (/var/task/price.js:10:5)', 'async handler (/var/task/index.js:3:9)'];
const ofStock = ['stockOf (/var/task/stock.js:44:7)', 'async handler (/var/task/index.js:4:9)'];

test('the same words from two functions are two failures, and each leads to its own lines', () => {
  const summary = summaryOf([errorJson('not found', ofPrice), errorJson('not found', ofStock), errorJson('not found', ofPrice)]);
  const sections = failureSection(summary, {});

  expect(sections.map(({ rate, identity }) => [identity!.functions, rate.count])).toEqual([
    [['priceOf'], 2],
    [['stockOf'], 1],
  ]);
  expect(sections[0]!.fingerprint).toMatch(/^v1:[0-9a-f]{10}$/);
  expect(sections[0]!.fingerprint).not.toBe(sections[1]!.fingerprint);
  expect(sections.map(({ evidence }) => evidence.map(({ byteOffset }) => byteOffset))).toEqual([[3, 11], [7]]);
  expect(sections[0]!.identity!.looksLike).toEqual([sections[1]!.fingerprint]);
});

test('another line, folder and caller of the next build change nothing', () => {
  const moved = ['priceOf (/var/task/dist/chunk-8fa1b2c3.js:912:15)', 'async handler (/var/task/dist/chunk-8fa1b2c3.js:7:1)'];
  const summary = emptySummary();
  mergeSummaries(summary, summaryOf([errorJson('order 4711 not found', ofPrice)], '7'));
  mergeSummaries(summary, summaryOf([errorJson('order 9 not found', moved)], '8'));
  const [section, ...others] = failureSection(summary, {});

  expect(others).toEqual([]);
  expect(section).toMatchObject({ rate: { count: 2 }, identity: { basis: 'function', builds: ['7', '8'] } });
  expect(failureSection(summaryOf([errorJson('order 5 not found', ofPrice)]), {})[0]!.fingerprint).toBe(section!.fingerprint);
});

test('what caused it tells failures apart that are worded alike', () => {
  const cause = (errorMessage: string) => ({ cause: { errorType: 'Error', errorMessage, stack: [`Error: ${errorMessage}`] } });
  const summary = summaryOf([
    errorJson('could not save', ofPrice, cause('duplicate key')),
    errorJson('could not save', ofPrice, cause('connection lost')),
  ]);
  expect(failureSection(summary, {}).map(({ causes }) => causes)).toEqual([['Error: duplicate key'], ['Error: connection lost']]);
});

test('a minified build without a source map is told as what it is', () => {
  const minified = ['t (/var/task/index.js:1:48211)', 'async Xe (/var/task/index.js:1:90122)'];
  expect(failureSection(summaryOf([errorJson('not found', minified)]), {})[0]!.identity).toMatchObject({
    functions: [],
    basis: 'minified',
  });
});

test('whichever thread saw which half, the groups and their ids are the same', () => {
  const texts = Array.from({ length: 60 }, (_, i) =>
    errorJson(`tenant ${'abcdefghijkl'[i % 12]} not found`, i % 3 === 0 ? ofStock : ofPrice),
  );
  const halves = () => [summaryOf(texts.filter((_, i) => i % 2 === 0)), summaryOf(texts.filter((_, i) => i % 2 === 1))];
  const added = (parts: readonly Summary[]) => {
    const summary = emptySummary();
    for (const part of parts) mergeSummaries(summary, structuredClone(part));
    return failureSection(summary, {}).map(({ fingerprint, rate, identity }) => [fingerprint, rate.count, identity!.kindCount]);
  };
  expect(added(halves())).toEqual(added(halves().reverse()));
  expect(added(halves())).toHaveLength(2);
});

test('a flood of failures that have nothing in common is counted to the last one, and told in a bounded number of groups', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 10_000 });
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (let i = 0; i < 600; i++) {
    const name = `${letters[i % 26]}${letters[Math.floor(i / 26)]}Step`;
    addFailure(summary, { maskedMessage: 'failed', stack: [`${name} (/var/task/index.js:10:5)`], count: i < 5 ? 10 : 1 });
  }
  const sections = failureSection(summary, {});
  expect(sections.length).toBeLessThanOrEqual(301);
  expect(sections.reduce((sum, { rate }) => sum + rate.count, 0)).toBe(645);
  expect(sections.find(({ type }) => type === 'other errors')).toMatchObject({ rate: { count: 300 }, fingerprint: undefined });
});

test('bytes of two lines that differ in places and ids only have one origin, those of two functions have two', () => {
  const hashOf = (text: string) => hashOfOrigin(Buffer.from(text), 0, text.length);
  const stack = (name: string, line: number) => `\n    at ${name} (/var/task/a${line}.js:${line}:5)\n    at run (/var/task/b.js:9:${line})`;
  expect(hashOf(stack('priceOf', 10))).toBe(hashOf(stack('priceOf', 812)));
  expect(hashOf(stack('priceOf', 10))).not.toBe(hashOf(stack('stockOf', 10)));
  expect(hashOf('  File "/var/task/a.py", line 3, in price')).not.toBe(hashOf('  File "/var/task/a.py", line 3, in stock'));
});
