import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeMark, epochMilliseconds } from '../../agent/src/record/index.ts';
import { readMarkLog } from '../../analyzer/src/recovery/mark-log.ts';
import { incidentLogPath } from '../../tui/src/incident/incident-log.ts';
import { runNightlight } from '../support/test-world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-incident-'));
afterAll(() => rmSync(folder, { recursive: true }));

let log = '';
let files = 0;
beforeEach(() => {
  log = join(folder, `log-${files++}`, 'incidents.ndjson');
});

const NOON = Date.UTC(2026, 10, 21, 12);
/** @param minutes  after noon */
async function incident(words: readonly string[], minutes = 0) {
  return runNightlight(['incident', ...words], {
    environment: { NIGHTLIGHT_INCIDENTS: log, NIGHTLIGHT_USER: 'ana' },
    nowMs: NOON + minutes * 60_000,
  });
}

const PROOF = [
  '--component',
  'pricing',
  '--fingerprint',
  'heap +2.1 MB',
  '--proof',
  'rollback of v88 stopped it',
  '--proof-kind',
  'revert',
];

describe('an incident', () => {
  test('goes from alert to confirmed cause, one command a mark', async () => {
    const started = await incident(['start', 'checkout p99 > 2 s', '--source', 'pd-7712']);
    expect(started.stdout).toMatch(/^INC-[2-9A-Z]{4} {2}12:00:00 UTC {2}\+0:00 {2}alert {2}checkout p99 > 2 s, pd-7712\n/);
    await incident(['ack'], 1);
    await incident(['hypothesis', 'auth', 'auth', 'slow', '--view', 'latency'], 3);
    await incident(['refute', '1', 'p99 flat'], 6);
    await incident(['hypothesis', 'pricing', 'heap leak', '--view', 'memory', '--sink', 'otlp'], 9);
    const confirmed = await incident(['confirm', ...PROOF], 12);
    expect(confirmed.stdout).toContain('12:00 from alert to confirmed cause\n  [M] moderate: between 5 and 45 min');
    const { stdout } = await incident(['show'], 13);
    expect(stdout).toContain('  12:06:00   +6:00  ✗ refute        auth, p99 flat (ana)');
    expect(stdout).toContain('1 person, at most 12 person-minutes, 2 views, 1 sink, 1 wrong hypothesis');
    await incident(['mitigated'], 14);
    await incident(['recovered'], 20);
    expect((await incident(['list'], 21)).stdout).toMatch(
      /^ {3}INC-\w+ {2}2026-11-21 12:00 {2}12:00 {2}\[M\] {2}recovered {2}checkout p99 > 2 s\n$/,
    );
  });

  test('cannot be confirmed without a proof, and the clock goes on', async () => {
    await incident(['start', 'slow']);
    for (const words of [[], PROOF.slice(0, 4), [...PROOF.slice(0, 5), 'the trace'], [...PROOF.slice(0, 7), 'trace']]) {
      const run = await incident(['confirm', ...words], 4);
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr).toMatch(/^error\[INCIDENT_NOT_CONFIRMED\]: the clock goes on: .+\n {2}next: .+\n$/);
    }
    expect(readMarkLog(readFileSync(log, 'utf8')).marks).toHaveLength(1);
  });

  test('must be named where several are open', async () => {
    await incident(['start', 'one', '--incident', 'INC-1']);
    await incident(['start', 'two', '--incident', 'INC-2']);
    const run = await incident(['note', 'which?']);
    expect(run).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('expected --incident, because 2 are open: INC-1 (one), INC-2 (two)'),
    });
    expect((await incident(['note', 'this one', '--incident', 'inc-1'])).stdout).toMatch(/^INC-1 /);
    await incident(['recovered', '--incident', 'INC-2']);
    expect((await incident(['note', 'the one left'])).stdout).toMatch(/^INC-1 /);
  });

  test.each([
    [['note', 'x'], 'expected an open incident'],
    [['start', 'x', '--at', '23:00'], '--at'],
    [['show', 'INC-9'], 'expected an incident of'],
    [['refute', '3'], 'expected an open incident'],
    [['hypothesis'], "missing required argument 'component'"],
    [['dance'], "unknown command 'dance'"],
  ])('says what is wrong with %j', async (words, told) => {
    const run = await incident(words);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(told);
    expect(run.stderr).toContain('\n  next: ');
    expect(existsSync(log)).toBe(false);
  });

  test('may be noted later, with the time it happened; the future may not', async () => {
    await incident(['start', 'slow', '--at', '-20m']);
    const run = await incident(['confirm', ...PROOF, '--at', '11:50'], 1);
    expect(run.stdout).toContain('10:00 from alert to confirmed cause');
    expect((await incident(['note', 'x', '--at', '2026-11-21T12:30Z'])).stderr).toContain('expected a time that has been');
  });

  test('is exported for the review, redacted and printable', async () => {
    await incident(['start', 'slow \u001b[2J| <b>checkout</b>']);
    await incident(['note', 'used password=hunter2secret \u202e to look'], 1);
    await incident(['confirm', ...PROOF], 12);
    const { stdout } = await incident(['export']);
    expect(stdout).toContain('**pricing**: heap +2.1 MB. Proof (revert): rollback of v88 stopped it.');
    expect(stdout).toContain('\\| \\<b\\>checkout');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|hunter2secret/);
    const json = JSON.parse((await incident(['export', '--format', 'json'])).stdout);
    expect(json).toMatchObject({
      schema: 'incident-1',
      search: { kind: 'confirmed', afterMs: 720_000 },
      confirmation: { component: 'pricing' },
    });
    const out = join(folder, 'review.md');
    await incident(['export', '-o', out]);
    expect(readFileSync(out, 'utf8')).toBe(stdout);
  });

  test('tells of lines that it passed over, and still answers', async () => {
    await incident(['start', 'slow']);
    appendFileSync(log, '{"v":1,"id":"x","inci');
    await incident(['note', 'after the crash'], 1);
    const run = await incident(['show'], 2);
    expect(run.stderr).toContain('1 line is torn and passed over');
    expect(run.stdout).toContain('note   after the crash');
  });
});

describe('import', () => {
  test("takes in another person's log and the agent's lines once, wherever they stand", async () => {
    await incident(['start', 'slow', '--incident', 'INC-7']);
    const elsewhere = join(folder, 'elsewhere.log');
    const agentLine = encodeMark({
      kind: 'mark',
      atEpochMs: epochMilliseconds(NOON - 60_000),
      mark: 'confirmed',
      incidentId: 'INC-7',
      component: 'pricing',
    });
    const nameless = encodeMark({ kind: 'mark', atEpochMs: epochMilliseconds(NOON), mark: 'ack' });
    writeFileSync(
      elsewhere,
      `2026-11-21T12:00:00Z some line\n2026-11-21T12:00:01Z ${agentLine}\n${nameless}\n${readFileSync(log, 'utf8')}`,
    );
    const first = await incident(['import', elsewhere]);
    expect(first).toMatchObject({ exitCode: 0, stdout: `1 marks added to ${log}, 1 were there already\n` });
    expect(first.stderr).toContain('1 marks name no incident');
    expect((await incident(['import', elsewhere])).stdout).toContain('0 marks added');
    // The agent's word for it has no proof.
    expect((await incident(['show'])).stdout).toContain('a confirmation by nightlight does not count');
  });

  test('of a file without marks ends with 4, of no file with 1', async () => {
    const empty = join(folder, 'empty.log');
    writeFileSync(empty, 'START RequestId: x\n');
    expect((await incident(['import', empty])).exitCode).toBe(4);
    expect((await incident(['import', join(folder, 'none')])).exitCode).toBe(1);
  });
});

test('the log lies where it is told to, else in the state folder', () => {
  expect(incidentLogPath('a', { NIGHTLIGHT_INCIDENTS: 'b', XDG_STATE_HOME: '/c', HOME: '/d' })).toBe('a');
  expect(incidentLogPath(undefined, { NIGHTLIGHT_INCIDENTS: 'b', XDG_STATE_HOME: '/c' })).toBe('b');
  expect(incidentLogPath(undefined, { XDG_STATE_HOME: '/c', HOME: '/d' })).toBe('/c/nightlight/incidents.ndjson');
  expect(incidentLogPath(undefined, { HOME: '/d' })).toBe('/d/.local/state/nightlight/incidents.ndjson');
  expect(incidentLogPath(undefined, {})).toBe('.nightlight/incidents.ndjson');
});

describe('processes that write at once', () => {
  test('lose no mark that was acknowledged, even when they are killed while they write', async () => {
    const writer = join(folder, 'writer.mjs');
    writeFileSync(
      join(folder, 'writer.ts'),
      `import { appendMark } from '${root}tui/src/incident/incident-log.ts';
       const world = { environment: { NIGHTLIGHT_USER: process.argv[3]! }, nowMs: Date.now };
       for (let i = 0; ; i++) {
         const { id } = appendMark(process.argv[2]!, { incident: 'INC-7', mark: 'note', note: 'x'.repeat((i * 97) % 3000) }, world);
         process.stdout.write(id + '\\n');
       }`,
    );
    await build({
      entryPoints: [join(folder, 'writer.ts')],
      outfile: writer,
      bundle: true,
      format: 'esm',
      platform: 'node',
      conditions: ['nightlight-source'],
      nodePaths: [join(root, 'node_modules')],
      logLevel: 'error',
    });
    const acknowledged: string[] = [];
    // Each round tears at another place; a round's writers find what the one before left.
    for (let round = 0; round < 3; round++) {
      const writers = Array.from({ length: 3 }, (_, index) =>
        spawn(process.execPath, [writer, log, `p${index}`], { stdio: ['ignore', 'pipe', 'inherit'] }),
      );
      await Promise.all(writers.map((child) => killedAfter(child, 10 + 4 * round, acknowledged)));
      appendFileSync(log, `{"v":1,"id":"torn-${round}","note":"${'y'.repeat(round * 50)}`);
    }
    const { marks, tornCount, unreadable } = readMarkLog(readFileSync(log, 'utf8'));
    const kept = new Set(marks.map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThan(90);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(unreadable).toEqual([]);
    expect(tornCount).toBeGreaterThanOrEqual(3);
    expect(new Set(marks.map(({ by }) => by)).size).toBe(3);
  });

  test('need no lock: commands of several people at once all stand in the log', async () => {
    const run = promisify(execFile);
    const environment = { ...process.env, NIGHTLIGHT_INCIDENTS: log };
    const nightlight = (...words: string[]) =>
      run(process.execPath, [join(root, 'tui/dist/main.js'), 'incident', ...words], { env: environment });
    await nightlight('start', 'slow', '--incident', 'INC-7');
    await Promise.all(['ana', 'bo', 'cy', 'di'].map((by) => nightlight('note', `seen by ${by}`, '--by', by)));
    const { marks, tornCount } = readMarkLog(readFileSync(log, 'utf8'));
    expect(
      marks
        .map(({ by }) => by)
        .slice(1)
        .sort(),
    ).toEqual(['ana', 'bo', 'cy', 'di']);
    expect(tornCount).toBe(0);
  });
});

/** @param marks  to wait for before SIGKILL */
async function killedAfter(child: ChildProcess, marks: number, acknowledged: string[]): Promise<void> {
  let told = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    told += chunk.toString();
    if (told.split('\n').length > marks) child.kill('SIGKILL');
  });
  await once(child, 'close');
  acknowledged.push(...told.split('\n').slice(0, -1));
}
