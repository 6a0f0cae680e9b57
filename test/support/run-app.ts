/** Starts a program under the long-running agent, as a user would, and reads what the agent wrote of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AgentRecord, decodeRecord } from '../../agent/src/record/index.ts';
import { bundleForTest } from './bundle-for-test.ts';

export interface RunningApp {
  readonly child: ChildProcess;
  /** What it said it listens on; 0 for a program that never says so. */
  readonly port: number;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  stdout(): string;
  stderr(): string;
  records(): AgentRecord[];
  /** Waits until a record is there; the test's own limit bounds the wait. */
  record<K extends AgentRecord['kind']>(
    kind: K,
    fits?: (record: Extract<AgentRecord, { kind: K }>) => boolean,
  ): Promise<Extract<AgentRecord, { kind: K }>>;
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface AppOptions {
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A shell line that runs `"$@"`, for limits and closed descriptors. */
  readonly shell?: string;
  readonly withoutAgent?: boolean;
  readonly waitForPort?: boolean;
}

let preload: Promise<string> | undefined;

/** @param app  name of a file in fixtures/apps */
export async function startApp(app: string, options: AppOptions = {}): Promise<RunningApp> {
  preload ??= bundleForTest('test/support/process-preload.ts');
  const sinkFile = join(mkdtempSync(join(tmpdir(), 'nightlight-app-')), 'records.ndjson');
  const path = fileURLToPath(new URL(`../../fixtures/apps/${app}`, import.meta.url));
  const nodeLine = [
    process.execPath,
    ...(options.withoutAgent ? [] : ['--require', await preload]),
    ...(options.nodeArgs ?? []),
    path,
    ...(options.args ?? []),
  ];
  const [command, ...args] = options.shell ? ['/bin/sh', '-c', options.shell, 'sh', ...nodeLine] : nodeLine;
  const child = spawn(command!, args, {
    env: { ...process.env, NIGHTLIGHT_SINK: `file:${sinkFile}`, NIGHTLIGHT_WINDOW: '1s', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  let ended = false;
  void exit.then(() => (ended = true));
  let port = 0;
  while (options.waitForPort !== false && port === 0) {
    port = Number(/listening (\d+)/.exec(stdout)?.[1] ?? 0);
    if (ended) throw new Error(`${app} ended before it listened:\n${stdout}\n${stderr}`);
    if (port === 0) await soon();
  }

  const records = () => {
    const text = existsSync(sinkFile) ? readFileSync(sinkFile, 'utf8') : '';
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const decoded = decodeRecord(line);
        if (decoded.kind !== 'record') throw new Error(`not a record: ${line}`);
        return decoded.record;
      });
  };

  return {
    child,
    port,
    exit,
    stdout: () => stdout,
    stderr: () => stderr,
    records,
    async record(kind, fits = () => true) {
      for (;;) {
        const found = records().find((record) => record.kind === kind && fits(record as never));
        if (found) return found as never;
        await soon();
      }
    },
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exit;
    },
  };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
