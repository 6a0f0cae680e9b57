import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonStart } from '../../analyzer/src/read/json-start.ts';
import { looksLike } from '../../analyzer/src/read/looks-like.ts';
import { SHAPES } from '../../analyzer/src/read/shape.ts';
import { sniff } from '../../analyzer/src/read/sniff.ts';

const piece = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '{"nl":',
  '"events":[',
  '"results":',
  '@message',
  'timestamp,message',
  '1743521981766,',
  '2026-10-08T07:30:28.235Z ',
  '2026-10-08T07:30:28+00:00 ',
  'START - ',
  'REPORT RequestId: ',
  '\u001b[31m',
  '\u001b]',
  '\ufeff',
  '<html>',
  'bin(5m)',
  'H4sI',
  'true',
  '-1e5',
  'é',
);

test('any bytes get a shape or a refusal that says what to do', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.array(piece, { maxLength: 60 }).map((pieces) => Buffer.from(pieces.join(''))),
    fc.json().map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, (raw) => {
      const result = sniff(Buffer.from(raw), 'input');
      if (result.kind === 'shape') {
        expect(SHAPES).toContain(result.shape);
        expect(result.because).not.toBe('');
      } else {
        expect(result.found).not.toBe('');
        expect(result.next).not.toBe('');
      }
    }),
    { numRuns: 1500 },
  );
});

test('64 KiB of the same piece are sniffed without delay or overflow', () => {
  for (const text of ['[', '{"a":', '[[', '"', '\u001b]', ' ', '\n', ',', '{}', '}', '\t{', '1743521981766,"', '\u001b[1']) {
    expect(sniff(Buffer.from(text.repeat(Math.ceil(65_536 / text.length))), 'input').kind).toMatch(/shape|refused/);
  }
});

test('the start of any JSON document is read as far as it goes, and the whole of it exactly', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())),
      fc.nat(),
      fc.constantFrom(0, 2),
      (value, cut, indent) => {
        const text = JSON.stringify(value, null, indent);
        const whole = readJsonStart(`${text}\nrest`, 0);
        expect(whole).toMatchObject({ end: text.length, isWhole: true });
        expect(JSON.parse(JSON.stringify(whole?.value))).toEqual(JSON.parse(text));
        expect(readJsonStart(text.slice(0, 1 + (cut % text.length)), 0)).toBeDefined();
      },
    ),
  );
});

test('any messages may be asked what they look like', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 300 })), (messages) => ['string', 'undefined'].includes(typeof looksLike(messages))),
  );
});
