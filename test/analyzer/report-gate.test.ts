import { describe, expect, test } from 'vitest';
import { exitCodeOf, judgeGates } from '../../analyzer/src/report/gate.ts';
import { rankFindings } from '../../analyzer/src/report/rank.ts';
import type { Gate, Report } from '../../analyzer/src/report/report.ts';
import { finding, healthyReport, leakingReport, thinReport, unreadReport } from '../support/sample-report.ts';

const exitOf = (report: Report, ...failOn: Gate[]) => exitCodeOf(report, judgeGates(failOn, report));

describe('ranking', () => {
  test('puts what is sure before suspicions, harm to users first in both, and weight last', () => {
    const ranked = rankFindings([
      finding({ headline: 'dear', harm: 'money', weight: 1e9 }),
      finding({ headline: 'blind', harm: 'data' }),
      finding({ headline: 'maybe', harm: 'users', certainty: 'suspected', weight: 500 }),
      finding({ headline: 'tomorrow', harm: 'soon' }),
      finding({ headline: 'rare', harm: 'users', weight: 1 }),
      finding({ headline: 'often', harm: 'users', weight: 2 }),
    ]);
    expect(ranked.map((one) => `${one.id} ${one.headline}`)).toEqual([
      'F-1 often',
      'F-2 rare',
      'F-3 tomorrow',
      'F-4 maybe',
      'F-5 dear',
      'F-6 blind',
    ]);
  });

  test('what every night has stands behind what may hurt everybody, unless it hurts a request a minute', () => {
    const few = { kind: 'failure', certainty: 'proven', affectedCount: 3, exposedCount: 1000 } as const;
    const growing = finding({ headline: 'growing', kind: 'memory-growth', harm: 'soon', certainty: 'suspected' });
    const order = (weight: number) => rankFindings([finding({ headline: 'few', ...few, weight }), growing]).map(({ headline }) => headline);
    expect(order(0.2)).toEqual(['growing', 'few']);
    expect(order(1)).toEqual(['few', 'growing']);
  });

  test('a message that was dropped is never background', () => {
    const dropped = finding({ headline: 'dropped', kind: 'messages-dropped', affectedCount: 3, exposedCount: 1000, weight: 0.2 });
    const growing = finding({ headline: 'growing', kind: 'memory-growth', harm: 'soon', weight: 0 });
    expect(rankFindings([growing, dropped]).map(({ headline }) => headline)).toEqual(['dropped', 'growing']);
  });

  test('ten slow requests weigh as much as one that failed', () => {
    const slow = finding({ headline: 'slow', kind: 'cold-start-storm', weight: 9 });
    const failed = finding({ headline: 'failed', kind: 'failure', affectedCount: 90, exposedCount: 100, weight: 1 });
    expect(rankFindings([slow, failed]).map(({ headline }) => headline)).toEqual(['failed', 'slow']);
  });

  test('puts each id into the command of its own finding', () => {
    expect(rankFindings([finding({}), finding({ weight: 1 })]).map((one) => one.next)).toEqual([
      'nightlight explain F-1 logs',
      'nightlight explain F-2 logs',
    ]);
  });

  test('does not depend on the order in which the diagnoses came', () => {
    const findings = ['a', 'b', 'c', 'd'].map((functionName) => finding({ functionName }));
    expect(rankFindings([...findings].reverse())).toEqual(rankFindings(findings));
  });
});

describe('gates and exit codes', () => {
  test('end with 0 when nothing was asked for, whatever was found', () => {
    expect(exitOf(leakingReport())).toBe(0);
  });

  test('end with 3 when a proven leak trips the gate, and with 0 on the healthy twin', () => {
    expect(judgeGates(['leak'], leakingReport())).toEqual({
      failOn: ['leak'],
      tripped: [{ gate: 'leak', findingId: 'F-2' }],
      undecided: [],
    });
    expect(exitOf(leakingReport(), 'leak')).toBe(3);
    expect(exitOf(healthyReport(), 'leak', 'cold', 'p99', 'gap', 'any')).toBe(0);
  });

  test('end with 4 when too few invocations were seen to judge memory or p99', () => {
    expect(exitOf(thinReport(), 'leak')).toBe(4);
    expect(judgeGates(['p99'], thinReport()).undecided).toEqual([{ gate: 'p99', missing: 'fewer than 368 warm invocations in pricing' }]);
  });

  test('end with 4, not 3, on what is only suspected', () => {
    const report = {
      ...healthyReport(),
      findings: [finding({ id: 'F-1', certainty: 'suspected', certaintyBecause: 'one sandbox', gates: ['leak'] })],
    };
    expect(judgeGates(['leak'], report).undecided).toEqual([{ gate: 'leak', missing: 'F-1 is only suspected: one sandbox' }]);
    expect(exitOf(report, 'leak')).toBe(4);
  });

  test('let an old version with few requests pass when the function was judged in another', () => {
    const report = healthyReport();
    const old = { ...report.memory[0]!, version: '87', growth: { kind: 'insufficient-data' as const, missing: '3 invocations' } };
    expect(exitOf({ ...report, memory: [...report.memory, old] }, 'leak')).toBe(0);
  });

  test('end with 1 when an input was not read, even if a gate tripped', () => {
    const unread = unreadReport().input.files;
    const report = { ...leakingReport(), input: { ...leakingReport().input, files: [...leakingReport().input.files, ...unread] } };
    expect(exitOf(report, 'leak')).toBe(1);
  });

  test('end with 3 rather than 4 when one gate tripped and another is open', () => {
    const report = { ...leakingReport(), latency: [] };
    expect(judgeGates(['leak', 'p99'], report).undecided).toHaveLength(1);
    expect(exitOf(report, 'leak', 'p99')).toBe(3);
  });

  test('end with 4 on the log of something that is not Lambda', () => {
    const [file] = unreadReport().input.files;
    const report = {
      ...unreadReport(),
      input: { ...unreadReport().input, files: [{ ...file!, error: { ...file!.error!, code: 'READ_NOT_LAMBDA' } }] },
    };
    expect(exitOf(report)).toBe(4);
  });

  test('count a gate that was named twice once', () => {
    expect(judgeGates(['leak', 'leak'], leakingReport()).failOn).toEqual(['leak']);
  });
});
