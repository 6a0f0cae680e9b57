/** Across a comparison a failure is its fingerprint: a new build's lines and a value more make no new failure of an old one. */
import { expect, test } from 'vitest';
import { compareFailures } from '../../analyzer/src/diagnose/compare-failures.ts';
import { sideOfSummary } from '../../analyzer/src/diagnose/compare-side.ts';
import { BUILT_IN_PRICES } from '../../analyzer/src/diagnose/prices.ts';
import { addConfiguration, addFailure, emptySummary } from '../support/summary-builder.ts';

function side(label: string, ...failures: Parameters<typeof addFailure>[1][]) {
  const summary = emptySummary();
  addConfiguration(summary, { version: label, invocationCount: 10_000 });
  for (const failure of failures) addFailure(summary, failure);
  return sideOfSummary(summary, label, BUILT_IN_PRICES);
}

const at = (name: string, line: number) => [`${name} (/var/task/index.js:${line}:5)`, `handler (/var/task/index.js:${line + 40}:9)`];

test('the same throw in another build, told with other values, is the failure of before', () => {
  const before = side('41', { maskedMessage: 'no stock in oslo', stack: at('stockOf', 10), count: 40 });
  const places = ['oslo', 'rome', 'bonn', 'lyon', 'graz', 'bern', 'cork'];
  const after = side('42', ...places.map((place) => ({ maskedMessage: `no stock in ${place}`, stack: at('stockOf', 77), count: 6 })));
  const [failure, ...others] = compareFailures(before, after);
  expect(others).toEqual([]);
  expect(failure).toMatchObject({ fingerprint: expect.stringMatching(/^v1:/), news: { kind: 'as-before' }, after: { count: 42 } });
});

test('the same words from another function are new', () => {
  const before = side('41', { maskedMessage: 'not found', stack: at('stockOf', 10), count: 40 });
  const after = side('42', { maskedMessage: 'not found', stack: at('priceOf', 10), count: 40 });
  expect(compareFailures(before, after).map(({ news }) => news.kind)).toEqual(['new', 'gone']);
});

test('a report that was written before fingerprints is compared by type and message', () => {
  const failure = { maskedMessage: 'not found', stack: at('stockOf', 10), count: 40 };
  const old = side('41', failure);
  const before = { ...old, failures: old.failures.map(({ fingerprint: _, identity: __, ...rest }) => rest) };
  expect(compareFailures(before, side('42', failure)).map(({ news }) => news.kind)).toEqual(['as-before']);
});
