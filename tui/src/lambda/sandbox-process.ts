/**
 * One process of the environment (the runtime, or an external extension) in a process group of its own, so that it and all its
 * children can be frozen, thawed and killed together: with real signals, as the platform's freezer stops real tasks.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { atProcessEnd } from '../at-process-end.ts';
import { LineSplitter } from './line-splitter.ts';

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SandboxProcessOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How many two-way descriptors the process gets from 3 on. */
  readonly descriptors: number;
  readonly onLine: (line: string, from: 'stdout' | 'stderr') => void;
  readonly onExit: () => void;
}

export class SandboxProcess {
  /** Set once it is over and everything that it printed has been read. */
  exit: ProcessExit | undefined;
  readonly descriptors: readonly Duplex[];
  /** SIGKILL is on its way: it will not serve again. */
  isDoomed = false;
  #isFrozen = false;
  #peakBytes = 0;
  #lineCount = 0;
  readonly #child: ChildProcess;

  constructor(options: SandboxProcessOptions) {
    const [file, ...args] = options.command;
    const child = spawn(file!, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...Array.from({ length: options.descriptors }, () => 'pipe' as const)],
    });
    this.#child = child;
    this.descriptors = child.stdio.slice(3) as Duplex[];
    const splitters = (['stdout', 'stderr'] as const).map((from) => {
      const splitter = new LineSplitter((line) => {
        this.#lineCount += 1;
        options.onLine(line, from);
      });
      child[from]!.on('data', (chunk: Buffer) => splitter.push(chunk));
      return splitter;
    });
    // Whoever stops half-way must not leave frozen processes behind: nothing else would ever end them.
    const forget = atProcessEnd(() => this.kill());
    const ended = (exit: ProcessExit): void => {
      if (this.exit !== undefined) return;
      forget();
      for (const splitter of splitters) splitter.end();
      this.exit = exit;
      options.onExit();
    };
    child.on('error', () => ended({ exitCode: 127, signal: null }));
    child.on('exit', (exitCode, signal) => {
      // A grandchild may hold the pipes open for ever.
      const patience = setTimeout(() => ended({ exitCode, signal }), PATIENCE_FOR_PIPES_MS);
      child.on('close', () => {
        clearTimeout(patience);
        ended({ exitCode, signal });
      });
    });
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Lines read so far: when it no longer grows, the pipes are empty. */
  get lineCount(): number {
    return this.#lineCount;
  }

  freeze(): void {
    this.#signal('SIGSTOP');
    this.#isFrozen = true;
  }

  thaw(): void {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    this.#signal('SIGCONT');
  }

  /** A stopped process takes SIGTERM only once it runs again. */
  terminate(): void {
    this.thaw();
    this.#signal('SIGTERM');
  }

  kill(): void {
    this.isDoomed = true;
    this.#signal('SIGKILL');
  }

  /** @returns resident bytes now, 0 when it is over */
  residentBytes(): number {
    const bytes = Number(this.#proc('statm').split(' ')[1] ?? 0) * PAGE_BYTES;
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    return bytes;
  }

  /** @returns the most that was ever resident, as far as it was seen before the end */
  peakBytes(): number {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(this.#proc('status'))?.[1];
    if (kilobytes !== undefined) this.#peakBytes = Math.max(this.#peakBytes, Number(kilobytes) * 1024);
    return this.#peakBytes;
  }

  #proc(file: 'statm' | 'status'): string {
    try {
      return readFileSync(`/proc/${this.#child.pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.exit !== undefined || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

const PAGE_BYTES = 4096;
const PATIENCE_FOR_PIPES_MS = 200;
