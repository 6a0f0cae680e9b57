/**
 * Finds the recorders of processes of the same service that are no more, and tells what they had in their hands.
 *
 * Several processes may share the directory (workers of a cluster, threads, containers), so a file is judged by whether
 * its process still lives, and taken by renaming it: of two that start together, one tells. A process of another host
 * cannot be asked; it counts as gone once it has given no sign of life for a minute.
 */
import { readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type DeathRecord, encodeDeath } from '../../record/death-record.ts';
import { bytes, epochMilliseconds, milliseconds } from '../../record/units.ts';
import { type FlightFacts, readFlight, SIGN_OF_LIFE_MS } from './process-recorder.ts';

export interface Predecessors {
  /** As the init record has it; the worst of what was found. */
  readonly verdict: 'none' | 'idle' | 'died' | 'unreadable';
  readonly deathLines: readonly string[];
}

/** @param host  hashed, as in the files */
export function takePredecessors(directory: string, service: string, host: string, nowEpochMs: number): Predecessors {
  const found: (FlightFacts | undefined)[] = [];
  for (const name of filesOf(directory, service)) {
    const facts = takeFile(join(directory, name), name, host, nowEpochMs);
    if (facts !== 'alive') found.push(facts);
  }
  const readable = found.filter((facts) => facts !== undefined);
  // Threads cannot write their last word when the process ends under them: the main thread's stands for all.
  const closed = new Set(readable.filter(({ th, c }) => th === 0 && c === 1).map(({ s }) => s));
  const dead = readable.filter(({ s, c }) => c === 0 && !closed.has(s));
  return {
    verdict: dead.length > 0 ? 'died' : readable.length > 0 ? 'idle' : found.length > 0 ? 'unreadable' : 'none',
    deathLines: dead.flatMap((facts) => deathsOf(facts, nowEpochMs).map(encodeDeath)),
  };
}

/** When a process id began, by the system's own count; '' where there is no such file. */
export function startOfProcess(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold blanks; the 22nd field of all is the 20th after it (proc_pid_stat, man 5).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

const FILES_LOOKED_AT = 64;
const SILENT_FOR_MS = 12 * SIGN_OF_LIFE_MS;

function filesOf(directory: string, service: string): string[] {
  try {
    const ours = new RegExp(`^nightlight-${service}-\\d+-\\d+\\.flight$`);
    return readdirSync(directory)
      .filter((name) => ours.test(name))
      .slice(0, FILES_LOOKED_AT);
  } catch {
    return [];
  }
}

function takeFile(path: string, name: string, host: string, nowEpochMs: number): FlightFacts | undefined | 'alive' {
  try {
    const facts = readFlight(readFileSync(path));
    const pid = facts?.pid ?? Number(name.split('-').at(-2));
    if (isAlive(facts, pid, host, nowEpochMs)) return 'alive';
    const taken = `${path}.${process.pid}`;
    renameSync(path, taken);
    unlinkSync(taken);
    return facts;
  } catch {
    // Somebody else has taken it, or it cannot be had at all.
    return 'alive';
  }
}

function isAlive(facts: FlightFacts | undefined, pid: number, host: string, nowEpochMs: number): boolean {
  if (facts?.c === 1 && facts.th === 0) return false;
  if (facts && facts.h !== host) return nowEpochMs - facts.at < SILENT_FOR_MS;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const start = startOfProcess(pid);
  if (facts?.st && start) return facts.st === start;
  return facts ? nowEpochMs - facts.at < SILENT_FOR_MS : pid !== process.pid;
}

/** One record for each work that was under way, one more for calls that belong to none of them, and one when there was nothing. */
function deathsOf(facts: FlightFacts, nowEpochMs: number): DeathRecord[] {
  const [heapUsed, external, rss] = facts.m;
  const callsOf = (work: number) =>
    facts.k
      .filter(([, , maker]) => maker === work)
      .map(([service, startedAt]) => ({ service, waitedMs: milliseconds(Math.max(0, facts.at - startedAt)) }));
  const common = {
    kind: 'death',
    foundAtEpochMs: epochMilliseconds(nowEpochMs),
    sandboxId: facts.s,
    threadId: facts.th || undefined,
    lastSeenAtEpochMs: epochMilliseconds(facts.at),
    memory: { heapUsedAfterBytes: bytes(heapUsed), externalBytes: bytes(external), rssBytes: bytes(rss) },
  } as const;
  const deaths = facts.q.map(
    ([requestId, invocationNumber, route, startedAt], work): DeathRecord => ({
      ...common,
      phase: 'invocation',
      requestId,
      invocationNumber,
      route,
      startedAtEpochMs: epochMilliseconds(startedAt),
      openCalls: callsOf(work),
    }),
  );
  const loose = callsOf(-1);
  if (loose.length > 0 || deaths.length === 0) deaths.push({ ...common, phase: facts.o > 0 ? 'invocation' : 'idle', openCalls: loose });
  return deaths;
}
