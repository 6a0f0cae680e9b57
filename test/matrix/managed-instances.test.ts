/**
 * Managed Instances: worker threads of the runtime client, several invocations at a time in each, nothing frozen. Whatever one
 * of them does must stand on its own line and on no other.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AgentRecord, decodeRecord } from '../../agent/src/record/index.ts';
import { compareHost } from '../support/compare-host.ts';
import { HANDLER_KINDS } from '../support/handler-kinds.ts';
import { type LambdaDouble, type LambdaOptions, startLambda } from '../support/lambda/lambda-double.ts';
import { MATRIX_LINES, printTable } from './matrix-lines.ts';

const LINES = MATRIX_LINES.filter((line) => line >= 22);
const PEERS = ['payments', 'stock', 'mail', 'search'];

/** Calls its own peer again and again, by both ways in turn, and waits in between, so that calls of others fall into its own. */
const CALLS_OUT = `import { get } from 'node:http';
  const byHttp = (url) => new Promise((resolve) => get(url, (answer) => answer.resume().on('end', resolve)));
  const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  export const handler = async ({ url, calls, hangs, throwsAfter }) => {
    for (let i = 0; i < calls; i++) {
      await (i % 2 ? byHttp(url) : fetch(url).then((answer) => answer.text()));
      await later(1 + (i * 7) % 5);
      if (i === throwsAfter) throw new RangeError('far enough');
    }
    if (hangs) await byHttp(url + '/hang');
    return { calls };
  };`;

let folder: string;
const servers: Server[] = [];
const ports: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightlight-instances-'));
  writeFileSync(join(folder, 'index.mjs'), CALLS_OUT);
  for (const _peer of PEERS) {
    const server = createServer((request, response) => {
      if (request.url !== '/hang') setTimeout(() => response.end('{}'), 5);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    ports.push((server.address() as AddressInfo).port);
  }
});
const verdicts = new Map<string, string>();
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
  const names = OF_ONE_ENVIRONMENT.map((kind) => kind.name);
  printTable('The same on a Managed Instance, in a worker thread', names, LINES, verdicts);
});

/** A Managed Instance that fails is replaced by another one, which the double does not do. */
const ENDS_ENVIRONMENT = new Set(['exits', 'throws-later', 'rejects-later', 'hangs', 'returns-bigint', 'returns-circle']);
const FAILS_TO_START = new Set([
  ...['missing-module', 'syntax-error', 'throws-at-load', 'exits-at-load', 'handler-missing', 'handler-no-function', 'promise-of-handler'],
  ...['handler-string-malformed', 'handler-string-climbs', 'class-static', 'folder-beside-file', 'odd-file-name', 'leaves-directory'],
]);
const OF_ONE_ENVIRONMENT = HANDLER_KINDS.filter(
  (kind) => kind.refusedBy.length === 0 && !ENDS_ENVIRONMENT.has(kind.name) && !FAILS_TO_START.has(kind.name),
);

describe.each(LINES)('on Node %d', (nodeLine) => {
  test('every invocation has its own line with its own calls, however many run beside it', async () => {
    const lambda = await start({ nodeLine });
    const asked = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const calls = i % 6;
        const throwsAfter = i % 8 === 7 ? 0 : undefined;
        const { requestId, status } = await lambda.invoke({ url: url(i % PEERS.length), calls, throwsAfter });
        return { requestId, status, peer: PEERS[i % PEERS.length]!, calls: throwsAfter === undefined || calls === 0 ? calls : 1, i };
      }),
    );
    await lambda.shutdown();
    const invocations = ofKind(lambda, 'invocation');
    expect(invocations).toHaveLength(40);
    for (const { requestId, peer, calls, status } of asked) {
      const [record, ...more] = invocations.filter((each) => each.requestId === requestId);
      expect(more).toEqual([]);
      expect([requestId, record!.failed, record!.outboundCalls?.map((row) => [row.service, row.callCount])]).toEqual([
        requestId,
        status !== 'success',
        calls === 0 ? undefined : [[peer, calls]],
      ]);
    }
  });

  test('each worker thread has lines of its own: one start, invocations counted from one', async () => {
    const lambda = await start({ nodeLine });
    for (let round = 0; round < 6; round++) await Promise.all(PEERS.map((_, i) => lambda.invoke({ url: url(i), calls: 1 })));
    await lambda.shutdown();
    const starts = ofKind(lambda, 'init');
    const threads = starts.map((init) => init.threadId);
    expect([...threads].sort()).toEqual([...new Set(threads)].sort());
    expect(threads).toHaveLength(2);
    expect(threads).not.toContain(undefined);
    expect(starts.map((init) => init.initializationType)).toEqual(['lambda-managed-instances', 'lambda-managed-instances']);
    for (const thread of threads) {
      const numbers = ofKind(lambda, 'invocation').flatMap((each) => (each.threadId === thread ? [each.invocationNumber!] : []));
      expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
    }
    expect(ofKind(lambda, 'invocation')).toHaveLength(24);
  });

  test('a death names each of the invocations that were under way, with the call that it waited for', async () => {
    const lambda = await start({ nodeLine });
    // So that both threads have worked before, and the dead differ from the finished.
    await Promise.all(PEERS.map((_, i) => lambda.invoke({ url: url(i), calls: 1 })));
    const dying = PEERS.map((_, i) => lambda.invoke({ url: url(i), calls: 0, hangs: true }));
    await new Promise((resolve) => setTimeout(resolve, 500));
    lambda.kill();
    const dead = await Promise.all(dying);
    // Another environment of the same instance's state, as after a restart of it.
    const next = await start({ nodeLine, env: { NIGHTLIGHT_STATE_DIR: lambda.ephemeralDirectory } });
    await Promise.all(PEERS.map((_, i) => next.invoke({ url: url(i), calls: 1 })));
    await next.shutdown();
    await lambda.shutdown();
    const told = ofKind(next, 'death').map((death) => [death.requestId, death.openCalls?.map((call) => call.service)]);
    expect(told.sort()).toEqual(dead.map(({ requestId }, i) => [requestId, [PEERS[i]]]).sort());
    expect(ofKind(lambda, 'death')).toEqual([]);
  });

  test('an invocation that is too late runs on, and has its line when it ends', async () => {
    const lambda = await start({ nodeLine, timeoutMs: 150 });
    const late = await lambda.invoke({ url: url(0), calls: 40 });
    expect(late.status).toBe('timeout');
    await expect.poll(() => ofKind(lambda, 'invocation').map((each) => each.requestId), { timeout: 20_000 }).toContain(late.requestId);
    const [record] = ofKind(lambda, 'invocation');
    expect(record).toMatchObject({ failed: false, outboundCalls: [{ service: 'payments', callCount: 40 }] });
    expect(record!.durationMs).toBeGreaterThan(150);
    await lambda.shutdown();
  });

  test.concurrent.each(OF_ONE_ENVIRONMENT)('$name answers and prints as it does without the agent', async (kind) => {
    const { differences } = await compareHost(kind, nodeLine, undefined, { maxConcurrency: 2 });
    verdicts.set(`${kind.name} ${nodeLine}`, differences.length === 0 ? 'same' : `${differences.length} differ`);
    expect(differences).toEqual([]);
  });
});

const PRELOAD = new URL('../../agent/dist/preload.cjs', import.meta.url).pathname;
const url = (peer: number): string => `http://127.0.0.1:${ports[peer]}`;

function start(options: Partial<LambdaOptions>): Promise<LambdaDouble> {
  return startLambda({
    taskRoot: folder,
    handler: 'index.handler',
    maxConcurrency: 8,
    workerCount: 2,
    timeoutMs: 30_000,
    memoryMb: 0,
    ...options,
    env: {
      NODE_OPTIONS: `--require ${PRELOAD}`,
      NIGHTLIGHT_PEERS: PEERS.map((peer, i) => `127.0.0.1:${ports[i]}=${peer}`).join(','),
      ...options.env,
    },
  });
}

function ofKind<K extends AgentRecord['kind']>(lambda: LambdaDouble, kind: K): Extract<AgentRecord, { kind: K }>[] {
  const records = lambda.output.filter((line) => line.startsWith('{"nl":')).map((line) => decodeRecord(line));
  const unreadable = records.filter((each) => each.kind !== 'record');
  if (unreadable.length > 0) throw new Error(JSON.stringify(unreadable));
  return records.flatMap((each) =>
    each.kind === 'record' && each.record.kind === kind ? [each.record as Extract<AgentRecord, { kind: K }>] : [],
  );
}
