/** A program with the agent and the drill entry in it, a peer and a database to be called, and the keys to hurt it. */

import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DrillClaims,
  type DrillStatus,
  readStatuses,
  type Scenario,
  scenarioHash,
  signToken,
  writeArm,
} from '../../agent/src/drill/index.ts';
import { bundleForTest } from './bundle-for-test.ts';
import { type AppOptions, type RunningApp, startApp } from './run-app.ts';

export const SECRET = 'a secret of the tests, long enough';

export interface Answer {
  readonly httpStatus: number;
  readonly tookMs: number;
  readonly status?: number;
  readonly body?: string;
  readonly code?: string;
  readonly error?: string;
  readonly [more: string]: unknown;
}

export interface DrilledApp {
  readonly app: RunningApp;
  readonly folder: string;
  ask(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Waits for a status of the process; the test's own limit bounds the wait. */
  status(fits: (status: DrillStatus) => boolean): Promise<DrillStatus>;
  /** Names of functions that are not those of before. */
  changed(): Promise<string[]>;
}

let entry: Promise<string> | undefined;
const running: RunningApp[] = [];
const sockets = new Set<Socket>();

/** Peers that answer at once: `{"price":"…"}` with a path in it over HTTP, `row` over plain TCP. */
export async function startPeers() {
  const asked: string[] = [];
  let load = 0;
  let mostAtOnce = 0;
  const http = createServer((request, response) => {
    asked.push(request.url!);
    mostAtOnce = Math.max(mostAtOnce, ++load);
    response.setHeader('content-type', 'application/json');
    const answer = () => {
      load--;
      response.end(JSON.stringify({ price: 42, path: request.url }));
    };
    if (request.url === '/slow') setTimeout(answer, 30);
    else answer();
  });
  const tcp = createTcpServer((socket) => {
    socket.on('data', () => socket.write('row'));
    socket.on('error', () => {});
  });
  for (const server of [http, tcp]) server.on('connection', (socket: Socket) => sockets.add(socket));
  await Promise.all([http, tcp].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    databasePort: (tcp.address() as AddressInfo).port,
    asked,
    mostAtOnce: () => mostAtOnce,
    forgetLoad: () => (mostAtOnce = 0),
    close() {
      http.close();
      tcp.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export async function startDrilled(
  peers: { readonly url: string; readonly databasePort: number },
  { environment = {}, ...options }: AppOptions & { readonly folder?: string } = {},
): Promise<DrilledApp> {
  entry ??= bundleForTest('agent/src/drill/entry.ts');
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'nightlight-drill-'));
  const app = await startApp('drilled.mjs', {
    ...options,
    nodeArgs: ['--require', await entry, ...(options.nodeArgs ?? [])],
    environment: {
      UPSTREAM: peers.url,
      DATABASE_PORT: `${peers.databasePort}`,
      NIGHTLIGHT_SERVICE: 'shop',
      NIGHTLIGHT_DRILL: 'on',
      NIGHTLIGHT_DRILL_DIR: folder,
      NIGHTLIGHT_DRILL_SECRET: SECRET,
      NODE_ENV: 'test',
      ...environment,
    },
  });
  running.push(app);
  const ask = async (path: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${app.port}${path}`, { headers });
    return { httpStatus: response.status, ...((await response.json()) as { tookMs: number }) };
  };
  return {
    app,
    folder,
    ask,
    async status(fits) {
      for (;;) {
        const found = readStatuses(folder).find((status) => status.processId === app.child.pid && fits(status));
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    changed: async () => (await ask('/changed')).changed as string[],
  };
}

/** Ends what a test has started. */
export function killDrilled(): void {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
}

export const scenarioOf = (parts: Partial<Scenario>): Scenario => ({
  id: 'of-a-test',
  version: 1,
  name: 'Of a test',
  provokes: 'slow-not-down',
  what: 'What a test needs.',
  seed: 1,
  load: { requestsPerSecond: 1, concurrency: 1 },
  magnitude: 'some',
  durationMs: 30_000,
  pick: { everyNth: 1 },
  stop: { errorShare: 1, p99Ms: 60_000 },
  ...parts,
});

let drills = 0;
export const claimsOf = (scenario: Scenario, parts: Partial<DrillClaims> = {}): DrillClaims => ({
  target: 'process:shop',
  scenario: scenario.id,
  hash: scenarioHash(scenario),
  seed: scenario.seed,
  drillId: `drill-${++drills}`,
  expiresAtEpochMs: Date.now() + 60_000,
  ...parts,
});

/** Signs, hands over, and waits until it is armed. @returns the drill's id */
export async function arm(drilled: DrilledApp, scenario: Scenario, parts: Partial<DrillClaims> = {}): Promise<string> {
  const claims = claimsOf(scenario, parts);
  writeArm(drilled.folder, { token: signToken(claims, SECRET), scenario });
  await drilled.status(({ drillId, state }) => drillId === claims.drillId && state !== 'idle');
  return claims.drillId;
}
