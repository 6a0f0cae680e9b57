import { describe, expect, test } from 'vitest';
import { boardOf } from '../../analyzer/src/recovery/board.ts';
import { exampleRuns } from '../../analyzer/src/recovery/example-runs.ts';
import { incidentClocks } from '../../analyzer/src/recovery/incident-clock.ts';
import type { Mark } from '../../analyzer/src/recovery/mark.ts';
import { cellEvidence, recoveryView } from '../../tui/src/model/recovery-view.ts';

const ALERT = Date.UTC(2026, 10, 21, 2, 1, 36);
const MINUTE = 60_000;

function mark(kind: Mark['mark'], minutes: number, members: Partial<Mark> = {}): Mark {
  return { v: 1, id: `${kind}${minutes}`, incident: 'INC-7', mark: kind, atMs: ALERT + minutes * MINUTE, by: 'ana', ...members };
}

function viewOf(marks: readonly Mark[], nowMinutes: number) {
  return recoveryView({ clocks: incidentClocks(marks, ALERT + nowMinutes * MINUTE) });
}

describe('the clock', () => {
  const searching = [mark('alert', 0, { title: 'checkout p99 > 2 s' }), mark('hypothesis', 9, { component: 'pricing', view: 'memory' })];

  test('runs, and tells what is believed and how far it is to 45 minutes', () => {
    const { clock, why, next } = viewOf(searching, 12.5);
    expect(clock).toMatchObject({
      time: '12:30',
      isRunning: true,
      progress: { text: '12:30 of 45:00', leaves: { class: 'moderate', in: '32:30' } },
      classMark: '[M]',
      tone: 'warn',
      believed: { number: 1, component: 'pricing', held: '3:30' },
      awaited: { what: 'confirmed' },
      timeline: [{ time: '02:01:36', since: '+0:00' }, { what: 'hypothesis 1' }],
    });
    expect(clock!.progress!.share).toBeCloseTo(12.5 / 45, 9);
    expect(why).toBe('checkout p99 > 2 s: > 12:30 since the alert, not confirmed (still open); at least moderate: between 5 and 45 min');
    expect(next).toBe('c proves or x refutes hypothesis 1 (pricing), held for 3:30');
  });

  test('leaves instant first, and nothing after 45 minutes', () => {
    expect(viewOf(searching.slice(0, 1), 3).clock!.progress!.leaves).toEqual({ class: 'instant', in: '2:00' });
    expect(viewOf(searching, 50).clock).toMatchObject({ progress: { share: 1, leaves: undefined }, classMark: '[N]', tone: 'bad' });
    const masked = [searching[0]!, mark('hypothesis', 1, { component: 'auth' }), mark('refute', 12, { component: 'auth' })];
    expect(viewOf(masked, 13).clock).toMatchObject({ tone: 'bad', progress: { leaves: undefined } });
  });

  test('stands still once the cause is confirmed', () => {
    const proof = { component: 'pricing', fingerprint: 'heap', proof: 'rollback stopped it', proofKind: 'revert' } as const;
    const confirmed = [...searching, mark('confirm', 20, proof)];
    expect(viewOf(confirmed, 25).clock).toMatchObject({ time: '20:00', isRunning: false, awaited: { what: 'recovered' } });
    expect(viewOf(confirmed, 40).clock).toMatchObject({ time: '20:00' });
    expect(viewOf([...confirmed, mark('recovered', 41)], 42).clock).toMatchObject({ time: '20:00', awaited: undefined });
  });

  test('of another incident is shown when asked for, and the others are named', () => {
    const clocks = incidentClocks([...searching, mark('alert', 5, { incident: 'INC-8', id: 'x', title: 'second' })], ALERT + 6 * MINUTE);
    expect(recoveryView({ clocks }).clock!.id).toBe('INC-8');
    expect(recoveryView({ clocks, incident: 'INC-7' })).toMatchObject({
      clock: { id: 'INC-7' },
      otherOpen: [{ id: 'INC-8', title: 'second' }],
    });
  });

  test('of no incident says how it begins', () => {
    expect(recoveryView({ clocks: [] })).toMatchObject({
      clock: undefined,
      why: expect.stringContaining('No incident'),
      next: '! notes the alert and starts the clock',
    });
  });

  test('keeps what was typed from the terminal', () => {
    const { clock, why } = viewOf([mark('alert', 0, { title: 'x\u001b[2J', by: 'a\u202e' })], 1);
    expect(JSON.stringify(clock) + why).not.toMatch(/\u001b|\\u001b|\u202e/);
  });
});

describe('the board', () => {
  const runs = exampleRuns();

  test('is ranked when it is complete', () => {
    const { board } = recoveryView({ clocks: [], board: boardOf(runs) });
    expect(board).toMatchObject({ rank: ['1. lambda-sqs', '1. node-vm', '3. edge-functions'], isExample: true, nextDrill: undefined });
    expect(board!.rows[2]).toMatchObject({
      label: 'pool-exhaustion',
      cells: [{ text: '[N] > 1:00:00 p[N]', tone: 'bad' }, { tone: 'calm' }, { tone: 'warn' }],
    });
  });

  test('names the drill that brings a ranking nearer when it is not', () => {
    const thin = runs.filter(({ scenario, architecture }) => scenario.id !== 'poison-message' || architecture !== 'node-vm');
    const { board, next } = recoveryView({ clocks: [], board: boardOf(thin) });
    expect(board).toMatchObject({ rank: ['no ranking yet'], because: ['poison-message on node-vm: not run'] });
    expect(next).toBe('drill poison-message on node-vm: 0 of 5 runs');
  });

  test('tells the runs behind a cell', () => {
    const evidence = cellEvidence(boardOf(runs), runs, 2, 0);
    expect(evidence[0]).toBe('pool-exhaustion, file 91d47e08, seed 43, 500 at once, pool of 1, 15 min');
    expect(evidence).toContainEqual(expect.stringMatching(/^> 1:00:00(?:, masked)? {2}\w+ \(knows it \d of 4\) {2}example-\d+$/));
    expect(evidence).toHaveLength(1 + 5 + 2);
  });
});
