/**
 * The rounds in which a server is checked, each in a process of its own:
 *
 * 1. requests without the agent, and 2. as many with it: latency, and what the agent adds;
 * 3. requests one after the other under forced collections: these need moments in which no request is open.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withPreload } from '../agent-check/start-node.ts';
import { CommandError } from '../command-error.ts';
import type { CheckEvents } from './check-events.ts';
import type { Pair } from './handler-rounds.ts';
import { type LoadOutcome, runLoad } from './load.ts';
import { startServer } from './running-server.ts';

export interface ServerRoundsSettings {
  readonly file: string;
  readonly name: string;
  readonly url: URL | undefined;
  readonly requestCount: number;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly probes: boolean;
  /** Bodies of POST requests; undefined: GET. */
  readonly events: CheckEvents | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Records go there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

export interface ServerRounds {
  readonly measuredPath: string;
  readonly probedPath: string | undefined;
  readonly latencyMs: Pair;
  readonly failedCount: number;
  readonly errorCount: number;
}

export async function runServerRounds(settings: ServerRoundsSettings): Promise<ServerRounds> {
  const { folder, connections, requestCount, probes, onProgress } = settings;
  const measuredPath = join(folder, 'measured.ndjson');
  const probedPath = probes ? join(folder, 'forced-collections.ndjson') : undefined;
  onProgress(`${requestCount} requests without the agent`);
  const bare = await oneRound(settings, settings.environment, connections);
  onProgress(`${requestCount} requests with the agent`);
  const measured = await oneRound(settings, underAgent(settings, measuredPath, 'off'), connections);
  if (probedPath !== undefined) {
    onProgress(`${requestCount} requests under forced collections`);
    await oneRound(settings, underAgent(settings, probedPath, 'always'), 1);
  }
  return {
    measuredPath,
    probedPath,
    latencyMs: { bare: bare.latenciesMs, withAgent: measured.latenciesMs },
    failedCount: measured.failedCount,
    errorCount: measured.errorCount,
  };
}

async function oneRound(
  { file, url, requestCount, timeoutMs, events, signal }: ServerRoundsSettings,
  environment: Readonly<Record<string, string | undefined>>,
  connections: number,
): Promise<LoadOutcome> {
  const server = await startServer({ file, environment, url, patienceMs: Math.max(timeoutMs, LEAST_PATIENCE_MS), signal });
  try {
    const target = server.origin + (url === undefined ? '/' : `${url.pathname}${url.search}`);
    await tryOnce(target, events, timeoutMs, signal);
    const outcome = await runLoad({ url: target, requestCount, connections, timeoutMs, events, signal });
    signal.throwIfAborted();
    const end = server.ended();
    if (end !== undefined) {
      throw new CommandError(
        'CHECK_DIED',
        `${file}: expected a server that goes on under load, found ${end}`,
        'run it by itself under load',
        1,
      );
    }
    // The window of the last requests ends, and its record is written.
    await delay(WINDOW_MS + 200);
    return outcome;
  } finally {
    await server.stop();
    signal.throwIfAborted();
  }
}

const LEAST_PATIENCE_MS = 10_000;
const WINDOW_MS = 1000;

async function tryOnce(target: string, events: CheckEvents | undefined, timeoutMs: number, signal: AbortSignal): Promise<void> {
  let found: string;
  try {
    const body =
      events === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(events.event(1)) };
    const response = await fetch(target, {
      ...body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.arrayBuffer();
    if (response.status < 400) return;
    found = `status ${response.status}`;
  } catch (error) {
    signal.throwIfAborted();
    found = String((error as { cause?: { message?: string } }).cause?.message ?? (error as Error).message);
  }
  throw new CommandError(
    'CHECK_FIRST_FAILED',
    `${target}: expected an answer to the first request, found ${found}`,
    'name a path that answers: --url http://127.0.0.1:3000/health',
    1,
  );
}

/** With the parts for a long-running process beside it; the layer has none of them. */
const PROCESS_PRELOAD = fileURLToPath(new URL('./agent/preload.cjs', import.meta.url));

function underAgent({ environment, name }: ServerRoundsSettings, recordFile: string, probe: 'off' | 'always'): NodeJS.ProcessEnv {
  const settings = {
    ...environment,
    NIGHTLIGHT_SINK: `file:${recordFile}`,
    NIGHTLIGHT_WINDOW: '1s',
    NIGHTLIGHT_SERVICE: name,
    NIGHTLIGHT_PROBE: probe,
  };
  return withPreload(settings, PROCESS_PRELOAD);
}
