/**
 * What the Recovery and the Drill screen are told from outside, once a second: the clocks of the incident log and the board of
 * all runs. What the keys have chosen lies beside it and outlives every telling.
 */
import type { Board, IncidentClock, RunRecord } from '@nightlight/analyzer/recovery';

export interface RecoveryTold {
  /** As `incidentClocks` gives them for this second. */
  readonly clocks: readonly IncidentClock[];
  /** Of `runs`; undefined where no runs are read. The same object while the runs are the same. */
  readonly board: Board | undefined;
  readonly runs: readonly RunRecord[];
  /** What makes the log or the runs doubtful: torn lines, a file that could not be read. */
  readonly doubts: readonly string[];
}

export interface RecoveryState extends RecoveryTold {
  /** Chosen by a key; otherwise the last that is open is shown. */
  readonly incident: string | undefined;
  /** Of the board's architectures. */
  readonly column: number;
}

export const NOTHING_TOLD: RecoveryState = { clocks: [], board: undefined, runs: [], doubts: [], incident: undefined, column: 0 };

/** @param before  the screen's state so far; undefined before the first */
export function tellRecovery(before: RecoveryState | undefined, told: RecoveryTold): RecoveryState {
  const { clocks, board, runs, doubts } = told;
  const { incident, column } = before ?? NOTHING_TOLD;
  return { clocks, board, runs, doubts, incident, column: Math.max(0, Math.min(column, (board?.architectures.length ?? 1) - 1)) };
}
