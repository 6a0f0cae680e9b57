/** The example architectures are what drills are compared on: without a drill they must be well, and their telemetry must be read. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyze } from '@nightlight/analyzer';
import { afterAll, expect, test } from 'vitest';

const START = fileURLToPath(new URL('../../fixtures/dist/architecture.js', import.meta.url));
const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function run(name: string, environment: NodeJS.ProcessEnv = {}) {
  const out = mkdtempSync(join(tmpdir(), 'nightlight-shop-'));
  folders.push(out);
  const child = spawn(process.execPath, [START, name, '--out', out, '--seed', '7', '--rps', '8', '--seconds', '2'], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const exitCode = await new Promise((done) => child.once('close', done));
  const lines = said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { out, exitCode, last: lines.at(-1) };
}

test.concurrent('queue-workers handles each order once, and the analyzer sees three well functions', async () => {
  const { out, exitCode, last } = await run('queue-workers');
  expect(exitCode).toBe(0);
  expect(last).toMatchObject({ say: 'ended', failed: 0, chargedTwice: 0, wrongSum: 0, lost: 0 });
  expect(last.mailed).toBe(last.sent);
  const { functions } = await analyze([out], {});
  expect(functions.map(({ functionName, failed }) => [functionName, failed?.count])).toEqual(
    expect.arrayContaining([
      ['order', 0],
      ['worker', 0],
      ['mail', 0],
    ]),
  );
});

test.runIf(hasRedis)('one-service handles each order once, and the analyzer sees one well service', async () => {
  const { out, exitCode, last } = await run('one-service');
  expect(exitCode).toBe(0);
  expect(last).toMatchObject({ say: 'ended', failed: 0, chargedTwice: 0, wrongSum: 0, lost: 0 });
  expect(last.mailed).toBe(last.sent);
  const { functions } = await analyze([out], {});
  expect(functions.map(({ functionName, failed }) => [functionName, failed?.count])).toEqual([['one-service', 0]]);
});

test.concurrent('one-service says in a line what is missing where there is no Redis, and ends with 5', async () => {
  const { exitCode, last } = await run('one-service', { PATH: '/nowhere' });
  expect(exitCode).toBe(5);
  expect(last).toMatchObject({ say: 'skipped', because: expect.stringContaining('redis-server is not installed') });
});
