/** Where the bench finds what it measures, and the double of the tests, made runnable outside of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const preload = `${root}agent/dist/preload.cjs`;
export const cache = `${root}.cache/bench/agent`;
mkdirSync(cache, { recursive: true });

/**
 * An empty file: the physical limit of any preload. As many folders below what Node has looked at before as ours is, and named alike:
 * Node asks the system about each folder on the way, which together is a fifteenth of what the agent adds.
 */
export const emptyPreload = `${root}.cache/empty/dist/preload.cjs`;
mkdirSync(`${root}.cache/empty/dist`, { recursive: true });
writeFileSync(emptyPreload, '');

/** @returns the module `test/support/lambda/lambda-double.ts` */
export async function lambdaDouble() {
  const outfile = `${cache}/lambda-double.mjs`;
  const home = `${root}test/support/lambda`;
  await build({
    entryPoints: [`${home}/lambda-double.ts`],
    bundle: true,
    outfile,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    // It finds the runtime clients and the Node lines beside itself.
    define: {
      'import.meta.dirname': JSON.stringify(home),
      'import.meta.url': JSON.stringify(pathToFileURL(`${home}/lambda-double.ts`).href),
    },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

/** @param line  20, 22, 24 or 26 */
export const nodeOf = async (line) => (await import('../../support/lambda/node-lines.mjs')).nodeBinary(line);
