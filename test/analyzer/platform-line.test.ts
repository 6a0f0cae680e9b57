import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePlatformLine } from '../../analyzer/src/parse/platform-line.ts';
import { megabytesOf, readPlatformRecord } from '../../analyzer/src/parse/platform-record.ts';
import { ReportNumbers } from '../../analyzer/src/parse/report-numbers.ts';
import { RequestIds } from '../../analyzer/src/parse/request-id.ts';

const ID = '3f1c2b7a-5d4e-4c3b-9a8f-0123456789ab';

test('a key that AWS adds later is kept with its value', () => {
  const line = parsePlatformLine(
    `REPORT RequestId: ${ID}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tCarbon Footprint: 3 mg\tStatus: timeout`,
  );
  expect(line?.extra).toEqual({ 'Carbon Footprint': '3 mg' });
  expect(line?.status).toBe('timeout');
});

test('a sentence that begins with a platform word is not a platform line', () => {
  expect(parsePlatformLine('END of the import: 12 rows')).toBeUndefined();
  expect(parsePlatformLine('REPORTING is done')).toBeUndefined();
});

test('what Duration says is never taken from the tail of a longer key', () => {
  const line = parsePlatformLine(
    `REPORT RequestId: ${ID}\tBilled Restore Duration: 182 ms\tRestore Duration: 398.97 ms\tInit Duration: 7 ms`,
  );
  expect(line).toMatchObject({ billedRestoreMs: 182, restoreMs: 398.97, initMs: 7 });
  expect(line?.durationMs).toBeUndefined();
});

test('the quick reader of REPORT numbers and the key scan agree on every ordinary line', () => {
  const hundredths = fc.integer({ min: 0, max: 90_000_000 }).map((n) => (n / 100).toFixed(2));
  const whole = fc.integer({ min: 1, max: 900_000 });
  fc.assert(
    fc.property(
      hundredths,
      whole,
      whole,
      whole,
      fc.option(hundredths),
      fc.constantFrom('', '\t', '\t\n'),
      (duration, billed, size, used, init, tail) => {
        const rest = `\tDuration: ${duration} ms\tBilled Duration: ${billed} ms\tMemory Size: ${size} MB\tMax Memory Used: ${used} MB${init === null ? '' : `\tInit Duration: ${init} ms`}${tail}`;
        const text = `REPORT RequestId: ${ID}${rest}`;
        const bytes = Buffer.from(text);
        const quick = new ReportNumbers();
        expect(quick.read(bytes, bytes.length - Buffer.byteLength(rest), bytes.length)).toBe(true);
        const scanned = parsePlatformLine(text);
        expect(quick.durationMs).toBe(scanned?.durationMs);
        expect(quick.billedMs).toBe(scanned?.billedMs);
        expect(quick.memorySizeMb).toBe(scanned?.memorySizeMb);
        expect(quick.maxMemoryMb).toBe(scanned?.maxMemoryMb);
        expect(Number.isNaN(quick.initMs) ? undefined : quick.initMs).toBe(scanned?.initMs);
      },
    ),
  );
});

test.each([
  ['a blank before the tab', `\tDuration: 46.84 ms\tBilled Duration: 47 ms \tMemory Size: 192 MB\tMax Memory Used: 72 MB\t\n`],
  ['a status behind', `\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 192 MB\tMax Memory Used: 72 MB\tStatus: timeout`],
  ['a missing number', `\tDuration:  ms\tBilled Duration: 47 ms\tMemory Size: 192 MB\tMax Memory Used: 72 MB\t\n`],
  [
    'X-Ray ids on a second line',
    `\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 192 MB\tMax Memory Used: 72 MB\t\nXRAY TraceId: 1-6ac7d554-62c6be2f6c1bd8032dac9acf`,
  ],
])('the quick reader leaves a line with %s to the key scan', (_, rest) => {
  const bytes = Buffer.from(rest);
  expect(new ReportNumbers().read(bytes, 0, bytes.length)).toBe(false);
});

test('no text makes the key scan throw or hang', () => {
  const word = fc.constantFrom(
    'REPORT ',
    'START ',
    'Duration: ',
    'RequestId: ',
    '\t',
    ' ms',
    '[',
    ']',
    ':',
    'Status',
    '\\t',
    '9',
    'é',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 60 }), (parts) => {
      parsePlatformLine(parts.join(''));
    }),
  );
});

test('a UUID survives the way through four words, in lower case; other ids are kept as they are', () => {
  const ids = new RequestIds();
  const through = (text: string) => {
    const bytes = Buffer.from(`${text} `);
    const after = ids.read(bytes, 0, bytes.length);
    return [ids.text(ids.id0, ids.id1, ids.id2, ids.id3), after];
  };
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(through(uuid)).toEqual([uuid.toLowerCase(), 36]);
    }),
  );
  expect(through('NF5U6CMIUAWPER24GXDNDEZSVU')).toEqual(['NF5U6CMIUAWPER24GXDNDEZSVU', 26]);
  expect(through('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx')).toEqual(['xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', 36]);
});

test('memory of an instance is megabytes whether the record says bytes or megabytes', () => {
  expect(megabytesOf(268_435_456)).toBe(256);
  expect(megabytesOf(256)).toBe(256);
});

test('a platform event of an unknown type is kept and named, not an error', () => {
  expect(readPlatformRecord('{"time":"2026-01-01T00:00:00.000Z","type":"platform.invokeSummary","record":{}}')).toEqual({
    kind: 'other',
    unknownType: 'platform.invokeSummary',
  });
});

test('a report of a Managed Instance has a duration and neither bill nor memory', () => {
  const read = readPlatformRecord(
    `{"time":"2026-01-08T18:22:35.343Z","type":"platform.report","record":{"requestId":"${ID}","metrics":{"durationMs":2.524},"spans":[{"name":"responseLatency","durationMs":0.642}],"status":"success"}}`,
  );
  expect(read).toMatchObject({
    kind: 'fact',
    fact: { durationMs: 2.524, requestId: ID, extra: { responseLatencyMs: 0.642, status: 'success' } },
  });
  if (read.kind === 'fact') {
    expect(read.fact.billedMs).toBeUndefined();
    expect(read.fact.memorySizeMb).toBeUndefined();
  }
});
