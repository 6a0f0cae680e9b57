import { expect, test } from 'vitest';
import { openPlainText } from '../../analyzer/src/read/plain-text.ts';
import { readText } from '../support/read-text.ts';

const ID = '4591e223-0000-4000-8000-00000000c001';
const AT = Date.UTC(2026, 9, 8, 7, 30, 28);
const messagesOf = (text: string): string[] => readText(openPlainText, text).events.map((event) => event.message);

test('bare messages are told apart by their heads, and stack frames stay with their error', () => {
  const error = `2026-10-08T07:30:28.235Z\t${ID}\tERROR\tError: no\n    at a (b.js:1:1)\n  code: 'X'\n}`;
  const report = `REPORT RequestId: ${ID}\tDuration: 3.86 ms\tBilled Duration: 4 ms\t\nXRAY TraceId: 1-0-0\tSegmentId: 0`;
  const text = `START RequestId: ${ID} Version: $LATEST\n${error}\nbare line\nEND RequestId: ${ID}\n${report}\nnext bare line\n`;
  expect(messagesOf(text)).toEqual([
    `START RequestId: ${ID} Version: $LATEST`,
    `${error}\nbare line`,
    `END RequestId: ${ID}`,
    report,
    'next bare line',
  ]);
});

test('a bare line after START is an event of its own', () => {
  expect(messagesOf(`START RequestId: ${ID} Version: 1\nserver is up\n`)).toEqual([`START RequestId: ${ID} Version: 1`, 'server is up']);
});

test('the time that a line prints of itself is its time; a line without one has none', () => {
  const told = readText(
    openPlainText,
    `2026-10-08T07:30:28.235Z\t${ID}\tINFO\tnode\n[INFO]\t2026-10-08T07:30:29.000Z\t${ID}\tpython\n{"timestamp":"2026-10-08T07:30:30Z","level":"INFO"}\n2026-10-08T07:30:31.000Z ${ID} Task timed out after 3.00 seconds\nEND RequestId: ${ID}\n`,
  );
  expect(told.events.map((event) => event.atMs)).toEqual([AT + 235, AT + 1000, AT + 2000, AT + 3000, Number.NaN]);
});

test('rows copied from the console have their time on one line and their message on the next', () => {
  const told = readText(
    openPlainText,
    `2026-10-08T09:30:28.000+02:00\nSTART RequestId: ${ID} Version: 1\n2026-10-08T09:30:29.000+02:00\nfree text\nover two lines\n\n2026-10-08T09:30:30.000+02:00\nEND RequestId: ${ID}\n`,
  );
  expect(told.events.map(({ atMs, message }) => [atMs, message])).toEqual([
    [AT, `START RequestId: ${ID} Version: 1`],
    [AT + 1000, 'free text\nover two lines'],
    [AT + 2000, `END RequestId: ${ID}`],
  ]);
});

test('an event that the console shows laid out and raw is read once', () => {
  const row = '2026-10-08T09:30:28.000+02:00\n{\n    "level": "ERROR",\n    "count": 1\n}\n\n{"level":"ERROR","count":1.0}\n';
  const told = readText(openPlainText, row);
  expect(told.events.map((event) => event.message)).toEqual(['{"level":"ERROR","count":1}']);
  expect(told.byteCount).toBe(row.length);
});

test('two different JSON events, one laid out and one raw, are both read', () => {
  expect(messagesOf('{\n    "level": "ERROR"\n}\n{"level":"INFO"}\n')).toEqual(['{"level":"ERROR"}', '{"level":"INFO"}']);
});

test("a time and a tab before a message are the console's, before an id they are the runtime's", () => {
  const told = readText(
    openPlainText,
    `▶ 2026-10-08T09:30:28.000+02:00\tSTART RequestId: ${ID} Version: 1\n2026-10-08T07:30:29.000Z\t${ID}\tINFO\town\n2026-10-08T09:30:30.000+02:00\t2026-10-08T07:30:30.100Z\t${ID}\tINFO\tboth\n2026-10-08T09:30:31.000+02:00\tfree text\n`,
  );
  expect(told.events.map(({ atMs, message }) => [atMs, message])).toEqual([
    [AT, `START RequestId: ${ID} Version: 1`],
    [AT + 1000, `2026-10-08T07:30:29.000Z\t${ID}\tINFO\town`],
    [AT + 2000, `2026-10-08T07:30:30.100Z\t${ID}\tINFO\tboth`],
    [AT + 3000, 'free text'],
  ]);
});

test('messages that the command line joined with tabs are told apart', () => {
  expect(
    messagesOf(`START RequestId: ${ID} Version: 1\n\tEND RequestId: ${ID}\n\tREPORT RequestId: ${ID}\tDuration: 1.00 ms\t\n\n`),
  ).toEqual([`START RequestId: ${ID} Version: 1`, `END RequestId: ${ID}`, `REPORT RequestId: ${ID}\tDuration: 1.00 ms\t`]);
  const joined = readText(openPlainText, '{"a":"x\\ty"}\t{"b":2}\t{"c":3}\n');
  expect(joined.events.map(({ message, place }) => [message, place])).toEqual([
    ['{"a":"x\\ty"}', 0],
    ['{"b":2}', 13],
    ['{"c":3}', 21],
  ]);
});

test('an application line that prints a REPORT behind a tab stays one event', () => {
  const line = `2026-10-08T07:30:28.235Z\t${ID}\tINFO\tREPORT RequestId: ${ID}\tDuration: 1.00 ms`;
  expect(messagesOf(`${line}\n`)).toEqual([line]);
});

test('a REPORT that somebody broke over lines is one event', () => {
  expect(messagesOf(`REPORT RequestId: ${ID}\nDuration: 1.00 ms\nBilled Duration: 2 ms\nMemory Size: 128 MB\n`)).toEqual([
    `REPORT RequestId: ${ID}\nDuration: 1.00 ms\nBilled Duration: 2 ms\nMemory Size: 128 MB`,
  ]);
});

test('the reason of a runtime exit is read from its next line', () => {
  expect(messagesOf(`RequestId: ${ID} Error: Runtime exited with error: exit status 1\nRuntime.ExitError\nbare text here\n`)).toEqual([
    `RequestId: ${ID} Error: Runtime exited with error: exit status 1\nRuntime.ExitError`,
    'bare text here',
  ]);
});

test('a log that starts in the middle of a line is read from there', () => {
  expect(messagesOf(`0c001\tDuration: 1.00 ms\nEND RequestId: ${ID}\n`)).toEqual(['0c001\tDuration: 1.00 ms', `END RequestId: ${ID}`]);
});

test('a time that no message follows is no event', () => {
  const told = readText(openPlainText, '2026-10-08T09:30:28.000+02:00\n\n');
  expect(told.events).toEqual([]);
  expect(told.skips).toEqual([{ reason: 'envelope', byteCount: 31, place: 0, found: undefined }]);
});
