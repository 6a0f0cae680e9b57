/** The shipped agent under the real runtime client: what it writes, and that whatever happens around it does not matter. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AgentRecord,
  type DeathRecord,
  decodeRecord,
  encodeRecord,
  type InitRecord,
  type InvocationRecord,
} from '../../agent/src/record/index.ts';
import { type LambdaDouble, type LambdaOptions, startLambda } from '../support/lambda/lambda-double.ts';

const preload = new URL('../../agent/dist/preload.cjs', import.meta.url).pathname;
let folder: string;
let peer: Server;
let peerPort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightlight-lambda-agent-'));
  // Answers everything but /hang.
  peer = createServer((request, response) => {
    if (request.url !== '/hang') response.end('{}');
  });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  peerPort = (peer.address() as AddressInfo).port;
});
afterAll(() => {
  peer.closeAllConnections();
  peer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the agent around a handler given as the text of an ES module. */
function start(name: string, code: string, options: Partial<LambdaOptions> = {}): Promise<LambdaDouble> {
  const taskRoot = join(folder, name);
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(join(taskRoot, 'index.mjs'), code);
  return startLambda({
    taskRoot,
    handler: 'index.handler',
    ...options,
    env: {
      NODE_OPTIONS: `--require ${preload}`,
      NIGHTLIGHT_PEERS: `127.0.0.1:${peerPort}=payments`,
      // One init in ten measures its modules; a test must not depend on which.
      NIGHTLIGHT_MODULES: 'off',
      PEER: `http://127.0.0.1:${peerPort}`,
      ...options.env,
    },
  });
}

function records(lambda: LambdaDouble): AgentRecord[] {
  return lambda.output
    .filter((line) => line.startsWith('{"nl":'))
    .map((line) => {
      const decoded = decodeRecord(line);
      if (decoded.kind !== 'record') throw new Error(`${line}: ${JSON.stringify(decoded)}`);
      return decoded.record;
    });
}
const ofKind = <K extends AgentRecord['kind']>(lambda: LambdaDouble, kind: K) =>
  records(lambda).filter((record): record is Extract<AgentRecord, { kind: K }> => record.kind === kind);
const invocations = (lambda: LambdaDouble): InvocationRecord[] => ofKind(lambda, 'invocation');
const inits = (lambda: LambdaDouble): InitRecord[] => ofKind(lambda, 'init');
const deaths = (lambda: LambdaDouble): DeathRecord[] => ofKind(lambda, 'death');

describe('each invocation', () => {
  test('has a line with its id, its duration, its heap, its calls and its outcome, as the record contract writes it', async () => {
    const lambda = await start(
      'plain',
      `export const handler = async ({ fail, calls = 0 }) => {
        for (let i = 0; i < calls; i++) await (await fetch(process.env.PEER + '/ok')).text();
        if (fail) throw new RangeError('too far');
        return { statusCode: 200 };
      };`,
    );
    const ids: string[] = [];
    for (const event of [{}, { calls: 2 }, { fail: true }]) ids.push((await lambda.invoke(event)).requestId);
    await lambda.shutdown();
    const told = invocations(lambda);
    expect(told.map((record) => record.requestId)).toEqual(ids);
    expect(told.map((record) => record.invocationNumber)).toEqual([1, 2, 3]);
    expect(told.map((record) => [record.failed, record.errorType])).toEqual([
      [false, undefined],
      [false, undefined],
      [true, 'RangeError'],
    ]);
    expect(told[1]!.outboundCalls).toMatchObject([{ service: 'payments', callCount: 2 }]);
    expect(told[0]!.outboundCalls).toBeUndefined();
    for (const record of told) {
      expect(record.durationMs).toBeGreaterThanOrEqual(0);
      expect(record.memory!.heapUsedAfterBytes).toBeGreaterThan(1_000_000);
      expect(record.memory!.rssBytes).toBeGreaterThan(20_000_000);
      expect(record.selfUs).toBeGreaterThan(0);
    }
    // Written by hand in the preload, read and written back by the contract's tables: the same bytes.
    for (const line of lambda.output.filter((each) => each.startsWith('{"nl":'))) {
      const decoded = decodeRecord(line);
      expect(decoded.kind === 'record' && encodeRecord(decoded.record)).toBe(line);
    }
  });

  test('tells who woke it, how many items came, went back, and came twice', async () => {
    const lambda = await start(
      'queue',
      `export const handler = async (event) => ({ batchItemFailures: event.Records.filter((r) => r.body === 'bad').map((r) => ({ itemIdentifier: r.messageId })) });`,
    );
    const message = (messageId: string, body = 'good', receives = '1') => ({
      messageId,
      body,
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:orders',
      attributes: { ApproximateReceiveCount: receives },
    });
    await lambda.invoke({ Records: [message('a'), message('b', 'bad'), message('c')] });
    await lambda.invoke({ Records: [message('a'), message('b', 'good', '2')] });
    await lambda.shutdown();
    expect(invocations(lambda)).toMatchObject([
      { eventSource: 'sqs', eventItemCount: 3, returnedCount: 1 },
      { eventSource: 'sqs', eventItemCount: 2, receiveCount: 2, duplicateCount: 1 },
    ]);
  });

  test('that leaves a call under way says so', async () => {
    const lambda = await start(
      'open',
      `export const handler = async () => { fetch(process.env.PEER + '/hang').catch(() => {}); await new Promise((r) => setTimeout(r, 30)); };`,
    );
    await lambda.invoke({});
    await lambda.shutdown();
    expect(invocations(lambda)[0]).toMatchObject({ openCallCount: 1 });
  });
});

describe('the init', () => {
  test('is told once, split into what came before the agent, its own start, the handler and the wait', async () => {
    const lambda = await start(
      'init',
      `const until = performance.now() + 60; while (performance.now() < until); export const handler = async () => {};`,
      {
        memoryMb: 512,
        timeoutMs: 7000,
      },
    );
    await lambda.invoke({});
    await lambda.invoke({});
    await lambda.shutdown();
    expect(inits(lambda)).toHaveLength(1);
    const [init] = inits(lambda) as [InitRecord];
    expect(init).toMatchObject({
      initializationType: 'on-demand',
      proactive: false,
      predecessor: 'none',
      memorySizeMb: 512,
      timeoutMs: 7000,
    });
    expect(init.untilHandlerMs! - init.untilAgentMs! - init.agentMs!).toBeGreaterThan(55);
    expect(init.untilInvocationMs).toBeGreaterThanOrEqual(init.untilHandlerMs!);
  });

  test('with NIGHTLIGHT_MODULES=on names the package that took long to load, and who asked for it', async () => {
    const packages = join(folder, 'modules', 'node_modules', 'slow-package');
    mkdirSync(packages, { recursive: true });
    writeFileSync(join(packages, 'index.js'), 'const until = Date.now() + 60; while (Date.now() < until); module.exports = {};');
    writeFileSync(join(folder, 'modules', 'app.js'), "require('slow-package'); exports.handler = async () => {};");
    const lambda = await start('modules', '', { handler: 'app.handler', env: { NIGHTLIGHT_MODULES: 'on' } });
    await lambda.invoke({});
    await lambda.shutdown();
    const [init] = inits(lambda) as [InitRecord];
    const slow = init.packages!.find((each) => each.name === 'slow-package')!;
    expect(slow.selfMs).toBeGreaterThan(50);
    expect(init.packages![slow.parentIndex!]!.name).toBe('.');
  });

  test('after a kill is a restart, never the first of its sandbox', async () => {
    const lambda = await start('restart', 'export const handler = async () => {};');
    await lambda.invoke({});
    lambda.kill();
    await lambda.invoke({});
    await lambda.shutdown();
    expect(inits(lambda).map((init) => init.predecessor)).toEqual(['none', 'idle']);
    expect(deaths(lambda)).toEqual([]);
  });

  test('says which kind the platform calls it', async () => {
    for (const initializationType of ['provisioned-concurrency', 'snap-start']) {
      const lambda = await start('kind', 'export const handler = async () => {};', { initializationType });
      await lambda.invoke({});
      await lambda.shutdown();
      expect(inits(lambda)[0]!.initializationType).toBe(initializationType);
    }
  });
});

describe('a death', () => {
  const hanging = `import { get } from 'node:http';
    export const handler = async ({ how }) => {
      if (!how) return 'well';
      get(process.env.PEER + '/hang').on('error', () => {});
      await new Promise((resolve) => setTimeout(resolve, 40));
      if (how === 'loop') for (;;);
      await new Promise(() => setInterval(() => {}, 1000));
    };`;

  test('by SIGKILL leaves the request and the call that were under way to its successor', async () => {
    const lambda = await start('killed', hanging);
    const dying = lambda.invoke({ how: 'wait' });
    await expect.poll(() => lambda.environmentStarts).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    lambda.kill();
    const { requestId } = await dying;
    await lambda.invoke({});
    await lambda.shutdown();
    expect(deaths(lambda)).toMatchObject([{ requestId, phase: 'invocation', openCalls: [{ service: 'payments' }] }]);
    expect(inits(lambda).at(-1)!.predecessor).toBe('died');
  });

  test('of a blocked loop by the time limit as well, although no timer could run', async () => {
    const lambda = await start('blocked', hanging, { timeoutMs: 2000 });
    const { requestId, status } = await lambda.invoke({ how: 'loop' });
    expect(status).toBe('timeout');
    await lambda.invoke({});
    await lambda.shutdown();
    expect(deaths(lambda).filter((death) => death.remainingMs === undefined)).toMatchObject([
      { requestId, openCalls: [{ service: 'payments' }] },
    ]);
  });

  test('by the time limit is foretold by the process itself while its loop is free', async () => {
    const lambda = await start('waiting', hanging, { timeoutMs: 2000 });
    const { requestId } = await lambda.invoke({ how: 'wait' });
    await lambda.shutdown();
    const foretold = deaths(lambda).filter((death) => death.remainingMs !== undefined);
    expect(foretold).toMatchObject([{ requestId, openCalls: [{ service: 'payments' }] }]);
    expect(foretold[0]!.openCalls![0]!.waitedMs).toBeGreaterThan(500);
  });

  test('that never came is not foretold: an invocation within its limit writes no such line', async () => {
    const lambda = await start('healthy', `export const handler = async () => { await new Promise((r) => setTimeout(r, 100)); };`, {
      timeoutMs: 1000,
    });
    for (let i = 0; i < 12; i++) await lambda.invoke({});
    await lambda.shutdown();
    expect(deaths(lambda)).toEqual([]);
    expect(invocations(lambda)).toHaveLength(12);
  });
});

describe('the host goes on', () => {
  test('without a state directory, and the agent says once what will not be known', async () => {
    const lambda = await start('no-state', 'export const handler = async () => "well";', {
      env: { NIGHTLIGHT_STATE_DIR: '/proc/nowhere' },
    });
    const results = [await lambda.invoke({}), await lambda.invoke({})];
    await lambda.shutdown();
    expect(results.map((result) => result.payload.toString())).toEqual(['"well"', '"well"']);
    expect(ofKind(lambda, 'note')).toMatchObject([{ about: 'limit', note: expect.stringContaining('NIGHTLIGHT_STATE_DIR') }]);
    expect(invocations(lambda)).toHaveLength(2);
  });

  test.skipIf(process.getuid?.() === 0)('with a state directory that may not be written', async () => {
    const readOnly = join(folder, 'read-only');
    mkdirSync(readOnly);
    chmodSync(readOnly, 0o555);
    const lambda = await start('read-only-state', 'export const handler = async () => "well";', {
      env: { NIGHTLIGHT_STATE_DIR: readOnly },
    });
    expect((await lambda.invoke({})).status).toBe('success');
    await lambda.shutdown();
    expect(ofKind(lambda, 'note')).toHaveLength(1);
  });

  test('with a full disk under the recorder', async () => {
    // Opening works, every write fails with ENOSPC.
    const full = join(folder, 'full');
    mkdirSync(full);
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/dev/full', join(full, '.nightlight-0'));
    const lambda = await start('full-state', 'export const handler = async () => "well";', { env: { NIGHTLIGHT_STATE_DIR: full } });
    for (let i = 0; i < 5; i++) expect((await lambda.invoke({})).payload.toString()).toBe('"well"');
    await lambda.shutdown();
    expect(invocations(lambda)).toHaveLength(5);
    expect(ofKind(lambda, 'note')).toMatchObject([{ about: 'limit' }]);
  });

  test('with malformed settings: each is named once, with what is accepted', async () => {
    const lambda = await start('malformed', 'export const handler = async () => "well";', {
      env: { NIGHTLIGHT_FLUSH: 'later', NIGHTLIGHT_SAMPLE: '5%' },
    });
    await lambda.invoke({});
    await lambda.invoke({});
    await lambda.shutdown();
    expect(ofKind(lambda, 'note').map((note) => note.note)).toEqual([
      'NIGHTLIGHT_FLUSH: expected log, shutdown, invoke; the default is used',
      'NIGHTLIGHT_SAMPLE: expected 1/N; the default is used',
    ]);
    expect(invocations(lambda)).toHaveLength(2);
  });

  test('when it closes stdout under the agent, and the next line counts what was lost', async () => {
    const lambda = await start(
      'closes',
      `import { closeSync, openSync } from 'node:fs';
       let kept; export const handler = async ({ close }) => { if (close) closeSync(1); return 'well'; };`,
    );
    for (const event of [{}, { close: true }, {}]) expect((await lambda.invoke(event)).payload.toString()).toBe('"well"');
    await lambda.shutdown();
    expect(invocations(lambda)).toHaveLength(1);
  });

  test('when it replaces the globals that the agent stands on', async () => {
    const lambda = await start(
      'globals',
      `globalThis.JSON = { ...JSON, stringify: () => { throw new Error('mine'); }, parse: JSON.parse }; Promise.prototype.then = new Proxy(Promise.prototype.then, {});
       performance.now = () => { throw new Error('mine'); };
       export const handler = async () => {};`,
    );
    await lambda.invoke({});
    const { status } = await lambda.invoke({});
    await lambda.shutdown();
    // The runtime client itself needs JSON.stringify; what matters is that nothing of the agent comes to the surface.
    expect(lambda.output.join('\n')).not.toMatch(/preload\.cjs/);
    expect(['success', 'error', 'crash']).toContain(status);
  });
});

describe('the agent keeps out of the way', () => {
  test('NIGHTLIGHT=off: nothing is written, nothing is redirected', async () => {
    const lambda = await start(
      'off',
      'export const handler = async () => ({ agent: Object.getOwnPropertySymbols(globalThis).map(String).filter((s) => s.includes("nightlight")) });',
      {
        env: { NIGHTLIGHT: 'off' },
      },
    );
    expect(JSON.parse((await lambda.invoke({})).payload.toString())).toEqual({ agent: [] });
    await lambda.shutdown();
    expect(records(lambda)).toEqual([]);
  });

  test('the function sees its own environment: its handler, its NODE_OPTIONS without ours, no variable of ours', async () => {
    const lambda = await start(
      'environment',
      'export const handler = async () => ({ handler: process.env._HANDLER, options: process.env.NODE_OPTIONS, ours: Object.keys(process.env).filter((k) => k.startsWith("_NIGHT")) });',
      {
        env: { NODE_OPTIONS: `--no-warnings --require ${preload}` },
      },
    );
    expect(JSON.parse((await lambda.invoke({})).payload.toString())).toEqual({
      handler: 'index.handler',
      options: '--no-warnings',
      ours: [],
    });
    await lambda.shutdown();
  });

  test("another vendor's redirect is loaded as the handler that it is", async () => {
    const vendor = join(folder, 'vendor');
    mkdirSync(vendor, { recursive: true });
    writeFileSync(
      join(vendor, 'wrap.mjs'),
      'const { handler: user } = await import(process.env.VENDOR_ROOT + "/index.mjs"); export const handler = async (...args) => ({ vendor: true, user: await user(...args) });',
    );
    const lambda = await start('chained', 'export const handler = async () => "mine";', {
      handler: join(vendor, 'wrap.handler'),
      env: { VENDOR_ROOT: join(folder, 'chained') },
    });
    expect(JSON.parse((await lambda.invoke({})).payload.toString())).toEqual({ vendor: true, user: 'mine' });
    await lambda.shutdown();
    expect(invocations(lambda)).toHaveLength(1);
  });

  test('a line that the host left unfinished stays its own', async () => {
    const lambda = await start('unfinished', `export const handler = async () => { process.stdout.write('half a line'); };`);
    await lambda.invoke({});
    await lambda.invoke({});
    await lambda.shutdown();
    expect(lambda.output.filter((line) => line === 'half a line')).toHaveLength(2);
    expect(invocations(lambda)).toHaveLength(2);
  });

  test('in the JSON log format its lines are the same', async () => {
    const lambda = await start('json', 'export const handler = async () => { console.log("hello"); };', { logFormat: 'JSON' });
    await lambda.invoke({});
    await lambda.shutdown();
    expect(invocations(lambda)).toHaveLength(1);
  });

  test('with NIGHTLIGHT_SAMPLE most lines are left out, the remarkable ones never, and the counts stay exact', async () => {
    const lambda = await start('sampled', `export const handler = async ({ fail }) => { if (fail) throw new TypeError('no'); };`, {
      env: { NIGHTLIGHT_SAMPLE: '1/10', NIGHTLIGHT_STATE_DIR: 'off' },
      freeze: false,
    });
    for (let i = 1; i <= 501; i++) await lambda.invoke({ fail: i === 7 });
    await lambda.shutdown();
    const told = invocations(lambda).map((record) => record.invocationNumber!);
    expect(told).toContain(1);
    expect(told).toContain(7);
    expect(told).toContain(20);
    expect(told.length).toBeLessThan(120);
    expect(inits(lambda)[0]!.sampleEvery).toBe(10);
    const [summary] = ofKind(lambda, 'summary');
    expect(summary).toMatchObject({ invocationCount: 500, failedCount: 1, coldCount: 1, sequence: 1 });
    const counted = [...summary!.warmDurations!, ...summary!.coldDurations!].reduce((sum, bucket) => sum + bucket.count, 0);
    expect(counted).toBe(500);
  });
});

describe('what every invocation needs stands in the preload as text, and is found there', () => {
  const measured = async (name: string, nodeOptions: string) => {
    const lambda = await start(name, 'export const handler = async () => "well";', { env: { NODE_OPTIONS: nodeOptions } });
    expect((await lambda.invoke({})).payload.toString()).toBe('"well"');
    await lambda.shutdown();
    return invocations(lambda).length;
  };
  /** The shipped files in a folder of their own, changed. */
  const shipped = (name: string, change: (folder: string) => void): string => {
    const copy = join(folder, name);
    cpSync(dirname(preload), copy, { recursive: true, filter: (path) => !/\.d\.c?ts$|drill|\.zip$/.test(path) });
    change(copy);
    return join(copy, 'preload.cjs');
  };

  test('without the files of those parts', async () => {
    const alone = shipped('without-files', (copy) => {
      for (const part of ['host', 'invocations']) rmSync(join(copy, `${part}.cjs`));
    });
    expect(await measured('text-alone', `--require ${alone}`)).toBe(1);
  });

  test('in a host that makes no code from strings', async () => {
    expect(await measured('no-eval', `--disallow-code-generation-from-strings --require ${preload}`)).toBe(1);
  });

  test('and where a tool has taken comments out of the preload, the files are', async () => {
    const bare = shipped('without-comments', (copy) => {
      const path = join(copy, 'preload.cjs');
      const text = readFileSync(path, 'utf8');
      const without = text.replace(/\/\*.*?\*\//gs, '');
      expect(without.length).toBeLessThan(text.length / 2);
      writeFileSync(path, without);
    });
    expect(await measured('files-alone', `--require ${bare}`)).toBe(1);
  });
});
