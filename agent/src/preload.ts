/**
 * The entry: `node --require @nightlight/agent/preload app.js`, and `NODE_OPTIONS` of the Lambda layer.
 *
 * Left out of the compiler's output; esbuild makes one file of it and of what Lambda needs by default, at most 10 KB with
 * the handler's redirect. Most of that is carried as text and compiled when it is first needed (`inlined-parts.ts`). Everything else is a
 * part in a file of its own, loaded only when asked for.
 */
import { AGENT, type Agent } from './agent.ts';
import { createGuard } from './guard.ts';
import type { Extension } from './host/lambda/extension.ts';
import type { LambdaHost, openHost, Start } from './host/lambda/lambda-host.ts';
import { redirect } from './host/lambda/redirect.ts';
import { inlinedPart } from './inlined-parts.ts';
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
  const { uptime } = process;
  const upMs = () => uptime() * 1000;
  const beganMs = upMs();
  const inLambda = !!(env.AWS_LAMBDA_RUNTIME_API && env._HANDLER);
  // A thread of the function's own (there some functions are disabled) is not a second Lambda; those of Managed Instances are,
  // and begin in an environment that is still redirected.
  if (inLambda && (process.abort as { disabled?: boolean }).disabled && !env._NIGHTLIGHT_HANDLER) return;
  const begun: Start = { beganMs, tookMs: 0, upMs };
  // Taken before the host can replace it.
  const { constructor: Module, _compile: compile } = module as unknown as CompilingModule;
  let host: LambdaHost | undefined;
  let extension: Extension | undefined;
  const open = () => {
    if (!host) {
      const from = upMs();
      host = (part('host').openHost as typeof openHost)(agent, begun);
      begun.tookMs += upMs() - from;
    }
    return host;
  };
  const note: Agent['note'] = (about, text) => agent.writeLine(`${RECORD_PREFIX}"k":"note","ab":"${about}","no":${JSON.stringify(text)}}`);
  const part = (name: string) => {
    const text = inlinedPart(name);
    if (!text) return module.require(`./${name}.cjs`);
    const inlined = new Module();
    compile.call(inlined, text, `${__dirname}/${name}.cjs`);
    return inlined.exports;
  };
  const agent = {
    ...createGuard((what) => note('off', `three hooks failed, ${what} last: measuring has ended`)),
    // Replaced as soon as there is a host.
    writeLine(line: string) {
      open();
      agent.writeLine(line);
    },
    currentWork: () => host?.currentWork(),
    note,
    part,
    environment: env,
    ownPeers: new Set([env.AWS_LAMBDA_RUNTIME_API!, env.AWS_XRAY_DAEMON_ADDRESS!, '127.0.0.1:2000']),
    callListeners: [],
    workListeners: [],
  } as unknown as Agent & { settings: Agent['settings'] };
  const { quietly } = agent;
  // Most environments set none of our variables; what reads and checks them is loaded for those that do.
  agent.settings =
    inLambda && !`${Reflect.ownKeys(env)}`.includes('NIGHTLIGHT_')
      ? DEFAULTS_IN_LAMBDA
      : part(env.NIGHTLIGHT_FLUSH ? 'extension' : 'settings').readSettings(env, inLambda, note);
  const { settings } = agent;
  (globalThis as Record<symbol, unknown>)[AGENT] = agent;
  if (inLambda) {
    if (settings.flush !== 'log') extension = quietly('extension', () => part('extension').startExtension(agent));
    if (Math.random() * settings.modulesEvery < 1) begun.moduleFields = quietly('modules', () => part('modules').watchModules(agent));
  } else {
    open();
    part('process').startProcess(agent, beganMs);
  }
  if (settings.probe) quietly('probe', () => part('probe').startProbing(agent));
  if (inLambda) {
    agent.wrapHandler = (handler) => open().wrap(handler);
    agent.load = (byRequire) => open().load(byRequire, extension?.ready);
    redirect(env);
    begun.tookMs = upMs() - beganMs;
  }
}

/** What a module of CommonJS has beside the documented: it compiles text as Node does a file, whatever the host forbids to `eval`. */
interface CompilingModule {
  readonly constructor: new () => { readonly exports: Record<string, never> };
  _compile(text: string, file: string): unknown;
}
