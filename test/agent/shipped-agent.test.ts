/** The other tests bundle the agent's source; what is shipped went through a minifier, which may break what they prove. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-shipped-'));
const sink = join(folder, 'records.ndjson');
const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const child = spawn(process.execPath, ['--require', file('agent/dist/preload.cjs'), file('fixtures/apps/plain.mjs')], {
  env: { ...process.env, NIGHTLIGHT_SINK: `file:${sink}`, NIGHTLIGHT_WINDOW: '1s' },
  stdio: 'ignore',
});
afterAll(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('the shipped agent writes a window while the program still runs, not only when it ends', async () => {
  const hasWindow = () => existsSync(sink) && readFileSync(sink, 'utf8').includes('"k":"win"');
  while (!hasWindow()) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(child.exitCode).toBeNull();
});
