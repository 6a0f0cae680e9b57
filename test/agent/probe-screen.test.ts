import { describe, expect, test } from 'vitest';
import { createLeakScreen, type LeakScreen } from '../../agent/src/measure/leak-screen.ts';

const MEGABYTE = 1_000_000;

interface Life {
  /** Bytes of each work that die only after they were promoted. */
  readonly promoted?: number;
  /** Works between full collections of V8's own; 0 for none. */
  readonly fullEvery?: number;
  readonly outside?: (number: number) => number;
}

/**
 * Memory as V8 shows it: garbage of each work until a minor collection, which promotes a little of it until a full one.
 *
 * @returns the number of the work at which something was suspicious first, 0 for never
 */
function firstSuspicion(works: number, kept: (number: number) => number, life: Life = {}): number {
  const { promoted = 0, fullEvery = 0, outside = () => 0 } = life;
  const screen: LeakScreen = createLeakScreen();
  let young = 0;
  let dead = 0;
  for (let number = 1; number <= works; number++) {
    young += 200_000;
    if (young > MEGABYTE) {
      young = 0;
      dead += promoted * 5;
    }
    if (fullEvery > 0 && number % fullEvery === 0) {
      young = dead = 0;
      screen.fullCollection(4 * MEGABYTE + kept(number), outside(number));
    }
    screen.work(number, 4 * MEGABYTE + kept(number) + young + dead, MEGABYTE + outside(number));
    if (screen.suspicion().kind === 'suspicious') return number;
  }
  return 0;
}

describe('the screen that decides whether to look closer', () => {
  test.each([
    ['1 KB', 1000, 600],
    ['5 KB', 5000, 130],
    ['20 KB', 20_000, 110],
  ])('%s kept of each work is suspicious early', (_name, keptBytes, before) => {
    const at = firstSuspicion(3000, (number) => number * keptBytes);
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(before);
  });

  test('Buffers that stay are seen in the external memory', () => {
    expect(firstSuspicion(1000, () => 0, { outside: (number) => 20_000 * number })).toBeLessThan(120);
  });

  test('nothing kept is never suspicious, however high the heap rises between minor collections', () => {
    expect(firstSuspicion(20_000, () => 0)).toBe(0);
  });

  test('dead objects that a full collection takes away again are not suspicious for ever', () => {
    const screen = createLeakScreen();
    let dead = 0;
    let suspicious = 0;
    for (let number = 1; number <= 20_000; number++) {
      dead += 4000;
      if (number % 1500 === 0) {
        dead = 0;
        screen.fullCollection(4 * MEGABYTE, MEGABYTE);
      }
      screen.work(number, 4 * MEGABYTE + dead + (number % 5) * 200_000, MEGABYTE);
      if (number > 4000 && screen.suspicion().kind === 'suspicious') suspicious++;
    }
    expect(suspicious).toBe(0);
  });

  test('a leak below such a saw-tooth is seen in what full collections leave', () => {
    const at = firstSuspicion(20_000, (number) => 1000 * number, { promoted: 1000, fullEvery: 700 });
    expect(at).toBeGreaterThan(0);
  });

  test('a warm-up in the first hundred works is not suspicious', () => {
    expect(firstSuspicion(5000, (number) => 100_000 * Math.min(number, 15))).toBe(0);
  });

  test('is quiet while it was told to rest, and looks again after', () => {
    const screen = createLeakScreen();
    screen.restUntil(600);
    let first = 0;
    for (let number = 1; number <= 1000 && first === 0; number++) {
      screen.work(number, 4 * MEGABYTE + 20_000 * number + (number % 5) * 200_000, MEGABYTE);
      if (screen.suspicion().kind === 'suspicious') first = number;
    }
    expect(first).toBe(600);
  });
});
