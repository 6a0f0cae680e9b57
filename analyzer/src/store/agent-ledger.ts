/**
 * Takes our agent's lines into the summary: what they count, what they say of single attempts that the platform does
 * not, and what the agent says of itself. Costs nothing where no such line is read.
 */
import type { AgentRecord, DeathRecord, InvocationRecord, MemorySample, WindowRecord } from '@nightlight/agent/record';
import type { DeadAttempt, Invocation } from '../assemble/index.ts';
import { redactLine } from '../parse/redact.ts';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import type { MemoryLimits } from '../stats/floor-trend.ts';
import { addTally } from './add-tallies.ts';
import { AgentLane } from './agent-lane.ts';
import type { DeathWord } from './agent-tally.ts';
import { type AgentTally, emptyTally } from './agent-tally.ts';
import { hourOf } from './attempt-rules.ts';
import type { AttemptSeries } from './attempt-series.ts';
import { countCallMinutes } from './call-minutes.ts';
import { addNamed, countInit, entryOf } from './count-agent-lines.ts';
import { attemptsOf } from './empty-summary.ts';
import { keepEarliest } from './evidence-list.ts';
import { addable } from './exact-sum.ts';
import { evidenceOf, FAILED } from './failure-counts.ts';
import { ItemKeys } from './item-keys.ts';
import type { Lane } from './lane.ts';
import { addLives } from './memory-life.ts';
import { addServed, ProcessCounts, type ServedCount, servedIn } from './process-counts.ts';
import { emptyProcess } from './process-summary.ts';
import type { Evidence, SandboxSummary, Summary } from './summary.ts';

export class AgentLedger {
  /** Function name -> keys of the items that it handled, for the search for duplicates over all sandboxes. */
  readonly itemKeys = new Map<string, ItemKeys>();
  readonly #summary: Summary;

  constructor(summary: Summary) {
    this.#summary = summary;
  }

  copyItemKeys({ itemKeys }: AgentLedger, copy: <T>(value: T) => T): void {
    for (const [name, keys] of itemKeys) this.itemKeys.set(name, copy(keys));
  }

  /** A line in its place among the others of its stream. */
  record(lane: Lane, record: AgentRecord, evidence: Evidence): void {
    lane.agent ??= new AgentLane();
    const agent = lane.agent;
    switch (record.kind) {
      case 'invocation':
        agent.invocation(record, evidence, lane.from!);
        // A line without collections is one of an invocation in which none ran, where the agent measures them at all.
        if (record.memory !== undefined || record.gc !== undefined)
          lane.configuration!.hours.addCollections(evidence.atMs, record.gc?.totalMs ?? 0, 1);
        noteSightings(agent.tally, record, evidence);
        countCallMinutes(this.#summary.callMinutes, lane.configuration!.functionName, 'single', record.outboundCalls, evidence.atMs);
        this.#noteItems(lane, agent.tally, record, evidence);
        return;
      case 'init':
        // A worker thread that starts is no new process.
        if (record.threadId === undefined) {
          agent.limits = limitsOf(lane);
          agent.restart(lane.from!.logStream);
        }
        countInit(agent.tally, record);
        agent.tally.sampleEvery = Math.max(agent.tally.sampleEvery, record.sampleEvery ?? 1);
        lane.heapLimitBytes = record.heapLimitBytes ?? lane.heapLimitBytes;
        agent.limits = limitsOf(lane);
        lane.timeoutMs = record.timeoutMs ?? lane.timeoutMs;
        return;
      case 'window':
      case 'summary': {
        const served = servedIn(record);
        const { functionName } = lane.configuration!;
        const from = lane.from!;
        const nameProcess = () => emptyProcess(functionName, from.logStream, record.threadId, from.epoch);
        if (!agent.stretch(record, served.durationMs, evidence, from, nameProcess)) return;
        noteSightings(agent.tally, record, evidence);
        const endMs = record.fromEpochMs + record.lengthMs;
        countCallMinutes(this.#summary.callMinutes, functionName, 'stretch', record.outboundCalls, endMs);
        lane.served ??= new ProcessCounts();
        lane.served.addStretch(record.threadId, served);
        if (record.kind === 'window') {
          this.#noteRoutes(functionName, record);
          if (record.gc !== undefined) lane.configuration!.hours.addCollections(endMs, record.gc.totalMs, record.requestCount ?? 0);
        }
        this.#widen(lane, record.fromEpochMs, endMs);
        return;
      }
      case 'death':
        // No platform line tells of this request: a long-running process, or the lines are cut off. One that was idle lost nothing.
        // A line written before a time limit is no death: whether the limit was met, the platform's lines would tell.
        if (record.phase !== 'idle' && record.remainingMs === undefined)
          countDeath(agent.tally, 'process', record, undefined, evidence, agent.isAnotherDead(record));
        return;
      case 'leak':
        return agent.leak(record, evidence, lane.from!);
      case 'note':
        return this.#note(record.about, redactLine(record.note), evidence);
      case 'mark':
        return;
      default:
        return record satisfies never;
    }
  }

  /** An attempt that lines of the agent spoke of. */
  attempt(lane: Lane, invocation: Invocation): void {
    const { record, death, status } = invocation;
    lane.agent ??= new AgentLane();
    const { tally } = lane.agent;
    if (record !== undefined) {
      lane.configuration!.agentLineCount++;
      if (status === 'success') compare(tally, invocation, record);
      noteMemory(lane, lane.sandbox!, record.memory, false);
    }
    // A line written shortly before the limit by an attempt that made it in time tells of no death.
    if (death === undefined || (!FAILED[status] && status !== 'unfinished')) return;
    countDeath(tally, status as DeathWord, death, invocation.durationMs, evidenceOf(invocation));
    if (isOfDeath(death)) noteMemory(lane, lane.sandbox!, death.memory, true);
  }

  /** The same, of an attempt that was given before. */
  lateDeath(lane: Lane, dead: DeadAttempt, record: DeathRecord, evidence: Evidence): void {
    lane.agent ??= new AgentLane();
    countDeath(lane.agent.tally, dead.status as DeathWord, record, dead.durationMs, evidence);
    const sandbox = lane.past.find(({ from }) => from === dead.sandbox)?.sandbox;
    if (sandbox !== undefined && isOfDeath(record)) noteMemory(lane, sandbox, record.memory, true);
  }

  /** The stream has ended: its lines are given to its configuration. */
  close(lane: Lane): void {
    const { agent, served, configuration } = lane;
    if (configuration === undefined) return;
    if (served !== undefined) {
      const total = served.total(lane.hasPlatformLines);
      addServed(configuration, total);
      const attempts = attemptsOf(this.#summary, configuration.functionName);
      for (const [minute, { invocations }] of total.minutes) expose(attempts, configuration.version, minute, invocations, total);
      // Requests without a line of their own were not counted one by one.
      if (lane.past.length === 1 && lane.sandbox!.invocationCount < total.invocationCount) {
        lane.sandbox!.invocationCount = total.invocationCount;
        lane.sandbox!.failedCount = total.failedCount;
      }
    }
    // No line of the platform names the setting before an attempt runs into it.
    if (!Number.isNaN(lane.timeoutMs)) configuration.timeoutMs = Math.max(configuration.timeoutMs || 0, lane.timeoutMs);
    if (agent === undefined) return;
    configuration.agent ??= emptyTally();
    agent.limits = limitsOf(lane);
    addTally(configuration.agent, agent.close(lane.from!.logStream));
    // Lines of several sandboxes in one stream, laid end to end, look like growth.
    if (lane.from!.isolated && agent.lives.length > 0) {
      configuration.memoryLives ??= { lifeCount: 0, kept: [] };
      addLives(configuration.memoryLives, agent.lives.length, agent.lives);
    }
    for (const process of agent.processes) this.#summary.processes.push(process);
    const { functionName, version, memorySizeMb } = configuration;
    const { logStream } = lane.from!;
    for (const { record, evidence, epoch } of agent.leaks.values()) {
      if (this.#summary.leaks.length < MOST_LEAKS)
        this.#summary.leaks.push({ functionName, version, memorySizeMb, logStream, epoch, record, evidence });
    }
  }

  #noteItems({ configuration }: Lane, tally: AgentTally, record: InvocationRecord, evidence: Evidence): void {
    const { itemKeys } = record;
    if (itemKeys === undefined) return;
    // The keys are those of items that were handled with success; a long batch names the first few only.
    const handledCount = (record.eventItemCount ?? itemKeys.length) - (record.returnedCount ?? 0);
    const isUnclear = record.failed !== true && itemKeys.length > handledCount;
    if (record.failed !== true && itemKeys.length !== handledCount) tally.unclearKeyCount++;
    const { functionName } = configuration!;
    let keys = this.itemKeys.get(functionName);
    if (keys === undefined) {
      keys = new ItemKeys();
      this.itemKeys.set(functionName, keys);
    }
    for (const key of itemKeys) keys.add(key, isUnclear ? 'unclear' : record.failed === true ? 'failed' : 'handled', evidence);
  }

  #noteRoutes(functionName: string, { routes }: WindowRecord): void {
    for (const { route, requestCount, failedCount, durations } of routes ?? []) {
      const counts = entryOf(this.#summary.routes, `${functionName}\u0000${route}`, () => ({
        requestCount: 0,
        failedCount: 0,
        durations: new DurationHistogram(),
      }));
      counts.requestCount += requestCount;
      counts.failedCount += failedCount;
      counts.durations.addBuckets(durations ?? []);
    }
  }

  #note(about: string, note: string, evidence: Evidence): void {
    const entry = entryOf(this.#summary.notes, `${about}\u0000${note}`, () => ({ count: 0, evidence: [] as Evidence[] }));
    entry.count++;
    keepEarliest(entry.evidence, evidence);
  }

  #widen({ configuration, sandbox }: Lane, fromMs: number, toMs: number): void {
    for (const range of [this.#summary, configuration!, sandbox!]) {
      range.firstMs = Math.min(range.firstMs, fromMs);
      range.lastMs = Math.max(range.lastMs, toMs);
    }
  }
}

const MOST_LEAKS = 1000;

function limitsOf({ memorySizeMb, heapLimitBytes }: Lane): MemoryLimits {
  return {
    memorySizeBytes: memorySizeMb > 0 ? memorySizeMb * MEBIBYTE : undefined,
    heapLimitBytes: Number.isNaN(heapLimitBytes) ? undefined : heapLimitBytes,
  };
}

const MEBIBYTE = 1024 * 1024;

/** What the platform calls a success, held against what the program and the agent say of it. */
function compare({ silent }: AgentTally, invocation: Invocation, record: InvocationRecord): void {
  const { startMs } = invocation;
  silent.comparedCount++;
  const hasFailed = record.failed === true || record.errorType !== undefined;
  const isBroken = record.invariantChecks?.some(({ failedCount }) => failedCount > 0) === true;
  const isFallback = (record.fallbackCount ?? 0) > 0;
  if (!hasFailed && !isBroken && !isFallback) return;
  if (hasFailed) {
    silent.failedCount++;
    addNamed(silent.failedTypes, record.errorType ?? '', 1);
  }
  if (isBroken) silent.brokenCheckCount++;
  if (isFallback) silent.fallbackCount++;
  silent.anyCount++;
  silent.firstMs = Math.min(silent.firstMs, startMs);
  silent.lastMs = Math.max(silent.lastMs, startMs);
  keepEarliest(silent.evidence, evidenceOf(invocation));
}

type Told = Pick<InvocationRecord, 'droppedCount' | 'duplicateCount' | 'outboundCalls'>;

function noteSightings({ seen }: AgentTally, record: Told, evidence: Evidence): void {
  if ((record.droppedCount ?? 0) > 0) see(seen, 'dropped', evidence);
  if ((record.duplicateCount ?? 0) > 0) see(seen, 'duplicate', evidence);
  if (record.outboundCalls === undefined) return;
  for (const { service, retryCount, nearTimeoutCount } of record.outboundCalls) {
    if ((retryCount ?? 0) > 0) see(seen, `retry\u0000${service}`, evidence);
    if ((nearTimeoutCount ?? 0) > 0) see(seen, `near limit\u0000${service}`, evidence);
  }
}

function see(seen: AgentTally['seen'], what: string, evidence: Evidence): void {
  const sightings = entryOf(seen, what, () => ({
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    evidence: [] as Evidence[],
  }));
  keepEarliest(sightings.evidence, evidence);
  if (Number.isNaN(evidence.atMs)) return;
  sightings.firstMs = Math.min(sightings.firstMs, evidence.atMs);
  sightings.lastMs = Math.max(sightings.lastMs, evidence.atMs);
}

/** @param durationMs  of the attempt, by the platform's lines; undefined or NaN where they do not tell */
function countDeath(
  { deaths }: AgentTally,
  how: DeathWord,
  record: DeathRecord,
  durationMs: number | undefined,
  evidence: Evidence,
  isAnother = true,
): void {
  let death = deaths.get(how);
  if (death === undefined) {
    death = { foundCount: 0, toldCount: 0, idleCount: 0, routes: new Map(), openCalls: new Map(), evidence: [] };
    deaths.set(how, death);
  }
  if (isAnother) death.foundCount++;
  keepEarliest(death.evidence, evidence);
  // Without a list nobody looked; with an empty one nothing was under way.
  if (record.openCalls === undefined) return;
  // Calls that belong to no request of a process whose requests are told already.
  if (isAnother || record.requestId !== undefined) {
    death.toldCount++;
    if (record.route !== undefined) addNamed(death.routes, record.route, 1);
    if (record.openCalls.length === 0) death.idleCount++;
  }
  for (const { service, waitedMs: waitedSoFarMs } of record.openCalls) {
    const call = entryOf(death.openCalls, service, () => ({ count: 0, knownCount: 0, waitedMs: 0, longestMs: 0 }));
    call.count++;
    if (waitedSoFarMs === undefined) continue;
    const waitedMs = waitedSoFarMs + untilDeathMs(how, record, durationMs);
    call.knownCount++;
    call.waitedMs += addable(waitedMs);
    call.longestMs = Math.max(call.longestMs, waitedMs);
  }
}

/**
 * From the moment that the line speaks of until the death. What a successor found was written when the last call began or
 * ended: without this, a call that hung for the whole time limit would have waited for nothing.
 */
function untilDeathMs(how: DeathWord, record: DeathRecord, durationMs: number | undefined): number {
  const { remainingMs, startedAtEpochMs, lastSeenAtEpochMs } = record;
  if (remainingMs !== undefined) return how === 'timeout' ? remainingMs : 0;
  if (startedAtEpochMs === undefined || lastSeenAtEpochMs === undefined || durationMs === undefined || Number.isNaN(durationMs)) return 0;
  return Math.max(0, startedAtEpochMs + durationMs - lastSeenAtEpochMs);
}

/** Lambda's recorder knows the heap from before the invocation only, which says nothing of its end. */
function isOfDeath({ memory }: DeathRecord): boolean {
  return memory?.heapUsedAfterBytes !== undefined || memory?.rssBytes !== undefined;
}

function noteMemory({ heapLimitBytes }: Lane, sandbox: SandboxSummary, memory: MemorySample | undefined, isAtDeath: boolean): void {
  if (memory === undefined) return;
  sandbox.agentMemory = {
    heapUsedBytes: memory.heapUsedAfterBytes ?? memory.heapUsedBeforeBytes,
    externalBytes: memory.externalBytes,
    rssBytes: memory.rssBytes,
    heapLimitBytes: Number.isNaN(heapLimitBytes) ? undefined : heapLimitBytes,
    isAtDeath,
  };
}

/**
 * Attempts that are known by the minute only are spread over the seconds of it in which the process served: at its first
 * second they would all have been before the first failure of that minute.
 */
function expose(attempts: AttemptSeries, version: string, minute: number, count: number, { firstMs, lastMs }: ServedCount): void {
  const first = Math.max(minute * 60, Math.floor(firstMs / 1000));
  const last = Math.max(first, Math.min(minute * 60 + 59, Math.floor(lastMs / 1000)));
  const seconds = last - first + 1;
  const values = [undefined, version, hourOf(minute * 60_000)];
  let given = 0;
  for (let second = 1; second <= seconds; second++) {
    const due = Math.floor((second * count) / seconds);
    if (due > given) attempts.add((first + second - 1) * 1000, values, due - given);
    given = due;
  }
}
