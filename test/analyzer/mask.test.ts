import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskMessage } from '../../analyzer/src/parse/mask.ts';

describe('messages that differ only in what varies', () => {
  test.each([
    ['Order ORD-10293 not found', 'Order ORD-7 not found'],
    ['request 6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8 failed', 'request ABCDEFAB-0000-4000-a000-000000000000 failed'],
    ['connect ECONNREFUSED 10.0.0.12:5432', 'connect ECONNREFUSED 192.168.1.1:6432'],
    ['took 12.5 ms at 2026-11-21T07:46:54.123Z', 'took 1203 ms at 2026-11-21T07:46:55Z'],
    ["User 'jane' is locked", "User 'o.hara' is locked"],
    ['invalid input syntax for type uuid: "abc"', 'invalid input syntax for type uuid: "deadbeef"'],
    ['ids [1, 2, 3] missing', 'ids [4, 5] missing'],
    ["keys 'a', 'b' missing", "keys 'c' missing"],
    ['ENOENT: no such file, open /tmp/upload-x7k2/part', 'ENOENT: no such file, open /tmp/q1'],
    ['lost object 0xdeadbeef12 of x7k2p9', 'lost object 0x11 of a1b2c3'],
    ['a  b\n\tc', 'a b c'],
    ['offset -5 reached', 'offset 12 reached'],
    ['trace 1-6ac7d554-62c6be2f6c1bd8032dac9acf', 'trace 1-00000000-aaaaaaaaaaaaaaaaaaaaaaa1'],
  ])('%s', (one, other) => {
    expect(maskMessage(one)).toBe(maskMessage(other));
  });

  test('are equal whatever the ids are', () => {
    const template = (id: string, n: number) => `Payment ${id} of basket ${n} was declined after ${n} ms`;
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.nat(), fc.nat(), (a, b, n, m) => maskMessage(template(a, n)) === maskMessage(template(b, m))),
    );
  });
});

describe('twins that are different failures', () => {
  test.each([
    ["Cannot read properties of undefined (reading 'price')", "Cannot read properties of undefined (reading 'address')"],
    ["Cannot find module 'pg'", "Cannot find module 'redis'"],
    ['The "path" argument must be of type string', 'The "url" argument must be of type string'],
    ['Request failed with status code 404', 'Request failed with status code 503'],
    ['{"statusCode":429}', '{"statusCode":500}'],
    ['relation "orders" does not exist', 'relation "baskets" does not exist'],
    ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ETIMEDOUT 10.0.0.1:5432'],
    ['{"reason":"x","code":1}', '{"cause":"x","code":1}'],
  ])('%s', (one, other) => {
    expect(maskMessage(one)).not.toBe(maskMessage(other));
  });
});

test('the words of a message stay readable', () => {
  expect(maskMessage('Order ORD-10293 for [email] failed after 1203 ms: status code 404 (id 6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8)')).toBe(
    'Order ORD-# for [email] failed after # ms: status code 404 (id #)',
  );
  expect(maskMessage("it's the user's fault, isn't it")).toBe("it's the user's fault, isn't it");
});

test('a mask is at most 200 characters long and never ends in half a character', () => {
  const halfCharacter = /[\ud800-\udbff](?![\udc00-\udfff])/;
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => {
      const masked = maskMessage(text);
      return masked.length <= 200 && !halfCharacter.test(masked);
    }),
  );
  expect(maskMessage(`${'x '.repeat(99)}😀😀😀`)).toHaveLength(200);
  expect(maskMessage(`${'x '.repeat(99)}y😀`)).toHaveLength(199);
});

test('a megabyte is masked by its beginning', () => {
  for (const unit of ["'", '"a ', '1-', 'f', '/tmp/', '# ']) expect(maskMessage(unit.repeat(500_000)).length).toBeLessThanOrEqual(200);
});
