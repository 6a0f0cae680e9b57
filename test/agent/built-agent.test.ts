/** The files that are shipped, as the build leaves them: names are shortened across all of them, and none may lose one on the way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DIST = fileURLToPath(new URL('../../agent/dist/', import.meta.url));

test('a long-running process under the built preload closes its windows while it runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-built-'));
  const file = join(folder, 'records.ndjson');
  const source = `require('node:http').createServer((q, r) => r.end('42')).listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;
  const child = spawn(process.execPath, ['--require', `${DIST}preload.cjs`, '-e', source], {
    env: { ...process.env, NIGHTLIGHT_SINK: `file:${file}`, NIGHTLIGHT_WINDOW: '1s' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(child.stdout!, 'data');
    const [answer] = await once(get(`http://127.0.0.1:${String(port).trim()}/`), 'response');
    answer.resume();
    const windows = () => (readdirSync(folder).length === 0 ? 0 : readFileSync(file, 'utf8').split('"k":"win"').length - 1);
    while (windows() < 2) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(windows()).toBeGreaterThanOrEqual(2);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
