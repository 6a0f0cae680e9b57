/** One run of a program that runs by itself: until it ends, or until it has had its seconds and is asked to end. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { comparable, type RunOutcome, splitRecords, withoutLineEnds } from './run-outcome.ts';
import { readPeakRssBytes, startNode } from './start-node.ts';

export interface ProgramRunSettings {
  readonly file: string;
  readonly runMs: number;
  /** Where the agent of this run writes its records; it need not come to be. */
  readonly recordFile: string;
  readonly signal: AbortSignal;
}

export async function runProgram(settings: ProgramRunSettings, env: NodeJS.ProcessEnv): Promise<RunOutcome> {
  const startedAt = performance.now();
  let untilEndMs: number | undefined;
  const child = startNode([settings.file], process.cwd(), env);
  const timers = new AbortController();
  const stop = () => child.kill('SIGKILL');
  settings.signal.addEventListener('abort', stop, { once: true });
  let peakRssBytes: number | undefined;
  // A program that ends early ends between two looks; its memory is then what was seen last.
  const looking = setInterval(() => {
    peakRssBytes = readPeakRssBytes(child.pid) ?? peakRssBytes;
  }, LOOK_EVERY_MS);
  try {
    await Promise.race([child.ended, sleep(settings.runMs, undefined, { signal: timers.signal }).catch(() => {})]);
    if (child.hasEnded()) untilEndMs = performance.now() - startedAt;
    else {
      child.kill('SIGTERM');
      await Promise.race([child.ended, sleep(GRACE_MS, undefined, { signal: timers.signal }).catch(() => {})]);
      child.kill('SIGKILL');
    }
    const { stdout, stderr, exit } = await child.ended;
    settings.signal.throwIfAborted();
    const onStdout = splitRecords(stdout);
    const inFile = splitRecords(textOf(settings.recordFile));
    return {
      behaviour: { answers: [], stdout: withoutLineEnds(comparable(onStdout.rest)), stderr: comparable(stderr), exit },
      untilEndMs,
      latenciesMs: [],
      peakRssBytes,
      records: [...onStdout.records, ...inFile.records],
      brokenRecords: [...onStdout.broken, ...inFile.broken],
    };
  } finally {
    clearInterval(looking);
    timers.abort();
    settings.signal.removeEventListener('abort', stop);
    child.kill('SIGKILL');
  }
}

const LOOK_EVERY_MS = 25;
/** For a server to close what it has open. */
const GRACE_MS = 5_000;

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
