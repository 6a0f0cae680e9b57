/** The command line reads, explains and shows the same on every Node line, to the byte. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeBinary } from '../support/lambda/node-lines.mjs';
import { MATRIX_LINES } from './matrix-lines.ts';

const ROOT = join(import.meta.dirname, '../..');
let folder: string;
const expected = new Map<string, Shown>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightlight-lines-'));
  const generate = ['fixtures/dist/generate.js', '--scenario', 'incident', '--shape', 's3-export', '--seed', '1', '--out', folder];
  execFileSync(process.execPath, generate, { cwd: ROOT, stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXPORT = 'EXPORT';
const COMMANDS = [
  ['--version'],
  ['analyze', 'fixtures/example'],
  ['analyze', EXPORT],
  ['analyze', '--format', 'json', EXPORT],
  ['analyze', '--workers', '1', EXPORT],
  ['explain', 'F-1', EXPORT],
  ['explain', 'F-1', '--raw', 'fixtures/example'],
  ['explain', 'cold-start'],
  ['watch', '--plain', 'fixtures/example'],
  ['help', 'exit-codes'],
].map((words) => [words.join(' '), words] as const);

describe.each(MATRIX_LINES)('on Node %d', (line) => {
  test.each(COMMANDS)('nightlight %s', (name, words) => {
    const shown = run(nodeBinary(line), words);
    if (!expected.has(name)) expected.set(name, run(process.execPath, words));
    expect(shown).toEqual(expected.get(name));
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown.stdout).not.toBe('');
  });
});

interface Shown {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(binary: string, words: readonly string[]): Shown {
  const args = words.map((word) => (word === EXPORT ? join(folder, 'data') : word));
  const { status, stdout, stderr } = spawnSync(binary, ['tui/dist/main.js', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env.PATH, TZ: 'UTC' },
  });
  return { exitCode: status, stdout, stderr };
}
