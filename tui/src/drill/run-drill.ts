/**
 * One drill from start to end: the target and its load, a while of health, the fault, the alert by rule, the search, and the
 * end, after which everything is as before and the truth stands in the log.
 *
 * Who searches does so with the ordinary tools: the dashboard over the telemetry folder, and `nightlight incident`. The drill
 * only watches the log of marks for a confirmation, and says whether it was that.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  abortFile,
  type DrillStatus,
  readStatuses,
  type Scenario,
  scenarioHash,
  signToken,
  writeAbort,
  writeArm,
} from '@nightlight/agent/drill-control';
import type { Report } from '@nightlight/analyzer';
import { follow, type LiveAnalysis } from '@nightlight/analyzer/live';
import { alertRules, incidentClocks, type PredictedScore, type RaisedAlert, type RatedPerson, TOOL } from '@nightlight/analyzer/recovery';
import { CommandError } from '../command-error.ts';
import { appendMark, type MarkDraft, newIncidentId, readIncidentLog } from '../incident/incident-log.ts';
import type { World } from '../world.ts';
import type { ArchitectureFile, DrillPlace } from './architecture-file.ts';
import { type CurrentDrill, currentDrillPath, giveTurn, isAlive, takeTurn, updateTurn } from './current-drill.ts';
import { appendDrillRecord, type DrillRecordLine, drillRecordsPath, outcomeOf } from './drill-record.ts';
import { type DrilledTarget, startTarget } from './drilled-target.ts';
import { endLostDrill } from './end-lost-drill.ts';
import { sealOf, sealTruth } from './sealed-truth.ts';

export interface DrillRequest {
  readonly scenario: Scenario;
  readonly architecture: ArchitectureFile;
  readonly place: DrillPlace;
  readonly isBlind: boolean;
  /** The first suspect of the analyzer is confirmed, and nobody else is waited for. */
  readonly confirmsItself: boolean;
  readonly people: readonly RatedPerson[] | undefined;
  readonly seed: number;
  readonly requestsPerSecond: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  /** After the fault, so that what is over can be seen to be over. */
  readonly afterwardsMs: number;
  /** How long a search may last from the injection on; the target runs only until the fault has ended and been got over. */
  readonly searchMs: number;
  /** Kept when it is named; otherwise a temporary folder that is removed. */
  readonly out: string | undefined;
  readonly log: string;
}

const LOOK_MS = 400;
/** Until every process of the target has looked at its folder; a frozen function looks only when it is invoked. */
const ARM_MS = 15_000;

/** @throws CommandError when nothing was injected; then nothing stands in the log either */
export async function runDrill(request: DrillRequest, world: World): Promise<DrillRecordLine> {
  const { scenario, architecture, place, log } = request;
  const drillId = `drill-${randomBytes(5).toString('hex')}`;
  const key = {
    id: scenario.id,
    hash: scenarioHash(scenario),
    seed: request.seed,
    load: `${request.requestsPerSecond} rps, ${scenario.load.concurrency} at once`,
    magnitude: scenario.magnitude,
    durationMs: request.durationMs,
  };
  const controlFolder = mkdtempSync(join(tmpdir(), 'nightlight-drill-'));
  const telemetry = request.out ?? join(controlFolder, 'telemetry');
  mkdirSync(telemetry, { recursive: true });
  const sealed = sealTruth({
    component: place.component,
    architecture: architecture.name,
    scenario: key,
    provokes: scenario.provokes,
    people: request.people,
  });
  const incident = newIncidentId(new Set(readIncidentLog(log).marks.map((mark) => mark.incident)));
  let current: CurrentDrill = {
    ...{ drillId, incident, controllerPid: process.pid, targetPid: undefined, controlFolder, log, sealed },
    isBlind: request.isBlind,
  };
  const turn = currentDrillPath(log);
  takeTheTurn(turn, current, world);

  const say = (text: string) => world.stdout.write(`${new Date(world.nowMs()).toISOString().slice(11, 19)}  ${text}\n`);
  const mark = (draft: Omit<MarkDraft, 'incident' | 'by'>) => appendMark(log, { ...draft, incident, by: TOOL }, world);
  const secret = randomBytes(24).toString('hex');
  let interrupted = false;
  const over = new AbortController();
  const stopListening = world.onInterrupt(() => {
    interrupted = true;
  });
  let target: DrilledTarget | undefined;
  let analysis: LiveAnalysis | undefined;
  try {
    target = await startTarget(architecture, {
      ...place.environment,
      NIGHTLIGHT_OUT: telemetry,
      NIGHTLIGHT_LOAD_SEED: `${request.seed}`,
      NIGHTLIGHT_LOAD_RPS: `${request.requestsPerSecond}`,
      NIGHTLIGHT_LOAD_CONCURRENCY: `${scenario.load.concurrency}`,
      NIGHTLIGHT_DRILL: 'on',
      NIGHTLIGHT_DRILL_DIR: controlFolder,
      NIGHTLIGHT_DRILL_SECRET: secret,
    });
    current = { ...current, targetPid: target.processId };
    updateTurn(turn, current);
    say(`${architecture.name} runs under ${key.load}, seed ${key.seed}; its telemetry: ${telemetry}`);
    analysis = follow([{ kind: 'path', path: telemetry }], { now: world.nowMs, countsDrills: true });
    await sleep(request.warmUpMs);
    await analysis.caughtUp();
    const healthy = analysis.picture().report;
    // What is ill before the fault raises nothing again: whoever reads "no alert" must know.
    const [illBefore] = alertRules(undefined, healthy);
    if (illBefore !== undefined) say(`not well before anything was injected (${illBefore.rule}): ${illBefore.title}`);

    const isOldVersion = scenario.outside?.kind === 'run-old-version';
    // The old version must be there to be named; a slow start must be armed before anything starts.
    if (isOldVersion) await outside(scenario, target, say, request.isBlind);
    if (scenario.fault) {
      const token = signToken(
        {
          target: place.target,
          scenario: scenario.id,
          hash: key.hash,
          seed: request.seed,
          drillId,
          expiresAtEpochMs: world.nowMs() + request.durationMs + ARM_MS + 60_000,
          durationMs: request.durationMs,
          ...given({ peer: place.peer, protocol: place.protocol, limitMs: place.limitMs }),
        },
        secret,
        world.nowMs(),
      );
      writeArm(controlFolder, { token, scenario });
    }
    const injectedMs = world.nowMs();
    if (scenario.outside && !isOldVersion) await outside(scenario, target, say, request.isBlind);
    if (scenario.fault && scenario.fault.kind !== 'slow-start') await armed(controlFolder, drillId, target);
    const again = againOutside(scenario, target, () => world.nowMs() < injectedMs + request.durationMs, over.signal);
    current = { ...current, beganMs: injectedMs, stopsAtMs: injectedMs + request.durationMs };
    updateTurn(turn, current);
    mark({ mark: 'inject', atMs: injectedMs, title: `a drill on ${architecture.name}`, note: `sealed ${sealOf(sealed)}` });
    say(
      request.isBlind
        ? 'injected; what it is stays sealed until the cause is confirmed'
        : `injected: ${scenario.name} (${scenario.magnitude})`,
    );

    const search = new Search(request, incident, log, world, say, mark);
    const faultOverMs = injectedMs + request.durationMs;
    const targetOverMs = faultOverMs + request.afterwardsMs;
    let ended: DrillRecordLine['ended'] | undefined;
    let books: Awaited<ReturnType<DrilledTarget['stop']>>;
    let isTargetStopped = false;
    let report: Report = healthy;
    let namedMeanwhile: string | undefined;
    while (ended === undefined) {
      await sleep(LOOK_MS);
      const nowMs = world.nowMs();
      if (!isTargetStopped) report = analysis.picture().report;
      if (nowMs < faultOverMs) namedMeanwhile = namedFirstIn(report) ?? namedMeanwhile;
      search.look(healthy, report);
      if (existsSync(abortFile(controlFolder)) || interrupted) ended = 'aborted';
      else if (search.isConfirmed && (!request.confirmsItself || isTargetStopped)) ended = 'confirmed';
      else if (!isTargetStopped && target.hasEnded()) ended = 'target-ended';
      else if (!isTargetStopped && nowMs >= targetOverMs) {
        writeAbort(controlFolder);
        over.abort();
        await again;
        books = await target.stop();
        isTargetStopped = true;
        await analysis.caughtUp();
        await analysis.finish();
        report = analysis.picture().report;
        rmSync(abortFile(controlFolder), { force: true });
        say(`the target has ended; ${search.isConfirmed ? '' : 'the search goes on over its telemetry'}`.replace(/; $/, ''));
        if (request.confirmsItself) {
          search.look(healthy, report);
          ended = search.isConfirmed ? 'confirmed' : 'time-over';
        }
      } else if (isTargetStopped && nowMs >= injectedMs + request.searchMs) ended = 'time-over';
    }
    if (!isTargetStopped) {
      writeAbort(controlFolder);
      // Frozen functions see it when the load reaches them again.
      await sleep(scenario.fault ? LOOK_MS * 3 : 0);
      books = await target.stop();
      await analysis.caughtUp();
      report = analysis.picture().report;
    }
    const hurt = readStatuses(controlFolder).filter((status) => status.drillId === drillId);
    const record: DrillRecordLine = {
      v: 1,
      drillId,
      incident,
      atMs: injectedMs,
      architecture: architecture.name,
      archetype: architecture.archetype,
      scenario: scenario.id,
      modeId: scenario.provokes,
      outcome: outcomeOf(books, ended === 'aborted' || ended === 'target-ended'),
      ended,
      // What is over may be gone from the end: memory that was let go of is no leak any more.
      namedFirst: namedFirstIn(report) ?? namedMeanwhile ?? null,
      namedAmong: [...new Set(report.modes?.recognised.map(({ modeId }) => modeId))],
      suspectedFirst: suspectOf(report) ?? null,
      component: place.component,
      alertRule: search.alert?.rule ?? null,
      ...(illBefore === undefined ? {} : { illBefore: illBefore.rule }),
      restored: hurt.filter(isRestored).length,
      hurtProcesses: hurt.length,
    };
    mark({
      mark: 'note',
      component: place.component,
      architecture: architecture.name,
      scenario: key,
      note: `it was ${scenario.id} at ${place.component}; sealed with ${sealed.word}`,
      ...given({ people: request.people, predicted: search.predicted }),
    });
    mark({ mark: 'recovered', note: endWords(ended) });
    appendDrillRecord(drillRecordsPath(log), record);
    return record;
  } finally {
    over.abort();
    stopListening();
    await analysis?.finish();
    target?.kill();
    giveTurn(turn);
    rmSync(controlFolder, { recursive: true, force: true });
  }
}

/** Follows the search: raises the alert, and compares each confirmation with the truth. */
class Search {
  isConfirmed = false;
  alert: RaisedAlert | undefined;
  predicted: PredictedScore | undefined;
  readonly #judged = new Set<string>();
  #hasConfirmedItself = false;
  readonly #request: DrillRequest;
  readonly #incident: string;
  readonly #log: string;
  readonly #world: World;
  readonly #say: (text: string) => void;
  readonly #mark: (draft: Omit<MarkDraft, 'incident' | 'by'>) => unknown;

  constructor(
    request: DrillRequest,
    incident: string,
    log: string,
    world: World,
    say: (text: string) => void,
    mark: (draft: Omit<MarkDraft, 'incident' | 'by'>) => unknown,
  ) {
    this.#request = request;
    this.#incident = incident;
    this.#log = log;
    this.#world = world;
    this.#say = say;
    this.#mark = mark;
  }

  look(healthy: Report, report: Report): void {
    if (this.alert === undefined) this.#raise(healthy, report);
    if (this.alert !== undefined && this.#request.confirmsItself && !this.#hasConfirmedItself) this.#confirmItself(report);
    this.#judge();
  }

  #raise(healthy: Report, report: Report): void {
    // Before the fault the same load ran, and all was well.
    const [alert] = alertRules(healthy, report, undefined, undefined, healthy);
    if (alert === undefined) return;
    this.alert = alert;
    const hardest = report.difficulty?.[0];
    if (hardest !== undefined) this.predicted = { class: hardest.class, viewCount: hardest.viewCount };
    this.#mark({ mark: 'alert', title: alert.title, source: alert.rule });
    this.#say(`alert by rule (${alert.rule}): ${alert.title}`);
    if (!this.#request.confirmsItself)
      this.#say(
        `the clock runs: nightlight incident confirm --incident ${this.#incident} --component … --fingerprint … --proof … --proof-kind truth`,
      );
  }

  #confirmItself(report: Report): void {
    const component = suspectOf(report);
    if (component === undefined) return;
    this.#hasConfirmedItself = true;
    const fingerprint = report.modes?.recognised[0]?.name ?? report.failures[0]?.type ?? 'its first suspect';
    this.#mark({ mark: 'hypothesis', component, note: fingerprint });
    this.#mark({ mark: 'confirm', component, fingerprint, proof: 'it is what the analyzer suspects first', proofKind: 'truth' });
  }

  /** A wrong one stays in the log, and the clock goes on. */
  #judge(): void {
    const clock = incidentClocks(readIncidentLog(this.#log).marks, this.#world.nowMs()).find(({ id }) => id === this.#incident);
    for (const { mark, id, component, by } of clock?.marks ?? []) {
      if (mark !== 'confirm' || this.#judged.has(id)) continue;
      this.#judged.add(id);
      const isRight = component?.toLowerCase() === this.#request.place.component.toLowerCase();
      this.#say(`${by} confirmed ${component}: ${isRight ? 'that is it' : 'that is not what was injected, and the clock goes on'}`);
      if (isRight) this.isConfirmed = true;
      else this.#mark({ mark: 'refute', component, note: 'it is not what was injected' });
    }
  }
}

function namedFirstIn(report: Report): string | undefined {
  return report.modes?.recognised[0]?.modeId;
}

function suspectOf(report: Report): string | undefined {
  return report.suspects?.[0]?.suspects[0]?.component ?? report.modes?.recognised[0]?.component;
}

const isRestored = ({ state, patches }: DrillStatus): boolean => state === 'ended' && (patches ?? []).every(({ restored }) => restored);

const ENDS: { readonly [E in DrillRecordLine['ended']]: string } = {
  confirmed: 'the cause was confirmed',
  'time-over': 'its time was over',
  aborted: 'it was aborted',
  'target-ended': 'the target ended before it was told to',
  'controller-lost': 'whoever ran it was gone',
};
const endWords = (ended: DrillRecordLine['ended']): string => `the drill is over: ${ENDS[ended]}`;

/** The step once more, and once more, as often as the scenario says; nothing is begun after the end of the fault. */
async function againOutside({ outside: step }: Scenario, target: DrilledTarget, mayGoOn: () => boolean, over: AbortSignal): Promise<void> {
  const { kind, times = 1, everyMs = 0 } = step ?? {};
  for (let time = 1; kind !== undefined && time < times; time++) {
    // Told that it is over, there is nothing more to wait for.
    await sleep(everyMs, undefined, { signal: over }).catch(() => {});
    if (over.aborted || target.hasEnded() || !mayGoOn()) return;
    await target.step(kind);
  }
}

async function outside(scenario: Scenario, target: DrilledTarget, say: (text: string) => void, isBlind: boolean): Promise<void> {
  const done = await target.step(scenario.outside!.kind);
  if (done === undefined && scenario.fault === undefined) {
    throw new CommandError(
      'DRILL_NO_STEP',
      `expected a target that can "${scenario.outside!.what}", found one that cannot`,
      'nightlight drill list',
      1,
    );
  }
  if (!isBlind)
    say(done === undefined ? `the target cannot "${scenario.outside!.what}"; only the fault is injected` : `from outside: ${done}`);
}

/** @throws CommandError when every process that was asked refused, or nobody took it */
async function armed(folder: string, drillId: string, target: DrilledTarget): Promise<void> {
  for (let waitedMs = 0; waitedMs < ARM_MS && !target.hasEnded(); waitedMs += ARM_LOOK_MS) {
    if (readStatuses(folder).some((status) => status.drillId === drillId)) return;
    await sleep(ARM_LOOK_MS);
  }
  const refusals = new Set(readStatuses(folder).flatMap(({ state, because }) => (state === 'refused' && because ? [because] : [])));
  throw new CommandError(
    'DRILL_NOT_TAKEN',
    `expected a process of the target to take the drill, found ${[...refusals].join('; ') || 'none that is loaded with @nightlight/agent/drill'}`,
    'docs/drills.md: the process must be started with the drill entry, and the target must name it',
    1,
  );
}

const ARM_LOOK_MS = 100;

function takeTheTurn(path: string, drill: CurrentDrill, world: World): void {
  const taken = takeTurn(path, drill);
  if (taken.kind === 'taken') return;
  if (isAlive(taken.drill.controllerPid)) {
    throw new CommandError(
      'DRILL_UNDER_WAY',
      `expected no drill under way, found ${taken.drill.drillId} on ${taken.drill.sealed.architecture}`,
      'nightlight drill abort',
      1,
    );
  }
  endLostDrill(path, taken.drill, world);
  world.stderr.write(`${taken.drill.drillId} had lost its controller: it was ended, and stands in the log as not confirmed\n`);
  takeTheTurn(path, drill, world);
}

function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
