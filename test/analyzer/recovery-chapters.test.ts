/**
 * The chapters on failure modes, difficulty, suspects, resilience and coverage, from lines to report: each says what is
 * there, and nothing beside its healthy twin.
 */
import { milliseconds } from '@nightlight/agent/record';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { renderExplanation } from '../../analyzer/src/report/explain.ts';
import { type JsonValue, reportFromJson, reportToJson, writeJson } from '../../analyzer/src/report/json.ts';
import { renderMarkdown } from '../../analyzer/src/report/markdown.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { reportSchema } from '../../analyzer/src/report/schema/report-schema.ts';
import { renderText } from '../../analyzer/src/report/text.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { calls, deathLine, openCall, winLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { NIGHT_MS } from '../support/lambda-night.ts';
import { type StoryAttempt, type StoryFunction, storyReport } from '../support/story-night.ts';
import { addMetric } from '../support/summary-builder.ts';

const MINUTES = 60;
const paying = (told: Parameters<typeof calls>[3] = {}, callCount = 1, totalMs = 20): StoryAttempt => ({
  agent: { outboundCalls: [calls('payments', callCount, totalMs, { timeout: 'set', nearTimeoutCount: 0, ...told })] },
});
const healthy: StoryFunction = { functionName: 'checkout', minutes: MINUTES, attempt: () => paying() };
const story = (attempt: StoryFunction['attempt'], more: Partial<StoryFunction> = {}): StoryFunction => ({
  ...healthy,
  ...more,
  ...(attempt && { attempt }),
});
const failing = (type: string, message: string, more: Partial<StoryAttempt> = {}): StoryAttempt => ({ ...more, error: { type, message } });

const modesOf = (report: Report) => report.modes!.recognised.map(({ modeId }) => modeId);
const queueMetrics = (summary: Summary) =>
  addMetric(
    summary,
    {
      name: 'ApproximateAgeOfOldestMessage',
      namespace: 'AWS/SQS',
      statistic: 'Maximum',
      unit: 'Seconds',
      atMs: NIGHT_MS,
      dimensions: { QueueName: 'mail-worker' },
    },
    Array.from({ length: 2 * MINUTES }, (_, minute) => Math.max(1, (minute - 90) * 60)),
  );

interface ModeStory {
  readonly functions: readonly StoryFunction[];
  readonly metrics?: (summary: Summary) => void;
  /** What is like it and is not: the same night without the trouble where absent. */
  readonly twin?: readonly StoryFunction[];
  readonly twinMetrics?: (summary: Summary) => void;
}

const MODES: Record<string, ModeStory> = {
  'pool-exhaustion': {
    functions: [
      story((minute, at) =>
        minute > 30 && at % 3 === 0 ? failing('Error', 'timeout exceeded when trying to connect', paying()) : paying(),
      ),
    ],
    twin: [story((minute, at) => (minute > 30 && at % 3 === 0 ? failing('Error', 'the cart is empty', paying()) : paying()))],
  },
  'retry-storm': {
    functions: [story((minute) => (minute >= 30 ? paying({ errorCount: 3, retryCount: 3 }, 4, 200) : paying()))],
    // More traffic, tried once each.
    twin: [story((minute) => (minute >= 30 ? paying({ errorCount: 1 }, 4, 200) : paying()))],
  },
  'slow-not-down': {
    functions: [story((_, at) => (at % 10 === 0 ? paying({ nearTimeoutCount: 1 }, 1, 2900) : paying()))],
    // Down, not slow: the calls near their limit are those that failed.
    twin: [story((_, at) => (at % 10 === 0 ? paying({ nearTimeoutCount: 1, errorCount: 1 }, 1, 2900) : paying()))],
  },
  'missing-timeout': {
    functions: [hanging('none')],
    twin: [hanging('set')],
  },
  'open-breaker': {
    functions: [
      story((minute) =>
        minute === 30
          ? {
              agent: {
                breakerEvents: [
                  { name: 'payments', event: 'open', eventCount: 1 },
                  { name: 'payments', event: 'reject', eventCount: 4 },
                ],
              },
            }
          : paying(),
      ),
    ],
  },
  'hidden-by-fallback': {
    functions: [
      story((minute) =>
        minute > 30 ? { agent: { ...paying({ errorCount: 1 }).agent, fallbackCount: 1, fallbackNames: ['price'] } } : paying(),
      ),
    ],
    // The peer fails, and the request with it.
    twin: [
      story((minute) =>
        minute > 30
          ? failing('Error', 'no price', { agent: { ...paying({ errorCount: 1 }).agent, failed: true, fallbackCount: 1 } })
          : paying(),
      ),
    ],
  },
  'wrong-body': {
    functions: [
      story((_, at) => ({
        agent: { invariantChecks: [{ name: 'total', passedCount: at % 20 === 0 ? 0 : 1, failedCount: at % 20 === 0 ? 1 : 0 }] },
      })),
    ],
    twin: [story(() => ({ agent: { invariantChecks: [{ name: 'total', passedCount: 1, failedCount: 0 }] } }))],
  },
  'function-timeout': {
    functions: [story((_, at) => (at % 40 === 39 ? { timedOut: true, durationMs: 3000 } : {}))],
    twin: [story((_, at) => (at % 40 === 39 ? { durationMs: 2900 } : {}))],
  },
  'duplicate-delivery': {
    functions: [story((_, at) => ({ agent: { eventSource: 'sqs', eventItemCount: 1, itemKeys: [`key${Math.floor(at / 2)}`] } }))],
    twin: [story((_, at) => ({ agent: { eventSource: 'sqs', eventItemCount: 1, itemKeys: [`key${at}`] } }))],
  },
  'dropped-message': {
    functions: [story((_, at) => ({ agent: { eventSource: 'sqs', eventItemCount: 1, ...(at % 50 === 0 && { droppedCount: 1 }) } }))],
    twin: [story(() => ({ agent: { eventSource: 'sqs', eventItemCount: 1 } }))],
  },
  'concurrency-limit': {
    functions: [healthy],
    metrics: (summary) => {
      addMetric(
        summary,
        { name: 'Throttles', atMs: NIGHT_MS },
        Array.from({ length: MINUTES }, () => 5),
      );
      addMetric(
        summary,
        { name: 'ConcurrentExecutions', statistic: 'Maximum', atMs: NIGHT_MS },
        Array.from({ length: MINUTES }, (_, minute) => (minute < 40 ? 50 : 12)),
      );
    },
    // A peak is traffic, and nobody was turned away.
    twinMetrics: (summary) => {
      addMetric(
        summary,
        { name: 'Throttles', atMs: NIGHT_MS },
        Array.from({ length: MINUTES }, () => 0),
      );
      addMetric(
        summary,
        { name: 'ConcurrentExecutions', statistic: 'Maximum', atMs: NIGHT_MS },
        Array.from({ length: MINUTES }, (_, minute) => 12 + minute),
      );
    },
  },
  'version-drift': {
    functions: [
      story((_, at) => (at % 2 === 0 ? failing('QueryFailedError', 'column "tax_code" does not exist') : {})),
      story(() => ({}), { version: '8' }),
    ],
    twin: [
      story((_, at) => (at % 2 === 0 ? failing('QueryFailedError', 'column "tax_code" does not exist') : {})),
      story((_, at) => (at % 2 === 0 ? failing('QueryFailedError', 'column "tax_code" does not exist') : {}), { version: '8' }),
    ],
  },
  'cold-start-storm': {
    // Two versions, each of which begins with a rush of new sandboxes while the queue grows old.
    functions: ['7', '8', '9'].map((version, i) => deployed(version, i * 20, i > 0)),
    metrics: (summary) =>
      addMetric(
        summary,
        {
          name: 'ApproximateAgeOfOldestMessage',
          namespace: 'AWS/SQS',
          statistic: 'Maximum',
          unit: 'Seconds',
          atMs: NIGHT_MS,
          dimensions: { QueueName: 'checkout' },
        },
        Array.from({ length: MINUTES }, (_, minute) => (minute > 20 && minute < 30 ? 900 : 1)),
      ),
    twin: ['7', '8', '9'].map((version, i) => deployed(version, i * 20, false)),
  },
  'partial-outage': {
    functions: [story((_, at) => (at % 4 === 1 ? failing('Error', 'the volume is read-only') : {}), { sandboxes: 4 })],
    // All failures are of one sandbox, which is the one that serves nearly everybody.
    twin: [
      story((_, at) => ({ sandbox: at % 30 === 0 ? 1 + (at % 4) : 0, ...(at % 4 === 1 && failing('Error', 'the volume is read-only')) })),
    ],
  },
  'dependency-outage': {
    functions: [
      story((minute) => (minute >= 20 && minute < 24 ? failing('Error', 'connect ECONNREFUSED orders.internal:443', paying()) : paying())),
    ],
    twin: [story((_, at) => (at % 25 === 0 ? failing('Error', 'connect ECONNREFUSED orders.internal:443', paying()) : paying()))],
  },
  'dns-failure': {
    functions: [story((minute) => (minute === 20 ? failing('Error', 'getaddrinfo ENOTFOUND orders.internal') : {}))],
  },
  'disk-full': {
    functions: [story((minute) => (minute > 40 ? failing('Error', "ENOSPC: no space left on device, write '/tmp/a'") : {}))],
  },
  'silent-worker-death': {
    functions: [
      { functionName: 'mail-worker', minutes: 90, attempt: () => ({ agent: { eventSource: 'sqs', eventItemCount: 1 } }) },
      { functionName: 'catalog', minutes: 2 * MINUTES },
    ],
    metrics: queueMetrics,
    twin: [
      { functionName: 'mail-worker', minutes: 2 * MINUTES, attempt: () => ({ agent: { eventSource: 'sqs', eventItemCount: 1 } }) },
      { functionName: 'catalog', minutes: 2 * MINUTES },
    ],
    twinMetrics: queueMetrics,
  },
};

/** @param isStorm  its first minutes start a sandbox for every attempt, later ones have two */
function deployed(version: string, fromMinute: number, isStorm: boolean): StoryFunction {
  return story(
    (minute, at) => ({
      agent: { eventSource: 'sqs', eventItemCount: 1 },
      ...(isStorm && minute < fromMinute + 3 && { initMs: 400, sandbox: at + 2 }),
      ...(at < 2 && { initMs: 400 }),
    }),
    { version, fromMinute, minutes: 20, perMinute: 12 },
  );
}

/** Every 40th attempt waits for payments until the platform ends it; the successor tells so. */
function hanging(timeout: 'set' | 'none'): StoryFunction {
  return story(
    (_, at) => ({
      ...paying({ timeout }),
      ...(at % 40 === 39 && { timedOut: true, durationMs: 3000 }),
      ...(at % 40 === 0 && at > 0 && { before: [deathLine({ requestId: requestId(at), openCalls: [openCall('payments', 2900)] })] }),
    }),
    { sandboxes: 1 },
  );
}

describe.each(Object.entries(MODES))('from lines to report: %s', (id, { functions, metrics, twin = [healthy], twinMetrics }) => {
  test('is recognised, with its evidence', () => {
    const report = storyReport(functions, {}, metrics);
    const found = report.modes!.recognised.find(({ modeId }) => modeId === id);
    expect(found?.evidence.length).toBeGreaterThan(0);
    expect(report.coverage!.some(({ recognised }) => recognised.includes(id))).toBe(true);
  });

  test('is not recognised in what only looks like it', () => {
    const report = storyReport(twin, {}, twinMetrics);
    expect(modesOf(report)).not.toContain(id);
  });
});

test('a process whose event loop is blocked is named, and a busy one is not', () => {
  const windows = (delayMs: number): StoryFunction[] => [
    {
      functionName: 'api',
      minutes: 1,
      perMinute: 1,
      attempt: () => ({
        before: Array.from({ length: 12 }, (_, i) =>
          winLine(i + 1, NIGHT_MS - 120_000 + i * 10_000, {
            serviceName: 'api',
            requestCount: 20,
            loopUtilisation: 0.95,
            processorTime: { userMs: milliseconds(9800), systemMs: milliseconds(0) },
            loopDelay: { p99Ms: milliseconds(delayMs) },
          }),
        ),
      }),
    },
  ];
  expect(modesOf(storyReport(windows(400)))).toContain('event-loop-block');
  expect(modesOf(storyReport(windows(12)))).not.toContain('event-loop-block');
});

test('a telltale without what would decide is listed as not judged, with what is missing', () => {
  const batch = (returnedCount: number): StoryFunction =>
    story((_, at) => ({
      agent: { eventSource: 'sqs', eventItemCount: 10, ...(at % 10 === 0 && { returnedCount, receiveCount: 4, failed: true }) },
    }));
  const report = storyReport([batch(10)]);
  expect(modesOf(report)).not.toContain('poison-batch');
  expect(report.modes!.notJudged).toContainEqual(
    expect.objectContaining({ modeId: 'poison-batch', missing: ['keys of the items that failed'] }),
  );
  // Replies that name single items are the remedy.
  expect(storyReport([batch(1)]).modes!.notJudged).toEqual([]);
});

/** `payments` becomes slow at minute 40, and every third checkout gives up on it without saying so; `catalog` goes on. */
const WHO_IS_SLOW: readonly StoryFunction[] = [
  story((minute, at) => {
    const isLate = minute >= 40;
    const agent = {
      outboundCalls: [
        calls('payments', 1, isLate ? 900 : 50 + (at % 7), { timeout: 'set', ...(isLate && at % 3 === 0 && { errorCount: 1 }) }),
        calls('catalog', 1, 30 + (at % 5), { timeout: 'set' }),
      ],
    };
    return isLate && at % 3 === 0
      ? failing('Error', 'the order could not be placed', { durationMs: 1000, agent: { ...agent, failed: true } })
      : { durationMs: isLate ? 980 : 100 + (at % 9), agent };
  }),
  { functionName: 'payments', minutes: MINUTES, attempt: (minute, at) => ({ durationMs: minute >= 40 ? 880 : 45 + (at % 7), agent: {} }) },
  { functionName: 'catalog', minutes: MINUTES, attempt: (_, at) => ({ durationMs: 25 + (at % 5), agent: {} }) },
  // Nobody calls it, and it too became slow at that minute: a stranger, although both ask the catalog.
  {
    functionName: 'nightly-mail',
    minutes: MINUTES,
    attempt: (minute) => ({ durationMs: minute >= 40 ? 2000 : 100, agent: { outboundCalls: [calls('catalog', 1, 30)] } }),
  },
];

/** The same, and payments looks as well as ever by its own lines: the network between them is not in any log. */
const MASKED = WHO_IS_SLOW.map((one) =>
  one.functionName === 'payments' ? { ...one, attempt: () => ({ durationMs: 45, agent: {} }) } : one,
);

const slow = storyReport(WHO_IS_SLOW);
const masked = storyReport(MASKED);

describe('suspects', () => {
  const report = slow;
  const [section] = report.suspects!;

  test('the slow peer is the first, with its path, what it rests on and its doubts', () => {
    expect(section!.suspects[0]).toMatchObject({ component: 'payments', path: ['checkout', 'payments'] });
    expect(section!.suspects[0]!.explains).toBeGreaterThan(0.3);
    expect(section!.suspects[0]!.evidence.join(' ')).toMatch(/calls from checkout to payments failed.*payments takes \d+ ms more/);
    expect(section!.suspects[0]!.doubts).toEqual([]);
  });

  test('who is not called is no suspect, however it changed at the same minute', () => {
    expect(section!.suspects.map(({ component }) => component)).not.toContain('nightly-mail');
  });

  test('nor is it where the errors point at nobody: then what changed along the calls is told', () => {
    const mute = WHO_IS_SLOW.map((one) => ({
      ...one,
      attempt: (minute: number, at: number) => {
        const told = one.attempt!(minute, at);
        const outboundCalls = told.agent?.outboundCalls?.map((call) => calls(call.service, call.callCount, call.totalMs));
        return { ...told, agent: { ...told.agent, ...(outboundCalls && { outboundCalls }) } };
      },
    }));
    const [first, ...others] = storyReport(mute).suspects![0]!.suspects;
    expect(first).toMatchObject({ component: 'payments', mechanism: 'slow by itself', path: ['checkout', 'payments'] });
    expect(others.map(({ component }) => component)).not.toContain('nightly-mail');
  });

  test('the finding offers the lines of the suspect since then', () => {
    const finding = report.findings.find(({ kind }) => kind === 'failure')!;
    expect(finding.next).toBe('nightlight analyze input --fn payments --from 2026-11-21T02:40:00.000Z');
  });

  test('no view calls a suspect the root cause', () => {
    for (const text of [renderText(report, { all: true }), renderMarkdown(report), renderExplanation('F-1', report)!]) {
      expect(text).not.toMatch(/root cause/i);
    }
    expect(renderText(report).replace(/\s+/g, ' ')).toContain('look first at payments (checkout -> payments)');
    expect(renderMarkdown(report)).toContain('look first at payments (checkout -> payments)'.replace('->', '->'));
  });

  test('without lines of the agent nobody is suspected, and what is missing is said', () => {
    const fromLogs = storyReport(
      WHO_IS_SLOW.map((one) => ({ ...one, attempt: (minute, at) => ({ ...one.attempt!(minute, at), agent: undefined }) })),
    );
    expect(fromLogs.suspects).toEqual([expect.objectContaining({ suspects: [], missing: ['whom checkout called: lines of the agent'] })]);
    expect(fromLogs.difficulty![0]!.missing).toContain('whom checkout called: lines of the agent');
    expect(renderText(fromLogs)).not.toContain('look first at');
  });

  test('a fault of its own code is not put on a healthy peer', () => {
    const own = storyReport([
      story((minute, at) =>
        minute >= 40 && at % 3 === 0 ? failing('TypeError', "Cannot read properties of undefined (reading 'id')", paying()) : paying(),
      ),
      { functionName: 'payments', minutes: MINUTES, attempt: () => ({ agent: {} }) },
    ]);
    expect(own.suspects![0]!.suspects.map(({ component }) => component)).toEqual(['checkout']);
    expect(own.difficulty![0]).toMatchObject({ class: 'instant', path: ['checkout'] });
  });

  test('in logs alone, errors lead from function to function, and the last one shows itself by its latency', () => {
    const chain = (ledgerMs: number) =>
      storyReport([
        story((minute, at) => (minute >= 40 && at % 3 === 0 ? failing('Error', 'calling payments failed') : {})),
        {
          functionName: 'payments',
          minutes: MINUTES,
          attempt: (minute, at) => (minute >= 40 && at % 3 === 0 ? failing('Error', 'request to ledger timed out') : {}),
        },
        { functionName: 'ledger', minutes: MINUTES, attempt: (minute) => ({ durationMs: minute >= 40 ? ledgerMs : 50 }) },
      ]).difficulty!.find(({ functionName }) => functionName === 'checkout')!;
    expect(chain(3000)).toMatchObject({ path: ['checkout', 'payments', 'ledger'], missing: [expect.stringContaining('trace')] });
    expect(chain(3000).terms.map(({ what }) => what)).not.toContain('the faulty component does not show itself');
    expect(chain(50).class).toBe('nightmare');
  });

  test('an input that begins amid the incident cannot tell whether the peer became slow, and does not call it hidden', () => {
    const late = storyReport(
      WHO_IS_SLOW.map((one) => ({ ...one, minutes: 20, attempt: (minute: number, at: number) => one.attempt!(minute + 40, at) })),
    );
    expect(late.difficulty![0]!.missing).toContain('lines of payments: whether it shows anything itself');
    expect(late.difficulty![0]!.terms.map(({ what }) => what)).not.toContain('the faulty component does not show itself');
  });

  test('there are none where nothing fails', () => {
    expect(storyReport([healthy])).toMatchObject({ suspects: [], difficulty: [] });
  });
});

describe('the predicted difficulty of a failure', () => {
  test('an error that names the refused peer is moderate, and so is a peer that is slow by its own lines; one that shows nothing is a nightmare', () => {
    const named = storyReport([
      story((minute) => (minute === 30 ? failing('Error', 'connect ECONNREFUSED payments:443', paying()) : paying())),
    ]);
    expect(named.difficulty![0]).toMatchObject({ class: 'moderate', path: ['checkout', 'payments'] });
    expect(slow.difficulty![0]).toMatchObject({ class: 'moderate', path: ['checkout', 'payments'] });
    expect(masked.difficulty![0]).toMatchObject({ class: 'nightmare', because: 'checkout alerts, and payments shows nothing by itself' });
  });

  test('traces that lead to the suspect make it easier, and a trail that half of them follow lies between', () => {
    const traceId = (at: number) => `68ae0000${at.toString(16).padStart(24, '0')}`;
    const traced = (share: number) =>
      storyReport(
        WHO_IS_SLOW.map((one) => ({
          ...one,
          attempt: (minute: number, at: number) => {
            const isLinked = one.functionName === 'checkout' || (one.functionName === 'payments' && (at % 6) / 6 < share);
            return { ...one.attempt!(minute, at), ...(isLinked && { traceId: traceId(at) }) };
          },
        })),
      ).difficulty![0]!;
    const [none, half, all] = [traced(0), traced(0.5), traced(1)];
    expect(slow.difficulty![0]!.missing).toContain('how many failing requests have a trace that links both ends');
    expect(none).toMatchObject({ missing: [], costliest: { what: 'trace broken at payments', views: 2 } });
    expect(all.viewCount).toBeCloseTo(none.viewCount - 2);
    expect(half.viewCount).toBeCloseTo(none.viewCount - 1);
  });

  test('its terms add up to the score, and its minutes are called a prior', () => {
    const [row] = slow.difficulty!;
    expect(row!.terms.reduce((sum, { views }) => sum + views, 0)).toBeCloseTo(row!.viewCount);
    expect(row!.minutesPrior).toBeCloseTo(3 * row!.viewCount);
    const finding = slow.findings.find(({ kind }) => kind === 'failure')!;
    expect(finding.recovery).toMatch(/^moderate: no trace that leads to payments; about [\d.]+ views, \d+ min by a prior$/);
  });

  test('a nightmare is told in the first ten lines, and an ordinary failure is not', () => {
    const answer = (report: Report) => renderText(report).split('\n\n')[0]!;
    expect(answer(masked)).toMatch(/^RECOVERY nightmare: /m);
    expect(answer(masked).split('\n').length).toBeLessThanOrEqual(10);
    const plain = storyReport([story((_, at) => (at % 3 === 0 ? failing('TypeError', 'x is not a function', paying()) : paying()))]);
    expect(answer(plain)).not.toContain('RECOVERY');
    expect(renderExplanation('F-1', plain)).toMatch(/^RECOVERY +instant: /m);
  });

  test('answers that are silently wrong have one too', () => {
    const report = storyReport(MODES['wrong-body']!.functions);
    expect(report.difficulty).toEqual([expect.objectContaining({ isSilent: true, functionName: 'checkout' })]);
    expect(report.findings.find(({ kind }) => kind === 'silent-error')!.recovery).toMatch(/^moderate/);
  });
});

const PATTERNS: Record<string, { readonly seen: StoryFunction['attempt']; readonly twin: StoryFunction['attempt'] }> = {
  'no-time-limit': { seen: () => paying({ timeout: 'none' }), twin: () => paying() },
  'slow-not-down': {
    seen: (_, at) => paying({ nearTimeoutCount: at % 10 === 0 ? 1 : 0 }),
    twin: (_, at) => paying({ nearTimeoutCount: at % 10 === 0 ? 1 : 0, errorCount: at % 10 === 0 ? 1 : 0 }),
  },
  'retry-amplification': {
    seen: (_, at) => (at % 4 === 0 ? paying({ errorCount: 3, retryCount: 3 }, 4) : paying()),
    twin: (_, at) => (at % 40 === 0 ? paying({ errorCount: 1, retryCount: 1 }, 2) : paying()),
  },
  'one-after-another': { seen: () => paying({ sequentialCount: 3 }, 4, 30), twin: () => paying({ sequentialCount: 0 }, 4, 30) },
  'open-breaker': {
    seen: () => ({ agent: { breakerEvents: [{ name: 'payments', event: 'reject', eventCount: 1 }] } }),
    twin: () => ({ agent: { breakerEvents: [{ name: 'payments', event: 'close', eventCount: 1 }] } }),
  },
  'hiding-fallback': {
    seen: () => ({ agent: { fallbackCount: 1 } }),
    twin: () => failing('Error', 'no price', { agent: { fallbackCount: 1, failed: true } }),
  },
  'saturated-pool': {
    seen: (_, at) => ({ agent: { liveSockets: [{ service: 'payments', liveCount: 1 + Math.floor(at / 20) }] } }),
    twin: (_, at) => ({ agent: { liveSockets: [{ service: 'payments', liveCount: 3 + (at % 2) }] } }),
  },
};

describe.each(Object.entries(PATTERNS))('the pattern %s', (pattern, { seen, twin }) => {
  test('is seen where it is, by what was observed, and not in its twin', () => {
    const report = storyReport([story(seen)]);
    const found = report.patterns!.seen.find((verdict) => verdict.pattern === pattern);
    expect(found?.evidence).not.toBe('');
    expect(found?.component).toBe('checkout');
    expect(renderText(report)).toContain('RESILIENCE');
    expect(storyReport([story(twin)]).patterns!.seen.map((verdict) => verdict.pattern)).not.toContain(pattern);
  });
});

test('failures that come with load are a cascade, and failures beside it are not', () => {
  const waves = (failsAt: (busy: boolean, at: number) => boolean): StoryFunction[] =>
    Array.from({ length: MINUTES }, (_, minute) => {
      const busy = minute % 4 >= 2;
      return story((_minute, at) => (failsAt(busy, at) ? failing('Error', 'too much') : {}), {
        fromMinute: minute,
        minutes: 1,
        perMinute: busy ? 40 + (minute % 7) : 8 + (minute % 5),
      });
    });
  const seen = (report: Report) => report.patterns!.seen.map(({ pattern }) => pattern);
  expect(seen(storyReport(waves((busy, at) => busy && at % 3 === 0)))).toContain('cascade');
  expect(seen(storyReport(waves((_, at) => at % 4 === 0)))).not.toContain('cascade');
});

test('a retry that cannot be timed is not judged, and a log without the agent judges no call', () => {
  const report = storyReport([story((_, at) => (at % 4 === 0 ? paying({ errorCount: 3, retryCount: 3 }, 4) : paying()))]);
  expect(report.patterns!.notJudged.find(({ pattern }) => pattern === 'no-backoff')!.missing[0]).toContain(
    'how long a retry to payments waits',
  );
  const fromLogs = storyReport([{ functionName: 'checkout', minutes: 10 }]);
  expect(fromLogs.patterns!.seen).toEqual([]);
  expect(fromLogs.patterns!.notJudged.map(({ missing }) => missing)).toContainEqual(["the agent's lines of outbound calls"]);
  expect(renderText(fromLogs)).not.toContain('RESILIENCE');
});

test('the coverage of an architecture tells what was drilled and handled only where drills were recorded', () => {
  const rowOf = (report: Report) => report.coverage!.find(({ archetype }) => archetype === 'request-response')!;
  const { functions } = MODES['dns-failure']!;
  expect(rowOf(storyReport(functions))).toMatchObject({ recognised: ['dns-failure'], drilled: undefined, handled: undefined });
  const drilled = storyReport(functions, {
    drills: [
      { modeId: 'dns-failure', archetype: 'request-response', outcome: 'handled' },
      { modeId: 'retry-storm', archetype: 'request-response', outcome: 'failed-requests' },
    ],
  });
  expect(rowOf(drilled)).toMatchObject({ drilled: ['retry-storm', 'dns-failure'], handled: ['dns-failure'] });
  expect(renderText(drilled).replace(/\s+/g, ' ')).toContain('request-response 1 of 17, 2 drilled, 1 handled');
});

test('explain names what in the input shows a mode, and what was looked at where it does not', () => {
  const report = storyReport(MODES['retry-storm']!.functions);
  const page = renderExplanation('retry-storm', report)!;
  expect(page).toContain('In checkout: shown');
  expect(page).toMatch(/seen: attempts for each call to payments/);
  const other = renderExplanation('dns-failure', report)!;
  expect(other.replace(/\s+/g, ' ')).toContain('In this input: not recognised. - checkout: no error names');
});

test('what a mode quotes of a message is masked', () => {
  const report = storyReport([
    story((_, at) => (at % 3 === 0 ? failing('Error', `ENOSPC: no space left on device for account ${4_000_000 + at}`) : {})),
  ]);
  expect(modesOf(report)).toContain('disk-full');
  expect(writeJson(reportToJson(report))).not.toContain('4000000');
});

test('the chapters keep to the published schema and survive the way through JSON', () => {
  const validate = new Ajv2020({
    strict: true,
    strictTypes: false,
    allErrors: true,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
  }).compile(reportSchema());
  for (const report of [slow, storyReport(MODES['wrong-body']!.functions), storyReport(MODES['missing-timeout']!.functions)]) {
    const json = JSON.parse(writeJson(reportToJson(report))) as JsonValue;
    validate(json);
    expect(validate.errors).toBeNull();
    expect(renderText(reportFromJson(json))).toBe(renderText(report));
  }
});
