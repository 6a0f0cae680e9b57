/** Brings the works of this isolate to the recorder's file, and what was found of its predecessors to the records. */
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { threadId } from 'node:worker_threads';
import type { Call } from '../../measure/call-table.ts';
import type { OpenWorks } from './open-works.ts';
import { type Predecessors, startOfProcess, takePredecessors } from './predecessors.ts';
import { type FlightFacts, flightFile, openProcessRecorder, type ProcessRecorder } from './process-recorder.ts';
import { maskPath, pathOf } from './route-name.ts';
import { shortHash } from './sandbox-id.ts';
import type { ServedWork } from './served-work.ts';

export interface Recorded {
  readonly sandboxId: string;
  readonly serviceName: string;
  readonly open: OpenWorks;
  readonly openCalls: ReadonlySet<Call>;
  /** From `performance.now()` to epoch. */
  epochOffsetMs(): number;
  /** Told once, in one sentence, when nothing can be recorded here (any more). */
  onLimit(why: string): void;
}

export interface WorkRecorder extends Predecessors {
  /** Absent when the directory cannot be written. */
  readonly file?: ProcessRecorder;
}

export function openWorkRecorder(directory: string, recorded: Recorded): WorkRecorder {
  const service = shortHash(recorded.serviceName);
  const host = shortHash(hostname());
  const start = startOfProcess(process.pid);
  const found = takePredecessors(directory, service, host, Date.now());

  const look = (nowMs: number, closed: boolean): FlightFacts => {
    const offsetMs = recorded.epochOffsetMs();
    const works = recorded.open.oldest(WORKS_WRITTEN);
    const stats = getHeapStatistics();
    return {
      s: recorded.sandboxId,
      th: threadId,
      pid: process.pid,
      h: host,
      st: start,
      at: Math.round(nowMs + offsetMs),
      c: closed ? 1 : 0,
      o: recorded.open.count,
      q: works.map((work) => [work.id, work.number, routeSoFar(work), Math.round(work.startedMs + offsetMs)]),
      k: callsOf(works, recorded.openCalls).map(([call, work]) => [
        call.service.slice(0, LONGEST_NAME),
        Math.round(call.startedMs + offsetMs),
        work,
      ]),
      m: [stats.used_heap_size, stats.external_memory, process.resourceUsage().maxRSS * 1024],
    };
  };

  const unable = (error: unknown) =>
    recorded.onLimit(
      `what is in flight cannot be recorded in the state directory (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}): a death will leave no traces`,
    );
  try {
    const path = flightFile(directory, service, process.pid, threadId);
    const file = openProcessRecorder(directory, path, look, unable);
    setInterval(() => file.tick(performance.now()), TICK_MS).unref();
    return { ...found, file };
  } catch (error) {
    unable(error);
    return found;
  }
}

const WORKS_WRITTEN = 8;
const CALLS_WRITTEN = 16;
const LONGEST_NAME = 80;
const TICK_MS = 250;

/** The router's own name of the route comes when it has been found; until then the path must do. */
function routeSoFar({ job = '', response }: ServedWork): string {
  const { method, url = '', route } = (response?.req ?? {}) as IncomingMessage & { readonly route?: { readonly path?: unknown } };
  const name = method === undefined ? job : `${method} ${typeof route?.path === 'string' ? route.path : maskPath(pathOf(url))}`;
  return name.slice(0, LONGEST_NAME);
}

/** Oldest first, each with the index of the work that made it, or -1. */
function callsOf(works: readonly ServedWork[], openCalls: ReadonlySet<Call>): (readonly [call: Call, work: number])[] {
  const found: (readonly [Call, number])[] = [];
  for (const call of openCalls) {
    if (found.length === CALLS_WRITTEN) break;
    found.push([call, works.findIndex((work) => work.callList?.includes(call))]);
  }
  return found;
}
