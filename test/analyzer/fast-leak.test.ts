import { describe, expect, test } from 'vitest';
import { fastLeakOf } from '../../analyzer/src/diagnose/fast-leak.ts';
import { growthOf } from '../../analyzer/src/diagnose/memory-growth.ts';
import { seededRandom } from '../lab/seeded-random.mjs';
import { sandboxOf } from '../support/sandbox-lines.ts';

/** Keeps `perInvocation` MB each time until the memory size is reached. */
function climbToDeath(perInvocation: number, memorySizeMb = 128, diedBy: 'oom' | 'timeout' | 'crash' = 'oom') {
  const maxima: number[] = [];
  for (let megabytes = 70; megabytes < memorySizeMb; megabytes += perInvocation) maxima.push(Math.round(megabytes));
  maxima.push(memorySizeMb);
  return sandboxOf({ maxima, memorySizeMb, diedBy });
}

describe('sandboxes that climb and die', () => {
  test('three that die of memory after about forty invocations each are named, with slope and lives', () => {
    const leak = fastLeakOf([climbToDeath(1.5), climbToDeath(1.4), climbToDeath(1.6)]);
    expect(leak).toMatchObject({ deathCount: 3, medianInvocations: 40, lowInvocations: 38, highInvocations: 43 });
    expect(leak!.mbPerInvocation).toBeGreaterThan(1.3);
    expect(leak!.mbPerInvocation).toBeLessThan(1.7);
  });

  test('they are called leaking long before any of them served 100 invocations', () => {
    const verdict = growthOf([climbToDeath(1.5), climbToDeath(1.4), climbToDeath(1.6)]);
    expect(verdict).toMatchObject({ kind: 'leaking', proof: expect.stringContaining('after 38 to 43 invocations') });
  });

  test('a leak of 20 MB an invocation is named although each sandbox lives for four', () => {
    expect(fastLeakOf(Array.from({ length: 4 }, () => climbToDeath(20)))?.medianInvocations).toBe(4);
  });

  test('a heap that stands at its ceiling dies of a timeout too, and counts', () => {
    expect(fastLeakOf([1.5, 1.4, 1.6].map((slope) => climbToDeath(slope, 128, 'timeout')))?.deathCount).toBe(3);
  });

  test('two deaths are not enough, whatever they look like', () => {
    expect(fastLeakOf([climbToDeath(1.5), climbToDeath(1.5)])).toBeUndefined();
  });
});

describe('innocent deaths', () => {
  test('one huge payload that kills in a single jump is not a leak, however regular', () => {
    const killed = [40, 41, 39, 40, 40].map((life) =>
      sandboxOf({ maxima: [...Array(life - 1).fill(70), 128], memorySizeMb: 128, diedBy: 'oom' }),
    );
    expect(fastLeakOf(killed)).toBeUndefined();
  });

  test('a warm-up followed by a payload that does not fit is not a leak', () => {
    const killed = [40, 41, 39, 40, 40].map((life) =>
      sandboxOf({
        maxima: [...Array.from({ length: life - 1 }, (_, n) => Math.round(70 + 25 * (1 - Math.exp(-n / 4)))), 128],
        memorySizeMb: 128,
        diedBy: 'oom',
      }),
    );
    expect(fastLeakOf(killed)).toBeUndefined();
  });

  test('crashes far below the memory size are not a leak, even of sandboxes that climb', () => {
    expect(fastLeakOf([1.5, 1.4, 1.6, 1.5].map((slope) => climbToDeath(slope, 128, 'crash')).map(withRoom))).toBeUndefined();
  });

  test('a full cache below the ceiling, with timeouts that come by chance, is not a leak', () => {
    const full = [110, 130, 120, 125].map((life) =>
      sandboxOf({ maxima: Array.from({ length: life }, (_, n) => Math.min(124, 70 + n)), memorySizeMb: 128, diedBy: 'timeout' }),
    );
    expect(fastLeakOf(full)).toBeUndefined();
  });

  test('streams that the export does not name are not sandboxes', () => {
    const mixed = [1.5, 1.4, 1.6].map((slope) => ({ ...climbToDeath(slope), isolated: false }));
    expect(fastLeakOf(mixed)).toBeUndefined();
  });

  test('a few deaths among many sandboxes that lived on are not the function’s habit', () => {
    const lived = Array.from({ length: 20 }, () => sandboxOf({ maxima: Array(200).fill(80), memorySizeMb: 128 }));
    expect(fastLeakOf([climbToDeath(1.5), climbToDeath(1.4), climbToDeath(1.6), ...lived])).toBeUndefined();
  });

  test('of 300 healthy fleets whose sandboxes die of random payloads, none is named', () => {
    const random = seededRandom(7);
    let named = 0;
    for (let fleet = 0; fleet < 300; fleet++) {
      const dead = Array.from({ length: 12 }, () => {
        const maxima: number[] = [];
        while (maxima.length < 400) {
          // Payloads so uneven that one in fifty does not fit.
          const megabytes = Math.round(70 + 8 * Math.exp(0.95 * random.normal()));
          maxima.push(Math.min(128, megabytes));
          if (megabytes >= 128) break;
        }
        return sandboxOf({ maxima, memorySizeMb: 128, ...(maxima.at(-1) === 128 ? { diedBy: 'oom' as const } : {}) });
      });
      if (fastLeakOf(dead) !== undefined) named++;
    }
    expect(named).toBe(0);
  });
});

/** The same life in a sandbox twice as large. */
function withRoom(sandbox: ReturnType<typeof sandboxOf>) {
  return { ...sandbox, memorySizeMb: 256 };
}
