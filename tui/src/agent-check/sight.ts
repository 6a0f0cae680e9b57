/** What the agent saw in one run, put together from its records. */
import type { Bytes, InitRecord, InvocationRecord, MemorySample, WindowRecord } from '@nightlight/agent/record';
import type { RunOutcome } from './run-outcome.ts';

export interface Sight {
  readonly init: InitRecord | undefined;
  /** How many records of each kind, by the kind's name. */
  readonly recordCounts: ReadonlyMap<string, number>;
  readonly peers: readonly SeenPeer[];
  readonly heap: SeenHeap | undefined;
  /** Requests or jobs that a long-running program served. */
  readonly requestCount: number | undefined;
  readonly errorTypes: readonly string[];
  /** What the agent had to say of itself. */
  readonly notes: readonly string[];
  readonly brokenCount: number;
}

export interface SeenPeer {
  readonly service: string;
  readonly callCount: number;
  readonly totalMs: number;
  readonly errorCount: number;
  readonly timeLimit: 'set' | 'none' | 'unknown';
}

export interface SeenHeap {
  readonly firstBytes: Bytes;
  readonly lastBytes: Bytes;
  /** After the last full collection; absent before the first one. */
  readonly floorBytes: Bytes | undefined;
}

export function sightOf(run: RunOutcome): Sight {
  const all = run.records.map(({ record }) => record);
  const work = all.filter((record) => record.kind === 'invocation' || record.kind === 'window');
  const windows = all.filter((record) => record.kind === 'window');
  const recordCounts = new Map<string, number>();
  for (const { kind } of all) recordCounts.set(kind, (recordCounts.get(kind) ?? 0) + 1);
  return {
    init: all.find((record) => record.kind === 'init'),
    recordCounts,
    peers: peersOf(work),
    heap: heapOf(work.map((record) => record.memory).filter((memory) => memory !== undefined)),
    requestCount: windows.length === 0 ? undefined : windows.reduce((sum, window) => sum + (window.requestCount ?? 0), 0),
    errorTypes: [
      ...new Set(work.map((record) => ('errorType' in record ? record.errorType : undefined)).filter((type) => type !== undefined)),
    ],
    notes: all.filter((record) => record.kind === 'note').map((record) => record.note),
    brokenCount: run.brokenRecords.length,
  };
}

function peersOf(work: readonly (InvocationRecord | WindowRecord)[]): readonly SeenPeer[] {
  const peers = new Map<string, SeenPeer>();
  for (const call of work.flatMap((record) => record.outboundCalls ?? [])) {
    const before = peers.get(call.service);
    peers.set(call.service, {
      service: call.service,
      callCount: (before?.callCount ?? 0) + call.callCount,
      totalMs: (before?.totalMs ?? 0) + call.totalMs,
      errorCount: (before?.errorCount ?? 0) + (call.errorCount ?? 0),
      timeLimit: before?.timeLimit === 'none' ? 'none' : (call.timeout ?? before?.timeLimit ?? 'unknown'),
    });
  }
  return [...peers.values()].sort((a, b) => b.totalMs - a.totalMs);
}

function heapOf(samples: readonly MemorySample[]): SeenHeap | undefined {
  const used = samples.map((sample) => sample.heapUsedAfterBytes).filter((value) => value !== undefined);
  if (used.length === 0) return undefined;
  const floors = samples.map((sample) => sample.heapFloorBytes).filter((value) => value !== undefined);
  return { firstBytes: used[0]!, lastBytes: used.at(-1)!, floorBytes: floors.at(-1) };
}
