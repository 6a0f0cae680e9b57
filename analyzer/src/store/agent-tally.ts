/**
 * What our agent's lines add up to for one configuration. Counts, sums and maxima only, so that it merges by addition.
 *
 * `Counters` holds what a periodic line (of a long-running process, or of one that writes only every so many-th line)
 * covers too: there the periodic line replaces the single ones. The rest is only ever told by single lines.
 */
import type { Evidence } from './summary.ts';

export interface PeerCounter {
  callCount: number;
  totalMs: number;
  errorCount: number;
  retryCount: number;
  sequentialCount: number;
  nearLimitCount: number;
  /** Calls of which the caller's time limit is known to be set, known not to be, or not known. */
  limitSetCount: number;
  limitNoneCount: number;
  limitUnknownCount: number;
}

export interface Counters {
  /** Invocations or requests that these numbers speak of, and their time. */
  coveredCount: number;
  coveredMs: number;
  readonly peers: Map<string, PeerCounter>;
  readonly checks: Map<string, { passedCount: number; failedCount: number }>;
  fallbackCount: number;
  /** Breaker, NUL, event -> how often. */
  readonly breakerEvents: Map<string, number>;
  receivedCount: number;
  returnedCount: number;
  duplicateCount: number;
  droppedCount: number;
  gcCount: number;
  gcMs: number;
  lostLineCount: number;
}

export interface PeerSockets {
  /** Processes that told of connections to the peer. */
  processCount: number;
  /** Of those: whose connections climbed for as long as they lived. */
  climbingCount: number;
  highestCount: number;
  /** Over the climbing ones. */
  gainedCount: number;
  sampleCount: number;
}

/** What was under way when attempts that ended in one way died. */
export interface DeathTally {
  /** Processes that died so. */
  foundCount: number;
  /** Attempts that died with them, as far as a line tells of their calls. */
  toldCount: number;
  /** Of those: no call was under way. */
  idleCount: number;
  /** Route of a server's request -> how many of those were on it. */
  readonly routes: Map<string, number>;
  /** Peer -> calls that had not come back. */
  readonly openCalls: Map<string, { count: number; knownCount: number; waitedMs: number; longestMs: number }>;
  readonly evidence: Evidence[];
}

/** What is otherwise only counted: from when to when lines told of it, and the first of them. */
export interface Sightings {
  firstMs: number;
  lastMs: number;
  readonly evidence: Evidence[];
}

/** How an attempt died; `process` where no platform line tells. */
export type DeathWord = 'timeout' | 'oom' | 'init-error' | 'error' | 'unfinished' | 'process';

export interface InitTally {
  count: number;
  /** Starts of which every part is known, and the sums of the parts. */
  splitCount: number;
  runtimeMs: number;
  agentMs: number;
  handlerMs: number;
  /** Without the starts ahead of demand, which wait for nobody. */
  waitCount: number;
  waitMs: number;
  readonly predecessors: Map<string, number>;
  /** Package -> own time, modules, and starts that loaded it. */
  readonly packages: Map<string, { selfMs: number; moduleCount: number; startCount: number }>;
}

/** Answers that look well and are not, each invocation once in each group. */
export interface SilentTally {
  /** Error type, or '' -> invocations that the platform calls a success and the agent does not. */
  readonly failedTypes: Map<string, number>;
  failedCount: number;
  brokenCheckCount: number;
  fallbackCount: number;
  /** In any of the groups. */
  anyCount: number;
  /** Invocations with a line of the agent that the platform calls a success. */
  comparedCount: number;
  firstMs: number;
  lastMs: number;
  readonly evidence: Evidence[];
}

export interface AgentTally {
  /** Lines of single invocations. */
  lineCount: number;
  /** Lines of stretches, and how many of them are missing by their sequence numbers. */
  stretchCount: number;
  missingStretchCount: number;
  /** Highest N of "every N-th invocation has a line"; 1 where each has. */
  sampleEvery: number;
  readonly counters: Counters;
  readonly sockets: Map<string, PeerSockets>;
  /** Breaker -> lines that saw it open. */
  readonly openBreakers: Map<string, number>;
  readonly fallbackNames: Map<string, number>;
  /** Event source -> invocations, and items where they were told. */
  readonly sources: Map<string, { invocationCount: number; itemCount: number }>;
  highestReceiveCount: number;
  /** Of batches of several items: replies that gave back all of them, and those that gave back some. */
  wholeReturnCount: number;
  partialReplyCount: number;
  /** Invocations whose line does not name each item that was handled with success, and no other. */
  unclearKeyCount: number;
  selfCount: number;
  selfUs: number;
  readonly deaths: Map<DeathWord, DeathTally>;
  readonly inits: InitTally;
  readonly silent: SilentTally;
  /** `dropped`, `duplicate`, or `retry` and `near limit` with NUL and the peer. */
  readonly seen: Map<string, Sightings>;
}

export function emptyCounters(): Counters {
  return {
    coveredCount: 0,
    coveredMs: 0,
    peers: new Map(),
    checks: new Map(),
    fallbackCount: 0,
    breakerEvents: new Map(),
    receivedCount: 0,
    returnedCount: 0,
    duplicateCount: 0,
    droppedCount: 0,
    gcCount: 0,
    gcMs: 0,
    lostLineCount: 0,
  };
}

export function emptyTally(): AgentTally {
  return {
    lineCount: 0,
    stretchCount: 0,
    missingStretchCount: 0,
    sampleEvery: 1,
    counters: emptyCounters(),
    sockets: new Map(),
    openBreakers: new Map(),
    fallbackNames: new Map(),
    sources: new Map(),
    highestReceiveCount: 0,
    wholeReturnCount: 0,
    partialReplyCount: 0,
    unclearKeyCount: 0,
    selfCount: 0,
    selfUs: 0,
    deaths: new Map(),
    inits: {
      count: 0,
      splitCount: 0,
      runtimeMs: 0,
      agentMs: 0,
      handlerMs: 0,
      waitCount: 0,
      waitMs: 0,
      predecessors: new Map(),
      packages: new Map(),
    },
    silent: {
      failedTypes: new Map(),
      failedCount: 0,
      brokenCheckCount: 0,
      fallbackCount: 0,
      anyCount: 0,
      comparedCount: 0,
      firstMs: Number.POSITIVE_INFINITY,
      lastMs: Number.NEGATIVE_INFINITY,
      evidence: [],
    },
    seen: new Map(),
  };
}

export function emptyPeer(): PeerCounter {
  return {
    callCount: 0,
    totalMs: 0,
    errorCount: 0,
    retryCount: 0,
    sequentialCount: 0,
    nearLimitCount: 0,
    limitSetCount: 0,
    limitNoneCount: 0,
    limitUnknownCount: 0,
  };
}
