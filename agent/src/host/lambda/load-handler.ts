/**
 * Loads the user's handler as the runtime client would have, so that what fails, fails with the same words.
 *
 * The order of names and the messages are those of aws-lambda-ric. Everything is imported, as its line 4 does; line 3
 * requires CommonJS, which gives the same module. Errors of the user's module pass through untouched; the client wraps
 * them itself.
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { builtIn } from '../../measure/built-in.ts';

type Exports = Record<string, unknown> | undefined;

/** @param configured  as the function is configured: `index.handler`, `src/app.orders.handler`, `/opt/vendor/wrap.handler` */
export async function loadHandler(taskRoot: string, configured: string): Promise<unknown> {
  const name = basename(configured);
  const folder = resolve(taskRoot, configured.slice(0, configured.indexOf(name)).replace(/\/$/, ''));
  const [stem, ...path] = name.split('.') as [string, ...string[]];
  const exports = await loadExports(resolve(folder, stem), stem, [taskRoot, folder]);
  const handler = exports
    .map((from) => path.reduce<unknown>((nested, key) => (typeof nested === 'object' ? (nested as Exports)?.[key] : undefined), from))
    .find(Boolean);
  if (typeof handler === 'function') return handler;
  throw Object.defineProperty(new Error(`${configured} is ${handler ? 'not a function' : 'undefined or not exported'}`), 'name', {
    value: 'Runtime.HandlerNotFound',
  });
}

/** @returns where to look for the handler, in this order */
async function loadExports(file: string, name: string, paths: string[]): Promise<unknown[]> {
  const { _cache: commonJs, createRequire } = builtIn('node:module') as unknown as NodeModule;
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const path = file + extension;
    if (!existsSync(path)) continue;
    const module = await import(path);
    // Line 3 of the runtime client, on Node 20, does not look into the default export of an ES module.
    return [module, (process.version > 'v22' || commonJs[realpathSync(path)]) && module.default];
  }
  // From the entry's point of view, so that a missing module is told with the runtime's own require stack.
  const load = createRequire(process.argv[1]!);
  return [load(load.resolve(name, { paths }))];
}

interface NodeModule {
  readonly _cache: Readonly<Record<string, unknown>>;
  readonly createRequire: typeof import('node:module').createRequire;
}
