/**
 * Loads the user's handler as the runtime client would have, so that what fails, fails with the same words.
 *
 * The order of names and the messages are those of aws-lambda-ric, line 4, which imports everything. Its line 3, on Node 20,
 * requires CommonJS; that way is a part of its own. Errors of the user's module pass through untouched; the client wraps
 * them itself.
 */
import type { Agent, FindExports } from '../../agent.ts';
import { builtIn } from '../../measure/built-in.ts';

type Exports = Record<string, unknown> | undefined;

/** @param configured  as the function is configured: `index.handler`, `src/app.orders.handler`, `/opt/vendor/wrap.handler` */
export async function loadHandler(
  agent: Agent,
  taskRoot: string,
  configured: string,
  byRequire: FindExports | undefined,
): Promise<[unknown]> {
  const { basename, resolve } = builtIn('node:path');
  const name = basename(configured);
  const folder = resolve(taskRoot, configured.slice(0, configured.indexOf(name)));
  const [stem, ...path] = name.split('.') as [string, ...string[]];
  const exports = await (byRequire ?? importExports)(resolve(folder, stem), stem, [taskRoot, folder]);
  // Line 3 goes through functions on the way to the handler, line 4 does not.
  const find = (from: unknown) =>
    path.reduce<unknown>((nested, key) => (byRequire || typeof nested === 'object' ? (nested as Exports)?.[key] : undefined), from);
  const handler = exports.map(find).find(Boolean);
  // In a list: a promise asks whatever it is resolved with for its `then`, and a handler may be anything.
  if (typeof handler === 'function') return [handler];
  throw (agent.part('missing').handlerNotFound as (configured: string, handler: unknown) => Error)(configured, handler);
}

async function importExports(file: string, name: string, paths: string[]): Promise<unknown[]> {
  const { existsSync } = builtIn('node:fs');
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    if (!existsSync(file + extension)) continue;
    const module = await import(file + extension);
    return [module, module.default];
  }
  // From the entry's point of view, so that a missing module is told with the runtime's own require stack.
  const load = builtIn('node:module').createRequire(process.argv[1]!);
  return [load(load.resolve(name, { paths }))];
}
