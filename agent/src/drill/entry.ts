/**
 * The entry that a process must load itself to be hurt at all: `node --require @nightlight/agent/preload --require
 * @nightlight/agent/drill app.js`. It is no part of the preload and not in the Lambda layer.
 *
 * Without NIGHTLIGHT_DRILL=on it does nothing but say so when a token stands there; without a valid token nothing is patched.
 */
import { AGENT, type Agent } from '../agent.ts';
import { serviceName } from '../host/process/service-name.ts';
import { controlDrills, hasFlag } from './controller.ts';
import type { Host } from './target.ts';

const LOADED = Symbol.for('nightlight.drill.1');
const { env } = process;

if (!(LOADED in globalThis)) {
  (globalThis as Record<symbol, unknown>)[LOADED] = true;
  try {
    start();
  } catch {
    // A host that starts without drills is better than one that does not start.
  }
}

function start(): void {
  const agent = (globalThis as { [AGENT]?: Agent })[AGENT];
  if (!hasFlag(env)) {
    if (env.NIGHTLIGHT_DRILL_TOKEN) agent?.note('limit', 'drill refused: a token stands here, but NIGHTLIGHT_DRILL is not on');
    return;
  }
  if (!agent) {
    // Nobody would watch the stop lines, and nothing would tell which requests were hurt.
    process.stderr.write('nightlight drill refused: @nightlight/agent/preload was not loaded before it\n');
    return;
  }
  controlDrills(agent, env, hostHere(agent));
}

function hostHere(agent: Agent): Host {
  const environment = env.NODE_ENV ?? '';
  const placeWords = [env.STAGE, env.ENVIRONMENT, env.APP_ENV].filter((word) => word !== undefined);
  if (env.AWS_LAMBDA_RUNTIME_API && env.AWS_LAMBDA_FUNCTION_NAME) {
    return { kind: 'function', name: env.AWS_LAMBDA_FUNCTION_NAME, environment, placeWords, version: env.AWS_LAMBDA_FUNCTION_VERSION };
  }
  return { kind: 'process', name: serviceName(agent.settings.serviceName, process.argv[1]), environment, placeWords };
}
