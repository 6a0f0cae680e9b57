/** What a killed request was waiting for, and deaths by memory that call themselves timeouts. */
import { bytes, epochMilliseconds, milliseconds } from '@nightlight/agent/record';
import { describe, expect, test } from 'vitest';
import { calls, deathLine, initLine, invLine, mebi, openCall, winLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { findingsOf, NIGHT_MS, type NightAttempt, nightOf, reportOfLines } from '../support/lambda-night.ts';

const quiet = (ordinal: number, more: Parameters<typeof invLine>[0] = {}): NightAttempt => ({
  agent: invLine({ requestId: requestId(ordinal), durationMs: milliseconds(18), ...more }),
});

describe('a request that ran into its limit', () => {
  const paying = (timeout: 'set' | 'none' | undefined) => quiet(1, { outboundCalls: [calls('payments', 1, 8, { timeout })] });
  const killed: NightAttempt = { timedOutMs: 3000 };
  const found = deathLine({ requestId: requestId(2), openCalls: [openCall('payments', 2900)] });

  test('is said to have waited for the call that its successor found open, and that nothing bounded the wait', () => {
    const report = reportOfLines(nightOf([[paying('none'), killed, { ...quiet(3), before: [found] }]]));
    expect(findingsOf(report, 'timeout')[0]!.why).toContain('it waited for payments, 2.9 s of 3 s; no time limit was set on the call');
  });

  test('nothing is said of a time limit that nobody could see', () => {
    const report = reportOfLines(nightOf([[paying(undefined), killed, { ...quiet(3), before: [found] }]]));
    expect(findingsOf(report, 'timeout')[0]!.why).toContain('it waited for payments, 2.9 s of 3 s');
    expect(findingsOf(report, 'timeout')[0]!.why).not.toContain('time limit');
  });

  test('had no call under way only where a recorder says so; without one it is unknown', () => {
    const none = deathLine({ requestId: requestId(2), openCalls: [] });
    const told = reportOfLines(nightOf([[quiet(1), killed, { ...quiet(3), before: [none] }]]));
    expect(findingsOf(told, 'timeout')[0]!.why).toContain('it had no call under way');
    const untold = reportOfLines(nightOf([[quiet(1), killed, quiet(3)]]));
    expect(findingsOf(untold, 'timeout')[0]!.why).toContain('what was in flight is unknown');
    expect(findingsOf(untold, 'timeout')[0]!.facts).toContainEqual({ name: 'in flight', value: 'unknown: no line of the agent tells' });
  });

  test('is told as before where no agent was there', () => {
    const report = reportOfLines(nightOf([[{}, killed, {}]]));
    expect(findingsOf(report, 'timeout')[0]!.why).not.toContain('in flight');
  });

  test('some told, some not: both are counted', () => {
    const lines = nightOf([
      [quiet(1), killed, { ...quiet(3), before: [found] }],
      [quiet(4), killed, quiet(6)],
    ]);
    expect(findingsOf(reportOfLines(lines), 'timeout')[0]!.why).toMatch(/1 of 2 waited for payments.*in the other 1 is unknown/);
  });
});

test('a long-running process that died at work is found, with the call in its hands', () => {
  const of = { sandboxId: 'host:1' };
  const lines = [
    winLine(1, NIGHT_MS, { ...of, serviceName: 'orders-api', requestCount: 50 }),
    deathLine({
      ...of,
      foundAtEpochMs: epochMilliseconds(NIGHT_MS + 60_000),
      phase: 'invocation',
      openCalls: [openCall('ledger-db', 800)],
    }),
    initLine({ ...of, startedAtEpochMs: epochMilliseconds(NIGHT_MS + 60_000), serviceName: 'orders-api', predecessor: 'died' }),
  ].map((text) => ({ atMs: Number.NaN, text }));
  const [finding] = findingsOf(reportOfLines(lines, {}), 'process-died');
  expect(finding).toMatchObject({ functionName: 'orders-api', affectedCount: 1 });
  expect(finding!.why).toContain('it waited for ledger-db, at least 800 ms');
  expect(findingsOf(reportOfLines(lines.slice(0, 1), {}), 'process-died')).toEqual([]);
});

test('a process that died with several requests in hand died once', () => {
  const dead = { sandboxId: 'host:1', lastSeenAtEpochMs: epochMilliseconds(NIGHT_MS) };
  const lines = [
    initLine({ sandboxId: 'host:2', serviceName: 'orders-api', predecessor: 'died' }),
    deathLine({ ...dead, requestId: 'host:1-7', openCalls: [openCall('ledger-db', 800)] }),
    deathLine({ ...dead, requestId: 'host:1-8', openCalls: [openCall('ledger-db', 600)] }),
    // What was under way outside of any request.
    deathLine({ ...dead, openCalls: [openCall('metrics', 20)] }),
  ].map((text) => ({ atMs: Number.NaN, text }));
  const [finding] = findingsOf(reportOfLines(lines, {}), 'process-died');
  expect(finding!.why).toBe('1 process died with 2 requests in hand; both waited for ledger-db, at least 700 ms on average');
});

describe('one death that two lines tell', () => {
  const startedAtEpochMs = epochMilliseconds(NIGHT_MS + 1040);
  const foretold = deathLine({
    requestId: requestId(2),
    startedAtEpochMs,
    remainingMs: milliseconds(100),
    openCalls: [openCall('payments', 2800)],
  });
  const foundAfter = deathLine({
    requestId: requestId(2),
    startedAtEpochMs,
    lastSeenAtEpochMs: epochMilliseconds(NIGHT_MS + 1140),
    openCalls: [openCall('payments', 0.02)],
  });

  test('the process before its limit and its successor: it died once, and waited until it died', () => {
    const report = reportOfLines(nightOf([[quiet(1), { timedOutMs: 3000, agent: foretold }, { ...quiet(3), before: [foundAfter] }]]));
    expect(findingsOf(report, 'timeout')[0]!.why).toContain('it waited for payments, 2.9 s of 3 s');
    expect(findingsOf(report, 'process-died')).toEqual([]);
  });

  test('the successor alone: the wait goes on from the last sign of life to the death', () => {
    const report = reportOfLines(nightOf([[quiet(1), { timedOutMs: 3000 }, { ...quiet(3), before: [foundAfter] }]]));
    expect(findingsOf(report, 'timeout')[0]!.why).toContain('it waited for payments, 2.9 s of 3 s');
  });

  test('a warning before a limit that was not met is no death, also where no line of the platform tells', () => {
    const lines = [initLine({ requestId: requestId(2) }), foretold, invLine({ requestId: requestId(2) })];
    const report = reportOfLines(lines.map((text, at) => ({ stream: '2026/11/21/[7]a', atMs: NIGHT_MS + at, text })));
    expect(findingsOf(report, 'process-died')).toEqual([]);
  });
});

describe('a process that got SIGKILL', () => {
  const dying = (usedMb: number) =>
    nightOf([[quiet(1), { usedMb }]]).flatMap((line) =>
      line.text.startsWith(`END RequestId: ${requestId(2)}`)
        ? [line, { ...line, text: `RequestId: ${requestId(2)} Error: Runtime exited with error: signal: killed\nRuntime.ExitError` }]
        : [line],
    );

  test('at its memory size was killed for want of memory', () => {
    expect(findingsOf(reportOfLines(dying(191)), 'out-of-memory')).toHaveLength(1);
  });

  test('with memory to spare was killed by somebody else', () => {
    const report = reportOfLines(dying(82));
    expect(findingsOf(report, 'out-of-memory')).toEqual([]);
    expect(findingsOf(report, 'failure')[0]!.why).toContain('signal: killed');
  });
});

describe('out of memory, shown as a timeout', () => {
  const climb = (last: number): NightAttempt[] => [
    ...[90, 120, 150, 180].map((usedMb) => ({ usedMb })),
    { usedMb: last, timedOutMs: 3000 },
  ];

  test.each([192, 191, 189])('is suspected where memory rose to %i of 192 MB in the very attempt that timed out', (usedMb) => {
    const [finding] = findingsOf(reportOfLines(nightOf([climb(usedMb)])), 'masked-out-of-memory');
    expect(finding).toMatchObject({ certainty: 'suspected', affectedCount: 1 });
  });

  test('is shown where the agent saw the process at its limit when it died', () => {
    const died = deathLine({ requestId: requestId(5), memory: { heapUsedAfterBytes: mebi(150), rssBytes: mebi(186) } });
    const report = reportOfLines(nightOf([[...climb(192), { before: [died] }]]));
    expect(findingsOf(report, 'masked-out-of-memory')[0]).toMatchObject({ certainty: 'shown', gates: ['any'] });
    // Said once: the ceiling is not told again as if it were something else.
    expect(findingsOf(report, 'memory-pinned')).toEqual([]);
    expect(findingsOf(report, 'near-memory')).toEqual([]);
  });

  test('is shown where the heap was at its own limit in the attempt before', () => {
    const limit = initLine({ requestId: requestId(1), heapLimitBytes: mebi(100) });
    const [first, ...rest] = climb(190);
    const beforeLast = { ...rest[2]!, agent: invLine({ requestId: requestId(4), memory: { heapUsedAfterBytes: mebi(95) } }) };
    const lines = nightOf([[{ ...first!, agent: limit }, rest[0]!, rest[1]!, beforeLast, rest[3]!]]);
    expect(findingsOf(reportOfLines(lines), 'masked-out-of-memory')[0]).toMatchObject({ certainty: 'shown' });
  });

  test('the heap from before the invocation says nothing of how it ended', () => {
    const died = deathLine({ requestId: requestId(5), memory: { heapUsedBeforeBytes: mebi(5) }, openCalls: [] });
    const report = reportOfLines(nightOf([[...climb(192), { before: [died] }]]));
    expect(findingsOf(report, 'masked-out-of-memory')[0]).toMatchObject({ certainty: 'suspected' });
    expect(findingsOf(report, 'timeout')[0]!.why).toContain('1 at full memory, which may be why');
  });

  test('a timeout at low memory is a timeout', () => {
    expect(findingsOf(reportOfLines(nightOf([[{}, {}, { timedOutMs: 3000, usedMb: 120 }]])), 'masked-out-of-memory')).toEqual([]);
  });

  test('a function that lives with a full memory has timeouts of another cause', () => {
    const pinned: NightAttempt[] = [{ usedMb: 150 }, ...[1, 2, 3, 4, 5].map(() => ({ usedMb: 192 })), { usedMb: 192, timedOutMs: 3000 }];
    const first: NightAttempt[] = [{ usedMb: 192, timedOutMs: 3000 }];
    expect(findingsOf(reportOfLines(nightOf([pinned, first])), 'masked-out-of-memory')).toEqual([]);
  });

  test('the agent takes the suspicion back where it saw little memory in the attempt that died', () => {
    const died = deathLine({ requestId: requestId(5), memory: { heapUsedAfterBytes: bytes(20_000_000), rssBytes: mebi(70) } });
    expect(findingsOf(reportOfLines(nightOf([[...climb(192), { before: [died] }]])), 'masked-out-of-memory')).toEqual([]);
  });

  test('an init that was repeated in the invocation and used up its time is a timeout, also where REPORT has no status', () => {
    const stream = '2026/11/21/[7]0123456789abcdef0123456789abcdef';
    const lines = [
      `START RequestId: ${requestId(1)} Version: 7`,
      'INIT_REPORT Init Duration: 3000.00 ms\tPhase: invoke\tStatus: timeout',
      `END RequestId: ${requestId(1)}`,
      `REPORT RequestId: ${requestId(1)}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 192 MB\tMax Memory Used: 192 MB\t`,
    ].map((text, i) => ({ stream, atMs: NIGHT_MS + i, text }));
    const report = reportOfLines(lines);
    expect(report.functions[0]!.statusCounts).toMatchObject({ timeout: 1, success: 0 });
    expect(findingsOf(report, 'masked-out-of-memory')[0]).toMatchObject({ certainty: 'suspected' });
  });
});
