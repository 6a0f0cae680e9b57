/**
 * What remains of an export once every invocation has been seen: counts, sums, histograms and a few examples.
 *
 * A summary is small (its size follows the number of functions, sandboxes and kinds of failure, not the number of
 * events) and merges by addition, so one thread, two workers or a cluster end with the same integers. Quantiles,
 * tests and verdicts are finished from it in `stats` and `diagnose`, never here.
 */
import type { LeakRecord } from '@nightlight/agent/record';
import type { InitKind, Status } from '../assemble/invocation.ts';
import type { Anomaly } from '../parse/anomaly.ts';
import type { ErrorFacts } from '../parse/application-line.ts';
import type { MappedFile } from '../parse/source-frames.ts';
import type { MetricPoint, SkipReason } from '../read/event-sink.ts';
import type { ReadErrorCode } from '../read/read-error.ts';
import type { Shape } from '../read/shape.ts';
import type { DurationHistogram } from '../stats/duration-histogram.ts';
import type { AgentTally } from './agent-tally.ts';
import type { AttemptSeries } from './attempt-series.ts';
import type { CallMinutes } from './call-minutes.ts';
import type { FailureFate } from './failure-fate.ts';
import type { FailureTimeline } from './failure-timeline.ts';
import type { DuplicateSummary } from './item-keys.ts';
import type { MemoryLives } from './memory-life.ts';
import type { MinuteSeries } from './minute-series.ts';
import type { ProcessSummary } from './process-summary.ts';
import type { SandboxAges } from './sandbox-ages.ts';
import type { TraceSample } from './trace-sample.ts';
import type { WarmHours } from './warm-hours.ts';

export { INIT_KINDS, type InitKind, STATUSES, type Status } from '../assemble/invocation.ts';
export type { Anomaly } from '../parse/anomaly.ts';

/** Where a number came from. `file` indexes `Summary.files`; `place` is a byte offset in the inflated file. */
export interface Evidence {
  readonly file: number;
  readonly place: number;
  readonly atMs: number;
}

/** One start of a runtime: a cold start of any kind. */
export interface InitFact {
  readonly atMs: number;
  readonly kind: InitKind;
  /** Init Duration or Restore Duration; NaN when no line told it (suppressed, restart). */
  readonly durationMs: number;
  /** Part of the billed time that was init or restore; 0 when init was free, NaN when not known. */
  readonly billedMs: number;
  /** `success`, `error`, `timeout` as INIT_REPORT or the first invocation told. */
  readonly status: 'success' | 'error' | 'timeout' | 'unknown';
  /** Duration of the invocation that waited for it (without the init); NaN when it served none. */
  readonly invocationMs: number;
  readonly evidence: Evidence;
}

/** One function in one version at one memory size. Never pool memory sizes: they are different machines. */
export interface ConfigurationSummary {
  /** `functionName` is `(unnamed)` where neither the export nor `--function` tells. */
  readonly functionName: string;
  /** `$LATEST`, `12`, or `?`. */
  readonly version: string;
  /** 0 where no line told it (Managed Instances). */
  readonly memorySizeMb: number;
  /** Attempts: each START or REPORT is one. */
  invocationCount: number;
  readonly statusCounts: Record<Status, number>;
  /** Duration of warm attempts that finished with a known duration. */
  readonly warm: DurationHistogram;
  /** Duration + init or restore of cold attempts: what the caller waited. */
  readonly cold: DurationHistogram;
  readonly inits: InitFact[];
  durationMsSum: number;
  /** Attempts that named a billed duration. */
  billedCount: number;
  billedMsSum: number;
  /** Of billedMsSum: init and restore. */
  billedInitMsSum: number;
  /** Of billedMsSum: attempts that failed (error, timeout, oom, init-error). */
  billedFailedMsSum: number;
  extensionOverheadCount: number;
  extensionOverheadMsSum: number;
  /** Bytes of all messages of its streams, platform lines included. */
  logBytes: number;
  /** Of logBytes: lines that the application printed. */
  applicationLogBytes: number;
  readonly levelCounts: Record<'warn' | 'error' | 'fatal', number>;
  readonly minutes: MinuteSeries;
  /** Warm attempts by hour of the clock. */
  readonly hours: WarmHours;
  /** The same by age of their sandbox. */
  readonly ages: SandboxAges;
  /** Runtime version string -> epoch ms of its first INIT_START. */
  readonly runtimeVersions: Map<string, number>;
  /** Extension or layer name -> number of sandboxes that registered it. */
  readonly extensions: Map<string, number>;
  firstMs: number;
  lastMs: number;
  /** Up to 5 slowest attempts, slowest first. */
  readonly slowest: { readonly durationMs: number; readonly requestId: string; readonly evidence: Evidence }[];
  /** Attempts whose headroom to the timeout is known, that is functions with at least one timeout: its length. */
  timeoutMs: number;
  /** Invocations for which our agent's own line was found. */
  agentLineCount: number;
  /** What our agent's lines come to; absent without any. */
  agent?: AgentTally | undefined;
  /** What its processes told of their memory; absent where none did. */
  memoryLives?: MemoryLives | undefined;
}

/** One process of one log stream: a new epoch begins when the runtime restarts inside the stream. */
export interface SandboxSummary {
  /** Key of its ConfigurationSummary in `Summary.configurations`. */
  configuration: string;
  readonly logStream: string;
  /** False where the export does not name streams, so that several sandboxes may be mixed in this one. */
  isolated: boolean;
  /** 0 for the first process of the stream. */
  readonly epoch: number;
  firstMs: number;
  lastMs: number;
  invocationCount: number;
  failedCount: number;
  /**
   * Every rise of the running maximum: at the sandbox's n-th invocation (1-based) Max Memory Used was `megabytes`.
   * At most 256 entries (thinned from the middle); the last entry is always the maximum.
   */
  readonly envelope: { readonly n: number; readonly megabytes: number; readonly atMs: number }[];
  memorySizeMb: number;
  initKind: InitKind | undefined;
  /** How it ended, when it ended by force: out of memory, timeout or crash, with the invocation number. */
  death: { readonly by: 'oom' | 'timeout' | 'crash'; readonly n: number; readonly atMs: number; readonly evidence: Evidence } | undefined;
  /** What our agent last told of its memory: at the end of an attempt, or when it died. */
  agentMemory?: AgentMemory | undefined;
  /** Its last invocation, where that had started and no line tells its end. */
  openAtEnd?: { readonly n: number; readonly atMs: number; readonly evidence: Evidence } | undefined;
  /** The line that told the maximum of its memory. */
  highest?: Evidence | undefined;
  /** Where its newest attempt stands. */
  lastFile?: number | undefined;
  lastPlace?: number | undefined;
  readonly evidence: Evidence;
}

export interface AgentMemory {
  readonly heapUsedBytes: number | undefined;
  readonly externalBytes: number | undefined;
  readonly rssBytes: number | undefined;
  readonly heapLimitBytes: number | undefined;
  /** Of the attempt that died, and not of one before it. */
  readonly isAtDeath: boolean;
}

/** The agent's last word on what one thread of a sandbox keeps in one kind of memory. */
export interface LeakFact {
  readonly functionName: string;
  readonly version: string;
  readonly memorySizeMb: number;
  readonly logStream: string;
  readonly epoch: number;
  readonly record: LeakRecord;
  readonly evidence: Evidence;
}

/** Failures that may be the same failure: same function, type, masked message, own functions in the stack, and causes. */
export interface FailureSummary {
  readonly functionName: string;
  /** `TypeError`, `Runtime.OutOfMemory`, `timeout` … */
  readonly type: string;
  /** Redacted and masked: ids and numbers replaced by `#`. */
  readonly maskedMessage: string;
  /** The first one seen, redacted but not masked. */
  readonly sampleMessage: string;
  readonly code: string | undefined;
  /** Redacted frames of the first one seen. */
  readonly stack: readonly string[];
  /** `Type: message` of the causes, outermost first. */
  readonly causes: readonly string[];
  /** The chain of the first one seen, outermost first, and the version that threw it; absent where no error was printed. */
  readonly errors?: readonly ErrorFacts[] | undefined;
  readonly build?: string | undefined;
  /** What became of its requests. */
  readonly fate?: FailureFate | undefined;
  readonly status: Status;
  /** Attempts that failed so. */
  count: number;
  /** Error lines of this kind that did not decide how their attempt ended: handled, survived, or beside the point. */
  loggedOnlyCount: number;
  firstMs: number;
  lastMs: number;
  readonly perMinute: Map<number, number>;
  /** Version -> count. */
  readonly versions: Map<string, number>;
  /** Number of sandboxes, counted up to 1,000. */
  readonly sandboxes: Set<string>;
  coldCount: number;
  /** First 8. */
  readonly evidence: Evidence[];
}

export interface SkipCount {
  count: number;
  bytes: number;
  firstPlace: number;
  found: string | undefined;
}

/** The account of one input: every byte is an event's or has a reason. */
export interface FileSummary {
  readonly path: string;
  shape: Shape | undefined;
  /** Bytes as stored, compressed or not; NaN for stdin. */
  storedBytes: number;
  inflatedBytes: number;
  /** Bytes of the file that events, reports and metrics took up. */
  tookBytes: number;
  eventCount: number;
  /** Events that told of an invocation: platform lines, REPORT fields, our agent's records, metrics. */
  tellingCount: number;
  /** What else its lines look like, when none of them tells of an invocation. */
  looksLike: string | undefined;
  readonly skipped: Map<SkipReason, SkipCount>;
  firstMs: number;
  lastMs: number;
  error: { readonly code: ReadErrorCode; readonly message: string; readonly next: string } | undefined;
  /** True when the error left a part unread; what was before it is in the summary. */
  partial: boolean;
}

/** Retried and repeated requests, joined over all streams by request id. */
export interface RetrySummary {
  /** Distinct request ids that failed at least once. */
  failedRequestCount: number;
  /** Of those: had a later attempt. */
  retriedRequestCount: number;
  /** Of those: an attempt succeeded. */
  recoveredRequestCount: number;
  /** Attempts beyond the first of their request. */
  retryAttemptCount: number;
  /** Requests that succeeded more than once: delivered twice. */
  duplicatedRequestCount: number;
  /** Highest number of attempts of one request. */
  mostAttempts: number;
  /** False when the export was too large to join across sandboxes; then the counts are lower bounds. */
  complete: boolean;
}

/** A point, and where it stands in the input. */
export interface SummaryMetric extends MetricPoint {
  readonly file?: number | undefined;
  readonly place?: number | undefined;
}

export interface Summary {
  readonly files: FileSummary[];
  /** Key: `function\u0000version\u0000memoryMb`. */
  readonly configurations: Map<string, ConfigurationSummary>;
  readonly sandboxes: SandboxSummary[];
  /** Key: `function\u0000status\u0000type\u0000masked message\u0000origin`. */
  readonly failures: Map<string, FailureSummary>;
  /** By the key of the failure: when it happened and under which conditions; of a bounded number of kinds. */
  readonly timelines: Map<string, FailureTimeline>;
  /** By function: every attempt, by the same conditions. */
  readonly attempts: Map<string, AttemptSeries>;
  readonly retries: Map<string, RetrySummary>;
  readonly anomalies: Map<Anomaly, { count: number; readonly evidence: Evidence[] }>;
  /** Events nobody understood, by shape (their masked beginning, redacted). */
  readonly unknownShapes: Map<string, { count: number; readonly evidence: Evidence }>;
  /** Keys of platform lines and `platform.*` types that we do not know: kept and counted. */
  readonly unknownPlatform: Map<string, { count: number; readonly evidence: Evidence }>;
  /** At most 200,000; then `metricsDropped` counts. */
  readonly metrics: SummaryMetric[];
  /** Long-running processes, as their windows tell of them. */
  readonly processes: ProcessSummary[];
  /** Function, NUL, route of a long-running process. */
  readonly routes: Map<string, { requestCount: number; failedCount: number; readonly durations: DurationHistogram }>;
  /** At most 1,000. */
  readonly leaks: LeakFact[];
  /** What the agent said of itself: about, NUL, sentence. */
  readonly notes: Map<string, { count: number; readonly evidence: Evidence[] }>;
  /** Function -> items that were handled more than once; only where the agent told keys. */
  readonly duplicates: Map<string, DuplicateSummary>;
  /** Function -> lines of some requests that came more than once. */
  repeatedAt?: Map<string, readonly (readonly Evidence[])[]> | undefined;
  /** Calls to others by the minute, as our agent's lines tell them. */
  readonly callMinutes: CallMinutes;
  /** Which functions a request came by, where lines carry trace ids. */
  readonly traces: TraceSample;
  /** What source maps made of the places of bundles: kind, NUL, file; absent without `--source-maps`. */
  sourceMaps?: Map<string, MappedFile>;
  metricsDropped: number;
  /** Every event of any kind per minute: shows the gaps. */
  readonly eventMinutes: Map<number, number>;
  eventCount: number;
  /** Application lines, whatever their level. */
  applicationLineCount: number;
  platformLineCount: number;
  droppedRecords: number;
  /** Drill -> requests that it touched, which are in no other figure. */
  readonly drilled: Map<string, number>;
  firstMs: number;
  lastMs: number;
}
