/** A sandbox does not end where a file does: its lines go on in the next part of an export, or on the next page. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { analyze, type Report } from '@nightlight/analyzer';
import { afterAll, describe, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'nightlight-over-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const STREAM = '2026/11/21/[7]0123456789abcdef0123456789abcdef';
const T0 = Date.UTC(2026, 10, 21, 2);
const requestId = (ordinal: number): string => `5e0f2c1a-77aa-4b0e-9d6e-${String(ordinal).padStart(12, '0')}`;

interface Line {
  readonly atMs: number;
  readonly message: string;
}

/** Six requests of one sandbox; the fourth throws, its error in several lines. */
const lines: readonly Line[] = [1, 2, 3, 4, 5, 6].flatMap((ordinal) => {
  const id = requestId(ordinal);
  const atMs = T0 + ordinal * 1000;
  const init = ordinal === 1 ? 'Init Duration: 150.00 ms\t' : '';
  const texts = [
    `START RequestId: ${id} Version: 7\n`,
    `2026-11-21T02:00:00.000Z\t${id}\tINFO\tordinary\n`,
    ...(ordinal === 4
      ? [`2026-11-21T02:00:00.000Z\t${id}\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"no","stack":[]}\n`]
      : []),
    `END RequestId: ${id}\n`,
    `REPORT RequestId: ${id}\tDuration: 10.00 ms\tBilled Duration: ${ordinal === 1 ? 160 : 10} ms\tMemory Size: 128 MB\tMax Memory Used: ${60 + ordinal} MB\t${init}\n`,
  ];
  return texts.map((message, i) => ({ atMs: atMs + i, message }));
});

/** Between which lines the files are parted: everywhere. */
const cuts = lines.map((_, i) => i).slice(1);

const writers = {
  'two parts of one stream of an S3 export': (folder: string, parts: readonly (readonly Line[])[]): string => {
    const stream = join(folder, 'checkout', '5ff9b119-2ed1-45fd-872f-b0c07d4637a6', STREAM.replaceAll('/', '-'));
    mkdirSync(stream, { recursive: true });
    for (const [i, part] of parts.entries()) {
      const text = part.map((line) => `${new Date(line.atMs).toISOString()} ${line.message}`).join('');
      writeFileSync(join(stream, `${String(i).padStart(6, '0')}.gz`), gzipSync(text));
    }
    return folder;
  },
  'two pages of one download': (folder: string, parts: readonly (readonly Line[])[]): string => {
    mkdirSync(folder, { recursive: true });
    for (const [i, part] of parts.entries()) {
      const events = part.map((line) => ({ logStreamName: STREAM, timestamp: line.atMs, message: line.message, ingestionTime: line.atMs }));
      writeFileSync(join(folder, `page-${i}.json`), JSON.stringify({ events, searchedLogStreams: [], ...(i === 0 && { nextToken: 'x' }) }));
    }
    return folder;
  },
};

/** Everything that a report says, but for the places: they differ, since the files do. */
async function told(path: string): Promise<Partial<Report>> {
  const { functions, latency, memory, failures, coldStarts, cost, findings, dataQuality } = await analyze([path], {
    functionName: 'checkout',
    workers: 1,
  });
  const { anomalies, unknownShapes } = dataQuality;
  const said = { functions, latency, memory, failures, coldStarts, cost, findings, anomalies, unknownShapes };
  return JSON.parse(JSON.stringify(said, (key, value) => (PLACES.has(key) ? null : value)));
}

/** The next command names the path. */
const PLACES = new Set(['evidence', 'slowest', 'next']);

describe.each(Object.entries(writers))('%s', (name, write) => {
  const folderOf = (cut: number | string): string => join(root, name.replaceAll(' ', '-'), String(cut));
  const whole = write(folderOf('whole'), [lines]);

  test('are one sandbox of one function, with its failure', async () => {
    const { functions, failures } = await told(write(folderOf('report'), [lines.slice(0, 10), lines.slice(10)]));
    expect(functions).toMatchObject([{ functionName: 'checkout', invocationCount: 6, sandboxCount: 1 }]);
    expect(functions![0]!.statusCounts).toMatchObject({ success: 5, error: 1, unfinished: 0 });
    expect(failures).toMatchObject([{ type: 'TypeError' }]);
  });

  test.each(cuts)('say what one file says, when they are parted before line %i', async (cut) => {
    expect(await told(write(folderOf(cut), [lines.slice(0, cut), lines.slice(cut)]))).toEqual(await told(whole));
  });

  test('say the same when they stand in the wrong order', async () => {
    expect(await told(write(folderOf('swapped'), [lines.slice(15), lines.slice(0, 15)]))).toEqual(await told(whole));
  });
});
