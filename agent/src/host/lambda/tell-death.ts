/**
 * Says what was in flight: of a predecessor that died, or of this process shortly before its time limit.
 *
 * Rows of the flight recorder may be cut or half overwritten, because that is how processes die; what can still be read is
 * told, and nothing is guessed.
 */
import { ftruncateSync, readSync } from 'node:fs';
import type { Agent } from '../../agent.ts';
import { builtIn } from '../../measure/built-in.ts';
import { type DeathRecord, encodeDeath } from '../../record/death-record.ts';
import { bytes, epochMilliseconds, milliseconds } from '../../record/units.ts';
import { ROW_BYTES } from './flight-recorder.ts';

/** As the recorder writes them: request id, number, start, heap in KiB, calls under way as [service, begun at]. */
interface Facts {
  readonly id?: string;
  readonly n?: number;
  readonly t?: number;
  readonly h?: number;
  readonly c?: readonly (readonly [string, number])[];
}

/** Takes what a predecessor left out of the recorder's file. */
export function takeFound(file: number): string {
  const bytes = Buffer.alloc(READ_BYTES);
  const found = bytes.toString('latin1', 0, readSync(file, bytes, 0, READ_BYTES, 0));
  ftruncateSync(file);
  return found;
}

/** @returns the code of `InitRecord.predecessor`: 1 when it was idle, 2 when it died at work, 3 when its traces say nothing */
export function tellDeaths(agent: Agent, found: string): 1 | 2 | 3 {
  let predecessor: 1 | 2 | 3 = 3;
  for (let at = 0; at < found.length; at += ROW_BYTES) {
    const row = found.slice(at, at + ROW_BYTES);
    const state = row[0];
    if (state === 'i' && predecessor === 3) predecessor = 1;
    if (state !== 'w' && state !== 'n') continue;
    predecessor = 2;
    const facts = readFacts(row.slice(1));
    // The recorder is written at every start and end of a call: the last sign of life is the youngest moment in the row.
    const lastSeen = Math.max(facts.t ?? 0, ...(facts.c ?? []).map(([, begun]) => begun));
    agent.writeLine(
      encodeDeath({
        ...deathOf(facts, lastSeen),
        foundAtEpochMs: epochMilliseconds(Date.now()),
        phase: state === 'n' ? 'init' : 'invocation',
        lastSeenAtEpochMs: lastSeen ? epochMilliseconds(lastSeen) : undefined,
      }),
    );
  }
  return predecessor;
}

/** @param remainingMs  until the time limit */
export function tellOpen(agent: Agent, facts: Facts, remainingMs: number): void {
  const death = deathOf(facts, Date.now());
  const { used_heap_size: heapUsedBytes, external_memory: externalBytes } = builtIn('node:v8').getHeapStatistics();
  agent.writeLine(
    encodeDeath({
      ...death,
      phase: 'invocation',
      remainingMs: milliseconds(remainingMs),
      // What the platform calls a timeout may be a want of memory.
      memory: {
        ...death.memory,
        heapUsedAfterBytes: bytes(heapUsedBytes),
        externalBytes: bytes(externalBytes),
        rssBytes: bytes(process.resourceUsage().maxRSS * 1024),
      },
    }),
  );
}

/** Enough for as many invocations at a time as a sandbox serves; whatever else stands there is not ours to read. */
const READ_BYTES = 16 * ROW_BYTES;

function deathOf(facts: Facts, atEpochMs: number): DeathRecord {
  return {
    kind: 'death',
    requestId: facts.id,
    invocationNumber: facts.n,
    startedAtEpochMs: facts.t === undefined ? undefined : epochMilliseconds(facts.t),
    memory: facts.h === undefined ? undefined : { heapUsedBeforeBytes: bytes(facts.h * 1024) },
    openCalls: facts.c?.map(([service, begun]) => ({ service, waitedMs: milliseconds(Math.max(0, atEpochMs - begun)) })),
  };
}

function readFacts(row: string): Facts {
  try {
    return JSON.parse(row.slice(0, row.indexOf('\n')));
  } catch {
    // Cut at the end of the row: the id stands first.
    const id = /"id":"([\w-]{1,64})"/.exec(row)?.[1];
    return id ? { id } : {};
  }
}
