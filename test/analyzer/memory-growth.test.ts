import { describe, expect, test } from 'vitest';
import { FEWEST_POOLED, growthOf } from '../../analyzer/src/diagnose/memory-growth.ts';
import type { SandboxSummary } from '../../analyzer/src/store/summary.ts';
import { seededRandom } from '../lab/seeded-random.mjs';
import { HEALTHY, LEAKS, simulateFunction } from '../lab/simulated-sandbox.mjs';
import { sandboxOf } from '../support/sandbox-lines.ts';

const random = seededRandom(21);

/** Climbs by 0.04 MB an invocation, resting for 150 of every 300 as a heap does after a full collection. */
function stairs(invocations: number, perInvocation = 0.04): number[] {
  return Array.from({ length: invocations }, (_, n) => {
    const cycle = Math.floor(n / 300);
    return Math.ceil(70 + perInvocation * 300 * (cycle + Math.min(1, Math.max(0, (n % 300) - 150) / 150)) + 0.3 * random.normal());
  });
}

/** Rises while it warms up, then stays. */
function plateau(invocations: number, height = 30): number[] {
  return Array.from({ length: invocations }, (_, n) => Math.ceil(70 + height * (1 - Math.exp(-n / 200)) + 0.3 * random.normal()));
}

const several = (count: number, maxima: () => number[]): SandboxSummary[] =>
  Array.from({ length: count }, () => sandboxOf({ maxima: maxima() }));

describe('eight sandboxes', () => {
  test('that climb alike, resting and climbing on, are called leaking, with the slope inside its interval', () => {
    const verdict = growthOf(several(FEWEST_POOLED, () => stairs(2_400)));
    expect(verdict.kind).toBe('leaking');
    if (verdict.kind !== 'leaking') return;
    expect(verdict.low).toBeLessThanOrEqual(0.04);
    expect(verdict.high).toBeGreaterThanOrEqual(0.04);
    expect(verdict.proof).toMatch(/8 of 8 sandboxes climb .* no bound seen so far/);
  });

  test('that climb to a plateau are bounded, not leaking', () => {
    expect(growthOf(several(FEWEST_POOLED, () => plateau(2_400, 60)))).toMatchObject({ kind: 'growing-but-bounded' });
  });

  test('that stay flat for 2,400 invocations are stable', () => {
    expect(growthOf(several(FEWEST_POOLED, () => plateau(2_400, 5)))).toEqual({ kind: 'stable' });
  });

  test('that rise evenly by little may be a heap before its first full collection: not called anything', () => {
    const ramp = () => Array.from({ length: 2_400 }, (_, n) => Math.ceil(90 + 0.006 * n + 0.3 * random.normal()));
    const verdict = growthOf(several(FEWEST_POOLED, ramp));
    expect(verdict.kind).toBe('insufficient-data');
    if (verdict.kind === 'insufficient-data') expect(verdict.missing).toContain('without a pause');
  });

  test('of which one climbs steeply and seven are flat are not called leaking', () => {
    const mixed = [...several(7, () => plateau(2_400, 5)), sandboxOf({ maxima: stairs(2_400, 0.2) })];
    expect(growthOf(mixed).kind).not.toBe('leaking');
  });

  test('in each of which one step happens are not called leaking', () => {
    const step = () => Array.from({ length: 2_400 }, (_, n) => (n > 1_300 ? 110 : 80));
    expect(growthOf(several(FEWEST_POOLED, step)).kind).not.toBe('leaking');
  });

  test('are still judged when hundreds of short-lived ones stand beside them', () => {
    const fleet = [...several(FEWEST_POOLED, () => stairs(2_400)), ...several(200, () => plateau(120, 5))];
    expect(growthOf(fleet).kind).toBe('leaking');
  });
});

describe('fewer sandboxes', () => {
  test.each([1, 2, 7])('%i that climb alike are growing, and the verdict says what would decide', (count) => {
    const verdict = growthOf(several(count, () => stairs(2_400)));
    expect(verdict.kind).toBe('growing');
    if (verdict.kind === 'growing') expect(verdict.undecidedBecause).toContain('8 that climb alike');
  });

  test('where only some lived long enough to be judged, the sentence counts them among all', () => {
    const verdict = growthOf([...several(7, () => stairs(2_400)), sandboxOf({ maxima: [60, 61, 62] })]);
    expect(verdict).toMatchObject({
      kind: 'growing',
      undecidedBecause: expect.stringMatching(/^7 sandboxes of 8 that lived long enough to be judged are too few/),
    });
  });

  test('whatever one sandbox shows, without an out-of-memory kill its lines never say leaking', () => {
    for (const kind of [...LEAKS, ...HEALTHY]) {
      for (const seed of [901, 902]) {
        const { sandboxes, memorySizeMb } = simulateFunction(kind, seed, { sandboxes: 1 });
        expect(growthOf([sandboxOf({ maxima: sandboxes[0]!, memorySizeMb })]).kind).not.toBe('leaking');
      }
    }
  });

  test('one that climbed and was then killed for its memory is leaking, with the kill as proof', () => {
    const verdict = growthOf([sandboxOf({ maxima: stairs(2_400), memorySizeMb: 166, diedBy: 'oom' })]);
    expect(verdict).toMatchObject({ kind: 'leaking', proof: expect.stringContaining('ran out of memory') });
  });

  test('one that was flat and killed by a single huge request is not leaking', () => {
    const flat = [...plateau(2_400, 5), 512];
    expect(growthOf([sandboxOf({ maxima: flat, diedBy: 'oom' })]).kind).not.toBe('leaking');
  });

  test('a crash after a climb is no proof: the verdict stays growing', () => {
    expect(growthOf([sandboxOf({ maxima: stairs(2_400), diedBy: 'crash' })]).kind).toBe('growing');
  });
});

describe('what is missing is named', () => {
  const missing = (sandboxes: readonly SandboxSummary[]) => {
    const verdict = growthOf(sandboxes);
    return verdict.kind === 'insufficient-data' ? verdict.missing : verdict.kind;
  };

  test('streams that the export does not name', () => {
    const mixed = Array.from({ length: 9 }, () => sandboxOf({ maxima: stairs(2_400), isolated: false }));
    expect(missing(mixed)).toContain('does not name log streams');
  });

  test('invocations, with the number there were and the number needed', () => {
    expect(missing(several(3, () => stairs(60)))).toBe('the longest of 3 sandboxes served 60 of the 100 invocations that a verdict needs');
  });

  test('any line that names memory', () => {
    expect(missing([])).toBe('no line names the memory used');
    expect(missing([sandboxOf({ maxima: [] })])).toBe('no line names the memory used');
  });

  test('enough invocations to call 300 flat ones stable', () => {
    expect(missing(several(3, () => plateau(300, 0)))).toMatch(/a leak below \d+ KB each would not show; about \d+ per sandbox would tell/);
  });

  test('a climb, where sandboxes died of memory in one jump', () => {
    const jumped = [38, 41, 40, 39].map((life) =>
      sandboxOf({ maxima: [...Array(life - 1).fill(70), 128], memorySizeMb: 128, diedBy: 'oom' }),
    );
    expect(missing(jumped)).toContain('after 38 to 41 invocations, 4 of them in one jump');
  });
});
