/**
 * A drill under way as the Drill screen shows it, from the note that its runner keeps and the clock of its incident. Nothing of
 * the fault that is hidden may be put where a blind search can see it.
 */
import type { IncidentClock, RunRecord } from '@nightlight/analyzer/recovery';
import type { DrillStep, RunningDrill } from './drill-state.ts';

/** What the runner noted, as far as the screen tells of it. */
export interface DrillUnderWay {
  readonly scenario: string;
  /** `+300 ms on each 3rd call` */
  readonly magnitude: string;
  readonly seed: number;
  readonly architecture: string;
  readonly isBlind: boolean;
  /** Undefined while the system starts and is well. */
  readonly beganMs: number | undefined;
  readonly stopsAtMs: number | undefined;
  readonly isToldToEnd: boolean;
  /** How it ended; undefined while it is under way. */
  readonly ended: 'ended' | 'aborted' | undefined;
}

/**
 * @param clock  of its incident; undefined before anything was marked
 * @param runs   earlier ones, of all drills
 */
export function runningDrill(
  drill: DrillUnderWay,
  clock: IncidentClock | undefined,
  runs: readonly RunRecord[],
  nowMs: number,
): RunningDrill {
  const { scenario, architecture, magnitude, seed, isBlind, beganMs, stopsAtMs, ended } = drill;
  const earlierCount = runs.filter((run) => run.scenario.id === scenario && run.architecture === architecture).length;
  return {
    ...{ scenario, architecture, isBlind, beganMs, stopsAtMs, seed, nowMs },
    // A run that has ended is among the earlier ones.
    runNumber: Math.max(1, ended === undefined ? earlierCount + 1 : earlierCount),
    state: stateOf(drill, nowMs),
    fault: magnitude,
    touches: `only the processes of ${architecture} that the drill has started; nothing else, and no cloud call is made`,
    abort: 'A twice, or nightlight drill abort',
    steps: stepsOf(beganMs, clock),
  };
}

function stateOf({ beganMs, stopsAtMs, isToldToEnd, ended }: DrillUnderWay, nowMs: number): RunningDrill['state'] {
  if (ended !== undefined) return ended === 'aborted' ? 'aborted' : 'restored';
  if (beganMs === undefined) return 'preparing';
  // At the end of its time the runner tells everybody to end as well; then it is no abort.
  if (stopsAtMs === undefined || nowMs < stopsAtMs) return isToldToEnd ? 'aborted' : 'injecting';
  return 'searching';
}

function stepsOf(beganMs: number | undefined, clock: IncidentClock | undefined): DrillStep[] {
  const alert = clock?.marks.find(({ mark }) => mark === 'alert');
  const hypothesis = clock?.marks.find(({ mark }) => mark === 'hypothesis');
  const confirmed = clock?.confirmation;
  return [
    { what: 'fault starts', atMs: beganMs, by: 'nightlight' },
    {
      what: 'first alert',
      atMs: alert?.atMs,
      by: alert === undefined ? 'nightlight, when a rule sees it' : `${alert.by}${alert.source === undefined ? '' : ` (${alert.source})`}`,
    },
    { what: 'hypothesis', atMs: hypothesis?.atMs, by: hypothesis?.by ?? 'you, press h' },
    { what: 'confirm root cause', atMs: confirmed?.atMs, by: confirmed?.by ?? 'you, press c' },
  ];
}
