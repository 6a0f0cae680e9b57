import { expect, test } from 'vitest';
import { openTelemetry } from '../../analyzer/src/read/telemetry.ts';
import { readText } from '../support/read-text.ts';

const STREAM = '2026/10/08/checkout[7]0123456789abcdef0123456789abcdef';
const INIT_START = {
  time: '2026-10-08T07:30:28.000Z',
  type: 'platform.initStart',
  record: {
    initializationType: 'on-demand',
    functionName: 'checkout',
    functionVersion: '7',
    instanceId: STREAM,
    instanceMaxMemory: 268435456,
  },
};
const START = { time: '2026-10-08T07:30:28.235Z', type: 'platform.start', record: { requestId: 'd0000000-0000-4000-8000-000000000004' } };
const PRINTED = { time: '2026-10-08T07:30:28.300Z', type: 'function', record: '2026-10-08T07:30:28.300Z\tid\tINFO\t"ü"\n' };
const PRINTED_JSON = { time: '2026-10-08T07:30:28.301Z', type: 'function', record: { level: 'ERROR', message: 'a' } };
const EXTENSION = { time: '2026-10-08T07:30:28.302Z', type: 'extension', record: 'flushed\n' };
const ALL = [INIT_START, START, PRINTED, PRINTED_JSON, EXTENSION];
const EXPECTED = [JSON.stringify(INIT_START), JSON.stringify(START), PRINTED.record, JSON.stringify(PRINTED_JSON.record), EXTENSION.record];

test.each([
  ['a line each', ALL.map((record) => JSON.stringify(record)).join('\n')],
  ['in arrays as they were posted', `${JSON.stringify(ALL.slice(0, 2))}\n${JSON.stringify(ALL.slice(2))}`],
  ['printed for people', JSON.stringify(ALL, null, 2)],
])('records %s: the platform’s come whole, of the printed ones the line', (_how, text) => {
  const told = readText(openTelemetry, text);
  expect(told.events.map((event) => event.message)).toEqual(EXPECTED);
  expect(told.events.map((event) => event.atMs)).toEqual(ALL.map((record) => Date.parse(record.time)));
  expect(told.skips.filter((skip) => skip.reason !== 'envelope')).toEqual([]);
});

test('function and sandbox are known from the init on', () => {
  const told = readText(openTelemetry, [START, INIT_START, START].map((record) => JSON.stringify(record)).join('\n'), [], {
    functionName: 'told',
  });
  expect(told.events.map((event) => event.origin)).toEqual([
    { functionName: 'told' },
    { functionName: 'checkout', logStream: STREAM },
    { functionName: 'checkout', logStream: STREAM },
  ]);
});

test('a JSON line of the function that was stored beside the records is kept', () => {
  const line = { timestamp: '2026-10-08T07:30:28.300Z', level: 'INFO', message: 'a' };
  expect(readText(openTelemetry, JSON.stringify([line])).events).toMatchObject([
    { message: JSON.stringify(line), atMs: Date.parse(line.timestamp) },
  ]);
});

test('an object that is none of these is counted', () => {
  const told = readText(openTelemetry, `{"a":1}\n${JSON.stringify(START)}`);
  expect(told.events).toHaveLength(1);
  expect(told.skips).toContainEqual(expect.objectContaining({ reason: 'not-of-this-shape', byteCount: 7 }));
});
