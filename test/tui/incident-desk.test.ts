/** The incident clock beside the dashboard: what goes wrong with its file is told, and ends nothing. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { appendMark } from '../../tui/src/incident/incident-log.ts';
import { IncidentDesk } from '../../tui/src/watch/incident-desk.ts';
import { reportPicture } from '../support/report-picture.ts';
import { leakingReport } from '../support/sample-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-desk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START_MS = Date.UTC(2026, 10, 21, 2);
const picture = reportPicture(leakingReport(), ['logs/'], 1);

function deskOf(log: string, clock = { nowMs: START_MS }) {
  const world = { environment: { NIGHTLIGHT_USER: 'ann' }, nowMs: () => clock.nowMs };
  return { desk: new IncidentDesk({ log, raisesAlerts: true }, world), world, clock };
}

test('a log in a place where none can be takes the clock away and nothing else', () => {
  writeFileSync(join(folder, 'a-file'), '');
  const { desk } = deskOf(join(folder, 'a-file', 'marks.ndjson'));
  expect(desk.current()).toBeUndefined();
  desk.noteView('overview');
  expect(desk.told().doubts).toContain(desk.fault);
  expect(desk.fault).toContain('ENOTDIR');
  expect(() => desk.mark('alert', ['checkout p99'], picture)).toThrow(/expected a log that a mark can be added to/);
});

test('a log that can be written again is used again', () => {
  const log = join(folder, 'later');
  writeFileSync(log, '');
  rmSync(log);
  const { desk } = deskOf(log);
  desk.mark('alert', ['checkout p99'], picture);
  chmodSync(log, 0o600);
  expect(desk.fault).toBeUndefined();
  expect(desk.current()?.title).toBe('checkout p99');
});

test('what somebody else marks is seen, and frames of one second share one answer', () => {
  const log = join(folder, 'shared.ndjson');
  const { desk, world, clock } = deskOf(log);
  desk.mark('alert', ['checkout p99'], picture);
  expect(desk.told()).toBe(desk.told());
  const { id } = desk.current()!;
  appendMark(log, { mark: 'hypothesis', incident: id, component: 'pricing', by: 'bob' }, world);
  expect(desk.current()!.hypotheses).toMatchObject([{ component: 'pricing', by: 'bob' }]);
  const before = desk.current()!.search;
  clock.nowMs += 5_000;
  expect(desk.current()!.search).not.toEqual(before);
});

test('a screen counts as one view, however often it is opened, and the clock itself as none', () => {
  const log = join(folder, 'views.ndjson');
  const { desk } = deskOf(log);
  desk.mark('alert', ['checkout p99'], picture);
  for (const screen of ['memory', 'recovery', 'memory', 'drill'] as const) desk.noteView(screen);
  const marks = readFileSync(log, 'utf8').trim().split('\n');
  expect(marks.map((line) => (JSON.parse(line) as { mark: string }).mark)).toEqual(['alert', 'view']);
});

test('what may be confirmed begins with what is believed, also where nothing was found there, and ends with what was refuted', () => {
  const { desk, clock } = deskOf(join(folder, 'suspects.ndjson'));
  desk.mark('alert', ['checkout p99'], picture);
  const [worst] = picture.report.findings.filter(({ harm }) => harm === 'users' || harm === 'soon');
  expect(desk.suspects(picture)[0]).toEqual([worst!.functionName, worst!.id]);
  clock.nowMs += 1_000;
  desk.mark('hypothesis', ['payments-db', ''], picture);
  expect(desk.suspects(picture).slice(0, 2)).toEqual([['payments-db'], [worst!.functionName, worst!.id]]);
  clock.nowMs += 1_000;
  desk.mark('hypothesis', [worst!.functionName, ''], picture);
  desk.mark('refute', [worst!.functionName, 'p50 is flat'], picture);
  clock.nowMs += 1_000;
  expect(desk.suspects(picture, { component: 'mail', finding: 'F-9' })[0]).toEqual(['mail', 'F-9']);
  expect(desk.suspects(picture).at(-1)![0]).toBe(worst!.functionName);
});
