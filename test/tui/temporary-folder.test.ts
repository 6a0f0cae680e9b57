/** Folders of a command, in processes that really end: what is left in the temporary directory afterwards, and how they ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { bundleForTest } from '../support/bundle-for-test.ts';

let bundle = '';

beforeAll(async () => {
  bundle = await bundleForTest('tui/src/temporary-folder.ts');
});

const ALIVE = 'setInterval(() => {}, 1000);';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s takes the folder away, and is what the process died of', async (signal) => {
  const run = await start(ALIVE);
  run.kill(signal);
  expect(await run.ended).toEqual([null, signal]);
  expect(existsSync(run.folder)).toBe(false);
});

test('a program that takes Ctrl-C decides its exit code; the folder goes with the exit', async () => {
  const run = await start(`process.once('SIGINT', () => process.exit(130)); ${ALIVE}`);
  run.kill('SIGINT');
  expect(await run.ended).toEqual([130, null]);
  expect(existsSync(run.folder)).toBe(false);
});

test('a second Ctrl-C ends a program that is slow to stop after the first, and the folder is gone', async () => {
  const run = await start(`process.once('SIGINT', () => console.log('stopping')); ${ALIVE}`);
  run.kill('SIGINT');
  await run.said('stopping');
  expect(existsSync(run.folder)).toBe(true);
  run.kill('SIGINT');
  expect(await run.ended).toEqual([null, 'SIGINT']);
  expect(existsSync(run.folder)).toBe(false);
});

test('a folder that was removed before leaves signals as they were', async () => {
  const run = await start(`folder.remove(); console.log('listeners', process.listenerCount('SIGTERM'));`);
  await run.said('listeners 0');
  expect(await run.ended).toEqual([0, null]);
  expect(existsSync(run.folder)).toBe(false);
});

/** @param then  what the program does once it has its `folder` and has told of it */
async function start(then: string) {
  const program = `const folder = require(${JSON.stringify(bundle)}).temporaryFolder('nightlight-of-a-test-');
    require('node:fs').writeFileSync(folder.path + '/file', 'something');
    console.log('folder ' + folder.path + ';');
    ${then}`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = once(child, 'close');
  const said = async (words: string): Promise<void> => {
    while (!text.includes(words)) await Promise.race([once(child.stdout, 'data'), ended]);
  };
  await said(';\n');
  const folder = /^folder (.+);$/m.exec(text)![1]!;
  return { folder, ended, said, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
