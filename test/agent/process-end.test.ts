/** A process under the agent ends exactly as it does without, and what was measured is written before it does. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { AgentRecord, WindowRecord } from '../../agent/src/record/index.ts';
import { type AppOptions, type RunningApp, startApp } from '../support/run-app.ts';

let app: RunningApp;
afterEach(() => app?.child.kill('SIGKILL'));

const windows = (records: readonly AgentRecord[]) => records.filter((record): record is WindowRecord => record.kind === 'window');
const counted = (running: RunningApp) => windows(running.records()).reduce((sum, { requestCount = 0 }) => sum + requestCount, 0);
const ask = (path: string) => fetch(`http://127.0.0.1:${app.port}${path}`).then((answer) => answer.text());

/** A window so long that only the end of the process can close it. */
const ONE_WINDOW: AppOptions = { environment: { NIGHTLIGHT_WINDOW: '3600s' } };

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s kills as before when the host does not listen, after everything was written',
    async (signal) => {
      app = await startApp('plain.mjs', ONE_WINDOW);
      await ask('/orders/1');
      await ask('/orders/2');
      expect(await app.stop(signal)).toEqual({ code: null, signal });
      expect(counted(app)).toBe(2);
    },
  );

  test('a host that listens decides itself, and ends in its own time', async () => {
    app = await startApp('plain.mjs', { ...ONE_WINDOW, args: ['--end-in-peace'] });
    const late = ask('/wait/300');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    expect(await late).toBe('late');
    expect(app.stdout()).toContain('host closed');
    expect(counted(app)).toBe(1);
  });

  test('a host that listens and lives on, lives on', async () => {
    app = await startApp('plain.mjs', { args: ['--ignore-sigterm'] });
    app.child.kill('SIGTERM');
    while (!app.stdout().includes('host heard SIGTERM')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await ask('/orders/1')).toContain('1');
  });

  test('a host that counts the listeners of a signal counts its own only', async () => {
    app = await startApp('counts-listeners.mjs');
    expect(await app.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  });
});

describe('exits', () => {
  test('process.exit() in a handler keeps its code, and the request is among the open ones', async () => {
    app = await startApp('plain.mjs', ONE_WINDOW);
    await ask('/orders/1');
    await ask('/exit/3').catch(() => {});
    expect(await app.exit).toEqual({ code: 3, signal: null });
    expect(windows(app.records()).at(-1)).toMatchObject({ requestCount: 1, openRequestCount: 1 });
  });

  test('an error that nobody handles ends the process with the same code and words', async () => {
    const bare = await startApp('plain.mjs', { withoutAgent: true });
    await fetch(`http://127.0.0.1:${bare.port}/throw`).catch(() => {});
    app = await startApp('plain.mjs', ONE_WINDOW);
    await ask('/throw').catch(() => {});
    expect(await app.exit).toEqual(await bare.exit);
    const withoutPaths = (text: string) => text.replaceAll(/\(?(file|node):[^\n]*/g, '');
    expect(withoutPaths(app.stderr())).toBe(withoutPaths(bare.stderr()));
    expect(counted(app)).toBe(0);
    expect(windows(app.records())).toHaveLength(1);
  });

  test('a script ends as soon as it has nothing to do, and no request is told of it', async () => {
    app = await startApp('script.mjs', { waitForPort: false });
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(app.stdout()).toBe('done\n');
    // On a busy machine it lives long enough to have an idle turn, and then its start and end are told.
    expect(
      windows(app.records()).filter(({ requestCount, openRequestCount }) => (requestCount ?? 0) + (openRequestCount ?? 0) > 0),
    ).toEqual([]);
  });

  test('an exit code that was set is kept', async () => {
    app = await startApp('jobs.mjs', { waitForPort: false, args: ['--exit-code'] });
    expect(await app.exit).toEqual({ code: 7, signal: null });
  });
});

describe('jobs', () => {
  test('result and error are the job’s own, with the agent and without', async () => {
    const bare = await startApp('jobs.mjs', { waitForPort: false, withoutAgent: true });
    app = await startApp('jobs.mjs', { waitForPort: false });
    expect(await app.exit).toEqual(await bare.exit);
    expect(app.stdout()).toBe(bare.stdout());
    expect(app.stdout()).toContain('[42,"too far","value","no",true,0]');
    const [window] = windows(app.records());
    expect(window?.routes?.map(({ route, requestCount, failedCount }) => [route, requestCount, failedCount])).toEqual([
      ['sync', 1, 0],
      ['throws', 1, 1],
      ['async', 1, 0],
      ['rejects', 1, 1],
      ['thenable', 1, 0],
    ]);
  });

  test('a rejection that nobody handles is still one', async () => {
    const bare = await startApp('jobs.mjs', { waitForPort: false, withoutAgent: true, args: ['--reject'] });
    app = await startApp('jobs.mjs', { waitForPort: false, args: ['--reject'] });
    expect((await app.exit).code).toBe(1);
    expect(await app.exit).toEqual(await bare.exit);
    expect(app.stderr()).toContain('nobody handles this');
  });
});

describe('isolates', () => {
  test('each thread speaks for itself, under the name of its process', async () => {
    app = await startApp('threads.mjs');
    while ((app.stdout().match(/thread \d+/g) ?? []).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const ports = [...app.stdout().matchAll(/thread (\d+)/g)].map(([, port]) => port);
    for (const port of ports) await fetch(`http://127.0.0.1:${port}/`);
    await ask('/main');
    for (const thread of [undefined, 1, 2]) await app.record('window', (window) => window.threadId === thread && window.requestCount === 1);
    const inits = app.records().filter((record) => record.kind === 'init');
    expect(inits.map(({ threadId }) => threadId).sort()).toEqual([1, 2, undefined]);
    expect(new Set(app.records().map((record) => 'sandboxId' in record && record.sandboxId)).size).toBe(1);
    const ofThread = await app.record('window', (window) => window.threadId === 1);
    expect([ofThread.processorTime, ofThread.memory?.rssBytes]).toEqual([undefined, undefined]);
    await app.stop();
  });

  test('each worker of a cluster is a process of its own', async () => {
    app = await startApp('cluster.mjs');
    while ((app.stdout().match(/listening/g) ?? []).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    // The primary deals out connections in turn.
    for (let request = 0; request < 8; request++) {
      const [response] = await once(get({ port: app.port, host: '127.0.0.1', agent: false }), 'response');
      await once(response.resume(), 'end');
    }
    await app.stop();
    const serving = windows(app.records()).filter(({ requestCount = 0 }) => requestCount > 0);
    expect(new Set(serving.map(({ sandboxId }) => sandboxId)).size).toBe(2);
    expect(counted(app)).toBe(8);
    expect(app.records().filter((record) => record.kind === 'init')).toHaveLength(3);
  });
});

describe('what the host does to its outputs', () => {
  test('records on a standard output that is closed are lost, not the host', async () => {
    app = await startApp('plain.mjs', { environment: { NIGHTLIGHT_SINK: 'stdout' } });
    app.child.stdout!.destroy();
    await ask('/orders/1');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await ask('/orders/2')).toContain('2');
    expect(await app.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(app.stderr()).toBe('');
  });

  test('what was lost is counted in the next window', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'nightlight-lost-')), 'gone', 'records.ndjson');
    app = await startApp('plain.mjs', { environment: { NIGHTLIGHT_SINK: `file:${file}` } });
    await ask('/orders/1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    mkdirSync(join(file, '..'));
    writeFileSync(file, '');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await app.stop();
    expect(readFileSync(file, 'utf8')).toMatch(/"k":"win".*"ll":\d+/);
  });

  test('nothing is written, and nothing measured, when records go nowhere', async () => {
    app = await startApp('plain.mjs', { environment: { NIGHTLIGHT_SINK: 'off' } });
    expect(await ask('/orders/1')).toContain('1');
    expect(await app.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(app.records()).toEqual([]);
  });

  test('the line of an init tells who and since when', async () => {
    app = await startApp('plain.mjs', { environment: { NIGHTLIGHT_SERVICE: 'orders', NIGHTLIGHT_VERSION: '1.5.0' } });
    const init = await app.record('init');
    expect(init).toMatchObject({
      serviceName: 'orders',
      functionVersion: '1.5.0',
      processId: app.child.pid,
      nodeVersion: process.versions.node,
    });
    expect(init.predecessor).toBeUndefined();
    expect(init.untilAgentMs).toBeGreaterThan(0);
  });
});
