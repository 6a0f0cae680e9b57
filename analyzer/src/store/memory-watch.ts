/** Follows the memory of one process, line by line, and says at its end what came of it. */
import type { InvocationRecord, LeakRecord, WindowRecord } from '@nightlight/agent/record';
import { FloorTrend, type MemoryChannel, type MemoryLimits } from '../stats/floor-trend.ts';
import type { MemoryLife } from './memory-life.ts';
import type { Evidence } from './summary.ts';

export class MemoryWatch {
  #trend = new FloorTrend();
  readonly #epoch: number;
  readonly #threadId: number | undefined;
  readonly #first: Evidence;
  #last: Evidence;
  #firstInvocation = 0;
  /** Requests of the windows so far. */
  #requestCount = 0;
  #probeCount = 0;
  /** When which invocation was, and how high resident memory stood: few, evenly spread. */
  #marks: { readonly at: number; readonly atMs: number; readonly rssBytes: number }[] = [];
  #stride = 1;
  #untilMark = 0;
  #rssBytes = Number.NaN;

  constructor(evidence: Evidence, epoch: number, threadId: number | undefined) {
    this.#first = this.#last = evidence;
    this.#epoch = epoch;
    this.#threadId = threadId;
  }

  copyWith(copy: <T>(value: T) => T): MemoryWatch {
    const made = new MemoryWatch(this.#first, this.#epoch, this.#threadId);
    made.#trend = copy(this.#trend);
    made.#last = this.#last;
    made.#firstInvocation = this.#firstInvocation;
    made.#requestCount = this.#requestCount;
    made.#probeCount = this.#probeCount;
    made.#marks = [...this.#marks];
    made.#stride = this.#stride;
    made.#untilMark = this.#untilMark;
    made.#rssBytes = this.#rssBytes;
    return made;
  }

  /** Whether a line with this number can only be of a process that came later. */
  isOfAnother(invocationNumber: number | undefined): boolean {
    return invocationNumber !== undefined && this.#trend.isOfAnother(invocationNumber);
  }

  invocation(record: InvocationRecord, evidence: Evidence): void {
    if (record.invocationNumber !== undefined) this.#sample(record.invocationNumber, record, record.startedAtEpochMs, evidence);
  }

  /** A window tells of its end, when all of its requests were served. */
  window(record: WindowRecord, evidence: Evidence): void {
    this.#requestCount += record.requestCount ?? 0;
    if (this.#requestCount > 0) this.#sample(this.#requestCount, record, record.fromEpochMs + record.lengthMs, evidence);
  }

  probes({ probes }: LeakRecord): void {
    for (const probe of probes ?? []) {
      if (this.#trend.probe(probe)) this.#probeCount++;
      if (this.#firstInvocation === 0) this.#firstInvocation = probe.invocationNumber;
    }
  }

  /** @returns undefined when no line told of its memory */
  end(logStream: string, limits: MemoryLimits): MemoryLife | undefined {
    if (this.#firstInvocation === 0) return undefined;
    const verdicts = this.#trend.verdicts(limits);
    const startedMs: Partial<Record<MemoryChannel, number>> = {};
    for (const verdict of verdicts) {
      if (verdict.kind === 'leaking') startedMs[verdict.channel] = this.#timeOf(verdict.startedAtInvocation);
    }
    return {
      logStream,
      epoch: this.#epoch,
      threadId: this.#threadId,
      firstInvocation: this.#firstInvocation,
      lastInvocation: this.#trend.invocationNumber,
      firstMs: this.#marks[0]?.atMs ?? this.#first.atMs,
      lastMs: this.#last.atMs,
      probeCount: this.#probeCount,
      verdicts,
      startedMs,
      residentGainBytes: this.#residentGain(),
      evidence: [this.#first, this.#last],
    };
  }

  #sample(at: number, { memory, heapCommittedBytes, handleCount }: Sampled, toldMs: number | undefined, evidence: Evidence): void {
    if (memory === undefined) return;
    const { heapUsedBeforeBytes, heapUsedAfterBytes, heapFloorBytes, externalBytes, rssBytes } = memory;
    const heapUsedBytes =
      heapUsedBeforeBytes === undefined ? heapUsedAfterBytes : Math.min(heapUsedBeforeBytes, heapUsedAfterBytes ?? heapUsedBeforeBytes);
    this.#trend.push({ invocationNumber: at, heapUsedBytes, heapFloorBytes, externalBytes, heapCommittedBytes, rssBytes, handleCount });
    if (this.#firstInvocation === 0) this.#firstInvocation = at;
    if (rssBytes !== undefined) this.#rssBytes = rssBytes;
    const atMs = Number.isNaN(evidence.atMs) ? (toldMs ?? Number.NaN) : evidence.atMs;
    this.#last = Number.isNaN(atMs) ? evidence : { ...evidence, atMs };
    if (this.#untilMark-- > 0) return;
    this.#marks.push({ at, atMs, rssBytes: this.#rssBytes });
    if (this.#marks.length === MOST_MARKS) {
      this.#marks = this.#marks.filter((_, i) => i % 2 === 0);
      this.#stride *= 2;
    }
    this.#untilMark = this.#stride - 1;
  }

  #timeOf(invocation: number): number {
    const after = this.#marks.findIndex(({ at }) => at >= invocation);
    const next = this.#marks[after] ?? { at: this.#trend.invocationNumber, atMs: this.#last.atMs };
    const before = after === -1 ? this.#marks.at(-1) : this.#marks[after - 1];
    if (before === undefined || next.at <= before.at) return next.atMs;
    return before.atMs + ((next.atMs - before.atMs) * (invocation - before.at)) / (next.at - before.at);
  }

  #residentGain(): number | undefined {
    const quarter = this.#trend.invocationNumber / 4;
    const early = this.#marks.find(({ at, rssBytes }) => at >= quarter && !Number.isNaN(rssBytes));
    return early === undefined ? undefined : this.#rssBytes - early.rssBytes;
  }
}

type Sampled = Pick<InvocationRecord, 'memory' | 'heapCommittedBytes' | 'handleCount'>;

const MOST_MARKS = 32;
