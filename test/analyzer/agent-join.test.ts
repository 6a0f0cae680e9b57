/** Whose line is it? The agent's lines find the attempt, the sandbox and the process that they speak of. */
import { bucketOfMs, epochMilliseconds, milliseconds } from '@nightlight/agent/record';
import { expect, test } from 'vitest';
import { whatCannotBeTold } from '../../analyzer/src/diagnose/cannot-tell.ts';
import { failureSection } from '../../analyzer/src/diagnose/failures.ts';
import type { ConfigurationSummary, Summary } from '../../analyzer/src/store/summary.ts';
import { deathLine, initLine, invLine, openCall, sumLine, winLine } from '../support/agent-lines.ts';
import { endLine, type LoggedLine, reportLine, requestId, startLine } from '../support/assemble-lines.ts';
import { summarizeLines } from '../support/summarize-lines.ts';

const T0 = Date.UTC(2026, 10, 21, 2);
const A = '2026/11/21/[7]0123456789abcdef0123456789abcdef';
const B = '2026/11/21/[7]fedcba9876543210fedcba9876543210';

function attempt(ordinal: number, atMs: number, agentLine: string | undefined, stream = A, report = reportLine(ordinal)): LoggedLine[] {
  return [
    { stream, atMs, text: startLine(ordinal) },
    ...(agentLine === undefined ? [] : [{ stream, atMs: atMs + 9, text: agentLine }]),
    { stream, atMs: atMs + 10, text: endLine(ordinal) },
    { stream, atMs: atMs + 10, text: report },
  ];
}

const timeout = (ordinal: number): string =>
  `REPORT RequestId: ${requestId(ordinal)}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\tStatus: timeout`;

const only = (summary: Summary): ConfigurationSummary => {
  const counted = [...summary.configurations.values()].filter((configuration) => configuration.invocationCount > 0);
  expect(counted).toHaveLength(1);
  return counted[0]!;
};

test('an attempt with the line of the platform and of the agent is one attempt', () => {
  const lines = [1, 2, 3].flatMap((ordinal) =>
    attempt(ordinal, T0 + ordinal * 1000, invLine({ requestId: requestId(ordinal), durationMs: milliseconds(9) })),
  );
  const { invocationCount, agentLineCount, statusCounts } = only(summarizeLines(lines));
  expect({ invocationCount, agentLineCount, success: statusCounts.success }).toEqual({ invocationCount: 3, agentLineCount: 3, success: 3 });
});

test('an export without lines of the agent knows of none', () => {
  const { agentLineCount, agent } = only(summarizeLines(attempt(1, T0, undefined)));
  expect(agentLineCount).toBe(0);
  expect(agent).toBeUndefined();
});

test('the agent line may stand in front of START in the same millisecond', () => {
  const lines = [{ stream: A, atMs: T0, text: invLine({ requestId: requestId(1) }) }, ...attempt(1, T0, undefined)];
  expect(only(summarizeLines(lines)).invocationCount).toBe(1);
});

test('an asynchronous retry reuses the id: each attempt has its own line, also in two sandboxes whose lines alternate', () => {
  const line = (n: number) => invLine({ requestId: requestId(1), invocationNumber: n });
  const first = attempt(1, T0, line(4));
  const second = attempt(1, T0 + 5, line(9), B);
  const interleaved = first.flatMap((each, i) => [each, second[i]!]);
  const again = attempt(1, T0 + 60_000, line(5));
  const { invocationCount, agentLineCount, agent } = only(summarizeLines([...interleaved, ...again]));
  expect({ invocationCount, agentLineCount, lines: agent!.lineCount }).toEqual({ invocationCount: 3, agentLineCount: 3, lines: 3 });
});

test('a line that was delivered twice is one line', () => {
  const line = invLine({ requestId: requestId(1), invocationNumber: 1, droppedCount: 2 });
  const lines = [...attempt(1, T0, line).slice(0, 2), { stream: A, atMs: T0 + 9, text: line }, ...attempt(1, T0, line).slice(2)];
  expect(only(summarizeLines(lines)).agent!.counters.droppedCount).toBe(2);
});

test('what a successor tells belongs to the attempt that died, not to the retry with the same id in whose course it is told', () => {
  const lines = [
    ...attempt(1, T0, undefined, A, timeout(1)),
    { stream: A, atMs: T0 + 60_000, text: startLine(1) },
    {
      stream: A,
      atMs: T0 + 60_200,
      text: deathLine({ requestId: requestId(1), startedAtEpochMs: epochMilliseconds(T0), openCalls: [openCall('payments', 2900)] }),
    },
    { stream: A, atMs: T0 + 60_300, text: endLine(1) },
    { stream: A, atMs: T0 + 60_300, text: reportLine(1, 300) },
  ];
  const configuration = only(summarizeLines(lines));
  expect(configuration.statusCounts).toMatchObject({ timeout: 1, success: 1 });
  expect(configuration.agent!.deaths.get('timeout')!.openCalls.get('payments')).toMatchObject({ count: 1, longestMs: 2900 });
});

test('what the process wrote shortly before its limit is of the attempt under way, and of no death when it made it in time', () => {
  const near = (ordinal: number) =>
    deathLine({ requestId: requestId(ordinal), remainingMs: milliseconds(150), openCalls: [openCall('payments', 2800)] });
  const lines = [...attempt(1, T0, near(1), A, timeout(1)), ...attempt(2, T0 + 5000, near(2))];
  const deaths = only(summarizeLines(lines)).agent!.deaths;
  expect([...deaths].map(([how, { toldCount }]) => [how, toldCount])).toEqual([['timeout', 1]]);
});

test('a death that the process and its successor both tell of is told once', () => {
  const told = { requestId: requestId(1), openCalls: [openCall('payments', 2800)] };
  const lines = [
    ...attempt(1, T0, deathLine({ ...told, remainingMs: milliseconds(150) }), A, timeout(1)),
    { stream: A, atMs: T0 + 4000, text: deathLine(told) },
    ...attempt(2, T0 + 4100, undefined),
  ];
  expect(only(summarizeLines(lines)).agent!.deaths.get('timeout')!.toldCount).toBe(1);
});

const process = (texts: readonly string[]): LoggedLine[] => texts.map((text) => ({ atMs: Number.NaN, text }));
const ofProcess = { sandboxId: 'host-1:4711' };

test('a long-running process is a service of its own: its windows count, exactly, and name it', () => {
  const durations = [
    { index: bucketOfMs(2), count: 90 },
    { index: bucketOfMs(40), count: 10 },
  ];
  const lines = process([
    initLine({ ...ofProcess, startedAtEpochMs: epochMilliseconds(T0), serviceName: 'orders-api' }),
    invLine({
      ...ofProcess,
      startedAtEpochMs: epochMilliseconds(T0 + 500),
      durationMs: milliseconds(40),
      failed: true,
      errorType: 'Error',
    }),
    winLine(1, T0, { ...ofProcess, requestCount: 100, failedCount: 1, durations }),
    winLine(2, T0 + 10_000, { ...ofProcess, requestCount: 100, failedCount: 0, durations }),
    invLine({ ...ofProcess, startedAtEpochMs: epochMilliseconds(T0 + 21_000), durationMs: milliseconds(2), failed: false }),
  ]);
  const summary = summarizeLines(lines, {});
  const { functionName, invocationCount, statusCounts, warm } = only(summary);
  // 200 of the windows and the one request that no window speaks of yet.
  expect({ functionName, invocationCount, failed: statusCounts.error, counted: warm.total }).toEqual({
    functionName: 'orders-api',
    invocationCount: 201,
    failed: 1,
    counted: 201,
  });
  expect(summary.processes).toMatchObject([{ sandboxId: 'host-1:4711', windowCount: 2, requestCount: 200 }]);
  expect(summary.sandboxes).toMatchObject([{ invocationCount: 201 }]);
});

test('a window that was delivered twice counts once, and one that is missing between two is missed', () => {
  const window = (sequence: number) =>
    winLine(sequence, T0 + sequence * 10_000, { ...ofProcess, serviceName: 'orders-api', requestCount: 10 });
  const lines = process([window(3), window(4), window(4), window(7)]);
  const { invocationCount, agent } = only(summarizeLines(lines, {}));
  expect({ invocationCount, stretches: agent!.stretchCount, missing: agent!.missingStretchCount }).toEqual({
    invocationCount: 30,
    stretches: 3,
    missing: 2,
  });
});

test('two processes in one file are two sandboxes of one service', () => {
  const window = (sandboxId: string, sequence: number) =>
    winLine(sequence, T0 + sequence * 10_000, { sandboxId, serviceName: 'orders-api', requestCount: 10 });
  const summary = summarizeLines(process([window('a', 1), window('b', 1), window('a', 2), window('b', 2)]), {});
  expect(only(summary).invocationCount).toBe(40);
  expect(summary.sandboxes.map((sandbox) => [sandbox.logStream, sandbox.invocationCount])).toEqual([
    ['a', 20],
    ['b', 20],
  ]);
});

test('requests of a process that writes no windows are counted by their own lines', () => {
  const lines = process([
    initLine({ ...ofProcess, serviceName: 'worker' }),
    ...[1, 2, 3].map((n) =>
      invLine({ ...ofProcess, startedAtEpochMs: epochMilliseconds(T0 + n), durationMs: milliseconds(5), failed: n === 2 }),
    ),
  ]);
  expect(only(summarizeLines(lines, {}))).toMatchObject({ functionName: 'worker', invocationCount: 3, statusCounts: { error: 1 } });
});

test('with a line for every N-th invocation the summaries count the rest, and nothing is counted twice', () => {
  const checked = [{ name: 'total', passedCount: 1, failedCount: 0 }];
  const lines = [1, 2, 3, 4].flatMap((ordinal) =>
    attempt(ordinal, T0 + ordinal * 1000, ordinal === 1 ? invLine({ requestId: requestId(1), invariantChecks: checked }) : undefined),
  );
  const summarized = {
    stream: A,
    atMs: T0 + 4009,
    text: sumLine(1, T0, 4, { invariantChecks: [{ name: 'total', passedCount: 4, failedCount: 0 }] }),
  };
  const last = attempt(5, T0 + 6000, invLine({ requestId: requestId(5), invariantChecks: checked }));
  const { invocationCount, agent, agentLineCount } = only(summarizeLines([...lines, summarized, ...last]));
  expect({ invocationCount, agentLineCount }).toEqual({ invocationCount: 5, agentLineCount: 2 });
  expect(agent!.counters.checks.get('total')).toEqual({ passedCount: 5, failedCount: 0 });
});

test('a start with traces of a predecessor in its sandbox is a restart, and never a cold start', () => {
  const cold = (predecessor: 'none' | 'died') => [
    { stream: A, atMs: T0, text: 'INIT_START Runtime Version: nodejs:22.v20' },
    { stream: A, atMs: T0 + 300, text: startLine(1) },
    { stream: A, atMs: T0 + 301, text: initLine({ requestId: requestId(1), predecessor }) },
    { stream: A, atMs: T0 + 400, text: endLine(1) },
    { stream: A, atMs: T0 + 400, text: reportLine(1, 100) },
  ];
  expect(only(summarizeLines(cold('died'))).inits.map(({ kind }) => kind)).toEqual(['restart']);
  expect(only(summarizeLines(cold('none'))).inits.map(({ kind }) => kind)).toEqual(['suppressed']);
});

test('a dead process is known by the name of the successor that speaks of it', () => {
  const lines = process([
    initLine({ sandboxId: 'new', serviceName: 'orders-api', startedAtEpochMs: epochMilliseconds(T0), predecessor: 'died' }),
    deathLine({ sandboxId: 'old', phase: 'invocation', foundAtEpochMs: epochMilliseconds(T0 + 1), openCalls: [openCall('orders-db')] }),
    deathLine({ sandboxId: 'older', phase: 'idle', foundAtEpochMs: epochMilliseconds(T0 + 1), openCalls: [] }),
    winLine(1, T0, { sandboxId: 'new', serviceName: 'orders-api', requestCount: 1 }),
  ]);
  const { functionName, agent } = only(summarizeLines(lines, {}));
  expect(functionName).toBe('orders-api');
  // One that was idle lost nothing.
  expect(agent!.deaths.get('process')).toMatchObject({ foundCount: 1, toldCount: 1 });
});

test('failures beyond those with a line of their own are error answers, too, where all that have one are', () => {
  const failing = (more: Parameters<typeof invLine>[0]) =>
    invLine({ ...ofProcess, startedAtEpochMs: epochMilliseconds(T0 + 500), durationMs: milliseconds(4), failed: true, ...more });
  const window = winLine(1, T0, { ...ofProcess, serviceName: 'orders-api', requestCount: 100, failedCount: 5 });
  const failures = (line: string) =>
    failureSection(summarizeLines(process([line, window]), {}), {}).map(({ type, rate }) => [type, rate.count]);
  expect(failures(failing({}))).toEqual([['error answer', 5]]);
  expect(failures(failing({ errorType: 'TypeError' }))).toEqual([
    ['(no error line)', 4],
    ['TypeError', 1],
  ]);
});

test('requests that only a window counts could have failed after the first one that did, in the same minute, too', () => {
  // 30 s into a minute it begins to serve; one request in ten fails from the first second on.
  const from = T0 + 30_000;
  const failing = Array.from({ length: 20 }, (_, n) =>
    invLine({
      ...ofProcess,
      startedAtEpochMs: epochMilliseconds(from + 500 + n * 450),
      durationMs: milliseconds(4),
      failed: true,
      errorType: 'TypeError',
    }),
  );
  const window = winLine(1, from, { ...ofProcess, serviceName: 'orders-api', requestCount: 200, failedCount: 20 });
  const { rarity } = failureSection(summarizeLines(process([...failing, window]), {}), {})[0]!;
  expect(rarity!.failures).toBe(19);
  expect(rarity!.exposed).toBeGreaterThan(170);
  expect(rarity!.exposed).toBeLessThanOrEqual(200);
  expect(rarity!.high).toBeLessThan(0.3);
});

test('requests that a drill touched are in no rate, and told apart; asked to, they count', () => {
  const drilled = { ...ofProcess, drillId: 'drill-7' };
  const lines = process([
    invLine({
      ...drilled,
      startedAtEpochMs: epochMilliseconds(T0 + 500),
      durationMs: milliseconds(4),
      failed: true,
      errorType: 'TypeError',
    }),
    invLine({
      ...ofProcess,
      startedAtEpochMs: epochMilliseconds(T0 + 700),
      durationMs: milliseconds(4),
      failed: true,
      errorType: 'RangeError',
    }),
    winLine(1, T0, { ...drilled, serviceName: 'orders-api', requestCount: 100, failedCount: 31, drilledCount: 40, drilledFailedCount: 30 }),
  ]);
  const summary = summarizeLines(lines, {});
  expect(only(summary)).toMatchObject({ invocationCount: 60, statusCounts: { error: 1 } });
  expect([...summary.drilled]).toEqual([['drill-7', 40]]);
  expect(whatCannotBeTold(summary)[0]).toMatch(/^what 40 requests would have been like without a drill \(drill-7\)/);
  expect(failureSection(summary, {}).map(({ type }) => type)).toEqual(['RangeError']);
});
