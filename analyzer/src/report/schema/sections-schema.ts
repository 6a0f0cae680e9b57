/** The chapters of `report-1`. */

import type { EvidenceReference } from '../../diagnose/evidence-reference.ts';
import type * as sections from '../../diagnose/sections.ts';
import type { RetrySummary } from '../../store/summary.ts';
import { INIT_KINDS, STATUSES } from '../../store/summary.ts';
import {
  amount,
  count,
  flag,
  listOf,
  mapOf,
  moment,
  objectOf,
  oneOf,
  orNull,
  type Schema,
  said,
  share,
  signed,
  text,
} from './json-schema.ts';

export const evidence = objectOf<EvidenceReference>({
  path: text,
  byteOffset: said('Of the event, in the unpacked file.', count),
  at: orNull(moment),
});

const shareInterval = objectOf<sections.ShareInterval>({ count, of: count, share, low: share, high: share });
const percentile = objectOf<sections.Percentile>({
  value: amount,
  low: orNull(amount),
  high: said('null below the number of samples that an upper bound needs.', orNull(amount)),
});
const percentiles = objectOf<sections.Percentiles>({
  sampleCount: count,
  p50Ms: orNull(percentile),
  p90Ms: orNull(percentile),
  p99Ms: orNull(percentile),
  p999Ms: orNull(percentile),
  maxMs: orNull(amount),
});
const configuration = { functionName: text, version: text, memorySizeMb: orNull(amount) };

const functions = objectOf<sections.FunctionSection>({
  functionName: text,
  versions: listOf(text),
  memorySizesMb: listOf(amount),
  runtimeVersions: listOf(text),
  invocationCount: count,
  statusCounts: objectOf<sections.FunctionSection['statusCounts']>(
    Object.fromEntries(STATUSES.map((status) => [status, count])) as Record<(typeof STATUSES)[number], Schema>,
  ),
  failed: orNull(shareInterval),
  sandboxCount: count,
  first: orNull(moment),
  last: orNull(moment),
  logBytes: count,
  retries: orNull(
    objectOf<RetrySummary>({
      failedRequestCount: count,
      retriedRequestCount: count,
      recoveredRequestCount: count,
      retryAttemptCount: count,
      duplicatedRequestCount: count,
      mostAttempts: count,
      complete: said('false: the counts are lower bounds.', flag),
    }),
  ),
  agentLineCount: count,
});

const coldStarts = objectOf<sections.ColdStartSection>(
  {
    ...configuration,
    cold: orNull(shareInterval),
    byKind: { type: 'object', properties: Object.fromEntries(INIT_KINDS.map((kind) => [kind, count])), additionalProperties: count },
    initMs: orNull(percentiles),
    restoreMs: orNull(percentiles),
    initBilledMs: orNull(amount),
    failedInitCount: count,
    p99Ms: orNull(amount),
    p99WithoutColdMs: orNull(amount),
    split: said(
      'Starts as our agent saw them from inside, on average; absent without its lines.',
      orNull(
        objectOf<sections.StartSplit>({
          startCount: count,
          runtimeMs: amount,
          agentMs: amount,
          handlerMs: amount,
          waitMs: orNull(amount),
          restartCount: count,
          packages: listOf(objectOf<sections.StartSplit['packages'][number]>({ name: text, selfMs: amount, moduleCount: count })),
        }),
      ),
    ),
    storms: listOf(
      objectOf<sections.ColdStartSection['storms'][number]>({ version: text, from: moment, coldCount: count, invocationCount: count }),
    ),
  },
  ['split'],
);

const latency = objectOf<sections.LatencySection>({
  ...configuration,
  warm: percentiles,
  cold: percentiles,
  slowest: listOf(objectOf<sections.LatencySection['slowest'][number]>({ durationMs: amount, requestId: text, evidence })),
});

type Growth<K extends sections.GrowthVerdict['kind']> = Extract<sections.GrowthVerdict, { kind: K }>;
const growth: Schema = {
  anyOf: [
    objectOf<Growth<'leaking'>>({ kind: oneOf(['leaking']), mbPerInvocation: signed, low: signed, high: signed, proof: text }),
    objectOf<Growth<'growing'>>({ kind: oneOf(['growing']), mbPerInvocation: signed, low: signed, high: signed, undecidedBecause: text }),
    objectOf<Growth<'growing-but-bounded'>>({ kind: oneOf(['growing-but-bounded']), because: text }),
    objectOf<Growth<'stable'>>({ kind: oneOf(['stable']) }),
    objectOf<Growth<'insufficient-data'>>({ kind: oneOf(['insufficient-data']), missing: text }),
  ],
};

const agentVerdict = objectOf<sections.AgentLeakVerdict>({
  logStream: text,
  channel: oneOf(['heap', 'external', 'native', 'handles']),
  verdict: oneOf(['suspected', 'leaking', 'growing-but-bounded', 'stable', 'insufficient-data']),
  bytesPerInvocation: orNull(signed),
  probeCount: said('Forced collections that it rests on.', count),
  sites: said(
    'Where what is kept was allocated, grown most first.',
    listOf(
      objectOf<sections.AgentLeakVerdict['sites'][number]>({
        functionName: text,
        file: text,
        line: count,
        liveBytes: amount,
        grownBytes: orNull(signed),
      }),
    ),
  ),
  evidence,
});

const memory = objectOf<sections.MemorySection>(
  {
    ...configuration,
    sandboxCount: count,
    highestMb: orNull(amount),
    medianOfMaximaMb: orNull(amount),
    growth,
    pinnedSandboxCount: count,
    oomCount: count,
    oomProof: listOf(evidence),
    invocationsToLimit: orNull(objectOf<NonNullable<sections.MemorySection['invocationsToLimit']>>({ low: amount, high: orNull(amount) })),
    fastLeak: orNull(
      objectOf<NonNullable<sections.MemorySection['fastLeak']>>({
        deathCount: count,
        medianInvocations: amount,
        lowInvocations: amount,
        highInvocations: amount,
        mbPerInvocation: orNull(signed),
      }),
    ),
    suggestedMb: orNull(amount),
    maskedDeathCount: said('Deaths by timeout that look like want of memory.', orNull(count)),
    agentVerdicts: said(
      "Our agent's own verdicts, one for each sandbox and kind of memory; absent without its lines.",
      orNull(listOf(agentVerdict)),
    ),
    envelopes: listOf(
      objectOf<sections.MemorySection['envelopes'][number]>({
        logStream: text,
        points: listOf(objectOf<sections.MemorySection['envelopes'][number]['points'][number]>({ n: count, megabytes: amount })),
      }),
    ),
  },
  ['maskedDeathCount', 'agentVerdicts'],
);

const failures = objectOf<sections.FailureSection>({
  functionName: text,
  status: oneOf(STATUSES),
  type: text,
  code: orNull(text),
  maskedMessage: text,
  sampleMessage: said('The first message, redacted but not masked; null unless --raw.', orNull(text)),
  stack: listOf(text),
  causes: listOf(text),
  rate: shareInterval,
  loggedOnlyCount: count,
  first: orNull(moment),
  last: orNull(moment),
  perMinute: listOf(objectOf<sections.FailureSection['perMinute'][number]>({ minute: moment, count })),
  versions: listOf(objectOf<sections.FailureSection['versions'][number]>({ version: text, count })),
  sandboxCount: count,
  coldCount: count,
  evidence: listOf(evidence),
});

const functionCost = objectOf<sections.FunctionCost>({
  functionName: text,
  gbSeconds: amount,
  requestCount: count,
  unpricedCount: count,
  usd: amount,
  usdOtherArchitecture: amount,
  initShare: orNull(share),
  failedShare: orNull(share),
  retryShare: orNull(share),
  logIngestUsd: amount,
  perHourUsd: orNull(amount),
  powerMatrix: listOf(
    objectOf<sections.FunctionCost['powerMatrix'][number]>({
      memorySizeMb: amount,
      sampleCount: count,
      meanMs: orNull(amount),
      usdPerMillion: orNull(amount),
      refused: orNull(text),
    }),
  ),
  powerTuningUrl: orNull(text),
  breakEven: orNull(
    objectOf<NonNullable<sections.FunctionCost['breakEven']>>({
      containerUsdPerHour: amount,
      invocationsPerHour: amount,
      assumptions: listOf(text),
    }),
  ),
});

const cost = objectOf<sections.CostSection>({
  currency: oneOf(['USD']),
  priceTable: objectOf<sections.CostSection['priceTable']>({ asOf: text, region: text, source: text }),
  architecture: oneOf(['x86_64', 'arm64', 'unknown']),
  functions: listOf(functionCost),
  totalUsd: amount,
  perHourUsd: orNull(amount),
});

const limits = objectOf<sections.LimitSection>({
  ...configuration,
  timeoutMs: orNull(amount),
  timeoutHeadroom: orNull(signed),
  maxDurationMs: orNull(amount),
  memoryHeadroom: orNull(signed),
});

const traffic = objectOf<sections.TrafficSection>({
  functionName: text,
  perMinuteMean: orNull(amount),
  perMinutePeak: orNull(amount),
  peakAt: orNull(moment),
  peakToAverage: orNull(amount),
  concurrencyPeak: orNull(amount),
  concurrencyMetricMax: orNull(amount),
  throttleCount: orNull(amount),
  usdPerHour: orNull(amount),
  spendJump: orNull(
    objectOf<NonNullable<sections.TrafficSection['spendJump']>>({ at: moment, ratio: amount, changedBeside: listOf(text) }),
  ),
  series: listOf(
    objectOf<sections.TrafficSection['series'][number]>({ minute: moment, invocations: amount, failed: amount, cold: amount }),
  ),
  seriesStepMinutes: amount,
});

const silence = objectOf<sections.SilenceSection>({ functionName: text, logStream: text, last: moment, othersLast: moment, because: text });

const extensions = objectOf<sections.ExtensionSection>({
  functionName: text,
  name: text,
  sandboxCount: count,
  meanOverheadMs: orNull(amount),
  initDifferenceMs: orNull(signed),
});

const changes = objectOf<sections.ChangeSection>({
  functionName: text,
  at: moment,
  kind: oneOf(['version', 'memory-size', 'runtime-version', 'traffic']),
  what: text,
});

const metrics = objectOf<sections.MetricSection>({
  name: text,
  dimensions: mapOf(text),
  unit: orNull(text),
  statistic: orNull(text),
  pointCount: count,
  sum: signed,
  maximum: signed,
  maximumAt: orNull(moment),
});

const dataQuality = objectOf<sections.DataQualitySection>(
  {
    from: orNull(moment),
    to: orNull(moment),
    eventCount: count,
    platformLineCount: count,
    applicationLineCount: count,
    gaps: listOf(objectOf<sections.DataQualitySection['gaps'][number]>({ from: moment, to: moment })),
    unknownShapes: listOf(objectOf<sections.DataQualitySection['unknownShapes'][number]>({ shape: text, count, evidence })),
    unknownPlatform: listOf(objectOf<sections.DataQualitySection['unknownPlatform'][number]>({ what: text, count, evidence })),
    anomalies: listOf(objectOf<sections.DataQualitySection['anomalies'][number]>({ anomaly: text, count, evidence: listOf(evidence) })),
    skipped: listOf(
      objectOf<sections.DataQualitySection['skipped'][number]>({ path: text, reason: text, count, bytes: count, found: orNull(text) }),
    ),
    droppedRecords: count,
    unfinishedCount: count,
    sandboxesMixed: flag,
    retriesComplete: flag,
    agent: said(
      'What our agent said of itself; absent without its lines.',
      orNull(
        objectOf<NonNullable<sections.DataQualitySection['agent']>>(
          {
            lineCount: count,
            stretchCount: count,
            lostLineCount: count,
            missingStretchCount: count,
            uncountedCount: said('Where lines are sampled: invocations after the last summary of a sandbox.', orNull(count)),
            meanSelfUs: orNull(amount),
            notes: listOf(
              objectOf<NonNullable<sections.DataQualitySection['agent']>['notes'][number]>({ about: text, note: text, count, evidence }),
            ),
          },
          ['uncountedCount'],
        ),
      ),
    ),
    cannotTell: listOf(text),
  },
  ['agent'],
);

const outboundCalls = objectOf<sections.OutboundCallSection>({
  functionName: text,
  peer: text,
  callCount: count,
  errors: orNull(shareInterval),
  retryCount: count,
  totalMs: amount,
  meanMs: orNull(amount),
  timeShare: said('Of the time of all invocations measured; above 1 where calls run side by side.', orNull(amount)),
  timeLimit: oneOf(['set', 'none', 'sometimes', 'unknown']),
  nearLimitCount: said('Calls that took more than four fifths of their limit; null where no limit was seen.', orNull(count)),
  sequentialCount: count,
  highestSocketCount: orNull(count),
  pool: orNull(
    objectOf<NonNullable<sections.OutboundCallSection['pool']>>({
      processCount: count,
      climbingCount: count,
      gainedPerSample: orNull(amount),
    }),
  ),
});

const breakers = objectOf<sections.BreakerSection>({
  functionName: text,
  name: text,
  openedCount: count,
  rejectedCount: count,
  seenOpenCount: count,
});

const answers = objectOf<sections.AnswerSection>({
  functions: listOf(
    objectOf<sections.AnswersOfFunction>({
      functionName: text,
      suspect: said('Answers that count as a success and are not what they seem.', shareInterval),
      failedTypes: listOf(objectOf<sections.AnswersOfFunction['failedTypes'][number]>({ type: text, count })),
      checks: listOf(objectOf<sections.AnswersOfFunction['checks'][number]>({ name: text, passedCount: count, failedCount: count })),
      fallbackCount: count,
      fallbackNames: listOf(text),
    }),
  ),
  notObservableBecause: said('Why no silent error is no good news; null where the program checks its answers.', orNull(text)),
});

const messages = objectOf<sections.MessageSection>({
  functionName: text,
  sources: listOf(text),
  receivedCount: count,
  succeededCount: count,
  returnedCount: count,
  droppedCount: count,
  duplicateCount: count,
  highestReceiveCount: orNull(count),
  incompleteBecause: orNull(text),
  duplicatesAtLeastBecause: orNull(text),
});

const processes = objectOf<sections.ProcessSection>({
  functionName: text,
  processId: text,
  threadId: orNull(count),
  from: orNull(moment),
  to: orNull(moment),
  requestCount: count,
  failedCount: count,
  loopShare: orNull(share),
  loopDelayP99Ms: orNull(amount),
  loopDelayMaxMs: orNull(amount),
  gcShare: orNull(amount),
  processorShare: orNull(amount),
  firstFloorBytes: orNull(amount),
  lastFloorBytes: orNull(amount),
  highestRssBytes: orNull(amount),
  lastHandleCount: orNull(count),
  highestOpenRequestCount: orNull(count),
});

const routes = objectOf<sections.RouteSection>({
  functionName: text,
  route: text,
  requestCount: count,
  failed: orNull(shareInterval),
  durations: percentiles,
});

export const sectionSchemas = {
  dataQuality,
  functions: listOf(functions),
  coldStarts: listOf(coldStarts),
  latency: listOf(latency),
  memory: listOf(memory),
  failures: listOf(failures),
  cost,
  limits: listOf(limits),
  traffic: listOf(traffic),
  silence: listOf(silence),
  extensions: listOf(extensions),
  changes: listOf(changes),
  metrics: listOf(metrics),
  outboundCalls: listOf(outboundCalls),
  breakers: listOf(breakers),
  answers: orNull(answers),
  messages: listOf(messages),
  processes: listOf(processes),
  routes: listOf(routes),
};

/** Chapters that only our agent's lines can fill: without them absent, or null where there is nothing to say. */
export const AGENT_SECTIONS = ['outboundCalls', 'breakers', 'answers', 'messages', 'processes', 'routes'];
