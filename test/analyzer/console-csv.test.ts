import { expect, test } from 'vitest';
import { openConsoleCsv } from '../../analyzer/src/read/console-csv.ts';
import { readText } from '../support/read-text.ts';

const ID = 'db275f87-0000-4000-8000-00000000d001';

test('a row gives its time and its message with the newlines and quotes inside', () => {
  const told = readText(
    openConsoleCsv,
    `timestamp,message\n1743521981766,"START RequestId: ${ID} Version: $LATEST\n"\n1743521981800,"say ""hi"", then\n  stop\n"\n`,
    [30, 1, 70],
  );
  expect(told.events).toEqual([
    { origin: {}, atMs: 1743521981766, message: `START RequestId: ${ID} Version: $LATEST\n`, place: 18 },
    { origin: {}, atMs: 1743521981800, message: 'say "hi", then\n  stop\n', place: 106 },
  ]);
  expect(told.skips).toEqual([{ reason: 'envelope', byteCount: 18, place: 0, found: undefined }]);
});

test('a byte order mark, CRLF and a quoted header change nothing', () => {
  const told = readText(openConsoleCsv, '\ufeff"timestamp","message"\r\n1743521981766,"a\r\nb"\r\n\r\n');
  expect(told.events.map((event) => event.message)).toEqual(['a\r\nb']);
});

test('columns are found by their names, also a column with the stream', () => {
  const stream = '2026/10/08/[3]0123456789abcdef0123456789abcdef';
  const told = readText(openConsoleCsv, `logStreamName,message,timestamp\n${stream},hello,1743521981766\n`);
  expect(told.events).toEqual([{ origin: { logStream: stream }, atMs: 1743521981766, message: 'hello', place: 32 }]);
});

test('a file whose header was cut off is read from its first row', () => {
  expect(readText(openConsoleCsv, '1743521981766,hello\n').events.map((event) => event.message)).toEqual(['hello']);
});

test('a row of another form is counted with its form, and the rows around it are read', () => {
  const told = readText(openConsoleCsv, 'timestamp,message\n1743521981766,a\nno time,b\nalone\n1743521981767,c\n');
  expect(told.events.map((event) => event.message)).toEqual(['a', 'c']);
  expect(told.skips.slice(1).map(({ reason, found }) => [reason, found])).toEqual([
    ['not-of-this-shape', 'row without a time in its timestamp column'],
    ['not-of-this-shape', 'row with 1 column'],
  ]);
});

test('a time that a spreadsheet rounded away leaves the event without a time', () => {
  const [event] = readText(openConsoleCsv, 'timestamp,message\n1.74352E+12,a\n').events;
  expect(event.message).toBe('a');
  expect(event.atMs).toBeNaN();
});

test('a file cut inside a message says that its last row is broken', () => {
  const told = readText(openConsoleCsv, 'timestamp,message\n1743521981766,"whole\n"\n1743521981767,"cut');
  expect(told.events.map((event) => event.message)).toEqual(['whole\n']);
  expect(told.skips.at(-1)).toEqual({ reason: 'broken', byteCount: 18, place: 41, found: 'row whose quotes never close' });
});

test('colours are taken out of a message', () => {
  expect(readText(openConsoleCsv, 'timestamp,message\n1743521981766,"\u001b[31mERROR\u001b[39m no"\n').events[0].message).toBe('ERROR no');
});
