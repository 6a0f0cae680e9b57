/**
 * Reports as an analysis would give them, written by hand with invented names, so that the views can be judged
 * without one: a leaking fleet, a healthy one, one with too little data, and one where nothing could be read.
 */
import type { Finding } from '../../analyzer/src/diagnose/finding.ts';
import type { Percentiles, ShareInterval } from '../../analyzer/src/diagnose/sections.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import type { Status } from '../../analyzer/src/store/summary.ts';

/** 01:01:36 UTC of an invented night. */
export const NIGHT_MS = Date.UTC(2026, 10, 21, 1, 1, 36);
const MINUTE_MS = 60_000;

/** `pricing` leaks since version 88 and is killed again and again; `checkout` times out beside it. */
export function leakingReport(): Report {
  return {
    ...emptyReport(),
    input: {
      files: [inputFile('logs/pricing.csv', 612_204), inputFile('logs/checkout.csv.gz', 592_127)],
      fileCount: 2,
      eventCount: 1_204_331,
      inflatedBytes: 311_200_412,
      fromMs: NIGHT_MS,
      toMs: NIGHT_MS + 72.5 * MINUTE_MS,
      failedFileCount: 0,
    },
    dataQuality: {
      ...emptyReport().dataQuality,
      fromMs: NIGHT_MS,
      toMs: NIGHT_MS + 72.5 * MINUTE_MS,
      eventCount: 1_204_331,
      platformLineCount: 186_750,
      applicationLineCount: 1_017_567,
      gaps: [{ fromMs: NIGHT_MS + 38 * MINUTE_MS, toMs: NIGHT_MS + 42 * MINUTE_MS }],
      unknownShapes: [{ shape: 'sidecar # flushed # spans', count: 14, evidence: place('logs/pricing.csv', 88_120) }],
      anomalies: [{ anomaly: 'late-output', count: 3, evidence: [place('logs/checkout.csv.gz', 1_204)] }],
      skipped: [{ path: 'logs/pricing.csv', reason: 'not-of-this-shape', count: 2, bytes: 412, found: 'row with 7 columns' }],
      unfinishedCount: 2,
      cannotTell: ['throttled requests, because a throttled request writes no log line and no CloudWatch metrics were given'],
    },
    functions: [
      functionSection('pricing', 33_600, { oom: 14, success: 33_584, unfinished: 2 }, shareOf(14, 33_600, 0.000228, 0.000699)),
      functionSection('checkout', 28_650, { timeout: 2_320, success: 26_330 }, shareOf(2_320, 28_650, 0.0779, 0.0842)),
    ],
    coldStarts: [
      {
        functionName: 'pricing',
        version: '88',
        memorySizeMb: 512,
        cold: shareOf(28, 33_600, 0.00055, 0.0012),
        byKind: { 'on-demand': 14, restart: 14 },
        initMs: percentiles(28, { p50: 610 }),
        restoreMs: undefined,
        initBilledMs: 17_080,
        failedInitCount: 0,
        p99Ms: 3_810,
        p99WithoutColdMs: 3_800,
        storms: [{ version: '88', fromMs: NIGHT_MS + 10 * MINUTE_MS, coldCount: 14, invocationCount: 1_870 }],
      },
    ],
    latency: [
      {
        functionName: 'pricing',
        version: '88',
        memorySizeMb: 512,
        warm: percentiles(33_572, { p50: 95, p90: 1_100, p99: 3_800, p999: 6_000 }),
        cold: percentiles(28, { p50: 1_210 }),
        slowest: [{ durationMs: 8_100, requestId: '0e7c1a52-1111-4222-8333-444455556666', evidence: place('logs/pricing.csv', 4_410_220) }],
      },
      {
        functionName: 'checkout',
        version: '31',
        memorySizeMb: 1024,
        warm: percentiles(28_600, { p50: 180, p90: 2_000, p99: 2_003, p999: 2_004 }),
        cold: percentiles(50, { p50: 900, p90: 1_400 }),
        slowest: [],
      },
    ],
    memory: [
      {
        functionName: 'pricing',
        version: '88',
        memorySizeMb: 512,
        sandboxCount: 14,
        highestMb: 512,
        medianOfMaximaMb: 511,
        growth: { kind: 'leaking', mbPerInvocation: 2.1, low: 1.9, high: 2.2, proof: '14 of 14 sandboxes ended out of memory' },
        pinnedSandboxCount: 0,
        oomCount: 14,
        oomProof: [place('logs/pricing.csv', 1_020_455)],
        invocationsToLimit: { low: 64, high: 78 },
        fastLeak: { deathCount: 14, medianInvocations: 198, lowInvocations: 188, highInvocations: 211, mbPerInvocation: 2.1 },
        suggestedMb: undefined,
        envelopes: [
          {
            logStream: '2026/11/21/[88]00000000000000000000000000000001',
            points: Array.from({ length: 24 }, (_, i) => ({ n: 1 + i * 8, megabytes: 96 + i * 18 })),
          },
        ],
      },
      {
        functionName: 'checkout',
        version: '31',
        memorySizeMb: 1024,
        sandboxCount: 22,
        highestMb: 188,
        medianOfMaximaMb: 181,
        growth: { kind: 'stable' },
        pinnedSandboxCount: 0,
        oomCount: 0,
        oomProof: [],
        invocationsToLimit: undefined,
        fastLeak: undefined,
        suggestedMb: 384,
        envelopes: [],
      },
    ],
    failures: [
      {
        functionName: 'checkout',
        status: 'timeout',
        type: 'timeout',
        code: undefined,
        maskedMessage: 'Task timed out after # seconds',
        sampleMessage: 'Task timed out after 2.00 seconds',
        stack: [],
        causes: [],
        rate: shareOf(2_320, 28_650, 0.0779, 0.0842),
        loggedOnlyCount: 0,
        firstMs: NIGHT_MS + 13 * MINUTE_MS,
        lastMs: NIGHT_MS + 72 * MINUTE_MS,
        perMinute: [{ minuteMs: NIGHT_MS - 36_000 + 13 * MINUTE_MS, count: 41 }],
        versions: [{ version: '31', count: 2_320 }],
        sandboxCount: 22,
        coldCount: 3,
        evidence: [place('logs/checkout.csv.gz', 20_114)],
      },
      {
        functionName: 'pricing',
        status: 'oom',
        type: 'Runtime.OutOfMemory',
        code: 'Runtime.OutOfMemory',
        maskedMessage: 'RequestId: # Error: Runtime exited with error: signal: killed',
        sampleMessage: 'RequestId: 0e7c1a52-1111-4222-8333-444455556666 Error: Runtime exited with error: signal: killed',
        stack: ['at keep (/var/task/cache.js:41:7)'],
        causes: ['RangeError: Array buffer allocation failed'],
        rate: shareOf(14, 33_600, 0.000228, 0.000699),
        loggedOnlyCount: 6,
        firstMs: NIGHT_MS + 12 * MINUTE_MS,
        lastMs: NIGHT_MS + 71 * MINUTE_MS,
        perMinute: [],
        versions: [{ version: '88', count: 14 }],
        sandboxCount: 14,
        coldCount: 0,
        evidence: [place('logs/pricing.csv', 1_020_455)],
      },
    ],
    cost: {
      currency: 'USD',
      priceTable: { asOf: '2026-01-01', region: 'us-east-1', source: 'AWS Lambda pricing' },
      architecture: 'unknown',
      functions: [
        {
          functionName: 'checkout',
          gbSeconds: 12_204,
          requestCount: 28_650,
          unpricedCount: 12,
          usd: 0.2091,
          usdOtherArchitecture: 0.1673,
          initShare: 0.004,
          failedShare: 0.38,
          retryShare: 0.12,
          logIngestUsd: 0.0712,
          perHourUsd: 0.1731,
          powerMatrix: [
            { memorySizeMb: 512, sampleCount: 12, meanMs: undefined, usdPerMillion: undefined, refused: 'n 12, below 30' },
            { memorySizeMb: 1024, sampleCount: 28_638, meanMs: 412.4, usdPerMillion: 7.07, refused: undefined },
          ],
          powerTuningUrl: undefined,
          breakEven: { containerUsdPerHour: 0.0494, invocationsPerHour: 6_987, assumptions: ['0.5 vCPU and 1 GB', 'always on'] },
        },
        {
          functionName: 'pricing',
          gbSeconds: 3_020,
          requestCount: 33_600,
          unpricedCount: 0,
          usd: 0.0571,
          usdOtherArchitecture: 0.0457,
          initShare: 0.003,
          failedShare: 0.001,
          retryShare: undefined,
          logIngestUsd: 0.0844,
          perHourUsd: 0.0472,
          powerMatrix: [],
          powerTuningUrl: undefined,
          breakEven: undefined,
        },
      ],
      totalUsd: 0.2662,
      perHourUsd: 0.2203,
    },
    limits: [
      {
        functionName: 'checkout',
        version: '31',
        memorySizeMb: 1024,
        timeoutMs: 2_000,
        timeoutHeadroom: 0,
        maxDurationMs: 2_004,
        memoryHeadroom: 0.816,
      },
      {
        functionName: 'pricing',
        version: '88',
        memorySizeMb: 512,
        timeoutMs: undefined,
        timeoutHeadroom: undefined,
        maxDurationMs: 8_100,
        memoryHeadroom: 0,
      },
    ],
    traffic: [
      {
        functionName: 'pricing',
        perMinuteMean: 463,
        perMinutePeak: 514,
        peakMs: NIGHT_MS + 40 * MINUTE_MS,
        peakToAverage: 1.11,
        concurrencyPeak: 9.4,
        concurrencyMetricMax: undefined,
        throttleCount: undefined,
        usdPerHour: 0.0472,
        spendJump: { atMs: NIGHT_MS + 12 * MINUTE_MS, ratio: 2.4, changedBeside: ['pricing version 87 -> 88'] },
        series: [{ minuteMs: NIGHT_MS - 36_000, invocations: 463, failed: 1, cold: 2 }],
        seriesStepMinutes: 1,
      },
    ],
    silence: [
      {
        functionName: 'checkout',
        logStream: '2026/11/21/[31]00000000000000000000000000000009',
        lastMs: NIGHT_MS + 20 * MINUTE_MS,
        othersLastMs: NIGHT_MS + 72 * MINUTE_MS,
        because: 'The stream wrote every 2 s before, and nothing for 52 min.',
      },
    ],
    extensions: [
      { functionName: 'checkout', name: 'AWS-Lambda-Insights', sandboxCount: 22, meanOverheadMs: 14.2, initDifferenceMs: undefined },
    ],
    changes: [{ functionName: 'pricing', atMs: NIGHT_MS + 10 * MINUTE_MS, kind: 'version', what: 'version 87 -> 88' }],
    metrics: [
      {
        name: 'ConcurrentExecutions',
        dimensions: { FunctionName: 'checkout' },
        unit: 'Count',
        statistic: 'Maximum',
        pointCount: 72,
        sum: 1_204,
        maximum: 31,
        maximumAtMs: NIGHT_MS + 44 * MINUTE_MS,
      },
    ],
    findings: leakingFindings(),
    gate: { failOn: [], tripped: [], undecided: [] },
    exit: 0,
  };
}

/** The same fleet on a good night: nothing to find, enough samples to say so. */
export function healthyReport(): Report {
  const leaking = leakingReport();
  return {
    ...leaking,
    dataQuality: { ...leaking.dataQuality, gaps: [], unknownShapes: [], anomalies: [], skipped: [], unfinishedCount: 0, cannotTell: [] },
    functions: [
      functionSection('pricing', 33_600, { success: 33_600 }, shareOf(0, 33_600, 0, 0.00011)),
      functionSection('checkout', 28_650, { success: 28_650 }, shareOf(0, 28_650, 0, 0.00013)),
    ],
    memory: leaking.memory.map((section) => ({
      ...section,
      growth: { kind: 'stable' as const },
      oomCount: 0,
      oomProof: [],
      highestMb: 188,
      fastLeak: undefined,
      invocationsToLimit: undefined,
    })),
    failures: [],
    silence: [],
    changes: [],
    findings: [],
  };
}

/** Twelve invocations of one sandbox: signs, and too little to judge them by. */
export function thinReport(): Report {
  const leaking = leakingReport();
  const [memory] = leaking.memory;
  return {
    ...emptyReport(),
    input: { ...leaking.input, files: [inputFile('short.csv', 61)], fileCount: 1, eventCount: 61, inflatedBytes: 9_120 },
    dataQuality: {
      ...emptyReport().dataQuality,
      fromMs: NIGHT_MS,
      toMs: NIGHT_MS + 4 * MINUTE_MS,
      eventCount: 61,
      platformLineCount: 36,
      applicationLineCount: 25,
      cannotTell: ['a leak in pricing, because 12 invocations of 1 sandbox are too few; 100 would do'],
    },
    functions: [functionSection('pricing', 12, { success: 11, error: 1 }, shareOf(1, 12, 0.0021, 0.3848))],
    latency: [
      {
        functionName: 'pricing',
        version: '88',
        memorySizeMb: 512,
        warm: percentiles(11, { p50: 95 }),
        cold: percentiles(1, {}),
        slowest: [],
      },
    ],
    memory: [
      {
        ...memory!,
        sandboxCount: 1,
        oomCount: 0,
        oomProof: [],
        fastLeak: undefined,
        invocationsToLimit: undefined,
        envelopes: [],
        growth: { kind: 'insufficient-data', missing: '12 invocations of 1 sandbox, 100 needed' },
      },
    ],
    findings: [
      finding({
        id: 'F-1',
        kind: 'failure',
        headline: 'FAILED ONCE',
        functionName: 'pricing',
        why: '1 of 12 invocations failed with TypeError: cannot read # of undefined.',
        certainty: 'cannot-tell',
        certaintyBecause: 'one event says nothing about a rate; 95 % interval 0.21 to 38.5 %',
        affectedCount: 1,
        exposedCount: 12,
        shareLow: 0.0021,
        shareHigh: 0.3848,
        evidence: [place('short.csv', 4_210)],
        next: 'nightlight explain F-1 short.csv --raw',
        gates: ['any'],
      }),
    ],
    gate: {
      failOn: ['leak'],
      tripped: [],
      undecided: [{ gate: 'leak', missing: 'too few invocations per sandbox to judge memory in pricing' }],
    },
    exit: 4,
  };
}

/** One path that is not there. */
export function unreadReport(): Report {
  return {
    ...emptyReport(),
    input: {
      ...emptyReport().input,
      files: [
        {
          ...inputFile('orders.json', 0),
          shape: undefined,
          storedBytes: undefined,
          inflatedBytes: 0,
          error: {
            code: 'READ_NOT_FOUND',
            message: 'orders.json: expected a file, found nothing by that name. Check the path.',
            next: 'Check the path.',
          },
        },
      ],
      fileCount: 1,
      failedFileCount: 1,
    },
    exit: 1,
  };
}

export function emptyReport(): Report {
  return {
    schema: 'report-1',
    tool: '0.1.0',
    input: { files: [], fileCount: 0, eventCount: 0, inflatedBytes: 0, fromMs: undefined, toMs: undefined, failedFileCount: 0 },
    dataQuality: {
      fromMs: undefined,
      toMs: undefined,
      eventCount: 0,
      platformLineCount: 0,
      applicationLineCount: 0,
      gaps: [],
      unknownShapes: [],
      unknownPlatform: [],
      anomalies: [],
      skipped: [],
      droppedRecords: 0,
      unfinishedCount: 0,
      sandboxesMixed: false,
      retriesComplete: true,
      cannotTell: [],
    },
    functions: [],
    coldStarts: [],
    latency: [],
    memory: [],
    failures: [],
    cost: {
      currency: 'USD',
      priceTable: { asOf: '2026-01-01', region: 'us-east-1', source: 'AWS Lambda pricing' },
      architecture: 'unknown',
      functions: [],
      totalUsd: 0,
      perHourUsd: undefined,
    },
    limits: [],
    traffic: [],
    silence: [],
    extensions: [],
    changes: [],
    metrics: [],
    findings: [],
    gate: { failOn: [], tripped: [], undecided: [] },
    exit: 0,
  };
}

/** A dull finding; a test names only what it is about. */
export function finding(told: Partial<Finding>): Finding {
  return {
    id: '',
    kind: 'failure',
    headline: 'FAILING',
    functionName: 'pricing',
    version: undefined,
    memorySizeMb: undefined,
    why: 'Invocations fail.',
    harm: 'users',
    certainty: 'proven',
    certaintyBecause: '',
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: NIGHT_MS,
    lastMs: NIGHT_MS,
    weight: 0,
    changedBeside: [],
    next: 'nightlight explain F-? logs',
    evidence: [],
    facts: [],
    gates: [],
    ...told,
  };
}

function leakingFindings(): Finding[] {
  return [
    finding({
      id: 'F-1',
      kind: 'timeout',
      headline: 'TIMEOUTS',
      functionName: 'checkout',
      version: '31',
      memorySizeMb: 1024,
      why: '2,320 of 28,650 invocations (8.1 %) ran into the timeout of 2 s, in 59 of 59 minutes since 01:14 UTC; 69 % of their retries failed too.',
      certaintyBecause: 'the platform printed "Task timed out" for each of them',
      affectedCount: 2_320,
      exposedCount: 28_650,
      shareLow: 0.0779,
      shareHigh: 0.0842,
      sinceMs: NIGHT_MS + 13 * MINUTE_MS,
      lastMs: NIGHT_MS + 72 * MINUTE_MS,
      weight: 39,
      changedBeside: ['pricing version 87 -> 88, 3 min before'],
      next: 'nightlight explain F-1 logs',
      evidence: [place('logs/checkout.csv.gz', 20_114), place('logs/checkout.csv.gz', 20_988)],
      facts: [
        { name: 'timeoutMs', value: '2,000 ms' },
        { name: 'retriedRequestCount', value: '1,840 of 2,320; 570 recovered' },
      ],
      gates: ['any'],
    }),
    finding({
      id: 'F-2',
      kind: 'out-of-memory',
      headline: 'OUT OF MEMORY',
      functionName: 'pricing',
      version: '88',
      memorySizeMb: 512,
      why: '14 of 14 sandboxes climbed 2.1 MB per invocation (1.9 to 2.2) and were killed at 512 MB after 188 to 211 invocations.',
      certaintyBecause: '14 lines of the platform say signal: killed at Max Memory Used = Memory Size',
      affectedCount: 14,
      exposedCount: 33_600,
      shareLow: 0.000228,
      shareHigh: 0.000699,
      sinceMs: NIGHT_MS + 12 * MINUTE_MS,
      lastMs: NIGHT_MS + 71 * MINUTE_MS,
      weight: 0.2,
      next: 'nightlight explain F-2 logs',
      evidence: [place('logs/pricing.csv', 1_020_455)],
      gates: ['leak', 'any'],
    }),
    finding({
      id: 'F-3',
      kind: 'oversized-memory',
      headline: 'MORE MEMORY THAN USED',
      functionName: 'checkout',
      memorySizeMb: 1024,
      why: 'No sandbox of 22 used more than 188 of 1,024 MB.',
      harm: 'money',
      certainty: 'shown',
      certaintyBecause: 'the highest of 22 sandboxes',
      sinceMs: undefined,
      lastMs: undefined,
      weight: 1.2,
      next: 'aws lambda update-function-configuration --function-name checkout --memory-size 384',
    }),
    finding({
      id: 'F-4',
      kind: 'data-gap',
      headline: 'GAP',
      functionName: '(all)',
      why: 'No event at all from 01:39:36 to 01:43:36 UTC (4 min, 5.5 % of the window).',
      harm: 'data',
      certainty: 'shown',
      certaintyBecause: 'every minute around it holds more than 10,000 events',
      next: 'nightlight explain F-4 logs',
      gates: ['gap'],
    }),
  ];
}

function inputFile(path: string, eventCount: number): Report['input']['files'][number] {
  return { path, shape: 'console-csv', storedBytes: 1_000, inflatedBytes: 9_120, eventCount, error: undefined, partial: false };
}

function functionSection(
  functionName: string,
  invocationCount: number,
  counts: Partial<Record<Status, number>>,
  failed: ShareInterval,
): Report['functions'][number] {
  return {
    functionName,
    versions: ['87', '88'],
    memorySizesMb: [512],
    runtimeVersions: [],
    invocationCount,
    statusCounts: { success: 0, error: 0, timeout: 0, oom: 0, 'init-error': 0, unfinished: 0, unknown: 0, ...counts },
    failed,
    sandboxCount: 14,
    firstMs: NIGHT_MS,
    lastMs: NIGHT_MS + 72 * MINUTE_MS,
    logBytes: 141_000_000,
    retries: {
      failedRequestCount: failed.count,
      retriedRequestCount: Math.floor(failed.count * 0.8),
      recoveredRequestCount: Math.floor(failed.count * 0.25),
      retryAttemptCount: failed.count,
      duplicatedRequestCount: 0,
      mostAttempts: 3,
      complete: true,
    },
    agentLineCount: 0,
  };
}

function shareOf(count: number, of: number, low: number, high: number): ShareInterval {
  return { count, of, share: count / of, low, high };
}

function percentiles(sampleCount: number, told: { p50?: number; p90?: number; p99?: number; p999?: number }): Percentiles {
  const around = (value: number | undefined) => (value === undefined ? undefined : { value, low: value * 0.92, high: value * 1.1 });
  return {
    sampleCount,
    p50Ms: around(told.p50),
    p90Ms: around(told.p90),
    p99Ms: around(told.p99),
    p999Ms: around(told.p999),
    maxMs: 8_100,
  };
}

function place(path: string, byteOffset: number): { path: string; byteOffset: number; at: string } {
  return { path, byteOffset, at: new Date(NIGHT_MS + 13 * MINUTE_MS).toISOString() };
}
