/** The Recovery screen: the running clock at a fixed moment, and the board of the example set. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import { boardOf } from '../../analyzer/src/recovery/board.ts';
import { exampleRuns } from '../../analyzer/src/recovery/example-runs.ts';
import { incidentClocks } from '../../analyzer/src/recovery/incident-clock.ts';
import type { Mark } from '../../analyzer/src/recovery/mark.ts';
import type { RunRecord } from '../../analyzer/src/recovery/run-record.ts';
import { bigText } from '../../tui/src/frame/big-text.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import { NOTHING_TOLD, type RecoveryState, tellRecovery } from '../../tui/src/model/recovery-state.ts';
import type { Screen, ScreenInput } from '../../tui/src/model/screen.ts';
import { RECOVERY } from '../../tui/src/screens/recovery.ts';
import { oneFrame } from '../../tui/src/shell/one-frame.ts';
import { examplePicture } from '../support/example-picture.ts';
import { screenInput } from '../support/screen-input.ts';
import { expectPicture } from '../support/screen-picture.ts';

type Input = ScreenInput<RecoveryState>;

let picture: Picture;
beforeAll(async () => {
  picture = { ...(await examplePicture()), nowMs: ALERT + NOW * 60_000, sources: [] };
});

const ALERT = Date.UTC(2026, 10, 21, 2, 1, 36);
const NOW = 12.52;
const RUNS = exampleRuns();
const THIN = RUNS.filter(({ scenario, architecture }) => scenario.id !== 'poison-message' || architecture !== 'node-vm');
const SHORT = RUNS.filter((run, n) => !(run.architecture === 'edge-functions' && run.scenario.id === 'leak-after-deploy' && n % 2 === 1));

function mark(kind: Mark['mark'], minutes: number, members: Partial<Mark> = {}): Mark {
  return { v: 1, id: `${kind}${minutes}`, incident: 'INC-7', mark: kind, atMs: ALERT + minutes * 60_000, by: 'ana', ...members };
}

const SEARCHING = [
  mark('alert', 0, { title: 'checkout p99 > 2 s', source: 'pd-7712' }),
  mark('ack', 0.57),
  mark('hypothesis', 3.73, { component: 'auth', note: 'auth is slow', view: 'latency' }),
  mark('refute', 6.43, { component: 'auth', note: 'p99 of auth is flat' }),
  mark('hypothesis', 9.5, { component: 'pricing', note: 'heap leak since v88', view: 'memory', sink: 'cloudwatch' }),
];

function told(marks: readonly Mark[], runs: readonly RunRecord[] | undefined, minutes = NOW): RecoveryState {
  return tellRecovery(undefined, {
    clocks: incidentClocks(marks, ALERT + minutes * 60_000),
    board: runs === undefined ? undefined : boardOf(runs),
    runs: runs ?? [],
    doubts: [],
  });
}

const input = (state: RecoveryState, view: Partial<Input['view']> = {}, size = { width: 80, height: 17 }): Input =>
  screenInput(picture, view, size, state) as Input;
const drawn = (of: Input) => RECOVERY.draw(of).map((each) => textOf(each).trimEnd());
const all = (of: Input) => drawn(of).join('\n');

describe('the clock', () => {
  const searching = told(SEARCHING, RUNS);

  test('stands at the top with its title; the belief held now and the awaited mark are never left out', () => {
    const rows = drawn(input(searching));
    expect(rows[0]).toMatch(/^> INC-7 {2}checkout p99 > 2 s +CLOCK {2}12:31$/);
    const text = rows.join('\n');
    expect(text).toContain('● hypothesis 2  02:11:06 UTC   +9:30  ana: pricing, heap leak since v88');
    expect(text).toContain('○ confirmed     press c: needs component, fingerprint and proof');
    expect(text).toContain('12:31 of 45:00, leaves moderate in 32:28');
    expect(text).toContain('so far [M] at least moderate: between 5 and 45 min');
    expect(text).toContain('2 views; 1 sink; 1 person, at most 13 person-minutes; 1 wrong hypothesis');
  });

  test('is told anew each second, and what the keys chose outlives it', () => {
    const chosen = { ...searching, column: 2, incident: 'INC-7' };
    const later = tellRecovery(chosen, { ...told(SEARCHING, RUNS, 20) });
    expect(later).toMatchObject({ column: 2, incident: 'INC-7' });
    expect(drawn(input(later))[0]).toMatch(/CLOCK {2}20:00$/);
    expect(tellRecovery(chosen, told(SEARCHING, undefined)).column).toBe(0);
  });

  test('stands still once the cause is confirmed, and says so', () => {
    const proof = { component: 'pricing', fingerprint: 'heap', proof: 'rollback stopped it', proofKind: 'revert' } as const;
    const rows = drawn(input(told([...SEARCHING, mark('confirm', 11, proof)], undefined)));
    expect(rows[0]).toMatch(/stood still at {2}11:00$/);
    expect(rows.join('\n')).toContain('○ recovered     press R');
  });

  test('without an alert it is no clock', () => {
    const text = all(input(told([mark('note', 0, { note: 'something is odd' })], undefined)));
    expect(text).toContain('no clock: nobody noted when the alert came');
    expect(text).toContain('[?] cannot tell');
    expect(text).toContain('○ alert         press !');
  });

  test('a confirmation without proof did not stop it, and the doubt stands below', () => {
    const bare = told([...SEARCHING, mark('confirm', 11, { component: 'pricing', fingerprint: 'x' })], undefined);
    expect(drawn(input(bare))[0]).toMatch(/CLOCK {2}12:31$/);
    expect(all(input(bare))).toMatch(/\? .*proof/);
  });

  test('where several are open, i goes through them and comes back', () => {
    const two = told([...SEARCHING, mark('alert', 10, { incident: 'INC-8', id: 'x', title: 'queue is old' })], undefined);
    expect(all(input(two))).toContain('also open: INC-7');
    const next = RECOVERY.act!(input(two), 'next-incident');
    expect(next).toMatchObject({ kind: 'state', state: { incident: 'INC-7' } });
    const state = next.kind === 'state' ? next.state : two;
    expect(RECOVERY.act!(input(state), 'next-incident')).toMatchObject({ state: { incident: 'INC-8' } });
    expect(RECOVERY.act!(input(told(SEARCHING, undefined)), 'next-incident')).toEqual({ kind: 'say', text: 'there is no other incident' });
  });

  test('enter opens the whole timeline, and y takes it along for the review', () => {
    const opened = RECOVERY.open!(input(searching));
    expect(opened).toMatchObject({ kind: 'open', crumb: { title: 'INC-7 timeline' } });
    const crumbs = opened.kind === 'open' ? [opened.crumb] : [];
    const text = all(input(searching, { crumbs }));
    for (const word of ['alert', 'ack', 'hypothesis 1', 'refute', 'hypothesis 2']) expect(text).toContain(word);
    expect(RECOVERY.copy!(input(searching))).toContain('# INC-7: checkout p99');
  });

  test('times follow the style of the screen', () => {
    expect(all(input(searching, { timeStyle: 'relative' }))).toMatch(/alert +12 min ago/);
  });
});

describe('the board', () => {
  test('says why nothing is ranked, and which drill brings a ranking nearer', () => {
    const chosen = input(told([], THIN), { selected: 'poison-message' });
    expect(all(chosen)).toContain('no ranking yet, missing: poison-message on node-vm: not run');
    expect(RECOVERY.why(chosen)).toContain('no ranking: missing is poison-message on node-vm');
    expect(RECOVERY.next(chosen)).toMatch(/^drill poison-message on node-vm \(0 of 5 runs\)/);
  });

  test('has a cell that was not run, one with too few runs, a bound, and the prediction beside the measured class', () => {
    const text = all(input(told([], [...THIN.filter((run) => SHORT.includes(run))])));
    expect(text).toMatch(/leak-after-deploy +▸2 of 5 runs/);
    expect(text).toMatch(/poison-message .*not run/);
    expect(text).toContain('[N] > 1:00:00 p[N]');
    expect(all(input(told([], SHORT), {}, { width: 140, height: 37 }))).toMatch(/leak-after-deploy +▸46:05 49:08 \(2 of 5\) p\[N\]/);
  });

  test('ranks when it is complete, with what makes it unfair; where there is no room the doubts are counted', () => {
    const wide = all(input(told([], RUNS), {}, { width: 140, height: 37 }));
    expect(wide).toContain('ranking: 1. lambda-sqs   1. node-vm   3. edge-functions');
    expect(wide).toContain('? people know lambda-sqs better than edge-functions');
    expect(wide).toContain('EXAMPLE, invented runs');
    expect(all(input(told(SEARCHING, RUNS)))).toMatch(/ranking: 1\. lambda-sqs .* \? 2 doubts/);
  });

  test('the arrow keys choose a cell, enter opens its runs', () => {
    const state = told([], RUNS);
    expect(RECOVERY.act!(input(state), 'cell-left')).toMatchObject({ state: { column: 0 } });
    const right = RECOVERY.act!(input(state), 'cell-right');
    const moved = right.kind === 'state' ? right.state : state;
    expect(all(input(moved, { selected: 'pool-exhaustion' }))).toMatch(/> pool-exhaustion .*▸\[I\] 1:01/);
    expect(RECOVERY.open!(input(moved, { selected: 'pool-exhaustion' }))).toEqual({
      kind: 'open',
      crumb: { id: 'pool-exhaustion', title: 'pool-exhaustion on lambda-sqs' },
    });
    const inside = all(input(moved, { crumbs: [{ id: 'pool-exhaustion', title: '' }] }));
    expect(inside).toContain('5 of 5 confirmed, 0 masked');
    expect(RECOVERY.act!(input(told([], undefined)), 'cell-right')).toMatchObject({ kind: 'say' });
  });

  test('of nine architectures it shows those around the chosen one, and says that there are more', () => {
    const many = Array.from({ length: 9 }, (_, n) =>
      RUNS.map((run) => ({ ...run, architecture: `arch-${String(n).padStart(2, '0')}` })),
    ).flat();
    const thin = many.slice(0, -1);
    const text = all(input({ ...NOTHING_TOLD, board: boardOf(thin), runs: thin, column: 6 }));
    expect(text).toContain('▸');
    expect(text).toContain('arch-06');
    expect(text).toMatch(/← → 6 more\. Board/);
  });
});

test('without an incident and without runs both say how they begin', () => {
  const text = all(input(NOTHING_TOLD)).replace(/\s+/g, ' ');
  expect(text).toContain('! notes an alert and starts the clock');
  expect(text).toContain('no runs yet: the board begins with the first drill');
  expect(RECOVERY.rows(input(NOTHING_TOLD))).toEqual([]);
  expect(RECOVERY.open!(input(NOTHING_TOLD))).toMatchObject({ kind: 'say' });
  expect(all(input({ ...NOTHING_TOLD, doubts: ['runs.ndjson: 3 torn lines are passed over'] }))).toContain('? runs.ndjson: 3 torn lines');
});

test.each([
  [80, 16],
  [80, 17],
  [100, 22],
  [140, 37],
  [200, 60],
])('every row fits at %i columns and %i rows, also with hostile and endless names', (width, height) => {
  const hostile = 'x\u001b[2J\u202e'.repeat(40);
  const evil = RUNS.map((run) => ({
    ...run,
    architecture: `${run.architecture}${hostile}`,
    scenario: { ...run.scenario, id: `${run.scenario.id}${hostile}` },
  }));
  const marks = SEARCHING.map((each) => ({ ...each, by: hostile, note: hostile, title: hostile }));
  for (const state of [told(SEARCHING, RUNS), told(SEARCHING, undefined), told([], THIN), told(marks, evil), NOTHING_TOLD]) {
    const rows = RECOVERY.rows(input(state));
    for (const selected of [undefined, rows.at(-1)]) {
      const lines = RECOVERY.draw(input(state, { selected }, { width, height }));
      expect(lines.length).toBeLessThanOrEqual(height);
      expect(lines.filter((each) => lineWidth(each) > width).map(textOf)).toEqual([]);
      expect(lines.map(textOf).join('')).not.toMatch(/[\u001b\u202e]/);
    }
  }
});

test('large figures are five rows of one width', () => {
  const rows = bigText('1:02:45');
  expect(rows).toHaveLength(5);
  expect(new Set(rows.map((row) => row.length)).size).toBe(1);
});

test.each([
  [80, 24],
  [140, 45],
])('the picture in the documentation at %i x %i is what the screen shows', async (width, height) => {
  const screen: Screen<RecoveryState> = { ...RECOVERY, start: told(SEARCHING, SHORT) };
  const lines = oneFrame({
    picture,
    screen: screen as Screen,
    screens: [screen as Screen],
    headline: [],
    width,
    height,
    glyphs: 'braille',
    wallMs: ALERT + NOW * 60_000,
  });
  expect(lines.map(lineWidth)).toEqual(Array(height).fill(width));
  await expectPicture(`recovery-${width}x${height}`, 'nightlight watch: the clock of an incident, and the board', lines, width);
});
