import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { boardOf } from '../../analyzer/src/recovery/board.ts';
import { exampleRuns } from '../../analyzer/src/recovery/example-runs.ts';
import { incidentClocks } from '../../analyzer/src/recovery/incident-clock.ts';
import type { Mark } from '../../analyzer/src/recovery/mark.ts';
import { encodeMark } from '../../analyzer/src/recovery/mark.ts';
import { encodeRun, type RunRecord, readRuns, runOfIncident } from '../../analyzer/src/recovery/run-record.ts';
import { boardSchema, markSchema, runSchema } from '../../analyzer/src/report/schema/recovery-schema.ts';

const MINUTE = 60_000;
const SCENARIO = { id: 'slow', hash: '4f1c', seed: 41, load: '20 rps', magnitude: '+300 ms', durationMs: 900_000 };

/** @param minutes  one run each, by another person; negative: not confirmed after so long */
function runsOf(architecture: string, minutes: readonly number[], members: Partial<RunRecord> = {}): RunRecord[] {
  return minutes.map((each, index) => ({
    v: 1,
    id: `${architecture}-${members.scenario?.id ?? 'slow'}-${index}`,
    architecture,
    scenario: SCENARIO,
    isConfirmed: each > 0,
    searchedMs: Math.abs(each) * MINUTE,
    isMasked: false,
    viewCount: 2,
    people: [{ name: `p${index}`, familiarity: 2 }],
    ...members,
  }));
}

describe('a cell', () => {
  test('counts an unconfirmed run as longer than it lasted', () => {
    const board = boardOf(runsOf('a', [10, 12, -60, -60, -60]));
    expect(board.cells[0]![0]).toMatchObject({
      kind: 'runs',
      confirmedCount: 2,
      median: { kind: 'beyond', value: 60 * MINUTE },
      class: { kind: 'told', class: 'nightmare' },
    });
  });

  test('leaves its class open where unconfirmed runs may still change it', () => {
    const board = boardOf(runsOf('a', [10, 12, -20, -20, -20]));
    expect(board.cells[0]![0]).toMatchObject({ class: { kind: 'open', low: 'moderate', high: 'nightmare' } });
    expect(board.totals[0]!.nightmares).toEqual({ low: 0, high: 1 });
  });

  test('is the same scenario only when seed, load, magnitude, duration and file are the same', () => {
    const board = boardOf([...runsOf('a', [10]), ...runsOf('b', [10], { scenario: { ...SCENARIO, seed: 42 } })]);
    expect(board.scenarios.map(({ label }) => label)).toEqual(['slow (seed 41)', 'slow (seed 42)']);
    expect(board.cells.map((row) => row.map(({ kind }) => kind))).toEqual([
      ['runs', 'not-run'],
      ['not-run', 'runs'],
    ]);
  });
});

describe('a ranking', () => {
  test('is refused until every architecture has the same scenarios five times, and names what is missing', () => {
    expect(boardOf([]).ranking).toEqual({ kind: 'refused', missing: ['runs: there are none'] });
    expect(boardOf(runsOf('a', [1, 2, 3, 4, 5])).ranking).toMatchObject({ missing: ['a second architecture: all runs are of a'] });
    const other = runsOf('a', [1, 2, 3, 4, 5], { scenario: { ...SCENARIO, id: 'leak' } });
    expect(boardOf([...runsOf('a', [1, 2, 3, 4, 5]), ...runsOf('b', [1, 2, 3, 4]), ...other]).ranking).toEqual({
      kind: 'refused',
      missing: ['leak on b: not run', 'slow on b: 4 of 5 runs'],
    });
  });

  test('puts first what is shown to be easier', () => {
    const { ranking } = boardOf([...runsOf('a', [20, 24, 31, 28, 22, 26, 30, 21]), ...runsOf('b', [9, 12, 14, 15, 10, 11, 16, 9])]);
    expect(ranking).toMatchObject({
      places: [
        { place: 1, architecture: 'b' },
        { place: 2, architecture: 'a' },
      ],
      comparisons: [{ pairCount: 8, verdict: { kind: 'easier', architecture: 'b' } }],
    });
  });

  test('does not separate what overlaps', () => {
    const { ranking } = boardOf([...runsOf('a', [20, 9, 31, 12, 22]), ...runsOf('b', [10, 22, 14, 30, 10])]);
    expect(ranking).toMatchObject({ places: [{ place: 1 }, { place: 1 }], comparisons: [{ verdict: { kind: 'not-separable' } }] });
  });

  test('compares only runs of the same person', () => {
    const strangers = runsOf('b', [1, 1, 1, 1, 1]).map((run, index) => ({ ...run, people: [{ name: `q${index}` }] }));
    const { ranking } = boardOf([...runsOf('a', [40, 40, 40, 40, 40]), ...strangers]);
    expect(ranking).toMatchObject({
      comparisons: [
        {
          pairCount: 0,
          ratio: undefined,
          verdict: { kind: 'not-separable', because: expect.stringContaining('0 runs of the same person') },
        },
      ],
    });
  });

  test('never lets unconfirmed runs look easy', () => {
    // Given up after 5 minutes each: nobody knows how long it would have taken.
    const { ranking } = boardOf([...runsOf('a', [20, 24, 31, 28, 22, 26, 30, 21]), ...runsOf('b', [-5, -5, -5, -5, -5, -5, -5, -5])]);
    expect(ranking).toMatchObject({ comparisons: [{ verdict: { kind: 'not-separable' }, ratio: { interval: { low: 0 } } }] });
  });

  test('is by nightmares first, where more of them cannot be chance', () => {
    const long = runsOf('a', [46, 47, 46, 48, 46, 47, 46, 49]);
    const short = runsOf('b', [44, 43, 44, 42, 44, 43, 44, 41]);
    expect(boardOf([...long, ...short]).ranking).toMatchObject({
      comparisons: [
        {
          onlyFirstNightmare: 8,
          onlySecondNightmare: 0,
          verdict: { kind: 'easier', architecture: 'b', because: expect.stringContaining('nightmare') },
        },
      ],
    });
  });

  test('comes out the same each time', () => {
    expect(boardOf(exampleRuns())).toEqual(boardOf(exampleRuns().reverse().reverse()));
  });
});

describe('familiarity', () => {
  const rated = (architecture: string, familiarity: number) =>
    runsOf(architecture, [10, 11, 12, 13, 14]).map((run, index) => ({ ...run, people: [{ name: `p${index}`, familiarity }] }));

  test('that differs by two steps is warned of', () => {
    expect(boardOf([...rated('a', 4), ...rated('b', 2)]).warnings).toEqual([
      expect.stringContaining('people know a better than b (5 of 5 people by 2 or more)'),
    ]);
  });

  test('that differs by less is not', () => {
    expect(boardOf([...rated('a', 3), ...rated('b', 2)]).warnings).toEqual([]);
  });

  test('that nobody told is asked for', () => {
    const unrated = runsOf('b', [10]).map((run) => ({ ...run, people: [{ name: 'p0' }] }));
    expect(boardOf([...rated('a', 3), ...unrated]).warnings).toEqual([expect.stringContaining('nobody rated how well they know b')]);
  });
});

describe('a drill in the log of marks', () => {
  const at = (mark: Mark['mark'], minutes: number, members: Partial<Mark> = {}): Mark => ({
    v: 1,
    id: `${mark}${minutes}`,
    incident: 'INC-7',
    mark,
    atMs: minutes * MINUTE,
    by: 'ana',
    ...members,
  });
  const drill = [
    at('inject', 0, {
      architecture: 'lambda-sqs',
      scenario: SCENARIO,
      people: [{ name: 'ana', familiarity: 3 }],
      component: 'pricing',
      by: 'nightlight',
    }),
    at('alert', 1, { by: 'nightlight' }),
    at('view', 2, { view: 'memory' }),
  ];
  const confirm = at('confirm', 9, { component: 'pricing', fingerprint: 'heap', proof: 'as injected', proofKind: 'truth' });

  test('is a run on the board', () => {
    const [clock] = incidentClocks([...drill, confirm], 10 * MINUTE);
    expect(runOfIncident(clock!)).toMatchObject({
      architecture: 'lambda-sqs',
      isConfirmed: true,
      searchedMs: 8 * MINUTE,
      detectionMs: MINUTE,
      viewCount: 1,
      people: [{ familiarity: 3 }],
    });
  });

  test('is none while somebody still searches; an incident without a scenario never is', () => {
    expect(runOfIncident(incidentClocks(drill, 10 * MINUTE)[0]!)).toBeUndefined();
    expect(runOfIncident(incidentClocks([...drill, at('recovered', 30)], 31 * MINUTE)[0]!)).toMatchObject({
      isConfirmed: false,
      searchedMs: 29 * MINUTE,
    });
    expect(runOfIncident(incidentClocks([at('alert', 0), confirm], 31 * MINUTE)[0]!)).toBeUndefined();
  });
});

describe('the runs file', () => {
  const file = readFileSync(new URL('../../fixtures/recovery/example-runs.ndjson', import.meta.url), 'utf8');

  test('of the fixtures is what the generator makes, every run marked as invented', () => {
    expect(file).toBe(
      exampleRuns()
        .map((run) => `${encodeRun(run)}\n`)
        .join(''),
    );
    const { values, unreadable, tornCount } = readRuns(file);
    expect({ unreadable, tornCount }).toEqual({ unreadable: [], tornCount: 0 });
    expect(values).toEqual(exampleRuns());
    expect(values.every(({ isExample }) => isExample === true)).toBe(true);
  });

  test('says of a line that is no run what it lacks', () => {
    const whole = JSON.parse(file.split('\n')[0]!);
    for (const member of ['id', 'architecture', 'scenario', 'isConfirmed', 'searchedMs', 'isMasked', 'people']) {
      const { unreadable, values } = readRuns(JSON.stringify({ ...whole, [member]: undefined }));
      expect(values).toEqual([]);
      expect(unreadable).toMatchObject(
        [{ line: 1, because: expect.stringMatching(/^it /) }].map((line) => ({ ...line, because: expect.any(String) })),
      );
    }
    expect(readRuns(JSON.stringify({ ...whole, mood: 'tired' })).values[0]!.others).toEqual({ mood: 'tired' });
  });

  test('and everything written for programs fits its schema, and a broken one does not', () => {
    const ajv = new Ajv2020({ strict: false });
    const isRun = ajv.compile(runSchema());
    expect(exampleRuns().every((run) => isRun(JSON.parse(encodeRun(run))))).toBe(true);
    expect(isRun({ ...exampleRuns()[0], isMasked: 'no' })).toBe(false);
    const isBoard = ajv.compile(boardSchema());
    for (const runs of [[], exampleRuns().slice(0, 9), exampleRuns()]) {
      expect(isBoard(JSON.parse(JSON.stringify(boardOf(runs)))), ajv.errorsText(isBoard.errors)).toBe(true);
    }
    expect(isBoard({ ...boardOf([]), ranking: { kind: 'ranked' } })).toBe(false);
    const isMark = ajv.compile(markSchema());
    const mark: Mark = { v: 1, id: 'a', incident: 'INC-7', mark: 'alert', atMs: 5, by: 'ana', scenario: SCENARIO };
    expect(isMark(JSON.parse(encodeMark(mark)))).toBe(true);
    expect(isMark({ ...mark, mark: 'cheer' })).toBe(false);
  });
});
