/** The Drill screen: the plan and the recipes, and a drill under way as whoever runs it tells of it. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import { boardOf } from '../../analyzer/src/recovery/board.ts';
import { exampleRuns } from '../../analyzer/src/recovery/example-runs.ts';
import { incidentClocks } from '../../analyzer/src/recovery/incident-clock.ts';
import type { Mark } from '../../analyzer/src/recovery/mark.ts';
import type { RunRecord } from '../../analyzer/src/recovery/run-record.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import { drillPlan, modeRows } from '../../tui/src/model/drill-plan.ts';
import { type DrillState, NO_DRILL, type RunningDrill, tellDrill } from '../../tui/src/model/drill-state.ts';
import { type DrillUnderWay, runningDrill } from '../../tui/src/model/running-drill.ts';
import type { Screen, ScreenInput } from '../../tui/src/model/screen.ts';
import { DRILL } from '../../tui/src/screens/drill.ts';
import { oneFrame } from '../../tui/src/shell/one-frame.ts';
import { examplePicture } from '../support/example-picture.ts';
import { screenInput } from '../support/screen-input.ts';
import { expectPicture } from '../support/screen-picture.ts';

type Input = ScreenInput<DrillState>;

const ALERT = Date.UTC(2026, 10, 21, 2, 1, 36);
const BEGAN = ALERT - 41_000;
const RUNS = exampleRuns();
const SHORT = RUNS.filter((run, n) => !(run.architecture === 'edge-functions' && run.scenario.id === 'leak-after-deploy' && n % 2 === 1));

let picture: Picture;
beforeAll(async () => {
  picture = { ...(await examplePicture()), nowMs: ALERT, sources: [] };
});

const RUNNING: RunningDrill = {
  scenario: 'slow-dependency',
  architecture: 'lambda-sqs',
  runNumber: 2,
  state: 'injecting',
  nowMs: BEGAN + 192_000,
  beganMs: BEGAN,
  stopsAtMs: BEGAN + 900_000,
  isBlind: true,
  fault: '+300 ms each 3rd request',
  touches: 'this process and its calls to pricing; no cloud call is made',
  abort: 'A twice',
  seed: 41,
  steps: [
    { what: 'fault starts', atMs: BEGAN, by: 'nightlight' },
    { what: 'first alert', atMs: ALERT, by: 'nightlight (p99 rule)' },
    { what: 'hypothesis', atMs: undefined, by: 'you, press h' },
    { what: 'confirm root cause', atMs: undefined, by: 'you, press c' },
  ],
};

const MARKS: readonly Mark[] = [
  { v: 1, id: 'm1', incident: 'i1', atMs: BEGAN, by: 'nightlight', mark: 'inject' },
  { v: 1, id: 'm2', incident: 'i1', atMs: ALERT, by: 'nightlight', mark: 'alert', source: 'failed-share' },
  { v: 1, id: 'm3', incident: 'i1', atMs: ALERT + 2_000, by: 'ana', mark: 'hypothesis', component: 'prices' },
];

function told(runs: readonly RunRecord[], running?: RunningDrill): DrillState {
  return tellDrill(undefined, { clocks: [], board: runs.length === 0 ? undefined : boardOf(runs), runs, doubts: [] }, running);
}

const input = (state: DrillState, view: Partial<Input['view']> = {}, size = { width: 80, height: 17 }): Input =>
  screenInput(picture, view, size, state) as Input;
const all = (of: Input) => DRILL.draw(of).map(textOf).join('\n');

describe('the plan', () => {
  test('counts the runs of each cell, and says which drill comes next and how long all take at least', () => {
    const text = all(input(told(SHORT)));
    expect(text).toMatch(/leak-after-deploy +2\/5 +5\/5 +5\/5 +3/);
    expect(text).toContain('EXAMPLE, invented runs. 3 runs left in 1 of 12 cells, at least');
    expect(DRILL.next(input(told(SHORT)))).toBe('drill leak-after-deploy on edge-functions (2 of 5 runs)   enter: a recipe');
    // Three runs at the median of the 12 runs of that scenario, unconfirmed ones with what was searched.
    const plan = drillPlan(boardOf(SHORT))!;
    const spans = SHORT.filter(({ scenario }) => scenario.id === 'leak-after-deploy').map(({ searchedMs }) => searchedMs);
    const middle = spans.sort((a, b) => a - b)[spans.length >> 1]!;
    expect(plan.takes).toBe(`at least ${Math.floor((3 * middle) / 60_000 + 0.5)} min`);
  });

  test('has nothing left when every cell has its runs', () => {
    expect(DRILL.why(input(told(RUNS)))).toBe('every cell of the board has its runs: it ranks');
    expect(all(input(told(RUNS)))).toContain('nothing is left');
  });

  test('without any run says what a fair ranking needs', () => {
    expect(all(input(NO_DRILL)).replace(/\s+/g, ' ')).toContain('the same scenarios on every architecture, 5 runs in each cell');
    expect(DRILL.why(input(NO_DRILL))).toContain('nothing was drilled yet');
  });
});

describe('what can be provoked', () => {
  test('is the whole catalogue, and what this input shows stands first', () => {
    const rows = modeRows(picture.report, RUNS);
    expect(rows).toHaveLength(25);
    expect(rows[0]).toMatchObject({ id: 'heap-leak', seen: 'checkout: shown', from: 'inside' });
    expect(rows.find(({ id }) => id === 'pool-exhaustion')).toMatchObject({ runCount: 15 });
    expect(modeRows({ ...picture.report, modes: undefined }, []).map(({ mode }) => mode.number)).toEqual(rows.map((_, n) => n + 1));
  });

  test('counts a run under the mode that its scenario provokes, and says which scenario D would start', () => {
    const scenarios = [
      { id: 'leak', provokes: 'heap-leak' },
      { id: 'slow-every-third', provokes: 'slow-not-down' },
      { id: 'slow-not-down', provokes: 'slow-not-down' },
    ];
    const runs = ['leak', 'slow-every-third', 'slow-not-down', 'of-the-house'].map((id, n) => ({
      ...RUNS[n]!,
      scenario: { ...RUNS[n]!.scenario, id },
    }));
    const rows = modeRows(picture.report, runs, scenarios);
    const row = (wanted: string) => rows.find(({ id }) => id === wanted)!;
    expect(row('heap-leak')).toMatchObject({ runCount: 1, scenarios: ['leak'] });
    expect(row('slow-not-down')).toMatchObject({ runCount: 2, scenarios: ['slow-every-third', 'slow-not-down'] });
    expect(row('stale-cache')).toMatchObject({ runCount: 0, scenarios: [] });
    const state: DrillState = { ...told(runs), scenarios };
    expect(DRILL.drill!(input(state, { selected: 'heap-leak' }))).toBe('leak');
    expect(DRILL.drill!(input(state, { selected: 'stale-cache' }))).toBeUndefined();
    const recipe = all(input(state, { crumbs: [{ id: 'heap-leak', title: '' }] }, { width: 100, height: 40 }));
    expect(recipe).toContain('drill    D starts leak; nightlight drill run without the dashboard');
    expect(recipe).toMatch(/ leak on /);
  });

  test('a drill that did not run says why, in the place of the plan', () => {
    const refused = 'expected a target, found \u001b[2J none';
    const why = DRILL.why(input({ ...told(RUNS), refused }));
    expect(why).toMatch(/^the drill did not run: expected a target/);
    expect(why).not.toContain('\u001b');
  });

  test('enter opens a recipe with its requests, its runbook and its earlier runs', () => {
    const state = told(RUNS);
    expect(DRILL.open!(input(state, { selected: 'pool-exhaustion' }))).toEqual({
      kind: 'open',
      crumb: { id: 'pool-exhaustion', title: 'pool-exhaustion' },
    });
    const text = all(input(state, { crumbs: [{ id: 'pool-exhaustion', title: '' }] }, { width: 100, height: 40 }));
    expect(text).toContain('fault    pool size 1');
    expect(text).toMatch(/send {5}3 attempts of \d+ requests, 500 at a time, payload ordinary/);
    expect(text).toMatch(/2026-\d\d-\d\d +> 1:00:00 {2}pool-exhaustion on edge-functions/);
    expect(DRILL.rows(input(state, { crumbs: [{ id: 'pool-exhaustion', title: '' }] }))).toEqual([]);
  });

  test('o shows the earlier runs, the newest first and those that were not confirmed as longer than', () => {
    const effect = DRILL.act!(input(told(RUNS)), 'earlier-runs');
    const state = effect.kind === 'state' ? effect.state : NO_DRILL;
    const days = [...all(input(state)).matchAll(/2026-\d\d-\d\d/g)].map(([day]) => day);
    expect(days.length).toBeGreaterThan(2);
    expect(days).toEqual(days.toSorted().toReversed());
    expect(tellDrill(state, told(SHORT), undefined).showsRuns).toBe(true);
  });

  test('is found by a filter', () => {
    expect(DRILL.rows(input(NO_DRILL, { filter: { text: 'pool', isInverse: false } }))).toEqual(['pool-exhaustion']);
    expect(all(input(NO_DRILL, { filter: { text: 'nothing so', isInverse: false } }))).toContain('no way of failing passes the filter');
  });
});

describe('a drill under way', () => {
  test('says that it is one, what it touches, how to end it, and which step waits', () => {
    const text = all(input(told(RUNS, RUNNING)));
    expect(text).toContain('DRILL, NOT AN INCIDENT');
    expect(text).toContain('● INJECTING, fault began 3:12 ago, ends by itself in 11:48');
    expect(text).toContain('no cloud call is made');
    expect(text).toMatch(/✓ first alert +0:41/);
    expect(text).toMatch(/▸ hypothesis +--:-- +you, press h/);
    expect(DRILL.next(input(told(RUNS, RUNNING)))).toMatch(/^hypothesis \(you, press h\) {3}A twice aborts/);
    expect(DRILL.rows(input(told(RUNS, RUNNING)))).toEqual([]);
  });

  test('whose fault has ended by itself stays hidden while the search goes on', () => {
    const searching = input(told(RUNS, { ...RUNNING, state: 'searching' }), {}, { width: 140, height: 40 });
    expect(all(searching)).toContain('THE FAULT IS OVER, the search goes on');
    expect(`${all(searching)}${DRILL.why(searching)}${DRILL.next(searching)}`).not.toMatch(/slow-dependency|300 ms/);
  });

  test('is made of what its runner noted and of the clock of its incident', () => {
    const note = { scenario: 'slow-not-down', magnitude: '0.95', seed: 45, architecture: 'shop', isBlind: false, isToldToEnd: false };
    const under: DrillUnderWay = { ...note, beganMs: BEGAN, stopsAtMs: BEGAN + 60_000, ended: undefined };
    const state = (part: Partial<DrillUnderWay>, nowMs = BEGAN + 1_000) =>
      runningDrill({ ...under, ...part }, undefined, RUNS, nowMs).state;
    expect(state({ beganMs: undefined })).toBe('preparing');
    expect(state({})).toBe('injecting');
    expect(state({}, BEGAN + 60_001)).toBe('searching');
    expect(state({ isToldToEnd: true })).toBe('aborted');
    // At the end of its time every process is told to end, which is no abort.
    expect(state({ isToldToEnd: true }, BEGAN + 60_001)).toBe('searching');
    expect(state({ ended: 'ended' })).toBe('restored');
    const [clock] = incidentClocks(MARKS, BEGAN + 50_000);
    const running = runningDrill(under, clock, [], BEGAN + 50_000);
    expect(running.steps.map(({ what, atMs, by }) => [what, atMs, by])).toEqual([
      ['fault starts', BEGAN, 'nightlight'],
      ['first alert', ALERT, 'nightlight (failed-share)'],
      ['hypothesis', ALERT + 2_000, 'ana'],
      ['confirm root cause', undefined, 'you, press c'],
    ]);
    expect(running).toMatchObject({ runNumber: 1, fault: '0.95', seed: 45, stopsAtMs: BEGAN + 60_000 });
  });

  test('that is blind tells nothing of its fault before it is over, in no place', () => {
    const during = input(told(RUNS, RUNNING), {}, { width: 140, height: 40 });
    expect(`${all(during)}${DRILL.why(during)}${DRILL.next(during)}`).not.toMatch(/slow-dependency|300 ms/);
    const after = input(told(RUNS, { ...RUNNING, state: 'restored' }), {}, { width: 140, height: 40 });
    expect(all(after)).toContain('+300 ms each 3rd request');
    expect(all(after)).toMatch(/DRILL, OVER +slow-dependency on lambda-sqs/);
    expect(all(after)).toMatch(/> 1:00:00 {2}slow-dependency on edge-functions/);
    expect(all(input(told(RUNS, { ...RUNNING, isBlind: false })))).toContain('+300 ms each 3rd request');
  });
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
    people: [{ name: hostile }],
  }));
  const wild: RunningDrill = { ...RUNNING, isBlind: false, fault: hostile, touches: hostile, architecture: hostile, scenario: hostile };
  for (const state of [told(SHORT), NO_DRILL, told(evil), { ...told(evil), showsRuns: true }, told(evil, wild), told([], RUNNING)]) {
    for (const crumbs of [[], [{ id: 'heap-leak', title: '' }]]) {
      const lines = DRILL.draw(input(state, { crumbs }, { width, height }));
      expect(lines.length).toBeLessThanOrEqual(height);
      expect(lines.filter((each) => lineWidth(each) > width).map(textOf)).toEqual([]);
      expect(lines.map(textOf).join('')).not.toMatch(/[\u001b\u202e]/);
    }
  }
});

test.each([
  ['drill', 80, 24],
  ['drill', 140, 45],
  ['drill-running', 80, 24],
])('the picture %s in the documentation at %i x %i is what the screen shows', async (name, width, height) => {
  const screen: Screen<DrillState> = { ...DRILL, start: told(SHORT, name === 'drill' ? undefined : RUNNING) };
  const lines = oneFrame({
    picture,
    screen: screen as Screen,
    screens: [screen as Screen],
    headline: [],
    width,
    height,
    glyphs: 'braille',
    wallMs: ALERT + 151_000,
  });
  expect(lines.map(lineWidth)).toEqual(Array(height).fill(width));
  await expectPicture(`${name}-${width}x${height}`, 'nightlight watch: what is left to drill, and how', lines, width);
});
