/** Lines in, findings out: tails over hours and ages, and failures that look regular, each beside a healthy twin. */

import { milliseconds } from '@nightlight/agent/record';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_PRICES } from '../../analyzer/src/diagnose/prices.ts';
import { buildReport } from '../../analyzer/src/report/build-report.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { emptySummary } from '../../analyzer/src/store/empty-summary.ts';
import { mergeSummaries } from '../../analyzer/src/store/merge-summaries.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { seededRandom } from '../lab/seeded-random.mjs';
import { invLine, mebi } from '../support/agent-lines.ts';
import type { LoggedLine } from '../support/assemble-lines.ts';
import { summarizeLines } from '../support/summarize-lines.ts';

const DAWN_MS = Date.UTC(2026, 10, 20, 22);
const HOUR_MS = 3_600_000;

interface Served {
  readonly hour: number;
  /** Which invocation of its sandbox, from 1. */
  readonly n: number;
  readonly sandbox: number;
}

interface DayTold {
  readonly seed: number;
  readonly hours?: number;
  readonly perHour?: number;
  readonly sandboxes?: number;
  /** A sandbox is replaced after so many hours, one after the other. */
  readonly lifeHours?: number;
  /** Share of requests that take eight times as long. */
  readonly slowShare?: (served: Served) => number;
  readonly fails?: (served: Served, uniform: () => number) => boolean;
  readonly gcMs?: (served: Served) => number;
}

/** REPORT lines of a day, as one function writes them. */
function day({
  seed,
  hours = 12,
  perHour = 1200,
  sandboxes = 4,
  lifeHours = 1e9,
  slowShare = () => 0.01,
  fails = () => false,
  gcMs,
}: DayTold): LoggedLine[] {
  const { uniform, normal } = seededRandom(seed);
  const lines: LoggedLine[] = [];
  const served = new Map<string, number>();
  for (let i = 0; i < hours * perHour; i++) {
    const atMs = DAWN_MS + Math.floor((i * HOUR_MS) / perHour);
    const hour = Math.floor(i / perHour);
    const sandbox = i % sandboxes;
    const generation = Math.floor((atMs - DAWN_MS + (sandbox * lifeHours * HOUR_MS) / sandboxes) / (lifeHours * HOUR_MS));
    const stream = `2026/11/21/[7]${(sandbox * 1000 + generation + 1).toString(16).padStart(32, '0')}`;
    const n = (served.get(stream) ?? 0) + 1;
    served.set(stream, n);
    const what = { hour, n, sandbox };
    const durationMs = 40 * Math.exp(0.25 * normal()) * (uniform() < slowShare(what) ? 8 : 1);
    const id = `${(i + 1).toString(16).padStart(8, '0')}-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;
    lines.push({ stream, atMs, text: `START RequestId: ${id} Version: 7` });
    const isFailed = fails(what, uniform);
    if (isFailed) {
      const error = JSON.stringify({ errorType: 'TypeError', errorMessage: 'no cart', stack: ['TypeError: no cart'] });
      lines.push({ stream, atMs, text: `${new Date(atMs).toISOString()}\t${id}\tERROR\tInvoke Error \t${error}` });
    }
    if (gcMs !== undefined) {
      const gc = { count: 1, totalMs: milliseconds(gcMs(what)) };
      lines.push({
        stream,
        atMs,
        text: invLine({ requestId: id, durationMs: milliseconds(durationMs), gc, memory: { heapUsedAfterBytes: mebi(20) } }),
      });
    }
    const init = n === 1 ? '\tInit Duration: 300.00 ms' : '';
    lines.push({
      stream,
      atMs: Math.floor(atMs + durationMs),
      text: `REPORT RequestId: ${id}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB${init}`,
    });
  }
  return lines;
}

const reportOf = (summary: Summary): Report => buildReport(summary, {}, { tool: 'test', prices: BUILT_IN_PRICES, filteredCount: 0 });
const reported = (told: DayTold): Report => reportOf(summarizeLines(day(told)));
const slow = (report: Report) => report.findings.filter(({ kind }) => kind === 'slow-tail');

describe('a day of REPORT lines', () => {
  const growing: DayTold = { seed: 1, slowShare: ({ hour }) => (hour < 6 ? 0.01 : 0.06) };

  test('whose tail grew says so once, with the middle that stayed, and lays it to nothing', () => {
    const report = reported(growing);
    expect(slow(report).map(({ headline, certainty }) => [headline, certainty])).toEqual([['TAIL GREW', 'shown']]);
    expect(slow(report)[0]!.why).toMatch(/p99 went from .* while the median was shown to stay\.$/);
    expect(slow(report)[0]!.certaintyBecause).toContain('not laid to memory: no line tells the time in garbage collection');
    expect(report.latency[0]!.course).toMatchObject({ tail: 'tail-grew', olderCount: 0 });
    expect(report.latency[0]!.course!.hours).toHaveLength(12);
  });

  test('that was like every other says what would have been shown', () => {
    const report = reported({ seed: 2 });
    expect(slow(report)).toEqual([]);
    expect(report.latency[0]!.course).toMatchObject({ tail: 'no-growth-shown' });
    expect(report.latency[0]!.course!.tailBecause).toMatch(/^1\.\d+ % above the p99 of the first 4 hours would have been shown/);
  });

  test('names memory only where collections take longer with it', () => {
    const shorter: DayTold = { ...growing, hours: 9, perHour: 500, slowShare: ({ hour }) => (hour < 4 ? 0.01 : 0.08) };
    const rising = slow(reported({ ...shorter, gcMs: ({ hour }) => 1 + hour }));
    expect(rising[0]!.why).toMatch(/Memory pressure: garbage collection takes \d\.\d times as long/);
    const steady = slow(reported({ ...shorter, gcMs: () => 1 }));
    expect(steady[0]!.why).not.toContain('emory');
    expect(steady[0]!.certaintyBecause).toContain('not laid to memory: time in garbage collection did not rise with it');
  });

  test('adds up to the same hours and ages from two halves, in any order', () => {
    const lines = day(growing);
    const whole = reportOf(summarizeLines(lines)).latency[0]!.course;
    const halves = [0, 1].map((half) =>
      summarizeLines(lines.filter(({ stream }) => Number.parseInt(stream!.slice(-5), 16) % 2000 < 1000 === (half === 0))),
    );
    for (const order of [halves, [...halves].reverse()]) {
      const together = emptySummary();
      // As they come from a worker: plain data.
      for (const half of order) mergeSummaries(together, structuredClone(half));
      expect(reportOf(together).latency[0]!.course).toEqual(whole);
    }
  });

  test('keeps the newest 48 hours one by one, and counts the rest', () => {
    const lines = day({ seed: 3, hours: 60, perHour: 20 });
    const { hours, olderCount } = reportOf(summarizeLines(lines)).latency[0]!.course!;
    expect(hours).toHaveLength(48);
    expect(hours[0]!.fromMs).toBe(DAWN_MS + 12 * HOUR_MS);
    // All but the four cold starts.
    expect(olderCount).toBe(12 * 20 - 4);
    const late = reportOf(
      summarizeLines([...lines].sort((a, b) => (a.stream! < b.stream! ? -1 : a.stream === b.stream ? a.atMs - b.atMs : 1))),
    );
    expect(late.latency[0]!.course!.hours).toEqual(hours);
  });
});

describe('latency and the age of sandboxes', () => {
  const replaced: DayTold = { seed: 4, hours: 12, lifeHours: 4 };

  test('old sandboxes that are slower than young ones of the same hour are told, and are no growth over hours', () => {
    const report = reported({ ...replaced, slowShare: ({ n }) => (n < 512 ? 0.005 : 0.06) });
    expect(slow(report).map(({ headline, certainty }) => [headline, certainty])).toEqual([['SLOWER WITH AGE', 'suspected']]);
    expect(report.latency[0]!.course).toMatchObject({ age: 'slower-with-age' });
  });

  test('the same fleet without it is quiet', () => {
    const report = reported(replaced);
    expect(slow(report)).toEqual([]);
    expect(report.latency[0]!.course).toMatchObject({ age: 'no-effect-shown' });
  });

  test('sandboxes that all grow old together leave age and clock apart to nobody', () => {
    const report = reported({ seed: 5, slowShare: ({ hour }) => (hour < 6 ? 0.01 : 0.06) });
    expect(report.latency[0]!.course).toMatchObject({ age: 'age-or-clock' });
    expect(slow(report)[0]!.why).not.toContain('age of a sandbox');
  });

  test('an hour that is slow for everybody is not laid to age', () => {
    const { course } = reported({ ...replaced, seed: 6, slowShare: ({ hour }) => (hour < 9 ? 0.01 : 0.1) }).latency[0]!;
    expect(course!.age).not.toBe('slower-with-age');
  });
});

describe('failures that look regular', () => {
  const short: DayTold = { seed: 7, hours: 3, perHour: 300, sandboxes: 3 };

  test('every third request is one sandbox of three', () => {
    const report = reported({ ...short, fails: ({ sandbox }) => sandbox === 1 });
    expect(report.functions[0]!.pattern).toMatchObject({ kind: 'explained', by: 'sandbox' });
    const failure = report.findings.find(({ kind }) => kind === 'failure')!;
    expect(failure.facts.find(({ name }) => name === 'allFailuresOfTheFunction')!.value).toMatch(
      /^300 of 300 failures are in one sandbox \(.*\), which served 33\.3 % of the requests: about every 3rd request/,
    );
  });

  test('"after two" is the age of the sandboxes where those of the same hour differ by it', () => {
    const report = reported({ ...short, hours: 8, lifeHours: 4, fails: ({ n }, uniform) => n >= 256 && uniform() < 0.3 });
    expect(report.functions[0]!.pattern).toMatchObject({ kind: 'explained', by: 'age' });
  });

  test('failures of any request are explained by nothing', () => {
    const report = reported({ ...short, fails: (_served, uniform) => uniform() < 0.1 });
    expect(report.functions[0]!.pattern).toMatchObject({ kind: 'not-explained' });
    expect(report.findings.flatMap(({ facts }) => facts).some(({ name }) => name === 'allFailuresOfTheFunction')).toBe(false);
  });
});
