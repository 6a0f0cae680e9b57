/**
 * What a screen shows of a running analysis: the report as it stands now, and the courses beside it that a report at
 * rest does not carry. Plain data; whoever draws it asks nobody else.
 *
 * All columns of one picture have the same minutes: index 0 is `firstMinute`, the last index `lastMinute`. A minute of
 * which nothing is known is `undefined` in a column of measured values and listed in `gapMinutes`; it is never 0.
 */
import type { EvidenceReference } from '../diagnose/evidence-reference.ts';
import type { Report } from '../report/report.ts';

export interface Picture {
  /** Rises with every change; two pictures of the same version are equal. */
  readonly version: number;
  /** Now, as the sources count time: the wall clock when live, the time of the newest event shown in a replay. Epoch ms. */
  readonly nowMs: number;
  readonly report: Report;
  readonly sources: readonly SourceState[];
  readonly minutes: MinuteRange;
  /** Most hurting first, as the report ranks; at most `MOST_FUNCTION_COURSES`, the rest is counted in `otherFunctionCount`. */
  readonly functions: readonly FunctionCourse[];
  readonly otherFunctionCount: number;
  /** Memory by sandbox, of functions with an envelope or lines of our agent. */
  readonly memory: readonly MemoryCourse[];
  /** Starts of runtimes, oldest first, at most 2,000 of the newest. */
  readonly inits: readonly InitPoint[];
  /** What moments to jump to, oldest first. */
  readonly moments: readonly Moment[];
  /** Events taken in, in a second, over the last ten seconds of `nowMs`. */
  readonly eventsPerSecond: number;
  /** What was not taken in, and why: `over the request limit`, `not understood` … */
  readonly dropped: readonly { readonly reason: string; readonly count: number }[];
}

/** Epoch minutes (ms / 60,000), both included; `last` below `first` when nothing was seen. */
export interface MinuteRange {
  readonly first: number;
  readonly last: number;
  /** Epoch minutes without any event of any source between the first and the last. */
  readonly gaps: readonly number[];
}

export type SourceState = {
  /** `logs/app.ndjson`, `standard input`, `OTLP on 127.0.0.1:4318`, `replay of export.csv` */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'stdin' | 'otlp' | 'replay';
  readonly eventCount: number;
  /** Epoch ms of the newest event; undefined before the first. */
  readonly newestEventMs: number | undefined;
  /** Newest event ahead of (above 0) the wall clock when it came; undefined where time is replayed. */
  readonly clockSkewMs: number | undefined;
} & (
  | { readonly state: 'waiting' | 'live' | 'ended' }
  /** Nothing came for longer than three times its usual interval. */
  | { readonly state: 'stale'; readonly sinceMs: number }
  | { readonly state: 'failed'; readonly because: string; readonly next: string }
  | { readonly state: 'replaying'; readonly speed: number; readonly fromMs: number; readonly toMs: number; readonly isPaused: boolean }
);

export interface FunctionCourse {
  readonly functionName: string;
  /** Attempts that ended in each minute. */
  readonly invocations: readonly (number | undefined)[];
  readonly failed: readonly (number | undefined)[];
  readonly cold: readonly (number | undefined)[];
  /** Failed, or over the latency budget where one was given. */
  readonly hurt: readonly (number | undefined)[];
  /** Of warm attempts, in ms; undefined below the samples that the percentile needs (6 and 368). */
  readonly p50Ms: readonly (number | undefined)[];
  readonly p99Ms: readonly (number | undefined)[];
  /** Requests of a minute by duration: `counts[band][minute]`; band i holds [LATENCY_BANDS_MS[i - 1] or 0, LATENCY_BANDS_MS[i]). */
  readonly latency: readonly (readonly number[])[];
  /** For the stretch that somebody chooses; absent in pictures that nobody counted. */
  readonly warm?: WarmLatency;
  /** The same, each version and memory size by itself; 0 where no line told the size. */
  readonly warmApart?: readonly { readonly version: string; readonly memorySizeMb: number; readonly warm: WarmLatency }[];
  /** Who it calls and how long it waits there, most time first, where our agent or spans tell. */
  readonly waitsOn: readonly { readonly peer: string; readonly timeShare: number; readonly callCount: number }[];
}

/**
 * Percentiles of warm attempts over any stretch of minutes, told when they are asked for.
 *
 * Counted in steps of 2^(1/4), so about right: within a fifth. The report's are within 1 %.
 */
export interface WarmLatency {
  /** @param first, last  epoch minutes, both included. @returns percentiles, undefined below the samples that they need (6, 36, 368 and 3,688) */
  between(
    first: number,
    last: number,
  ): {
    readonly sampleCount: number;
    readonly p50Ms: number | undefined;
    readonly p90Ms: number | undefined;
    readonly p99Ms: number | undefined;
    readonly p999Ms: number | undefined;
  };
}

/** Upper ends, ms; the last band is open. A choice for the eye: seven rows that span 5 ms to minutes. */
export const LATENCY_BANDS_MS = [50, 200, 500, 1000, 2000, 5000, Number.POSITIVE_INFINITY] as const;

export const MOST_FUNCTION_COURSES = 200;

export interface MemoryCourse {
  readonly functionName: string;
  readonly version: string;
  /** undefined where no line told it. */
  readonly memorySizeMb?: number | undefined;
  /** `heap` where our agent tells what is used after an invocation, `process` where only Max Memory Used is known. */
  readonly of: 'heap' | 'process';
  readonly limitBytes: number | undefined;
  /** At most 20, those that grew most first. */
  readonly sandboxes: readonly {
    readonly logStream: string;
    /** n counts the invocations of the sandbox from 1; at most 120 points, thinned evenly. */
    readonly points: readonly { readonly n: number; readonly bytes: number; readonly atMs: number }[];
    readonly death: 'oom' | 'timeout' | 'crash' | undefined;
    /** How many it served, which the points need not reach. */
    readonly invocationCount?: number;
    readonly lastMs?: number;
    /** Lines to look at: where it ended, or where it was last open, and its first. */
    readonly evidence?: readonly EvidenceReference[];
  }[];
  readonly otherSandboxCount: number;
}

export interface InitPoint {
  readonly functionName: string;
  readonly atMs: number;
  readonly durationMs: number | undefined;
  readonly kind: string;
  /** The line that tells of it. */
  readonly evidence?: EvidenceReference;
}

export interface Moment {
  readonly atMs: number;
  readonly kind: 'deploy' | 'change' | 'gap' | 'kill' | 'verdict' | 'alert';
  readonly functionName: string | undefined;
  /** `checkout: version 42 first seen` */
  readonly what: string;
  /** The finding it belongs to, where it is one. */
  readonly findingId?: string | undefined;
}

/** A line behind a number, redacted and safe to print. */
export interface RawLine {
  readonly atMs: number | undefined;
  readonly source: string;
  readonly text: string;
  readonly evidence: EvidenceReference;
}

/** What a screen may ask beyond the picture. */
export interface PictureSource {
  /** The newest picture; the same object while nothing changed. */
  picture(): Picture;
  /** The same, made in steps of some milliseconds between which keys are answered; what comes meanwhile waits. */
  pictureInSteps?(): Promise<Picture>;
  /**
   * The lines at these places, in order; one that is not kept any more says so in `text`.
   *
   * @param around  lines before and after each, where the source can give them
   */
  lines(evidence: readonly EvidenceReference[], around?: number): Promise<readonly RawLine[]>;
  /** Tells of a new version; several may be told as one. @returns how to stop listening */
  onChange(listener: () => void): () => void;
  /** Only for replays: how fast (0 holds), and to where. */
  readonly replay?: { setSpeed(speed: number): void; seek(toMs: number): Promise<void> } | undefined;
}
