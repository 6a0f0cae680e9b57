/**
 * What each diagnosis says, before anyone lays it out. Missing is `undefined`, never 0; times are epoch ms here and
 * ISO in the JSON report; shares run from 0 to 1.
 */
import type { InitKind, RetrySummary, Status } from '../store/summary.ts';
import type { EvidenceReference } from './evidence-reference.ts';

export interface ConfigurationName {
  readonly functionName: string;
  readonly version: string;
  /** undefined where no line told it (Managed Instances). */
  readonly memorySizeMb: number | undefined;
}

/** A percentile with its 95 % order-statistic interval; `high` undefined below the n that an upper bound needs. */
export interface Percentile {
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Absent members: not enough samples to speak of that percentile at all. */
export interface Percentiles {
  readonly sampleCount: number;
  readonly p50Ms: Percentile | undefined;
  readonly p90Ms: Percentile | undefined;
  readonly p99Ms: Percentile | undefined;
  readonly p999Ms: Percentile | undefined;
  readonly maxMs: number | undefined;
}

export interface ShareInterval {
  readonly count: number;
  readonly of: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export interface FunctionSection {
  readonly functionName: string;
  readonly versions: readonly string[];
  readonly memorySizesMb: readonly number[];
  readonly runtimeVersions: readonly string[];
  readonly invocationCount: number;
  readonly statusCounts: Readonly<Record<Status, number>>;
  readonly failed: ShareInterval | undefined;
  readonly sandboxCount: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly logBytes: number;
  readonly retries: RetrySummary | undefined;
  readonly agentLineCount: number;
  /** What explains when its failures come: one sandbox, an age, an hour; absent without failures. */
  readonly pattern?: PatternSection | undefined;
}

export interface PatternSection {
  readonly kind: 'explained' | 'not-explained' | 'insufficient-data';
  readonly by?: 'sandbox' | 'age' | 'hour' | undefined;
  /** Adjusted for the questions asked (Holm). */
  readonly p?: number | undefined;
  readonly because: string;
}

export interface ColdStartSection extends ConfigurationName {
  /** Cold starts of all kinds over invocations. */
  readonly cold: ShareInterval | undefined;
  readonly byKind: Readonly<Partial<Record<InitKind, number>>>;
  /** Of on-demand inits. */
  readonly initMs: Percentiles | undefined;
  readonly restoreMs: Percentiles | undefined;
  readonly initBilledMs: number | undefined;
  readonly failedInitCount: number;
  /** p99 over all attempts, and without the cold ones; undefined without enough samples. */
  readonly p99Ms: number | undefined;
  readonly p99WithoutColdMs: number | undefined;
  /** What the agent saw of the starts from inside, on average; absent without its lines. */
  readonly split?: StartSplit | undefined;
  /** Cold starts within 5 minutes of the first event of a version. */
  readonly storms: readonly {
    readonly version: string;
    readonly fromMs: number;
    readonly coldCount: number;
    readonly invocationCount: number;
  }[];
  /** Storms first, then what takes most of a start; absent without an init. */
  readonly causes?: readonly ColdStartCauseSection[];
  /** What could not be looked at, and what is missing for it. */
  readonly notTold?: readonly string[];
  /** Its inits against those of the version before; absent where there is none. */
  readonly sinceVersionBefore?: InitChangeSection;
  readonly coldPerDay?: number;
  /** What could be done, reckoned from this input; absent where nobody waited, or for less than five minutes of input. */
  readonly options?: readonly ColdStartOptionSection[];
}

export interface ColdStartCauseSection {
  readonly kind: 'package' | 'phase' | 'storm' | 'two-modes';
  readonly name?: string | undefined;
  /** Of a package or phase; the median of the slow kind; the oldest event that waited in a storm. */
  readonly ms?: number | undefined;
  readonly shareOfStart?: number | undefined;
  readonly because: string;
}

export interface InitChangeSection {
  readonly versionBefore: string;
  readonly beforeCount: number;
  readonly afterCount: number;
  readonly kind: 'slower' | 'faster' | 'no-change-shown' | 'insufficient-data';
  /** After over before (Hodges-Lehmann), with its 95 % interval. */
  readonly ratio?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Smallest ratio that so many inits would have shown in four of five cases. */
  readonly detectableRatio?: number | undefined;
  readonly because: string;
}

export interface ColdStartOptionSection {
  readonly kind: 'provisioned-concurrency' | 'lazy-load' | 'bundle' | 'more-memory' | 'other-architecture';
  /** Of each start that it touches; undefined where that cannot be told. */
  readonly sparedMs: number | undefined;
  readonly startsPerDay: number | undefined;
  readonly missing: string | undefined;
  /** More, or below 0 less, than now. */
  readonly usdPerDay: number | undefined;
  readonly arithmetic: string;
  readonly next: string | undefined;
}

export interface StartSplit {
  readonly startCount: number;
  /** From the start of the process until the agent began: runtime and extensions. */
  readonly runtimeMs: number;
  readonly agentMs: number;
  /** The handler's own imports. */
  readonly handlerMs: number;
  /** From the loaded handler to the first event; undefined where every start was ahead of demand. */
  readonly waitMs: number | undefined;
  /** Starts with traces of a process before them in the same sandbox: no cold starts. */
  readonly restartCount: number;
  /** Most own time first, on average over the starts that loaded it. */
  readonly packages: readonly { readonly name: string; readonly selfMs: number; readonly moduleCount: number }[];
}

export interface LatencySection extends ConfigurationName {
  readonly warm: Percentiles;
  readonly cold: Percentiles;
  readonly slowest: readonly { readonly durationMs: number; readonly requestId: string; readonly evidence: EvidenceReference }[];
  /** By hour of the clock and age of sandbox; absent without warm attempts. */
  readonly course?: CourseSection | undefined;
}

export interface CountedTimes {
  readonly count: number;
  readonly p50Ms: number | undefined;
  /** undefined below 368. */
  readonly p99Ms: number | undefined;
}

/** Warm attempts over hours and over ages, and what is shown by them. */
export interface CourseSection {
  readonly hours: readonly (CountedTimes & { readonly fromMs: number; readonly gcMsPerInvocation: number | undefined })[];
  /** Warm attempts before the hours that are kept one by one. */
  readonly olderCount: number;
  /** Attempts from the n-th of their sandbox on, up to the next. */
  readonly ages: readonly (CountedTimes & { readonly fromInvocation: number })[];
  readonly tail: 'tail-grew' | 'all-slower' | 'no-growth-shown' | 'insufficient-data';
  readonly tailBecause: string;
  readonly age: 'slower-with-age' | 'age-or-clock' | 'no-effect-shown' | 'insufficient-data';
  readonly ageBecause: string;
}

export type GrowthVerdict =
  /** Only pooled over at least 8 sandboxes or with out-of-memory proof. */
  | {
      readonly kind: 'leaking';
      readonly mbPerInvocation: number;
      readonly low: number;
      readonly high: number;
      readonly proof: string;
      /** Climbs that the platform ended by a kill; absent where none proves it. */
      readonly killedCount?: number;
      /** Collections that the agent forced, and what was left after each; absent where it forced none. */
      readonly probeCount?: number;
    }
  | {
      readonly kind: 'growing';
      readonly mbPerInvocation: number;
      readonly low: number;
      readonly high: number;
      readonly undecidedBecause: string;
    }
  | { readonly kind: 'growing-but-bounded'; readonly because: string }
  /** `because` where forced collections decided what the platform's lines could not. */
  | { readonly kind: 'stable'; readonly because?: string }
  | {
      readonly kind: 'insufficient-data';
      readonly missing: string;
      /** More invocations of one sandbox that would give a verdict; absent where something else is missing, too. */
      readonly neededInvocations?: number;
    };

export interface MemorySection extends ConfigurationName {
  readonly sandboxCount: number;
  /** p99 over sandboxes of each one's maximum (the maximum itself below 368 sandboxes). */
  readonly highestMb: number | undefined;
  readonly medianOfMaximaMb: number | undefined;
  readonly growth: GrowthVerdict;
  /** Sandboxes whose maximum reached Memory Size without an out-of-memory line. */
  readonly pinnedSandboxCount: number;
  readonly oomCount: number;
  readonly oomProof: readonly EvidenceReference[];
  /** Invocations until the limit at the slope's high and low end; undefined without a slope. */
  readonly invocationsToLimit: { readonly low: number; readonly high: number | undefined } | undefined;
  /** Sandboxes that climb and die after similar numbers of invocations. */
  readonly fastLeak:
    | {
        readonly deathCount: number;
        readonly medianInvocations: number;
        readonly lowInvocations: number;
        readonly highInvocations: number;
        readonly mbPerInvocation: number | undefined;
      }
    | undefined;
  /** A memory size that would do, when the present one is more than twice what was used; undefined with n too small. */
  readonly suggestedMb: number | undefined;
  /** Deaths by timeout that look like want of memory; absent where there are none. */
  readonly maskedDeathCount?: number | undefined;
  /** The agent's own verdicts, one for each sandbox and kind of memory; absent without its lines. */
  readonly agentVerdicts?: readonly AgentLeakVerdict[] | undefined;
  /** What the agent's samples say of each kind of memory, all sandboxes together; absent without its lines. */
  readonly channels?: readonly ChannelGrowth[] | undefined;
  /** Whose memory grows, as far as the agent's samples tell; absent where nothing grows or nothing tells. */
  readonly owner?: MemoryOwner | undefined;
  /** Envelopes to draw: the sandboxes that grew most, at most 5. */
  readonly envelopes: readonly {
    readonly logStream: string;
    readonly points: readonly { readonly n: number; readonly megabytes: number }[];
  }[];
}

/** `another-process`: the sandbox fills, and resident memory of the function's own process does not. */
export type MemoryOwner = 'heap' | 'external' | 'native' | 'another-process';

/** One kind of memory of one function, version and memory size. */
export interface ChannelGrowth {
  readonly channel: 'heap' | 'external' | 'native' | 'handles';
  readonly verdict: 'leaking' | 'growing-but-bounded' | 'stable' | 'insufficient-data';
  /** After forced collections, after V8's own, or from low points of the channel itself; undefined without a verdict. */
  readonly basis: 'probed' | 'passive' | 'blocks' | undefined;
  /** Sandboxes with a verdict, and of those: the ones that leak. */
  readonly judgedCount: number;
  readonly leakingCount: number;
  /** Forced collections in those that were judged by them. */
  readonly probeCount: number;
  /** Bytes, or handles, for each invocation, with its 95 % interval; undefined where nothing leaks. */
  readonly slope: { readonly perInvocation: number; readonly low: number; readonly high: number } | undefined;
  /** From the end of the input until the first sandbox is full, at the slope's two ends; `high` undefined: perhaps never. */
  readonly invocationsToLimit: { readonly low: number; readonly high: number | undefined } | undefined;
  readonly msToLimit: { readonly low: number; readonly high: number | undefined } | undefined;
  /** Where the growth began, in the typical sandbox. */
  readonly start: { readonly invocation: number; readonly ageMs: number | undefined; readonly atMs: number | undefined } | undefined;
  readonly why: string;
  /** What would decide it, or turn it round. */
  readonly toDecide: string;
  /** Ways to be wrong that were looked for and not found. */
  readonly falsifiers: readonly string[];
  readonly evidence: readonly EvidenceReference[];
}

export interface AgentLeakVerdict {
  readonly logStream: string;
  readonly channel: 'heap' | 'external' | 'native' | 'handles';
  readonly verdict: 'suspected' | 'leaking' | 'growing-but-bounded' | 'stable' | 'insufficient-data';
  readonly bytesPerInvocation: number | undefined;
  /** Forced collections that it rests on. */
  readonly probeCount: number;
  /** Where what is kept was allocated, grown most first. */
  readonly sites: readonly {
    readonly functionName: string;
    readonly file: string;
    readonly line: number;
    readonly liveBytes: number;
    readonly grownBytes: number | undefined;
  }[];
  readonly evidence: EvidenceReference;
}

/** What makes a group of errors one failure, in every build of the program. */
export interface FailureIdentity {
  /** The function that threw, and its caller where it throws for others; empty where no frame names one. */
  readonly functions: readonly string[];
  /** The message with `<*>` for what varies. */
  readonly template: string;
  /** What it rests on. With anything but `function`, two places that say the same cannot be told apart. */
  readonly basis: 'function' | 'no stack' | 'no own frame' | 'anonymous' | 'minified';
  /** Fingerprints that single errors of the group have by themselves: a mute or an owner written for one applies. */
  readonly aliases: readonly string[];
  /** Groups that say the same at another place: perhaps one failure, which the lines alone do not show. */
  readonly looksLike: readonly string[];
  /** Texts and places that were joined. */
  readonly kindCount: number;
  /** Versions whose errors were compared. */
  readonly builds: readonly string[];
}

/** How a failure is spread over attempts; how bad it is takes no part in it. */
export interface RaritySection {
  readonly kind: 'rare' | 'systemic' | 'dense-now' | 'undetermined';
  readonly by: 'density' | 'episodes' | 'precondition' | undefined;
  /** Rare, and nobody is told of it when it happens. */
  readonly watch: boolean;
  /** After the first one, which made us look, in the versions that have it. */
  readonly failures: number;
  readonly exposed: number;
  /** Bounds of the share that hold at every look. */
  readonly low: number;
  readonly high: number;
  /** Windows of the stream in which three are expected, and those that held them. */
  readonly windowCount: number;
  readonly filledWindowCount: number;
  readonly episodeCount: number;
  /** In words: sporadic, in bursts, every 5th attempt, under cold start = yes … */
  readonly pattern: string;
  readonly precondition: RarityPrecondition | undefined;
  /** Fails densely at the end of the input, whatever the class. */
  readonly isDenseNow: boolean;
  readonly sinceMs: number | undefined;
  readonly freeVersions: readonly string[];
  readonly why: string;
  /** What would make us take the verdict back. */
  readonly falsifiers: readonly string[];
  /** What would decide; absent where it is decided. */
  readonly missing: RarityMissing | undefined;
}

/** What the configuration says of a failure. */
export interface KnownSection {
  readonly owner: string | undefined;
  readonly runbook: string | undefined;
  /** Ranked last until then, and never hidden. */
  readonly mutedUntilMs: number | undefined;
}

/** What the failure did to whoever waited for an answer, as far as lines tell. */
export interface OutcomeSection {
  /** The most frequent one; undefined where nothing tells. */
  readonly usual: 'recovered-by-retry' | 'duplicated' | 'loud' | 'degraded' | 'hidden-by-fallback' | 'silent-wrong' | 'dropped' | undefined;
  /** Requests that failed so and were followed: all, or a fair sample of 128. */
  readonly requestCount: number;
  readonly isSample: boolean;
  readonly counts: readonly { readonly outcome: NonNullable<OutcomeSection['usual']>; readonly count: number }[];
  readonly notCounted: readonly { readonly outcome: NonNullable<OutcomeSection['usual']>; readonly because: string }[];
}

export interface RarityPrecondition {
  readonly attribute: string;
  readonly value: string;
  readonly nature: 'mechanism' | 'context' | 'cycle' | 'version' | 'place' | 'symptom';
  readonly standing: 'normal' | 'exceptional' | 'unproven';
  readonly failures: number;
  readonly exposed: number;
  /** Bounds of the share of attempts under it that fail. */
  readonly low: number;
  readonly high: number;
  /** Share of the failures, and of all attempts, that meet it. */
  readonly coverage: number;
  readonly shareOfAttempts: number;
  readonly cannotBeSeparatedFrom: readonly string[];
}

export interface RarityMissing {
  readonly text: string;
  readonly attemptsToRare: number | undefined;
  readonly attemptsToSystemic: number | undefined;
  readonly minutesToSystemic: number | undefined;
  readonly drill: { readonly attempts: number; readonly requestsPerAttempt: number; readonly under: string | undefined };
}

export interface FailureSection {
  /** `v1:` and ten digits: the same in every build; absent for what is counted without being told apart. */
  readonly fingerprint?: string | undefined;
  readonly identity?: FailureIdentity | undefined;
  /** Absent for lines that were only logged, and for what no line tells of. */
  readonly rarity?: RaritySection | undefined;
  readonly outcomes?: OutcomeSection | undefined;
  /** Absent where nobody said to know it. */
  readonly known?: KnownSection | undefined;
  readonly functionName: string;
  readonly status: Status;
  readonly type: string;
  readonly code: string | undefined;
  readonly maskedMessage: string;
  readonly sampleMessage: string;
  readonly stack: readonly string[];
  readonly causes: readonly string[];
  readonly rate: ShareInterval;
  readonly loggedOnlyCount: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly perMinute: readonly { readonly minuteMs: number; readonly count: number }[];
  readonly versions: readonly { readonly version: string; readonly count: number }[];
  readonly sandboxCount: number;
  readonly coldCount: number;
  readonly evidence: readonly EvidenceReference[];
  /** Absent where it was not followed by the second: a long input, too many kinds, lines without a time. */
  readonly stretches?: FailureStretches | undefined;
}

/** Unbroken runs of one failure along the seconds of a short input. */
export interface FailureStretches {
  readonly count: number;
  readonly longestMs: number;
  /** In all of them together: failed so, and could have. */
  readonly failureCount: number;
  readonly exposedCount: number;
  /** Attempts after the last one, none of which failed so. */
  readonly clearedCount: number;
  /** As many as hardly ever go well by chance while it lasts. */
  readonly isOver: boolean;
}

export interface CostSection {
  readonly currency: 'USD';
  /** Date and region of the price table. */
  readonly priceTable: { readonly asOf: string; readonly region: string; readonly source: string };
  /** `unknown` when not told: then both prices are given. */
  readonly architecture: 'x86_64' | 'arm64' | 'unknown';
  readonly functions: readonly FunctionCost[];
  readonly totalUsd: number;
  readonly perHourUsd: number | undefined;
}

export interface FunctionCost {
  readonly functionName: string;
  readonly gbSeconds: number;
  readonly requestCount: number;
  /** Attempts without a billed duration: not in the sum. */
  readonly unpricedCount: number;
  readonly usd: number;
  /** The same work at the other architecture's price. */
  readonly usdOtherArchitecture: number;
  readonly initShare: number | undefined;
  readonly failedShare: number | undefined;
  readonly retryShare: number | undefined;
  readonly logIngestUsd: number;
  readonly perHourUsd: number | undefined;
  /** One row per memory size; `verdict` says when n is too small (below 30). */
  readonly powerMatrix: readonly {
    readonly memorySizeMb: number;
    readonly sampleCount: number;
    readonly meanMs: number | undefined;
    readonly usdPerMillion: number | undefined;
    readonly refused: string | undefined;
  }[];
  /** Fragment for lambda-power-tuning.show; undefined with fewer than two usable sizes. */
  readonly powerTuningUrl: string | undefined;
  readonly breakEven:
    | { readonly containerUsdPerHour: number; readonly invocationsPerHour: number; readonly assumptions: readonly string[] }
    | undefined;
}

export interface LimitSection extends ConfigurationName {
  readonly timeoutMs: number | undefined;
  readonly timeoutHeadroom: number | undefined;
  readonly maxDurationMs: number | undefined;
  readonly memoryHeadroom: number | undefined;
}

export interface TrafficSection {
  readonly functionName: string;
  readonly perMinuteMean: number | undefined;
  readonly perMinutePeak: number | undefined;
  readonly peakMs: number | undefined;
  readonly peakToAverage: number | undefined;
  /** From overlapping invocations: mean over the busiest minute. */
  readonly concurrencyPeak: number | undefined;
  /** From CloudWatch's ConcurrentExecutions, where the input has it. */
  readonly concurrencyMetricMax: number | undefined;
  /** Of its points: the share at that level. A plateau is a ceiling, a peak is traffic. */
  readonly concurrencyMetricTimeAtMax?: number | undefined;
  readonly throttleCount: number | undefined;
  readonly usdPerHour: number | undefined;
  /** Spend after / before, when it jumped. */
  readonly spendJump: { readonly atMs: number; readonly ratio: number; readonly changedBeside: readonly string[] } | undefined;
  readonly series: readonly { readonly minuteMs: number; readonly invocations: number; readonly failed: number; readonly cold: number }[];
  /** Minutes that one point of `series` stands for. */
  readonly seriesStepMinutes: number;
}

export interface SilenceSection {
  readonly functionName: string;
  readonly logStream: string;
  readonly lastMs: number;
  readonly othersLastMs: number;
  readonly because: string;
}

export interface ExtensionSection {
  readonly functionName: string;
  readonly name: string;
  readonly sandboxCount: number;
  readonly meanOverheadMs: number | undefined;
  /** Difference of median init with and without it; undefined when all or none have it. */
  readonly initDifferenceMs: number | undefined;
  /** Which of the two figures above cannot be told for this extension alone, and why; absent when both are told. */
  readonly cannotSeparateBecause?: string;
}

export interface ChangeSection {
  readonly functionName: string;
  readonly atMs: number;
  readonly kind: 'version' | 'memory-size' | 'runtime-version' | 'traffic';
  readonly what: string;
  /** The one that was first seen; absent of other kinds. */
  readonly version?: string;
}

export interface MetricSection {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string | undefined;
  readonly statistic: string | undefined;
  readonly pointCount: number;
  readonly sum: number;
  readonly maximum: number;
  readonly maximumAtMs: number;
}

export interface DataQualitySection {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly eventCount: number;
  readonly platformLineCount: number;
  readonly applicationLineCount: number;
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly unknownShapes: readonly { readonly shape: string; readonly count: number; readonly evidence: EvidenceReference }[];
  readonly unknownPlatform: readonly { readonly what: string; readonly count: number; readonly evidence: EvidenceReference }[];
  readonly anomalies: readonly { readonly anomaly: string; readonly count: number; readonly evidence: readonly EvidenceReference[] }[];
  readonly skipped: readonly {
    readonly path: string;
    readonly reason: string;
    readonly count: number;
    readonly bytes: number;
    readonly found: string | undefined;
  }[];
  readonly droppedRecords: number;
  readonly unfinishedCount: number;
  /** Streams are not named by the export: sandboxes could not be told apart. */
  readonly sandboxesMixed: boolean;
  readonly retriesComplete: boolean;
  /** What the agent said of itself, and lines of it that are known to be missing; absent without its lines. */
  readonly agent?:
    | {
        readonly lineCount: number;
        readonly stretchCount: number;
        readonly lostLineCount: number;
        readonly missingStretchCount: number;
        /** Invocations that no line and no summary counts, because lines are sampled; absent where there are none. */
        readonly uncountedCount?: number | undefined;
        /** What a line cost the host on average; undefined where no line tells. */
        readonly meanSelfUs: number | undefined;
        readonly notes: readonly {
          readonly about: string;
          readonly note: string;
          readonly count: number;
          readonly evidence: EvidenceReference;
        }[];
      }
    | undefined;
  /** What source maps made of the places of bundles; absent without `--source-maps`. */
  readonly sourceMaps?:
    | readonly {
        readonly file: string;
        readonly kind: 'resolved' | 'no-map' | 'several-maps' | 'broken-map' | 'foreign-map' | 'not-in-map';
        readonly because: string;
        /** Distinct places of stacks and allocation sites. */
        readonly placeCount: number;
      }[]
    | undefined;
  /** Sentences about what this input cannot show. */
  readonly cannotTell: readonly string[];
}

/** One peer of one function, as the agent's lines tell of its calls. */
export interface OutboundCallSection {
  readonly functionName: string;
  readonly peer: string;
  readonly callCount: number;
  readonly errors: ShareInterval | undefined;
  readonly retryCount: number;
  readonly totalMs: number;
  readonly meanMs: number | undefined;
  /** Of the time of all invocations measured; above 1 where calls run side by side. */
  readonly timeShare: number | undefined;
  readonly timeLimit: 'set' | 'none' | 'sometimes' | 'unknown';
  /** Calls that took more than four fifths of their limit; undefined where no limit was seen. */
  readonly nearLimitCount: number | undefined;
  /** Calls that began only after an earlier one to the same peer had ended: a hint, not a fault. */
  readonly sequentialCount: number;
  readonly highestSocketCount: number | undefined;
  readonly pool:
    | {
        /** Sandboxes or processes that told of connections, and those in which they rise to the end. */
        readonly processCount: number;
        readonly climbingCount: number;
        readonly gainedPerSample: number | undefined;
      }
    | undefined;
}

export interface BreakerSection {
  readonly functionName: string;
  readonly name: string;
  readonly openedCount: number;
  readonly rejectedCount: number;
  /** Lines that saw it open. */
  readonly seenOpenCount: number;
}

export interface AnswersOfFunction {
  readonly functionName: string;
  /** Answers that count as a success and are not what they seem. */
  readonly suspect: ShareInterval;
  /** '' is an error answer without a type. */
  readonly failedTypes: readonly { readonly type: string; readonly count: number }[];
  readonly checks: readonly { readonly name: string; readonly passedCount: number; readonly failedCount: number }[];
  readonly fallbackCount: number;
  readonly fallbackNames: readonly string[];
}

export interface AnswerSection {
  readonly functions: readonly AnswersOfFunction[];
  /** Why an empty list is no good news; undefined where the program checks its answers. */
  readonly notObservableBecause: string | undefined;
}

export interface MessageSection {
  readonly functionName: string;
  readonly sources: readonly string[];
  readonly receivedCount: number;
  readonly succeededCount: number;
  readonly returnedCount: number;
  readonly droppedCount: number;
  /** Handled with success beyond the first time of their key. */
  readonly duplicateCount: number;
  readonly highestReceiveCount: number | undefined;
  /** Replies that gave back all of several items, and those that named some of them. */
  readonly wholeBatchReturnCount?: number | undefined;
  readonly partialReplyCount?: number | undefined;
  /** Why the counts above do not speak of everything; undefined where they do. */
  readonly incompleteBecause: string | undefined;
  readonly duplicatesAtLeastBecause: string | undefined;
  /** Keys that failed at least once, and of those: in three deliveries or more, and handled in none. Absent where no keys were told. */
  readonly failedItemCount?: number | undefined;
  readonly recurringItemCount?: number | undefined;
}

/** One long-running process, or one of its worker threads. */
export interface ProcessSection {
  readonly functionName: string;
  readonly processId: string;
  readonly threadId: number | undefined;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly requestCount: number;
  readonly failedCount: number;
  /** Share of the time in which the event loop was busy. */
  readonly loopShare: number | undefined;
  readonly loopDelayP99Ms: number | undefined;
  readonly loopDelayMaxMs: number | undefined;
  readonly gcShare: number | undefined;
  readonly processorShare: number | undefined;
  readonly firstFloorBytes: number | undefined;
  readonly lastFloorBytes: number | undefined;
  readonly highestRssBytes: number | undefined;
  readonly lastHandleCount: number | undefined;
  readonly highestOpenRequestCount: number | undefined;
  /** Windows in which the loop was late by more than `LATE_LOOP_MS`, and how busy loop and processor were in them. */
  readonly lateWindowCount?: number | undefined;
  readonly loopShareWhenLate?: number | undefined;
  readonly processorShareWhenLate?: number | undefined;
  /** By about how long most of them were late, and how many of them are most. */
  readonly usualLatenessMs?: number | undefined;
  readonly usualLatenessShare?: number | undefined;
}

export interface RouteSection {
  readonly functionName: string;
  readonly route: string;
  readonly requestCount: number;
  readonly failed: ShareInterval | undefined;
  readonly durations: Percentiles;
}

/** What a team promised of one function, and whether the input shows that it was kept. */
export interface BudgetSection {
  /** The pattern itself where no function matched. */
  readonly functionName: string;
  readonly figure: 'p50' | 'p90' | 'p99' | 'p999' | 'init-p50' | 'init-p90' | 'init-p99' | 'error-rate' | 'cold-share';
  /** ms for durations, 0 to 1 for shares. */
  readonly limit: number;
  readonly kind: 'broken' | 'within' | 'undetermined';
  /** Requests beyond the limit, of all; undefined where none tells. */
  readonly beyond: ShareInterval | undefined;
  readonly allowedShare: number | undefined;
  /** Of `undetermined`: why. */
  readonly missing: string | undefined;
}

/** All sections under the names they have in the report; a diagnosis asks for the ones it reads with `Pick`. */
export interface Sections {
  readonly dataQuality: DataQualitySection;
  readonly functions: readonly FunctionSection[];
  readonly coldStarts: readonly ColdStartSection[];
  readonly latency: readonly LatencySection[];
  readonly memory: readonly MemorySection[];
  readonly failures: readonly FailureSection[];
  readonly cost: CostSection;
  readonly limits: readonly LimitSection[];
  readonly traffic: readonly TrafficSection[];
  readonly silence: readonly SilenceSection[];
  readonly extensions: readonly ExtensionSection[];
  readonly changes: readonly ChangeSection[];
  readonly metrics: readonly MetricSection[];
}
