/**
 * The double is what every other test of the agent in Lambda stands on, so it is held to what the platform does: real
 * processes, the published runtime client, and log lines that the analyzer reads without a doubt.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { analyze } from '@nightlight/analyzer';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type InvokeResult, type LambdaDouble, type LambdaOptions, startLambda } from '../support/lambda/lambda-double.ts';

const folders: string[] = [];
const doubles: LambdaDouble[] = [];

afterEach(async () => {
  for (const double of doubles.splice(0)) await double.shutdown();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('handlers of every kind answer through the published runtime client', () => {
  test.each([
    ['an async CommonJS handler', 'index.handler', { 'index.js': 'exports.handler = async (event) => ({ twice: event.n * 2 });' }],
    ['an ES module', 'index.handler', { 'index.mjs': 'export const handler = async (event) => ({ twice: event.n * 2 });' }],
    [
      'a callback handler whose loop must be empty first',
      'index.handler',
      {
        'index.js':
          'exports.handler = (event, context, callback) => { setTimeout(() => {}, 20); callback(null, { twice: event.n * 2 }); };',
      },
    ],
    [
      'a nested export in a folder',
      'src/app.api.run',
      { 'src/app.cjs': 'exports.api = { run: async (event) => ({ twice: event.n * 2 }) };' },
    ],
  ])('%s', async (_what, handler, files) => {
    const double = await start(files, { handler });
    const answers = [await double.invoke({ n: 1 }), await double.invoke({ n: 2 })];
    expect(answers.map((answer) => [answer.status, answer.payload.toString()])).toEqual([
      ['success', '{"twice":2}'],
      ['success', '{"twice":4}'],
    ]);
    expect(double.environmentStarts).toBe(1);
  });

  test('a streaming handler sends its bytes and their type', async () => {
    const double = await start({
      'index.mjs': `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.setContentType('text/csv');
        stream.write('a,b\\n');
        stream.end('1,2\\n');
      });`,
    });
    const answer = await double.invoke({});
    expect([answer.status, answer.contentType, answer.payload.toString()]).toEqual(['success', 'text/csv', 'a,b\n1,2\n']);
  });

  test('a stream that breaks half-way is an error of the kind that its trailer names', async () => {
    const double = await start({
      'index.mjs': `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.write('first half');
        throw new RangeError('no more');
      });`,
    });
    const answer = await double.invoke({});
    expect([answer.status, answer.errorType, answer.payload.toString()]).toEqual(['error', 'RangeError', 'first half']);
  });

  test('what a handler throws is what the client gets, and the environment goes on', async () => {
    const double = await start({
      'index.js': `exports.handler = async (event) => { if (event.fail) throw new TypeError('no such item'); return 1; };`,
    });
    const answer = await double.invoke({ fail: true });
    expect([answer.status, answer.errorType]).toEqual(['error', 'TypeError']);
    expect(JSON.parse(answer.payload.toString())).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such item' });
    expect((await double.invoke({})).status).toBe('success');
    expect(double.environmentStarts).toBe(1);
  });

  test('a response over 6 MB is refused as the platform refuses it', async () => {
    const double = await start({ 'index.js': `exports.handler = async (event) => 'x'.repeat(event.bytes);` });
    expect(await double.invoke({ bytes: 6_000_000 })).toMatchObject({ status: 'success' });
    expect(await double.invoke({ bytes: 7_000_000 })).toMatchObject({ status: 'error', errorType: 'Function.ResponseSizeTooLarge' });
  });

  test('the handler finds the environment that a managed runtime gives', async () => {
    const double = await start(
      { 'index.js': 'exports.handler = async (event, context) => ({ env: process.env, context, cwd: process.cwd() });' },
      { functionName: 'orders', functionVersion: '7', memoryMb: 192, env: { STAGE: 'test' } },
    );
    const seen = JSON.parse((await double.invoke({})).payload.toString());
    expect(seen.env).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'orders',
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '192',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
      _HANDLER: 'index.handler',
      STAGE: 'test',
      TMPDIR: double.ephemeralDirectory,
    });
    expect(seen.context).toMatchObject({ functionName: 'orders', memoryLimitInMB: '192', logStreamName: double.logEvents()[0]!.logStream });
    expect(seen.env.LAMBDA_TASK_ROOT).toBe(seen.cwd);
    expect(Object.keys(seen.env)).not.toContain('HOME');
  });

  test('a wrapper is started with the command line of the runtime, and /opt leads to the unpacked layer', async () => {
    const optRoot = writeFolder({ 'wrap.sh': '#!/bin/sh\nexport WRAPPED="$#"\nexec "$@"\n', 'first.cjs': 'globalThis.first = true;' });
    chmodSync(join(optRoot, 'wrap.sh'), 0o755);
    const double = await start(
      { 'index.js': 'exports.handler = async () => [process.env.WRAPPED, globalThis.first];' },
      { optRoot, wrapper: '/opt/wrap.sh', env: { NODE_OPTIONS: '--require /opt/first.cjs' } },
    );
    // Node, its three arguments, the entry of the runtime.
    expect((await double.invoke({})).payload.toString()).toBe('["5",true]');
  });
});

describe('an environment that fails is reset and keeps its ephemeral directory', () => {
  const REMEMBERS = `
    const { existsSync, writeFileSync } = require('node:fs');
    const mark = process.env.TMPDIR + '/mark';
    exports.handler = async (event) => {
      const remembered = existsSync(mark);
      writeFileSync(mark, '');
      if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
      if (event.exit !== undefined) process.exit(event.exit);
      if (event.eat) for (const eaten = []; ; ) { eaten.push(Buffer.alloc(1024 * 1024, 1)); await null; }
      return { remembered };
    };`;

  test('a handler that is too slow is killed at its deadline', async () => {
    const double = await start({ 'index.js': REMEMBERS }, { timeoutMs: 300 });
    const late = await double.invoke({ hang: true });
    expect([late.status, late.errorType]).toEqual(['timeout', 'Sandbox.Timedout']);
    expect(late.payload.toString()).toContain('Task timed out after 0.30 seconds');
    expect(double.exits).toEqual([{ exitCode: null, signal: 'SIGKILL' }]);
    await double.invoke({ hang: true });
    expect(double.environmentStarts).toBe(2);
  });

  test('a handler that exits is a crash, and the next invocation starts anew', async () => {
    const double = await start({ 'index.js': REMEMBERS });
    expect(await double.invoke({ exit: 3 })).toMatchObject({ status: 'crash', errorType: 'Runtime.ExitError' });
    expect((await double.invoke({})).payload.toString()).toBe('{"remembered":true}');
    expect([double.environmentStarts, double.exits]).toEqual([2, [{ exitCode: 3, signal: null }]]);
  });

  test('a handler that takes more memory than it has is killed', async () => {
    const double = await start({ 'index.js': REMEMBERS }, { memoryMb: 128, timeoutMs: 20_000 });
    expect(await double.invoke({ eat: true })).toMatchObject({ status: 'crash', errorType: 'Runtime.OutOfMemory' });
    expect(messages(double)).toContainEqual(expect.stringMatching(/^REPORT .*Max Memory Used: 128 MB.*Error Type: Runtime.OutOfMemory/));
    expect(messages(double)).toContainEqual(expect.stringContaining('Runtime exited with error: signal: killed\nRuntime.ExitError'));
    expect((await double.invoke({})).payload.toString()).toBe('{"remembered":true}');
  });

  test('a runtime that is killed between invocations is replaced by the next one', async () => {
    const double = await start({ 'index.js': REMEMBERS });
    await double.invoke({});
    double.kill();
    expect((await double.invoke({})).payload.toString()).toBe('{"remembered":true}');
    expect(double.environmentStarts).toBe(2);
  });

  test('an uncaught exception is told to the client before the process ends with 129', async () => {
    const double = await start({
      'index.js': `exports.handler = () => { setTimeout(() => { throw new Error('later'); }, 5); return new Promise(() => {}); };`,
    });
    expect(await double.invoke({})).toMatchObject({ status: 'error', errorType: 'Error' });
    await double.invoke({});
    expect(double.exits[0]).toEqual({ exitCode: 129, signal: null });
  });
});

describe('an init that fails is told and tried again inside the first invocation', () => {
  test.each([
    ['a module that throws', 'throw new Error("no table");', 'error', 'Error', 'Runtime.Unknown'],
    ['a module that is not there', 'require("./nowhere");', 'error', 'Runtime.ImportModuleError', 'Runtime.ImportModuleError'],
    ['a module that exits', 'process.exit(4);', 'crash', 'Runtime.ExitError', 'Runtime.ExitError'],
  ])('%s', async (_what, code, status, errorType, loggedType) => {
    const double = await start({ 'index.js': code });
    expect(await double.invoke({})).toMatchObject({ status, errorType });
    expect(double.environmentStarts).toBe(2);
    const reports = messages(double).filter((message) => message.startsWith('INIT_REPORT'));
    expect(reports.map((line) => /Phase: \w+\tStatus: \w+\tError Type: \S+/.exec(line)?.[0])).toEqual([
      `Phase: init\tStatus: error\tError Type: ${loggedType}`,
      `Phase: invoke\tStatus: error\tError Type: ${loggedType}`,
    ]);
  });

  test('what heals until the first invocation answers, its init inside the duration', async () => {
    const healing = `
      const { existsSync, writeFileSync } = require('node:fs');
      const mark = process.env.TMPDIR + '/mark';
      if (!existsSync(mark)) { writeFileSync(mark, ''); throw new Error('not yet'); }
      exports.handler = async () => 'well';`;
    const double = await start({ 'index.js': healing });
    expect((await double.invoke({})).payload.toString()).toBe('"well"');
    const report = messages(double).find((message) => message.startsWith('REPORT'));
    expect(report).not.toContain('Init Duration');
  });
});

describe('between invocations nothing runs', () => {
  const TICKS = `
    const { appendFileSync } = require('node:fs');
    setInterval(() => appendFileSync(process.env.TMPDIR + '/ticks', '.'), 5).unref();
    exports.handler = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return process.pid;
    };`;

  test('a frozen environment is a stopped process whose clock stands still', async () => {
    const double = await start({ 'index.js': TICKS });
    const pid = (await double.invoke({})).payload.toString();
    await until(() => stateOf(pid) === 'T');
    const before = ticks(double);
    await delay(150);
    expect(ticks(double)).toBe(before);
    expect((await double.invoke({})).payload.toString()).toBe(pid);
    expect(ticks(double)).toBeGreaterThan(before);
  });

  test('without the freezer it goes on', async () => {
    const double = await start({ 'index.js': TICKS }, { freeze: false });
    await double.invoke({});
    const before = ticks(double);
    await until(() => ticks(double) > before);
  });
});

describe('extensions', () => {
  /** Registers while the module loads, as an agent does that is preloaded. */
  const INTERNAL = `
    const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
    const register = async (name, events) => {
      const answer = await fetch(api + 'register', { method: 'POST', headers: { 'Lambda-Extension-Name': name }, body: JSON.stringify({ events }) });
      return { status: answer.status, type: (await answer.json()).errorType, id: answer.headers.get('lambda-extension-identifier') };
    };
    const next = (id) => fetch(api + 'event/next', { headers: { 'Lambda-Extension-Identifier': id } }).then((answer) => answer.json());
  `;

  test('registrations that the platform refuses are refused', async () => {
    const double = await start({
      'index.mjs': `${INTERNAL}
        const first = await register('one', ['INVOKE']);
        const early = [first, await register('one', ['INVOKE']), await register('two', ['SHUTDOWN']), await register('', ['INVOKE'])];
        void (async () => { for (;;) await next(first.id); })();
        export const handler = async () => [...early, await register('late', ['INVOKE'])].map(({ status, type }) => [status, type]);`,
    });
    const answer = await double.invoke({});
    expect(JSON.parse(answer.payload.toString())).toEqual([
      [200, null],
      [403, 'Extension.InvalidExtensionState'],
      [403, 'Extension.InvalidEventType'],
      [403, 'Extension.InvalidExtensionName'],
      [403, 'Extension.RegistrationClosed'],
    ]);
  });

  test('the environment stays busy, unfrozen, until the extension is back in next; the client does not wait for it', async () => {
    const double = await start({
      'index.mjs': `${INTERNAL}
        const { id } = await register('slow', ['INVOKE']);
        void (async () => {
          for (;;) {
            const event = await next(id);
            await new Promise((resolve) => setTimeout(resolve, 200));
            console.log('flushed ' + event.requestId);
          }
        })();
        export const handler = async (event, context) => context.awsRequestId;`,
    });
    for (const requestId of ['request-1', 'request-2']) {
      const answer = await double.invoke({}, { requestId });
      expect(answer.busyMs - answer.clientLatencyMs).toBeGreaterThan(100);
      expect(double.output.filter((line) => line.includes(`flushed ${requestId}`))).toHaveLength(1);
    }
  });

  test('an extension that never asks for the next event holds the environment until the timeout; the answer is given all the same', async () => {
    const double = await start(
      {
        'index.mjs': `${INTERNAL}
          const { id } = await register('stuck', ['INVOKE']);
          void next(id);
          export const handler = async () => 'done';`,
      },
      { timeoutMs: 300 },
    );
    expect((await double.invoke({})).payload.toString()).toBe('"done"');
    expect(messages(double)).toContainEqual(expect.stringContaining('Task timed out after 0.30 seconds'));
  });

  const ON_SIGTERM = `process.on('SIGTERM', () => { console.log('last words'); process.exit(7); });`;

  test('with an internal extension the runtime gets SIGTERM at the end, also out of the freeze', async () => {
    const double = await start({
      'index.mjs': `${INTERNAL} ${ON_SIGTERM}
        const { id } = await register('calm', []);
        void next(id);
        export const handler = async () => 1;`,
    });
    await double.invoke({});
    expect(await double.shutdown()).toEqual({ exitCode: 7, signal: null });
    expect(double.output.join('\n')).toContain('last words');
  });

  test('without any extension it is killed without a word', async () => {
    const double = await start({ 'index.mjs': `${ON_SIGTERM} export const handler = async () => 1;` });
    await double.invoke({});
    expect(await double.shutdown()).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(double.output.join('\n')).not.toContain('last words');
  });

  test('SIGTERM comes before SIGKILL at a timeout as well', async () => {
    const double = await start(
      {
        'index.mjs': `${INTERNAL} ${ON_SIGTERM}
          const { id } = await register('calm', []);
          void next(id);
          export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));`,
      },
      { timeoutMs: 300 },
    );
    expect((await double.invoke({})).status).toBe('timeout');
    expect(double.exits).toEqual([{ exitCode: 7, signal: null }]);
  });

  test('an external extension has a process of its own, gets INVOKE and SHUTDOWN, and lacks what only runtimes are told', async () => {
    const optRoot = writeFolder({
      'extensions/watcher': `#!/usr/bin/env node
        const { appendFileSync } = require('node:fs');
        const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
        const note = (line) => appendFileSync(__dirname + '/../seen', line + '\\n');
        (async () => {
          const answer = await fetch(api + 'register', { method: 'POST', headers: { 'Lambda-Extension-Name': 'watcher' }, body: '{"events":["INVOKE","SHUTDOWN"]}' });
          const id = answer.headers.get('lambda-extension-identifier');
          note('handler ' + process.env._HANDLER);
          for (;;) {
            const event = await (await fetch(api + 'event/next', { headers: { 'Lambda-Extension-Identifier': id } })).json();
            note(event.eventType + ' ' + (event.requestId ?? event.shutdownReason));
            if (event.eventType === 'SHUTDOWN') process.exit(0);
          }
        })();`,
    });
    chmodSync(join(optRoot, 'extensions/watcher'), 0o755);
    const double = await start({ 'index.js': 'exports.handler = async () => 1;' }, { optRoot });
    await double.invoke({}, { requestId: 'request-1' });
    await double.shutdown();
    const seen = readFileSync(join(optRoot, 'seen'), 'utf8');
    expect(seen.trim().split('\n')).toEqual(['handler undefined', 'INVOKE request-1', 'SHUTDOWN SPINDOWN']);
    expect(messages(double)).toContain('EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n');
  });

  /** Subscribes, and keeps the types of what it is sent. */
  const SUBSCRIBER = `${INTERNAL}
    import { createServer } from 'node:http';
    const seen = [];
    const sink = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => { body += chunk; });
      request.on('end', () => { seen.push(...JSON.parse(body).map((event) => event.type)); response.end(); });
    });
    await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const { id } = await register('subscriber', []);
    const subscribed = await fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2022-07-01/telemetry', {
      method: 'PUT',
      headers: { 'Lambda-Extension-Identifier': id },
      body: JSON.stringify({ schemaVersion: '2022-12-13', types: ['platform'], buffering: { timeoutMs: 25 }, destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:' + sink.address().port } }),
    });
    void next(id);
    export const handler = async (event) => {
      while (seen.length < event.count) await new Promise((resolve) => setTimeout(resolve, 10));
      return [subscribed.status, seen];
    };`;

  test('a subscriber of the Telemetry API is sent what the platform did, from the start of the init on', async () => {
    const double = await start({ 'index.mjs': SUBSCRIBER });
    expect(JSON.parse((await double.invoke({ count: 6 })).payload.toString())).toEqual([
      200,
      [
        'platform.initStart',
        'platform.telemetrySubscription',
        'platform.extension',
        'platform.initRuntimeDone',
        'platform.initReport',
        'platform.start',
      ],
    ]);
  });

  test.each([
    ['late', { lateMs: 60_000 }, []],
    ['lost now and then', { loseEvery: 2 }, ['platform.initStart', 'platform.extension', 'platform.initReport']],
    [
      'repeated now and then',
      { repeatEvery: 5 },
      [...Array(4).fill(expect.any(String)), 'platform.initReport', 'platform.initReport', 'platform.start'],
    ],
  ])('events can be %s', async (_how, telemetryFaults, expected) => {
    const double = await start({ 'index.mjs': SUBSCRIBER }, { telemetryFaults });
    expect(JSON.parse((await double.invoke({ count: expected.length })).payload.toString())).toEqual([200, expected]);
  });
});

describe('the log stream is an input of the analyzer', () => {
  const MIXED = `exports.handler = async (event) => {
    console.log('working on', event.n);
    process.stdout.write('a plain line\\n');
    if (event.fail) throw new TypeError('no such item');
    if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (event.exit !== undefined) process.exit(event.exit);
  };`;

  test.each([
    ['Text', 'csv'],
    ['Text', 's3'],
    ['JSON', 'csv'],
    ['JSON', 's3'],
  ] as const)('%s lines in an export of shape %s leave nothing unread', async (logFormat, shape) => {
    const double = await start({ 'index.js': MIXED }, { logFormat, timeoutMs: 2000, functionName: 'orders', functionVersion: '7' });
    const answers: InvokeResult[] = [];
    for (const event of [{ n: 1 }, { n: 2 }, { fail: true }, { hang: true }, { n: 3 }, { exit: 1 }, { n: 4 }])
      answers.push(await double.invoke(event));
    // On a busy machine a second runtime may not be up before its deadline: what happened is asked of the double.
    const count = (status: InvokeResult['status']): number => answers.filter((answer) => answer.status === status).length;
    expect(count('timeout')).toBeGreaterThanOrEqual(1);
    const report = await analyze([double.writeExport(writeFolder({}), shape)], { workers: 0, functionName: 'orders' });

    expect(report.input.failedFileCount).toBe(0);
    expect(report.input.eventCount).toBe(double.logEvents().length);
    const { unknownShapes, unknownPlatform, anomalies, unfinishedCount } = report.dataQuality;
    expect({ unknownPlatform, anomalies, unfinishedCount }).toEqual({ unknownPlatform: [], anomalies: [], unfinishedCount: 0 });
    // Text that no logger wrote is counted as such, and is the only thing that is.
    expect(unknownShapes.map(({ shape, count }) => [shape, count])).toEqual([
      ['a plain line', messages(double).filter((message) => message === 'a plain line\n').length],
    ]);
    expect(report.functions).toHaveLength(1);
    expect(report.functions[0]).toMatchObject({ functionName: 'orders', invocationCount: 7 });
    // The platform calls a handler's own error a success; in text the runtime client prints "Invoke Error", in JSON nothing.
    const [error, success] =
      logFormat === 'Text' ? [count('crash') + count('error'), count('success')] : [count('crash'), count('success') + 1];
    expect(report.functions[0]!.statusCounts).toMatchObject({ timeout: count('timeout'), error, success });
  });
});

async function start(files: Readonly<Record<string, string>>, options: Partial<LambdaOptions> = {}): Promise<LambdaDouble> {
  const double = await startLambda({ taskRoot: writeFolder(files), handler: 'index.handler', ...options });
  doubles.push(double);
  return double;
}

function writeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-function-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

const messages = (double: LambdaDouble): readonly string[] => double.logEvents().map((event) => event.message);

/** `T` is a stopped process, `S` one that sleeps. */
function stateOf(pid: string): string | undefined {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

function ticks(double: LambdaDouble): number {
  const path = join(double.ephemeralDirectory, 'ticks');
  return existsSync(path) ? readFileSync(path).length : 0;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
}
