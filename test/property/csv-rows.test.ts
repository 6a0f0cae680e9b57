import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvRows } from '../../analyzer/src/read/csv-rows.ts';

test('fields come back as they were before they were quoted, wherever the chunks are cut', () => {
  const field = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'é', 'a', ' ') }));
  const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.array(fc.nat(60)), (wanted, lineEnd, hasBom, cuts) => {
      const text = wanted.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join(lineEnd);
      const bytes = Buffer.from(`${hasBom ? '\ufeff' : ''}${text}`);
      expect(readRows(bytes, cuts).rows).toEqual(wanted);
    }),
  );
});

test('any bytes are accounted for, and give the same rows for any chunking', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(0x22, 0x2c, 0x0a, 0x0d, 0x61, 0xef, 0xbb, 0xbf), { maxLength: 120 }).map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(20)), fc.integer({ min: 4, max: 64 }), (raw, cuts, capBytes) => {
      const whole = Buffer.from(raw);
      const inOne = readRows(whole, [], capBytes);
      expect(readRows(whole, cuts, capBytes)).toEqual(inOne);
      expect(inOne.byteCount).toBe(whole.length);
    }),
  );
});

test('a file that ends inside quotes tells the broken rest and keeps the rows before it', () => {
  const read = readRows(Buffer.from('a,b\n1,"open\n2,x\n'), [3, 9]);
  expect(read.rows).toEqual([['a', 'b']]);
  expect(read.broken).toEqual([[12, 4]]);
});

test('a row longer than the cap is counted and the next row is read', () => {
  const read = readRows(Buffer.from(`a,"${'x'.repeat(100)}\n"\nb,c\n`), [7, 7, 7], 50);
  expect(read.rows).toEqual([['b', 'c']]);
  expect(read.tooLong).toEqual([[106, 0]]);
});

test('an unquoted field may hold quotes, and text may follow a closing quote', () => {
  expect(readRows(Buffer.from('a"b"c,"d"e\r\n'), [5]).rows).toEqual([['a"b"c', 'de']]);
});

function readRows(bytes: Buffer, cuts: readonly number[], capBytes?: number) {
  const rows: string[][] = [];
  const broken: number[][] = [];
  const tooLong: number[][] = [];
  let byteCount = 0;
  let expectedPlace = 0;
  const count = (rowBytes: number, place: number): void => {
    expect(place).toBe(expectedPlace);
    expectedPlace += rowBytes;
    byteCount += rowBytes;
  };
  const reader = new CsvRows(
    {
      row(row) {
        count(row.byteCount, row.place);
        rows.push(Array.from({ length: row.fieldCount }, (_, field) => row.text(field)));
      },
      broken(rowBytes, place) {
        count(rowBytes, place);
        broken.push([rowBytes, place]);
      },
      tooLong(rowBytes, place) {
        count(rowBytes, place);
        tooLong.push([rowBytes, place]);
      },
    },
    capBytes,
  );
  let at = 0;
  for (const cut of cuts) {
    // A copy that is overwritten afterwards: the reader must not keep the caller's bytes.
    const chunk = Buffer.from(bytes.subarray(at, at + cut));
    reader.push(chunk);
    chunk.fill(0x21);
    at = Math.min(bytes.length, at + cut);
  }
  reader.push(Buffer.from(bytes.subarray(at)));
  reader.end();
  return { rows, broken, tooLong, byteCount };
}
