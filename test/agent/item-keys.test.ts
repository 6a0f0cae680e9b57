import { expect, test } from 'vitest';
import { createItemKeys, shortHash } from '../../agent/src/measure/item-keys.ts';

test('an item that was handled with success is known when it comes again', () => {
  const keys = createItemKeys();
  expect(keys.duplicates(['a', 'b'])).toBe(0);
  keys.remember(['a']);
  expect(keys.duplicates(['a', 'b'])).toBe(1);
  keys.remember(['b']);
  expect(keys.duplicates(['a', 'b', 'c'])).toBe(2);
});

test('an item that was only looked at is not known', () => {
  const keys = createItemKeys();
  keys.duplicates(['a']);
  expect(keys.duplicates(['a'])).toBe(0);
});

test('the last thousand are known, and what is very old is forgotten', () => {
  const keys = createItemKeys();
  const names = Array.from({ length: 50_000 }, (_, i) => `k${i}`);
  for (const name of names) {
    keys.remember([name]);
    expect(keys.duplicates([name])).toBe(1);
  }
  expect(keys.duplicates(names.slice(-1000))).toBe(1000);
  expect(keys.duplicates(names)).toBeLessThanOrEqual(2001);
});

test('a key is the same in every process and release, so that lines of many sandboxes can be joined', () => {
  expect(shortHash('order-7')).toBe('iCohqnKX');
  expect(shortHash('3f2504e0-4f89-11d3-9a0c-0305e82c3301')).toBe('rdR0vzMx');
});

test('ids that differ in one place only have different keys', () => {
  const sequences = Array.from(
    { length: 200_000 },
    (_, i) => `shardId-000000000006:49590338271490256608559692538361571095921575989136${i}`,
  );
  const uuids = Array.from({ length: 200_000 }, (_, i) => `3f2504e0-4f89-11d3-9a0c-${i.toString(16).padStart(12, '0')}`);
  expect(new Set([...sequences, ...uuids].map(shortHash)).size).toBe(400_000);
});
