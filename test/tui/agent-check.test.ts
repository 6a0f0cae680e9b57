/**
 * `nightlight agent check` as a command of its own process, on real handlers and programs.
 *
 * Most of it runs with a stand-in for the agent that can be told to misbehave: what the check is for is to notice that.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layOutLayer } from '../../agent/layer/lay-out.mjs';
import { ensureRuntimeClient } from '../support/lambda/ensure-runtime-client.ts';

const agent = fileURLToPath(new URL('../../agent', import.meta.url));
const tui = fileURLToPath(new URL('../../tui', import.meta.url));
let home = '';
let dist = '';

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'nightlight-agent-check-'));
  dist = join(home, 'dist');
  mkdirSync(dist);
  writeFileSync(join(dist, 'package.json'), '{"type":"module"}');
  await build({
    absWorkingDir: tui,
    entryPoints: { main: 'src/main.ts', 'lambda-runtime': 'src/agent-check/lambda-runtime.ts' },
    outdir: dist,
    conditions: ['nightlight-source'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Nothing here analyses or draws.
    external: ['@nightlight/analyzer', '@nightlight/analyzer/*', 'ink', 'react', 'react/*'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  mkdirSync(join(dist, 'layer/nightlight'), { recursive: true });
  mkdirSync(join(dist, 'agent'));
  writeFileSync(join(dist, 'layer/nightlight/preload.cjs'), STAND_IN_PRELOAD);
  writeFileSync(join(dist, 'layer/nightlight/handler.mjs'), STAND_IN_HANDLER);
  writeFileSync(join(dist, 'agent/preload.cjs'), STAND_IN_PROCESS);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('a handler', () => {
  test('that answers the same is told as the same, with what the agent costs and saw', async () => {
    const run = await check({ 'handler.mjs': GREETS, 'event.json': '{"name":"Ada"}' }, [
      'handler.mjs',
      '--event',
      'event.json',
      '--invocations',
      '6',
    ]);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain('handler.handler: 5 runs without and with the agent, in turn, 6 invocations each');
    expect(run.stdout).toMatch(/same +yes: 6 answers, output and exit are equal/);
    expect(run.stdout).toMatch(
      /start +[+-]\d+\.\d+ ms until it asks for its first event: \d+\.\d+ ms \(\d+\.\d+ ms to \d+\.\d+ ms\) without, \d/,
    );
    expect(run.stdout).toMatch(/own work +9 µs \(median of 30, 9 µs to 9 µs\)/);
    expect(run.stdout).toMatch(/log line +\d+ bytes \(median of 30, /);
    expect(run.stdout).toMatch(/records +1 init, 6 invocation/);
    expect(run.stdout).toMatch(/init +20\.0 ms until the agent began, 1\.00 ms the agent itself, 30\.0 ms until the handler was loaded/);
    expect(run.stdout).toMatch(/calls +orders-db: 12 calls, 24\.0 ms together, 0 errors, NO TIME LIMIT/);
    expect(run.stdout).toMatch(/heap +4\.0 MiB after the first, 4\.0 MiB after the last; 3\.9 MiB after the last full collection/);
  });

  test.each([
    ['the answer', 'answer', '! different +the answers \\(number 1\\): without .*hello.*, with .*changed'],
    ['the error', 'throw', '! different +the answers \\(number 1\\): without .*hello.*, with "error TypeError: of the agent'],
    ['the output', 'print', '! different +standard output: without ".*greeting.*", with ".*noise'],
    ['the exit', 'die', '! different +the exit: without "waiting for the next event", with "exit 9"'],
  ])('for which the agent changes %s is told as different, and the exit code says so', async (_, misbehaviour, told) => {
    const run = await check({ 'handler.mjs': GREETS }, ['handler.mjs', '--invocations', '3'], { STAND_IN: misbehaviour });
    expect(run.stdout).toMatch(new RegExp(told));
    expect(run.exitCode).toBe(3);
  });

  test('that answers otherwise each time is not held against the agent', async () => {
    const run = await check({ 'handler.mjs': 'export const handler = async () => Math.random();' }, ['handler.mjs', '--invocations', '2']);
    expect(run.stdout).toMatch(/\? same +cannot tell: the answers differs? from run to run also without the agent/);
    expect(run.exitCode).toBe(4);
  });

  test('that prints the time and fails with a stack trace is still the same', async () => {
    const handler = `export const handler = async () => { console.log(new Date().toISOString()); throw new RangeError('too far'); };`;
    const run = await check({ 'handler.mjs': handler }, ['handler.mjs', '--invocations', '3']);
    expect(run.stdout).toMatch(/same +yes: 3 answers \(3 of them errors\), output and exit are equal/);
    expect(run.exitCode).toBe(0);
  });

  test('that the agent wrote nothing about is not told as well', async () => {
    const run = await check({ 'handler.mjs': GREETS }, ['handler.mjs', '--invocations', '2'], { STAND_IN: 'silent' });
    expect(run.stdout).toMatch(/records +none/);
    expect(run.exitCode).toBe(4);
  });

  test.each([
    ['CommonJS with a callback', 'index.cjs', `exports.handler = (event, context, done) => setTimeout(done, 1, null, 'called back');`, []],
    ['a nested export', 'src/api.mjs', `export const routes = { get: async () => 'nested' };`, ['--handler', 'api.routes.get']],
    ['an export of another name', 'index.mjs', `export const other = async () => 'other';`, ['--handler', 'other']],
  ])('in %s is called as Lambda calls it', async (_, file, source, words) => {
    const run = await check({ [file]: source }, [file, '--invocations', '2', '--runs', '2', ...words]);
    expect(run.stdout).toMatch(/same +yes: 2 answers, output/);
    expect(run.exitCode).toBe(0);
  });

  test('in a folder is found by the name that Lambda has for it', async () => {
    const run = await check({ 'code/src/api.mjs': GREETS }, ['code', '--handler', 'src/api.handler', '--invocations', '2', '--runs', '1']);
    expect(run.stdout).toMatch(/same +yes: 2 answers/);
  });

  test('that never answers ends the run in time, and says after how many answers', async () => {
    const handler = `let n = 0; export const handler = () => (++n < 3 ? Promise.resolve(n) : new Promise(() => { setInterval(() => {}, 1000); }));`;
    const run = await check({ 'handler.mjs': handler }, ['handler.mjs', '--invocations', '5', '--timeout', '1500ms', '--runs', '2']);
    expect(run.stdout).toMatch(/end +no answer in time after 2 answers/);
    expect(run.stdout).toMatch(/same +yes/);
  });

  test('that does not load without the agent either is an error with its reason', async () => {
    const run = await check({ 'handler.mjs': `throw new Error('no database'); export const handler = 1;` }, ['handler.mjs']);
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run.stderr).toContain(
      'error[CHECK_DOES_NOT_RUN]: handler.mjs: expected a handler that loads without the agent, found Error: no database',
    );
  });

  test('runs under a loader of our own where the project has no runtime client, and that is said', async () => {
    const run = await check({ 'handler.mjs': GREETS }, ['handler.mjs', '--invocations', '1', '--runs', '1']);
    expect(run.stdout).toContain('without the runtime client: no aws-lambda-ric');
  });

  test("runs under the project's own runtime client where it has one, streaming too", async () => {
    const { major, entry } = await ensureRuntimeClient(20);
    const client = join(major === 3 ? dirname(entry) : dirname(dirname(dirname(entry))), 'node_modules/aws-lambda-ric');
    const project = newProject({
      'handler.mjs': GREETS,
      'stream.mjs': `export const handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('a'); stream.end('b'); });`,
    });
    // As installed with --ignore-scripts: without the stand-in that other tests put beside it.
    cpSync(client, join(project, 'node_modules/aws-lambda-ric'), {
      recursive: true,
      filter: (path) => !basename(path).endsWith('.node') && basename(path) !== 'deps',
    });
    const run = await nightlight(project, ['handler.mjs', '--invocations', '3', '--runs', '2']);
    expect(run.stdout).toMatch(/^under aws-lambda-ric 3\.\d+\.\d+; its native part is not built/m);
    expect(run.stdout).toMatch(/same +yes: 3 answers, output and exit are equal/);
    expect(run.exitCode).toBe(0);
    const streamed = await nightlight(project, ['stream.mjs', '--invocations', '3', '--runs', '2']);
    expect(streamed.stdout).toMatch(/same +yes: 3 answers, output and exit are equal/);
  });
});

test('the built agent leaves a handler as it is, and sees its start, its calls and its heap', async () => {
  const real = join(home, 'dist-with-the-agent');
  cpSync(dist, real, { recursive: true });
  await layOutLayer(agent, join(real, 'layer'));
  const handler = `
    import { createServer } from 'node:http';
    const server = createServer((request, response) => response.end('priced')).listen(0);
    server.unref();
    export const handler = async () => (await fetch('http://localhost:' + server.address().port)).text();`;
  const run = await nightlight(newProject({ 'handler.mjs': handler }), ['handler.mjs', '--invocations', '4', '--runs', '2'], {}, real);
  expect(run.stdout).toMatch(/same +yes: 4 answers, output and exit are equal/);
  expect(run.stdout).toMatch(/records +.*1 init, 4 invocation/);
  expect(run.stdout).toMatch(/init +\d.* ms until the agent began, .* until the handler was loaded, .* until the first invocation/);
  expect(run.stdout).toMatch(/calls +localhost\S*: 4 calls, \d+\.\d+ ms together, 0 errors/);
  expect(run.stdout).toMatch(/heap +\d+\.\d MiB after the first/);
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
});

describe('a program', () => {
  test('that ends by itself is compared to its end', async () => {
    const run = await check({ 'app.mjs': `console.log('done'); process.exitCode = 5;` }, ['app.mjs']);
    expect(run.stdout).toMatch(/app\.mjs: 5 runs without and with the agent, in turn\n/);
    expect(run.stdout).toMatch(/same +yes: output and exit are equal/);
    expect(run.stdout).toMatch(/end +exit 5/);
    expect(run.stdout).toMatch(/run +[+-]\d+\.\d+ ms until it ends: /);
    expect(run.stdout).toMatch(/records +1 init, 1 window/);
    expect(run.exitCode).toBe(0);
  });

  test('that serves is ended after its seconds, by a signal that it may answer', async () => {
    const app = `import { createServer } from 'node:http';
      const server = createServer().listen(0, '127.0.0.1', () => console.log('listening'));
      process.on('SIGTERM', () => server.close(() => { console.log('closed'); process.exit(0); }));`;
    const run = await check({ 'app.mjs': app }, ['app.mjs', '--seconds', '1', '--runs', '1']);
    expect(run.stdout).toMatch(/same +yes: output and exit are equal/);
    expect(run.stdout).toMatch(/end +exit 0/);
  });

  test('that the agent makes end otherwise is told as different', async () => {
    const run = await check({ 'app.mjs': `console.log('done');` }, ['app.mjs'], { STAND_IN: 'die' });
    expect(run.stdout).toMatch(/! different +the exit: without "exit 0", with "exit 9"/);
    expect(run.exitCode).toBe(3);
  });
});

describe('a mistake', () => {
  test.each([
    ['a file that is not there', ['nowhere.mjs'], 1, 'nowhere.mjs: expected a program or a handler, found nothing there'],
    ['a folder without a handler', ['.'], 2, 'expected --handler file.export with a folder, found none'],
    ['an event that is not there', ['handler.mjs', '--event', 'nowhere.json'], 1, 'nowhere.json: expected a file of JSON, found ENOENT'],
    [
      'an event that is no JSON',
      ['handler.mjs', '--event', 'handler.mjs'],
      1,
      'handler.mjs: expected a file of JSON, found what does not parse',
    ],
    ['a count that is none', ['handler.mjs', '--invocations', 'many'], 2, 'Expected a whole number such as 20.'],
  ])('%s is told with what was expected', async (_, words, exitCode, told) => {
    const run = await check({ 'handler.mjs': GREETS }, words);
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr).toContain(told);
  });

  test('an agent that is switched off is not measured as one that costs nothing', async () => {
    const run = await check({ 'handler.mjs': GREETS }, ['handler.mjs'], { NIGHTLIGHT: 'off' });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('found NIGHTLIGHT=off in the environment');
  });
});

// Which process it started is read where only Linux tells it.
test.skipIf(process.platform !== 'linux').each([
  ['Ctrl-C', 'SIGINT', [130, null]],
  ['SIGTERM', 'SIGTERM', [null, 'SIGTERM']],
] as const)('%s ends it, and the program that it runs; of its folders none is left', async (_, signal, end) => {
  const project = newProject({ 'app.mjs': `console.log(process.pid); setInterval(() => {}, 1000);` });
  const temporary = mkdtempSync(join(home, 'tmp-'));
  const child = spawn(process.execPath, [join(dist, 'main.js'), 'agent', 'check', 'app.mjs', '--seconds', '60'], {
    cwd: project,
    env: { ...process.env, TMPDIR: temporary },
  });
  const ended = once(child, 'close');
  const pid = await childOf(child.pid!);
  expect(readdirSync(temporary)).toHaveLength(1);
  child.kill(signal);
  expect(await ended).toEqual(end);
  expect(readdirSync(temporary)).toEqual([]);
  while (runs(pid)) await sleep(20);
});

const GREETS = `export const handler = async (event) => { console.log('greeting'); return 'hello ' + (event.name ?? 'nobody'); };`;

/** Redirects the handler as an agent does, and writes an init line; told to, it does what an agent must never do. */
const STAND_IN_PRELOAD = `
process.env.STAND_IN_HANDLER = process.env._HANDLER;
process.env._HANDLER = __dirname + '/handler.handler';
if (process.env.STAND_IN !== 'silent') {
  require('node:fs').writeSync(1, '{"nl":1,"k":"init","ua":20,"am":1,"uh":30}\\n');
}
`;
const STAND_IN_HANDLER = `
import { existsSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
const [, file, path] = /^((?:.*\\/)?[^\\/.]+)\\.(.+)$/.exec(process.env.STAND_IN_HANDLER);
const found = ['.mjs', '.cjs', '.js'].map((ending) => resolve(process.env.LAMBDA_TASK_ROOT, file + ending)).find(existsSync);
const loaded = await import(found);
const pick = (from) => path.split('.').reduce((at, key) => at?.[key], from);
const original = pick(loaded) ?? pick(loaded.default);
const after = (result) => {
  if (process.env.STAND_IN !== 'silent') {
    writeSync(1, '{"nl":1,"k":"inv","m":[4096,4096,4000],"c":[["orders-db",2,4,0,0,0,0]],"us":9}\\n');
  }
  if (process.env.STAND_IN === 'answer') return 'changed';
  if (process.env.STAND_IN === 'throw') throw new TypeError('of the agent');
  if (process.env.STAND_IN === 'print') console.log('noise');
  if (process.env.STAND_IN === 'die') process.exit(9);
  return result;
};
const wrapped = (event, context, done) => {
  const result = original(event, context, (error, answer) => done(error, error ? answer : after(answer)));
  return typeof result?.then === 'function' ? result.then(after) : result;
};
// Streaming handlers are marked by symbols.
for (const symbol of Object.getOwnPropertySymbols(original)) wrapped[symbol] = original[symbol];
export const handler = wrapped;
`;
const STAND_IN_PROCESS = `
const file = process.env.NIGHTLIGHT_SINK.slice('file:'.length);
require('node:fs').writeFileSync(file, '{"nl":1,"k":"init","ua":20}\\n{"nl":1,"k":"win","t":1,"l":1000,"s":1,"rc":3}\\n');
if (process.env.STAND_IN === 'die') process.on('exit', () => { process.exitCode = 9; });
`;

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function newProject(files: Readonly<Record<string, string>>): string {
  const project = mkdtempSync(join(home, 'project-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), content);
  }
  return project;
}

const check = (files: Readonly<Record<string, string>>, words: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  nightlight(newProject(files), words, env);

async function nightlight(project: string, words: readonly string[], env: Record<string, string> = {}, from = dist): Promise<Run> {
  const child = spawn(process.execPath, [join(from, 'main.js'), 'agent', 'check', ...words], {
    cwd: project,
    env: { PATH: process.env.PATH!, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((settle) => child.once('close', settle));
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
  return { exitCode: await exitCode, stdout, stderr };
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** Waits until the process has started one of its own. */
async function childOf(pid: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (children !== '') return Number(children.split(' ')[0]);
    await sleep(10);
  }
}

/** A process that was killed may be waited for by nobody; `Z` is one that has ended. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
