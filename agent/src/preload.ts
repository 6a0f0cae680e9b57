/**
 * The entry: `node --require @nightlight/agent/preload app.js`, and `NODE_OPTIONS` of the Lambda layer.
 *
 * Left out of the compiler's output; esbuild makes one file of it and of what Lambda needs by default, at most 10 KB with
 * the handler's redirect. Everything else is a part, loaded only when asked for.
 */
import { AGENT, type Agent } from './agent.ts';
import { stringify } from './emit/invocation-line.ts';
import { createLineWriter } from './emit/stdout-line.ts';
import { createGuard } from './guard.ts';
import type { Extension } from './host/lambda/extension.ts';
import { createLambdaHost, type LambdaHost } from './host/lambda/lambda-host.ts';
import { redirect } from './host/lambda/redirect.ts';
import { awaitFirstCall } from './measure/first-call.ts';
import { RECORD_PREFIX } from './record/prefix.ts';
import { DEFAULTS_IN_LAMBDA, isOff } from './settings.ts';

const { env } = process;
if (!isOff(env) && !(AGENT in globalThis)) {
  try {
    start();
  } catch {
    // A host that starts without us is better than one that does not start.
  }
}

function start(): void {
  const beganMs = process.uptime() * 1000;
  const inLambda = !!(env.AWS_LAMBDA_RUNTIME_API && env._HANDLER);
  // A thread of the function's own (there some functions are disabled) is not a second Lambda; those of Managed Instances are,
  // and begin in an environment that is still redirected.
  if (inLambda && (process.abort as { disabled?: boolean }).disabled && !env._NIGHTLIGHT_HANDLER) return;
  const guard = createGuard((what) => note('off', `three hooks failed, ${what} last: measuring has ended`));
  const lines = createLineWriter();
  const note: Agent['note'] = (about, text) => lines.writeLine(`${RECORD_PREFIX}"k":"note","ab":"${about}","no":${stringify(text)}}`);
  const part = (name: string) => module.require(`./${name}.cjs`);
  let host: LambdaHost | undefined;
  let isPrepared = false;
  let modules: (() => object) | undefined;
  const agent: Agent = {
    ...guard,
    ...lines,
    // Most environments set none of our variables; what reads and checks them is loaded for those that do.
    settings:
      inLambda && !/\bNIGHTLIGHT_/.test(`${Reflect.ownKeys(env)}`)
        ? DEFAULTS_IN_LAMBDA
        : part(env.NIGHTLIGHT_FLUSH ? 'extension' : 'settings').readSettings(env, inLambda, note),
    currentWork: () => host?.currentWork(),
    note,
    part,
    environment: env,
    ownPeers: new Set([env.AWS_LAMBDA_RUNTIME_API!, env.AWS_XRAY_DAEMON_ADDRESS!, '127.0.0.1:2000']),
    callListeners: [],
    workListeners: [],
  };
  const { settings, quietly } = agent;
  (globalThis as Record<symbol, unknown>)[AGENT] = agent;
  let extension: Extension | undefined;
  if (inLambda) {
    if (settings.flush !== 'log') extension = quietly('extension', () => part('extension').startExtension(agent));
    if (Math.random() * settings.modulesEvery < 1) modules = quietly('modules', () => part('modules').watchModules(agent));
  } else {
    prepare();
    part('process').startProcess(agent, beganMs);
  }
  if (settings.probe) quietly('probe', () => part('probe').startProbing(agent));
  if (inLambda) {
    // Last, because it is told how long all this took; and here, not when the handler is asked for: the engine would read its code twice.
    host = createLambdaHost(agent, beganMs, process.uptime() * 1000 - beganMs, modules, prepare);
    agent.wrapHandler = host.wrap;
    agent.load = (byRequire) => host!.load(byRequire, extension?.ready);
    redirect();
  }

  /** What the host's own code must find done, once. In Lambda it waits until the handler is asked for: the client has loaded then what it needs. */
  function prepare(): void {
    if (isPrepared) return;
    isPrepared = true;
    awaitFirstCall(agent);
    quietly('output', lines.holdOutput);
  }
}
