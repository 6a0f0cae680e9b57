/**
 * The comparison of a handler with and without an agent decides whether "the host is unchanged" may be said, so it has to
 * find harm where there is some and nothing where there is none. Here the agents are small ones of the tests' own.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type AgentSetup, compareHost } from '../support/compare-host.ts';
import { HANDLER_KINDS, handlerKind } from '../support/handler-kinds.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-preloads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOBODY: AgentSetup = {};

// Those in which times, processes, sockets or stacks could differ by chance.
describe('a kind compared with itself shows no difference', () => {
  test.each([
    'cjs-async',
    'context-told',
    'streaming-pipeline',
    'streaming-breaks',
    'exits',
    'throws-later',
    'rejects-later',
    'hangs',
    'works-after-response',
    'syntax-error',
    'unfinished-line',
    'lists-globals',
    'calls-out',
    'closes-stdout',
  ])('%s', async (name) => {
    expect((await compareHost(handlerKind(name), 20, NOBODY)).differences).toEqual([]);
  });
});

test('every kind has code of its own, and every folder of code is a kind', () => {
  expect(readdirSync(join(import.meta.dirname, '../../fixtures/handlers')).sort()).toEqual(
    [...new Set(HANDLER_KINDS.map((kind) => kind.folder))].sort(),
  );
  expect(new Set(HANDLER_KINDS.map((kind) => kind.name)).size).toBe(HANDLER_KINDS.length);
});

describe('kinds show what they are about', () => {
  test.each([
    ['callback-waits', 'success', '{"greeting":"hello one"}', 1],
    ['sync-return', 'success', 'null', 1],
    ['throws-async', 'error', '{"errorType":"OutOfStock","errorMessage":"one is sold out","trace":[]}', 1],
    ['streaming-breaks', 'error', 'the first half', 1],
    ['throws-later', 'error', '{"errorType":"Error","errorMessage":"thrown from a timer","trace":[]}', 2],
    ['works-after-response', 'success', '[]', 1],
  ])('%s', async (name, status, payload, starts) => {
    const { bareAnswers, bareStarts } = await compareHost(handlerKind(name), 20, NOBODY);
    expect([bareAnswers[0]!.status, bareAnswers[0]!.payload, bareStarts]).toEqual([status, payload, starts]);
  });

  test.each(['exits', 'exits-at-load', 'syntax-error', 'handler-missing'])('%s never answers well', async (name) => {
    const { bareAnswers } = await compareHost(handlerKind(name), 20, NOBODY);
    expect(bareAnswers.map((answer) => answer.status)).not.toContain('success');
  });
});

describe('harm is found', () => {
  test.each([
    [
      'an answer that was changed',
      'cjs-async',
      `JSON.stringify = ((whole) => (value) => whole({ wrapped: value }))(JSON.stringify);`,
      'answer 1',
    ],
    ['a line too many', 'cjs-async', `console.log('agent started');`, 'stdout line 1'],
    ['a word on stderr', 'cjs-async', `process.stderr.write('agent started\\n');`, 'stderr line 1'],
    ['a listener for uncaught exceptions', 'counts-listeners', `process.on('uncaughtException', () => {});`, 'answer 1'],
    ['another exit code', 'throws-later', `process.on('exit', () => { process.exitCode = 3; });`, 'exit 1'],
    ['a global too many', 'lists-globals', 'globalThis.agent = {};', 'answer 1'],
    ['a crash at start', 'cjs-async', 'process.exit(9);', 'environmentStarts'],
  ])('%s', async (_what, name, code, where) => {
    const { differences } = await compareHost(handlerKind(name), 20, preload(code));
    expect(differences.map((difference) => difference.where)).toContain(where);
  });

  test('a timer that keeps the process alive holds back the answer of a callback handler', async () => {
    const kind = { ...handlerKind('callback-waits'), timeoutMs: 4000 };
    const held = await compareHost(kind, 20, preload('setInterval(() => {}, 1000);'));
    expect(held.differences[0]).toMatchObject({ where: 'answer 1', bare: { status: 'success' }, agent: { status: 'timeout' } });
    expect((await compareHost(kind, 20, preload('setInterval(() => {}, 1000).unref();'))).differences).toEqual([]);
  });
});

describe("the agent's own lines are no difference", () => {
  const RECORD = String.raw`require('node:fs').writeSync(1, '\n{"nl":1,"k":"note"}\n');`;

  test('not by themselves', async () => {
    const { differences, records } = await compareHost(handlerKind('cjs-async'), 20, preload(RECORD));
    expect([differences, records]).toEqual([[], ['{"nl":1,"k":"note"}']]);
  });

  test('not when they end a line that the handler left open', async () => {
    const afterEach = `setInterval(() => {}, 1).unref(); process.stdout.write = ((whole) => (...args) => { whole.apply(process.stdout, args); ${RECORD} })(process.stdout.write);`;
    const { differences, records } = await compareHost(handlerKind('unfinished-line'), 20, preload(afterEach));
    expect(differences).toEqual([]);
    expect(records).toHaveLength(2);
  });

  test('but a line of the handler that they cut in two is one', async () => {
    const inside = `process.stdout.write = ((whole) => (text) => { whole.call(process.stdout, text.slice(0, 30)); ${RECORD} whole.call(process.stdout, text.slice(30)); })(process.stdout.write);`;
    const { differences } = await compareHost(handlerKind('cjs-async'), 20, preload(inside));
    expect(differences[0]!.where).toBe('stdout line 1');
  });
});

function preload(code: string): AgentSetup {
  const path = join(folder, `${Buffer.from(code).toString('hex').slice(-24)}.cjs`);
  writeFileSync(path, code);
  return { env: { NODE_OPTIONS: `--require ${path}` } };
}
