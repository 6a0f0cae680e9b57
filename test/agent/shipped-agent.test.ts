/** The other tests bundle the agent's source; what is shipped went through a minifier, which may break what they prove. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** What Node has loaded of itself when a runtime client asks for its first event, and a moment later. */
function builtInsOf(nodeOptions: string, more: Record<string, string> = {}): { atFirstNext: string[]; later: string[] } {
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => {};\n');
  // Loads what the published clients load, and the handler as they do.
  const client = join(folder, 'client.cjs');
  writeFileSync(
    client,
    `const { existsSync } = require('node:fs');
for (const name of ['http', 'net', 'util', 'path', 'module', 'timers']) require(name);
const file = require('path').resolve(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER.replace('.handler', ''));
(async () => (existsSync(file + '.cjs') ? require(file + '.cjs') : import(file + '.mjs')))().then(() =>
  setImmediate(() => {
    const atFirstNext = [...process.moduleLoadList];
    setImmediate(() => setImmediate(() => process.stdout.write(JSON.stringify({ atFirstNext, later: process.moduleLoadList }))));
  }),
);
`,
  );
  // One start in ten measures its module loading, with more of Node.
  const sampling = { NIGHTLIGHT_MODULES: 'off' };
  const env = { LAMBDA_TASK_ROOT: folder, _HANDLER: 'index.handler', AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9', TMPDIR: folder, ...sampling };
  const output = execFileSync(process.execPath, [client], { env: { ...env, ...more, NODE_OPTIONS: nodeOptions }, encoding: 'utf8' });
  return JSON.parse(output.trim().split('\n').at(-1)!);
}

test.each([
  ['writing lines', {}],
  // Nobody answers the registration there, which is told in a line.
  ['with an extension of its own', { NIGHTLIGHT_FLUSH: 'invoke', NIGHTLIGHT_OTLP_ENDPOINT: 'http://127.0.0.1:9' }],
])(
  'until the first event is asked for, the shipped agent, %s, has Node load nothing that the runtime client does not load',
  (_how, more) => {
    const bare = builtInsOf('');
    const measured = builtInsOf(`--require ${file('agent/dist/preload.cjs')}`, more);
    const own = (names: string[]) => names.filter((name) => name.startsWith('NativeModule ') && !bare.later.includes(name));
    expect(own(measured.atFirstNext)).toEqual([]);
    // What an invocation needs follows at once, so that an event which comes later finds it there.
    expect(own(measured.later)).toContain('NativeModule v8');
  },
);
