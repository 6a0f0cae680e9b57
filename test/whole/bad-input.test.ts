/**
 * Inputs that cannot be read: each is told once, with its place and a next step, and none of them keeps the good file
 * beside it from being analysed. Runs the built command, because exit codes and stderr are part of the promise.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Report } from '@nightlight/analyzer';
import { afterAll, describe, expect, test } from 'vitest';
import { reportFromJson } from '../../analyzer/src/report/json.ts';

const command = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));
const codeBuild = fileURLToPath(new URL('../../fixtures/edge-cases/20-codebuild.csv', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const requestId = (ordinal: number): string => `5e0f2c1a-77aa-4b0e-9d6e-${String(ordinal).padStart(12, '0')}`;
const invocation = (ordinal: number): string => {
  const at = `2026-11-21T02:${String(ordinal % 60).padStart(2, '0')}:00.000Z`;
  const id = requestId(ordinal);
  return (
    `${at} START RequestId: ${id} Version: $LATEST\n${at} END RequestId: ${id}\n` +
    `${at} REPORT RequestId: ${id}\tDuration: 12.00 ms\tBilled Duration: 12 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t\n`
  );
};
const invocations = (count: number): string => Array.from({ length: count }, (_, ordinal) => invocation(ordinal)).join('');
const good = file('good.log', invocation(1));

interface BadInput {
  readonly what: string;
  readonly path: string;
  readonly code: string;
  /** What the sentence on stderr must name besides the path. */
  readonly told: RegExp;
  readonly flags?: readonly string[];
}

const gzipped = gzipSync(invocations(4_000));
const damaged = Buffer.from(gzipped);
damaged.fill(0xa5, gzipped.length >> 1, (gzipped.length >> 1) + 400);

const badInputs: readonly BadInput[] = [
  { what: 'a file that is not there', path: join(folder, 'nowhere.log'), code: 'READ_NOT_FOUND', told: /found/ },
  { what: 'an empty file', path: file('empty.log', ''), code: 'READ_EMPTY', told: /empty|0 bytes|nothing/i },
  {
    what: 'a gzip that ends in the middle',
    path: file('cut.gz', gzipped.subarray(0, gzipped.length >> 1)),
    code: 'READ_GZIP_TRUNCATED',
    told: /byte \d+/,
  },
  { what: 'a gzip with damaged bytes', path: file('damaged.gz', damaged), code: 'READ_GZIP_BROKEN', told: /gzip/ },
  {
    what: 'a gzip that grows beyond the cap',
    path: file('bomb.gz', gzipSync(invocations(60).repeat(4_000))),
    code: 'READ_OVER_CAP',
    told: /--max-inflated/,
    flags: ['--max-inflated', '8MiB'],
  },
  {
    what: 'a picture',
    path: file('screen.png', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), noise(40_000)])),
    code: 'READ_BINARY',
    told: /binary/i,
  },
  {
    what: 'a web page',
    path: file('login.json', '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>\n'),
    code: 'READ_HTML',
    told: /HTML/,
  },
  {
    what: 'half a JSON document',
    path: file(
      'half.json',
      '{"events":[{"logStreamName":"2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef","timestamp":1795222200000,"mess',
    ),
    code: 'READ_JSON_BROKEN',
    told: /byte \d+/,
  },
];

describe.each(badInputs)('$what', ({ path, code, told, flags }) => {
  test('is one clear error, and the file beside it is analysed', () => {
    const { report, stderr, status } = analyse([path, good, ...(flags ?? [])]);
    const failed = report.input.files.filter((each) => each.error !== undefined);
    expect(failed.map((each) => [each.path, each.error?.code])).toEqual([[path, code]]);
    expect(report.input.failedFileCount).toBe(1);
    expect(failed[0]?.error?.message).toMatch(told);
    expect(failed[0]?.error?.next).not.toBe('');
    expect(stderr.split('\n').filter((line) => line.startsWith('error[') && line.includes(path))).toHaveLength(1);
    expect(report.functions.reduce((sum, each) => sum + each.invocationCount, 0)).toBeGreaterThanOrEqual(1);
    expect(status).toBe(1);
  });
});

test('what a cut gzip held before the cut is in the report', () => {
  const { report } = analyse([join(folder, 'cut.gz')]);
  const read = report.functions.reduce((sum, each) => sum + each.invocationCount, 0);
  expect(read).toBeGreaterThan(1_000);
  expect(read).toBeLessThan(4_000);
  expect(report.input.files[0]?.partial).toBe(true);
});

// The superuser may read everything, so the mode says nothing there.
test.skipIf(process.getuid?.() === 0)('a file without permission is told as such', () => {
  const path = file('locked.log', invocation(2));
  chmodSync(path, 0o000);
  const { report, status } = analyse([path, good]);
  expect(report.input.files.find((each) => each.path === path)?.error?.code).toBe('READ_NOT_PERMITTED');
  expect(status).toBe(1);
});

test('a CodeBuild log is named for what it is, and the exit code says that nothing could be judged', () => {
  const { report, stderr, status } = analyse([codeBuild]);
  expect(stderr).toContain('CodeBuild');
  expect(report.functions.reduce((sum, each) => sum + each.invocationCount, 0)).toBe(0);
  expect(status).toBe(4);
});

test('a line of 256 MB is counted as too long, and the invocations before and after it are read', () => {
  const head = Buffer.from(`${invocation(1)}2026-11-21T02:01:30.000Z `);
  const path = file(
    'long-line.gz',
    Buffer.concat([gzipSync(head), gzipSync(Buffer.alloc(256 * 1024 * 1024, 'x')), gzipSync(`\n${invocation(2)}`)]),
  );
  const { report, status } = analyse([path], ['--max-old-space-size=192']);
  expect(report.functions.reduce((sum, each) => sum + each.invocationCount, 0)).toBe(2);
  expect(report.dataQuality.skipped.map((each) => each.reason)).toContain('too-long');
  expect(status).toBe(0);
});

test('a folder of nothing but trouble still ends with a report and exit 1', () => {
  const trouble = join(folder, 'trouble');
  mkdirSync(trouble);
  for (const name of ['a.log', 'b.log']) writeFileSync(join(trouble, name), '');
  const { report, status } = analyse([trouble]);
  expect(report.input.failedFileCount).toBe(2);
  expect(status).toBe(1);
});

test('without any path the command says how it is used and exits with 2', () => {
  const run = spawnSync(process.execPath, [command, 'analyze'], { encoding: 'utf8' });
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(/path|argument/i);
});

function analyse(args: readonly string[], nodeFlags: readonly string[] = []): { report: Report; stderr: string; status: number | null } {
  const run = spawnSync(process.execPath, [...nodeFlags, command, 'analyze', '--format', 'json', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.stdout === '') throw new Error(`no report on stdout; stderr: ${run.stderr}`);
  return { report: reportFromJson(JSON.parse(run.stdout)), stderr: run.stderr, status: run.status };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Bytes without any text in them, the same on every run. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12_345;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
