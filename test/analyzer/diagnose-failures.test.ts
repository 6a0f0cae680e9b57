import { expect, test } from 'vitest';
import { failureFindings, failureSection } from '../../analyzer/src/diagnose/failures.ts';
import { functionSection } from '../../analyzer/src/diagnose/functions.ts';
import type { MemorySection } from '../../analyzer/src/diagnose/sections.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addFailure, addSandbox, emptySummary, evidenceAt, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

const steady = (perMinute: number, minutes: number) => new Array(minutes).fill({ invocations: perMinute });

function findingsOf(summary: Summary, memory: readonly MemorySection[] = []) {
  return failureFindings(summary, { failures: failureSection(summary, {}), memory, changes: [] }, {});
}

test('a failure is measured against the attempts of the versions that showed it', () => {
  const summary = emptySummary();
  addConfiguration(summary, { version: '7', invocationCount: 100_000 });
  addConfiguration(summary, { version: '8', invocationCount: 200, statusCounts: { error: 20 } });
  addFailure(summary, { count: 20, versions: { '8': 20 } });
  const [section] = failureSection(summary, {});

  expect(section!.rate).toMatchObject({ count: 20, of: 200, share: 0.1 });
  expect(section!.rate.low).toBeCloseTo(0.0622, 3);
  expect(section!.rate.high).toBeCloseTo(0.1502, 3);
  expect(findingsOf(summary)[0]!.why).toBe('TypeError: cannot read order #: 20 of 200 attempts of version 8 (10 %); in 1 sandbox');
});

test('a failure whose version is not known is measured against all attempts of its function, and of no other', () => {
  const summary = emptySummary();
  addConfiguration(summary, { version: '7', invocationCount: 300 });
  addConfiguration(summary, { version: '8', invocationCount: 200 });
  addConfiguration(summary, { functionName: 'email', invocationCount: 9000 });
  addFailure(summary, { count: 5, versions: { '?': 5 } });

  expect(failureSection(summary, {})[0]!.rate).toMatchObject({ count: 5, of: 500 });
});

test('a function without failures has no failure finding', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 1000 });

  expect(failureSection(summary, {})).toEqual([]);
  expect(findingsOf(summary)).toEqual([]);
});

test('the last quarter of an hour stands beside the whole', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: steady(12, 60) });
  addFailure(summary, { firstMs: NOON_MS + 45 * MINUTE_MS, perMinute: new Array(15).fill(1) });

  expect(findingsOf(summary)[0]!.why).toContain('; 1 in 12 in the last 15 min;');
});

test('a failure that has stopped says so', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: steady(12, 60) });
  addFailure(summary, { perMinute: new Array(10).fill(1) });

  expect(findingsOf(summary)[0]!.why).toContain('; none of 180 in the last 15 min;');
});

test('an input of ten minutes has no trend of its last fifteen', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: steady(12, 10) });
  addFailure(summary);

  expect(findingsOf(summary)[0]!.why).not.toContain('15 min');
});

test('a failure that was always there and became dense is told since it became dense', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: steady(100, 180) });
  const perMinute = Array.from({ length: 180 }, (_, minute) => (minute >= 120 ? 10 : minute % 30 === 0 ? 1 : 0));
  addFailure(summary, { perMinute });

  expect(findingsOf(summary)[0]!.sinceMs).toBe(NOON_MS + 120 * MINUTE_MS);
});

test('a failure at a steady low rate is told since it was first seen', () => {
  const summary = emptySummary();
  addConfiguration(summary, { perMinute: steady(100, 180) });
  addFailure(summary, { firstMs: NOON_MS + 7 * MINUTE_MS, perMinute: Array.from({ length: 170 }, (_, i) => (i % 10 === 0 ? 1 : 0)) });

  expect(findingsOf(summary)[0]!.sinceMs).toBe(NOON_MS + 7 * MINUTE_MS);
});

test('what changed shortly before a failure stands beside it', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 200 });
  addFailure(summary, { firstMs: NOON_MS + 5 * MINUTE_MS });
  const changes = [{ functionName: 'checkout', atMs: NOON_MS, kind: 'version', what: 'version 7 first seen (before: 6)' }] as const;

  const [finding] = failureFindings(summary, { failures: failureSection(summary, {}), memory: [], changes }, {});
  expect(finding!.changedBeside).toEqual(['version 7 first seen (before: 6), 5 min earlier, 12:00 UTC']);
});

test('several messages of one timeout make one finding, with the timeout and a command to look', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 1000, statusCounts: { timeout: 12 }, timeoutMs: 3000 });
  addFailure(summary, { type: 'timeout', status: 'timeout', maskedMessage: 'Task timed out after # seconds', count: 9 });
  addFailure(summary, { type: 'Sandbox.Timedout', status: 'timeout', maskedMessage: 'RequestId: # Error: Task timed out', count: 3 });
  const findings = findingsOf(summary);

  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ kind: 'timeout', headline: 'TIMEOUTS', affectedCount: 12, exposedCount: 1000, harm: 'users' });
  expect(findings[0]!.why).toMatch(/^ran into the timeout of 3 s: 12 of 1,000 attempts of version 7 \(1\.2 %\)/);
  expect(findings[0]!.next).toBe(
    `aws logs filter-log-events --log-group-name /aws/lambda/checkout --start-time ${NOON_MS} --filter-pattern '?"Task timed out" ?"Status: timeout"'`,
  );
});

test('attempts that failed by their status without any error line are still counted and shown', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 500, statusCounts: { error: 30, oom: 2 } });
  addFailure(summary, { count: 20 });

  expect(failureSection(summary, {}).map(({ status, type, rate }) => [status, type, rate.count])).toEqual([
    ['error', 'TypeError', 20],
    ['error', '(no error line)', 10],
    ['oom', '(no error line)', 2],
  ]);
  expect(findingsOf(summary).map(({ kind, affectedCount }) => [kind, affectedCount])).toEqual([
    ['failure', 20],
    ['failure', 10],
    ['out-of-memory', 2],
  ]);
});

test('deaths by memory offer more memory; where memory leaks, that would only postpone them', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 500, memorySizeMb: 512, statusCounts: { oom: 4 } });
  addFailure(summary, { type: 'Runtime.OutOfMemory', status: 'oom', maskedMessage: '', count: 4 });
  const leaking = {
    functionName: 'checkout',
    growth: { kind: 'insufficient-data', missing: '' },
    fastLeak: { deathCount: 4, medianInvocations: 40, lowInvocations: 36, highInvocations: 44, mbPerInvocation: 11 },
  } as unknown as MemorySection;

  const [stable] = findingsOf(summary);
  expect(stable!.next).toBe('aws lambda update-function-configuration --function-name checkout --memory-size 768');
  const [climbing] = findingsOf(summary, [leaking]);
  expect(climbing!.next).toBe('nightlight explain F-? export.csv');
  expect(climbing!.why).toContain('killed for want of memory about 40 invocations (36 to 44) after a start, climbing 11 MB each: 4 of 500');
});

test('failed inits name their error and how many of them were cold', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 50, statusCounts: { 'init-error': 3 } });
  addFailure(summary, {
    type: 'Runtime.ImportModuleError',
    status: 'init-error',
    maskedMessage: "Cannot find module 'sharp'",
    count: 3,
    coldCount: 3,
  });

  expect(findingsOf(summary)[0]).toMatchObject({ kind: 'init-failure', headline: 'INIT FAILS' });
  expect(findingsOf(summary)[0]!.why).toMatch(
    /^the init failed with Runtime\.ImportModuleError: Cannot find module 'sharp': 3 of 50 .*; all on a cold start;/,
  );
});

test('what all failures share stands before what the terminal may cut', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 500, statusCounts: { error: 7 } });
  addFailure(summary, { count: 7, coldCount: 7 });
  expect(findingsOf(summary)[0]!.why).toMatch(/^[^;]*7 of 500 [^;]*; all on a cold start/);

  const twin = emptySummary();
  addConfiguration(twin, { invocationCount: 500, statusCounts: { error: 7 } });
  addFailure(twin, { count: 7, coldCount: 2 });
  expect(findingsOf(twin)[0]!.why).not.toContain('all on a cold start');
  expect(findingsOf(twin)[0]!.why).toContain('2 on a cold start');
});

test('failures without a line of their own stand behind those that are named, unless they are far more', () => {
  const named = (count: number) => {
    const summary = emptySummary();
    addConfiguration(summary, { invocationCount: 1000, statusCounts: { error: 300 } });
    addFailure(summary, { type: 'ConnectionCut', maskedMessage: '', count });
    return findingsOf(summary).map(({ why, weight }) => ({ why, weight }));
  };
  const byWeight = (count: number) => named(count).sort((a, b) => b.weight - a.weight)[0]!.why;
  expect(byWeight(100)).toContain('ConnectionCut: 100 of 1,000');
  expect(byWeight(10)).toContain('failed without an error line: 290 of 1,000');
  expect(byWeight(100)).toContain('200 more failures without an error line may be of this kind');
});

test('the share of a kind of failure reaches up to where all nameless ones are of that kind', () => {
  const highWith = (failedCount: number) => {
    const summary = emptySummary();
    addConfiguration(summary, { invocationCount: 1000, statusCounts: { error: failedCount } });
    addFailure(summary, { count: 100 });
    return findingsOf(summary).find(({ affectedCount }) => affectedCount === 100)!.shareHigh!;
  };
  expect(highWith(300)).toBeGreaterThan(0.3);
  expect(highWith(100)).toBeLessThan(0.13);
});

test('errors that were only logged never weigh against failed requests and trip no gate', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 1000, statusCounts: { error: 1 } });
  addFailure(summary, { count: 1 });
  addFailure(summary, { type: 'Warning', maskedMessage: 'cache miss', count: 0, loggedOnlyCount: 900 });
  addFailure(summary, { type: 'Warning', maskedMessage: 'slow query', count: 0, loggedOnlyCount: 90 });
  const [failed, logged, ...others] = findingsOf(summary);

  expect(others).toEqual([]);
  expect(failed).toMatchObject({ harm: 'users', affectedCount: 1 });
  expect(failed!.weight).toBeGreaterThan(0);
  expect(logged).toMatchObject({ headline: 'LOGGED ERRORS', harm: 'soon', weight: 0, gates: [], certainty: 'suspected' });
  expect(logged!.why).toBe('990 error lines of 2 kinds with which no attempt ended; most often (900) Warning: cache miss');
});

test('of many kinds of error the ten most frequent stand alone and the rest share one finding', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 10_000 });
  for (let kind = 1; kind <= 30; kind++) {
    // Thirty texts of one place would be one statement with a value in it.
    const stack = [`handle${'abcdefghijklmnopqrstuvwxyz'[kind % 26]!.repeat(kind > 25 ? 4 : 3)} (/var/task/index.js:10:5)`];
    addFailure(summary, { maskedMessage: 'not found', stack, count: kind });
  }
  const findings = findingsOf(summary);

  expect(findings).toHaveLength(11);
  expect(findings.reduce((sum, finding) => sum + finding.affectedCount!, 0)).toBe(465);
  expect(findings.at(-1)!.why).toMatch(/^20 more kinds of failure: 210 of 10,000 /);
});

test('a thousand failures over a day outweigh a single one', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 100_000, lastMs: NOON_MS + 1440 * MINUTE_MS });
  addFailure(summary, { maskedMessage: 'often', perMinute: new Array(1440).fill(1) });
  addFailure(summary, { maskedMessage: 'once', count: 1 });
  const [often, once] = findingsOf(summary);

  expect(often!.weight).toBeGreaterThan(once!.weight);
});

test('an error that nothing names is called by what is known of it', () => {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 100 });
  addFailure(summary, { type: 'error', maskedMessage: '', count: 3 });
  addFailure(summary, { type: 'Runtime.ExitError', maskedMessage: 'Runtime.ExitError', count: 2 });
  addFailure(summary, { type: 'Error', code: 'ECONNRESET', maskedMessage: 'socket hang up', count: 1 });

  expect(findingsOf(summary).map(({ why }) => why.split(/: \d/)[0])).toEqual([
    'failed without an error line',
    'Runtime.ExitError',
    'Error (ECONNRESET): socket hang up',
  ]);
});

test('evidence leads to the file and the byte', () => {
  const summary = emptySummary();
  addConfiguration(summary, {});
  addFailure(summary);

  expect(findingsOf(summary)[0]!.evidence).toEqual([{ path: 'export.csv', byteOffset: 4096, at: '2026-11-21T12:00:00.000Z' }]);
});

test('where the input has no platform lines the count is only suspected', () => {
  const summary = emptySummary();
  addConfiguration(summary, {});
  addFailure(summary);
  summary.eventCount = 40;
  expect(findingsOf(summary)[0]!.certainty).toBe('suspected');

  summary.platformLineCount = 30;
  expect(findingsOf(summary)[0]!.certainty).toBe('proven');
});

test('a function is summed over its versions; attempts without an end are in no share', () => {
  const summary = emptySummary();
  const seven = addConfiguration(summary, { version: '7', invocationCount: 100, statusCounts: { error: 5, unfinished: 10 } });
  addConfiguration(summary, { version: '8', memorySizeMb: 1024, invocationCount: 50, statusCounts: { timeout: 1 } });
  addConfiguration(summary, { functionName: 'email', invocationCount: 400 });
  addSandbox(summary, seven, { death: { by: 'crash', n: 1, atMs: NOON_MS, evidence: evidenceAt(NOON_MS) } });
  const [email, checkout] = functionSection(summary, {});

  expect(email).toMatchObject({ functionName: 'email', failed: { count: 0, of: 400, low: 0 } });
  expect(checkout).toMatchObject({
    functionName: 'checkout',
    versions: ['7', '8'],
    memorySizesMb: [512, 1024],
    invocationCount: 150,
    sandboxCount: 1,
    failed: { count: 6, of: 140 },
  });
});

test('where sandboxes are mixed up, their number is not claimed and more memory is not offered', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { invocationCount: 500, statusCounts: { oom: 4 } });
  addFailure(summary, { status: 'oom', type: 'Runtime.OutOfMemory', count: 4 });
  addSandbox(summary, configuration, { isolated: false });
  const [finding] = findingsOf(summary);

  expect(finding!.why).not.toContain('sandbox');
  expect(finding!.next).toBe('nightlight explain F-? export.csv');
});

test("the agent's own lines count attempts as surely as the platform's", () => {
  const summary = emptySummary();
  summary.platformLineCount = 0;
  summary.eventCount = 500;
  addConfiguration(summary, { invocationCount: 500, agentLineCount: 500 });
  addFailure(summary, { count: 4 });
  expect(findingsOf(summary)).toMatchObject([
    { certainty: 'proven', certaintyBecause: "each one is told by the agent's line, or the span, of that attempt" },
  ]);
});
