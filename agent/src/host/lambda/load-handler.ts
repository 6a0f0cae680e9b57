/**
 * Loads the user's handler as the runtime client would have, so that what fails, fails with the same words.
 *
 * The order of names and the messages are those of aws-lambda-ric. Everything is imported, as its line 4 does; line 3
 * requires CommonJS, which gives the same module. Errors of the user's module pass through untouched; the client wraps
 * them itself.
 */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { builtIn } from '../../measure/built-in.ts';

type Exports = Record<string, unknown> | undefined;

/** @param configured  as the function is configured: `index.handler`, `src/app.orders.handler`, `/opt/vendor/wrap.handler` */
export async function loadHandler(taskRoot: string, configured: string): Promise<unknown> {
  const name = basename(configured);
  const folder = resolve(taskRoot, configured.slice(0, configured.indexOf(name)).replace(/\/$/, ''));
  const [stem, ...path] = name.split('.') as [string, ...string[]];
  const module = await loadModule(resolve(folder, stem), stem, [taskRoot, folder]);
  const find = (from: unknown) =>
    path.reduce<unknown>((nested, key) => (typeof nested === 'object' ? (nested as Exports)?.[key] : undefined), from);
  const handler = find(module) || find((module as Exports)?.default);
  if (typeof handler === 'function') return handler;
  const error = new Error(`${configured} is ${handler ? 'not a function' : 'undefined or not exported'}`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
}

async function loadModule(file: string, name: string, paths: string[]): Promise<unknown> {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    if (existsSync(file + extension)) return import(file + extension);
  }
  // From the entry's point of view, so that a missing module is told with the runtime's own require stack.
  const load = builtIn('node:module').createRequire(process.argv[1]!);
  return load(load.resolve(name, { paths }));
}
