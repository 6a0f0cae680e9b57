/**
 * What is known of one component, in the form in which failure modes are recognised.
 *
 * A signature must not care whether a figure came from a platform line, from the agent or from CloudWatch; and it has
 * to tell "was looked at and is not there" from "nobody looked". So every member that may be unknown is optional:
 * absent means that nobody looked, and a zero means that somebody did.
 */
import type { ErrorObservation } from './error-observation.ts';

export type Archetype = 'request-response' | 'queue-worker' | 'event-driven' | 'long-running' | 'edge';

export interface ComponentObservations {
  /** Function, service or site. */
  readonly component: string;
  /** Empty where nothing tells what kind of component it is. */
  readonly archetypes: readonly Archetype[];
  readonly requestCount: number;
  readonly failedCount?: number | undefined;
  /** Distinct error templates, most frequent first; empty is "no errors", absent is "not read". */
  readonly errors?: readonly ErrorObservation[] | undefined;
  readonly timeoutCount?: number | undefined;
  /** Calls that had not come back when an invocation ran into its limit: peer and how many. */
  readonly openCallsAtTimeout?: readonly OpenCallObservation[] | undefined;
  readonly calls?: readonly CallObservation[] | undefined;
  readonly breakers?: readonly BreakerObservation[] | undefined;
  readonly fallbackCount?: number | undefined;
  /** Of the answers by a fallback: how many counted as a success. */
  readonly hiddenFallbackCount?: number | undefined;
  /** Invariants that the program checks in its own answers. */
  readonly checks?: readonly { readonly name: string; readonly failedCount: number; readonly failedInSuccessCount?: number }[] | undefined;
  /** Answers of status 200 whose size, form or hash lies outside of what is usual. */
  readonly unusualSuccessCount?: number | undefined;
  readonly memory?: MemoryObservation | undefined;
  readonly coldStarts?: ColdStartObservation | undefined;
  readonly messages?: MessageObservation | undefined;
  readonly platform?: PlatformObservation | undefined;
  readonly loop?: LoopObservation | undefined;
  readonly edge?: EdgeObservation | undefined;
  readonly writes?: WriteObservation | undefined;
  /** How far failures keep to one instance, zone, tenant or shard. */
  readonly spread?: SpreadObservation | undefined;
  /** Stopped amid steady traffic while others went on. */
  readonly silent?: boolean | undefined;
  /** Lowest share of free space seen in /tmp or on the volume, 0 to 1. */
  readonly lowestFreeDiskShare?: number | undefined;
}

export interface OpenCallObservation {
  readonly peer: string;
  readonly count: number;
  /** Of the time limit of the function: how much of it such a call had waited. */
  readonly waitedShare?: number | undefined;
}

export interface CallObservation {
  readonly peer: string;
  readonly callCount: number;
  readonly errorCount?: number | undefined;
  readonly retryCount?: number | undefined;
  readonly sequentialCount?: number | undefined;
  readonly timeLimit?: 'set' | 'none' | 'sometimes' | 'unknown' | undefined;
  /** Calls that took more than four fifths of their limit. */
  readonly nearLimitCount?: number | undefined;
  readonly meanMs?: number | undefined;
  /** Of the time of all invocations. */
  readonly timeShare?: number | undefined;
  readonly highestSocketCount?: number | undefined;
  readonly poolLimit?: number | undefined;
  /** Wait for a connection: now over before. */
  readonly acquireWaitRatio?: number | undefined;
  /** The peer's own latency, as it sees itself: now over before. */
  readonly peerLatencyRatio?: number | undefined;
  /** Processes whose open connections climb for as long as they live. */
  readonly climbingPoolCount?: number | undefined;
  /** Median wait between an attempt and its retry. */
  readonly retryWaitMs?: number | undefined;
  /** Calls a minute: now over before; of the requests that came in, likewise. */
  readonly callRateRatio?: number | undefined;
  readonly inboundRateRatio?: number | undefined;
}

export interface BreakerObservation {
  readonly name: string;
  readonly openedCount: number;
  readonly rejectedCount: number;
  readonly seenOpenCount: number;
}

export interface MemoryObservation {
  readonly oomCount: number;
  readonly growth?: 'leaking' | 'growing' | 'growing-but-bounded' | 'stable' | 'insufficient-data' | undefined;
  /** Whose memory grows, as far as the agent inside or the platform's lines tell. */
  readonly owner?: 'heap' | 'external' | 'native' | 'another-process' | undefined;
  /** Who tells of growth without a bound: the agent inside the process, kills at the limit, or only the platform's running maximum. */
  readonly growthToldBy?: 'inside' | 'kills' | 'running-maximum' | undefined;
  /** Highest use over the memory size. */
  readonly highestShare?: number | undefined;
}

export interface ColdStartObservation {
  readonly coldCount: number;
  /** Versions whose first minutes were a storm of cold starts. */
  readonly stormVersionCount: number;
  /** Versions that began inside the input. */
  readonly deployCount: number;
}

export interface MessageObservation {
  readonly receivedCount: number;
  readonly succeededCount?: number | undefined;
  readonly returnedCount?: number | undefined;
  readonly droppedCount?: number | undefined;
  readonly duplicateCount?: number | undefined;
  readonly highestReceiveCount?: number | undefined;
  /** Times that a whole batch was given back, and that a reply named single items. */
  readonly wholeBatchReturnCount?: number | undefined;
  readonly partialReplyCount?: number | undefined;
  /** Items that failed in three deliveries or more. */
  readonly recurringItemCount?: number | undefined;
  readonly failedItemCount?: number | undefined;
  readonly incompleteBecause?: string | undefined;
}

export interface PlatformObservation {
  readonly throttleCount?: number | undefined;
  readonly highestConcurrency?: number | undefined;
  readonly concurrencyLimit?: number | undefined;
  /** Points at the highest level over all points: 1 is a plateau, near 0 a peak. */
  readonly timeAtHighestConcurrency?: number | undefined;
  readonly highestQueueAgeMs?: number | undefined;
  readonly queueAgeRises?: boolean | undefined;
  readonly deadLetterArrivals?: number | undefined;
  readonly eventsDroppedCount?: number | undefined;
  readonly deadLetterErrorCount?: number | undefined;
}

export interface LoopObservation {
  readonly delayP99Ms?: number | undefined;
  readonly busyShare?: number | undefined;
  readonly processorShare?: number | undefined;
  readonly gcShare?: number | undefined;
  /** Windows in which the loop was late, and how busy loop and processor were in those alone. */
  readonly lateWindowCount?: number | undefined;
  readonly busyShareWhenLate?: number | undefined;
  readonly processorShareWhenLate?: number | undefined;
  /** By about how long most of these windows were late, and which share of them most is. */
  readonly usualLatenessMs?: number | undefined;
  readonly usualLatenessShare?: number | undefined;
}

export interface EdgeObservation {
  readonly hitCount: number;
  /** Hits older than their time to live that were told after a purge should have removed them. */
  readonly hitsPastPurgeCount?: number | undefined;
  readonly purge?: 'confirmed' | 'missing' | 'rejected' | undefined;
}

export interface WriteObservation {
  /** Writes to one key that overlapped in time. */
  readonly overlapCount: number;
  readonly conflictCount?: number | undefined;
  readonly lostUpdateCount?: number | undefined;
}

export interface SpreadObservation {
  /** `sandbox`, `zone`, `tenant`, `shard`. */
  readonly by: string;
  readonly groupCount: number;
  /** Share of the failures, and of the requests, in the group that failed most. */
  readonly topFailureShare: number;
  readonly topRequestShare: number;
  readonly failureCount: number;
}
