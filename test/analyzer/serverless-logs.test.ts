import { expect, test } from 'vitest';
import { openServerlessLogs } from '../../analyzer/src/read/serverless-logs.ts';
import { readText } from '../support/read-text.ts';

const ID = '8fc6f963-0000-4000-8000-00000000b001';
const CURRENT = `INIT_START Runtime - Version: nodejs:22.v20
START - ${ID} - Version: $LATEST
2026-07-01 09:30:28.235 - ${ID} - 
ERROR\tInvoke Error \t{"errorType":"TypeError"}
2026-07-01 09:30:28.300 - ${ID} - [WARNING]\t
2026-07-01T07:30:28.300Z\t${ID}\tlow on stock
  of everything
END - ${ID}
REPORT - ${ID}
Duration: 201.67 ms\tBilled Duration: 202 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t
XRAY TraceId: 1-0-0

plain words
`;

test('platform lines are passed on as they stand, a REPORT with the values on its next lines', () => {
  const messages = readText(openServerlessLogs, CURRENT).events.map((event) => event.message);
  expect(messages[0]).toBe('INIT_START Runtime - Version: nodejs:22.v20');
  expect(messages[1]).toBe(`START - ${ID} - Version: $LATEST`);
  expect(messages[5]).toBe(
    `REPORT - ${ID}\nDuration: 201.67 ms\tBilled Duration: 202 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t\nXRAY TraceId: 1-0-0`,
  );
  expect(messages[6]).toBe('plain words');
});

test('what the program printed is put back into the form of its runtime, in UTC', () => {
  const [, , node, python] = readText(openServerlessLogs, CURRENT, [60, 1, 40, 200], { timeZone: 'Europe/Berlin' }).events;
  expect(node.message).toBe(`2026-07-01T07:30:28.235Z\t${ID}\tERROR\tInvoke Error \t{"errorType":"TypeError"}`);
  expect(node.atMs).toBe(Date.UTC(2026, 6, 1, 7, 30, 28, 235));
  expect(python.message).toBe(`[WARNING]\t2026-07-01T07:30:28.300Z\t${ID}\tlow on stock\n  of everything`);
});

test('without a zone the times are taken as UTC, and platform lines have none', () => {
  const { events } = readText(openServerlessLogs, CURRENT);
  expect(events[2].atMs).toBe(Date.UTC(2026, 6, 1, 9, 30, 28, 235));
  expect(events[1].atMs).toBeNaN();
});

test('the offset that older versions print is used in place of the zone', () => {
  const text = `2026-07-01 09:30:28.235 (+02:00)\t${ID}\tINFO\thello\n    there\n`;
  expect(readText(openServerlessLogs, text, [], { timeZone: 'Asia/Tokyo' }).events.map(({ atMs, message }) => [atMs, message])).toEqual([
    [Date.UTC(2026, 6, 1, 7, 30, 28, 235), `2026-07-01T07:30:28.235Z\t${ID}\tINFO\thello\n    there`],
  ]);
});

test('a local time just before and after the clocks change becomes the right instant', () => {
  const at = (time: string): number =>
    readText(openServerlessLogs, `${time} - ${ID} - \nx\n`, [], { timeZone: 'Europe/Berlin' }).events[0].atMs;
  expect(at('2026-03-29 01:59:59.000')).toBe(Date.UTC(2026, 2, 29, 0, 59, 59));
  expect(at('2026-03-29 03:00:00.000')).toBe(Date.UTC(2026, 2, 29, 1, 0, 0));
  expect(at('2026-10-25 01:59:59.000')).toBe(Date.UTC(2026, 9, 24, 23, 59, 59));
  expect(at('2026-10-25 03:00:00.000')).toBe(Date.UTC(2026, 9, 25, 2, 0, 0));
});

test('a Python line whose text the tool lost keeps its level, time and id', () => {
  expect(
    readText(openServerlessLogs, `2026-07-01 09:30:28.235 - ${ID} - [INFO]\t\nundefined\nEND - ${ID}\n`).events.map(
      (event) => event.message,
    ),
  ).toEqual([`[INFO]\t2026-07-01T09:30:28.235Z\t${ID}\tundefined`, `END - ${ID}`]);
});

test('a Python error and its traceback are one event, also behind an application line', () => {
  const text = `2026-07-01 09:30:28.235 - ${ID} - \nINFO\thello\n[ERROR] ValueError: no\nTraceback (most recent call last):\n  File "a.py"\nEND - ${ID}\n`;
  expect(
    readText(openServerlessLogs, text)
      .events.map((event) => event.message)
      .slice(1),
  ).toEqual(['[ERROR] ValueError: no\nTraceback (most recent call last):\n  File "a.py"', `END - ${ID}`]);
});

test('a head that the file ends after is still an event', () => {
  const told = readText(openServerlessLogs, `2026-07-01 09:30:28.235 - ${ID} - \n`);
  expect(told.events.map((event) => event.message)).toEqual([`2026-07-01T09:30:28.235Z\t${ID}\t`]);
});
