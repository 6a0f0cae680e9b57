/**
 * Stories with a known truth: a function or a server under the shipped agent, run for real, killed for real, and what it
 * wrote as a file that the command line reads.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportFromJson } from '../../analyzer/src/report/json.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { type LambdaDouble, type LambdaOptions, startLambda } from './lambda/lambda-double.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const preload = join(root, 'agent/dist/preload.cjs');
/** What `@nightlight/agent` is to a handler in the layer. */
export const AGENT_DOOR = JSON.stringify(join(root, 'agent/dist/index.cjs'));

export interface Peer {
  readonly url: string;
  /** As the agent is told to call it. */
  readonly nameSetting: string;
  close(): void;
}

/**
 * Another service: `/ok` answers, `/hang` never does, `/slow` after 40 ms, `/down` hangs up.
 *
 * @param name  what the agent calls it
 */
export async function startPeer(name: string): Promise<Peer> {
  const server: Server = createServer((request, response) => {
    if (request.url === '/hang') return;
    if (request.url === '/down') return void request.socket.destroy();
    setTimeout(() => response.end('{}'), request.url === '/slow' ? 40 : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    nameSetting: `127.0.0.1:${port}=${name}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface FunctionStory {
  readonly functionName: string;
  /** Text of `index.mjs`. */
  readonly code: string;
  readonly peer?: Peer;
  /** Beside those that load the agent. */
  readonly nodeOptions?: string;
  readonly lambda?: Partial<LambdaOptions>;
}

/** @param folder  of this story alone; its exports go there */
export function startFunction(
  folder: string,
  { functionName, code, peer, nodeOptions = '', lambda }: FunctionStory,
): Promise<LambdaDouble> {
  const taskRoot = join(folder, `${functionName}-code`);
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(join(taskRoot, 'index.mjs'), code);
  return startLambda({
    taskRoot,
    handler: 'index.handler',
    functionName,
    functionVersion: '7',
    ...lambda,
    env: {
      NODE_OPTIONS: `--require ${preload} ${nodeOptions}`,
      ...(peer && { PEER: peer.url, NIGHTLIGHT_PEERS: peer.nameSetting }),
      ...lambda?.env,
    },
  });
}

/** Ends the sandboxes and writes what CloudWatch would hold of them. @returns the path for the command line */
export async function exportOf(folder: string, ...sandboxes: readonly LambdaDouble[]): Promise<string> {
  let path = '';
  for (const sandbox of sandboxes) {
    await sandbox.shutdown();
    path = sandbox.writeExport(join(folder, 'export'), 's3');
  }
  return path;
}

/** A long-running program under the preload, with its records in `sinkFile`. */
export async function startServer(folder: string, code: string, environment: Readonly<Record<string, string>>): Promise<RunningServer> {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'server.mjs');
  writeFileSync(program, code);
  const child = spawn(process.execPath, ['--require', preload, program], {
    env: { ...process.env, NIGHTLIGHT_WINDOW: '1s', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const exit = once(child, 'exit');
  while (!/listening \d+/.test(said)) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode} before it listened: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: `http://127.0.0.1:${/listening (\d+)/.exec(said)![1]}`,
    async stop(signal) {
      child.kill(signal);
      await exit;
    },
  };
}

interface RunningServer {
  readonly url: string;
  stop(signal: NodeJS.Signals): Promise<void>;
}

interface Told {
  readonly report: Report;
  /** As on a terminal of 100 columns. */
  readonly text: string;
  finding(kind: string): Report['findings'][number] | undefined;
  /** Findings that say that something hurts, or soon will. */
  readonly hurting: readonly Report['findings'][number][];
}

/** What the built command line says of a path. */
export async function analyzed(...words: readonly string[]): Promise<Told> {
  const [json, text] = await Promise.all([run('analyze', ...words, '--format', 'json'), run('analyze', ...words, '--format', 'text')]);
  const report = reportFromJson(JSON.parse(json));
  return {
    report,
    text,
    finding: (kind) => report.findings.find((finding) => finding.kind === kind),
    hurting: report.findings.filter(({ harm }) => harm === 'users' || harm === 'soon'),
  };
}

function run(...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(root, 'tui/dist/main.js'), ...words],
      { maxBuffer: 1 << 26, env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' } },
      (error, stdout, stderr) =>
        error ? reject(new Error(`nightlight ${words.join(' ')}: ${error.message}\n${stderr}`)) : resolve(stdout),
    );
  });
}
