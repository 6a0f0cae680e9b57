/** From lines to the class of a failure, and what the class does: in findings, at the gate, over threads. */
import { describe, expect, test } from 'vitest';
import { Assembler } from '../../analyzer/src/assemble/index.ts';
import { failureFindings, failureSection } from '../../analyzer/src/diagnose/failures.ts';
import { functionSection } from '../../analyzer/src/diagnose/functions.ts';
import { EventParser } from '../../analyzer/src/parse/event-parser.ts';
import { type JudgedReport, judgeGates } from '../../analyzer/src/report/gate.ts';
import { rankFindings } from '../../analyzer/src/report/rank.ts';
import { emptySummary } from '../../analyzer/src/store/empty-summary.ts';
import type { FailureTimeline } from '../../analyzer/src/store/failure-timeline.ts';
import { mergeSummaries } from '../../analyzer/src/store/merge-summaries.ts';
import { settleOrder } from '../../analyzer/src/store/settle-order.ts';
import { Summarizer } from '../../analyzer/src/store/summarizer.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { MOST_FOLLOWED, TimelineKeeper } from '../../analyzer/src/store/timeline-keeper.ts';
import { endLine, reportLine, requestId, startLine } from '../support/assemble-lines.ts';

const START_MS = 1_795_226_400_000;

interface World {
  readonly attempts: number;
  readonly everyMs: number;
  /** @param ordinal  in its sandbox, from 0 */
  readonly fails: (i: number, ordinal: number) => boolean;
  readonly perSandbox?: number;
}

/** Each sandbox is a stream of its own; `share` deals them out. */
function summaryOf({ attempts, everyMs, fails, perSandbox = 400 }: World, share = (_sandbox: number) => true): Summary {
  const summarizer = new Summarizer();
  const parser: EventParser = new EventParser(summarizer, {}, () => assembler.consume());
  const assembler: Assembler = new Assembler(parser, summarizer);
  summarizer.attach(parser);
  parser.beginFile(0, 'input');
  for (let sandbox = 0; sandbox * perSandbox < attempts; sandbox++) {
    if (!share(sandbox)) continue;
    const stream = parser.stream({ functionName: 'checkout', logStream: `2026/11/21/[7]${String(sandbox).padStart(32, '0')}` });
    for (let i = sandbox * perSandbox; i < Math.min(attempts, (sandbox + 1) * perSandbox); i++) {
      const ordinal = i % perSandbox;
      const atMs = START_MS + i * everyMs;
      const cold = ordinal === 0 ? 'Init Duration: 150.00 ms\t' : '';
      const error = `2026-11-21T02:00:00.000Z\t${requestId(i)}\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"not found","stack":["Error: not found","    at priceOf (/var/task/price.js:1:2)"]}`;
      const lines = [startLine(i), ...(fails(i, ordinal) ? [error] : []), endLine(i), reportLine(i, 10, 60, cold)];
      lines.forEach((line, n) => {
        const bytes = Buffer.from(line);
        parser.event(stream, atMs + n, bytes, 0, bytes.length, i * 4 + n);
      });
    }
    assembler.finish();
    summarizer.closeStreams();
  }
  summarizer.close();
  return summarizer.summary;
}

const onceIn45000 = summaryOf({ attempts: 45_000, everyMs: 1_000, fails: (i) => i === 700 });
const classOf = (world: World) => failureSection(summaryOf(world), {})[0]?.rarity;

describe('the class of a failure', () => {
  test('every tenth attempt for an hour is systemic, and the period is seen', () => {
    const rarity = classOf({ attempts: 6_000, everyMs: 1_000, fails: (i) => i % 10 === 3 });
    expect(rarity).toMatchObject({
      kind: 'systemic',
      by: 'density',
      pattern: expect.stringMatching(/^every 10th attempt/),
      missing: undefined,
    });
  });

  test('each cold start, and no other attempt, is systemic under that condition', () => {
    const rarity = classOf({ attempts: 12_000, everyMs: 1_000, perSandbox: 200, fails: (_i, ordinal) => ordinal === 0 });
    expect(rarity).toMatchObject({
      kind: 'systemic',
      by: 'precondition',
      precondition: { attribute: 'cold start', value: 'yes', standing: 'normal' },
    });
  });

  test('every tenth of the last hundred is dense now, long before it can be called systemic', () => {
    const rarity = classOf({ attempts: 100, everyMs: 1_000, fails: (i) => i % 10 === 3 });
    expect(rarity).toMatchObject({ kind: 'dense-now', isDenseNow: true });
    expect(rarity!.missing!.attemptsToSystemic).toBeGreaterThan(2_000);
  });

  test('once in 45,000 attempts of a good function is rare', () => {
    expect(failureSection(onceIn45000, {})[0]!.rarity).toMatchObject({ kind: 'rare', by: 'density' });
  });

  test('once in 200 attempts is undetermined, with what would decide', () => {
    const rarity = classOf({ attempts: 200, everyMs: 1_000, fails: (i) => i === 70 });
    expect(rarity).toMatchObject({ kind: 'undetermined', missing: { drill: { attempts: 3, requestsPerAttempt: 299 } } });
    expect(rarity!.missing!.text).toContain('more without it (rare)');
  });

  test('where attempts are not what is missing, minutes are asked for and never 0 more attempts', () => {
    const { text } = classOf({ attempts: 4_000, everyMs: 10, fails: (i) => i % 10 === 3 })!.missing!;
    expect(text).toMatch(/^\d+ more minutes? of failing like this \(systemic\)/);
  });

  test('a function that does not fail has none', () => {
    expect(classOf({ attempts: 1_000, everyMs: 1_000, fails: () => false })).toBeUndefined();
  });
});

test('every attempt is counted once, plain or not, in one thread or in three', () => {
  const world: World = { attempts: 6_000, everyMs: 1_000, fails: (i) => i % 97 === 3 };
  const whole = summaryOf(world);
  let counted = 0;
  const { total } = whole.attempts.get('checkout')!;
  for (let i = 1; i < total.length; i += 2) counted += total[i]!;
  expect(counted).toBe(6_000);

  const added = (order: readonly number[]) => {
    const summary = emptySummary();
    for (const thread of order) mergeSummaries(summary, structuredClone(summaryOf(world, (sandbox) => sandbox % 3 === thread)));
    settleOrder(summary);
    return failureSection(summary, {});
  };
  settleOrder(whole);
  expect(added([0, 1, 2])).toEqual(added([2, 0, 1]));
  expect(added([0, 1, 2]).map(({ rarity }) => rarity)).toEqual(failureSection(whole, {}).map(({ rarity }) => rarity));
});

test('of more kinds than are followed the same ones are kept, whoever saw them in which order', () => {
  const kept = (keys: readonly string[]) => {
    const timelines = new Map<string, FailureTimeline>();
    const keeper = new TimelineKeeper(timelines);
    for (const key of keys) keeper.of(key);
    return [...timelines.keys()].sort();
  };
  const keys = Array.from({ length: MOST_FOLLOWED + 300 }, (_, i) => `kind ${i}`);
  expect(kept(keys)).toHaveLength(MOST_FOLLOWED);
  expect(kept([...keys].reverse())).toEqual(kept(keys));
});

describe('the gate "systemic"', () => {
  const judged = (summary: Summary) => {
    const failures = failureSection(summary, {});
    const findings = rankFindings(failureFindings(summary, { failures, memory: [], changes: [] }, {}));
    return {
      findings,
      gate: judgeGates(['systemic'], { failures, findings, functions: functionSection(summary, {}) } as unknown as JudgedReport),
    };
  };

  test('trips on a systemic failure, whose finding says so', () => {
    const { findings, gate } = judged(summaryOf({ attempts: 6_000, everyMs: 1_000, fails: (i) => i % 10 === 3 }));
    expect(gate.tripped).toEqual([{ gate: 'systemic', findingId: 'F-1' }]);
    expect(findings[0]).toMatchObject({ rarity: 'systemic', gates: ['any', 'systemic'] });
    expect(findings[0]!.why).toMatch(/; systemic: at least \d\.?\d? % fail all along;/);
  });

  test('stays open on a failure that may turn out so, with what is missing', () => {
    const { gate } = judged(summaryOf({ attempts: 100, everyMs: 1_000, fails: (i) => i % 10 === 3 }));
    expect(gate.tripped).toEqual([]);
    expect(gate.undecided[0]!.missing).toMatch(/^F-1 is dense now: [\d,]+ more attempts/);
  });

  test('passes where all that fails is rare, and where nothing does', () => {
    expect(judged(onceIn45000).gate).toMatchObject({ tripped: [], undecided: [] });
    expect(judged(summaryOf({ attempts: 500, everyMs: 1_000, fails: () => false })).gate).toMatchObject({ tripped: [], undecided: [] });
  });
});
