/**
 * What the Drill screen is told from outside: the runs so far, the scenarios that can be run, and the drill that is under way, if
 * one is; the screen only shows it.
 */
import { NOTHING_TOLD, type RecoveryTold } from './recovery-state.ts';

export interface DrillScenario {
  readonly id: string;
  /** Id of the mode of the catalogue that it provokes: a run is counted under that. */
  readonly provokes: string;
}

export interface DrillOffer {
  readonly scenarios: readonly DrillScenario[];
  /** Why the last one that was started here did not run. */
  readonly refused: string | undefined;
}

export interface DrillState extends RecoveryTold, DrillOffer {
  readonly running: RunningDrill | undefined;
  /** Chosen by a key: the earlier runs stand in place of the recipe. */
  readonly showsRuns: boolean;
}

export interface RunningDrill {
  /** `slow-dependency` */
  readonly scenario: string;
  readonly architecture: string;
  /** Which run of this cell it is, from 1. */
  readonly runNumber: number;
  readonly state: 'preparing' | 'injecting' | 'searching' | 'restored' | 'aborted';
  /** Now, by the runner's clock. Epoch ms, as all moments here. */
  readonly nowMs: number;
  /** When the fault began; undefined while it is prepared. */
  readonly beganMs: number | undefined;
  /** When it ends by itself, whatever happens. */
  readonly stopsAtMs: number | undefined;
  /** Whoever searches does not know the fault: it is not shown before the cause is confirmed. */
  readonly isBlind: boolean;
  readonly fault: string;
  /** What it touches: `this process and its calls to pricing; no cloud call is made`. */
  readonly touches: string;
  /** How to end it at once: `A twice`. */
  readonly abort: string;
  readonly seed: number | undefined;
  readonly steps: readonly DrillStep[];
}

export interface DrillStep {
  readonly what: string;
  /** Undefined while it is awaited. */
  readonly atMs: number | undefined;
  /** `nightlight`, a person, or who is awaited: `you, press h`. */
  readonly by: string;
}

const NOTHING_OFFERED: DrillOffer = { scenarios: [], refused: undefined };

export const NO_DRILL: DrillState = { ...pick(NOTHING_TOLD), ...NOTHING_OFFERED, running: undefined, showsRuns: false };

/** @param before  the screen's state so far; undefined before the first */
export function tellDrill(
  before: DrillState | undefined,
  told: RecoveryTold,
  running: RunningDrill | undefined,
  offer: DrillOffer = NOTHING_OFFERED,
): DrillState {
  return { ...pick(told), ...offer, running, showsRuns: before?.showsRuns ?? false };
}

/** The mode that a run provoked; a scenario that is not shipped stands for itself. */
export const modeOfRun = (scenarios: readonly DrillScenario[], scenario: string): string =>
  scenarios.find(({ id }) => id === scenario)?.provokes ?? scenario;

function pick({ clocks, board, runs, doubts }: RecoveryTold): RecoveryTold {
  return { clocks, board, runs, doubts };
}
