/**
 * The rounds in which a handler is checked, each on a Lambda of our own:
 *
 * 1. one invocation without the agent, not counted: whether it runs at all, and the disk's cache is warm after it;
 * 2. starts, without and with the agent in turn: how long an init takes, and what the agent adds;
 * 3. a few starts in which each module is timed, which makes them slower: what loading takes;
 * 4. invocations with the agent, and beside the first of them as many without it, in turn: latency, and what the agent adds;
 * 5. invocations under forced collections, which would spoil the latencies, in a sandbox of their own.
 *
 * Each has a log of its own: how often this start is a cold one is the check's doing, and no figure of the function.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuntimeClient } from '../agent-check/find-runtime-client.ts';
import { withPreload } from '../agent-check/start-node.ts';
import { CommandError } from '../command-error.ts';
import { type InvokeResult, type LambdaDouble, startLambda } from '../lambda/start-lambda.ts';
import { PRELOAD, SHIPPED_LAYER } from '../layer/shipped-layer.ts';
import type { CheckEvents } from './check-events.ts';

export interface HandlerRoundsSettings {
  readonly taskRoot: string;
  readonly handler: string;
  readonly client: RuntimeClient;
  readonly functionName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly invocationCount: number;
  /** Sandboxes that work at the same time. */
  readonly concurrency: number;
  readonly startCount: number;
  readonly probes: boolean;
  readonly events: CheckEvents;
  /** The user's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Logs go below it. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

export interface HandlerRounds {
  readonly startsPath: string;
  readonly loadingPath: string;
  readonly measuredPath: string;
  /** Of the round under forced collections; undefined without it. */
  readonly probedPath: string | undefined;
  readonly initMs: Pair;
  readonly latencyMs: Pair;
  /** Lines that the function printed with the agent in round 4, the agent's own among them. */
  readonly lines: readonly string[];
  /** Those of round 3. */
  readonly loadingLines: readonly string[];
}

export interface Pair {
  readonly bare: readonly number[];
  readonly withAgent: readonly number[];
}

export async function runHandlerRounds(settings: HandlerRoundsSettings): Promise<HandlerRounds> {
  const { folder, functionName, signal } = settings;
  const logs = {
    starts: join(folder, 'starts'),
    loading: join(folder, 'loading'),
    measured: join(folder, 'measured'),
    probed: join(folder, 'forced-collections'),
  };
  for (const log of Object.values(logs)) mkdirSync(log, { recursive: true });
  const sandboxes = new Sandboxes(settings);
  try {
    await sandboxes.tryOnce();
    const initMs = { bare: [] as number[], withAgent: [] as number[] };
    for (let n = 0; n < settings.startCount; n++) {
      settings.onProgress(`start ${n + 1} of ${settings.startCount}`);
      for (const kind of n % 2 === 0 ? (['bare', 'agent'] as const) : (['agent', 'bare'] as const)) {
        if (kind === 'bare' && n >= MOST_BARE_STARTS) continue;
        const sandbox = await sandboxes.start(kind);
        if (sandbox.firstInit.kind === 'ready') initMs[kind === 'bare' ? 'bare' : 'withAgent'].push(sandbox.firstInit.durationMs);
        await sandboxes.invoke(sandbox, n + 1);
        await sandboxes.end(sandbox, kind === 'bare' ? undefined : logs.starts);
      }
    }
    const loadingLines: string[] = [];
    for (let n = 0; n < Math.min(TIMED_LOADINGS, settings.startCount); n++) {
      const sandbox = await sandboxes.start('loading');
      await sandboxes.invoke(sandbox, n + 1);
      await sandboxes.end(sandbox, logs.loading);
      loadingLines.push(...sandbox.output);
    }
    const { latencyMs, lines } = await measure(settings, sandboxes, logs.measured);
    if (settings.probes) await underForcedCollections(settings, sandboxes, logs.probed);
    return {
      startsPath: join(logs.starts, functionName),
      loadingPath: join(logs.loading, functionName),
      measuredPath: join(logs.measured, functionName),
      probedPath: settings.probes ? join(logs.probed, functionName) : undefined,
      initMs,
      latencyMs,
      lines,
      loadingLines,
    };
  } finally {
    await sandboxes.endAll();
    signal.throwIfAborted();
  }
}

/** Enough for a median with a range; starts without the agent only say what it adds. */
const MOST_BARE_STARTS = 12;
const TIMED_LOADINGS = 3;
const MOST_BARE_INVOCATIONS = 200;
/** The first invocation pays for compiling the handler. */
const FIRST_COUNTED = 2;

async function measure(
  { invocationCount, concurrency, onProgress }: HandlerRoundsSettings,
  sandboxes: Sandboxes,
  folder: string,
): Promise<{ readonly latencyMs: Pair; readonly lines: readonly string[] }> {
  const latencyMs = { bare: [] as number[], withAgent: [] as number[] };
  const working: LambdaDouble[] = [];
  // One after the other: starts that compete for the processor would be told as slow ones.
  for (let lane = 0; lane < concurrency; lane++) working.push(await sandboxes.start('agent'));
  // Beside several that work at the same time there is no quiet moment to compare in.
  const bare = concurrency === 1 ? await sandboxes.start('bare') : undefined;
  let number = 0;
  const work = async (sandbox: LambdaDouble): Promise<void> => {
    while (number < invocationCount) {
      const own = ++number;
      if (own % PROGRESS_EVERY === 0) onProgress(`invocation ${own} of ${invocationCount}`);
      const isCompared = bare !== undefined && own <= MOST_BARE_INVOCATIONS;
      if (isCompared && own % 2 === 0) keep(latencyMs.bare, own, await sandboxes.invoke(bare, own));
      keep(latencyMs.withAgent, own, await sandboxes.invoke(sandbox, own));
      if (isCompared && own % 2 === 1) keep(latencyMs.bare, own, await sandboxes.invoke(bare, own));
    }
  };
  await Promise.all(working.map(work));
  if (bare !== undefined) await sandboxes.end(bare, undefined);
  for (const sandbox of working) await sandboxes.end(sandbox, folder);
  return { latencyMs: bare === undefined ? { bare: [], withAgent: [] } : latencyMs, lines: working.flatMap((sandbox) => sandbox.output) };
}

const PROGRESS_EVERY = 50;

function keep(latencies: number[], number: number, { clientLatencyMs }: InvokeResult): void {
  if (number >= FIRST_COUNTED) latencies.push(clientLatencyMs);
}

async function underForcedCollections(settings: HandlerRoundsSettings, sandboxes: Sandboxes, folder: string): Promise<void> {
  const sandbox = await sandboxes.start('probed');
  for (let number = 1; number <= settings.invocationCount; number++) {
    if (number % PROGRESS_EVERY === 0) settings.onProgress(`invocation ${number} of ${settings.invocationCount} under forced collections`);
    await sandboxes.invoke(sandbox, number);
  }
  await sandboxes.end(sandbox, folder);
}

type SandboxKind = 'bare' | 'agent' | 'loading' | 'probed';

/** Those that live, so that none outlives the check. */
class Sandboxes {
  readonly #settings: HandlerRoundsSettings;
  readonly #living = new Set<LambdaDouble>();

  constructor(settings: HandlerRoundsSettings) {
    this.#settings = settings;
    settings.signal.addEventListener('abort', () => {
      for (const each of this.#living) each.kill();
    });
  }

  async start(kind: SandboxKind): Promise<LambdaDouble> {
    const { client, environment, signal, memoryMb, timeoutMs, taskRoot, handler, functionName } = this.#settings;
    signal.throwIfAborted();
    const sandbox = await startLambda({
      nodeBinary: process.execPath,
      nodeLine: Number(process.versions.node.split('.')[0]),
      runtime: [RUNTIME, client.kind === 'found' ? client.entry : '', 'descriptors'],
      taskRoot,
      handler,
      functionName,
      memoryMb,
      timeoutMs,
      initLimitMs: INIT_LIMIT_MS,
      env: functionEnvironment(environment, kind),
    });
    this.#living.add(sandbox);
    return sandbox;
  }

  /** @throws AbortSignal's reason when it was interrupted meanwhile: the runtime was killed, and its answer means nothing */
  async invoke(sandbox: LambdaDouble, number: number): Promise<InvokeResult> {
    this.#settings.signal.throwIfAborted();
    const result = await sandbox.invoke(this.#settings.events.event(number));
    this.#settings.signal.throwIfAborted();
    return result;
  }

  async end(sandbox: LambdaDouble, logFolder: string | undefined): Promise<void> {
    await sandbox.shutdown();
    this.#living.delete(sandbox);
    if (logFolder !== undefined) sandbox.writeExport(logFolder, 's3');
  }

  async endAll(): Promise<void> {
    for (const each of this.#living) await each.shutdown();
    this.#living.clear();
  }

  async tryOnce(): Promise<void> {
    const { taskRoot, handler } = this.#settings;
    const sandbox = await this.start('bare');
    const init = sandbox.firstInit;
    if (init.kind === 'failed') {
      const found = errorWords(init.payload, init.errorType, sandbox);
      throw new CommandError(
        'CHECK_DOES_NOT_RUN',
        `${handler} in ${taskRoot}: expected a handler that loads, found ${found}`,
        nextStep(found),
        1,
      );
    }
    const result = await this.invoke(sandbox, 1);
    if (result.status !== 'success') {
      const found = errorWords(result.payload, result.errorType ?? result.status, sandbox);
      throw new CommandError(
        'CHECK_FIRST_FAILED',
        `${handler} in ${taskRoot}: expected an answer to the first event, found ${found}`,
        result.status === 'timeout' ? 'give it longer with --timeout' : 'give it an event that it knows: --payload event.json',
        1,
      );
    }
    await this.end(sandbox, undefined);
  }
}

/** Far above Lambda's own 10 s, because this machine may be busy; without one, a handler that never loads would never be told. */
const INIT_LIMIT_MS = 30_000;

/** Beside the bundle's chunks, like the analyzer's worker. */
const RUNTIME = fileURLToPath(new URL('./lambda-runtime.js', import.meta.url));

/**
 * The user's own, without what Lambda itself sets. Credentials of the double do nothing: a handler that is called a thousand
 * times shall not write into somebody's account, unless whoever starts the check has set some.
 */
function functionEnvironment(environment: HandlerRoundsSettings['environment'], kind: SandboxKind): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined || SET_BY_LAMBDA.test(name) ? [] : [[name, value]])),
  );
  if (kind === 'bare') return own;
  const settings = {
    ...own,
    NIGHTLIGHT_MODULES: kind === 'loading' ? 'on' : 'off',
    NIGHTLIGHT_PROBE: kind === 'probed' ? 'always' : 'off',
  };
  return withPreload(settings, join(SHIPPED_LAYER, PRELOAD)) as Record<string, string>;
}

const SET_BY_LAMBDA = /^(?:AWS_LAMBDA_.*|AWS_EXECUTION_ENV|LAMBDA_.*|_HANDLER|TMPDIR|NODE_PATH|PATH|LANG|TZ|PWD|_)$/;

function errorWords(payload: Buffer | undefined, errorType: string, sandbox: LambdaDouble): string {
  try {
    const told = JSON.parse(payload?.toString('utf8') ?? '') as { errorType?: unknown; errorMessage?: unknown };
    return `${String(told.errorType ?? errorType)}: ${String(told.errorMessage ?? '')}`.split('\n')[0]!;
  } catch {
    const said = sandbox.output.find((line) => /Error\b/.test(line)) ?? sandbox.output.at(-1) ?? 'nothing printed';
    return `${errorType}: ${said}`;
  }
}

function nextStep(found: string): string {
  if (/awslambda/.test(found)) return 'streaming needs the runtime client: npm install --save-dev aws-lambda-ric';
  return /HandlerNotFound|is not a function|undefined or not exported/.test(found)
    ? 'name the export: --handler name'
    : 'run it by itself first';
}
