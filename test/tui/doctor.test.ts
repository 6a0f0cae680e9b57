/** Each line of the doctor, against a machine that has what is needed and its twin that has not. */
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { layOutLayer } from '../../agent/layer/lay-out.mjs';
import { runDoctor, type ShippedPlaces } from '../../tui/src/commands/doctor.ts';
import { checkClock } from '../../tui/src/doctor/check-clock.ts';
import { checkIncidentLog } from '../../tui/src/doctor/check-incident-log.ts';
import { checkPort } from '../../tui/src/doctor/check-port.ts';
import { checkAgent, checkAws, checkLayer, checkNode } from '../../tui/src/doctor/check-programs.ts';
import { checkSample } from '../../tui/src/doctor/check-sample.ts';
import { checkTerminal } from '../../tui/src/doctor/check-terminal.ts';
import { processWorld } from '../../tui/src/process-world.ts';
import type { World } from '../../tui/src/world.ts';
import { runNightlight } from '../support/test-world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-doctor-test-'));
const layer = join(folder, 'layer');
const agent = join(root, 'agent/dist/preload.cjs');
const demo = join(root, 'fixtures/demo');
beforeAll(() => layOutLayer(join(root, 'agent'), layer));
afterAll(() => rmSync(folder, { recursive: true }));

test('Node is old below 20.19', () => {
  expect(['20.19.0', '22.1.0', '20.18.9', '18.20.1'].map((version) => checkNode(version).mark)).toEqual(['ok', 'ok', '!', '!']);
});

test('a terminal is told by its size, its colours and its characters; none at all is no failure', () => {
  const marks = (columns: number, rows: number, environment: World['environment']) =>
    checkTerminal(onTerminal(columns, environment), rows).map(({ what, mark }) => `${mark} ${what}`);
  expect(marks(120, 40, { TERM: 'xterm-256color', LANG: 'C.UTF-8' })).toEqual(['ok size', 'ok colours', 'ok characters', '? frames']);
  expect(marks(79, 40, { TERM: 'dumb', LANG: 'C' })).toEqual(['! size', '? colours', '? characters', '? frames']);
  expect(marks(80, 19, { TERM: 'xterm', NO_COLOR: '1' })).toEqual(['! size', '? colours', 'ok characters', '? frames']);
  expect(checkTerminal({ ...processWorld(), stdout: { write: () => {}, isTerminal: false, columns: undefined } }, undefined)).toMatchObject(
    [{ mark: '?', what: 'terminal' }],
  );
});

test('a port that somebody has is named, with who to ask and how to choose another', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await checkPort(port)).toMatchObject({
    mark: '!',
    next: `lsof -i :${port} names it; nightlight watch --listen 127.0.0.1:${port + 1} takes another`,
  });
  server.close();
  await once(server, 'close');
  expect(await checkPort(port)).toMatchObject({ mark: 'ok' });
});

test('a clock is held against the file system and against the age of the program', () => {
  const program = join(folder, 'program');
  writeFileSync(program, '');
  const now = Date.now();
  expect(checkClock(now, program, folder)).toMatchObject({ mark: 'ok' });
  expect(checkClock(now - 600_000, program, folder)).toMatchObject({
    mark: '!',
    found: expect.stringMatching(/the file system is (599|600|601) s ahead$/),
  });
  expect(checkClock(now + 600_000, program, folder).found).toMatch(/ s behind$/);
  utimesSync(program, new Date(now + 400 * 86_400_000), new Date(now + 400 * 86_400_000));
  expect(checkClock(now, program, folder)).toMatchObject({ mark: '!', found: expect.stringContaining('before this program was made') });
  expect(checkClock(now, join(folder, 'gone'), join(folder, 'gone'))).toMatchObject({ mark: '?' });
});

test('aws is told by its version; without it only pull is missed', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'aws'), '#!/bin/sh\necho aws-cli/2.31.0 Python/3.13 Linux/6\n');
  chmodSync(join(bin, 'aws'), 0o755);
  expect(await checkAws({ PATH: `${bin}:/usr/bin:/bin` })).toMatchObject({
    mark: 'ok',
    found: expect.stringMatching(/^aws-cli\/2\.31\.0;/),
  });
  expect(await checkAws({ PATH: join(folder, 'gone') })).toMatchObject({
    mark: '?',
    found: expect.stringContaining('only nightlight pull'),
  });
});

test('the built agent measures an empty program without a complaint, and one that does not is no agent', async () => {
  expect(checkLayer(layer)).toMatchObject({ mark: 'ok' });
  expect(await checkAgent(agent, process.env)).toEqual({
    mark: 'ok',
    what: 'agent',
    found: 'measures an empty program of this Node',
    next: '',
  });
  const broken = join(folder, 'preload.cjs');
  writeFileSync(broken, '');
  expect(await checkAgent(broken, process.env)).toMatchObject({ mark: '!', found: 'an empty program under it wrote no lines' });
  expect(checkLayer(join(folder, 'gone'))).toMatchObject({ mark: '!' });
});

test('the analysis is tried on an incident whose answer is known', async () => {
  const example = join(root, 'fixtures/example');
  expect(await checkSample(example, processWorld())).toMatchObject({
    mark: 'ok',
    found: expect.stringContaining('OUT OF MEMORY checkout'),
  });
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  expect(await checkSample(empty, processWorld())).toMatchObject({ mark: '!' });
  expect(await checkSample(join(folder, 'gone'), processWorld())).toMatchObject({ mark: '!' });
});

test('the incident log is looked at and not touched: there, not there yet, torn, or impossible', async () => {
  const log = join(folder, 'state/incidents.ndjson');
  expect(checkIncidentLog(log)).toMatchObject({ mark: 'ok', found: expect.stringContaining('made with the first mark') });
  expect((await runNightlight(['incident', 'start', 'checkout is slow', '--log', log])).exitCode).toBe(0);
  expect(checkIncidentLog(log)).toMatchObject({ mark: 'ok', found: `${log}, 1 marks` });
  const before = readFileSync(log, 'utf8');
  appendFileSync(log, '{"not":"a mark"}\n');
  expect(checkIncidentLog(log)).toMatchObject({ mark: '?', found: `${log}, 1 marks, 1 lines that are none` });
  expect(readFileSync(log, 'utf8')).toBe(`${before}{"not":"a mark"}\n`);
  expect(checkIncidentLog(join(log, 'below.ndjson'))).toMatchObject({ mark: '!' });
});

test('a line for each, and exit code 1 only where something will not work', async () => {
  const seen = await doctor({ layer, agent, demo });
  const marks = [...seen.stdout.matchAll(/^(ok|!|\?) /gm)].map(([, mark]) => mark);
  expect(marks.length).toBeGreaterThanOrEqual(9);
  expect(seen.exitCode).toBe(marks.includes('!') ? 1 : 0);
  const summary = marks.includes('!')
    ? /will not work\.$/
    : marks.includes('?')
      ? /cannot be told here/
      : /^All that is needed is there\.$/;
  expect(seen.stdout.trimEnd().split('\n').at(-1)).toMatch(summary);
  const worse = await doctor({ layer: join(folder, 'gone'), agent, demo });
  expect(worse.exitCode).toBe(1);
  expect(worse.stdout).toMatch(/^! {3}layer .*\n {18}next: install nightlight again/m);
});

test('--config prints each value with where it came from, and never a token', async () => {
  const place = join(folder, 'config/below');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(folder, 'config/nightlight.config.json'), '{"known":[]}');
  const home = process.cwd();
  process.chdir(place);
  try {
    const { stdout, exitCode } = await runNightlight(['doctor', '--config', '--runs', 'mine.ndjson', '--ascii'], {
      environment: { NIGHTLIGHT_INCIDENTS: '/var/log/marks', TERM: 'xterm', NIGHTLIGHT_OTLP_ENDPOINT: 'https://user:s3cret@collector' },
    });
    expect(exitCode).toBe(0);
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(['incident log', '/var/log/marks', 'NIGHTLIGHT_INCIDENTS']);
    expect(rows).toContainEqual(['runs', 'mine.ndjson', '--runs']);
    expect(rows).toContainEqual(['colours', '16', 'TERM']);
    expect(rows).toContainEqual(['characters', 'ascii', '--ascii']);
    expect(rows).toContainEqual(['width', 'of the terminal', 'default']);
    expect(rows).toContainEqual(['known failures', '0, 0 of them muted', expect.stringMatching(/config\/nightlight\.config\.json$/)]);
    expect(rows).toContainEqual(['NIGHTLIGHT_OTLP_ENDPOINT', 'set', 'environment; read by the agent']);
    expect(stdout).not.toContain('s3cret');
  } finally {
    process.chdir(home);
  }
});

async function doctor(places: ShippedPlaces) {
  let stdout = '';
  const write = (text: string) => {
    stdout += text;
  };
  const world = { ...processWorld(), stdout: { isTerminal: false, columns: undefined, write } };
  const exitCode = await runDoctor({ color: true, log: join(folder, 'fresh.ndjson') }, world, places);
  return { exitCode, stdout };
}

function onTerminal(columns: number, environment: World['environment']): World {
  return { ...processWorld(), environment, stdout: { write: () => {}, isTerminal: true, columns } };
}
