/** Answers that look well and are not; and what is said where nobody could know. */
import { expect, test } from 'vitest';
import { renderText } from '../../analyzer/src/report/text.ts';
import { invLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { findingsOf, nightOf, reportOfLines } from '../support/lambda-night.ts';

const night = (told: (ordinal: number) => Parameters<typeof invLine>[0]) =>
  reportOfLines(nightOf([Array.from({ length: 40 }, (_, i) => ({ agent: invLine({ requestId: requestId(i + 1), ...told(i + 1) }) }))]));

test('an error that the platform calls a success is counted and named', () => {
  const report = night((ordinal) => (ordinal % 4 === 0 ? { failed: true, errorType: 'UpstreamError' } : { failed: false }));
  expect(report.functions[0]!.statusCounts).toMatchObject({ success: 40, error: 0 });
  const [finding] = findingsOf(report, 'silent-error');
  expect(finding).toMatchObject({ affectedCount: 10, exposedCount: 40, certainty: 'proven', harm: 'users' });
  expect(finding!.why).toContain('10 failed with UpstreamError');
});

test('an error answer without a type is one', () => {
  const report = night((ordinal) => ({ failed: ordinal === 7 }));
  expect(findingsOf(report, 'silent-error')[0]!.why).toContain('count as a success and are none: 1 error answer');
});

test('failed checks and fallbacks are told by their names, an answer with both is one answer', () => {
  const report = night((ordinal) => ({
    invariantChecks: [{ name: 'total adds up', passedCount: ordinal === 3 ? 0 : 1, failedCount: ordinal === 3 ? 1 : 0 }],
    ...((ordinal === 3 || ordinal === 4) && { fallbackCount: 1, fallbackNames: ['lastKnownPrices'] }),
  }));
  const [finding] = findingsOf(report, 'silent-error');
  expect(finding!.affectedCount).toBe(2);
  expect(finding!.why).toContain('1 broke the check "total adds up"; 2 came from the fallback lastKnownPrices');
});

test('answers that are checked and well raise no finding, and are said to be checked', () => {
  const report = night(() => ({ failed: false, invariantChecks: [{ name: 'total adds up', passedCount: 1, failedCount: 0 }] }));
  expect(findingsOf(report, 'silent-error')).toEqual([]);
  expect(report.answers).toMatchObject({ notObservableBecause: undefined, functions: [{ suspect: { count: 0, of: 40 } }] });
});

test('where nobody checks, that is said in place of a zero', () => {
  const report = night(() => ({ failed: false }));
  expect(report.answers!.notObservableBecause).toBe('silent errors are not observable here: nobody checks the answers');
  expect(renderText(report)).toContain('Silent errors are not observable here: nobody checks the answers.');
});

test('without lines of the agent the chapter is absent', () => {
  const report = reportOfLines(nightOf([[{}, {}]]));
  expect(report.answers).toBeUndefined();
  expect(renderText(report)).not.toContain('ANSWERS');
});
