import { describe, expect, test } from 'vitest';
import { openS3Export } from '../../analyzer/src/read/s3-export.ts';
import { captureFacts } from '../support/capture-facts.ts';
import { readText, type Told } from '../support/read-text.ts';

const MIB = 1024 * 1024;
const read = (content: string | Buffer, cuts: readonly number[] = []): Told => readText(openS3Export, content, cuts);
const pairs = (told: Told): (readonly [number, string])[] => told.events.map((event) => [event.atMs, event.message]);
const noon = Date.UTC(2026, 10, 21, 12);

test('an event is a time, a blank and its message', () => {
  const told = read('2026-11-21T12:00:00.000Z first\n2026-11-21T12:00:01.250Z second\n');
  expect(pairs(told)).toEqual([
    [noon, 'first'],
    [noon + 1250, 'second'],
  ]);
  expect(told.events.map((event) => event.place)).toEqual([0, 31]);
});

test('lines without a time belong to the event before them, blank ones too', () => {
  const told = read('2026-11-21T12:00:00.000Z Error: no\n    at a (b.js:1:2)\n\n    at c\n2026-11-21T12:00:01.000Z next\n');
  expect(pairs(told)).toEqual([
    [noon, 'Error: no\n    at a (b.js:1:2)\n\n    at c'],
    [noon + 1000, 'next'],
  ]);
});

test('Windows line ends are no part of the message, the last line may lack its end', () => {
  const told = read('2026-11-21T12:00:00.000Z a\r\n2026-11-21T12:00:01.000Z b\r\n2026-11-21T12:00:02.000Z c');
  expect(pairs(told).map(([, message]) => message)).toEqual(['a', 'b', 'c']);
  expect(told.byteCount).toBe(Buffer.byteLength('2026-11-21T12:00:00.000Z a\r\n') * 2 + 26);
});

test('a byte order mark is dress, and the places count from before it', () => {
  const told = read('\ufeff2026-11-21T12:00:00.000Z a\n', [1, 1, 1]);
  expect(pairs(told)).toEqual([[noon, 'a']]);
  expect(told.skips).toEqual([{ reason: 'envelope', byteCount: 3, place: 0, found: undefined }]);
  expect(told.events[0]!.place).toBe(3);
});

test('times may be epoch milliseconds or whole seconds', () => {
  expect(pairs(read(`${noon + 7} a\n2026-11-21T12:00:03Z b\n${noon + 9} c\n`))).toEqual([
    [noon + 7, 'a'],
    [noon + 3000, 'b'],
    [noon + 9, 'c'],
  ]);
});

test('thirteen characters that are no number do not begin an event', () => {
  expect(pairs(read(`${noon} a\n1 of 2 things is late\n12345678901x3 z\n`))).toEqual([[noon, 'a\n1 of 2 things is late\n12345678901x3 z']]);
});

test('lines before the first time are counted, and the events after them are read', () => {
  const told = read('    at the.end (of.js:1:2)\n  and more\n2026-11-21T12:00:00.000Z a\n');
  expect(pairs(told)).toEqual([[noon, 'a']]);
  expect(told.skips.map((skip) => skip.reason)).toEqual(['not-of-this-shape']);
  expect(told.skips[0]).toMatchObject({ byteCount: 38, place: 0 });
});

test('an empty message is an event', () => {
  expect(pairs(read('2026-11-21T12:00:00.000Z \n2026-11-21T12:00:00.001Z \r\n2026-11-21T12:00:00.002Z '))).toEqual([
    [noon, ''],
    [noon + 1, ''],
    [noon + 2, ''],
  ]);
});

test('minutes, days and years change between neighbours, and back again', () => {
  const times = [
    '2026-12-31T23:59:59.999Z',
    '2027-01-01T00:00:00.000Z',
    '2026-12-31T23:59:59.999Z',
    '2027-12-31T23:59:00.001Z',
    '2027-02-28T23:59:00.002Z',
    '2027-02-28T22:59:00.002Z',
    '2027-02-28T22:49:00.002Z',
    '2027-02-18T22:49:00.002Z',
    '2036-02-18T22:49:00.002Z',
  ];
  const told = read(times.map((time) => `${time} x\n`).join(''));
  expect(told.events.map((event) => event.atMs)).toEqual(times.map((time) => Date.parse(time)));
});

test('events come as they stand in the file: putting them in order is not the work of a reader', () => {
  const told = read('2026-11-21T12:00:02.000Z late\n2026-11-21T12:00:01.000Z early\n2026-11-21T12:00:03.000Z last\n');
  expect(pairs(told).map(([, message]) => message)).toEqual(['late', 'early', 'last']);
});

describe('large events', () => {
  const before = '2026-11-21T12:00:00.000Z before\n';
  const after = '2026-11-21T12:00:09.000Z after\n';

  test('one of 1 MB, the most that CloudWatch takes, is whole however it is cut', () => {
    const large = `${'é'.repeat(1000)}\n`.repeat(524);
    const content = `${before}2026-11-21T12:00:01.000Z ${large}${after}`;
    const told = read(content, [100_001, 3, 500_000]);
    expect(told.events.map((event) => event.message.length)).toEqual([6, large.length - 1, 5]);
    expect(told.byteCount).toBe(Buffer.byteLength(content));
  });

  const lines = Buffer.alloc(17 * MIB, 'x');
  for (let at = 999; at < lines.length; at += 1000) lines[at] = 10;
  lines[lines.length - 1] = 10;
  const overlong = Buffer.concat([Buffer.from(`${before}2026-11-21T12:00:01.000Z `), lines, Buffer.from(after)]);
  const chunks = Array.from({ length: 17 }, () => MIB);

  test.each([
    ['in one piece', overlong, []],
    ['in chunks', overlong, chunks],
  ] as const)('one above 16 MiB is left out, told once and not held, when it comes %s', (_how, content, cuts) => {
    const told = read(content, cuts);
    expect(pairs(told).map(([, message]) => message)).toEqual(['before', 'after']);
    expect(told.skips).toEqual([
      { reason: 'too-long', byteCount: 25 + lines.length, place: before.length, found: 'one event of more than 16 MiB' },
    ]);
    expect(told.byteCount).toBe(content.length);
  });

  test.each([
    ['in one piece', []],
    ['in chunks', chunks],
  ] as const)('one above 16 MiB at the end of a file is told too, when it comes %s', (_how, cuts) => {
    const content = overlong.subarray(0, overlong.length - after.length);
    const told = read(content, cuts);
    expect(told.skips).toHaveLength(1);
    expect(told.byteCount).toBe(content.length);
  });

  test('one just below 16 MiB is an event', () => {
    const content = Buffer.concat([Buffer.from('2026-11-21T12:00:01.000Z '), lines.subarray(0, 15 * MIB), Buffer.from(`\n${after}`)]);
    const told = read(content, chunks);
    expect(told.events.map((event) => event.message.length)).toEqual([15 * MIB, 5]);
    expect(told.skips).toEqual([]);
  });
});

describe('skimming', () => {
  const id = '6f1d2c3b-0a1e-4f5d-8c7b-9a0b1c2d3e4f';
  const other = '7a1d2c3b-0a1e-4f5d-8c7b-9a0b1c2d3e4f';
  const invocation = (lines: readonly string[]): Buffer =>
    Buffer.from(
      [
        `2026-11-21T12:00:00.000Z START RequestId: ${id} Version: 7`,
        ...lines,
        `2026-11-21T12:02:00.000Z END RequestId: ${id}`,
        `2026-11-21T12:02:00.000Z REPORT RequestId: ${id}\tDuration: 9.50 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t`,
        '',
      ].join('\n'),
    );
  const node = (level: string, of = id): string => `2026-11-21T12:00:01.000Z 2026-11-21T12:00:01.000Z\t${of}\t${level}\thello`;

  test('passes over ordinary output and counts it in its minute', () => {
    const content = invocation([node('INFO'), node('INFO'), node('DEBUG').replaceAll('12:00', '12:01')]);
    const skimmed = captureFacts(content, [], true);
    expect(skimmed).toEqual(captureFacts(content, [], false));
    expect(skimmed.eventCount).toBe(6);
    expect(skimmed.applicationLineCount).toBe(3);
    expect(skimmed.tookBytes).toBe(content.length);
  });

  test('never passes over an error, or over a line of another request', () => {
    const content = invocation([node('INFO'), node('ERROR'), node('INFO', other), node('INFO')]);
    const skimmed = captureFacts(content, [], true);
    expect(skimmed).toEqual(captureFacts(content, [], false));
    // START, the error, the stray line and the REPORT; a plain invocation would be one row.
    expect(skimmed.rows).toHaveLength(4);
  });

  test('a short JSON line at the very end of what was read is not looked at where the longer ones had their members', () => {
    const json = (before: string) =>
      `2026-11-21T12:00:01.000Z {"service":"${before}","level":"INFO","requestId":"${id}","message":"hello"}`;
    const short = `2026-11-21T12:00:01.000Z {"a":"${'b'.repeat(60)}"}`;
    const [first, ...rest] = invocation([json('orders'), json('orders'), short])
      .toString()
      .split('\n');
    const content = Buffer.from([...rest.slice(-3, -1), first, ...rest.slice(0, 3)].join('\n'));
    const skimmed = captureFacts(content, [], true);
    expect(skimmed).toEqual(captureFacts(content, [], false));
    expect(skimmed.eventCount).toBe(6);
  });
});
