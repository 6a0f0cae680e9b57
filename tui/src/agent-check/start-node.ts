/** Starts Node as the user's shell would, keeps what it prints, and ends what it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { atProcessEnd } from '../at-process-end.ts';

export interface NodeRun {
  readonly pid: number | undefined;
  /** Resolves when it has ended and its output is read. */
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly hasEnded: () => boolean;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** `exit 0`, `SIGTERM` */
  readonly exit: string;
}

export function startNode(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): NodeRun {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = new Promise<Ended>((settle, fail) => {
    child.once('error', fail);
    const forget = atProcessEnd(() => child.kill('SIGKILL'));
    child.once('exit', forget);
    child.once('close', (code, signal) => settle({ stdout: stdout(), stderr: stderr(), exit: signal ?? `exit ${code}` }));
  });
  return {
    pid: child.pid,
    ended,
    kill: (signal) => child.kill(signal),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
  };
}

/** Has Node load the agent first, beside whatever it is told to load already. */
export function withPreload(env: NodeJS.ProcessEnv, preload: string): NodeJS.ProcessEnv {
  const quoted = /\s/.test(preload) ? `"${preload}"` : preload;
  return { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS === undefined ? '' : `${env.NODE_OPTIONS} `}--require ${quoted}` };
}

/** @returns undefined where the system does not tell it of a process that runs */
export function readPeakRssBytes(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/**
 * What the process and all its threads have computed so far: unlike the time on the wall it does not grow with what else
 * the machine does.
 *
 * @returns undefined where the system does not tell it of a process that runs
 */
export function readCpuMs(pid: number | undefined): number | undefined {
  try {
    const tasks = `/proc/${pid}/task`;
    // The first number of schedstat is the time on a processor, in ns (kernel documentation, "Scheduler Statistics").
    const onCpuNs = readdirSync(tasks).map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]));
    return onCpuNs.reduce((sum, ns) => sum + ns, 0) / 1e6;
  } catch {
    return undefined;
  }
}

function collect(stream: ChildProcess['stdout']): () => string {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  stream?.on('data', (chunk: Buffer) => {
    byteCount += chunk.length;
    if (byteCount <= MOST_OUTPUT_BYTES) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** A program that prints without end must not fill this one; its first part is enough to compare. */
const MOST_OUTPUT_BYTES = 32e6;
