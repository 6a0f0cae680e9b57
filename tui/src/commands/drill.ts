/** `nightlight drill`: what may be provoked, one drill, its end from elsewhere, and what is left to do. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SCENARIOS, type Scenario, scenarioHash, scenarioNamed, writeAbort } from '@nightlight/agent/drill-control';
import { incidentClocks, type RatedPerson, type RunRecord } from '@nightlight/analyzer/recovery';
import { printable } from '@nightlight/analyzer/wording';
import { CommandError } from '../command-error.ts';
import { type ArchitectureFile, type DrillPlace, readArchitecture } from '../drill/architecture-file.ts';
import { currentDrillPath, isAlive, readCurrentDrill } from '../drill/current-drill.ts';
import { type DrillRecordLine, drillRecordsPath, readDrillRecords } from '../drill/drill-record.ts';
import { endLostDrill } from '../drill/end-lost-drill.ts';
import { runDrill } from '../drill/run-drill.ts';
import { readWeekEvidence } from '../drill/week-evidence.ts';
import { incidentLogPath, readIncidentLog } from '../incident/incident-log.ts';
import { readRunsFile, withDrills } from '../incident/runs-file.ts';
import { RUNS_WANTED } from '../model/drill-plan.ts';
import { type WeekNote, weekPlan, weekText } from '../model/week-plan.ts';
import type { World } from '../world.ts';

export interface DrillRunOptions {
  readonly architecture: string;
  readonly blind?: boolean;
  readonly headlessConfirm?: boolean;
  readonly people?: string;
  readonly seed?: number;
  readonly rps?: number;
  readonly duration?: number;
  readonly warmUp?: number;
  readonly afterwards: number;
  readonly search: number;
  readonly out?: string;
  readonly log?: string;
  readonly format: 'text' | 'json';
}

export interface DrillPlanOptions {
  readonly architecture?: readonly string[];
  readonly week?: boolean;
  readonly chosen: string;
  readonly done?: number;
  readonly note?: string;
  readonly runs?: string;
  readonly log?: string;
  readonly format: 'text' | 'json';
}

export async function runDrillList({ format }: { readonly format: 'text' | 'json' }, world: World): Promise<number> {
  if (format === 'json') {
    world.stdout.write(
      `${JSON.stringify(
        SCENARIOS.map((each) => ({ ...each, hash: scenarioHash(each) })),
        undefined,
        2,
      )}\n`,
    );
    return 0;
  }
  const width = Math.max(...SCENARIOS.map(({ id }) => id.length));
  for (const each of SCENARIOS) {
    const { id, provokes, magnitude, durationMs, load } = each;
    world.stdout.write(
      `${id.padEnd(width)}  ${scenarioHash(each)}  provokes ${provokes.padEnd(18)}  ${durationMs / 1_000} s at ${load.requestsPerSecond} rps  ${magnitude}\n`,
    );
  }
  return 0;
}

export async function runDrillShow(id: string, world: World): Promise<number> {
  const scenario = scenarioOf(id);
  world.stdout.write(`${JSON.stringify({ hash: scenarioHash(scenario), ...scenario }, undefined, 2)}\n`);
  return 0;
}

const WARM_UP_MS = 5_000;

/** @returns 0 when the cause was confirmed, 4 when it was not, 130 when it was aborted */
export async function runDrillRun(id: string, options: DrillRunOptions, world: World): Promise<number> {
  const architecture = readArchitecture(options.architecture, process.cwd());
  const { scenario, place } = id === 'any' ? anyOf(architecture) : { scenario: scenarioOf(id), place: placeOf(id, architecture) };
  const told = options.format === 'json' ? { ...world, stdout: world.stderr } : world;
  const record = await runDrill(
    {
      scenario,
      architecture,
      place,
      isBlind: options.blind === true || id === 'any',
      confirmsItself: options.headlessConfirm === true,
      people: options.people === undefined ? undefined : peopleOf(options.people),
      seed: options.seed ?? scenario.seed,
      requestsPerSecond: options.rps ?? scenario.load.requestsPerSecond,
      durationMs: Math.min(options.duration ?? scenario.durationMs, scenario.durationMs),
      warmUpMs: options.warmUp ?? scenario.warmUpMs ?? WARM_UP_MS,
      afterwardsMs: options.afterwards,
      searchMs: options.search,
      out: options.out === undefined ? undefined : resolve(options.out),
      log: incidentLogPath(options.log, world.environment),
    },
    told,
  );
  world.stdout.write(options.format === 'json' ? `${JSON.stringify(record)}\n` : endText(record));
  return record.ended === 'confirmed' ? 0 : record.ended === 'aborted' ? 130 : 4;
}

export async function runDrillAbort({ log: asked }: { readonly log?: string }, world: World): Promise<number> {
  const log = incidentLogPath(asked, world.environment);
  const path = currentDrillPath(log);
  const drill = readCurrentDrill(path);
  if (drill === undefined) {
    world.stdout.write(`no drill is under way (${path} is not there)\n`);
    return 0;
  }
  if (isAlive(drill.controllerPid)) {
    writeAbort(drill.controlFolder);
    world.stdout.write(`${drill.drillId} is told to end; it puts everything back and tells what it was\n`);
  } else {
    endLostDrill(path, drill, world);
    world.stdout.write(`${drill.drillId} had lost its controller: its processes were ended, and the log tells what it was\n`);
  }
  return 0;
}

/** @returns 0, or 4 while drills are missing */
export async function runDrillPlan(options: DrillPlanOptions, world: World): Promise<number> {
  const log = incidentLogPath(options.log, world.environment);
  if (options.week === true) return runWeek(options, log, world);
  const { log: read } = readRunsFile(options, world.environment);
  const runs = withDrills(read.values, incidentClocks(readIncidentLog(log).marks, world.nowMs()));
  const files = options.architecture?.map((asked) => readArchitecture(asked, process.cwd()));
  const architectures = files ?? [...new Set(runs.map(({ architecture }) => architecture))].map((name) => ({ name, scenarios: undefined }));
  if (architectures.length === 0)
    throw new CommandError(
      'USAGE',
      'expected --architecture, because there are no runs yet',
      'nightlight drill plan --architecture one-service',
    );
  const missing = architectures.flatMap(({ name, scenarios }) =>
    SCENARIOS.filter(({ id }) => scenarios === undefined || scenarios[id] !== undefined)
      .map(({ id }) => ({ architecture: name, scenario: id, runCount: countOf(runs, name, id), wanted: RUNS_WANTED }))
      .filter(({ runCount }) => runCount < RUNS_WANTED),
  );
  if (options.format === 'json') world.stdout.write(`${JSON.stringify(missing, undefined, 2)}\n`);
  else if (missing.length === 0) world.stdout.write(`every cell has ${RUNS_WANTED} runs: nightlight recovery rank\n`);
  for (const { architecture, scenario, runCount } of options.format === 'json' ? [] : missing) {
    world.stdout.write(
      `${runCount}/${RUNS_WANTED}  nightlight drill run ${scenario} --architecture ${printable(architecture)} --blind --people NAME:0-4\n`,
    );
  }
  return missing.length === 0 ? 0 : 4;
}

function runWeek(options: DrillPlanOptions, log: string, world: World): number {
  const [architecture, ...more] = options.architecture ?? [];
  if (architecture === undefined || more.length > 0)
    throw new CommandError('USAGE', 'plan --week: expected one --architecture', 'nightlight drill plan --week --architecture one-service');
  scenarioOf(options.chosen);
  const { name } = readArchitecture(architecture, process.cwd());
  const path = join(dirname(log), `first-week-${name}.ndjson`);
  const folder = join(dirname(log), `first-week-${name}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (options.done !== undefined) {
    if (options.done > 7)
      throw new CommandError('USAGE', `--done: expected a day from 1 to 7, found ${options.done}`, '--done 2 --note "…"');
    if ((options.note ?? '').trim() === '')
      throw new CommandError('USAGE', '--done: expected --note with what was found', `--done ${options.done} --note "no retries beyond 2"`);
    appendFileSync(path, `${JSON.stringify({ day: options.done, note: options.note, atMs: world.nowMs() })}\n`, { mode: 0o600 });
  }
  const days = weekPlan(name, options.chosen, {
    records: readDrillRecords(drillRecordsPath(log)),
    notes: notesOf(path),
    evidence: readWeekEvidence(folder),
    folder,
  });
  world.stdout.write(options.format === 'json' ? `${JSON.stringify(days, undefined, 2)}\n` : printableLines(weekText(days)));
  return days.every(({ done }) => done !== undefined) ? 0 : 4;
}

const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

function notesOf(path: string): WeekNote[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as WeekNote);
  } catch {
    return [];
  }
}

function countOf(runs: readonly RunRecord[], architecture: string, scenario: string): number {
  return runs.filter((run) => run.architecture === architecture && run.scenario.id === scenario).length;
}

function scenarioOf(id: string): Scenario {
  const scenario = scenarioNamed(id);
  if (scenario !== undefined) return scenario;
  throw new CommandError(
    'DRILL_UNKNOWN_SCENARIO',
    `expected one of ${SCENARIOS.map((each) => each.id).join(', ')}, found ${id}`,
    'nightlight drill list',
  );
}

function placeOf(id: string, { name, scenarios }: ArchitectureFile): DrillPlace {
  const place = scenarios[id];
  if (place !== undefined) return place;
  throw new CommandError(
    'DRILL_NOT_FOR_ARCHITECTURE',
    `expected a scenario that ${name} says how to run (${Object.keys(scenarios).join(', ')}), found ${id}`,
    'add it to "scenarios" of its architecture.json',
  );
}

/** For a search by people who must not know: drawn here, and told to nobody. */
function anyOf(architecture: ArchitectureFile): { readonly scenario: Scenario; readonly place: DrillPlace } {
  const ids = Object.keys(architecture.scenarios);
  const id = ids[Math.floor(Math.random() * ids.length)]!;
  return { scenario: scenarioOf(id), place: placeOf(id, architecture) };
}

function peopleOf(text: string): RatedPerson[] {
  return text.split(',').map((part) => {
    const [, name, rating] = /^\s*([^:]+?)\s*(?::\s*([0-4])\s*)?$/.exec(part) ?? [];
    if (name === undefined)
      throw new CommandError(
        'USAGE',
        `--people: expected names with 0 (never seen) to 4 (built it), found ${part}`,
        '--people "ana:2,bob:0"',
      );
    return { name, ...(rating === undefined ? {} : { familiarity: Number(rating) }) };
  });
}

function endText(record: DrillRecordLine): string {
  const {
    incident,
    scenario,
    component,
    ended,
    alertRule,
    illBefore,
    namedFirst,
    modeId,
    suspectedFirst,
    outcome,
    restored,
    hurtProcesses,
  } = record;
  return printableLines(
    `\nIt was ${scenario} at ${component}: ${ended}, ${outcome}.
  alert     ${alertRule !== null ? `by rule ${alertRule}` : illBefore === undefined ? 'none: no rule saw it, so this run has no clock' : `none: ${illBefore} was raised before the fault, so this run has no clock`}
  named     ${namedFirst ?? 'nothing'} first; ${modeId} was provoked
  suspected ${suspectedFirst ?? 'nothing'} first
  restored  ${restored} of ${hurtProcesses} processes say that every function stands in its place again
  next      nightlight incident show ${incident}; nightlight recovery board
`,
  );
}
