/**
 * Lays out what the Lambda layer holds, file by file, as it will stand under /opt. The command line ships this folder:
 * `nightlight layer build` zips it, and `nightlight agent check` runs what is in it, so both use the very files that a
 * function would.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What every cold start reads and compiles. Ten kilobytes are what a preload may have and stay within the noise of an empty one. */
export const COLD_START_BUDGET_BYTES = 10_240;

/**
 * @param agentFolder  the agent's workspace, built
 * @param out  becomes the layer's root; what was there before is gone
 */
export async function layOutLayer(agentFolder, out) {
  const dist = join(agentFolder, 'dist');
  const missing = [...ALWAYS, API].filter((name) => !existsSync(join(dist, name)));
  if (missing.length > 0) throw new Error(`${dist}: expected the built agent, found no ${missing.join(', ')}`);
  checkBudget(dist);

  rmSync(out, { recursive: true, force: true });
  const put = (from, to) => {
    mkdirSync(dirname(join(out, to)), { recursive: true });
    copyFileSync(from, join(out, to));
  };
  for (const name of [...ALWAYS, ...partsOf(dist)]) put(join(dist, name), `nightlight/${name}`);
  put(WRAPPER, 'nightlight/wrapper');
  put(LICENCE, 'nightlight/LICENSE');
  await layOutApi(agentFolder, join(out, 'nodejs/node_modules/@nightlight/agent'));
}

/**
 * All that a long-running process may load, for `nightlight agent check app.js`: some of it has no place in a layer.
 *
 * @param out  becomes a folder of the preload and its parts; what was there before is gone
 */
export function layOutAgent(agentFolder, out) {
  const dist = join(agentFolder, 'dist');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(dist).filter((entry) => entry.endsWith('.cjs') && entry !== 'drill.cjs'))
    copyFileSync(join(dist, name), join(out, name));
}

/** Read at every cold start. */
const ALWAYS = ['preload.cjs', 'handler.mjs'];
/** What only a process that serves for days loads, the door for the code, which has a place of its own, and what injects faults. */
const NOT_BESIDE_THE_PRELOAD = ['process.cjs', 'sink.cjs', 'index.cjs', 'drill.cjs'];
const API = 'index.js';
const WRAPPER = fileURLToPath(new URL('wrapper', import.meta.url));
const LICENCE = fileURLToPath(new URL('../../LICENSE', import.meta.url));

/** What is loaded only when a setting asks for it, each in a file of its own. */
function partsOf(dist) {
  return readdirSync(dist).filter((name) => name.endsWith('.cjs') && !ALWAYS.includes(name) && !NOT_BESIDE_THE_PRELOAD.includes(name));
}

function checkBudget(dist) {
  const sizes = ALWAYS.map((name) => ({ name, byteCount: statSync(join(dist, name)).size }));
  const total = sizes.reduce((sum, { byteCount }) => sum + byteCount, 0);
  if (total <= COLD_START_BUDGET_BYTES) return;
  const each = sizes.map(({ name, byteCount }) => `${name} ${byteCount}`).join(' + ');
  throw new Error(
    `${dist}: expected at most ${COLD_START_BUDGET_BYTES} bytes to be read at each cold start, found ${total} (${each}). ` +
      'Move what is not always needed into a part.',
  );
}

/** The door for `observe`, `countDropped` and the like, in both module systems and without the rest of the package. */
async function layOutApi(agentFolder, out) {
  const { name, version, license } = JSON.parse(readFileSync(join(agentFolder, 'package.json'), 'utf8'));
  for (const [format, file] of [
    ['esm', 'index.mjs'],
    ['cjs', 'index.cjs'],
  ]) {
    await build({
      entryPoints: [join(agentFolder, 'dist', API)],
      outfile: join(out, file),
      bundle: true,
      format,
      platform: 'node',
      target: 'node20.19',
      logLevel: 'warning',
    });
  }
  // For code that loads the agent itself, where NODE_OPTIONS is not looked at: the same file, so that it runs only once.
  writeFileSync(join(out, 'preload.cjs'), `require('../../../../nightlight/preload.cjs');\n`);
  const exports = { '.': { import: './index.mjs', require: './index.cjs' }, './preload': './preload.cjs' };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify({ name, version, license, exports }, undefined, 2)}\n`);
}
