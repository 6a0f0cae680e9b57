/** Bundles the command line: one small entry that starts fast, and a chunk per command. */

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
await build({
  absWorkingDir: `${root}tui`,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['@nightlight/*', 'commander'],
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});
// The generator of the fixtures is run by the bench and by hand; tests import its source.
await build({
  absWorkingDir: `${root}fixtures`,
  entryPoints: ['generator/generate.ts'],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  conditions: ['nightlight-source'],
  logLevel: 'warning',
});
