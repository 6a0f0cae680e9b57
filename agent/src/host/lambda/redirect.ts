/**
 * Puts our module in the place of the user's handler, and takes every trace of that away again.
 *
 * No module hook is needed for it (an empty one costs more than the whole agent), and it works for CommonJS and ESM alike.
 * A handler that another vendor has redirected already is simply the one that we load. The first thing that is done when our
 * module is asked for the handler is to put `_HANDLER` back, so the function's own code sees its own environment.
 */
export function redirect(env: NodeJS.ProcessEnv): void {
  const handler = env._HANDLER!;
  // What the runtime client refuses by its name alone, it shall refuse.
  // Without an expression or `path`, which would have to be compiled for this alone; so a name that ends in a slash is left alone, too.
  if (handler.includes('..') || handler.lastIndexOf('.') <= handler.lastIndexOf('/')) return;
  // A module that is required costs two milliseconds less than one that is imported; only the runtime client of Node 20 requires.
  const ours = `${__dirname}/${process.version < 'v22' ? 'require' : 'handler'}.handler`;
  // Worker threads of Managed Instances begin with the environment of a thread that was redirected before.
  const isFirst = handler !== ours;
  if (isFirst) env._NIGHTLIGHT_HANDLER = handler;
  env._HANDLER = ours;
  // Programs that the function starts are not functions. The threads of Managed Instances are, and read NODE_OPTIONS of the
  // main thread.
  if (isFirst && env.AWS_LAMBDA_MAX_CONCURRENCY) return;
  const options = env.NODE_OPTIONS?.replace(`--require ${__filename}`, '').trim();
  if (options) env.NODE_OPTIONS = options;
  else delete env.NODE_OPTIONS;
}
