import { expect, test } from 'vitest';
import { FINDING_KINDS } from '../../analyzer/src/diagnose/finding.ts';
import { withDoubts } from '../../analyzer/src/report/doubts-of-findings.ts';
import { reportToJson } from '../../analyzer/src/report/json.ts';
import { renderMarkdown } from '../../analyzer/src/report/markdown.ts';
import { leakingReport } from '../support/sample-report.ts';

const [SAMPLE] = leakingReport().findings;

test('a finding of any kind says what would decide it and what would refute it', () => {
  for (const kind of FINDING_KINDS) {
    const { toDecide, falsifiers } = withDoubts({ ...SAMPLE!, kind, facts: [] });
    expect(toDecide, kind).toMatch(/\w{3}/);
    expect(falsifiers, kind).toEqual([expect.stringMatching(/\w{3}/)]);
  }
});

test('what was worked out from the numbers goes before the words of the kind', () => {
  const facts = [
    { name: 'would decide', value: '2,480 more attempts' },
    { name: 'would refute', value: '1,000 attempts with at most 3 failures' },
  ];
  expect(withDoubts({ ...SAMPLE!, facts })).toMatchObject({
    toDecide: '2,480 more attempts',
    falsifiers: ['1,000 attempts with at most 3 failures'],
  });
});

test('both stand in JSON and in Markdown', () => {
  const report = leakingReport();
  const doubted = { ...report, findings: report.findings.map(withDoubts) };
  expect(reportToJson(doubted).findings).toMatchObject(
    doubted.findings.map(({ toDecide, falsifiers }) => ({ toDecide, falsifiers: [...falsifiers!] })),
  );
  expect(renderMarkdown(doubted)).toContain('- F-1 to decide: ');
  expect(renderMarkdown(doubted)).toContain('Refuted by: ');
  // A list of what is needed and a sentence begin the next one alike.
  expect(renderMarkdown(doubted)).not.toMatch(/[^.?!] Refuted by: /);
});
