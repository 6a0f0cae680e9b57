/**
 * Packs each workspace and lets publint and "are the types wrong" look at the tarball: what they pass is what users get.
 *
 * What an earlier build left behind for a source that has gone since is cleared away first, or it would be packed too.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Loaded by its address at run time, so no import would tell that it is missing. */
const MUST_HOLD = { agent: 'dist/record/index.js', analyzer: 'dist/pipeline/worker.js', tui: 'dist/worker.js' };

const root = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'nightlight-pack-'));
try {
  for (const workspace of ['agent', 'analyzer', 'tui']) {
    const folder = join(root, workspace);
    // The command line is bundled: its build clears away its own leftovers.
    if (workspace !== 'tui') removeLeftovers(folder);
    const [{ filename, size, files }] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', out], folder));
    if (!files.some(({ path }) => path === MUST_HOLD[workspace])) throw new Error(`${workspace}: ${MUST_HOLD[workspace]} is not packed`);
    const tarball = join(out, filename);
    run('npx', ['publint', 'run', '--strict', tarball], root);
    // The command line has no importable entry: there are no types to be wrong.
    if (workspace !== 'tui') run('npx', ['attw', '--profile', 'esm-only', tarball], root);
    console.log(`${workspace}: ${files.length} files, ${(size / 1024).toFixed(0)} KiB packed`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}

/** What a check has to say is only worth reading when it objects. */
function run(command, args, cwd) {
  try {
    return execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
  } catch (error) {
    process.stderr.write(error.stdout ?? '');
    throw error;
  }
}

function removeLeftovers(folder) {
  for (const entry of readdirSync(join(folder, 'dist'), { recursive: true })) {
    const source = entry.replace(/\.(?:d\.ts|js)$/, '');
    if (source === entry || ['.ts', '.tsx'].some((ending) => existsSync(join(folder, 'src', source + ending)))) continue;
    rmSync(join(folder, 'dist', entry));
  }
}
