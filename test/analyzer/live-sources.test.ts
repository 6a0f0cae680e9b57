/** What a source does while it is watched: it grows, is moved, is cut, falls silent, fails, ends. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { follow, type LiveAnalysis } from '../../analyzer/src/live/index.ts';
import { Meter, Pace } from '../../analyzer/src/live/meter.ts';
import { feedAnalysis, streamNamed } from '../support/live-feed.ts';

const root = mkdtempSync(join(tmpdir(), 'nightlight-live-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const T0 = Date.UTC(2026, 10, 21, 2);
const countOf = (live: LiveAnalysis): number =>
  live.picture().report.functions.reduce((sum, { invocationCount }) => sum + invocationCount, 0);

/** A request as `aws logs tail` prints it. */
function tailed(ordinal: number): string {
  const id = `5e0f2c1a-77aa-4b0e-9d6e-${String(ordinal).padStart(12, '0')}`;
  const at = (offsetMs: number) => new Date(T0 + ordinal * 1_000 + offsetMs).toISOString().replace('Z', '000+00:00');
  const stream = '2026/11/21/[7]0123456789abcdef0123456789abcdef';
  return [
    `${at(0)} ${stream} START RequestId: ${id} Version: 7`,
    `${at(9)} ${stream} END RequestId: ${id}`,
    `${at(9)} ${stream} REPORT RequestId: ${id}\tDuration: 9.00 ms\tBilled Duration: 9 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t`,
    '',
  ].join('\n');
}

test('a file that is moved away and begun anew is read on, and one that only got another name is not read twice', async () => {
  const folder = join(root, 'rotated');
  mkdirSync(folder);
  const path = join(folder, 'app.log');
  writeFileSync(path, tailed(1) + tailed(2));
  const live = follow([{ kind: 'path', path: folder }], { functionName: 'checkout', lookEveryMs: 2 });
  await live.caughtUp();
  appendFileSync(path, tailed(3));
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, tailed(4));
  writeFileSync(path, tailed(5) + tailed(6));
  await live.caughtUp();
  await live.finish();
  expect(countOf(live)).toBe(6);
  const paths = live.picture().report.input.files.map((file) => file.path);
  expect(paths).toHaveLength(2);
  expect(paths[0]).toMatch(/app\.log \(before it was moved away at \d\d:\d\d:\d\d UTC\)/);
});

test('a file that is cut to nothing is read again from its beginning', async () => {
  const path = join(root, 'cut.log');
  writeFileSync(path, tailed(1) + tailed(2) + tailed(3));
  const live = follow([{ kind: 'path', path }], { functionName: 'checkout', lookEveryMs: 2 });
  await live.caughtUp();
  truncateSync(path);
  appendFileSync(path, tailed(4));
  await live.caughtUp();
  await live.finish();
  expect(countOf(live)).toBe(4);
  expect(live.picture().report.input.files[0]!.path).toContain('before it was cut');
});

test('a file that is not there yet is waited for, and says so', async () => {
  const path = join(root, 'later.log');
  const live = follow([{ kind: 'path', path }], { functionName: 'checkout', lookEveryMs: 2 });
  await live.caughtUp();
  expect(live.picture().sources[0]).toMatchObject({ state: 'failed' });
  writeFileSync(path, tailed(1));
  await live.finish();
  expect(countOf(live)).toBe(1);
});

test('what is compressed is read once, when it has come to rest, also when it comes late', async () => {
  const stream = join(root, 'export', 'checkout', '5ff9b119-2ed1-45fd-872f-b0c07d4637a6', '2026-11-21-[7]0123456789abcdef0123456789abcdef');
  mkdirSync(stream, { recursive: true });
  const lines = (ordinal: number) => tailed(ordinal).replace(/^(\S+?)000\+00:00 \S+ /gm, '$1Z ');
  writeFileSync(join(stream, '000000.gz'), gzipSync(lines(1) + lines(2)));
  const live = follow([{ kind: 'path', path: join(root, 'export') }], { lookEveryMs: 2 });
  await live.caughtUp();
  writeFileSync(join(stream, '000001.gz'), gzipSync(lines(3)));
  await live.finish();
  expect(live.picture().report.functions).toMatchObject([{ functionName: 'checkout', invocationCount: 3 }]);
});

test('an attempt that is under way is shown as it stands, and is not counted twice when it ends', async () => {
  const { live, line, request } = await feedAnalysis({ now: () => T0 });
  request({ functionName: 'checkout', logStream: streamNamed(1), atMs: T0 });
  line('checkout', streamNamed(1), T0 + 100, 'START RequestId: 11111111-1111-4111-8111-111111111111 Version: 1\n');
  for (let look = 0; look < 3; look++) {
    line('checkout', streamNamed(1), T0 + 200 + look, `a line of its own, ${look}\n`);
    expect(live.picture().report.functions[0]!.statusCounts).toMatchObject({ success: 1, unfinished: 1 });
  }
  line(
    'checkout',
    streamNamed(1),
    T0 + 300,
    'REPORT RequestId: 11111111-1111-4111-8111-111111111111\tDuration: 200.00 ms\tBilled Duration: 200 ms\tMemory Size: 128 MB\tMax Memory Used: 80 MB\t\n',
  );
  expect(live.picture().report.functions[0]!.statusCounts).toMatchObject({ success: 2, unfinished: 0 });
  await live.finish();
});

test('nothing new, no new picture; something new, a new one and word of it', async () => {
  const { live, request } = await feedAnalysis({ now: () => T0 });
  request({ functionName: 'checkout', logStream: streamNamed(1), atMs: T0 });
  const first = live.picture();
  expect(live.picture()).toBe(first);
  const told = new Promise<void>((tell) => live.onChange(tell));
  request({ functionName: 'checkout', logStream: streamNamed(1), atMs: T0 + 50 });
  const second = live.picture();
  expect(second.version).toBe(first.version + 1);
  request({ functionName: 'checkout', logStream: streamNamed(1), atMs: T0 + 90 });
  await told;
  await live.finish();
});

test('the lines behind evidence are shown redacted, with those around them, for as long as they are kept', async () => {
  const stream = new PassThrough();
  const live = follow([{ kind: 'stream', stream }], { functionName: 'checkout', lookEveryMs: 2 });
  const id = '22222222-2222-4222-8222-222222222222';
  const failing = `2026-11-21T02:00:59.000000+00:00 2026/11/21/[7]0123456789abcdef0123456789abcdef 2026-11-21T02:00:59.000Z\t${id}\tERROR\tInvoke Error \t{"errorType":"Refused","errorMessage":"password=hunter2 refused","stack":[]}\n`;
  stream.write(tailed(1) + tailed(58).replaceAll('5e0f2c1a-77aa-4b0e-9d6e-000000000058', id).replace('END', `X\u001b[31mEND`));
  stream.end(failing + tailed(60));
  await new Promise((ended) => stream.once('close', ended));
  await live.finish();
  const { report } = live.picture();
  const evidence = { path: '-', byteOffset: 0, at: undefined };
  const [line, next] = await live.lines([evidence], 1);
  expect(line!.text).toMatch(/^START RequestId/);
  expect(next!.text).toMatch(/^END RequestId/);
  expect(line!.source).toBe('standard input');
  const all = await live.lines([evidence], 20);
  expect(all.map(({ text }) => text).join('\n')).not.toContain('hunter2');
  expect(all.map(({ text }) => text).join('\n')).not.toContain('\u001b');
  expect(all.map(({ text }) => text).join('\n')).toContain('Refused');
  const [gone] = await live.lines([{ ...evidence, byteOffset: 7 }]);
  expect(gone!.text).toContain('no longer kept');
  expect(report.input.eventCount).toBeGreaterThan(8);
});

test('around a line of a file stand the lines before and after it', async () => {
  const path = join(root, 'around.log');
  writeFileSync(path, `${tailed(1)}${tailed(2).replace('END', 'password=hunter2 END')}${tailed(3)}`);
  const live = follow([{ kind: 'path', path }], { functionName: 'checkout', lookEveryMs: 2 });
  await live.finish();
  const byteOffset = tailed(1).length;
  const lines = await live.lines([{ path, byteOffset, at: undefined }], 1);
  expect(lines.map(({ text }) => /START|password|REPORT/.exec(text)?.[0])).toEqual(['REPORT', 'START', 'password']);
  expect(lines[1]!.evidence.byteOffset).toBe(byteOffset);
  expect(lines[2]!.text).not.toContain('hunter2');
  const [gone] = await live.lines([{ path: join(root, 'gone.log'), byteOffset: 0, at: undefined }], 1);
  expect(gone!.text).toContain('cannot be read');
});

test('a source that breaks says so, and the others go on', async () => {
  const path = join(root, 'beside.log');
  writeFileSync(path, tailed(1));
  const start = async () => {
    throw new Error('port 4318 is taken');
  };
  const live = follow(
    [
      { kind: 'feed', name: 'a receiver', start },
      { kind: 'path', path },
    ],
    { functionName: 'checkout', lookEveryMs: 2 },
  );
  await live.caughtUp();
  expect(live.picture().sources[0]).toMatchObject({ state: 'failed', because: 'port 4318 is taken' });
  await live.finish();
  expect(countOf(live)).toBe(1);
});

test('a writer that never pauses is understood within seconds', async () => {
  const stream = new PassThrough();
  const live = follow([{ kind: 'stream', stream }], { functionName: 'checkout', lookEveryMs: 20 });
  let ordinal = 0;
  const writing = setInterval(() => stream.write(tailed(++ordinal)), 40);
  const seen = new Promise<void>((tell) => live.onChange(() => live.picture().report.input.eventCount > 0 && tell()));
  await seen;
  clearInterval(writing);
  expect(countOf(live)).toBeGreaterThan(0);
  await live.finish();
});

test('a source is silent by its own measure, and a clock that steps back makes none silent', () => {
  const often = new Meter();
  for (let at = 0; at <= 60_000; at += 1_000) often.arrived(at);
  expect(often.staleSince(70_000)).toBeUndefined();
  expect(often.staleSince(80_000)).toBe(60_000);
  expect(often.staleSince(-1e12)).toBeUndefined();
  const seldom = new Meter();
  for (let at = 0; at <= 600_000; at += 60_000) seldom.arrived(at);
  expect(seldom.staleSince(700_000)).toBeUndefined();
  expect(seldom.staleSince(790_000)).toBe(600_000);
});

test('events in a second are those of the last ten, whatever the clock did before', () => {
  const pace = new Pace();
  for (let second = 0; second < 30; second++) pace.add(second * 1_000, 50);
  expect(pace.perSecond(29_500)).toBe(50);
  expect(pace.perSecond(60_000)).toBe(0);
  pace.add(-5_000, 7);
  expect(pace.perSecond(-5_000)).toBeCloseTo(0.7);
});
