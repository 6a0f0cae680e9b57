/** The agent's word on memory, on starts and on itself. */
import { bucketOfMs, bytes, milliseconds } from '@nightlight/agent/record';
import { describe, expect, test } from 'vitest';
import { growthWithAgent } from '../../analyzer/src/diagnose/agent-leaks.ts';
import type { GrowthVerdict } from '../../analyzer/src/diagnose/sections.ts';
import { renderText } from '../../analyzer/src/report/text.ts';
import { initLine, invLine, leakLine, mebi, noteLine, winLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { findingsOf, NIGHT_MS, nightOf, reportOfLines } from '../support/lambda-night.ts';

const probes = [1, 2, 3, 4, 5].map((n) => ({ invocationNumber: n * 100, heapUsedBytes: mebi(20 + n) }));
const site = { functionName: 'remember', file: 'src/cache.js', line: 12, liveBytes: bytes(4_000_000), grownBytes: bytes(3_500_000) };

function nightWithLeakLine(text: string) {
  const lines = nightOf([[{ agent: invLine({ requestId: requestId(1) }) }, {}]]);
  const stream = lines[0]!.stream!;
  return reportOfLines([...lines, { stream, atMs: lines.at(-1)!.atMs + 10, text }]);
}

describe('what forced collections showed', () => {
  test('a leak is proven from one sandbox, and the code that holds it is named', () => {
    const report = nightWithLeakLine(leakLine(NIGHT_MS, { verdict: 'leaking', slopeBytes: 5222, probes, allocationSites: [site] }));
    const [finding] = findingsOf(report, 'memory-growth');
    // Nothing went up to a limit: a cache that is still filling would look the same.
    expect(finding).toMatchObject({ headline: 'GROWING', certainty: 'proven', gates: ['leak', 'any'] });
    expect(finding!.why).toContain('no bound seen so far');
    expect(finding!.why).toContain('proven by 5 forced collections: 5.1 KB of heap memory per invocation');
    expect(finding!.why).toContain('allocated in remember (src/cache.js:12)');
    expect(renderText(report, { width: 140 })).toContain('remember (src/cache.js:12)');
  });

  test('what fills beside a leak is not blamed for it', () => {
    const lines = nightOf([[{ agent: invLine({ requestId: requestId(1) }) }]]);
    const stream = lines[0]!.stream!;
    const atMs = lines.at(-1)!.atMs;
    const cache = { ...site, functionName: 'fillCache', grownBytes: bytes(9_000_000) };
    const leak = leakLine(NIGHT_MS + 1, { verdict: 'leaking', channel: 'external', slopeBytes: 5222, probes, allocationSites: [site] });
    const filling = (verdict: 'suspected' | 'growing-but-bounded') => leakLine(NIGHT_MS, { verdict, allocationSites: [cache] });
    for (const word of ['suspected', 'growing-but-bounded'] as const) {
      const both = [filling(word), leak].map((text, i) => ({ stream, atMs: atMs + 1 + i, text }));
      const [finding] = findingsOf(reportOfLines([...lines, ...both]), 'memory-growth');
      expect(finding!.why).toContain('allocated in remember (src/cache.js:12)');
      expect(JSON.stringify(finding)).not.toContain('fillCache');
    }
    // Where nothing is known to leak, the suspicion's place is all there is to look at.
    const alone = reportOfLines([...lines, { stream, atMs: atMs + 1, text: filling('suspected') }]);
    expect(renderText(alone, { width: 140 })).toContain('fillCache');
  });

  test('the last word of a sandbox counts: what became stable is no finding', () => {
    const lines = nightOf([[{ agent: invLine({ requestId: requestId(1) }) }]]);
    const stream = lines[0]!.stream!;
    const atMs = lines.at(-1)!.atMs;
    const flat = probes.map((probe) => ({ ...probe, heapUsedBytes: mebi(20) }));
    const report = reportOfLines([
      ...lines,
      { stream, atMs: atMs + 1, text: leakLine(NIGHT_MS, { verdict: 'suspected' }) },
      { stream, atMs: atMs + 2, text: leakLine(NIGHT_MS + 1, { verdict: 'stable', probes: flat }) },
    ]);
    expect(findingsOf(report, 'memory-growth')).toEqual([]);
    expect(report.memory[0]!.agentVerdicts).toMatchObject([{ verdict: 'stable', probeCount: 5 }]);
  });

  const growing: GrowthVerdict = {
    kind: 'growing',
    mbPerInvocation: 0.1,
    low: 0.05,
    high: 0.2,
    undecidedBecause: 'one sandbox is too few',
  };
  const verdict = {
    logStream: 'a',
    channel: 'heap',
    bytesPerInvocation: 0,
    sites: [],
    evidence: { path: 'a', byteOffset: 0, at: undefined },
  } as const;

  test('a suspicion from the platform lines is taken back after forced collections, and stands without any', () => {
    expect(growthWithAgent(growing, [{ ...verdict, verdict: 'stable', probeCount: 5 }]).kind).toBe('growing-but-bounded');
    expect(growthWithAgent(growing, [{ ...verdict, verdict: 'suspected', probeCount: 0 }])).toBe(growing);
    expect(growthWithAgent(growing, undefined)).toBe(growing);
  });

  test('one steady sandbox does not clear another one that is still under suspicion', () => {
    const both = [
      { ...verdict, verdict: 'stable', probeCount: 5 },
      { ...verdict, logStream: 'b', verdict: 'insufficient-data', probeCount: 2 },
    ] as const;
    expect(growthWithAgent(growing, both)).toBe(growing);
  });
});

test('a start is split into its parts, with the packages that took longest', () => {
  const start = initLine({
    requestId: requestId(1),
    predecessor: 'none',
    untilAgentMs: milliseconds(60),
    agentMs: milliseconds(1),
    untilHandlerMs: milliseconds(211),
    untilInvocationMs: milliseconds(219),
    packages: [
      { name: '.', selfMs: milliseconds(20), moduleCount: 4 },
      { name: '@aws-sdk/client-s3', selfMs: milliseconds(90), moduleCount: 120, parentIndex: 0 },
    ],
  });
  const report = reportOfLines(nightOf([[{ agent: start }]]));
  expect(report.coldStarts[0]!.split).toMatchObject({
    startCount: 1,
    runtimeMs: 60,
    agentMs: 1,
    handlerMs: 150,
    waitMs: 8,
    restartCount: 0,
  });
  expect(report.coldStarts[0]!.split!.packages.map(({ name }) => name)).toEqual(['@aws-sdk/client-s3', '.']);
  expect(renderText(report, { width: 140 })).toContain('longest to load: @aws-sdk/client-s3 90 ms');
});

test('what the agent says of itself, and what it lost, stands with the data', () => {
  const attempts = [
    { agent: noteLine('setting', 'NIGHTLIGHT_SAMPLE: expected 1/N, the default is used') },
    { agent: invLine({ requestId: requestId(2), lostLineCount: 3, selfUs: 8 }) },
  ];
  const report = reportOfLines(nightOf([attempts]));
  expect(report.dataQuality.agent).toMatchObject({ lostLineCount: 3, meanSelfUs: 8, notes: [{ about: 'setting', count: 1 }] });
  const text = renderText(report, { width: 140 });
  expect(text).toContain('a setting was not understood');
  expect(text).toContain('could not write 3 lines');
});

test('a file with nothing but the windows of a process gives a report of that process', () => {
  const durations = [
    { index: bucketOfMs(2), count: 990 },
    { index: bucketOfMs(40), count: 10 },
  ];
  const window = (sequence: number) =>
    winLine(sequence, NIGHT_MS + sequence * 10_000, {
      sandboxId: 'host:1',
      serviceName: 'orders-api',
      requestCount: 1000,
      failedCount: 5,
      durations,
      loopUtilisation: 0.4,
      loopDelay: { p99Ms: milliseconds(12) },
      gc: { count: 3, totalMs: milliseconds(100) },
      memory: { heapFloorBytes: mebi(30 + sequence), rssBytes: mebi(120) },
      routes: [{ route: 'GET /orders/:id', requestCount: 1000, failedCount: 5, durations }],
    });
  const report = reportOfLines(
    [window(1), window(2)].map((text) => ({ atMs: Number.NaN, text })),
    {},
  );
  expect(report.functions).toMatchObject([{ functionName: 'orders-api', invocationCount: 2000, failed: { count: 10 } }]);
  expect(report.latency[0]!.warm.p50Ms!.value).toBeCloseTo(2, 1);
  // The windows know of ten failures, and no line of a single request tells more of them.
  expect(report.failures).toMatchObject([{ rate: { count: 10, of: 2000 } }]);
  expect(report.coldStarts).toEqual([]);
  expect(report.processes).toMatchObject([
    { processId: 'host:1', requestCount: 2000, loopShare: 0.4, loopDelayP99Ms: 12, gcShare: 0.01, lastFloorBytes: mebi(32) },
  ]);
  expect(report.routes).toMatchObject([{ route: 'GET /orders/:id', requestCount: 2000, durations: { sampleCount: 2000 } }]);
  expect(report.dataQuality.cannotTell).toEqual([]);
  const text = renderText(report, { width: 120 });
  expect(text).not.toContain('NOTHING TO JUDGE');
  expect(text).toContain('PROCESSES');
  expect(text).toContain('ROUTES');
});
