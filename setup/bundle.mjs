/** Bundles the command line: one small entry that starts fast, and a chunk per command. */

import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { metafile } = await build({
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
  metafile: true,
  logLevel: 'warning',
});
// A chunk's name holds its content, so every build leaves the one before it behind, and the package would carry both.
const made = new Set(Object.keys(metafile.outputs).map((output) => basename(output)));
for (const name of readdirSync(`${root}tui/dist`)) {
  if (name.endsWith('.js') && !made.has(name)) rmSync(`${root}tui/dist/${name}`, { force: true });
}
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
