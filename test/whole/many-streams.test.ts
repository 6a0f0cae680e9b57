/**
 * 50,000 sandboxes in one file, their lines interleaved: each is kept apart, and what is kept of each is little. The
 * command runs in a heap of 256 MB, so keeping too much ends it.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '@nightlight/analyzer';
import { afterAll, describe, expect, test } from 'vitest';
import { reportFromJson } from '../../analyzer/src/report/json.ts';

const command = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-streams-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STREAM_COUNT = 50_000;
const ROUNDS = 2;
const HEAP_MEGABYTES = 256;
const T0 = Date.UTC(2026, 10, 21, 2);

const streamName = (stream: number): string => `2026/11/21/[7]${(stream * 2_654_435_761).toString(16).padStart(32, 'a')}`;
const requestId = (ordinal: number): string => `5e0f2c1a-77aa-4b0e-9d6e-${String(ordinal).padStart(12, '0')}`;

interface Line {
  readonly stream: string;
  readonly atMs: number;
  readonly message: string;
}

/** Lines in order of time: the first request of each sandbox, cold, then the second of each, warm. */
function* lines(): Generator<Line> {
  for (let round = 0; round < ROUNDS; round++) {
    for (let number = 0; number < STREAM_COUNT; number++) {
      const ordinal = round * STREAM_COUNT + number;
      const stream = streamName(number);
      const atMs = T0 + ordinal * 20;
      const id = requestId(ordinal);
      const init = round === 0 ? 'Init Duration: 150.00 ms\t' : '';
      yield { stream, atMs, message: `START RequestId: ${id} Version: 7\n` };
      yield {
        stream,
        atMs: atMs + 10,
        message: `REPORT RequestId: ${id}\tDuration: 10.00 ms\tBilled Duration: ${round === 0 ? 160 : 10} ms\tMemory Size: 128 MB\tMax Memory Used: ${60 + round} MB\t${init}\n`,
      };
    }
  }
}

describe.each([
  ['filter-log-events', '{"events":[', ']}', asJson],
  ['aws logs tail', '', '', asTail],
] as const)('50,000 streams in one file of %s', (name, head, tail, write) => {
  test('are 50,000 sandboxes with two requests each, in a heap of 256 MB', () => {
    const path = join(folder, name.replaceAll(' ', '-'));
    const file = openSync(path, 'w');
    let text = head;
    let isFirst = true;
    for (const line of lines()) {
      text += write(line, isFirst);
      isFirst = false;
      if (text.length > 1 << 20) {
        writeSync(file, text);
        text = '';
      }
    }
    writeSync(file, text + tail);
    closeSync(file);

    const report = analysed(path);
    rmSync(path);
    expect(report.functions.map((each) => [each.functionName, each.invocationCount, each.sandboxCount])).toEqual([
      ['checkout', STREAM_COUNT * ROUNDS, STREAM_COUNT],
    ]);
    expect(report.functions[0]!.statusCounts.success).toBe(STREAM_COUNT * ROUNDS);
    expect(report.coldStarts.map((each) => each.byKind)).toEqual([{ 'on-demand': STREAM_COUNT }]);
    expect(report.dataQuality.anomalies).toEqual([]);
  });
});

function asJson({ stream, atMs, message }: Line, isFirst: boolean): string {
  return `${isFirst ? '' : ','}${JSON.stringify({ logStreamName: stream, timestamp: atMs, message, ingestionTime: atMs + 900 })}\n`;
}

function asTail({ stream, atMs, message }: Line): string {
  return `${new Date(atMs).toISOString().slice(0, -1)}000+00:00 ${stream} ${message}`;
}

function analysed(path: string): Report {
  const flags = ['--format', 'json', '--function', 'checkout', '--workers', '1'];
  const run = spawnSync(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, command, 'analyze', path, ...flags], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(`exit ${run.status} ${run.signal ?? ''}: ${run.stderr.slice(0, 2_000)}`);
  return reportFromJson(JSON.parse(run.stdout));
}
