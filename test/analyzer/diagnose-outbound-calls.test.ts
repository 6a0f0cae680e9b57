/** Calls to other services: storms of retries, limits that come near, pools that never close; each beside its healthy twin. */
import { milliseconds, type OutboundCalls } from '@nightlight/agent/record';
import { describe, expect, test } from 'vitest';
import { renderText } from '../../analyzer/src/report/text.ts';
import { SocketTrend } from '../../analyzer/src/store/socket-trend.ts';
import { calls, invLine, sumLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { findingsOf, NIGHT_MS, nightOf, reportOfLines } from '../support/lambda-night.ts';

function nightOfCalls(made: (n: number) => OutboundCalls, count = 60) {
  const attempts = Array.from({ length: count }, (_, i) => ({
    agent: invLine({ requestId: requestId(i + 1), durationMs: milliseconds(20), outboundCalls: [made(i)] }),
  }));
  return reportOfLines(nightOf([attempts]));
}

test('calls, errors, retries, time and limit are added up for each peer', () => {
  const report = nightOfCalls(() => calls('payments', 2, 10, { errorCount: 1, retryCount: 0, sequentialCount: 1, timeout: 'none' }));
  expect(report.outboundCalls).toMatchObject([
    { functionName: 'checkout', peer: 'payments', callCount: 120, errors: { count: 60 }, totalMs: 600, meanMs: 5, timeLimit: 'none' },
  ]);
  expect(report.outboundCalls![0]!.timeShare).toBeCloseTo(0.5);
  const text = renderText(report, { width: 120 });
  expect(text).toContain('OUTBOUND CALLS');
  expect(text).toContain('Without a time limit: checkout to payments');
});

test('a limit that could not be seen is unknown, never absent', () => {
  expect(nightOfCalls(() => calls('payments', 1, 5)).outboundCalls![0]!.timeLimit).toBe('unknown');
});

test('what summaries count is not counted again from the single lines before them', () => {
  const attempts = Array.from({ length: 4 }, (_, i) => ({
    agent: i === 0 ? invLine({ requestId: requestId(1), outboundCalls: [calls('payments', 1, 5)] }) : undefined,
  }));
  const lines = nightOf([attempts]);
  const stream = lines[0]!.stream!;
  const summary = { stream, atMs: lines.at(-1)!.atMs, text: sumLine(1, NIGHT_MS, 4, { outboundCalls: [calls('payments', 4, 20)] }) };
  expect(reportOfLines([...lines, summary]).outboundCalls).toMatchObject([{ callCount: 4, totalMs: 20 }]);
});

test('a storm of retries is found; a few retries of a healthy peer are none, nor are errors without retries', () => {
  const storm = nightOfCalls(() => calls('payments', 3, 30, { errorCount: 2, retryCount: 2 }));
  expect(findingsOf(storm, 'retry-storm')[0]!.why).toContain('each call to payments is tried 3.0 times');
  expect(findingsOf(storm, 'retry-storm')[0]!.sinceMs).toBe(NIGHT_MS + 29);
  const few = nightOfCalls((n) => calls('payments', 1, 10, { errorCount: n === 7 ? 1 : 0, retryCount: n === 8 ? 1 : 0 }));
  expect(findingsOf(few, 'retry-storm')).toEqual([]);
  const erring = nightOfCalls(() => calls('payments', 1, 10, { errorCount: 1 }));
  expect(findingsOf(erring, 'retry-storm')).toEqual([]);
});

test('calls that end just before their limit are found, one slow call is not', () => {
  const near = nightOfCalls((n) => calls('payments', 1, 900, { timeout: 'set', nearTimeoutCount: n % 5 === 0 ? 1 : 0 }));
  expect(findingsOf(near, 'calls-near-limit')[0]!.why).toContain('12 of 60 calls to payments (20 %) took more than four fifths');
  const one = nightOfCalls((n) => calls('payments', 1, 90, { timeout: 'set', nearTimeoutCount: n === 5 ? 1 : 0 }));
  expect(findingsOf(one, 'calls-near-limit')).toEqual([]);
});

describe('connections', () => {
  const pooled = (live: (n: number) => number, sandboxes: number) =>
    reportOfLines(
      nightOf(
        Array.from({ length: sandboxes }, (_, sandbox) =>
          Array.from({ length: 60 }, (_, n) => ({
            agent: invLine({
              requestId: requestId(sandbox * 60 + n + 1),
              liveSockets: [{ service: 'orders-db', liveCount: live(n), openedCount: 1 }],
            }),
          })),
        ),
      ),
    );

  test('that rise for as long as two sandboxes live are shown to leak, in one they are suspected', () => {
    const two = findingsOf(
      pooled((n) => 1 + n, 2),
      'pool-growth',
    )[0]!;
    expect(two).toMatchObject({ certainty: 'shown', gates: ['any'] });
    expect(two.why).toContain('in 2 of 2 sandboxes the open connections to orders-db rise for as long as it lives, to 60');
    expect(
      findingsOf(
        pooled((n) => 1 + n, 1),
        'pool-growth',
      )[0],
    ).toMatchObject({ certainty: 'suspected', gates: [] });
  });

  test.each([
    ['fills and stays', (n: number) => Math.min(10, 1 + n)],
    ['fills late and stays', (n: number) => Math.min(10, 1 + Math.floor(n / 4))],
    ['follows the traffic up and down', (n: number) => 5 + Math.round(4 * Math.sin(n / 5))],
    ['climbs and is closed again', (n: number) => n % 20],
  ])('of a pool that %s are left in peace', (_, live) => {
    expect(findingsOf(pooled(live, 3), 'pool-growth')).toEqual([]);
  });

  test('a long life is judged like a short one', () => {
    const climbing = new SocketTrend();
    const resting = new SocketTrend();
    for (let n = 0; n < 50_000; n++) {
      climbing.add(Math.floor(n / 100));
      resting.add(Math.min(10, n));
    }
    expect(climbing.climb()!.gainedCount).toBeGreaterThan(100);
    expect(resting.climb()).toBeUndefined();
  });
});

test('a breaker that opened is told beside the calls', () => {
  const report = reportOfLines(
    nightOf([
      [
        {
          agent: invLine({
            requestId: requestId(1),
            breakerEvents: [
              { name: 'payments', event: 'open', eventCount: 1 },
              { name: 'payments', event: 'reject', eventCount: 12 },
            ],
            openBreakers: ['payments'],
          }),
        },
      ],
    ]),
  );
  expect(report.breakers).toEqual([{ functionName: 'checkout', name: 'payments', openedCount: 1, rejectedCount: 12, seenOpenCount: 1 }]);
  expect(renderText(report)).toContain('circuit breaker payments opened 1 time');
});
