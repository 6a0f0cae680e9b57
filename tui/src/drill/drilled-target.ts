/**
 * The system that is drilled, as a child process: a command that prints `{"say":"ready"}` when its load flows, takes outside
 * steps by name on standard input, and ends when that is closed. Whatever it prints last tells what became of its work.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { CommandError } from '../command-error.ts';
import type { ArchitectureFile } from './architecture-file.ts';

export interface TargetBooks {
  readonly accepted: number;
  readonly failed: number;
  readonly chargedTwice: number;
  readonly wrongSum: number;
  readonly lost: number;
}

export interface DrilledTarget {
  readonly processId: number;
  readonly hasEnded: () => boolean;
  /** @returns what was done, or undefined where the target has no such step */
  step(name: string): Promise<string | undefined>;
  /** By asking, then by signals. @returns its own account, where it gave one */
  stop(): Promise<TargetBooks | undefined>;
  /** At once, and all that it has started. */
  kill(): void;
}

const READY_MS = 60_000;
const STEP_MS = 30_000;
const STOP_MS = 45_000;

/** @throws CommandError when it ends, or says nothing, before it is ready */
export async function startTarget(architecture: ArchitectureFile, environment: Readonly<Record<string, string>>): Promise<DrilledTarget> {
  const [command, ...words] = architecture.start as [string, ...string[]];
  const child = spawn(command === 'node' ? process.execPath : command, words, {
    cwd: architecture.folder,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: all that it starts can be ended with it.
    detached: true,
  });
  let ended = false;
  let complaint = '';
  const lines = new Lines(child);
  const over = new Promise<void>((done) => {
    child.once('error', (error) => {
      complaint ||= error.message;
      ended = true;
      done();
    });
    child.once('close', () => {
      ended = true;
      done();
    });
  });
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-2_000);
  });
  const kill = () => killGroup(child);
  const first = await Promise.race([
    lines.next((line) => line.say === 'ready' || line.say === 'skipped'),
    over.then(() => undefined),
    after(READY_MS),
  ]);
  if (first?.say !== 'ready') {
    kill();
    const because = first?.because ?? (complaint.trim().split('\n').at(-1) || `no {"say":"ready"} within ${READY_MS / 1_000} s`);
    throw new CommandError(
      'DRILL_TARGET_NOT_READY',
      `${architecture.name}: expected it to start and to say that it is ready, found: ${because}`,
      `${architecture.start.join(' ')}   (in ${architecture.folder})`,
      1,
    );
  }
  return {
    processId: child.pid!,
    hasEnded: () => ended,
    async step(name) {
      const done = lines.next((line) => line.say === 'step' && line.step === name);
      child.stdin.write(`${name}\n`);
      const line = await Promise.race([done, over.then(() => undefined), after(STEP_MS)]);
      return line?.done ?? undefined;
    },
    async stop() {
      const account = lines.next((line) => line.say === 'ended');
      child.stdin.end('stop\n');
      const line = await Promise.race([account, over.then(() => lines.last('ended')), after(STOP_MS)]);
      await Promise.race([over, after(1_000)]);
      kill();
      return line as TargetBooks | undefined;
    },
    kill,
  };
}

type Line = { readonly say: string; readonly step?: string; readonly done?: string | null; readonly because?: string };

class Lines {
  readonly #seen: Line[] = [];
  readonly #waiting = new Set<{ readonly fits: (line: Line) => boolean; readonly settle: (line: Line) => void }>();

  constructor(child: ChildProcess) {
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop()!.slice(-100_000);
      for (const part of parts) this.#hear(part);
    });
  }

  /** Of those that come from now on. */
  next(fits: (line: Line) => boolean): Promise<Line | undefined> {
    return new Promise((settle) => this.#waiting.add({ fits, settle }));
  }

  last(say: string): Line | undefined {
    return this.#seen.findLast((line) => line.say === say);
  }

  #hear(text: string): void {
    let line: Line;
    try {
      line = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof line?.say !== 'string') return;
    this.#seen.push(line);
    for (const waiter of this.#waiting) {
      if (!waiter.fits(line)) continue;
      this.#waiting.delete(waiter);
      waiter.settle(line);
    }
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) killTarget(pid);
}

/** @param leader  process id of a target, which leads a group of its own */
export function killTarget(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It is over already.
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((settle) => setTimeout(() => settle(undefined), ms).unref());
}
