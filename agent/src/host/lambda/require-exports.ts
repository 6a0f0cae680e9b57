/**
 * How line 3 of aws-lambda-ric, on Node 20, loads a handler's module: CommonJS is required, and only a package of
 * `"type": "module"` or an `.mjs` is imported. Whoever asks for `module.parent`, or whose file name is no URL, sees the difference.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** @returns where to look for the handler */
export async function requireExports(file: string, name: string, paths: string[]): Promise<unknown[]> {
  const load = createRequire(process.argv[1]!);
  const isModule = existsSync(`${file}.js`) && isModulePackage(dirname(file));
  if (existsSync(file)) return [load(file)];
  if (!isModule && existsSync(`${file}.js`)) return [load(`${file}.js`)];
  if (isModule) return [await import(`${file}.js`)];
  if (existsSync(`${file}.mjs`)) return [await import(`${file}.mjs`)];
  if (existsSync(`${file}.cjs`)) return [load(`${file}.cjs`)];
  return [load(load.resolve(name, { paths }))];
}

/** Whether the nearest package.json says so; one that cannot be read says no. */
function isModulePackage(folder: string): boolean {
  if (folder.endsWith('/node_modules')) return false;
  const file = `${folder === '/' ? '' : folder}/package.json`;
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')).type === 'module';
    } catch (error) {
      console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
      return false;
    }
  }
  return folder !== '/' && isModulePackage(dirname(folder));
}
