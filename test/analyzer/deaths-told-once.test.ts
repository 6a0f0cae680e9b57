import { expect, test } from 'vitest';
import { countDeathsOnce, nameSameDeaths } from '../../analyzer/src/report/deaths-told-once.ts';
import { rankFindings } from '../../analyzer/src/report/rank.ts';
import { finding } from '../support/sample-report.ts';

const told = (...findings: readonly Parameters<typeof finding>[0][]) =>
  nameSameDeaths(rankFindings(countDeathsOnce(findings.map((one) => finding({ certainty: 'proven', harm: 'users', weight: 1, ...one })))));

const KILLED = {
  kind: 'out-of-memory',
  headline: 'OUT OF MEMORY',
  functionName: 'resize',
  version: '7',
  affectedCount: 38,
  why: 'killed',
} as const;
const CLIMB = {
  kind: 'fast-leak',
  headline: 'FAST LEAK',
  functionName: 'resize',
  version: '7',
  affectedCount: 38,
  why: 'climbed',
} as const;
const OTHER = { kind: 'failure', headline: 'FAILURE', functionName: 'mail', affectedCount: 5, why: 'threw', weight: 0.1 } as const;

test('kills and the climb that led to them count their deaths once, and each names the other', () => {
  const [first, second, third] = told(CLIMB, OTHER, KILLED);
  expect(first).toMatchObject({ id: 'F-1', kind: 'out-of-memory', affectedCount: 38, sameDeathsAs: 'F-3' });
  expect(first!.why).toBe('killed; they climbed until then, see F-3 FAST LEAK');
  expect(second).toMatchObject({ kind: 'failure' });
  expect(third).toMatchObject({ kind: 'fast-leak', harm: 'soon', affectedCount: undefined, sameDeathsAs: 'F-1' });
  expect(third!.why).toBe('climbed; the same deaths as in F-1 OUT OF MEMORY');
});

test('a climb without a line of a kill counts its own deaths, as before', () => {
  expect(told(CLIMB, OTHER)[0]).toMatchObject({ kind: 'fast-leak', harm: 'users', affectedCount: 38, why: 'climbed' });
});

test.each([
  ['another function', { functionName: 'mail' }],
  ['another version', { version: '8' }],
  ['another memory size', { memorySizeMb: 1024 }],
  ['a few kills among many deaths', { affectedCount: 3 }],
])('the kills of %s are others', (_, difference) => {
  const findings = told({ ...CLIMB, memorySizeMb: 512 }, { ...KILLED, memorySizeMb: 512, ...difference });
  expect(findings.map(({ sameDeathsAs }) => sameDeathsAs)).toEqual([undefined, undefined]);
  expect(findings.find(({ kind }) => kind === 'fast-leak')).toMatchObject({ harm: 'users', affectedCount: 38 });
});
