import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Agent } from '../../agent/src/agent.ts';
import { openRecorder } from '../../agent/src/host/lambda/flight-recorder.ts';
import { takeFound, tellDeaths, tellOpen } from '../../agent/src/host/lambda/tell-death.ts';
import { type DeathRecord, decodeRecord } from '../../agent/src/record/index.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightlight-recorder-'));
  path = join(folder, 'recorder');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ignored = () => {};

/** What the successor makes of the file; 0 when it finds none. */
function found(): { predecessor: number; deaths: DeathRecord[] } {
  const lines: string[] = [];
  let predecessor = 0;
  openRecorder(path, ignored, (file) => {
    predecessor = tellDeaths({ writeLine: (line: string) => lines.push(line) } as unknown as Agent, takeFound(file));
  });
  const deaths = lines.map((line) => {
    const decoded = decodeRecord(line);
    if (decoded.kind !== 'record' || decoded.record.kind !== 'death') throw new Error(line);
    return decoded.record;
  });
  return { predecessor, deaths };
}

test('the first process of a sandbox finds nothing', () => {
  expect(found()).toEqual({ predecessor: 0, deaths: [] });
});

test('an invocation that ended leaves an idle predecessor', () => {
  const recorder = openRecorder(path, ignored, ignored);
  recorder.write(0, 'w', { id: 'r-1', n: 1, t: 1000, h: 4000, c: [] });
  recorder.idle(0);
  expect(found()).toEqual({ predecessor: 1, deaths: [] });
});

test('an invocation under way is told with its id, its start, its heap and the calls that had not come back', () => {
  openRecorder(path, ignored, ignored).write(0, 'w', {
    id: 'r-1',
    n: 5,
    t: 1000,
    h: 4000,
    c: [
      ['payments', 1500],
      ['dynamodb', 2100],
    ],
  });
  expect(found()).toEqual({
    predecessor: 2,
    deaths: [
      {
        kind: 'death',
        foundAtEpochMs: expect.any(Number),
        phase: 'invocation',
        requestId: 'r-1',
        invocationNumber: 5,
        startedAtEpochMs: 1000,
        lastSeenAtEpochMs: 2100,
        memory: { heapUsedBeforeBytes: 4000 * 1024 },
        openCalls: [
          { service: 'payments', waitedMs: 600 },
          { service: 'dynamodb', waitedMs: 0 },
        ],
      },
    ],
  });
});

test('no call under way is told as none, which is not the same as unknown', () => {
  openRecorder(path, ignored, ignored).write(0, 'w', { id: 'r-1', n: 5, t: 1000, h: 4000, c: [] });
  expect(found().deaths[0]!.openCalls).toEqual([]);
});

test('a shorter row does not mix with the longer one it replaced', () => {
  const recorder = openRecorder(path, ignored, ignored);
  recorder.write(0, 'w', { id: 'r-1-with-a-long-id', n: 1, t: 1000, h: 4000, c: [['a-long-service-name', 1]] });
  recorder.write(0, 'w', { id: 'r-2', n: 2, t: 2000, h: 4000, c: [] });
  expect(found().deaths.map(({ requestId, openCalls }) => [requestId, openCalls])).toEqual([['r-2', []]]);
});

test('a process that died in its init is told as such', () => {
  openRecorder(path, ignored, ignored).write(0, 'n', { t: 1000 });
  expect(found()).toMatchObject({ predecessor: 2, deaths: [{ phase: 'init' }] });
});

test('several invocations at a time each have a row', () => {
  const recorder = openRecorder(path, ignored, ignored);
  recorder.write(0, 'w', { id: 'r-1', n: 1, t: 1000, h: 1, c: [] });
  recorder.write(1, 'w', { id: 'r-2', n: 2, t: 1000, h: 1, c: [] });
  recorder.idle(0);
  expect(found().deaths.map((death) => death.requestId)).toEqual(['r-2']);
});

test('a row that was cut still gives its request id, and nothing is guessed beside it', () => {
  writeFileSync(path, 'w{"id":"r-9","n":3,"t":10');
  expect(found()).toEqual({
    predecessor: 2,
    deaths: [{ kind: 'death', foundAtEpochMs: expect.any(Number), phase: 'invocation', requestId: 'r-9' }],
  });
});

test('what is no recording at all is unreadable, not idle', () => {
  writeFileSync(path, 'garbage');
  expect(found()).toEqual({ predecessor: 3, deaths: [] });
});

test('long names do not run into the next row', () => {
  const recorder = openRecorder(path, ignored, ignored);
  recorder.write(1, 'w', { id: 'r-2', n: 2, t: 1, h: 1, c: [] });
  recorder.write(0, 'w', { id: 'r-1', n: 1, t: 1, h: 1, c: [['s'.repeat(400), 1]] });
  expect(readFileSync(path).length).toBeLessThanOrEqual(512);
  expect(found().deaths.map((death) => death.requestId)).toEqual(['r-1', 'r-2']);
});

test('what is about to run into its time limit is told with the time left', () => {
  const lines: string[] = [];
  tellOpen(
    { writeLine: (line: string) => lines.push(line) } as unknown as Agent,
    { id: 'r-1', n: 1, t: 1, h: 1, c: [['payments', Date.now() - 900]] },
    100,
  );
  const decoded = decodeRecord(lines[0]!);
  expect(decoded).toMatchObject({ kind: 'record', record: { requestId: 'r-1', remainingMs: 100, openCalls: [{ service: 'payments' }] } });
});

test('a device in the place of the file is not read to its end, and is no place to write', () => {
  symlinkSync('/dev/full', path);
  expect(() => openRecorder(path, ignored, ignored)).toThrow();
});
