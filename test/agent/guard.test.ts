import { expect, test } from 'vitest';
import { createGuard } from '../../agent/src/guard.ts';

const fail = () => {
  throw new Error('ours');
};

test('what a hook throws stays inside, and what it gives comes out', () => {
  const guard = createGuard(() => {});
  expect(guard.quietly('a', fail)).toBeUndefined();
  expect(guard.quietly('b', () => 7)).toBe(7);
  expect(guard.isOn()).toBe(true);
});

test('three strikes turn the agent off, said once, with the hook that failed last', () => {
  const said: string[] = [];
  const guard = createGuard((what) => said.push(what));
  let ran = 0;
  for (const name of ['one', 'two', 'three', 'four']) {
    guard.quietly(name, () => {
      ran++;
      fail();
    });
  }
  expect(said).toEqual(['three']);
  expect(ran).toBe(3);
  expect(guard.isOn()).toBe(false);
  expect(guard.quietly('five', () => 7)).toBeUndefined();
});

test('even saying so may fail', () => {
  const guard = createGuard(fail);
  for (let i = 0; i < 3; i++) expect(() => guard.quietly('a', fail)).not.toThrow();
  expect(guard.isOn()).toBe(false);
});
