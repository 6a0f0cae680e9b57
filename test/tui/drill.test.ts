/** Drills from the command line: real processes that are hurt, ended and killed, and the log in which all of it stands. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/index.ts';
import { alertRules } from '../../analyzer/src/recovery/alert-rules.ts';
import { boardOf } from '../../analyzer/src/recovery/board.ts';
import { incidentClocks } from '../../analyzer/src/recovery/incident-clock.ts';
import { readMarkLog } from '../../analyzer/src/recovery/mark-log.ts';
import { readRuns, runOfIncident } from '../../analyzer/src/recovery/run-record.ts';
import { runDrillPlan } from '../../tui/src/commands/drill.ts';
import { outcomeOf } from '../../tui/src/drill/drill-record.ts';
import { readWeekEvidence } from '../../tui/src/drill/week-evidence.ts';
import { type WeekDay, type WeekEvidence, weekPlan } from '../../tui/src/model/week-plan.ts';
import { processWorld } from '../../tui/src/process-world.ts';
import { DrillDesk } from '../../tui/src/watch/drill-desk.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const started: ChildProcess[] = [];
const folders: string[] = [];
afterAll(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Desk {
  readonly log: string;
  readonly architecture: string;
  nightlight(...words: string[]): { readonly code: number | null; readonly text: string };
  /** Goes on while the test does. */
  begin(...words: string[]): {
    readonly child: ChildProcess;
    text(): string;
    heard(words: string): Promise<void>;
    readonly code: Promise<number | null>;
  };
  clock(): ReturnType<typeof incidentClocks>[number];
}

function desk(start: readonly string[] = ['node', at('test/support/drill-target.mjs'), at('agent/dist')]): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-desk-'));
  folders.push(folder);
  const log = join(folder, 'incidents.ndjson');
  const architecture = join(folder, 'architecture.json');
  const place = { target: 'process:asker', peer: 'prices', component: 'prices' };
  const scenarios = { 'dependency-outage': place, 'node-lost': { ...place, environment: { SHOP_SIZE: 'large' } } };
  writeFileSync(architecture, JSON.stringify({ name: 'asker', archetype: 'long-running', start, scenarios }));
  const env = { ...process.env, NIGHTLIGHT_INCIDENTS: log, NIGHTLIGHT_USER: 'ana' };
  const main = at('tui/dist/main.js');
  return {
    log,
    architecture,
    nightlight(...words) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], { env, encoding: 'utf8' });
      return { code: status, text: `${stdout}${stderr}` };
    },
    begin(...words) {
      const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      started.push(child);
      let said = '';
      let ended = false;
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
      const code = new Promise<number | null>((done) => child.once('close', done));
      void code.then(() => (ended = true));
      return {
        child,
        code,
        text: () => said,
        async heard(wanted) {
          while (!said.includes(wanted)) {
            if (ended) throw new Error(`it ended before it said "${wanted}":\n${said}`);
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        },
      };
    },
    clock: () => incidentClocks(readMarkLog(readFileSync(log, 'utf8')).marks, Date.now())[0]!,
  };
}

const runWords = (architecture: string) => ['drill', 'run', 'dependency-outage', '--architecture', architecture, '--warm-up', '1500ms'];

describe.concurrent('a drill', () => {
  test('ends with the right confirmation, keeps the wrong one, is refused a second beside it, and lands on the board', async () => {
    const { begin, nightlight, clock, architecture, log } = desk();
    const drill = begin(...runWords(architecture), '--blind', '--people', 'ana:2');
    await drill.heard('the clock runs');
    expect(nightlight(...runWords(architecture))).toMatchObject({ code: 1, text: expect.stringContaining('error[DRILL_UNDER_WAY]') });
    expect(drill.text()).not.toContain('dependency');
    expect(readFileSync(log, 'utf8')).not.toMatch(/dependency-outage|ECONNREFUSED/);
    const proof = ['--fingerprint', 'it fails', '--proof', 'by comparison', '--proof-kind', 'truth'];
    nightlight('incident', 'confirm', '--component', 'asker', ...proof);
    await drill.heard('ana confirmed asker: that is not what was injected');
    nightlight('incident', 'confirm', '--component', 'prices', ...proof);
    expect(await drill.code).toBe(0);
    expect(drill.text()).toMatch(/It was dependency-outage at prices: confirmed.*\n(.*\n)*.*restored {2}1 of 1 processes/);
    expect(clock()).toMatchObject({ state: 'recovered', search: { kind: 'confirmed' }, wrongHypothesisCount: 1 });
    expect(runOfIncident(clock())).toMatchObject({
      architecture: 'asker',
      scenario: { id: 'dependency-outage', seed: 43 },
      people: [{ name: 'ana', familiarity: 2 }],
      isConfirmed: true,
    });
  });

  test('whose scenario says so takes its outside step again and again while the fault lasts, started as the scenario needs it', async () => {
    const { begin, architecture, log } = desk();
    const out = join(log, '../telemetry');
    const spans = ['--warm-up', '100ms', '--duration', '6s', '--afterwards', '1s', '--search', '1s', '--out', out];
    const drill = begin('drill', 'run', 'node-lost', '--architecture', architecture, '--headless-confirm', ...spans);
    expect(await drill.code).toBe(4);
    expect(drill.text()).toContain('from outside: noted');
    // At once and every 1.5 s while the fault lasts; ten times would take longer.
    const steps = readFileSync(join(out, 'steps.txt'), 'utf8').trim().split('\n');
    expect(new Set(steps)).toEqual(new Set(['kill-one large']));
    expect(steps.length).toBeGreaterThanOrEqual(2);
    expect(steps.length).toBeLessThanOrEqual(5);
  });

  test('is ended by abort from another terminal, and stands in the log as not confirmed', async () => {
    const { begin, nightlight, clock, architecture } = desk();
    const drill = begin(...runWords(architecture));
    await drill.heard('injected');
    expect(nightlight('drill', 'abort').text).toContain('is told to end');
    expect(await drill.code).toBe(130);
    expect(
      clock()
        .marks.map(({ mark, note }) => [mark, note])
        .at(-1),
    ).toEqual(['recovered', 'the drill is over: it was aborted']);
    expect(nightlight('drill', 'abort').text).toContain('no drill is under way');
  });

  test('whose controller is killed leaves no process behind, and its truth is told by whoever comes next', async () => {
    const { begin, nightlight, clock, architecture, log } = desk();
    const drill = begin(...runWords(architecture));
    await drill.heard('injected');
    const { targetPid } = JSON.parse(readFileSync(join(log, '../drill-under-way.json'), 'utf8'));
    drill.child.kill('SIGKILL');
    await drill.code;
    // What has ended and was not fetched by anybody yet counts as gone.
    const isThere = () => /^[^Z]/m.test(spawnSync('ps', ['-o', 'stat=', '-g', `${targetPid}`], { encoding: 'utf8' }).stdout);
    while (isThere()) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(nightlight('drill', 'abort').text).toContain('had lost its controller');
    expect(clock()).toMatchObject({ state: 'recovered', confirmation: undefined });
    expect(clock().marks.some(({ scenario }) => scenario?.id === 'dependency-outage')).toBe(true);
  });

  test('is started from the dashboard, shown there step by step, and ended by a key that is pressed twice', async () => {
    const { clock, architecture, log } = desk();
    const drills = new DrillDesk(
      { log, command: [process.execPath, at('tui/dist/main.js')], watchedFolder: undefined, workingFolder: at('.') },
      { nowMs: Date.now, environment: process.env },
    );
    const shown = () => drills.running({ clocks: existsSync(log) ? [clock()] : [], runs: [] });
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
      return shown()!;
    };
    expect(shown()).toBeUndefined();
    expect(drills.start(['leak', architecture, 'n'])).toBe('asker does not say how to run leak; it knows dependency-outage, node-lost');
    expect(drills.start(['dependency-outage', architecture, 'y'])).toContain('asker starts');
    expect(await until(() => shown() !== undefined)).toMatchObject({ architecture: 'asker', isBlind: true, runNumber: 1 });
    expect(drills.start(['any', architecture, ''])).toContain('a drill is under way on asker');
    const { steps, fault } = await until(() => shown()!.beganMs !== undefined);
    expect(fault).toBe('every call refused');
    expect(steps[0]).toMatchObject({ what: 'fault starts', atMs: expect.any(Number) });
    expect(drills.abort()).toBe('A again ends the drill, and puts everything back');
    expect(drills.abort()).toContain('is told to end');
    await until(() => !existsSync(join(log, '../drill-under-way.json')));
    expect(shown()).toMatchObject({ state: 'aborted' });
    expect(shown()!.steps.at(-1)).toMatchObject({ what: 'confirm root cause', atMs: undefined, by: 'you, press c' });
    expect(clock().marks.at(-1)).toMatchObject({ note: 'the drill is over: it was aborted' });
    expect(drills.abort()).toBe('no drill is under way');
  });

  test('that the dashboard could not start is told there, with what was found', async () => {
    const { architecture, log } = desk(['no-such-command']);
    const drills = new DrillDesk(
      { log, command: [process.execPath, at('tui/dist/main.js')], watchedFolder: undefined, workingFolder: at('.') },
      { nowMs: Date.now, environment: process.env },
    );
    drills.start(['dependency-outage', architecture, 'n']);
    while (drills.offer.refused === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(drills.offer.refused).toMatch(/DRILL_TARGET_NOT_READY.*ENOENT/);
  });

  test.each([
    [
      'a target that dies at its start',
      ['node', '-e', 'throw new Error("listen EADDRINUSE: address already in use")'],
      /DRILL_TARGET_NOT_READY.*EADDRINUSE|DRILL_TARGET_NOT_READY.*Node\.js/,
    ],
    ['a target that is not there', ['no-such-command'], /DRILL_TARGET_NOT_READY.*ENOENT/],
  ])('%s is said, and nothing stands in the log', (_, start, told) => {
    const { nightlight, architecture, log } = desk(start);
    expect(nightlight(...runWords(architecture))).toMatchObject({ code: 1, text: expect.stringMatching(told) });
    expect(() => readFileSync(log)).toThrow('ENOENT');
  });

  test('of a system whose file would set the keys of the drill is refused', () => {
    const { nightlight, architecture } = desk();
    const file = JSON.parse(readFileSync(architecture, 'utf8'));
    file.scenarios['node-lost'].environment = { NIGHTLIGHT_DRILL_SECRET: 'known to everybody' };
    writeFileSync(architecture, JSON.stringify(file));
    expect(nightlight(...runWords(architecture)).text).toMatch(
      /DRILL_ARCHITECTURE.*node-lost: expected "environment" to be names with texts/,
    );
  });

  test('of an unknown scenario, or one that the architecture does not know, names those that can be run', () => {
    const { nightlight, architecture } = desk();
    expect(nightlight('drill', 'run', 'meteor', '--architecture', architecture).text).toMatch(
      /expected one of upstream-blocked.*found meteor/,
    );
    expect(nightlight('drill', 'run', 'leak', '--architecture', architecture).text).toMatch(
      /asker says how to run \(dependency-outage, node-lost\), found leak/,
    );
  });
});

test('the plan names the cells that lack runs, and the first week marks what was shown', () => {
  const { nightlight, architecture } = desk();
  const plan = nightlight('drill', 'plan', '--architecture', architecture);
  expect(plan).toMatchObject({
    code: 4,
    text: expect.stringContaining('0/5  nightlight drill run dependency-outage --architecture asker'),
  });
  const week = nightlight('drill', 'plan', '--week', '--architecture', architecture, '--done', '2', '--note', 'two attempts at most');
  expect(week.text).toMatch(/\[ \] day 1[\s\S]*\[x\] day 2[\s\S]*two attempts at most/);
});

test('a day of the first week is done by a drill that ran, not by one that was aborted', () => {
  const record = { scenario: 'dependency-outage', architecture: 'asker', atMs: 0 };
  const onDisk = (ended: string) => ({ records: [{ ...record, ended }], notes: [], evidence: [], folder: 'week' });
  const done = (ended: string) => weekPlan('asker', 'leak', onDisk(ended)).map(({ done }) => done !== undefined);
  expect(done('time-over')).toEqual([false, false, false, false, true, false, false]);
  expect(done('aborted')).toEqual(Array(7).fill(false));
});

describe('the first week, each day by its own command', () => {
  const telemetry = at('fixtures/recovery/drills/one-service');
  const begin = () => {
    const { log } = desk();
    const folder = join(log, '..');
    const world = { ...processWorld(), environment: { NIGHTLIGHT_INCIDENTS: log } };
    const week = async (): Promise<WeekDay[]> => {
      const said: string[] = [];
      const stdout = { write: (part: string) => void said.push(part), isTerminal: false, columns: undefined };
      const asked = { architecture: [at('fixtures/architectures/one-service/architecture.json')], week: true, log } as const;
      await runDrillPlan({ ...asked, chosen: 'dependency-outage', format: 'json' }, { ...world, stdout });
      return JSON.parse(said.join(''));
    };
    writeFileSync(join(folder, 'nightlight'), `#!/bin/sh\nexec "${process.execPath}" "${at('tui/dist/main.js')}" "$@"\n`, { mode: 0o700 });
    /** As somebody at a shell runs it, with the words that stand for something filled in. */
    const run = ({ command }: WeekDay, filled: Readonly<Record<string, string>> = {}, env: NodeJS.ProcessEnv = {}) => {
      const whole = Object.entries(filled).reduce((text, [word, by]) => text.replaceAll(word, by), command);
      const path = `${folder}:${process.env.PATH}`;
      spawnSync('sh', ['-c', whole], { cwd: at('.'), env: { PATH: path, NIGHTLIGHT_INCIDENTS: log, NO_COLOR: '1', ...env } });
    };
    return { log, week, run };
  };

  test('is done where the evidence is on the disk and says so, and not done where it says less', async () => {
    const { log, week, run } = begin();
    const asked = await week();
    expect(asked.map(({ done, lacking }) => done ?? lacking)).toEqual(Array(7).fill(undefined));
    // Real runs of this shop: days 1 and 5 are what such a drill leaves.
    for (const name of ['drills.ndjson', 'incidents.ndjson'])
      writeFileSync(join(log, '..', name), readFileSync(at(`fixtures/recovery/drills/${name}`)));
    run(asked[1]!, { TELEMETRY: telemetry });
    run(asked[2]!, { TELEMETRY: telemetry });
    const traced = mkdtempSync(join(log, '../hops-'));
    for (const hop of ['order.log', 'worker.log']) writeFileSync(join(traced, hop), 'trace 4bf92f3577b34da6 is served\n');
    run(asked[3]!, { TELEMETRY: traced, TRACE_ID: '4bf92f3577b34da6' });
    run(asked[5]!, { INCIDENT: 'INC-E3S5' });
    run(asked[6]!, {}, { NIGHTLIGHT_DRILL: 'on', NIGHTLIGHT_DRILL_SECRET: 'not to be kept' });
    const days = await week();
    expect(days.map(({ done }) => done !== undefined)).toEqual([true, true, false, true, true, false, false]);
    expect(days[1]!.done).toMatch(/^attempts for each call: one-service to mailer 1\.93, /);
    expect(days[2]!.lacking).toMatch(/^a p99\.9 needs 3700 warm requests of one function, the most there are is \d+$/);
    expect(days[3]!.done).toBe('found at 2 hops: order.log, worker.log');
    expect(days[5]!.lacking).toBe('no sentence below a heading "Surprises"');
    expect(days[6]!.lacking).toBe('still set: NIGHTLIGHT_DRILL, NIGHTLIGHT_DRILL_SECRET');
    expect(readFileSync(join(log, '../first-week-one-service/day-7.txt'), 'utf8')).not.toContain('not to be kept');

    appendFileSync(join(log, '../first-week-one-service/day-6.md'), '\n## Surprises\n\n- The mail was repeated three times at once.\n');
    run(asked[6]!);
    run(asked[3]!, { TELEMETRY: traced, TRACE_ID: 'of-nobody' });
    const later = await week();
    expect([later[5]!.done, later[6]!.done]).toEqual(['1 surprise written down', 'nothing of a drill is set']);
    expect([later[3]!.done, later[3]!.lacking]).toEqual([undefined, 'found at no hop: the journey breaks, or is not logged']);
  });

  test('a note counts where nothing else can know, and never against the evidence', () => {
    const note = { day: 7, note: 'all gone', atMs: 0 };
    const day = (evidence: readonly WeekEvidence[]) =>
      weekPlan('shop', 'leak', { records: [], notes: [note], evidence, folder: 'week' })[6]!;
    expect(day([]).done).toBe('1970-01-01: all gone');
    expect(day([{ day: 7, kind: 'shown', what: 'nothing of a drill is set' }]).done).toBe(
      'nothing of a drill is set; 1970-01-01: all gone',
    );
    expect(day([{ day: 7, kind: 'lacking', missing: 'still set: A' }])).toMatchObject({ done: undefined, lacking: 'still set: A' });
  });

  test('a p99.9 is one from 3,700 requests on, with a budget that is kept', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightlight-week-'));
    folders.push(folder);
    const told = (sampleCount: number, kind: 'within' | 'broken' | 'undetermined') => {
      const p999Ms = sampleCount < 3_700 ? null : { value: 812.4, low: 700, high: 900 };
      const report = {
        latency: [{ functionName: 'shop', warm: { sampleCount, p999Ms } }],
        budgets: [{ functionName: 'shop', figure: 'p999', kind }],
      };
      writeFileSync(join(folder, 'day-3.json'), JSON.stringify(report));
      return readWeekEvidence(folder);
    };
    expect(told(4_000, 'within')).toEqual([{ day: 3, kind: 'shown', what: 'p99.9 shop 812 ms (n = 4000)' }]);
    expect(told(3_600, 'undetermined')).toMatchObject([{ kind: 'lacking' }]);
    expect(told(4_000, 'broken')).toMatchObject([{ missing: 'the budget is broken by shop; p99.9 shop 812 ms (n = 4000)' }]);
    expect(told(4_000, 'undetermined')).toMatchObject([{ missing: expect.stringContaining('no budget is shown to be kept') }]);
    writeFileSync(join(folder, 'day-3.json'), '{ torn');
    expect(readWeekEvidence(folder)).toEqual([{ day: 3, kind: 'lacking', missing: 'the file is no report in JSON' }]);
  });
});

test('analyze tells which modes were drilled and handled, and that an aborted drill is none', () => {
  const { nightlight, log } = desk();
  const file = join(log, '../drills.ndjson');
  const record = { v: 1, archetype: 'queue-worker' };
  const lines = [
    { ...record, modeId: 'poison-batch', outcome: 'handled' },
    { ...record, modeId: 'duplicate-delivery', outcome: 'silently-wrong' },
    { ...record, modeId: 'heap-leak', outcome: 'aborted' },
  ];
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\ntorn {`);
  const { text } = nightlight(
    'analyze',
    at('fixtures/edge-cases/11-three-attempts-one-id.filter.json'),
    '--drills',
    file,
    '--format',
    'json',
  );
  const worker = JSON.parse(text).coverage.find(({ archetype }: { archetype: string }) => archetype === 'queue-worker');
  expect(worker).toMatchObject({ drilled: expect.arrayContaining(['poison-batch', 'duplicate-delivery']), handled: ['poison-batch'] });
  expect(worker.drilled).toHaveLength(2);
  expect(nightlight('analyze', '.', '--drills', '/nowhere').text).toContain('error[DRILLS_NOT_READ]');
});

test.each([
  ['one-service', 'mailer'],
  ['queue-workers', 'payments'],
])('of the shipped telemetry of %s an outage is named first, with the peer that refused', (architecture, peer) => {
  const words = ['analyze', at(`fixtures/recovery/drills/${architecture}`), '--count-drills', '--format', 'json'];
  const { text } = desk().nightlight(...words);
  const { modes, suspects } = JSON.parse(text);
  expect(modes.recognised[0]).toMatchObject({
    modeId: 'dependency-outage',
    certainty: 'shown',
    evidence: [expect.stringContaining(peer), expect.anything()],
  });
  expect(suspects[0].suspects[0].component).toBe(peer);
});

test('of the shipped telemetry of a price list that is slow and not down, that is named, and an alert is raised before it fails', async () => {
  const report = await analyze([at('fixtures/recovery/drills/one-service-slow-not-down')], { countsDrills: true });
  expect(report.modes!.recognised.map(({ modeId }) => modeId)).toEqual(['slow-not-down']);
  expect(alertRules(undefined, report)).toMatchObject([
    { rule: 'near-limit', title: 'one-service: 78 of 194 calls to prices (40.2 %) end in the last fifth of their time limit' },
  ]);
});

test('the shipped runs of both example architectures are read whole', () => {
  const { values, unreadable } = readRuns(readFileSync(at('fixtures/recovery/drill-runs.ndjson'), 'utf8'));
  expect(unreadable).toEqual([]);
  expect(new Set(values.map(({ architecture }) => architecture))).toEqual(new Set(['one-service', 'queue-workers']));
  // Machines found some of the causes at once and suspected the wrong part in others: no person is among them, and none is invented.
  expect(values.map(({ people }) => people)).toEqual(values.map(() => []));
  expect(new Set(values.map(({ isConfirmed }) => isConfirmed))).toEqual(new Set([true, false]));
  const board = boardOf(values)!;
  expect(board.ranking.kind).not.toBe('ranked');
});

test('money that is gone without a word outweighs lost messages, and those outweigh errors', () => {
  const well = { accepted: 9, failed: 0, chargedTwice: 0, wrongSum: 0, lost: 0 };
  expect(outcomeOf(well, false)).toBe('handled');
  expect(outcomeOf({ ...well, failed: 2 }, false)).toBe('failed-requests');
  expect(outcomeOf({ ...well, failed: 2, lost: 1 }, false)).toBe('lost-messages');
  expect(outcomeOf({ ...well, lost: 1, chargedTwice: 1 }, false)).toBe('silently-wrong');
  expect(outcomeOf(undefined, false)).toBe('aborted');
});
