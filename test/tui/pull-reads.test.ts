/** The rules of a pull that need no aws: what may be run, what is hidden, what is asked again. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { originFromPath } from '../../analyzer/src/read/inputs.ts';
import { type AwsRead, awsArguments } from '../../tui/src/pull/aws-reads.ts';
import { hideSecrets } from '../../tui/src/pull/hide-secrets.ts';
import { folderOf } from '../../tui/src/pull/pull-events.ts';
import { metricBatches } from '../../tui/src/pull/pull-metrics.ts';
import { pullQuestion } from '../../tui/src/pull/pull-question.ts';
import { pullRange } from '../../tui/src/pull/pull-range.ts';
import { continuation, newPull, type PullQuestion } from '../../tui/src/pull/pull-state.ts';

const ACCESS = { profile: undefined, region: undefined, endpointUrl: undefined };
const NOW_MS = Date.UTC(2026, 10, 21, 3);
const HOUR_MS = 3_600_000;
const QUESTION: PullQuestion = pullQuestion({ since: '2h', until: 'now', prefix: 'prod-', metrics: true }, {});

test.each(['logs delete-log-group', 'lambda invoke', 'logs put-log-events', 'sts get-session-token', 'toString'])(
  '"aws %s" is refused',
  (what) => {
    expect(() => awsArguments(what as AwsRead, {}, ACCESS)).toThrow('is not among the commands');
  },
);

test('an option that a read does not need is refused, too', () => {
  expect(() => awsArguments('logs filter-log-events', { 'cli-input-json': 'file:///etc/passwd' }, ACCESS)).toThrow(
    'is not among the options',
  );
});

test('the twin: a read that is on the list is one page, and a token that begins with a dash stays a value', () => {
  const words = awsArguments(
    'logs filter-log-events',
    { 'log-group-name': '/aws/lambda/a', 'next-token': '-x' },
    { ...ACCESS, region: 'eu-west-1' },
  );
  expect(words.slice(0, 3)).toEqual(['logs', 'filter-log-events', '--no-paginate']);
  expect(words).toContain('--next-token=-x');
  expect(words).toContain('--region=eu-west-1');
});

test('a program is started in few files, each for a purpose of its own', () => {
  const root = fileURLToPath(new URL('../../tui/src/', import.meta.url));
  const starting = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .filter((name) => readFileSync(`${root}${name}`, 'utf8').includes('node:child_process'));
  expect(starting.sort()).toEqual([
    'agent-check/start-node.ts',
    'check/running-server.ts',
    // Asks `aws --version` and the like, and nothing of any account.
    'doctor/check-programs.ts',
    'drill/drilled-target.ts',
    'lambda/sandbox-process.ts',
    // The user's own command, told of a change.
    'notify/deliver.ts',
    'pull/aws-command.ts',
    // The same command line once more, with a drill in it.
    'watch/drill-desk.ts',
  ]);
});

test('keys, tokens and passwords are hidden, and the names that a person needs are not', () => {
  const told = `User: arn:aws:sts::000000000000:assumed-role/AWSReservedSSO_ReadOnlyAccess_0123456789abcdef/night.shift may not read log-group:/aws/lambda/prod-shop-checkout-payment-authorisation-handler; ASIAINVENTEDINVENTED, ${'q1'.repeat(40)}, http://me:pw@host, tiny-secret`;
  const shown = hideSecrets(told, { AWS_SECRET_ACCESS_KEY: 'tiny-secret' });
  expect(shown).toContain('assumed-role/AWSReservedSSO_ReadOnlyAccess_0123456789abcdef');
  expect(shown).toContain('/aws/lambda/prod-shop-checkout-payment-authorisation-handler');
  for (const hidden of ['ASIAINVENTEDINVENTED', 'q1q1q1', 'me:pw', 'tiny-secret']) expect(shown).not.toContain(hidden);
});

test.each([
  ['2h', 'now', NOW_MS - 2 * HOUR_MS, NOW_MS],
  ['-90m', '-30m', NOW_MS - 1.5 * HOUR_MS, NOW_MS - HOUR_MS / 2],
  ['2026-11-21T01:00Z', '2026-11-21T09:00Z', NOW_MS - 2 * HOUR_MS, NOW_MS],
])('--since %s --until %s is a range of the past', (since, until, fromMs, toMs) => {
  expect(pullRange(since, until, NOW_MS)).toEqual({ fromMs, toMs });
});

test('a time that cannot be understood is told in the words of this command', () => {
  expect(() => pullRange('yesterday', 'now', NOW_MS)).toThrow(/^--since: expected a time/);
  expect(() => pullRange('2h', '-3h', NOW_MS)).toThrow('expected --since before --until');
  expect(() => pullRange('2026-11-21T05:00Z', '2026-11-21T09:00Z', NOW_MS)).toThrow('before now');
});

test('functions have to be named in one way or another, by their names', () => {
  expect(() => pullQuestion({ since: '2h', until: 'now', metrics: true }, {})).toThrow('expected --prefix or --fn');
  expect(() => pullQuestion({ since: '2h', until: 'now', fn: ['/aws/lambda/a'], metrics: true }, {})).toThrow('--fn: expected the name');
});

test('a password in --endpoint-url is not remembered', () => {
  const question = pullQuestion({ since: '2h', until: 'now', prefix: '', endpointUrl: 'http://me:pw@127.0.0.1:4566', metrics: true }, {});
  expect(JSON.stringify(question)).not.toContain('pw');
});

test('"the last 2 h" asked again within the hour continues, and asked a day later means another night', () => {
  const range = { fromMs: NOW_MS - 2 * HOUR_MS, toMs: NOW_MS };
  const group = {
    logGroup: '/aws/lambda/a',
    functionName: 'a',
    storedBytes: 1,
    createdAtMs: 1,
    retentionDays: 1,
    pageCount: 0,
    eventCount: 0,
  };
  const state = newPull({
    question: QUESTION,
    startedAtMs: NOW_MS,
    ...range,
    groups: [{ ...group, progress: { kind: 'waiting' } }],
    missing: [],
  });
  const askedAt = (laterMs: number) => ({ fromMs: range.fromMs + laterMs, toMs: range.toMs + laterMs });
  expect(continuation(state, QUESTION, askedAt(60_000), NOW_MS + 60_000)).toEqual({ kind: 'continue' });
  expect(continuation(state, QUESTION, askedAt(24 * HOUR_MS), NOW_MS + 24 * HOUR_MS).kind).toBe('different');
  // The same absolute range is the same question for ever.
  expect(continuation(state, { ...QUESTION, since: 'x', until: 'y' }, range, NOW_MS + 24 * HOUR_MS)).toEqual({ kind: 'continue' });
  expect(continuation(state, { ...QUESTION, prefix: 'staging-' }, range, NOW_MS).kind).toBe('different');
});

test('the folder of a function gives the analysis its name', () => {
  expect(originFromPath(`logs/${folderOf('prod-checkout')}/events-00001.json`)).toEqual({ functionName: 'prod-checkout' });
});

test('two functions never share a folder, whatever characters their log groups have', () => {
  expect(new Set(['a.b', 'a_b', 'a/b', 'a#b', 'a-b'].map(folderOf)).size).toBe(5);
});

test('queries of metrics fit into the calls that the service takes, each once', () => {
  const names = Array.from({ length: 60 }, (_, n) => `function-with-a-long-name-${n}`);
  for (const days of [0.1, 1, 14, 40, 300]) {
    const batches = metricBatches(names, NOW_MS - days * 24 * HOUR_MS, NOW_MS, NOW_MS);
    const ids = batches.flat().map(({ Id }) => Id);
    expect(new Set(ids).size).toBe(60 * 8);
    for (const batch of batches) {
      const points = batch.length * ((days * 86_400) / batch[0]!.MetricStat.Period);
      expect(points).toBeLessThanOrEqual(100_800);
      expect(JSON.stringify(batch).length).toBeLessThan(32_000);
    }
  }
});
