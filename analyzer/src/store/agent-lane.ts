/**
 * What our agent's lines of one stream come to, thread by thread: each worker thread writes lines of its own, with a
 * heap, connections and numbering of its own.
 */
import type { DeathRecord, InvocationRecord, LeakRecord, SummaryRecord, WindowRecord } from '@nightlight/agent/record';
import { addCounters } from './add-tallies.ts';
import { type AgentTally, type Counters, emptyCounters, emptyTally } from './agent-tally.ts';
import { countersOfStretch, countInvocation, countSingle, entryOf } from './count-agent-lines.ts';
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
  readonly tally: AgentTally = emptyTally();
  readonly processes: ProcessSummary[] = [];
  /** Epoch, thread and channel -> the newest line. */
  readonly leaks = new Map<string, LeakWord>();
  /** Sandbox, thread and last sign of life of the dead process that was told of last: each of its requests has a line. */
  #lastDead = '';
  readonly #threads = new Map<number, AgentThread>();

  invocation(record: InvocationRecord): void {
    countSingle(this.tally, record);
    this.#threadOf(record.threadId).invocation(record);
  }

  /** @returns false when the line was there before */
  stretch(record: WindowRecord | SummaryRecord, durationMs: number, nameProcess: () => ProcessSummary): boolean {
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
    return true;
  }

  leak(record: LeakRecord, evidence: Evidence, epoch: number): void {
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
  restart(): void {
    this.#closeThreads();
  }

  close(): AgentTally {
    this.#closeThreads();
    return this.tally;
  }

  #threadOf(threadId: number | undefined): AgentThread {
    const known = this.#threads.get(threadId ?? 0);
    if (known !== undefined) return known;
    const made = new AgentThread();
    this.#threads.set(threadId ?? 0, made);
    return made;
  }

  #closeThreads(): void {
    for (const thread of this.#threads.values()) thread.close(this.tally);
    this.#threads.clear();
  }
}

class AgentThread {
  process: ProcessSummary | undefined;
  readonly #settled = emptyCounters();
  /** Of single lines since the last stretch, which will speak of them too. */
  #sinceStretch: Counters = emptyCounters();
  readonly #sockets = new Map<string, SocketTrend>();
  /** Sequence number -> start, to tell a line delivered twice from the next one. */
  readonly #stretches = new Map<number, number>();
  #firstSequence = Number.POSITIVE_INFINITY;
  #lastSequence = 0;

  invocation(record: InvocationRecord): void {
    countInvocation(this.#sinceStretch, record);
    this.#noteSockets(record);
  }

  isNew(record: WindowRecord | SummaryRecord): boolean {
    if (this.#stretches.get(record.sequence) === record.fromEpochMs) return false;
    this.#stretches.set(record.sequence, record.fromEpochMs);
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
    const missing = this.#lastSequence - this.#firstSequence + 1 - this.#stretches.size;
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
