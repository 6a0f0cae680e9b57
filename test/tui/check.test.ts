/**
 * `nightlight check` as a command of its own process, on real handlers: what leaks or starts slowly fails the build, its healthy
 * twin does not, and what cannot be run says why.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkEvents } from '../../tui/src/check/check-events.ts';
import { checkJunit } from '../../tui/src/model/check-junit.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = join(root, 'tui/dist/main.js');
const leaks = join(root, 'fixtures/leaks');
let home = '';

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'nightlight-check-test-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('a handler', () => {
  test('that keeps 5 KB of each invocation fails the build with the line to blame; its bounded twin passes', async () => {
    const few = ['--invocations', '300', '--starts', '1', '--fail-on', 'leak', '--format', 'json'];
    const [leaking, healthy] = await Promise.all([
      check([join(leaks, 'leaking/event-listeners.mjs'), ...few, '--probe']),
      check([join(leaks, 'healthy/removed-listeners.mjs'), ...few]),
    ]);
    const told = JSON.parse(leaking.stdout);
    expect(told.gates).toMatchObject([
      { gate: 'leak', verdict: 'failed', because: expect.stringContaining('followSettings (event-listeners.mjs:8)') },
    ]);
    expect(leaking.exitCode).toBe(3);
    expect(told.forcedCollections.memory[0].growth.kind).toBe('leaking');
    const quiet = JSON.parse(healthy.stdout);
    expect(quiet.gates).toMatchObject([{ gate: 'leak', verdict: 'passed' }]);
    expect(healthy.exitCode).toBe(0);
    // What is printed is what `nightlight schema check` promises.
    const { stdout: schema } = await run(['schema', 'check']);
    const validate = new Ajv2020({ strict: false, logger: false }).compile(JSON.parse(schema));
    expect(validate(told) && validate(quiet), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...told, gates: [{ gate: 'leak' }] })).toBe(false);
  });

  test('that is slow to load fails a budget of its starts, and a quick one keeps it', async () => {
    const slow = file('slow.mjs', `for (const end = Date.now() + 150; Date.now() < end; );\n${ANSWERS}`);
    const quick = file('quick.mjs', ANSWERS);
    const few = ['--invocations', '1', '--no-probe', '--fail-on', 'cold', '--format', 'junit'];
    const broken = await check([slow, ...few, '--budget', 'init-p90=140ms', '--starts', '2']);
    expect(broken.stdout).toMatch(/<testcase classname="slow" name="cold"><failure message=".*init p90/);
    expect(broken.exitCode).toBe(3);
    const kept = await check([quick, ...few, '--budget', 'init-p50=20s']);
    expect(kept.stdout).toContain('<testcase classname="quick" name="cold"/>');
    expect(kept.exitCode).toBe(0);
  });

  test('of which too little was seen is neither passed nor failed', async () => {
    const run = await check([
      file('short.mjs', ANSWERS),
      '--invocations',
      '8',
      '--starts',
      '1',
      '--fail-on',
      'leak,p99',
      '--format',
      'text',
    ]);
    expect(run.stdout).toMatch(/\? leak cannot tell: .+\n +\? p99 cannot tell: fewer than 368 warm invocations/);
    expect(run.stdout).toMatch(/init +p50 n<6, p90 n<36, p99 n<368/);
    expect(run.stdout).toContain('so a plain loader called the handler');
    expect(run.stdout).toContain('exit 4: not enough to tell: leak, p99');
    expect(run.exitCode).toBe(4);
  });

  test('is told with the time that each package took to load, and what the agent added', async () => {
    const folder = join(home, 'with-package');
    mkdirSync(join(folder, 'node_modules/slow-package'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/slow-package/index.js'), 'for (const end = Date.now() + 60; Date.now() < end; );');
    writeFileSync(join(folder, 'index.cjs'), `require('slow-package');\nexports.handler = async ({ text }) => text;`);
    const event = file('event.json', '{"text":"always the same"}');
    const run = await check([
      join(folder, 'index.handler'),
      ...['--payload', event, '--invocations', '4', '--starts', '2', '--no-probe', '--format', 'md', '--keep', join(home, 'kept')],
    ]);
    expect(run.stdout).toMatch(/loading +slow-package [6-9]\d(?:\.\d)? ms \(1 module/);
    expect(run.stdout).toMatch(/init +[+-]\d+\.\d+ ms until it asks for its first event/);
    expect(run.stdout).toMatch(/own work +\d+ µs \(median of 4/);
    expect(run.stdout).toContain('all events were equal');
    expect(run.exitCode).toBe(0);
    expect(existsSync(join(home, 'kept/measured/with-package'))).toBe(true);
  });
});

describe('a server', () => {
  test('that keeps 5 KB of each request fails the build with the line to blame; its bounded twin passes', async () => {
    const few = ['--invocations', '300', '--fail-on', 'leak', '--format', 'json'];
    // More, so that a machine with much else to do cannot leave the verdict open.
    const enough = ['--invocations', '500', '--fail-on', 'leak', '--format', 'json'];
    const [leaking, healthy] = await Promise.all([
      check([join(leaks, 'servers/leaking.mjs'), ...enough]),
      check([join(leaks, 'servers/healthy.mjs'), ...few]),
    ]);
    const told = JSON.parse(leaking.stdout);
    expect(told.gates).toMatchObject([{ gate: 'leak', verdict: 'failed', because: expect.stringContaining('remember (leaking.mjs:7)') }]);
    expect(told.agentCost.latencyMs.withAgent.count).toBe(500);
    expect(leaking.exitCode).toBe(3);
    const quiet = JSON.parse(healthy.stdout);
    expect(quiet.gates).toMatchObject([
      { gate: 'leak', verdict: 'passed', because: expect.stringMatching(/^is stable: .* would not show/) },
    ]);
    expect(quiet.measured.routes).toMatchObject([{ route: 'GET /', requestCount: 301 }]);
    expect(healthy.exitCode).toBe(0);
  });

  test('gets the payload, at the path that was named', async () => {
    const port = await freePort();
    const echoes = file(
      'echoes.mjs',
      `import { createServer } from 'node:http';
createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  response.statusCode = request.url === '/orders' && /^\\{"id":\\d+\\}$/.test(body) ? 201 : 500;
  response.end();
}).listen(${port}, '127.0.0.1');`,
    );
    const event = file('order.json', '{"id":"{{number}}"}');
    const run = await check([
      echoes,
      '--url',
      `http://127.0.0.1:${port}/orders`,
      '--payload',
      event,
      '--invocations',
      '10',
      '--no-probe',
      '--format',
      'json',
    ]);
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout).measured.routes).toMatchObject([
      { route: expect.stringContaining('POST'), requestCount: 11, failed: { count: 0 } },
    ]);
    expect(run.exitCode).toBe(0);
  });

  test.each([
    ['that dies when it starts', `throw new Error('no database');`, 'CHECK_DOES_NOT_RUN', 'exit 1: Error: no database'],
    [
      'that has no such path',
      `import { createServer } from 'node:http'; createServer((_, response) => { response.statusCode = 404; response.end(); }).listen(process.env.PORT);`,
      'CHECK_FIRST_FAILED',
      'status 404',
    ],
  ])('%s is told with what was found', async (_, code, error, found) => {
    const run = await check([file('server.mjs', code), '--invocations', '5']);
    expect(run.stderr).toContain(`error[${error}]`);
    expect(run.stderr).toContain(found);
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('whose port is taken is not started: the load would go to somebody else', async () => {
    const other = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const run = await check([join(leaks, 'servers/healthy.mjs'), '--url', `http://127.0.0.1:${port}/`]);
    other.close();
    expect(run.stderr).toContain('error[CHECK_PORT_IN_USE]');
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('is ended with Ctrl-C, under load', async () => {
    const pidFile = join(home, 'pid-server');
    const server = file(
      'under-load.mjs',
      `import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
createServer((_, response) => { writeFileSync(process.env.PID_FILE, String(process.pid)); setTimeout(() => response.end(), 50); }).listen(process.env.PORT);`,
    );
    await endsAll(server, pidFile, 'SIGINT');
  });
});

describe('what cannot be checked', () => {
  test.each([
    ['no such file', () => ['nowhere.mjs'], 'CHECK_NOT_FOUND', 'found nothing there', 1],
    [
      'a handler that throws when it loads',
      () => [file('throws.mjs', `throw new RangeError('no settings');\n${ANSWERS}`)],
      'CHECK_DOES_NOT_RUN',
      'RangeError: no settings',
      1,
    ],
    [
      'a handler that knows another event',
      () => [file('fussy.mjs', `export const handler = async ({ order }) => order.id;`)],
      'CHECK_FIRST_FAILED',
      'TypeError',
      1,
    ],
    [
      'a payload that is no JSON',
      () => [file('well.mjs', ANSWERS), '--payload', file('bad.json', '{"a":')],
      'CHECK_BAD_EVENT',
      'expected a file of JSON',
      1,
    ],
    ['a gate of starts without a limit', () => [file('well.mjs', ANSWERS), '--fail-on', 'cold'], 'USAGE', 'found none', 2],
    ['a memory size that Lambda has not', () => [file('well.mjs', ANSWERS), '--memory', '64'], 'USAGE', '128 to 10240', 2],
    ['an agent that is switched off', () => [file('well.mjs', ANSWERS)], 'USAGE', 'NIGHTLIGHT=off', 2, { NIGHTLIGHT: 'off' }],
  ] as const)('%s is told with what was found', async (_, words, code, found, exitCode, env?: Record<string, string>) => {
    const run = await check(words(), env);
    expect(run.stderr).toContain(`error[${code}]`);
    expect(run.stderr).toContain(found);
    expect(run).toMatchObject({ exitCode, stdout: '' });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the handler that is under way, and nothing is left behind', async (signal) => {
    const pidFile = join(home, `pid-${signal}`);
    const slow = file(
      'waits.mjs',
      `import { writeFileSync } from 'node:fs';
export const handler = async () => { writeFileSync(process.env.PID_FILE, String(process.pid)); await new Promise((resolve) => setTimeout(resolve, 60_000)); };`,
    );
    await endsAll(slow, pidFile, signal);
  });
});

describe('events', () => {
  test('differ where their placeholders say so, and grow up to what Lambda takes', () => {
    const path = file('template.json', '{"id":"{{number}}","key":"order-{{number}}","list":["{{uuid}}"]}');
    const events = checkEvents(path, 2_000_000, 10);
    const [first, third, last] = [1, 3, 10].map(
      (number) => events.event(number) as { id: number; key: string; list: string[]; padding: string },
    );
    expect(third).toMatchObject({ id: 3, key: 'order-3' });
    expect(third!.list[0]).not.toBe(first!.list[0]);
    expect([first!.padding.length, third!.padding.length]).toEqual([0, 4_000_000]);
    expect(JSON.stringify(last).length).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(events).toMatchObject({ isConstant: false, largestFrom: 5 });
    expect(checkEvents(file('constant.json', '{"id":1}'), undefined, 5)).toMatchObject({ isConstant: true, largestFrom: undefined });
    expect(checkEvents(undefined, undefined, 5).event(4)).toEqual({ number: 4 });
  });
});

test('JUnit holds whatever a program called its functions', () => {
  const xml = checkJunit({
    target: { name: 'a"b<c>.handler', functionName: 'f' } as never,
    gates: [{ gate: 'leak', verdict: 'failed', because: 'in <anonymous> & "x"\u0000\u001b[31m \ud800', findingId: 'F-1' }],
    exit: 3,
  });
  expect(xml).toContain('name="nightlight check a&quot;b&lt;c&gt;.handler"');
  expect(xml).toContain('message="in &lt;anonymous&gt; &amp; &quot;x&quot;??[31m ?"');
});

const ANSWERS = 'export const handler = async ({ number }) => ({ number });';

function file(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A check under way is ended by the signal, and with it the process that told its number; of its folders none is left. */
async function endsAll(program: string, pidFile: string, signal: NodeJS.Signals): Promise<void> {
  const temporary = mkdtempSync(join(home, 'tmp-'));
  const child = spawn(process.execPath, [command, 'check', program, '--timeout', '2m'], {
    env: { ...process.env, PID_FILE: pidFile, TMPDIR: temporary },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(readdirSync(temporary).length).toBeGreaterThan(0);
  child.kill(signal);
  expect((await ended)[0]).toBe(130);
  expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
  expect(readdirSync(temporary)).toEqual([]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const check = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => run(['check', ...words], env);

function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, ...words], { cwd: home, env: { ...process.env, NO_COLOR: '1', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
