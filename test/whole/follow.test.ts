/**
 * Watched or analysed, an input says the same. Each file is written again while it is followed, piece by piece, and
 * pictures are taken meanwhile: whoever looks must not change what is found.
 */
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { follow } from '../../analyzer/src/live/index.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import type { ScenarioName } from '../../fixtures/generator/scenarios.ts';
import type { ShapeName } from '../../fixtures/generator/shapes.ts';
import { writeFixture } from '../../fixtures/generator/write-fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'nightlight-follow-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const example = fileURLToPath(new URL('../../fixtures/example', import.meta.url));

const WRITTEN: readonly (readonly [shape: ShapeName, scenario: ScenarioName])[] = [
  ['logs-tail', 'incident'],
  ['plain-text', 'incident'],
  ['json-lines', 'incident'],
  ['filter-log-events', 'incident'],
  ['insights-csv', 'incident'],
  ['subscription-json', 'incident'],
  ['otlp-json', 'inside'],
  ['agent-lines', 'inside'],
].map(([shape, scenario]) => [shape as ShapeName, scenario as ScenarioName]);

test.each(WRITTEN)('a growing file of %s, watched to its end, gives the report of analyze', async (shape, scenario) => {
  const { dataFolder } = writeFixture({ scenario, shape, seed: 5, folder: join(root, shape) });
  const [source] = filesIn(dataFolder).filter((path) => !path.endsWith('.gz'));
  const growing = join(root, shape, 'growing', basename(source!));
  mkdirSync(dirname(growing), { recursive: true });
  const bytes = readFileSync(source!);
  const settings = { functionName: 'checkout' };

  appendFileSync(growing, bytes.subarray(0, bytes.length >> 1));
  const live = follow([{ kind: 'path', path: growing }], { ...settings, lookEveryMs: 5 });
  await live.caughtUp();
  const half = live.picture();
  for (let from = bytes.length >> 1, piece = 1; from < bytes.length; from += 300_007, piece++) {
    appendFileSync(growing, bytes.subarray(from, Math.min(bytes.length, from + 300_007)));
    await live.caughtUp();
    if (piece < 4) live.picture();
  }
  await live.finish();

  const watched = live.picture();
  expect(watched.version).toBeGreaterThan(half.version);
  expect(plain(watched.report)).toEqual(plain(await analyze([growing], { ...settings, workers: 1 })));
  expect(watched.report.input.eventCount).toBeGreaterThan(100);
});

test('the example export, whose files come one after the other, gives the report of analyze', async () => {
  const folder = join(root, 'example');
  const paths = filesIn(example);
  const place = (path: string) => {
    const to = join(folder, relative(example, path));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(path, to);
  };
  paths.filter((_, i) => i % 2 === 0).forEach(place);
  const live = follow([{ kind: 'path', path: folder }], { lookEveryMs: 5 });
  await live.caughtUp();
  live.picture();
  paths.filter((_, i) => i % 2 === 1).forEach(place);
  await live.finish();

  const watched = plain(live.picture().report);
  const analysed = plain(await analyze([folder], { workers: 1 }));
  // Files are listed in the order in which they came.
  const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1);
  expect([...watched.input.files].sort(byPath)).toEqual([...analysed.input.files].sort(byPath));
  expect({ ...watched, input: { ...watched.input, files: [] } }).toEqual({ ...analysed, input: { ...analysed.input, files: [] } });
});

test('standard input, cut anywhere, gives the report of analyze on the same text', async () => {
  const { dataFolder } = writeFixture({ scenario: 'incident', shape: 'logs-tail', seed: 6, folder: join(root, 'stdin') });
  const [path] = filesIn(dataFolder);
  const stream = new PassThrough();
  const live = follow([{ kind: 'stream', stream }], { functionName: 'checkout', lookEveryMs: 5 });
  const bytes = readFileSync(path!);
  for (let from = 0; from < bytes.length; from += 3_333) stream.write(bytes.subarray(from, from + 3_333));
  stream.end();
  await new Promise((ended) => stream.once('close', ended));
  await live.finish();
  const watched = plain(live.picture().report, path);
  expect(watched).toEqual(plain(await analyze([path!], { functionName: 'checkout', workers: 1 }), path));
});

test('lines that print names of many words are grouped while they come as they are grouped at the end, and as analyze does', async () => {
  const path = join(root, 'logged-names.log');
  const people = ['Ada Lovelace', 'Grace Hopper', 'Edsger Dijkstra', 'Ken Thompson', 'John von Neumann', 'Frances Allen', 'Radia Perlman'];
  const lines = Array.from({ length: 840 }, (_, i) => {
    const said = [
      `could not charge ${people[i % 7]} for order ${i}`,
      `payment of ${people[i % 7]} declined: ${i % 4 === 1 ? 'timed out' : 'card expired'}`,
    ];
    return invocationThatLogs(said[i % 2]!, i);
  });
  const settings = { functionName: 'checkout' };
  appendFileSync(path, lines.slice(0, 420).join(''));
  const live = follow([{ kind: 'path', path }], { ...settings, lookEveryMs: 5 });
  await live.caughtUp();
  const groups = () =>
    live
      .picture()
      .report.failures.map(({ identity }) => identity?.template)
      .sort();
  const half = groups();
  expect(half).toEqual([
    'could not charge <*> for order <*>',
    'payment of <*> declined: card expired',
    'payment of <*> declined: timed out',
  ]);
  for (let from = 420; from < 840; from += 70) appendFileSync(path, lines.slice(from, from + 70).join(''));
  await live.caughtUp();
  await live.finish();
  expect(groups()).toEqual(half);
  expect(plain(live.picture().report)).toEqual(plain(await analyze([path], { ...settings, workers: 1 })));
});

test('a replay shows at each moment what was known then, and at its end what analyze knows', async () => {
  const wall = { ms: 1_000_000 };
  // Quiet lines at the end of an export are passed over by the minute in a batch, unless functions are chosen.
  const settings = { only: '*' };
  const replay = follow({ kind: 'replay', paths: [example], speed: 0 }, { ...settings, now: () => wall.ms, lookEveryMs: 1 });
  await replay.caughtUp();
  const { fromMs, toMs } = replay.picture().sources.map((source) => {
    if (source.state !== 'replaying') throw new Error(`expected a replay, found ${source.state}`);
    return source;
  })[0]!;
  const middleMs = (fromMs + toMs) / 2;
  await replay.replay!.seek(middleMs);
  const middle = plain(replay.picture().report);
  expect(middle.input.toMs).toBeLessThanOrEqual(middleMs);
  expect(replay.picture().nowMs).toBe(middleMs);

  await replay.replay!.seek(toMs);
  expect(replay.picture().report.input.eventCount).toBeGreaterThan(middle.input.eventCount);
  await replay.replay!.seek(middleMs);
  expect(plain(replay.picture().report)).toEqual(middle);

  replay.replay!.setSpeed(60);
  wall.ms += 1_000;
  await replay.caughtUp();
  expect(replay.picture().nowMs).toBe(middleMs + 60_000);

  await replay.finish();
  expect(replay.picture().sources[0]!.state).toBe('ended');
  expect(plain(replay.picture().report)).toEqual(plain(await analyze([example], { ...settings, workers: 1 })));
});

/** As `aws logs tail` prints them. */
function invocationThatLogs(message: string, i: number): string {
  const id = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
  const atMs = Date.UTC(2026, 10, 21, 2) + i * 60_000;
  const at = new Date(atMs).toISOString();
  const said = [
    `START RequestId: ${id} Version: 7`,
    `${at}\t${id}\tERROR\t${message}`,
    `END RequestId: ${id}`,
    `REPORT RequestId: ${id}\tDuration: 12.00 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 90 MB`,
  ];
  return said.map((line) => `${at.replace('Z', '000+00:00')} 2026/11/21/[7]0123456789abcdef0123456789abcdef ${line}\n`).join('');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** As it is written out; with `path`, standard input is called by it. */
function plain(report: Report, path?: string): Report {
  const text = JSON.stringify(report);
  const named =
    path === undefined
      ? text
      : text
          .replaceAll('"path":"-"', `"path":${JSON.stringify(path)}`)
          .replaceAll(' -"', ` ${path}"`)
          .replaceAll(' - ', ` ${path} `);
  return JSON.parse(named);
}
