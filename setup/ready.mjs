/**
 * Makes a checkout ready to run: installs from the lock file when that is missing or stale, builds what changed.
 * `npm start`, `npm test` and the rest call it first, so that each works alone straight after a clone.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (command, args) => execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Nightlight needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const stamp = `${root}node_modules/.nightlight-lock`;
const lock = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('installing from the lock file …');
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  writeFileSync(stamp, lock);
}
run('node', ['node_modules/typescript/bin/tsc', '-b']);
run('node', ['setup/bundle-agent.mjs']);
run('node', ['setup/bundle.mjs']);
