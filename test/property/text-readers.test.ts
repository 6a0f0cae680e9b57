import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openConsoleCsv } from '../../analyzer/src/read/console-csv.ts';
import type { OpenReader } from '../../analyzer/src/read/event-sink.ts';
import { openLogsTail } from '../../analyzer/src/read/logs-tail.ts';
import { openPlainText } from '../../analyzer/src/read/plain-text.ts';
import { openSamLogs } from '../../analyzer/src/read/sam-logs.ts';
import { openServerlessLogs } from '../../analyzer/src/read/serverless-logs.ts';
import { readText } from '../support/read-text.ts';

const READERS: readonly (readonly [string, OpenReader])[] = [
  ['console-csv', openConsoleCsv],
  ['logs-tail', openLogsTail],
  ['sam-logs', openSamLogs],
  ['serverless-logs', openServerlessLogs],
  ['plain-text', openPlainText],
];

const ID = 'a0000000-0000-4000-8000-000000000001';
const STREAM = '2026/10/08/[1]0123456789abcdef0123456789abcdef';
/** Pieces of real lines, so that random texts get behind the first check of each reader. */
const piece = fc.constantFrom(
  '\n',
  '\r\n',
  '\t',
  ' ',
  '"',
  ',',
  '{',
  '}',
  '{\n',
  '\n}\n',
  '{"a": "é\\""}',
  '\u001b[31m',
  '\u001b]0;',
  '\ufeff',
  '▶ ',
  'ü€😀',
  'timestamp,message\n',
  '1743521981766,"',
  '2026-10-08T07:30:28.235000+00:00 ',
  '2026-10-08T07:30:28.235Z\t',
  '2026-10-08T07:30:28 ',
  '2026-10-08 07:30:28.235 - ',
  `${STREAM} `,
  `${ID}\t`,
  `${ID} - `,
  `START RequestId: ${ID} Version: 1\n`,
  `REPORT RequestId: ${ID}\tDuration: 1.00 ms\t\n`,
  `REPORT - ${ID}\nDuration: 2.00 ms`,
  'XRAY TraceId: 1-0-0',
  'RequestId: x Error: Runtime exited\nRuntime.ExitError\n',
  '    at a (b.js:1:1)\n',
  '[INFO]\t',
);
const content = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(
      fc.oneof(
        piece.map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
      ),
      { maxLength: 30 },
    )
    .map((pieces) => Buffer.concat(pieces)),
);

describe.each(READERS)('%s', (_shape, open) => {
  test('accounts for every byte of anything, and tells the same for any chunking', () => {
    fc.assert(
      fc.property(content, fc.array(fc.nat(30), { maxLength: 60 }), (bytes, cuts) => {
        const whole = readText(open, bytes);
        expect(whole.byteCount).toBe(bytes.length);
        expect(readText(open, bytes, cuts)).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });
});
