/**
 * Drills beside the dashboard: what is under way, by the note that its runner keeps beside the log of marks, and how one is
 * started or ended from here.
 *
 * It is run by a process of its own, the same command as headless: a dashboard that is left, or that fails, leaves no system hurt.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { abortFile, SCENARIOS, scenarioNamed, writeAbort } from '@nightlight/agent/drill-control';
import type { IncidentClock } from '@nightlight/analyzer/recovery';
import { printable } from '@nightlight/analyzer/wording';
import { readArchitecture } from '../drill/architecture-file.ts';
import { type CurrentDrill, currentDrillPath, isAlive, readCurrentDrill } from '../drill/current-drill.ts';
import { drillRecordsPath, readDrillRecords } from '../drill/drill-record.ts';
import type { DrillOffer, RunningDrill } from '../model/drill-state.ts';
import type { RecoveryTold } from '../model/recovery-state.ts';
import { type DrillUnderWay, runningDrill } from '../model/running-drill.ts';
import type { World } from '../world.ts';

export interface DrillDeskSettings {
  /** Log of marks: the note of the drill and its records lie beside it. */
  readonly log: string;
  /** The program that `drill run …` is told to: `node …/main.js`. */
  readonly command: readonly string[];
  /** A folder that the dashboard watches: telemetry of a drill goes below it, so that it is seen; undefined where there is none. */
  readonly watchedFolder: string | undefined;
  readonly workingFolder: string;
}

export class DrillDesk {
  readonly #settings: DrillDeskSettings;
  readonly #world: Pick<World, 'nowMs' | 'environment'>;
  #last: { readonly drill: CurrentDrill; readonly seenMs: number } | undefined;
  #abortAskedMs = Number.NEGATIVE_INFINITY;
  #architecture = '';
  #refused: string | undefined;
  /** Ended or not, the output of the newest one that was started here. */
  #startedMs = 0;

  constructor(settings: DrillDeskSettings, world: Pick<World, 'nowMs' | 'environment'>) {
    this.#settings = settings;
    this.#world = world;
  }

  /** What the Drill screen is told beside the board: the shipped scenarios, and why the last one was not run. */
  get offer(): DrillOffer {
    return { scenarios: SCENARIOS, refused: this.#refused };
  }

  /** The one that is under way, or ended just now. */
  running({ clocks, runs }: Pick<RecoveryTold, 'clocks' | 'runs'>): RunningDrill | undefined {
    const nowMs = this.#world.nowMs();
    const drill = readCurrentDrill(currentDrillPath(this.#settings.log));
    const isUnderWay = drill !== undefined && isAlive(drill.controllerPid);
    if (isUnderWay) this.#last = { drill, seenMs: nowMs };
    else if (this.#last === undefined || nowMs - this.#last.seenMs > SHOWN_AFTER_MS) return undefined;
    const { drill: shown } = this.#last!;
    const clock = clocks.find(({ id }: IncidentClock) => id === shown.incident);
    return runningDrill(isUnderWay ? underWayOf(shown) : this.#endOf(shown), clock, runs, nowMs);
  }

  /** What the prompt begins with. @param scenario  of the row that is selected */
  offered(scenario: string | undefined): readonly string[] {
    return [scenario ?? 'any', this.#architecture, 'n'];
  }

  /**
   * @param values  scenario or `any`, architecture, and whether the fault is hidden
   * @returns what to say of it
   */
  start([scenario = '', asked = '', blind = '']: readonly string[]): string {
    const { log, command, watchedFolder, workingFolder } = this.#settings;
    const current = readCurrentDrill(currentDrillPath(log));
    if (current !== undefined && isAlive(current.controllerPid))
      return `a drill is under way on ${current.sealed.architecture}; A twice ends it`;
    const architecture = readArchitecture(asked, workingFolder);
    if (scenario !== 'any' && scenarioNamed(scenario) === undefined) return `${scenario}: expected any, or an id of nightlight drill list`;
    if (scenario !== 'any' && architecture.scenarios[scenario] === undefined)
      return `${architecture.name} does not say how to run ${scenario}; it knows ${Object.keys(architecture.scenarios).join(', ')}`;
    this.#architecture = asked;
    this.#refused = undefined;
    this.#startedMs = this.#world.nowMs();
    const out = join(watchedFolder ?? join(dirname(log), 'drills'), `drill-${this.#startedMs}`);
    mkdirSync(out, { recursive: true, mode: 0o700 });
    const isBlind = scenario === 'any' || /^y/i.test(blind);
    const words = ['drill', 'run', scenario, '--architecture', asked, '--log', log, '--out', out, ...(isBlind ? ['--blind'] : [])];
    this.#run([...command, ...words]);
    return watchedFolder === undefined
      ? `${architecture.name} starts; look at it with: nightlight watch ${out} --count-drills`
      : `${architecture.name} starts; its telemetry comes in here (with --count-drills, what the drill touches counts)`;
  }

  /** The first time it asks. @returns what to say of it */
  abort(): string {
    const current = readCurrentDrill(currentDrillPath(this.#settings.log));
    if (current === undefined || !isAlive(current.controllerPid)) return 'no drill is under way';
    const nowMs = this.#world.nowMs();
    if (nowMs - this.#abortAskedMs > TWICE_WITHIN_MS) {
      this.#abortAskedMs = nowMs;
      return 'A again ends the drill, and puts everything back';
    }
    writeAbort(current.controlFolder);
    return 'the drill is told to end; it puts everything back and tells what it was';
  }

  #run([program, ...words]: readonly string[]): void {
    const output = join(dirname(this.#settings.log), 'drill-run.txt');
    const into = openSync(output, 'w', 0o600);
    const startedMs = this.#startedMs;
    const child = spawn(program!, words, { cwd: this.#settings.workingFolder, detached: true, stdio: ['ignore', into, into] });
    closeSync(into);
    const refuse = (because: string): void => {
      if (startedMs === this.#startedMs) this.#refused = printable(because);
    };
    child.once('error', ({ message }) => refuse(message));
    child.once('exit', (code) => {
      // 4 is a cause that nobody confirmed, 130 an abort: both ran.
      if (code !== 0 && code !== 4 && code !== 130) refuse(lastLineOf(output));
    });
    child.unref();
  }

  #endOf(drill: CurrentDrill): DrillUnderWay {
    const record = readDrillRecords(drillRecordsPath(this.#settings.log)).find(({ drillId }) => drillId === drill.drillId);
    return { ...underWayOf(drill), ended: record?.ended === 'confirmed' || record?.ended === 'time-over' ? 'ended' : 'aborted' };
  }
}

/** Whoever looks away for a moment still sees what it was. */
const SHOWN_AFTER_MS = 60_000;
const TWICE_WITHIN_MS = 5_000;

function underWayOf({ sealed, isBlind, beganMs, stopsAtMs, controlFolder }: CurrentDrill): DrillUnderWay {
  const { scenario, architecture } = sealed;
  return {
    ...{ scenario: scenario.id, magnitude: scenario.magnitude, seed: scenario.seed, architecture, beganMs, stopsAtMs },
    isBlind: isBlind === true,
    isToldToEnd: existsSync(abortFile(controlFolder)),
    ended: undefined,
  };
}

/** Of a refusal the first line says what was found; what follows is what to try. */
function lastLineOf(path: string): string {
  try {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    return lines.find((line) => line.startsWith('error')) ?? lines.at(-1) ?? 'it ended without a word';
  } catch (error) {
    return (error as Error).message;
  }
}
