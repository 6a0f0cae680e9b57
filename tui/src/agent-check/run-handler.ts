/** One process of a Lambda function: it is started, answers its invocations, and is killed, as Lambda does without extensions. */

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RuntimeClient } from './find-runtime-client.ts';
import { comparable, type RunOutcome, splitRecords, withoutLineEnds } from './run-outcome.ts';
import { type Answer, startRuntimeApi } from './runtime-api.ts';
import { readCpuMs, readPeakRssBytes, startNode } from './start-node.ts';

export interface HandlerRunSettings {
  readonly taskRoot: string;
  readonly handler: string;
  readonly client: RuntimeClient;
  readonly event: Buffer;
  readonly invocationCount: number;
  readonly timeoutMs: number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** @param env  with or without the agent; what Lambda sets is added here */
export async function runHandler(settings: HandlerRunSettings, env: NodeJS.ProcessEnv): Promise<RunOutcome> {
  let peakRssBytes: number | undefined;
  let readyAt: number | undefined;
  let startCpuMs: number | undefined;
  const api = await startRuntimeApi({
    ...settings,
    functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${FUNCTION_NAME}`,
    onFirstNext: () => {
      readyAt = performance.now();
      startCpuMs = readCpuMs(child.pid);
    },
  });
  const { client } = settings;
  const args = client.kind === 'found' ? [RUNTIME, client.entry] : [RUNTIME];
  const startedAt = performance.now();
  const child = startNode(args, settings.taskRoot, { ...env, ...lambdaEnvironment(settings, api.address) });
  const isOver = { value: false };
  const stop = () => child.kill('SIGKILL');
  settings.signal.addEventListener('abort', stop, { once: true });
  try {
    const late = timedOut(settings, () => api.answers.length, isOver);
    const how = await Promise.race([
      api.done.then(() => 'done' as const),
      child.ended.then(() => 'ended' as const),
      late.then(() => 'late' as const),
    ]);
    peakRssBytes = readPeakRssBytes(child.pid);
    if (how === 'done') await initErrorEnd(api.initError() !== undefined, child.ended);
    const diedByItself = child.hasEnded();
    child.kill('SIGKILL');
    const { stdout, stderr, exit } = await child.ended;
    settings.signal.throwIfAborted();
    const { records, broken, rest } = splitRecords(stdout);
    return {
      behaviour: {
        answers: api.answers.map(answerText),
        stdout: withoutLineEnds(comparable(rest)),
        stderr: comparable(stderr),
        // Killed by us after its last answer is how it should end.
        exit: diedByItself ? exit : how === 'late' ? 'no answer in time' : WAITING,
      },
      untilReadyMs: readyAt === undefined ? undefined : readyAt - startedAt,
      startCpuMs,
      latenciesMs: api.answers.map(({ latencyMs }) => latencyMs),
      peakRssBytes,
      records,
      brokenRecords: broken,
      initError: api.initError(),
    };
  } finally {
    isOver.value = true;
    settings.signal.removeEventListener('abort', stop);
    stop();
    await api.close();
  }
}

/** How a run should end: all events are answered, and it asks for more. */
export const WAITING = 'waiting for the next event';

/** Beside the bundle's chunks, like the analyzer's worker. */
const RUNTIME = fileURLToPath(new URL('./lambda-runtime.js', import.meta.url));
const FUNCTION_NAME = 'agent-check';

function lambdaEnvironment({ taskRoot, handler }: HandlerRunSettings, address: string): NodeJS.ProcessEnv {
  return {
    AWS_LAMBDA_RUNTIME_API: address,
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: FUNCTION_NAME,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FUNCTION_NAME}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `1980/01/01/[$LATEST]${'0'.repeat(32)}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_REGION: process.env.AWS_REGION ?? 'us-east-1',
  };
}

/** Resolves when one invocation, or the init, takes longer than it may. */
async function timedOut({ timeoutMs }: HandlerRunSettings, answered: () => number, isOver: { readonly value: boolean }): Promise<void> {
  for (let seen = -1, since = 0; !isOver.value; await sleep(20)) {
    const now = performance.now();
    if (answered() !== seen) {
      seen = answered();
      since = now;
    } else if (now - since > timeoutMs) return;
  }
}

/** A runtime that has told of its failed init ends by itself, soon. */
async function initErrorEnd(hasFailed: boolean, ended: Promise<unknown>): Promise<void> {
  if (hasFailed) await Promise.race([ended, sleep(2_000, undefined, { ref: false })]);
}

const answerText = (answer: Answer): string =>
  answer.kind === 'response' ? answer.payload.toString('utf8') : `error ${answer.error.type}: ${answer.error.message}`;
