/** What the overview says of a report: which order, which figures, and what it does not claim. */

import { expect, test } from 'vitest';
import { visibleRows } from '../../tui/src/frame/visible-rows.ts';
import { overviewView, plainLines } from '../../tui/src/model/overview-view.ts';
import { emptyReport, finding, healthyReport, leakingReport, thinReport, unreadReport } from '../support/sample-report.ts';

test('the function whose finding is ranked first stands first, with its hurt requests and its verdict word', () => {
  const report = leakingReport();
  const view = overviewView(report, ['logs/']);
  const worst = report.findings[0]!;
  expect(view.rows[0]).toMatchObject({ name: worst.functionName, verdict: `! ${worst.headline}`, tone: 'red' });
  expect(view.headline).toContain(worst.headline);
  const checkout = view.rows.find(({ name }) => name === 'checkout');
  expect(checkout).toMatchObject({ hurts: '2,320', share: '8.1 %', p99: '2.0 s' });
});

test('on a good night the headline says so and no function wears a verdict', () => {
  const view = overviewView(healthyReport(), ['logs/']);
  expect(view.headline).toBe('ok NOTHING FOUND THAT HURTS  62,250 invocations of 2 functions');
  expect(view.rows.map(({ verdict }) => verdict)).toEqual(['none found', 'none found']);
});

test('too few samples give no percentile, and a verdict that says it cannot tell', () => {
  const [row] = overviewView(thinReport(), ['short.csv']).rows;
  expect(row).toMatchObject({ p99: 'n<368', cold: '?', verdict: '? FAILED ONCE', tone: 'blue' });
});

test('what no log line of any function tells still has a row', () => {
  const throttled = finding({
    id: 'F-1',
    kind: 'throttle',
    headline: 'THROTTLED',
    functionName: 'mailer',
    affectedCount: 40,
    exposedCount: 400,
  });
  const gap = finding({ id: 'F-2', kind: 'data-gap', harm: 'data', headline: 'GAP', functionName: '' });
  const view = overviewView({ ...healthyReport(), findings: [throttled, gap] }, ['logs/']);
  expect(view.rows.map(({ name, hurts, share }) => [name, hurts, share])).toEqual([
    ['mailer', '40', '10 %'],
    ['(whole input)', '?', '?'],
    ['checkout', '0', '0 %'],
    ['pricing', '0', '0 %'],
  ]);
});

test('the head counts what is missing from the picture', () => {
  expect(overviewView(leakingReport(), ['logs/']).amount).toBe('1,204,331 events, 2 functions, 1 gap');
  expect(overviewView(unreadReport(), ['orders.json'])).toMatchObject({
    range: 'times unknown',
    amount: '0 events, 0 functions, no gap, 1 of 1 input NOT READ',
  });
});

test('nothing to judge is not called healthy', () => {
  expect(overviewView(emptyReport(), ['x']).headline).toContain('? NOTHING TO JUDGE');
  expect(plainLines(emptyReport())[0]).toContain('? NOTHING TO JUDGE');
});

test('without a screen each finding is one line with why, whom, since and next', () => {
  const report = leakingReport();
  const lines = plainLines(report);
  expect(lines).toHaveLength(report.findings.length);
  for (const [index, told] of report.findings.entries()) {
    for (const part of [told.id, told.headline, told.why, '| hurts ', '| since ', `| next: ${told.next}`])
      expect(lines[index]).toContain(part);
  }
});

test('no control byte of a log reaches the screen or a line', () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2Jcheck\nout\u202e';
  const report = {
    ...leakingReport(),
    findings: [finding({ id: 'F-1', functionName: hostile, why: hostile, next: hostile, headline: hostile })],
  };
  const said = JSON.stringify(overviewView(report, [hostile])) + plainLines(report).join('');
  expect(said).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  // JSON escapes control characters, so look for those, too.
  expect(said).not.toMatch(/\\u00(0|1)|\\n/);
});

test('the chosen row is always among those that are shown, and no room is wasted', () => {
  for (let count = 1; count < 12; count++) {
    for (let room = 1; room < 12; room++) {
      for (let chosen = 0; chosen < count; chosen++) {
        const { from, to } = visibleRows(count, chosen, room);
        expect(from <= chosen && chosen < to).toBe(true);
        expect(to - from).toBe(Math.min(count, room));
      }
    }
  }
});
