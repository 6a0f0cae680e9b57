import { expect, test } from 'vitest';
import { openLogsTail } from '../../analyzer/src/read/logs-tail.ts';
import { readText } from '../support/read-text.ts';

const STREAM = '2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef';
const ID = '5009fcc8-0000-4000-8000-00000000a001';
const AT = Date.UTC(2026, 9, 8, 7, 30, 28);

test('a detailed line gives its time, its stream and its message', () => {
  const told = readText(openLogsTail, `2026-10-08T07:30:28.235000+00:00 ${STREAM} START RequestId: ${ID} Version: $LATEST\n`);
  expect(told.events).toEqual([
    { origin: { logStream: STREAM }, atMs: AT + 235, message: `START RequestId: ${ID} Version: $LATEST`, place: 0 },
  ]);
});

test('a time without fraction, as printed when the milliseconds are 0, is read', () => {
  expect(readText(openLogsTail, `2026-10-08T07:30:28+00:00 ${STREAM} END RequestId: ${ID}\n`).events[0].atMs).toBe(AT);
});

test('a short line gives its second and its message, and no stream', () => {
  const told = readText(openLogsTail, `2026-10-08T07:30:28 END RequestId: ${ID}\r\n2026-10-08T07:30:29 next\r\n`);
  expect(told.events.map(({ origin, atMs, message }) => [origin, atMs, message])).toEqual([
    [{}, AT, `END RequestId: ${ID}`],
    [{}, AT + 1000, 'next'],
  ]);
});

test('lines without a prefix belong to the event before them, blank ones only in the middle', () => {
  const told = readText(
    openLogsTail,
    `2026-10-08T07:30:28+00:00 ${STREAM} Error: no\n    at a (b.js:1:1)\n\n    at c\n\n2026-10-08T07:30:29+00:00 ${STREAM} END\n`,
  );
  expect(told.events.map((event) => event.message)).toEqual(['Error: no\n    at a (b.js:1:1)\n\n    at c', 'END']);
  expect(told.skips).toEqual([]);
});

test('a JSON message that was laid out comes back as one compact line', () => {
  const laidOut = `2026-10-08T07:30:28+00:00 ${STREAM} \n{\n    "level": "INFO",\n    "message": "two  blanks, \\"quoted\\"",\n    "list": [\n        1\n    ]\n}\n`;
  expect(readText(openLogsTail, laidOut, [70, 3]).events.map((event) => event.message)).toEqual([
    '{"level":"INFO","message":"two  blanks, \\"quoted\\"","list":[1]}',
  ]);
});

test('text that only begins like a laid-out object stays as it was', () => {
  const text = `2026-10-08T07:30:28+00:00 ${STREAM} {\n  id: 1\n} and more\n`;
  expect(readText(openLogsTail, text).events[0].message).toBe('{\n  id: 1\n} and more');
});

test('colours are taken out before the prefix is looked for', () => {
  const told = readText(openLogsTail, `\u001b[32m2026-10-08T07:30:28+00:00\u001b[0m \u001b[36m${STREAM}\u001b[0m \u001b[1mhi\u001b[0m\n`);
  expect(told.events.map(({ origin, message }) => [origin.logStream, message])).toEqual([[STREAM, 'hi']]);
});

test('interleaved streams keep one handle each', () => {
  const other = STREAM.replace('0123', 'ffff');
  const line = (stream: string): string => `2026-10-08T07:30:28+00:00 ${stream} x\n`;
  const told = readText(openLogsTail, [STREAM, other, STREAM, STREAM, other].map(line).join(''));
  expect(told.events.map((event) => event.origin.logStream)).toEqual([STREAM, other, STREAM, STREAM, other]);
});

test('the stream of a custom log group names its function; another takes the name that the user gave', () => {
  const custom = '2026/10/08/checkout[$LATEST]0123456789abcdef0123456789abcdef';
  const text = `2026-10-08T07:30:28+00:00 ${custom} x\n2026-10-08T07:30:28+00:00 ${STREAM} y\n`;
  expect(readText(openLogsTail, text, [], { functionName: 'orders' }).events.map((event) => event.origin.functionName)).toEqual([
    'checkout',
    'orders',
  ]);
});

test('in a detailed file, a line of a message may begin with a short time', () => {
  const text = `2026-10-08T07:30:28+00:00 ${STREAM} first\n2026-10-08T07:30:28 second\n`;
  expect(readText(openLogsTail, text).events.map((event) => event.message)).toEqual(['first\n2026-10-08T07:30:28 second']);
});

test('what stands before the first event is counted, and said to be no event', () => {
  const told = readText(openLogsTail, `\ncut off\n2026-10-08T07:30:28+00:00 ${STREAM} x\n`);
  expect(told.skips).toEqual([
    { reason: 'envelope', byteCount: 1, place: 0, found: undefined },
    { reason: 'not-of-this-shape', byteCount: 8, place: 1, found: 'line before the first event' },
  ]);
  expect(told.events).toHaveLength(1);
});

test('a message of one megabyte is one event, and a line of more than 16 MiB is counted without being kept', () => {
  const long = `2026-10-08T07:30:28+00:00 ${STREAM} ${'m'.repeat(1024 * 1024)}\n`;
  const told = readText(
    openLogsTail,
    Buffer.concat([Buffer.from(long), Buffer.alloc(17 * 1024 * 1024, 0x78), Buffer.from(`\n${long}`)]),
    Array(300).fill(65_536),
  );
  expect(told.events.map((event) => event.message.length)).toEqual([1024 * 1024, 1024 * 1024]);
  expect(told.skips).toEqual([
    { reason: 'too-long', byteCount: 17 * 1024 * 1024 + 1, place: long.length, found: 'line of more than 16 MiB' },
  ]);
});
