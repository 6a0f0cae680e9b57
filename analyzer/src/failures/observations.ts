/**
 * From the chapters of a report to what is known of each component.
 *
 * Only what a chapter really says is handed on. A chapter that is absent (no line of the agent, no metrics) leaves its
 * members absent, so that the catalogue can say what would have to be looked at.
 */
import type {
  AnswerSection,
  BreakerSection,
  FailureSection,
  FunctionSection,
  MessageSection,
  MetricSection,
  OutboundCallSection,
  ProcessSection,
  Sections,
} from '../diagnose/sections.ts';
import { isWordless } from '../diagnose/unexplained-failures.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type {
  Archetype,
  CallObservation,
  ComponentObservations,
  LoopObservation,
  MemoryObservation,
  MessageObservation,
  OpenCallObservation,
  PlatformObservation,
  SpreadObservation,
} from './component-observations.ts';
import { dependencyNamed } from './dependency-named.ts';
import type { ErrorObservation } from './error-observation.ts';

export interface Observations {
  readonly components: readonly ComponentObservations[];
}

/** The chapters that are read; a report has them all. */
export interface ObservableReport
  extends Pick<Sections, 'functions' | 'failures' | 'memory' | 'coldStarts' | 'traffic' | 'silence' | 'changes' | 'metrics'> {
  readonly input: { readonly toMs: number | undefined };
  readonly outboundCalls?: readonly OutboundCallSection[] | undefined;
  readonly breakers?: readonly BreakerSection[] | undefined;
  readonly answers?: AnswerSection | undefined;
  readonly messages?: readonly MessageSection[] | undefined;
  readonly processes?: readonly ProcessSection[] | undefined;
  readonly callShifts?: readonly CallShift[] | undefined;
  /** How far failures keep to one sandbox; absent where nobody looked. */
  readonly spreads?: readonly SpreadOfFunction[] | undefined;
  /** Calls under way when attempts of a function timed out, as the agent's lines of deaths tell. */
  readonly openCallsAtTimeout?: readonly (OpenCallObservation & { readonly functionName: string })[] | undefined;
}

export interface SpreadOfFunction extends SpreadObservation {
  readonly functionName: string;
}

/** Now over before, since calls to a peer began to fail. */
export interface CallShift {
  readonly functionName: string;
  readonly peer: string;
  readonly callRateRatio: number | undefined;
  readonly inboundRateRatio: number | undefined;
  /** Of the peer as it sees itself; undefined where its lines are not among the input. */
  readonly peerLatencyRatio: number | undefined;
}

export function observationsOfReport(report: ObservableReport): Observations {
  return atOnce(observationSteps(report));
}

/** As `observationsOfReport`. */
export function* observationSteps(report: ObservableReport): Steps<Observations> {
  // Looked for once, and not in every chapter for every function.
  const failures = byFunction(report.failures);
  const memory = byFunction(report.memory);
  const coldStarts = byFunction(report.coldStarts);
  const traffic = byFunction(report.traffic);
  const silence = byFunction(report.silence);
  const spreads = byFunction(report.spreads ?? []);
  yield;
  const components = yield* mapInSteps(report.functions, FUNCTIONS_A_STEP, (section) => {
    const { functionName } = section;
    const own = {
      failures: failures.get(functionName) ?? [],
      memory: memory.get(functionName) ?? [],
      coldStarts: coldStarts.get(functionName) ?? [],
      traffic: traffic.get(functionName) ?? [],
      silence: silence.get(functionName) ?? [],
      spreads: spreads.get(functionName),
    };
    return observe({ ...report, ...own }, section);
  });
  return { components };
}

const FUNCTIONS_A_STEP = 16;

function byFunction<Section extends { readonly functionName: string }>(sections: readonly Section[]): ReadonlyMap<string, Section[]> {
  const grouped = new Map<string, Section[]>();
  for (const section of sections) {
    const own = grouped.get(section.functionName);
    if (own === undefined) grouped.set(section.functionName, [section]);
    else own.push(section);
  }
  return grouped;
}

function observe(report: ObservableReport, section: FunctionSection): ComponentObservations {
  const isOwn = ({ functionName }: { readonly functionName: string }) => functionName === section.functionName;
  const answers = report.answers?.functions.find(isOwn);
  const messages = report.messages?.find(isOwn);
  const processes = report.processes?.filter(isOwn) ?? [];
  const open = report.openCallsAtTimeout?.filter(isOwn);
  const calls = report.outboundCalls?.filter(isOwn).map((call) => callOf(call, report.callShifts));
  // Fallbacks and broken checks of requests that failed anyway are loud; of the quiet ones there are at most this many.
  const quiet = answers?.suspect.count ?? 0;
  return {
    component: section.functionName,
    archetypes: archetypesOf(messages, processes),
    requestCount: section.invocationCount,
    failedCount: section.failed?.count,
    errors: errorsOf(report, section, messages),
    timeoutCount: section.statusCounts.timeout,
    openCallsAtTimeout: open,
    calls,
    breakers: report.breakers?.filter(isOwn),
    fallbackCount: answers?.fallbackCount,
    hiddenFallbackCount: answers === undefined ? undefined : Math.min(answers.fallbackCount, quiet),
    checks:
      answers === undefined || answers.checks.length === 0
        ? undefined
        : answers.checks.map(({ name, failedCount }) => ({ name, failedCount, failedInSuccessCount: Math.min(failedCount, quiet) })),
    memory: memoryOf(report, section),
    coldStarts: {
      coldCount: report.coldStarts.filter(isOwn).reduce((sum, { cold }) => sum + (cold?.count ?? 0), 0),
      stormVersionCount: new Set(report.coldStarts.filter(isOwn).flatMap(({ storms }) => storms.map(({ version }) => version))).size,
      deployCount: report.changes.filter((change) => isOwn(change) && change.kind === 'version').length,
    },
    messages: messages === undefined ? undefined : messagesOf(messages),
    platform: platformOf(report, section, messages),
    loop:
      processes.length === 0
        ? undefined
        : {
            delayP99Ms: highest(processes.map(({ loopDelayP99Ms }) => loopDelayP99Ms)),
            busyShare: highest(processes.map(({ loopShare }) => loopShare)),
            processorShare: highest(processes.map(({ processorShare }) => processorShare)),
            gcShare: highest(processes.map(({ gcShare }) => gcShare)),
            ...whenLate(processes),
          },
    spread: report.spreads?.find(isOwn),
    silent: report.silence.some((silence) => isOwn(silence) && silence.logStream === WHOLE_FUNCTION),
  };
}

/** As the chapter of silences writes it. */
const WHOLE_FUNCTION = '(all streams)';
const MINUTE_MS = 60_000;
/** Minutes without the failure after which the next one begins a new stretch. */
const QUIET_MINUTES = 5;

function archetypesOf(messages: MessageSection | undefined, processes: readonly ProcessSection[]): Archetype[] {
  return [
    ...(messages === undefined ? [] : ['queue-worker' as const]),
    ...(processes.length === 0 ? [] : ['long-running' as const, 'request-response' as const]),
  ];
}

function callOf(section: OutboundCallSection, shifts: ObservableReport['callShifts']): CallObservation {
  const shift = shifts?.find(({ functionName, peer }) => functionName === section.functionName && peer === section.peer);
  return {
    peer: section.peer,
    callCount: section.callCount,
    errorCount: section.errors?.count,
    retryCount: section.retryCount,
    sequentialCount: section.sequentialCount,
    timeLimit: section.timeLimit,
    nearLimitCount: section.nearLimitCount,
    meanMs: section.meanMs,
    timeShare: section.timeShare,
    highestSocketCount: section.highestSocketCount,
    climbingPoolCount: section.pool?.climbingCount,
    callRateRatio: shift?.callRateRatio,
    inboundRateRatio: shift?.inboundRateRatio,
    peerLatencyRatio: shift?.peerLatencyRatio,
  };
}

/**
 * The errors with which requests ended, and the words of those that have none: lines that name no request, and lines of
 * items that were given back in an answer of success. Of a component that loses nothing, what it logs was got over.
 */
function errorsOf(report: ObservableReport, section: FunctionSection, messages: MessageSection | undefined): ErrorObservation[] {
  const own = report.failures.filter(({ functionName }) => functionName === section.functionName);
  const failed = own.filter(({ rate }) => rate.count > 0);
  const wordlessCount =
    failed.reduce((sum, failure) => sum + (isWordless(failure) ? failure.rate.count : 0), 0) + (messages?.returnedCount ?? 0);
  const logged = own.filter(
    ({ rate, loggedOnlyCount }) =>
      rate.count === 0 && loggedOnlyCount >= LEAST_LINES * wordlessCount && loggedOnlyCount <= MOST_LINES * wordlessCount,
  );
  return [
    ...failed.map((failure) => errorOf(report, section, failure)),
    ...(wordlessCount === 0 ? [] : logged.map((failure) => loggedErrorOf(section, failure))),
  ];
}

/** Lines for each failure without words: fewer are of something else, more are written all the time. Our own choice. */
const LEAST_LINES = 0.1;
const MOST_LINES = 10;

function errorOf(report: ObservableReport, section: FunctionSection, failure: FailureSection): ErrorObservation {
  const { stretches } = failure;
  const told = [failure.type, failure.code, failure.maskedMessage].filter((part) => part !== undefined && part !== '').join(' ');
  return {
    // Masks blank what a signature may ask for, such as a code of five digits; the sample still has it.
    // A report that was read back from JSON does not hold it.
    text: `${told} ${failure.sampleMessage ?? ''}`,
    quote: told,
    count: failure.rate.count,
    exposedCount: failure.rate.of,
    ...(isWordless(failure) && { isWordless: true }),
    seenBy: 'server',
    versions: failure.versions,
    liveVersionCount: section.versions.length,
    dependency: dependencyNamed(`${failure.sampleMessage ?? ''} ${failure.causes.join(' ')}`),
    ...(stretches === undefined
      ? courseByMinutes(report, section, failure)
      : {
          episodeCount: stretches.count,
          longestEpisodeMs: stretches.longestMs,
          shareInEpisode: Math.min(1, Math.max(stretches.failureCount, failure.rate.count) / Math.max(1, stretches.exposedCount)),
          isOverBeforeEnd: stretches.isOver,
        }),
  };
}

function loggedErrorOf(section: FunctionSection, failure: FailureSection): ErrorObservation {
  const told = [failure.type, failure.code, failure.maskedMessage].filter((part) => part !== undefined && part !== '').join(' ');
  return {
    text: `${told} ${failure.sampleMessage ?? ''}`,
    quote: told,
    count: failure.loggedOnlyCount,
    exposedCount: section.invocationCount,
    isOnlyLogged: true,
    seenBy: 'server',
    versions: failure.versions,
    liveVersionCount: section.versions.length,
    dependency: dependencyNamed(`${failure.sampleMessage ?? ''} ${failure.causes.join(' ')}`),
  };
}

function courseByMinutes(report: ObservableReport, section: FunctionSection, failure: FailureSection): Partial<ErrorObservation> {
  const episodes = episodesOf(failure.perMinute.map(({ minuteMs }) => minuteMs));
  const longest = episodes.reduce((most, { fromMs, toMs }) => Math.max(most, toMs - fromMs), 0);
  const series = report.traffic.find(({ functionName }) => functionName === failure.functionName);
  const stepMs = (series?.seriesStepMinutes ?? 1) * MINUTE_MS;
  const inEpisodes = (series?.series ?? [])
    .filter(({ minuteMs }) => episodes.some(({ fromMs, toMs }) => minuteMs + stepMs > fromMs && minuteMs < toMs))
    .reduce((sum, { invocations }) => sum + invocations, 0);
  return {
    episodeCount: episodes.length === 0 ? undefined : episodes.length,
    longestEpisodeMs: longest === 0 ? undefined : longest,
    shareInEpisode: inEpisodes > 0 ? Math.min(1, failure.rate.count / inEpisodes) : undefined,
    isOverBeforeEnd:
      failure.lastMs === undefined || section.lastMs === undefined
        ? undefined
        : section.lastMs - failure.lastMs > QUIET_MINUTES * MINUTE_MS,
  };
}

function episodesOf(minutesMs: readonly number[]): { fromMs: number; toMs: number }[] {
  const episodes: { fromMs: number; toMs: number }[] = [];
  for (const minuteMs of [...minutesMs].sort((a, b) => a - b)) {
    const last = episodes.at(-1);
    if (last !== undefined && minuteMs - last.toMs <= QUIET_MINUTES * MINUTE_MS) last.toMs = minuteMs + MINUTE_MS;
    else episodes.push({ fromMs: minuteMs, toMs: minuteMs + MINUTE_MS });
  }
  return episodes;
}

/** Of the process that was late most often: averaged with the others its trouble is lost. */
function whenLate(processes: readonly ProcessSection[]): Partial<LoopObservation> {
  const [latest] = [...processes].sort((a, b) => (b.lateWindowCount ?? 0) - (a.lateWindowCount ?? 0));
  return {
    lateWindowCount: latest?.lateWindowCount,
    busyShareWhenLate: latest?.loopShareWhenLate,
    processorShareWhenLate: latest?.processorShareWhenLate,
    usualLatenessMs: latest?.usualLatenessMs,
    usualLatenessShare: latest?.usualLatenessShare,
  };
}

function memoryOf(report: ObservableReport, { functionName }: FunctionSection): MemoryObservation | undefined {
  const sections = report.memory.filter((section) => section.functionName === functionName);
  if (sections.length === 0) return undefined;
  const growth = GROWTH_WORST_FIRST.find((kind) =>
    sections.some((section) => section.growth.kind === kind || (kind === 'leaking' && section.fastLeak !== undefined)),
  );
  return {
    oomCount: sections.reduce((sum, { oomCount }) => sum + oomCount, 0),
    growth,
    owner: sections.find((section) => section.growth.kind === growth && section.owner !== undefined)?.owner,
    growthToldBy: toldBy(sections),
    highestShare: highest(
      sections.map(({ highestMb, memorySizeMb }) =>
        highestMb === undefined || memorySizeMb === undefined || memorySizeMb === 0 ? undefined : highestMb / memorySizeMb,
      ),
    ),
  };
}

/** Of those that grow without a bound the one with the best witness. */
function toldBy(sections: ObservableReport['memory']): MemoryObservation['growthToldBy'] {
  const growing = sections.filter(({ growth, fastLeak }) => growth.kind === 'leaking' || fastLeak !== undefined);
  if (growing.length === 0) return undefined;
  if (growing.some(({ growth }) => growth.kind === 'leaking' && growth.probeCount !== undefined)) return 'inside';
  const isKilled = growing.some(
    ({ fastLeak, growth, oomCount }) =>
      fastLeak !== undefined || oomCount > 0 || (growth.kind === 'leaking' && growth.killedCount !== undefined),
  );
  return isKilled ? 'kills' : 'running-maximum';
}

const GROWTH_WORST_FIRST = ['leaking', 'growing', 'growing-but-bounded', 'stable', 'insufficient-data'] as const;

function messagesOf(section: MessageSection): MessageObservation {
  return {
    receivedCount: section.receivedCount,
    succeededCount: section.succeededCount,
    returnedCount: section.returnedCount,
    droppedCount: section.droppedCount,
    duplicateCount: section.duplicateCount,
    highestReceiveCount: section.highestReceiveCount,
    wholeBatchReturnCount: section.wholeBatchReturnCount,
    partialReplyCount: section.partialReplyCount,
    recurringItemCount: section.recurringItemCount,
    failedItemCount: section.failedItemCount,
    incompleteBecause: section.incompleteBecause,
  };
}

function platformOf(report: ObservableReport, section: FunctionSection, messages: MessageSection | undefined): PlatformObservation {
  const traffic = report.traffic.find(({ functionName }) => functionName === section.functionName);
  const isOnlyWorker = messages !== undefined && (report.messages?.length ?? 0) === 1;
  const own = report.metrics.filter(({ dimensions }) => isOf(dimensions, section.functionName, isOnlyWorker));
  const ages = own
    .filter(({ name, dimensions }) => name in MS_PER_UNIT_OF_AGE && !DEAD_LETTER_NAME.test(dimensions.QueueName ?? ''))
    .map((metric) => ({ ms: metric.maximum * MS_PER_UNIT_OF_AGE[metric.name]!, atMs: metric.maximumAtMs }));
  const oldest = ages.reduce<(typeof ages)[number] | undefined>((a, b) => (a === undefined || b.ms > a.ms ? b : a), undefined);
  const endMs = report.input.toMs;
  return {
    throttleCount: traffic?.throttleCount,
    highestConcurrency: traffic?.concurrencyMetricMax,
    timeAtHighestConcurrency: traffic?.concurrencyMetricTimeAtMax,
    highestQueueAgeMs: oldest?.ms,
    // A backlog that nobody takes up is oldest at the very end.
    queueAgeRises:
      oldest === undefined || endMs === undefined ? undefined : oldest.ms >= OLD_MS && endMs - oldest.atMs <= QUIET_MINUTES * MINUTE_MS,
    deadLetterArrivals: sumOf(
      report.metrics.filter(({ name, dimensions }) => name === 'NumberOfMessagesSent' && DEAD_LETTER_NAME.test(dimensions.QueueName ?? '')),
    ),
    eventsDroppedCount: sumOf(own.filter(({ name }) => name === 'AsyncEventsDropped')),
    deadLetterErrorCount: sumOf(own.filter(({ name }) => name === 'DeadLetterErrors')),
  };
}

/** Units as the AWS documentation gives them. */
const MS_PER_UNIT_OF_AGE: Readonly<Record<string, number>> = { AsyncEventAge: 1, IteratorAge: 1, ApproximateAgeOfOldestMessage: 1000 };
const DEAD_LETTER_NAME = /dlq|dead-?_?letter/i;
/** Beyond any polling or batching window of Lambda; the same bound as for a backlog. */
const OLD_MS = 5 * MINUTE_MS;

/** A queue does not say who empties it: its name may tell, or there is only one worker. */
function isOf(dimensions: MetricSection['dimensions'], functionName: string, isOnlyWorker: boolean): boolean {
  if (dimensions.FunctionName !== undefined) return dimensions.FunctionName === functionName;
  const queue = dimensions.QueueName;
  return queue !== undefined && (isOnlyWorker || functionName.includes(queue) || queue.includes(functionName));
}

function sumOf(metrics: readonly MetricSection[]): number | undefined {
  return metrics.length === 0 ? undefined : metrics.reduce((sum, metric) => sum + metric.sum, 0);
}

function highest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
