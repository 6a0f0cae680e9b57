import { expect, test } from 'vitest';
import { openAgentLines } from '../../analyzer/src/read/agent-lines.ts';
import { readText } from '../support/read-text.ts';

const RECORD = '{"nl":1,"k":"inv","r":"e0000000-0000-4000-8000-000000000005"}';

test('each record is an event without a time of its envelope', () => {
  const told = readText(openAgentLines, `${RECORD}\n${RECORD}\r\n`, [7], { functionName: 'checkout' });
  expect(told.events.map((event) => event.message)).toEqual([RECORD, RECORD]);
  expect(told.events[0].atMs).toBeNaN();
  expect(told.events[0].origin).toEqual({ functionName: 'checkout' });
  expect(told.events[1].place).toBe(RECORD.length + 1);
});

test('what the program printed between its records is kept', () => {
  expect(readText(openAgentLines, `${RECORD}\nTypeError: x\n    at y\n\n${RECORD}`).events.map((event) => event.message)).toEqual([
    RECORD,
    'TypeError: x',
    'at y',
    RECORD,
  ]);
});

test('a record of a newer major version is counted as such, one of this version is not', () => {
  const newer = '{"nl":2,"k":"inv"}';
  const told = readText(openAgentLines, `${newer}\n${RECORD}\n`);
  expect(told.events).toHaveLength(1);
  expect(told.skips).toEqual([{ reason: 'newer-version', byteCount: newer.length + 1, place: 0, found: 'record of version 2' }]);
});

test('a record that a killed process left half written is broken', () => {
  const told = readText(openAgentLines, `${RECORD}\n${RECORD.slice(0, 20)}`);
  expect(told.events).toHaveLength(1);
  expect(told.skips).toMatchObject([{ reason: 'broken', byteCount: 20 }]);
});
