import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { reportToJson, writeJson } from '../../analyzer/src/report/json.ts';
import { csvOf, nightRows } from '../support/night-export.ts';
import { runNightlight } from '../support/test-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NIGHT_MS = Date.UTC(2026, 10, 20, 1);
const DAY_MS = 86_400_000;

function exported(name: string, ...nights: readonly string[][]): string {
  const path = join(folder, name);
  writeFileSync(path, csvOf(nights.flat()));
  return path;
}

const usual = exported('monday.csv', nightRows({ seed: 1, fromMs: NIGHT_MS, invocations: 2000 }));
const twin = exported('tuesday.csv', nightRows({ seed: 2, fromMs: NIGHT_MS + DAY_MS, invocations: 2000 }));
const broken = exported(
  'wednesday.csv',
  nightRows({ seed: 3, fromMs: NIGHT_MS + 2 * DAY_MS, invocations: 2000, warmMs: 60, initMs: 420, failures: { 'cannot read total': 100 } }),
);

async function compared(words: readonly string[]) {
  const run = await runNightlight(['compare', '--function', 'checkout', '--format', 'json', ...words]);
  return { ...run, json: run.stdout === '' ? undefined : JSON.parse(run.stdout) };
}

const kindsOf = (json: { figures: { figure: string; verdict: { kind: string } }[] }) =>
  Object.fromEntries(json.figures.map(({ figure, verdict }) => [figure, verdict.kind]));

describe('two exports', () => {
  test('a slower deployment with a new failure is told with its size', async () => {
    const { json, exitCode } = await compared([usual, broken]);
    expect(exitCode).toBe(0);
    expect(json.schema).toBe('comparison-1');
    expect(json.failures).toMatchObject([
      { type: 'TypeError', before: { count: 0, of: 2000 }, after: { count: 20, of: 2000 }, news: { kind: 'new' } },
    ]);
    expect(kindsOf(json)).toMatchObject({
      latency: 'worse',
      init: 'worse',
      'failure-rate': 'worse',
      cost: 'worse',
      tail: 'worse',
      'cold-share': 'no-change-shown',
    });
    const latency = json.figures.find(({ figure }: { figure: string }) => figure === 'latency');
    expect(latency.low).toBeLessThan(1.5);
    expect(latency.high).toBeGreaterThan(1.5);
    const init = json.figures.find(({ figure }: { figure: string }) => figure === 'init');
    expect([init.beforeCount, init.afterCount]).toEqual([100, 100]);
    expect(init.low).toBeLessThan(1.4);
    expect(init.high).toBeGreaterThan(1.4);
  });

  test('the same the other way round is better, and the failure gone', async () => {
    const { json } = await compared([broken, usual]);
    expect(json.failures[0].news.kind).toBe('gone');
    expect(kindsOf(json)).toMatchObject({ latency: 'better', init: 'better', 'failure-rate': 'better', cost: 'better' });
    expect(json.notes).toEqual(['the first input is younger than the second: before and after may be swapped']);
  });

  test('an ordinary next day changes nothing, and says what would have shown', async () => {
    const { json, exitCode } = await compared([usual, twin, '--fail-on', 'worse,new']);
    expect(exitCode).toBe(0);
    expect(json.failures).toEqual([]);
    expect(new Set(Object.values(kindsOf(json)))).toEqual(new Set(['no-change-shown', 'cannot-tell']));
    const init = json.figures.find(({ figure }: { figure: string }) => figure === 'init');
    expect(init.verdict.kind).toBe('no-change-shown');
    expect(init.verdict.detectable).toBeGreaterThan(init.before * 1.02);
    expect(init.verdict.detectable).toBeLessThan(init.before * 1.2);
    expect((await runNightlight(['compare', '--function', 'checkout', usual, twin])).stdout).toMatch(/^# No change shown/);
  });
});

describe('gates', () => {
  test('trip with 3 on what is shown', async () => {
    expect((await compared([usual, broken, '--fail-on', 'new'])).exitCode).toBe(3);
    const { json, exitCode } = await compared([usual, broken, '--fail-on', 'worse']);
    expect(exitCode).toBe(3);
    expect(json.gate.tripped).toHaveLength(1);
  });

  test('stay open with 4 where too little ran to tell, and say what is missing', async () => {
    const few = exported('few.csv', nightRows({ seed: 5, fromMs: NIGHT_MS, invocations: 12 }));
    const { json, exitCode } = await compared([few, broken, '--fail-on', 'worse', '--fail-on', 'new']);
    expect(exitCode).toBe(4);
    expect(json.failures[0].news.kind).toBe('perhaps-new');
    expect(json.gate.undecided.map(({ gate }: { gate: string }) => gate)).toEqual(['worse', 'new']);
    expect(json.gate.undecided[1].missing).toContain('none in 12 before still allows');
  });

  test('an input that is not there ends with 1, whatever was found', async () => {
    const { exitCode, stderr } = await compared([join(folder, 'nowhere.csv'), broken, '--fail-on', 'new']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('READ_NOT_FOUND');
  });
});

describe('one export', () => {
  const versions = exported(
    'versions.csv',
    nightRows({ seed: 7, fromMs: NIGHT_MS, invocations: 1500, version: '41' }),
    nightRows({ seed: 8, fromMs: NIGHT_MS + 1_600_000, invocations: 1500, version: '42', warmMs: 55, failures: { 'no such order': 60 } }),
  );

  test('holds two versions against each other', async () => {
    const { json } = await compared([versions, '--version-before', '41', '--version-after', '42']);
    expect([json.before.label, json.after.label]).toEqual(['version 41', 'version 42']);
    expect([json.before.invocationCount, json.after.invocationCount]).toEqual([1500, 1500]);
    expect(kindsOf(json)).toMatchObject({ latency: 'worse', init: 'no-change-shown' });
    expect(json.failures).toMatchObject([{ news: { kind: 'new' }, before: { count: 0, of: 1500 } }]);
  });

  test('says which versions ran when one did not', async () => {
    const { exitCode, stderr } = await compared([versions, '--version-before', '41', '--version-after', '43']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('expected a version that ran in this input (41, 42), found 43');
  });

  test('holds two windows against each other', async () => {
    const iso = (atMs: number) => new Date(atMs).toISOString();
    const window = (fromMs: number) => `${iso(fromMs)}..${iso(fromMs + 1_500_000)}`;
    const { json } = await compared([versions, '--before-window', window(NIGHT_MS), '--after-window', window(NIGHT_MS + 1_600_000)]);
    expect([json.before.invocationCount, json.after.invocationCount]).toEqual([1500, 1500]);
    expect(kindsOf(json)).toMatchObject({ latency: 'worse' });
  });

  test('of more than a day is held against the same hour of the day before', async () => {
    // Every morning is slow: against the hour before, it would look like a regression.
    const hour = (seed: number, fromMs: number, warmMs: number) => nightRows({ seed, fromMs, invocations: 1200, everyMs: 3000, warmMs });
    const days = exported('days.csv', hour(11, NIGHT_MS, 90), hour(12, NIGHT_MS + DAY_MS - 3_600_000, 40), hour(13, NIGHT_MS + DAY_MS, 90));
    const { json } = await compared([days]);
    expect(json.after.invocationCount).toBeGreaterThan(1100);
    expect(json.before.invocationCount).toBeGreaterThan(1100);
    expect(kindsOf(json).latency).toBe('no-change-shown');
  });

  test('of less than a day says what else can be compared', async () => {
    const { exitCode, stderr } = await compared([usual]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/COMPARE_TOO_SHORT.*more than 24 hours/);
    expect(stderr).toContain('--version-before');
  });
});

describe('reports', () => {
  test('are compared by the intervals they hold, and say that they show less', async () => {
    const paths = await Promise.all(
      [usual, broken].map(async (path, i) => {
        const report = await analyze([path], { functionName: 'checkout' });
        const to = join(folder, `report-${i}.json`);
        writeFileSync(to, writeJson(reportToJson(report), 2));
        return to;
      }),
    );
    const { json } = await compared(paths);
    expect(json.before.from).toBe('report');
    expect(kindsOf(json)).toMatchObject({ latency: 'worse', init: 'worse', 'failure-rate': 'worse' });
    expect(json.failures[0].news.kind).toBe('new');
    expect(json.notes[0]).toContain('a report holds percentiles');
  });

  test('that are cut in the middle are no reports', async () => {
    const path = join(folder, 'cut.json');
    writeFileSync(path, '{\n  "schema": "report-1",\n  "tool"');
    const { exitCode, stderr } = await compared([path, usual]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('COMPARE_NOT_A_REPORT');
  });
});

describe('the words', () => {
  test('name what is new first, on a terminal within its width', async () => {
    const { stdout } = await runNightlight(['compare', usual, broken, '--function', 'checkout'], { isTerminal: true, columns: 80 });
    const plain = stdout.replace(/\u001b\[[0-9;]*m/g, '');
    expect(plain).toMatch(/^! 1 new failure, \d worse\nbefore: /);
    expect(plain).toContain('0 of 2,000 before (at most 0.18 %), 20 of 2,000 after (0.61 % to 1.5 %)');
    expect(plain.split('\n').filter((line) => line.length > 80 && !line.includes(folder))).toEqual([]);
  });

  test('carry nothing out of a log that could control the terminal', async () => {
    const evil = exported('evil.csv', nightRows({ seed: 9, fromMs: NIGHT_MS, invocations: 400, failures: { 'x\u001b[2J|y': 10 } }));
    const { stdout } = await runNightlight(['compare', usual, evil, '--function', 'checkout', '--format', 'text', '--no-color']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('TypeError');
  });

  test('a wrong question is answered with the right one', async () => {
    expect((await compared([usual, twin, '--version-before', '41'])).stderr).toContain('expected --version-after beside --version-before');
    expect((await compared([usual, '--before-window', 'x', '--after-window', 'y'])).stderr).toContain(
      'expected two times with .. between them',
    );
    expect((await compared([usual, twin, broken])).stderr).toContain('expected two inputs');
    expect((await compared([usual, twin, '--fail-on', 'slow'])).stderr).toContain('expected one of worse, new, found slow');
    expect((await runNightlight(['compare', usual, twin], { interrupted: true })).exitCode).toBe(130);
  });
});
