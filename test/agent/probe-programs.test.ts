/** Every program of fixtures/leaks in a process of its own: the leaking ones are named, their healthy twins are left in peace. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runUnderProbe } from '../support/run-under-probe.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/leaks');

describe('forced collections and allocation sites', () => {
  // V8's sampler draws at random, and of a buffer it sees the small object on the heap only: one run in forty draws none.
  const byChance = { retry: 1 };
  test.each(readdirSync(join(fixtures, 'leaking')))(
    '%s is called leaking, and the code that leaks comes first',
    byChance,
    async (program) => {
      const { leaks } = await runUnderProbe(`leaking/${program}`, { invocations: 1100, durationMs: 100 });
      const leaking = leaks.filter((leak) => leak.verdict === 'leaking');
      expect(leaking).not.toEqual([]);
      const last = leaking.at(-1)!;
      expect(last.channel).toBe(program === 'kept-buffers.mjs' ? 'external' : 'heap');
      expect(last.allocationSites?.[0]).toMatchObject({ file: `leaking/${program}` });
      expect(blamedLines(program)).toContain(last.allocationSites?.[0]?.line);
      expect(last.probes?.length).toBeGreaterThanOrEqual(4);
      expect(leaks[0]?.verdict).toBe('suspected');
    },
  );

  test.each(readdirSync(join(fixtures, 'healthy')))('%s is never called leaking', async (program) => {
    const { leaks } = await runUnderProbe(`healthy/${program}`, { invocations: 2000, durationMs: 100 });
    expect(leaks.map((leak) => leak.verdict)).not.toContain('leaking');
    expect(['stable', 'growing-but-bounded']).toContain(leaks.at(-1)?.verdict);
  });

  test('the growth of each invocation is told within a fifth', async () => {
    const { leaks } = await runUnderProbe('leaking/kept-buffers.mjs', { invocations: 700, durationMs: 100, keepBytes: 20_000 });
    const slope = leaks.at(-1)?.slopeBytes ?? 0;
    expect(slope).toBeGreaterThan(16_000);
    expect(slope).toBeLessThan(24_000);
  });

  test('a program that Node started with --expose-gc is probed as well', async () => {
    const { leaks } = await runUnderProbe('leaking/global-array.mjs', {
      invocations: 900,
      durationMs: 100,
      nodeArguments: ['--expose-gc'],
    });
    expect(leaks.map((leak) => leak.verdict)).toContain('leaking');
  });
});

describe('what a probe may cost', () => {
  test('work that takes next to no time leaves no budget: nothing is collected, and that is said', async () => {
    const { leaks, notes } = await runUnderProbe('leaking/global-array.mjs', { invocations: 600, durationMs: 0.01 });
    expect(leaks.map((leak) => leak.verdict)).toEqual(['suspected']);
    expect(leaks[0]?.probes).toBeUndefined();
    expect(notes).toEqual(['forced collections wait: they would take more than 1 % of the time spent on work so far']);
  });

  test('the inspector is loaded only after a suspicion', async () => {
    const before = await runUnderProbe('leaking/global-array.mjs', { invocations: 90 });
    expect(before).toMatchObject({ leaks: [], inspectorLoaded: false });
    const after = await runUnderProbe('leaking/global-array.mjs', { invocations: 400, durationMs: 100 });
    expect(after.inspectorLoaded).toBe(true);
  });
});

/**
 * 1 for the first line. V8's sampler names the function on the stack: where a small function was compiled into its caller, as
 * Node 24 and later do earlier than those before, that is the caller.
 */
function blamedLines(program: string): number[] {
  const lines = readFileSync(join(fixtures, 'leaking', program), 'utf8').split('\n');
  const leaking = lines.indexOf('// The next line begins the function that leaks.') + 2;
  const caller = lines.findIndex((line) => line.startsWith('export async function handler')) + 1;
  return Number(process.versions.node.split('.')[0]) < 24 ? [leaking] : [leaking, caller];
}
