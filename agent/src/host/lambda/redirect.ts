/**
 * Puts our module in the place of the user's handler, and takes every trace of that away again.
 *
 * No module hook is needed for it (an empty one costs more than the whole agent), and it works for CommonJS and ESM alike.
 * A handler that another vendor has redirected already is simply the one that we load. The first thing that our module does
 * is to put `_HANDLER` back, so the function's own code sees its own environment.
 */
const LOAD = Symbol.for('nightlight.load');

/** @param load  gives the user's handler, wrapped; what it rejects with is what the runtime client gets to see */
export function redirect(load: () => Promise<unknown>): void {
  const { env } = process;
  const ours = `${__dirname}/handler.handler`;
  (globalThis as Record<symbol, unknown>)[LOAD] = load;
  // Worker threads of Managed Instances begin with the environment of a thread that was redirected before.
  if (env._HANDLER !== ours) env._NIGHTLIGHT_HANDLER = env._HANDLER;
  env._HANDLER = ours;
  // Programs that the function starts are not functions. The threads of Managed Instances are, and read NODE_OPTIONS again.
  if (env.AWS_LAMBDA_MAX_CONCURRENCY) return;
  const options = env.NODE_OPTIONS?.replace(`--require ${__filename}`, '').trim();
  if (options) env.NODE_OPTIONS = options;
  else delete env.NODE_OPTIONS;
}
