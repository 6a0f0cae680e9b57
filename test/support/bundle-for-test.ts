/** Makes one CommonJS file of a TypeScript entry, as the agent's own build does, for tests that start real processes. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @param entry  path from the root of the repository. @returns the path of the bundle, in a folder of its own */
export async function bundleForTest(entry: string): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'nightlight-bundle-')), 'bundle.cjs');
  await build({
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['@opentelemetry/*', 'hdr-histogram-js', 'ink', 'react', 'react/*'],
    logLevel: 'warning',
  });
  return outfile;
}
