/**
 * How much a running analysis keeps, and why so much: days of watching take the memory of the first hours. What is over a
 * limit is counted with the others or is told to be forgotten; counts of attempts and failures stay whole.
 */
import type { KeptAtMost } from '../store/keep-within.ts';
import type { SummaryLimits } from '../store/summary-limits.ts';

export interface LiveLimits {
  readonly summary: SummaryLimits;
  readonly kept: KeptAtMost;
  /** Streams that are being added to. */
  readonly openStreams: number;
  /** So many stay open, however long they have been silent. */
  readonly restingStreams: number;
  /** Those that have been silent for so long are closed, when there are more. */
  readonly silentMs: number;
}

export const LIVE_LIMITS: LiveLimits = {
  summary: {
    /**
     * 50 KB each once it was warm and cold, for two histograms, and as much again for two days of hours. An account rarely
     * has 1,000 functions; a program that makes up their names gets one row for the rest.
     */
    configurations: 1_000,
    /**
     * 3 KB each with its stack, and a third of a millisecond in every picture for its verdict. Nobody reads 1,000 of them; a
     * message whose ids are not recognised as ids makes more.
     */
    failures: 1_000,
  },
  kept: {
    /** 120 bytes each: advice on cold starts rests on far fewer. */
    initsOfConfiguration: 2_000,
    /** About 1 KB each: more than an account's default 1,000 at a time, and as many that came before. */
    sandboxes: 5_000,
    /** Of those that have been silent for six hours: 100 an hour fill it in seven. Verdicts on memory rest on far fewer. */
    restingSandboxes: 768,
    /** 300 bytes each: 100 metrics every 10 s fill it in half an hour, one a minute in two weeks. */
    metrics: 20_000,
    processes: 1_000,
    leaks: 1_000,
    /** 130,000 attempts of one function at least, 1 MB: retries come within minutes, at most six hours later by default. */
    requestKeyPieces: 4,
  },
  /**
   * 4 KB each with what the stages remember. When there are more, those that have been silent longest are closed, a quarter
   * at a time: a sandbox that comes back afterwards is taken for another.
   */
  openStreams: 4_096,
  restingStreams: 256,
  /**
   * Lambda ends busy environments every few hours, and idle ones before that; our agent writes a line a minute. Source: AWS Lambda
   * developer guide, "Understanding the Lambda execution environment lifecycle". With 100 new sandboxes an hour some 500 are open.
   */
  silentMs: 2 * 3_600_000,
};

/**
 * Names of streams that a source may come back to, 500 bytes each: five days of 1,000 sandboxes that live for two hours. More
 * than readers remember, who would otherwise speak of a stream that is forgotten here.
 */
export const MOST_STREAM_NAMES = 65_536;

/** Kinds of error texts before they are failures; each is kept with its first message. */
export const MOST_FAILURE_KINDS = 5_000;

/** Request ids that are no UUID, 100 bytes each. */
export const MOST_ID_TEXTS = 50_000;

/** Single minutes of configurations and failures together, 32 bytes each: 12 MB. A small system keeps a week. */
const MOST_MINUTE_CELLS = 360_000;
const FEWEST_MINUTES = 240;
const MOST_MINUTES = 10_080;

/** @returns minutes that are kept one by one */
export function minutesKept(configurationCount: number, failureCount: number): number {
  const share = Math.floor(MOST_MINUTE_CELLS / Math.max(1, configurationCount + failureCount));
  return Math.max(FEWEST_MINUTES, Math.min(MOST_MINUTES, share));
}

/**
 * Minutes of functions with their latencies, packed: 20 bytes each at five requests, 150 at a thousand, 4 MB at most. As many as a
 * picture shows; whole hours go.
 */
const MOST_LATENCY_CELLS = 30_000;
const FEWEST_LATENCY_MINUTES = 20;
const MOST_LATENCY_MINUTES = 1_440;

/** @returns minutes of which the latencies are kept */
export function latencyMinutesKept(functionCount: number): number {
  const share = Math.floor(MOST_LATENCY_CELLS / Math.max(1, functionCount));
  return Math.max(FEWEST_LATENCY_MINUTES, Math.min(MOST_LATENCY_MINUTES, share));
}

/** An event that is dated further ahead of the clock than this is counted, and does not make everything else old. */
export const MOST_AHEAD_MS = 600_000;

/**
 * Lines of a source that cannot be read again: at 200 characters some 4 MB. A busy service writes them in seconds; the
 * evidence of a finding is its earliest lines, which are asked for while the finding is new.
 */
export const KEPT_LINES = 10_000;
