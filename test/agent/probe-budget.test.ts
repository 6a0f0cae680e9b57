import { describe, expect, test } from 'vitest';
import { createProbeBudget } from '../../agent/src/measure/probe-budget.ts';
import type { HeapProbe } from '../../agent/src/record/leak-record.ts';
import { bytes, milliseconds } from '../../agent/src/record/units.ts';

const MIB = 1024 * 1024;
const probe = (invocationNumber: number, heapMib: number, pauseMs: number): HeapProbe => ({
  invocationNumber,
  heapUsedBytes: bytes(heapMib * MIB),
  pauseMs: milliseconds(pauseMs),
});

describe('the budget of forced collections', () => {
  test('is one per cent of the time spent on work, what was spent included', () => {
    const budget = createProbeBudget();
    budget.worked(1000);
    const probes = [probe(100, 10, 6), probe(150, 10, 6)];
    expect(budget.ask(probes, 200, 10 * MIB, false)).toEqual({ kind: 'yes', readsSites: false });
    budget.spent(6);
    expect(budget.ask(probes, 200, 10 * MIB, false)).toEqual({ kind: 'later' });
    budget.worked(200);
    expect(budget.ask(probes, 200, 10 * MIB, false)).toEqual({ kind: 'yes', readsSites: false });
  });

  test('asks for twice as much when the allocation profile is read, too', () => {
    const budget = createProbeBudget();
    budget.worked(1000);
    const probes = [probe(100, 10, 6), probe(150, 10, 6)];
    expect(budget.ask(probes, 200, 10 * MIB, true)).toEqual({ kind: 'later' });
    budget.worked(200);
    expect(budget.ask(probes, 200, 10 * MIB, true)).toEqual({ kind: 'yes', readsSites: true });
  });

  test('stops for good where the live memory has grown so far that a pause would pass 50 ms', () => {
    const budget = createProbeBudget();
    budget.worked(1_000_000);
    const growing = [probe(1000, 40, 30), probe(1500, 60, 45)];
    expect(budget.ask(growing, 1501, 60 * MIB, false).kind).toBe('yes');
    expect(budget.ask(growing, 2250, 90 * MIB, false)).toEqual({
      kind: 'never',
      because: 'one is expected to stop this process for more than 50 ms',
    });
  });

  test('leaves the profile unread where a second collection would make the standstill longer than 50 ms', () => {
    const budget = createProbeBudget();
    budget.worked(1_000_000);
    expect(budget.ask([probe(100, 40, 30), probe(150, 40, 30)], 200, 40 * MIB, true)).toEqual({ kind: 'yes', readsSites: false });
  });

  test('one pause that a neighbour on the machine has doubled does not end it', () => {
    const budget = createProbeBudget();
    budget.worked(1_000_000);
    expect(budget.ask([probe(100, 40, 25), probe(150, 40, 80)], 200, 40 * MIB, false).kind).toBe('yes');
  });

  test('before the first one, guesses from the heap as it is', () => {
    const budget = createProbeBudget();
    budget.worked(1_000_000);
    expect(budget.ask([], 100, 10 * MIB, false).kind).toBe('yes');
    expect(budget.ask([], 100, 200 * MIB, false).kind).toBe('never');
  });
});
