/**
 * What our agent's lines of one stream come to, thread by thread: each worker thread writes lines of its own, with a
 * heap, connections and numbering of its own.
 */
import type { DeathRecord, InvocationRecord, LeakRecord, SummaryRecord, WindowRecord } from '@nightlight/agent/record';
import type { Sandbox } from '../assemble/index.ts';
import type { MemoryLimits } from '../stats/floor-trend.ts';
import { addCounters } from './add-tallies.ts';
import { type AgentTally, type Counters, emptyCounters, emptyTally } from './agent-tally.ts';
import { countersOfStretch, countInvocation, countSingle, entryOf } from './count-agent-lines.ts';
import type { MemoryLife } from './memory-life.ts';
import { MemoryWatch } from './memory-watch.ts';
import { addWindow, type ProcessSummary } from './process-summary.ts';
import { SocketTrend } from './socket-trend.ts';
import type { Evidence } from './summary.ts';

/** The last word on one channel of one thread. */
export interface LeakWord {
  readonly record: LeakRecord;
  readonly evidence: Evidence;
  readonly epoch: number;
}

export class AgentLane {
  tally: AgentTally = emptyTally();
  processes: ProcessSummary[] = [];
  /** Epoch, thread and channel -> the newest line. */
  leaks = new Map<string, LeakWord>();
  /** Processes whose memory was told of, and that have ended. */
  lives: MemoryLife[] = [];
  /** Of the process that is here now. */
  limits: MemoryLimits = {};
  /** Sandbox, thread and last sign of life of the dead process that was told of last: each of its requests has a line. */
  #lastDead = '';
  #threads = new Map<number, AgentThread>();

  copyWith(copy: <T>(value: T) => T): AgentLane {
    const made = new AgentLane();
    made.tally = copy(this.tally);
    made.processes = copy(this.processes);
    made.leaks = new Map(this.leaks);
    made.lives = [...this.lives];
    made.limits = this.limits;
    made.#lastDead = this.#lastDead;
    made.#threads = copy(this.#threads);
    return made;
  }

  invocation(record: InvocationRecord, evidence: Evidence, { logStream, epoch }: Origin): void {
    countSingle(this.tally, record);
    const thread = this.#threadOf(record.threadId);
    thread.invocation(record);
    // A request with a route is one of a server, where the slow ones end late and out of their order: its windows tell.
    if (record.memory === undefined || record.route !== undefined) return;
    if (thread.memory?.isOfAnother(record.invocationNumber) === true) this.#endLife(thread, logStream);
    thread.memory ??= new MemoryWatch(evidence, epoch, record.threadId);
    thread.memory.invocation(record, evidence);
  }

  /** @returns false when the line was there before */
  stretch(
    record: WindowRecord | SummaryRecord,
    durationMs: number,
    evidence: Evidence,
    { epoch }: Origin,
    nameProcess: () => ProcessSummary,
  ): boolean {
    const thread = this.#threadOf(record.threadId);
    if (!thread.isNew(record)) return false;
    this.tally.stretchCount++;
    thread.stretch(record, durationMs);
    if (record.kind !== 'window') return true;
    if (thread.process === undefined) {
      thread.process = nameProcess();
      this.processes.push(thread.process);
    }
    addWindow(thread.process, record);
    thread.memory ??= new MemoryWatch(evidence, epoch, record.threadId);
    thread.memory.window(record, evidence);
    return true;
  }

  leak(record: LeakRecord, evidence: Evidence, { epoch }: Origin): void {
    const thread = this.#threadOf(record.threadId);
    thread.memory ??= new MemoryWatch(evidence, epoch, record.threadId);
    thread.memory.probes(record);
    this.leaks.set(`${epoch}\u0000${record.threadId ?? 0}\u0000${record.channel}`, { record, evidence, epoch });
  }

  /** @returns whether the process is another one than that of the line before */
  isAnotherDead({ sandboxId, threadId, lastSeenAtEpochMs, requestId }: DeathRecord): boolean {
    const dead = `${sandboxId ?? ''}\u0000${threadId ?? 0}\u0000${lastSeenAtEpochMs ?? requestId ?? ''}`;
    const isAnother = dead !== this.#lastDead;
    this.#lastDead = dead;
    return isAnother;
  }

  /** Another process took over the stream: numbering, heap and connections begin anew. */
  restart(logStream: string): void {
    this.#closeThreads(logStream);
  }

  close(logStream: string): AgentTally {
    this.#closeThreads(logStream);
    return this.tally;
  }

  #threadOf(threadId: number | undefined): AgentThread {
    const known = this.#threads.get(threadId ?? 0);
    if (known !== undefined) return known;
    const made = new AgentThread();
    this.#threads.set(threadId ?? 0, made);
    return made;
  }

  #closeThreads(logStream: string): void {
    for (const thread of this.#threads.values()) {
      thread.close(this.tally);
      this.#endLife(thread, logStream);
    }
    this.#threads.clear();
  }

  #endLife(thread: AgentThread, logStream: string): void {
    const life = thread.memory?.end(logStream, this.limits);
    if (life !== undefined) this.lives.push(life);
    thread.memory = undefined;
  }
}

/** Where in its stream a line stands. */
type Origin = Pick<Sandbox, 'logStream' | 'epoch'>;

class AgentThread {
  process: ProcessSummary | undefined;
  memory: MemoryWatch | undefined;
  #settled = emptyCounters();
  /** Of single lines since the last stretch, which will speak of them too. */
  #sinceStretch: Counters = emptyCounters();
  #sockets = new Map<string, SocketTrend>();
  /** Sequence number -> start, of the newest stretches, to tell a line delivered twice from the next one. */
  #stretches = new Map<number, number>();
  #stretchCount = 0;
  #firstSequence = Number.POSITIVE_INFINITY;
  #lastSequence = 0;

  copyWith(copy: <T>(value: T) => T): AgentThread {
    const made = new AgentThread();
    made.process = copy(this.process);
    made.memory = copy(this.memory);
    made.#settled = copy(this.#settled);
    made.#sinceStretch = copy(this.#sinceStretch);
    made.#sockets = copy(this.#sockets);
    made.#stretches = new Map(this.#stretches);
    made.#stretchCount = this.#stretchCount;
    made.#firstSequence = this.#firstSequence;
    made.#lastSequence = this.#lastSequence;
    return made;
  }

  invocation(record: InvocationRecord): void {
    countInvocation(this.#sinceStretch, record);
    this.#noteSockets(record);
  }

  isNew(record: WindowRecord | SummaryRecord): boolean {
    if (this.#stretches.get(record.sequence) === record.fromEpochMs) return false;
    // Another start under a known number is another process of the same name: the number is counted once.
    if (!this.#stretches.has(record.sequence)) this.#stretchCount++;
    this.#stretches.set(record.sequence, record.fromEpochMs);
    if (this.#stretches.size > MOST_STRETCHES) this.#stretches.delete(this.#stretches.keys().next().value!);
    return true;
  }

  stretch(record: WindowRecord | SummaryRecord, durationMs: number): void {
    addCounters(this.#settled, countersOfStretch(record, durationMs));
    this.#sinceStretch = emptyCounters();
    this.#firstSequence = Math.min(this.#firstSequence, record.sequence);
    this.#lastSequence = Math.max(this.#lastSequence, record.sequence);
    if (record.kind === 'window') this.#noteSockets(record);
  }

  close(tally: AgentTally): void {
    addCounters(tally.counters, this.#settled);
    addCounters(tally.counters, this.#sinceStretch);
    // What lies before the first one that is here may have been cut off with the export; a gap between two was lost.
    const missing = this.#lastSequence - this.#firstSequence + 1 - this.#stretchCount;
    if (missing > 0) tally.missingStretchCount += missing;
    for (const [peer, trend] of this.#sockets) {
      const sockets = entryOf(tally.sockets, peer, () => ({
        processCount: 0,
        climbingCount: 0,
        highestCount: 0,
        gainedCount: 0,
        sampleCount: 0,
      }));
      sockets.processCount++;
      sockets.highestCount = Math.max(sockets.highestCount, trend.highestCount);
      const climb = trend.climb();
      if (climb === undefined) continue;
      sockets.climbingCount++;
      sockets.gainedCount += climb.gainedCount;
      sockets.sampleCount += climb.sampleCount;
    }
  }

  #noteSockets({ liveSockets }: Pick<InvocationRecord, 'liveSockets'>): void {
    if (liveSockets === undefined) return;
    for (const [peer, trend] of this.#sockets) if (!liveSockets.some(({ service }) => service === peer)) trend.add(0);
    for (const { service, liveCount } of liveSockets) entryOf(this.#sockets, service, () => new SocketTrend()).add(liveCount);
  }
}

/** A line is delivered twice within minutes; a window every ten seconds fills this in eleven hours. */
const MOST_STRETCHES = 4_096;
