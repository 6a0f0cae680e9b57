import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseApplicationLine } from '../../analyzer/src/parse/application-line.ts';
import { readEmbeddedMetrics } from '../../analyzer/src/parse/embedded-metrics.ts';
import { maskMessage } from '../../analyzer/src/parse/mask.ts';

const ID = '6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8';
const AT = '2026-11-21T07:46:54.123Z';

const STARTS = [
  '',
  `${AT}\t${ID}\tERROR\t`,
  `${AT}\t${ID}\tERROR\tInvoke Error \t`,
  `[ERROR]\t${AT}\t${ID}\t`,
  '[ERROR] ',
  '{',
  '{"level":50,"err":',
  '{"message":',
];
const PARTS = [
  'Error: ',
  'TypeError [ERR_X]: x',
  '\n',
  '\r',
  '    at f (/a.js:1:1)',
  ' {\n',
  "  code: 'E',\n",
  '  [cause]: ',
  '  [errors]: [\n',
  '}',
  ']',
  'Caused by: ',
  'caused by: ',
  'Traceback (most recent call last):\n',
  '  File "/a.py", line 1, in f\n',
  'ValueError: x\n',
  'The above exception was the direct cause of the following exception:\n',
  '"stack":',
  '"errorType":"X"',
  ',',
  ':',
  '"',
  '\\',
  '[',
  '{"cause":{}}',
  '\x1b[31m',
  '\u0000',
  'FATAL ERROR: ',
  '😀',
  '\ud800',
];
const nearlyLines = fc
  .tuple(
    fc.constantFrom(...STARTS),
    fc.array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 30 }),
  )
  .map(([start, parts]) => start + parts.join(''));

const jsonLines = fc
  .dictionary(
    fc.constantFrom(
      'level',
      'message',
      'msg',
      'err',
      'error',
      'exception',
      'errorType',
      'errorMessage',
      'stack',
      'stackTrace',
      'cause',
      'reason',
      'errors',
      'time',
      'timestamp',
      'requestId',
      'type',
      'record',
      '_aws',
      'event_type',
    ),
    fc.oneof(fc.jsonValue(), fc.constantFrom('error', 50, 'Error: x\n    at f (/a.js:1:1)', { message: 'x', cause: { message: 'y' } })),
  )
  .map((line) => JSON.stringify(line));

test('every text is a line: whatever it holds, the parser answers within its bounds', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyLines, jsonLines, fc.string({ unit: 'binary' })), (text) => {
      const line = parseApplicationLine(text);
      expect(line.message.length).toBeLessThanOrEqual(4096);
      expect(line.errors.length).toBeLessThanOrEqual(8);
      expect(line.printedAtMs === undefined || Number.isFinite(line.printedAtMs)).toBe(true);
      for (const error of line.errors) {
        expect(typeof error.type === 'string' && error.type !== '').toBe(true);
        expect(error.message.length).toBeLessThanOrEqual(4096);
        expect(error.stack.length).toBeLessThanOrEqual(20);
        expect(maskMessage(error.message).length).toBeLessThanOrEqual(200);
      }
      const shown = [line.message, ...line.errors.flatMap((error) => [error.type, error.message, error.code ?? '', ...error.stack])].join(
        '',
      );
      expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 2000 },
  );
});

test('every JSON value either carries metrics or does not', () => {
  fc.assert(
    fc.property(fc.jsonValue(), jsonLines, (value, line) => {
      for (const one of [value, JSON.parse(line)]) {
        for (const point of readEmbeddedMetrics(one, 1)?.points ?? []) expect(Number.isFinite(point.value)).toBe(true);
      }
    }),
  );
});

test('a megabyte of any one thing is read, and a nest without end does not overflow', () => {
  for (const start of STARTS) {
    for (const part of PARTS) {
      const line = parseApplicationLine(start + part.repeat(Math.ceil(1_000_000 / part.length)));
      expect(line.message.length).toBeLessThanOrEqual(4096);
    }
  }
  const deep = (open: string, close: string) => `{"level":"error","message":${open.repeat(100_000)}1${close.repeat(100_000)}}`;
  expect(parseApplicationLine(deep('[', ']')).level).toBe('error');
  expect(parseApplicationLine(deep('{"cause":', '}')).level).toBe('error');
});
