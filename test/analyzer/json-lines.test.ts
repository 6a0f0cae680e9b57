import { expect, test } from 'vitest';
import { openJsonLines } from '../../analyzer/src/read/json-lines.ts';
import { readText } from '../support/read-text.ts';

const AT_MS = Date.UTC(2026, 9, 8, 7, 30, 28, 235);

test.each([
  ['Lambda’s JSON log format', '{"timestamp":"2026-10-08T07:30:28.235Z","level":"INFO","requestId":"r","message":"a"}'],
  ['a platform event', '{"time":"2026-10-08T07:30:28.235Z","type":"platform.start","record":{"requestId":"r"}}'],
  ['pino', `{"level":30,"time":${AT_MS},"pid":1,"msg":"a"}`],
  ['an embedded metric', `{"_aws":{"CloudWatchMetrics":[],"Timestamp":${AT_MS}},"ColdStart":1}`],
  ['Lambda Insights, time last', `{"event_type":"performance","duration":12,"_aws":{"Timestamp":${AT_MS}}}`],
  ['seconds with a fraction', `{"timestamp":${AT_MS / 1000},"message":"a"}`],
  ['a blank in place of the T, as Python prints it', '{"timestamp": "2026-10-08 07:30:28,235", "message": "a"}'],
  ['an offset', '{"@timestamp":"2026-10-08T09:30:28.235+02:00","message":"a"}'],
])('the time of %s is found in the line', (_what, line) => {
  const told = readText(openJsonLines, `${line}\n`);
  expect(told.events).toMatchObject([{ atMs: AT_MS, message: line, place: 0 }]);
});

test('a member called time inside the message is not the time of the line', () => {
  expect(readText(openJsonLines, `{"message":{"time":${AT_MS}}}\n`).events[0].atMs).toBeNaN();
});

test('a line that is no JSON is kept, without a time', () => {
  const told = readText(openJsonLines, '{"time":1760000000000}\nFATAL ERROR: JavaScript heap out of memory\n\n');
  expect(told.events.map((event) => event.message)).toEqual(['{"time":1760000000000}', 'FATAL ERROR: JavaScript heap out of memory']);
  expect(told.skips).toMatchObject([{ reason: 'envelope', byteCount: 1 }]);
});

test('the line that a cut file ends in is broken', () => {
  const told = readText(openJsonLines, '{"a":1}\n{"time":"2026');
  expect(told.events).toHaveLength(1);
  expect(told.skips).toMatchObject([{ reason: 'broken', byteCount: 13 }]);
});
