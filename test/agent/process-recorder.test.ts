/** What a killed process had in its hands is told by the next one of the same service. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readFlight, SLOT_BYTES } from '../../agent/src/host/process/process-recorder.ts';
import type { DeathRecord } from '../../agent/src/record/index.ts';
import { type AppOptions, type RunningApp, startApp } from '../support/run-app.ts';

let directory: string;
let upstream: Server;
let never: string;
let asked = 0;
const running: RunningApp[] = [];

beforeAll(async () => {
  upstream = createServer(() => void asked++);
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  never = `upstream=${encodeURIComponent(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`)}`;
});
afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nightlight-state-'));
  asked = 0;
});
afterEach(() => {
  for (const app of running.splice(0)) app.child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

async function start(more: AppOptions = {}, service = 'orders'): Promise<RunningApp> {
  const app = await startApp('plain.mjs', { ...more, environment: { NIGHTLIGHT_STATE_DIR: directory, NIGHTLIGHT_SERVICE: service } });
  running.push(app);
  await app.record('init');
  return app;
}

/** Asks for something that is never answered. */
const ask = (app: RunningApp, path: string) => void fetch(`http://127.0.0.1:${app.port}${path}`).catch(() => {});
const deaths = (app: RunningApp) => app.records().filter((record): record is DeathRecord => record.kind === 'death');
const predecessor = async (app: RunningApp) => (await app.record('init')).predecessor;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const untilAsked = async () => {
  while (asked === 0) await pause(10);
};

describe('a death', () => {
  test('by SIGKILL with a call in flight: the request and its call are named', async () => {
    const first = await start();
    ask(first, `/hang/1?${never}`);
    await untilAsked();
    ask(first, `/hang/2?${never}&card=4111`);
    while (asked < 2) await pause(10);
    await first.stop('SIGKILL');
    const second = await start();
    expect(await predecessor(second)).toBe('died');
    const found = deaths(second);
    const request = found.find(({ invocationNumber }) => invocationNumber === 2)!;
    expect(request).toMatchObject({ phase: 'invocation', route: 'GET /hang/:id' });
    expect(request.openCalls).toHaveLength(1);
    expect(request.openCalls![0]!.service).toContain(`${(upstream.address() as AddressInfo).port}`);
    expect(request.requestId).toBe(`${request.sandboxId}-2`);
    expect(request.sandboxId).not.toBe((await second.record('init')).sandboxId);
    expect(request.memory?.heapUsedAfterBytes).toBeGreaterThan(1_000_000);
    // Until Node 24 the first call of a process belongs to nobody yet, and has a line of its own.
    const lines = Number.parseInt(process.versions.node, 10) < 24 ? [1, 2, undefined] : [1, 2];
    expect(found.map(({ invocationNumber }) => invocationNumber)).toEqual(lines);
    expect(JSON.stringify(found)).not.toContain('4111');
    // Told once.
    await second.stop('SIGTERM');
    const third = await start();
    expect([await predecessor(third), deaths(third).length]).toEqual(['idle', 0]);
  });

  test('of a loop that blocks at once: the request that blocks it is named, with the call before it', async () => {
    const first = await start();
    ask(first, `/block?${never}`);
    await pause(600);
    await first.stop('SIGKILL');
    const second = await start();
    expect(deaths(second).map(({ route }) => route)).toContain('GET /block');
    expect(deaths(second).flatMap(({ openCalls }) => openCalls)).toHaveLength(1);
  });

  test('by a heap that is full: the request that filled it is named', async () => {
    const first = await start({ nodeArgs: ['--max-old-space-size=40'] });
    ask(first, `/fill?${never}`);
    expect((await first.exit).code ?? 'killed').not.toBe(0);
    const second = await start();
    expect(deaths(second).map(({ route }) => route)).toContain('GET /fill');
    expect(deaths(second).flatMap(({ openCalls }) => openCalls)).toHaveLength(1);
  });

  test('of a process with nothing to do is told as that', async () => {
    const first = await start();
    await fetch(`http://127.0.0.1:${first.port}/orders/1`).then((answer) => answer.text());
    await pause(50);
    await first.stop('SIGKILL');
    const second = await start();
    expect(deaths(second)).toHaveLength(1);
    expect(deaths(second)[0]).toMatchObject({ phase: 'idle', openCalls: [] });
  });
});

describe('no death', () => {
  test('nothing recorded before: none', async () => {
    expect(await predecessor(await start())).toBe('none');
  });

  test('a process that was asked to end ended in good order', async () => {
    const first = await start();
    ask(first, `/hang?${never}`);
    await untilAsked();
    await first.stop('SIGTERM');
    const second = await start();
    expect([await predecessor(second), deaths(second)]).toEqual(['idle', []]);
  });

  test('a process of the same service that still lives is not dead', async () => {
    const first = await start();
    ask(first, `/hang?${never}`);
    await untilAsked();
    const second = await start();
    expect([await predecessor(second), deaths(second)]).toEqual(['none', []]);
    await first.stop('SIGKILL');
    const third = await start();
    expect(await predecessor(third)).toBe('died');
  });

  test('a process of another service is not asked for', async () => {
    const first = await start({}, 'payments');
    await first.stop('SIGKILL');
    expect(await predecessor(await start())).toBe('none');
  });

  test('many requests at once are under way no longer once they have ended', async () => {
    const first = await start();
    await Promise.all(Array.from({ length: 400 }, () => fetch(`http://127.0.0.1:${first.port}/orders/1`).then((answer) => answer.text())));
    const [file] = readdirSync(directory);
    // The server hears of its last answers' ends after the client does; works that stayed open would stand there forever.
    await expect.poll(() => readFlight(readFileSync(join(directory, file!)))?.o, { timeout: 30_000 }).toBe(0);
    await first.stop('SIGKILL');
    const second = await start();
    expect(deaths(second).map(({ phase }) => phase)).toEqual(['idle']);
  });
});

describe('a state directory', () => {
  test('that is missing is made', async () => {
    rmSync(directory, { recursive: true });
    await start();
    expect(readdirSync(directory)).toHaveLength(1);
  });

  test('that cannot be written costs the recorder, and says so', async () => {
    const notADirectory = join(directory, 'file');
    writeFileSync(notADirectory, '');
    directory = join(notADirectory, 'below');
    const app = await start();
    expect((await app.record('note')).note).toContain('ENOTDIR');
    expect(await fetch(`http://127.0.0.1:${app.port}/orders/1`).then((answer) => answer.text())).toContain('1');
    directory = join(notADirectory, '..');
  });

  test.skipIf(process.getuid?.() === 0)('that is read-only costs the recorder, and says so', async () => {
    chmodSync(directory, 0o500);
    expect((await (await start()).record('note')).note).toContain('EACCES');
  });

  test('that is full costs the recorder, and says so', async () => {
    // No file may have any length: the system's own way to say that there is no room, without filling a disk.
    const app = await startApp('plain.mjs', {
      shell: 'ulimit -f 0; exec "$@"',
      environment: { NIGHTLIGHT_STATE_DIR: directory, NIGHTLIGHT_SINK: 'stdout' },
    });
    running.push(app);
    while (!app.stdout().includes('"k":"note"')) await pause(20);
    expect(app.stdout()).toContain('EFBIG');
    expect(readdirSync(directory)).toEqual([]);
    expect(await fetch(`http://127.0.0.1:${app.port}/orders/1`).then((answer) => answer.text())).toContain('1');
  });

  test('with a file that was cut says that it cannot be read', async () => {
    const first = await start();
    await first.stop('SIGKILL');
    const [file] = readdirSync(directory);
    writeFileSync(join(directory, file!), 'half of');
    const second = await start();
    expect([await predecessor(second), deaths(second)]).toEqual(['unreadable', []]);
  });

  test('with a slot that was cut by the death still has the other', async () => {
    const first = await start();
    ask(first, `/hang?${never}`);
    await untilAsked();
    await first.stop('SIGKILL');
    const [file] = readdirSync(directory);
    const bytes = readFileSync(join(directory, file!));
    const youngest = readFlight(bytes)!;
    for (const slot of [0, 1]) {
      const cut = Buffer.from(bytes);
      cut.fill(' ', slot * SLOT_BYTES + 40, (slot + 1) * SLOT_BYTES);
      expect(readFlight(cut)?.s).toBe(youngest.s);
    }
  });
});
