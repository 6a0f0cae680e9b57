/** The chapters of `report-1`. */

import type { EvidenceReference } from '../../diagnose/evidence-reference.ts';
import type * as sections from '../../diagnose/sections.ts';
import { FAILURE_MODES, type RecognisedMode } from '../../failures/index.ts';
import { type OpenCallsAtTimeout, RESILIENCE_PATTERNS } from '../../recovery/index.ts';
import type * as recovery from '../../recovery/recovery-sections.ts';
import { OUTCOMES } from '../../store/outcomes.ts';
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

const failurePattern = objectOf<sections.PatternSection>(
  {
    kind: oneOf(['explained', 'not-explained', 'insufficient-data']),
    by: orNull(oneOf(['sandbox', 'age', 'hour'])),
    p: orNull(share),
    because: text,
  },
  ['by', 'p'],
);

const functions = objectOf<sections.FunctionSection>(
  {
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
    pattern: said('What explains when its failures come; absent without failures.', orNull(failurePattern)),
  },
  ['pattern'],
);

const coldStartCause = objectOf<sections.ColdStartCauseSection>(
  {
    kind: oneOf(['package', 'phase', 'storm', 'two-modes']),
    name: orNull(text),
    ms: orNull(amount),
    shareOfStart: orNull(share),
    because: text,
  },
  ['name', 'ms', 'shareOfStart'],
);
const initChange = objectOf<sections.InitChangeSection>(
  {
    versionBefore: text,
    beforeCount: count,
    afterCount: count,
    kind: oneOf(['slower', 'faster', 'no-change-shown', 'insufficient-data']),
    ratio: orNull(amount),
    low: orNull(amount),
    high: orNull(amount),
    detectableRatio: said('Smallest ratio that so many inits would have shown in four of five cases.', orNull(amount)),
    because: text,
  },
  ['ratio', 'low', 'high', 'detectableRatio'],
);
const coldStartOption = objectOf<sections.ColdStartOptionSection>({
  kind: oneOf(['provisioned-concurrency', 'lazy-load', 'bundle', 'more-memory', 'other-architecture']),
  sparedMs: orNull(amount),
  startsPerDay: orNull(amount),
  missing: orNull(text),
  usdPerDay: said('More, or below 0 less, than now.', orNull(signed)),
  arithmetic: text,
  next: said('A command; printed, never run.', orNull(text)),
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
    causes: listOf(coldStartCause),
    notTold: listOf(text),
    sinceVersionBefore: initChange,
    coldPerDay: amount,
    options: said('What could be done, reckoned from this input.', listOf(coldStartOption)),
  },
  ['split', 'causes', 'notTold', 'sinceVersionBefore', 'coldPerDay', 'options'],
);

const countedTimes = { count, p50Ms: orNull(amount), p99Ms: said('null below 368.', orNull(amount)) };

const course = objectOf<sections.CourseSection>({
  hours: listOf(objectOf<sections.CourseSection['hours'][number]>({ ...countedTimes, from: moment, gcMsPerInvocation: orNull(amount) })),
  olderCount: count,
  ages: listOf(objectOf<sections.CourseSection['ages'][number]>({ ...countedTimes, fromInvocation: count })),
  tail: oneOf(['tail-grew', 'all-slower', 'no-growth-shown', 'insufficient-data']),
  tailBecause: text,
  age: oneOf(['slower-with-age', 'age-or-clock', 'no-effect-shown', 'insufficient-data']),
  ageBecause: text,
});

const latency = objectOf<sections.LatencySection>(
  {
    ...configuration,
    warm: percentiles,
    cold: percentiles,
    slowest: listOf(objectOf<sections.LatencySection['slowest'][number]>({ durationMs: amount, requestId: text, evidence })),
    course: said('Warm attempts by hour of the clock and by age of sandbox; absent without any.', orNull(course)),
  },
  ['course'],
);

type Growth<K extends sections.GrowthVerdict['kind']> = Extract<sections.GrowthVerdict, { kind: K }>;
const growth: Schema = {
  anyOf: [
    objectOf<Growth<'leaking'>>({ kind: oneOf(['leaking']), mbPerInvocation: signed, low: signed, high: signed, proof: text }),
    objectOf<Growth<'growing'>>({ kind: oneOf(['growing']), mbPerInvocation: signed, low: signed, high: signed, undecidedBecause: text }),
    objectOf<Growth<'growing-but-bounded'>>({ kind: oneOf(['growing-but-bounded']), because: text }),
    objectOf<Growth<'stable'>>(
      { kind: oneOf(['stable']), because: said('Where forced collections decided what the lines of the platform could not.', text) },
      ['because'],
    ),
    objectOf<Growth<'insufficient-data'>>(
      {
        kind: oneOf(['insufficient-data']),
        missing: text,
        neededInvocations: said('More of one sandbox; absent where something else is missing, too.', count),
      },
      ['neededInvocations'],
    ),
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

const toLimit = orNull(objectOf<NonNullable<sections.ChannelGrowth['msToLimit']>>({ low: amount, high: orNull(amount) }));

const channelGrowth = objectOf<sections.ChannelGrowth>({
  channel: oneOf(['heap', 'external', 'native', 'handles']),
  verdict: oneOf(['leaking', 'growing-but-bounded', 'stable', 'insufficient-data']),
  basis: orNull(oneOf(['probed', 'passive', 'blocks'])),
  judgedCount: count,
  leakingCount: count,
  probeCount: count,
  slope: orNull(objectOf<NonNullable<sections.ChannelGrowth['slope']>>({ perInvocation: amount, low: amount, high: amount })),
  invocationsToLimit: toLimit,
  msToLimit: toLimit,
  start: orNull(objectOf<NonNullable<sections.ChannelGrowth['start']>>({ invocation: count, ageMs: orNull(amount), at: orNull(moment) })),
  why: text,
  toDecide: text,
  falsifiers: said('Ways to be wrong that were looked for and not found.', listOf(text)),
  evidence: listOf(evidence),
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
    channels: said(
      "What the agent's samples say of each kind of memory, all sandboxes together; absent without its lines.",
      orNull(listOf(channelGrowth)),
    ),
    owner: orNull(oneOf(['heap', 'external', 'native', 'another-process'])),
    envelopes: listOf(
      objectOf<sections.MemorySection['envelopes'][number]>({
        logStream: text,
        points: listOf(objectOf<sections.MemorySection['envelopes'][number]['points'][number]>({ n: count, megabytes: amount })),
      }),
    ),
  },
  ['maskedDeathCount', 'agentVerdicts', 'channels', 'owner'],
);

const failureIdentity = objectOf<sections.FailureIdentity>({
  functions: listOf(text),
  template: text,
  basis: oneOf(['function', 'no stack', 'no own frame', 'anonymous', 'minified'] as const),
  aliases: listOf(text),
  looksLike: listOf(text),
  kindCount: count,
  builds: listOf(text),
});

const rarity = objectOf<sections.RaritySection>({
  kind: said('Class never depends on severity.', oneOf(['rare', 'systemic', 'dense-now', 'undetermined'])),
  by: orNull(oneOf(['density', 'episodes', 'precondition'])),
  watch: flag,
  failures: said('After the first one, in the versions that have it.', count),
  exposed: count,
  low: share,
  high: share,
  windowCount: count,
  filledWindowCount: count,
  episodeCount: count,
  pattern: text,
  precondition: orNull(
    objectOf<sections.RarityPrecondition>({
      attribute: text,
      value: text,
      nature: oneOf(['mechanism', 'context', 'cycle', 'version', 'place', 'symptom']),
      standing: oneOf(['normal', 'exceptional', 'unproven']),
      failures: count,
      exposed: count,
      low: share,
      high: share,
      coverage: share,
      shareOfAttempts: share,
      cannotBeSeparatedFrom: listOf(text),
    }),
  ),
  isDenseNow: flag,
  since: orNull(moment),
  freeVersions: listOf(text),
  why: text,
  falsifiers: listOf(text),
  missing: orNull(
    objectOf<sections.RarityMissing>({
      text,
      attemptsToRare: orNull(count),
      attemptsToSystemic: orNull(count),
      minutesToSystemic: orNull(count),
      drill: objectOf<sections.RarityMissing['drill']>({ attempts: count, requestsPerAttempt: count, under: orNull(text) }),
    }),
  ),
});

const outcomes = objectOf<sections.OutcomeSection>({
  usual: orNull(oneOf(OUTCOMES)),
  requestCount: count,
  isSample: flag,
  counts: listOf(objectOf<sections.OutcomeSection['counts'][number]>({ outcome: oneOf(OUTCOMES), count })),
  notCounted: listOf(objectOf<sections.OutcomeSection['notCounted'][number]>({ outcome: oneOf(OUTCOMES), because: text })),
});

const failures = objectOf<sections.FailureSection>(
  {
    fingerprint: said('v1: and ten digits, the same in every build; null where kinds are counted together.', orNull(text)),
    identity: orNull(failureIdentity),
    rarity: orNull(rarity),
    outcomes: orNull(outcomes),
    known: said(
      'What nightlight.config.json says of it.',
      orNull(objectOf<sections.KnownSection>({ owner: orNull(text), runbook: orNull(text), mutedUntil: orNull(moment) })),
    ),
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
    stretches: said(
      'Unbroken runs of it, by seconds; null where times are known only by the minute.',
      orNull(
        objectOf<sections.FailureStretches>({
          count,
          longestMs: amount,
          failureCount: count,
          exposedCount: count,
          clearedCount: said('Attempts that did not fail so after the last of them.', count),
          isOver: flag,
        }),
      ),
    ),
  },
  ['fingerprint', 'identity', 'rarity', 'outcomes', 'known', 'stretches'],
);

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

const traffic = objectOf<sections.TrafficSection>(
  {
    functionName: text,
    perMinuteMean: orNull(amount),
    perMinutePeak: orNull(amount),
    peakAt: orNull(moment),
    peakToAverage: orNull(amount),
    concurrencyPeak: orNull(amount),
    concurrencyMetricMax: orNull(amount),
    concurrencyMetricTimeAtMax: said('Of its points: the share at that level.', orNull(share)),
    throttleCount: orNull(amount),
    usdPerHour: orNull(amount),
    spendJump: orNull(
      objectOf<NonNullable<sections.TrafficSection['spendJump']>>({ at: moment, ratio: amount, changedBeside: listOf(text) }),
    ),
    series: listOf(
      objectOf<sections.TrafficSection['series'][number]>({ minute: moment, invocations: amount, failed: amount, cold: amount }),
    ),
    seriesStepMinutes: amount,
  },
  ['concurrencyMetricTimeAtMax'],
);

const silence = objectOf<sections.SilenceSection>({ functionName: text, logStream: text, last: moment, othersLast: moment, because: text });

const extensions = objectOf<sections.ExtensionSection>({
  functionName: text,
  name: text,
  sandboxCount: count,
  meanOverheadMs: orNull(amount),
  initDifferenceMs: orNull(signed),
});

const changes = objectOf<sections.ChangeSection>(
  {
    functionName: text,
    at: moment,
    kind: oneOf(['version', 'memory-size', 'runtime-version', 'traffic']),
    what: text,
    version: said('The one that was first seen; absent of other kinds.', text),
  },
  ['version'],
);

const budget = objectOf<sections.BudgetSection>({
  functionName: text,
  figure: oneOf(['p50', 'p90', 'p99', 'p999', 'init-p50', 'init-p90', 'init-p99', 'error-rate', 'cold-share']),
  limit: said('ms for durations, 0 to 1 for shares.', amount),
  kind: oneOf(['broken', 'within', 'undetermined']),
  beyond: said('Requests beyond the limit, of all.', orNull(shareInterval)),
  allowedShare: orNull(share),
  missing: orNull(text),
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
    sourceMaps: said(
      'What source maps made of the places of bundles; absent without --source-maps.',
      orNull(
        listOf(
          objectOf<NonNullable<sections.DataQualitySection['sourceMaps']>[number]>({
            file: text,
            kind: oneOf(['resolved', 'no-map', 'several-maps', 'broken-map', 'foreign-map', 'not-in-map']),
            because: text,
            placeCount: count,
          }),
        ),
      ),
    ),
    cannotTell: listOf(text),
  },
  ['agent', 'sourceMaps'],
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

const messages = objectOf<sections.MessageSection>(
  {
    functionName: text,
    sources: listOf(text),
    receivedCount: count,
    succeededCount: count,
    returnedCount: count,
    droppedCount: count,
    duplicateCount: count,
    highestReceiveCount: orNull(count),
    wholeBatchReturnCount: said('Replies that gave back all of several items.', orNull(count)),
    partialReplyCount: said('Replies that gave back some of several items.', orNull(count)),
    incompleteBecause: orNull(text),
    duplicatesAtLeastBecause: orNull(text),
    failedItemCount: said('Keys that failed at least once; null where none were told.', orNull(count)),
    recurringItemCount: said('Of those: failed in three deliveries or more, and handled in none.', orNull(count)),
  },
  ['wholeBatchReturnCount', 'partialReplyCount', 'failedItemCount', 'recurringItemCount'],
);

const processes = objectOf<sections.ProcessSection>(
  {
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
    lateWindowCount: said('Windows in which the loop was late by more than 100 ms (p99).', count),
    loopShareWhenLate: said('Share of the time of those windows in which the loop was busy.', orNull(share)),
    processorShareWhenLate: orNull(amount),
    usualLatenessMs: said('By about how long most of those windows were late.', orNull(amount)),
    usualLatenessShare: orNull(share),
  },
  ['lateWindowCount', 'loopShareWhenLate', 'processorShareWhenLate', 'usualLatenessMs', 'usualLatenessShare'],
);

const routes = objectOf<sections.RouteSection>({
  functionName: text,
  route: text,
  requestCount: count,
  failed: orNull(shareInterval),
  durations: percentiles,
});

const modeMembers = {
  component: text,
  modeId: oneOf(FAILURE_MODES.map(({ id }) => id)),
  name: text,
  evidence: listOf(text),
  missing: listOf(text),
};
const difficultyClass = oneOf(['instant', 'moderate', 'nightmare']);
const modes = objectOf<recovery.ModeSection>({
  recognised: said(
    'Ways of failing whose whole signature was seen, or its telling part (suspected).',
    listOf(
      objectOf<RecognisedMode>({
        ...modeMembers,
        catalogueVersion: count,
        certainty: oneOf(['proven', 'shown', 'suspected']),
        defaultClass: oneOf(['rare', 'systemic', 'by its cause']),
        defaultDifficulty: difficultyClass,
        isSilent: flag,
      }),
    ),
  ),
  notJudged: said(
    'Their telltale was seen, and what would decide is missing: not recognised.',
    listOf(objectOf<recovery.ModeSection['notJudged'][number]>(modeMembers)),
  ),
  catalogueVersion: count,
});

const groupName = {
  fingerprint: said('As in the chapter of failures.', orNull(text)),
  functionName: text,
  type: text,
  maskedMessage: text,
};
const term = objectOf<recovery.DifficultySection['terms'][number]>({ what: text, views: amount });
const difficulty = objectOf<recovery.DifficultySection>(
  {
    ...groupName,
    isSilent: flag,
    class: said('Predicted from telemetry, not measured.', difficultyClass),
    viewCount: said('Views that are expected to be opened, unknown facts taken as the worse one.', amount),
    viewCountAtBest: amount,
    classAtBest: difficultyClass,
    terms: said('They add up to viewCount.', listOf(term)),
    costliest: orNull(term),
    because: text,
    minutesPrior: said('A prior of three minutes a view, from one told incident.', amount),
    path: listOf(text),
    missing: listOf(text),
  },
  ['fingerprint'],
);

const suspects = objectOf<recovery.SuspectSection>(
  {
    ...groupName,
    suspects: said(
      'Where to look first, strongest first. Never a cause: a person confirms.',
      listOf(
        objectOf<recovery.SuspectRow>({
          component: text,
          path: said('null where no trail leads there.', orNull(listOf(text))),
          explains: said('Of the change at the failing function; null where no figures of before were at hand.', orNull(share)),
          mechanism: orNull(text),
          evidence: listOf(text),
          doubts: listOf(text),
        }),
      ),
    ),
    missing: listOf(text),
  },
  ['fingerprint'],
);

const pattern = oneOf(RESILIENCE_PATTERNS);
const judged = { component: text, pattern, peer: orNull(text) };
const patterns = objectOf<recovery.PatternSection>({
  seen: listOf(objectOf<recovery.PatternSection['seen'][number]>({ ...judged, kind: oneOf(['seen']), evidence: text })),
  notSeen: listOf(objectOf<recovery.PatternSection['notSeen'][number]>({ ...judged, kind: oneOf(['not-seen']), found: text })),
  notJudged: listOf(
    objectOf<recovery.PatternSection['notJudged'][number]>({
      pattern,
      count: said('Components and peers of which it could not be judged.', count),
      missing: listOf(text),
    }),
  ),
});

const coverage = objectOf<recovery.CoverageSection>({
  archetype: oneOf(['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge']),
  modeCount: count,
  recognised: listOf(text),
  drilled: said('null without any drill record: that is not the same as none.', orNull(listOf(text))),
  handled: orNull(listOf(text)),
});

const openCalls = objectOf<OpenCallsAtTimeout>(
  {
    functionName: text,
    peer: text,
    count,
    waitedShare: said('Of the time limit of the function: how much of it such a call had waited, on average.', orNull(share)),
  },
  ['waitedShare'],
);

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
  openCallsAtTimeout: said('Calls that had not come back when attempts timed out; null where nothing tells.', orNull(listOf(openCalls))),
  modes,
  difficulty: listOf(difficulty),
  suspects: listOf(suspects),
  patterns,
  coverage: listOf(coverage),
  budgets: said('What was promised, and whether it was kept; absent where no budget was given.', listOf(budget)),
};

/** Chapters that only our agent's lines can fill: without them absent, or null where there is nothing to say. */
export const AGENT_SECTIONS = ['outboundCalls', 'breakers', 'answers', 'messages', 'processes', 'routes', 'openCallsAtTimeout'];
/** Chapters that reports of older versions lack. */
export const LATER_SECTIONS = ['modes', 'difficulty', 'suspects', 'patterns', 'coverage', 'budgets'];
