import { expect, test } from 'vitest';
import { openSamLogs } from '../../analyzer/src/read/sam-logs.ts';
import { readText } from '../support/read-text.ts';

const STREAM = '2026/06/02/[72]88ab219a63d343d294d0a9947e8ab36f';
const AT = Date.UTC(2026, 5, 2, 11, 27, 22);

test('the stream stands first, then the time in UTC, then the message', () => {
  const told = readText(openSamLogs, `${STREAM} 2026-06-02T11:27:22.719000 RESTORE_REPORT Restore Duration: 398.97 ms\n`);
  expect(told.events).toEqual([
    { origin: { logStream: STREAM }, atMs: AT + 719, message: 'RESTORE_REPORT Restore Duration: 398.97 ms', place: 0 },
  ]);
});

test('the second line of a cold REPORT stays with it', () => {
  const told = readText(
    openSamLogs,
    `${STREAM} 2026-06-02T11:27:22 REPORT RequestId: r\tDuration: 1.00 ms\t\nXRAY TraceId: 1-0-0\t\n${STREAM} 2026-06-02T11:27:23 END\n`,
  );
  expect(told.events.map((event) => event.message)).toEqual(['REPORT RequestId: r\tDuration: 1.00 ms\t\nXRAY TraceId: 1-0-0\t', 'END']);
});

test('a JSON message that was laid out with two blanks comes back as one compact line', () => {
  const told = readText(openSamLogs, `${STREAM} 2026-06-02T11:27:22 {\n  "time": "x",\n  "record": {\n    "a": 1\n  }\n}\n\n`);
  expect(told.events.map((event) => event.message)).toEqual(['{"time":"x","record":{"a":1}}']);
});

test('a word before a time does not begin an event', () => {
  const told = readText(openSamLogs, `${STREAM} 2026-06-02T11:27:22 first\nsince 2026-06-02T11:27:22 it failed\n`);
  expect(told.events.map((event) => event.message)).toEqual(['first\nsince 2026-06-02T11:27:22 it failed']);
});
