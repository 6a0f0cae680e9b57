/**
 * Installs the published `aws-lambda-ric` into a folder of its own, once, and puts the stand-in for its native half beside it.
 *
 * A plain `npm install` of it runs a native build that most machines cannot do, so the install scripts are off (`.npmrc` of
 * the folder) and it stays out of the workspaces' lock file. Two test workers may come here at once: the folder is locked.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RuntimeClient {
  readonly major: 3 | 4;
  /** What the runtime's bootstrap runs. */
  readonly entry: string;
}

/** Node 20 has runtime client 3; from 22 on the managed runtimes carry 4. */
export async function ensureRuntimeClient(nodeLine: number): Promise<RuntimeClient> {
  const major = nodeLine < 22 ? 3 : 4;
  const folder = join(import.meta.dirname, `ric-${major}`);
  const client = join(folder, 'node_modules', 'aws-lambda-ric');
  const entry = major === 3 ? join(folder, 'start.mjs') : join(client, 'index.mjs');
  const stub = join(import.meta.dirname, '../../../tui/src/lambda/rapid-client-stub.cjs');
  // `require('./rapid-client.node')` finds a folder of that name as well as a library.
  const nativeFolder = join(client, major === 3 ? 'dist' : '.', 'rapid-client.node');
  const installedMark = join(folder, 'node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const isCurrent = () => existsSync(installedMark) && readFileSync(installedMark, 'utf8') === wanted;
  const linkStub = (): void => {
    const description = JSON.stringify({ main: relative(nativeFolder, stub) });
    const path = join(nativeFolder, 'package.json');
    if (existsSync(path) && readFileSync(path, 'utf8') === description) return;
    mkdirSync(nativeFolder, { recursive: true });
    // Beside its place and moved there whole: another worker may be starting a runtime meanwhile.
    writeFileSync(`${path}.${process.pid}`, description);
    renameSync(`${path}.${process.pid}`, path);
  };

  if (!isCurrent()) {
    await whileLocked(join(CACHE, `ric-${major}.lock`), () => {
      if (isCurrent()) return;
      execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      writeFileSync(installedMark, wanted);
    });
  }
  linkStub();
  return { major, entry };
}

const CACHE = join(import.meta.dirname, '../../../.cache');

/** Longer than the slowest install: whoever made a lock this old is gone. */
const LOCK_ABANDONED_AFTER_MS = 5 * 60_000;

/** A folder is made by exactly one of two who try. */
async function whileLocked(lock: string, work: () => void): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (ageMs(lock) > LOCK_ABANDONED_AFTER_MS) removeLock(lock);
      await delay(100);
    }
  }
  try {
    work();
  } finally {
    removeLock(lock);
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function removeLock(lock: string): void {
  try {
    rmdirSync(lock);
  } catch {
    // Somebody else found it abandoned as well.
  }
}
