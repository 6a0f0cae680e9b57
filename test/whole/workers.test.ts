/** Threads change how fast a report comes, never what it says. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Report } from '@nightlight/analyzer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportFromJson } from '../../analyzer/src/report/json.ts';
import { type LoadCounts, writeLoadShare } from '../../fixtures/generator/load.ts';
import { writeFixture } from '../../fixtures/generator/write-fixture.ts';

const command = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-workers-'));
const data = join(folder, 'data');
let counts: LoadCounts;
beforeAll(() => {
  mkdirSync(data);
  counts = writeLoadShare({ folder: data, seed: 3, form: 'gz-files', byteCount: 6e6, fileCount: 24 }, 0, 1);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('one thread, two threads and three give the same report to the last digit', () => {
  const [one, two, three] = [1, 2, 3].map((workers) => analysedBy(workers).stdout);
  expect(two).toBe(one);
  expect(three).toBe(one);
});

test('what our agent tells is the same to the last digit, too', () => {
  const { dataFolder } = writeFixture({ scenario: 'inside', shape: 's3-export', seed: 12, folder: join(folder, 'inside') });
  expect(analysedBy(2, dataFolder).stdout).toBe(analysedBy(1, dataFolder).stdout);
  const report: Report = reportFromJson(JSON.parse(analysedBy(2, dataFolder).stdout));
  expect(report.messages!.map(({ functionName }) => functionName)).toEqual(['dispatch', 'dispatch-twin']);
});

test('every invocation of the load is counted once, with its outcome', () => {
  const report: Report = reportFromJson(JSON.parse(analysedBy(2).stdout));
  const sum = (of: (each: Report['functions'][number]) => number): number => report.functions.reduce((total, each) => total + of(each), 0);
  expect(sum((each) => each.invocationCount)).toBe(counts.invocationCount);
  expect(sum((each) => each.statusCounts.timeout)).toBe(counts.timeoutCount);
  expect(sum((each) => each.statusCounts.error)).toBe(counts.failedCount - counts.timeoutCount);
});

test('files that are damaged, or no gzip, or empty are told alike whether they are inflated ahead or in their turn', () => {
  const mixed = join(folder, 'mixed');
  cpSync(data, mixed, { recursive: true });
  const files = readdirSync(mixed, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.gz'))
    .sort()
    .map((name) => join(mixed, name));
  const [cut, wrong, plain, empty, twice] = files as [string, string, string, string, string];
  truncateSync(cut, statSync(cut).size >> 1);
  const bytes = readFileSync(wrong);
  bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 64);
  writeFileSync(wrong, bytes);
  writeFileSync(plain, gunzipSync(readFileSync(plain)));
  writeFileSync(empty, '');
  appendFileSync(twice, gzipSync('2026-01-01T00:00:00.000Z a last line\n'));
  const one = analysedBy(1, mixed, 1).stdout;
  expect(analysedBy(2, mixed, 1).stdout).toBe(one);
  const { input }: Report = reportFromJson(JSON.parse(one));
  expect(input.files.flatMap(({ error }) => error?.code ?? []).sort()).toEqual(['READ_EMPTY', 'READ_GZIP_BROKEN', 'READ_GZIP_TRUNCATED']);
});

test('what is inflated ahead is never taken for standard input, whatever its name', () => {
  const here = mkdtempSync(join(folder, 'dash-'));
  writeFileSync(join(here, '-'), '2026-01-01T00:00:00.000Z START RequestId: 00000000-0000-4000-8000-000000000001 Version: 1\n');
  const input = '2026-01-01T00:00:00.000Z INIT_START Runtime Version: nodejs:22.v20\n2026-01-01T00:00:01.000Z a line\n';
  const run = spawnSync(process.execPath, [command, 'analyze', '-', '--format', 'json', '--function', 'f', '--workers', '2'], {
    cwd: here,
    input,
    encoding: 'utf8',
  });
  const { input: read }: Report = reportFromJson(JSON.parse(run.stdout));
  expect(read.eventCount).toBe(2);
});

function analysedBy(workers: number, path = data, exit = 0): { stdout: string } {
  const run = spawnSync(process.execPath, [command, 'analyze', path, '--format', 'json', '--workers', String(workers)], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (run.status !== exit) throw new Error(`exit ${run.status}: ${run.stderr}`);
  return run;
}
