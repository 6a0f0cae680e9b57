/**
 * The entry: `node --require @nightlight/agent/preload app.js`, and `NODE_OPTIONS` of the Lambda layer.
 *
 * Left out of the compiler's output; esbuild makes one file of it and of what Lambda needs by default, at most 10 KB with
 * the handler's redirect. Everything else is a part, loaded only when asked for.
 */
import { createRequire } from 'node:module';
import { threadId } from 'node:worker_threads';
import { AGENT, type Agent } from './agent.ts';
import { createLineWriter } from './emit/stdout-line.ts';
import { createGuard } from './guard.ts';
import { createLambdaHost, type LambdaHost } from './host/lambda/lambda-host.ts';
import { now } from './measure/clock.ts';
import { awaitFirstCall } from './measure/first-call.ts';
import { watchHeap } from './measure/heap.ts';
import { RECORD_PREFIX } from './record/prefix.ts';
import { DEFAULTS_IN_LAMBDA, isOff } from './settings.ts';

const began = now();
const { env } = process;
if (!isOff(env) && !(AGENT in globalThis)) {
  try {
    start();
  } catch {
    // A host that starts without us is better than one that does not start.
  }
}

function start(): void {
  const inLambda = !!(env.AWS_LAMBDA_RUNTIME_API && env._HANDLER);
  // A thread of the function's own is not a second Lambda; on Managed Instances each thread is.
  if (inLambda && threadId && !env.AWS_LAMBDA_MAX_CONCURRENCY) return;
  const guard = createGuard((what) => agent.note('off', `three hooks failed, ${what} last: nothing is measured any more`));
  const lines = createLineWriter();
  const load = createRequire(__filename);
  const part = (name: string) => load(`./${name}.cjs`);
  let host: LambdaHost | undefined;
  const agent: Agent = {
    ...guard,
    ...lines,
    // Most environments set none of our variables; what reads and checks them is loaded for those that do.
    settings:
      inLambda && !/\bNIGHTLIGHT_/.test(`${Object.keys(env)}`)
        ? DEFAULTS_IN_LAMBDA
        : part('settings').readSettings(env, inLambda, lines.writeLine),
    currentWork: () => host?.currentWork(),
    note: (about, note) => lines.writeLine(`${RECORD_PREFIX}"k":"note","ab":"${about}","no":${JSON.stringify(note)}}`),
    part,
    ownPeers: new Set([env.AWS_LAMBDA_RUNTIME_API!, '127.0.0.1:2000']),
    callListeners: [],
    workListeners: [],
  };
  awaitFirstCall(agent);
  const heap = watchHeap();
  (globalThis as Record<symbol, unknown>)[AGENT] = agent;
  if (!inLambda) part('process').startProcess(agent, heap, began);
  else {
    host = createLambdaHost(agent, heap, began);
    if (agent.settings.flush !== 'log') agent.quietly('extension', () => part('extension').startExtension(agent));
  }
  if (agent.settings.probe) agent.quietly('probe', () => part('probe').startProbing(agent));
}
