/** What the caller may set for an analysis; every member has a sensible default. */

import type { DrillRecord } from './failures/index.ts';
import type { Shape } from './read/shape.ts';
import type { Gate } from './report/report.ts';

export interface Budget {
  /** Glob over function names. */
  readonly functionPattern: string;
  readonly figure: 'p50' | 'p90' | 'p99' | 'p999' | 'init-p50' | 'init-p90' | 'init-p99' | 'error-rate' | 'cold-share';
  /** ms for durations, 0 to 1 for shares. */
  readonly limit: number;
}

export interface AnalyzeSettings {
  /** Names events whose export does not name their function. */
  readonly functionName?: string;
  /** Glob: only these functions. */
  readonly only?: string;
  /** Only events in [fromMs, toMs). */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly formatIn?: Shape;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly budgets?: readonly Budget[];
  readonly failOn?: readonly Gate[];
  /** Own price table (path to JSON), in place of the built-in one. */
  readonly pricePath?: string;
  /** Folder with source maps of the bundles that ran: stacks and allocation sites are told in their sources. */
  readonly sourceMapsPath?: string;
  /** Cap on what one compressed file may inflate to; default 4 GiB. */
  readonly maxInflatedBytes?: number;
  /** Threads that scan, this one counted; 1 also inflates here. Default: this one, and others when a large input is ahead of it. */
  readonly workers?: number;
  readonly timeZone?: string;
  /** Failures that somebody knows already. */
  readonly known?: readonly KnownFailure[];
  /** What rehearsals of failure modes ended in, for the chapter of coverage. */
  readonly drills?: readonly DrillRecord[];
  /** Requests that a drill touched count like any other; otherwise they are in no rate, and told apart. */
  readonly countsDrills?: boolean;
}

export interface KnownFailure {
  /** Of the group, or of any single error in it. */
  readonly fingerprint: string;
  readonly owner?: string;
  readonly runbook?: string;
  /** Ranked last until then; absent where it is not muted (any more). */
  readonly mutedUntilMs?: number;
}

export interface Progress {
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly events: number;
}
