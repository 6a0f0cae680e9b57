/** The layer's wrapper under the real shells of this machine: what Lambda starts in its place must come up, whatever the environment. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const WRAPPER = fileURLToPath(new URL('../../agent/layer/wrapper', import.meta.url));
const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['ksh'], ['zsh', '--emulate', 'sh']].filter(
  ([shell]) => spawnSync(shell!, ['-c', 'true']).error === undefined,
);

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'nightlight-wrapper-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe.each(SHELLS)('under %s', (...shell) => {
  test('Node loads the agent before the program', () => {
    const run = runWrapped(shell as string[], layer('plain'), [process.execPath, '-p', 'globalThis.agentIsHere']);
    expect(run).toEqual({ exitCode: 0, stdout: 'true\n', stderr: '' });
  });

  test('options that were there stay, with their blanks and quotes, and come first', () => {
    const other = join(home, 'an other');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'vendor.cjs'), 'globalThis.vendorIsHere = globalThis.agentIsHere !== true;');
    const options = `--max-old-space-size=321  --require "${other}/vendor.cjs" --title="two \\"words\\""`;
    const run = runWrapped(
      shell as string[],
      layer('beside'),
      [process.execPath, '-p', '[globalThis.vendorIsHere, globalThis.agentIsHere, process.title, process.env.NODE_OPTIONS].join("|")'],
      { NODE_OPTIONS: options },
    );
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(`true|true|two "words"|${options} --require ${home}/beside/preload.cjs\n`);
  });

  test('a folder with blanks in its name is found', () => {
    const run = runWrapped(shell as string[], layer('with two blanks'), [process.execPath, '-p', 'globalThis.agentIsHere']);
    expect(run).toEqual({ exitCode: 0, stdout: 'true\n', stderr: '' });
  });

  test.each(['off', 'OFF', '0', 'false', 'no'])('NIGHTLIGHT=%s leaves everything as it was', (word) => {
    const run = runWrapped(shell as string[], layer('switched-off'), [process.execPath, '-p', 'String(process.env.NODE_OPTIONS)'], {
      NIGHTLIGHT: word,
    });
    expect(run).toEqual({ exitCode: 0, stdout: 'undefined\n', stderr: '' });
  });

  test.each(['on', '', 'offline'])('NIGHTLIGHT=%j does not switch it off', (word) => {
    const run = runWrapped(shell as string[], layer('on'), [process.execPath, '-p', 'globalThis.agentIsHere'], { NIGHTLIGHT: word });
    expect(run.stdout).toBe('true\n');
  });

  test('without its preload the program runs all the same, and one line says why it is not measured', () => {
    const wrapper = layer('broken');
    rmSync(join(home, 'broken/preload.cjs'));
    const run = runWrapped(shell as string[], wrapper, [process.execPath, '-p', '1 + 1']);
    expect(run).toMatchObject({ exitCode: 0, stdout: '2\n' });
    expect(run.stderr).toBe(`nightlight: ${home}/broken/preload.cjs: expected a readable file; the function runs without the agent\n`);
  });

  test('the program becomes the process: its arguments, its exit code and its signals are its own', () => {
    const wrapper = layer('exact');
    const words = ['one word', '', '$HOME', '*', `it's`];
    const run = runWrapped(shell as string[], wrapper, [
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)));process.exit(7)',
      ...words,
    ]);
    expect(run).toMatchObject({ exitCode: 7, stdout: `${JSON.stringify(words)}\n` });
    const killed = spawnSync(shell[0]!, [...shell.slice(1), wrapper, process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")']);
    expect(killed.signal).toBe('SIGKILL');
  });

  test('nothing but NODE_OPTIONS is added to the environment of the program', () => {
    const script = 'console.log(Object.keys(process.env).sort().join())';
    // The same shell with a script that only becomes the program: what the shell adds by itself is not ours.
    const plain = join(home, 'plain-script');
    writeFileSync(plain, 'exec "$@"\n');
    const bare = runWrapped(shell as string[], plain, [process.execPath, '-e', script]).stdout;
    const run = runWrapped(shell as string[], layer('tidy'), [process.execPath, '-e', script]);
    const added = run.stdout
      .trim()
      .split(',')
      .filter((name) => !bare.trim().split(',').includes(name));
    expect(added).toEqual(['NODE_OPTIONS']);
  });
});

test('it is started by its own path, as Lambda starts it', () => {
  const run = spawnSync(layer('opt'), [process.execPath, '-p', 'globalThis.agentIsHere'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH! },
  });
  expect(run).toMatchObject({ status: 0, stdout: 'true\n', stderr: '' });
});

/** @returns the wrapper's path, with a preload beside it that only says that it was there */
function layer(name: string): string {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'preload.cjs'), 'globalThis.agentIsHere = true;');
  copyFileSync(WRAPPER, join(folder, 'wrapper'));
  chmodSync(join(folder, 'wrapper'), 0o755);
  return join(folder, 'wrapper');
}

function runWrapped(shell: readonly string[], wrapper: string, command: readonly string[], env: Record<string, string> = {}) {
  const run = spawnSync(shell[0]!, [...shell.slice(1), wrapper, ...command], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH!, KEPT: 'a b', ...env },
  });
  return { exitCode: run.status, stdout: run.stdout, stderr: run.stderr };
}
