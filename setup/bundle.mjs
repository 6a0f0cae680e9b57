/**
 * Bundles the command line with the analyzer in it: one small entry that starts fast, a chunk for what a command needs,
 * and the analyzer's worker thread beside them. Sixty small files would each cost a look at the disk at every start.
 */

import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { layOutAgent, layOutLayer } from '../agent/layer/lay-out.mjs';
import { firstFrameChunk, withoutTheDoor } from './first-frame-chunk.mjs';
import { thirdPartyLicences } from './third-party-licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Ink would load React's developer tools when DEV=true is set, as it often is for other reasons; they are not shipped. */
const withoutDevtools = {
  name: 'without-devtools',
  setup: ({ onLoad }) => onLoad({ filter: /ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: '' })),
};
/**
 * Of the histogram library the analyzer uses two classes; the rest (WebAssembly, compression, log formats) would be run at every
 * start. What drives load for `check` uses the rest, in a chunk of its own.
 */
const histogramsOnly = {
  name: 'histograms-only',
  setup: ({ onResolve, onLoad, resolve }) => {
    onResolve({ filter: /^hdr-histogram-js$/ }, async ({ importer, kind, resolveDir, pluginData }) => {
      if (pluginData === 'itself' || !/[\\/]analyzer[\\/]src[\\/]/.test(importer)) return undefined;
      const { path } = await resolve('hdr-histogram-js', { kind, resolveDir, pluginData: 'itself' });
      return { path, suffix: '?two-classes' };
    });
    onLoad({ filter: /hdr-histogram-js[\\/]dist[\\/]index\.js$/ }, ({ path, suffix }) =>
      suffix === ''
        ? undefined
        : {
            contents: ['Float64Histogram', 'Int32Histogram'].map((name) => `exports.${name} = require('./${name}').default;`).join('\n'),
            resolveDir: dirname(path),
          },
    );
  },
};
/** Commander starts subcommands that are programs of their own; we have none, and the module for it costs every start. */
const withoutSubprograms = {
  name: 'without-subprograms',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]lib[\\/]/.test(importer) ? { path: 'no-subprograms', namespace: 'stub' } : undefined,
    );
    onLoad({ filter: /^no-subprograms$/, namespace: 'stub' }, () => ({ contents: '' }));
  },
};
const asShipped = {
  absWorkingDir: `${root}tui`,
  conditions: ['nightlight-source'],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  plugins: [withoutDevtools, histogramsOnly, withoutSubprograms],
  // Ink's older dependencies call require() for what Node has built in.
  banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};
const { metafile } = await build({
  ...asShipped,
  entryPoints: {
    main: 'src/main.ts',
    worker: '../analyzer/src/pipeline/worker.ts',
    'lambda-runtime': 'src/agent-check/lambda-runtime.ts',
  },
  outdir: 'dist',
  plugins: [...asShipped.plugins, await firstFrameChunk(`${root}tui`, asShipped)],
  metafile: true,
});
writeFileSync(`${root}tui/dist/THIRD-PARTY-LICENCES.txt`, thirdPartyLicences(metafile, `${root}tui`));
// A chunk's name holds its content, so every build leaves the one before it behind, and the package would carry both.
const made = new Set(Object.keys(metafile.outputs).map((output) => basename(output)));
for (const output of withoutTheDoor(`${root}tui`, metafile.outputs)) made.delete(basename(output));
for (const name of readdirSync(`${root}tui/dist`)) {
  if (name.endsWith('.js') && !made.has(name)) rmSync(`${root}tui/dist/${name}`, { force: true });
}
// The generator of the fixtures is run by the bench and by hand; tests import its source. The example architectures are started by drills.
await build({
  absWorkingDir: `${root}fixtures`,
  entryPoints: { generate: 'generator/generate.ts', architecture: 'architectures/start.ts' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  conditions: ['nightlight-source'],
  logLevel: 'warning',
});
// The command line brings the agent along: to build the layer, and to run programs under it.
await layOutLayer(`${root}agent`, `${root}tui/dist/layer`);
layOutAgent(`${root}agent`, `${root}tui/dist/agent`);
// The recorded incident that `nightlight demo` plays, and on which `nightlight doctor` tries the analysis.
mkdirSync(`${root}tui/dist/demo`, { recursive: true });
for (const name of readdirSync(`${root}fixtures/demo`).filter((entry) => entry.endsWith('.gz')))
  copyFileSync(`${root}fixtures/demo/${name}`, `${root}tui/dist/demo/${name}`);
