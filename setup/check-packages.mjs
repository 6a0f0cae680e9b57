/**
 * Packs each workspace and lets publint and "are the types wrong" look at the tarball: what they pass is what users get.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'nightlight-pack-'));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
try {
  for (const workspace of ['agent', 'analyzer', 'tui']) {
    const folder = join(root, workspace);
    const [{ filename, size, entryCount }] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', out], folder));
    const tarball = join(out, filename);
    process.stdout.write(run('npx', ['publint', 'run', '--strict', tarball], root));
    // The command line has no importable entry: there are no types to be wrong.
    if (workspace !== 'tui') process.stdout.write(run('npx', ['attw', '--profile', 'esm-only', tarball], root));
    console.log(`${workspace}: ${entryCount} files, ${(size / 1024).toFixed(0)} KiB packed`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
