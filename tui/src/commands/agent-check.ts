/**
 * `nightlight agent check`: runs a program without and with the agent, in turn, and says what the agent costs it, what
 * it saw, and whether the program did the same. Whoever is to let an agent into production can see it here first.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckedProgram, checkedProgram } from '../agent-check/checked-program.ts';
import { findRuntimeClient, type RuntimeClient } from '../agent-check/find-runtime-client.ts';
import { type AgentCheck, judgeRuns } from '../agent-check/judge-runs.ts';
import { runHandler } from '../agent-check/run-handler.ts';
import type { RunOutcome } from '../agent-check/run-outcome.ts';
import { runProgram } from '../agent-check/run-program.ts';
import { withPreload } from '../agent-check/start-node.ts';
import { CommandError } from '../command-error.ts';
import { PRELOAD, SHIPPED_LAYER } from '../layer/shipped-layer.ts';
import { agentCheckText } from '../model/agent-check-view.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { World } from '../world.ts';

export interface AgentCheckOptions {
  readonly handler?: string;
  readonly event?: string;
  readonly invocations?: number;
  readonly timeout?: number;
  readonly seconds?: number;
  readonly runs?: number;
}

/** @returns 0 same, 3 different, 4 cannot tell or nothing seen, 130 interrupted */
export async function runAgentCheck(path: string, options: AgentCheckOptions, world: World): Promise<number> {
  refuseWhenOff(world.environment);
  const program = checkedProgram(path, options.handler, options.event !== undefined || options.invocations !== undefined);
  const stopping = new AbortController();
  const unlisten = world.onInterrupt(() => stopping.abort());
  const temporary = temporaryFolder('nightlight-check-');
  try {
    const { check, under } = await runInTurn(program, path, options, temporary.path, world, stopping.signal);
    const invocationCount = program.kind === 'handler' ? invocationsOf(options) : undefined;
    const name = program.kind === 'handler' ? program.handler : path;
    world.stdout.write(agentCheckText({ name, under, invocationCount }, check));
    return exitCodeOf(check);
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    throw error;
  } finally {
    unlisten();
    temporary.remove();
  }
}

/** One run with nothing counted warms the disk's cache; then each pair of runs begins with the other kind than the one before. */
async function runInTurn(
  program: CheckedProgram,
  path: string,
  options: AgentCheckOptions,
  folder: string,
  world: World,
  signal: AbortSignal,
): Promise<{ readonly check: AgentCheck; readonly under: string }> {
  const runCount = options.runs ?? USUAL_RUNS;
  const { run, under } = program.kind === 'handler' ? handlerRuns(program, options, world, signal) : programRuns(program, options, signal);
  const runs = { bare: [] as RunOutcome[], agent: [] as RunOutcome[] };
  const one = async (kind: 'bare' | 'agent', n: number) => {
    if (world.stderr.isTerminal) world.stderr.write(`run ${n + 1} of ${runCount} ${kind === 'bare' ? 'without' : 'with'} the agent\n`);
    const recordFile = join(folder, `${kind}-${n}.ndjson`);
    runs[kind].push(await run(kind, environmentOf(program, world.environment, recordFile, mkdtempSync(join(folder, 'tmp-'))), recordFile));
  };
  if (program.kind === 'handler') checkItRuns(await run('warm-up', environmentOf(program, world.environment, '', folder), ''), path);
  for (let n = 0; n < runCount; n++) {
    for (const kind of n % 2 === 0 ? (['bare', 'agent'] as const) : (['agent', 'bare'] as const)) await one(kind, n);
  }
  return { check: judgeRuns(runs.bare, runs.agent), under };
}

type OneRun = (kind: 'bare' | 'agent' | 'warm-up', env: NodeJS.ProcessEnv, recordFile: string) => Promise<RunOutcome>;

function handlerRuns(
  program: CheckedProgram & { readonly kind: 'handler' },
  options: AgentCheckOptions,
  world: World,
  signal: AbortSignal,
): { readonly run: OneRun; readonly under: string } {
  const client = findRuntimeClient(program.taskRoot);
  const settings = {
    ...program,
    client,
    event: eventOf(options.event),
    timeoutMs: options.timeout ?? USUAL_TIMEOUT_MS,
    nowMs: world.nowMs,
    signal,
  };
  return {
    under: clientWords(client),
    run: (kind, env) =>
      runHandler(
        { ...settings, invocationCount: kind === 'warm-up' ? 1 : invocationsOf(options) },
        kind === 'agent' ? withPreload(env, join(SHIPPED_LAYER, PRELOAD)) : env,
      ),
  };
}

function programRuns(
  program: CheckedProgram & { readonly kind: 'program' },
  options: AgentCheckOptions,
  signal: AbortSignal,
): { readonly run: OneRun; readonly under: string } {
  const runMs = (options.seconds ?? USUAL_SECONDS) * 1000;
  return {
    under: `as node ${program.file}, until it ended or for ${runMs / 1000} s`,
    run: (kind, env, recordFile) =>
      runProgram({ file: program.file, runMs, recordFile, signal }, kind === 'agent' ? withPreload(env, PROCESS_PRELOAD) : env),
  };
}

/** A median of five stays when two of them met a busy machine. */
const USUAL_RUNS = 5;
const USUAL_SECONDS = 5;
const USUAL_TIMEOUT_MS = 30_000;
const invocationsOf = (options: AgentCheckOptions): number => options.invocations ?? 20;
/** With the parts for a long-running process beside it; the layer has none of them. */
const PROCESS_PRELOAD = fileURLToPath(new URL('./agent/preload.cjs', import.meta.url));

/**
 * The user's own. A handler has a directory for temporary files to itself, as on Lambda, where the agent finds what a run
 * before left in it; a program's records go where they can be read.
 */
function environmentOf(program: CheckedProgram, environment: World['environment'], recordFile: string, folder: string): NodeJS.ProcessEnv {
  return program.kind === 'handler'
    ? { ...environment, TMPDIR: folder }
    : { NIGHTLIGHT_SINK: `file:${recordFile}`, NIGHTLIGHT_WINDOW: '1s', ...environment };
}

/** @param command  for the message */
export function refuseWhenOff(environment: World['environment'], command = 'agent check'): void {
  // As agent/src/settings.ts reads it.
  if (!/^(off|0|false|no)$/i.test(environment.NIGHTLIGHT ?? '')) return;
  throw new CommandError(
    'USAGE',
    `${command}: expected an agent that may run, found NIGHTLIGHT=off in the environment`,
    'unset NIGHTLIGHT, and run it again',
  );
}

function eventOf(file: string | undefined): Buffer {
  if (file === undefined) return Buffer.from('{}');
  try {
    const text = readFileSync(file);
    JSON.parse(text.toString('utf8'));
    return text;
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? 'what does not parse';
    throw new CommandError(
      'CHECK_BAD_EVENT',
      `${file}: expected a file of JSON, found ${found}`,
      'save the event of one invocation there',
      1,
      {
        cause,
      },
    );
  }
}

function checkItRuns(run: RunOutcome, path: string): void {
  const { initError, behaviour, untilReadyMs } = run;
  if (initError === undefined && untilReadyMs !== undefined) return;
  const told = behaviour.stderr.split('\n').find((line) => /Error\b/.test(line)) ?? 'nothing on standard error';
  const found = initError === undefined ? `${behaviour.exit}: ${told}` : `${initError.type}: ${initError.message}`;
  const next = /awslambda/.test(found)
    ? 'streaming needs the runtime client: npm install --save-dev aws-lambda-ric'
    : 'run it by itself first';
  throw new CommandError('CHECK_DOES_NOT_RUN', `${path}: expected a handler that loads without the agent, found ${found}`, next, 1);
}

export function clientWords(client: RuntimeClient): string {
  if (client.kind === 'absent') {
    return `without the runtime client: no aws-lambda-ric in the function's node_modules, so a plain loader called the handler
(npm install --save-dev aws-lambda-ric, with --ignore-scripts where it does not build)`;
  }
  const built = client.isNativePartBuilt ? '' : '; its native part is not built, the same calls went over node:http';
  return `under aws-lambda-ric ${client.version}${built}`;
}

function exitCodeOf({ sameness, sight }: AgentCheck): number {
  if (sameness.kind === 'different') return 3;
  const sawNothing = sight.recordCounts.size === 0;
  return sameness.kind === 'undetermined' || sawNothing ? 4 : 0;
}
