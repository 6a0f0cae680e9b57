/**
 * Arms and ends the drills of one process: looks for commands, checks both keys, and holds the dead man's handle.
 *
 * Nothing that it needs for the end lies outside of this process. The controller may be killed, the network be gone and the
 * folder be deleted: the monotonic clock ends the drill, and the originals are here.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isMainThread, threadId } from 'node:worker_threads';
import type { Agent } from '../agent.ts';
import { tellingOf } from '../measure/telling.ts';
import { encodeMark } from '../record/mark-record.ts';
import { epochMilliseconds } from '../record/units.ts';
import { isOff } from '../settings.ts';
import { type ArmedDrill, armDrill, type EndedDrill } from './armed-drill.ts';
import { abortFile, armFile, type DrillStatus, writeStatus } from './control-files.ts';
import { type HurtItem, handItems } from './hooks/handled-items.ts';
import { inject } from './inject.ts';
import { ownEndpoints } from './own-endpoints.ts';
import { planFault } from './plan-fault.ts';
import { keepStopLines } from './stop-lines.ts';
import { type Host, judgeTarget } from './target.ts';
import { every, later, monotonicMs as monotonicHere, wallMs as wallHere } from './timers.ts';
import { type DrillClaims, readToken } from './token.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** NIGHTLIGHT_DRILL=on: the first key. */
export const hasFlag = (env: Environment): boolean => /^on$/i.test(env.NIGHTLIGHT_DRILL ?? '') && !isOff(env);

/** Wall time in epoch ms, and monotonic time in ms. */
export interface Clocks {
  wallMs(): number;
  monotonicMs(): number;
}

/** @param host  who this process is; a function learns by what it was called with each invocation */
export function controlDrills(
  agent: Agent,
  env: Environment,
  host: Host,
  clocks: Clocks = { wallMs: wallHere, monotonicMs: monotonicHere },
): void {
  const { wallMs, monotonicMs } = clocks;
  const folder = env.NIGHTLIGHT_DRILL_DIR ?? '';
  const startedWallMs = wallMs();
  const startedMs = monotonicMs();
  const used = new Set<string>();
  let armed:
    | { drill: ArmedDrill; item: HurtItem | undefined; claims: DrillClaims; since: Partial<DrillStatus>; clockOffsetMs: number }
    | undefined;
  let lastDrill: ArmedDrill | undefined;
  let lastArmMs = 0;
  let lastLookMs = Number.NEGATIVE_INFINITY;
  let listensToSignal = false;
  let here = host;

  /** A clock that is set back must not bring an expired token to life again. */
  const safeWallMs = () => Math.max(wallMs(), startedWallMs + monotonicMs() - startedMs);

  function tell(status: Partial<DrillStatus> & Pick<DrillStatus, 'state'>): void {
    if (!folder) return;
    try {
      writeStatus(folder, {
        v: 1,
        processId: process.pid,
        threadId,
        target: `${here.kind}:${here.name}`,
        writtenAtEpochMs: Math.round(wallMs()),
        ...status,
      });
    } catch {
      // A folder that is gone or full stops no drill and no end of one.
    }
  }

  function refuse(because: string): void {
    agent.note('limit', `drill refused: ${because}`);
    tell(armed ? { state: 'armed', ...armed.since, because: `another one was refused: ${because}` } : { state: 'refused', because });
  }

  function secret(): string {
    const file = env.NIGHTLIGHT_DRILL_SECRET_FILE;
    if (!file) return env.NIGHTLIGHT_DRILL_SECRET ?? '';
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      return '';
    }
  }

  function arm(token: string, scenario: unknown, writtenMs: number): void {
    const read = readToken(token, secret(), safeWallMs());
    if (read.kind === 'refused') return refuse(read.because);
    const { claims } = read;
    const verdict = judgeTarget(claims.target, here);
    // One folder may serve many processes: a token for another one is no mistake.
    if (verdict.kind === 'refused') return refuse(verdict.because);
    const planned = planFault(claims, scenario);
    if (planned.kind === 'refused') return refuse(planned.because);
    if (planned.kind === 'outside') return;
    const { plan } = planned;
    if (writtenMs < performance.timeOrigin && plan.fault.kind !== 'slow-start')
      return refuse('it was armed before this process began, and a restart takes no drill along');
    if (armed) return refuse(`drill ${armed.drill.plan.drillId} is under way`);
    if (used.has(plan.drillId)) return refuse(`drill ${plan.drillId.slice(0, 60)} has run here already`);
    if (folder && existsSync(abortFile(folder))) return refuse(`${abortFile(folder)} stands: remove it to allow drills again`);
    used.add(plan.drillId);
    begin(claims, plan);
  }

  function begin(claims: DrillClaims, plan: ArmedDrill['plan']): void {
    const nowWallMs = safeWallMs();
    const durationMs = Math.min(plan.durationMs, claims.expiresAtEpochMs - nowWallMs);
    const drill = armDrill(agent, plan, monotonicMs() + durationMs, ownEndpoints(env), monotonicMs, ended);
    const since = {
      drillId: plan.drillId,
      scenario: { id: plan.scenarioId, hash: plan.hash },
      armedAtEpochMs: Math.round(nowWallMs),
      endsAtEpochMs: Math.round(nowWallMs + durationMs),
    };
    lastDrill = drill;
    armed = { drill, item: undefined, claims, since, clockOffsetMs: wallMs() - monotonicMs() };
    markDrilledWorks();
    listenToSignal();
    mark('inject', plan.drillId);
    try {
      const { item, limit, isOver } = inject(drill);
      if (armed) armed.item = item;
      if (limit) agent.note('limit', `drill ${plan.drillId.slice(0, 60)}: ${limit}`);
      keepStopLines(drill);
      tell({ state: 'armed', ...since });
      if (isOver) return drill.end('the start was slowed');
    } catch (error) {
      return drill.end(`it could not be armed: ${String((error as Error)?.message).slice(0, 200)}`);
    }
    // Dead man's handle: it needs nobody. The hooks themselves look at the same clock.
    later(() => drill.isActive(), durationMs + 1);
    const stopLooking = every(LOOK_MS, () => drill.quietly('look', lookAtArmed));
    drill.atEnd(stopLooking);
  }

  function ended(drill: ArmedDrill, { because, patches }: EndedDrill): void {
    const since = armed?.since ?? {};
    armed = undefined;
    mark('recovered', drill.plan.drillId, because);
    const left = patches.filter(({ restored }) => !restored).map(({ what }) => what);
    if (left.length > 0)
      agent.note(
        'limit',
        `drill ${drill.plan.drillId.slice(0, 60)}: somebody has wrapped ${left.join(', ')} meanwhile; ours hands through there`,
      );
    const { fitting, hurt } = drill.counts();
    tell({ state: 'ended', ...since, endedAtEpochMs: Math.round(wallMs()), because, fitting, hurt, patches });
  }

  function mark(word: 'inject' | 'recovered', drillId: string, note?: string): void {
    agent.quietly('drill', () =>
      agent.writeLine(
        encodeMark({ kind: 'mark', atEpochMs: epochMilliseconds(Math.round(wallMs())), mark: word, incidentId: drillId, note }),
      ),
    );
  }

  /** Everything that ends a drill before its time. */
  function lookAtArmed(): void {
    if (!armed?.drill.isActive()) return;
    const { drill } = armed;
    if (!hasFlag(env)) return drill.end('NIGHTLIGHT_DRILL was switched off');
    if (folder && existsSync(abortFile(folder))) return drill.end('it was aborted by file');
    const jumpMs = wallMs() - monotonicMs() - armed.clockOffsetMs;
    // A sandbox that was frozen comes back with its wall clock ahead: then that clock decides.
    if (here.kind === 'function' && jumpMs > 0) {
      if (wallMs() >= armed.since.endsAtEpochMs!) drill.end('its time was over');
    } else if (Math.abs(jumpMs) > CLOCK_JUMP_MS) drill.end('the clock of this machine has jumped');
  }

  function lookForCommand(): void {
    lastLookMs = monotonicMs();
    if (!folder || !hasFlag(env)) return;
    let writtenMs: number;
    try {
      writtenMs = statSync(armFile(folder)).mtimeMs;
    } catch {
      return;
    }
    if (writtenMs === lastArmMs) return;
    lastArmMs = writtenMs;
    let command: { token?: unknown; scenario?: unknown };
    try {
      command = JSON.parse(readFileSync(armFile(folder), 'utf8'));
    } catch {
      return refuse(`${armFile(folder)}: expected JSON with a token, found something else`);
    }
    if (typeof command?.token !== 'string') return refuse(`${armFile(folder)}: expected JSON with a token, found none`);
    arm(command.token, command.scenario, writtenMs);
  }

  function markDrilledWorks(): void {
    if (used.size > 1) return;
    // Made first, because it takes the place for itself when the program uses the API.
    tellingOf(agent);
    const { tell: told } = agent;
    agent.tell = (work) => {
      if (lastDrill?.takeMarkNext()) lastDrill.mark(work);
      const members = told?.(work);
      return work.drillId === undefined ? members : { ...members, di: work.drillId };
    };
  }

  /** It stays: a signal that comes a moment late must not end the process. */
  function listenToSignal(): void {
    if (listensToSignal || !isMainThread || process.platform === 'win32') return;
    listensToSignal = true;
    process.on('SIGUSR2', () => armed?.drill.end('it was aborted by signal'));
  }

  handItems(agent, {
    armed: () => (armed?.drill.isActive() ? armed.item : undefined),
    invoked(arn) {
      agent.quietly('drill', () => {
        here = { ...here, invokedArn: arn };
        lookAtArmed();
        if (monotonicMs() - lastLookMs > LOOK_MS) lookForCommand();
        const verdict = armed && judgeTarget(armed.claims.target, here);
        if (verdict?.kind === 'refused') {
          agent.note('limit', `drill refused: ${verdict.because}`);
          armed?.drill.end(verdict.because);
        }
      });
    },
  });
  const quietLook = () => void agent.quietly('drill', lookForCommand);
  if (env.NIGHTLIGHT_DRILL_TOKEN) agent.quietly('drill', () => arm(env.NIGHTLIGHT_DRILL_TOKEN!, undefined, Number.POSITIVE_INFINITY));
  if (folder) {
    if (!armed) tell({ state: 'idle' });
    quietLook();
    every(LOOK_MS, quietLook);
  }
}

/** For a command, and for what ends a drill: a look costs two questions to the file system. */
const LOOK_MS = 100;
/** What NTP slews in small steps stays far below it. */
const CLOCK_JUMP_MS = 5_000;
