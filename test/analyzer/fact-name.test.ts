import { expect, test } from 'vitest';
import { factName } from '../../analyzer/src/report/wording/fact-name.ts';

test('a name for programs is told in words, and everything else as it was written', () => {
  expect(factName('initMedianBefore')).toBe('init median before');
  expect(factName('youngP50AndP99')).toBe('young p50 and p99');
  for (const name of ['first seen', 'TypeError', '2026/11/21/[7]ab', 'logs/a.csv', 'p99']) expect(factName(name)).toBe(name);
});
