/** What the header says of how fresh the data is, and where the keys of time begin. */
import { expect, test } from 'vitest';
import type { SourceState } from '../../analyzer/src/live/picture.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import { footerLines, headerLines, staleMs } from '../../tui/src/model/shell-lines.ts';
import { type ShellFacts, startShell, stepShell } from '../../tui/src/model/shell-state.ts';
import { reportPicture } from '../support/report-picture.ts';
import { leakingReport } from '../support/sample-report.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 100 * HOUR_MS;
const FACTS: ShellFacts = {
  nowMs: NOW_MS,
  screens: ['overview'],
  rows: [],
  sorts: [],
  moments: [],
  alertMs: undefined,
  earliestMs: NOW_MS - 14 * HOUR_MS,
};

test('an export of this morning that was read a minute ago is not a source that has stopped; one that came live is', () => {
  expect(staleMs(pictureOf(stopped(NOW_MS - 12 * HOUR_MS)), NOW_MS)).toBeUndefined();
  expect(staleMs(pictureOf(stopped(NOW_MS - 61_000)), NOW_MS)).toBe(60_000);
  expect(staleMs(pictureOf(stopped(NOW_MS - 12 * HOUR_MS), stopped(NOW_MS - 61_000)), NOW_MS)).toBe(60_000);
});

test('a WHY without room loses clauses and never half of a figure', () => {
  const why =
    'checkout: killed for want of memory, climbing 14 MB each: 12 of 607 attempts; dense now; 1 in 69 in the last 15 min; in 12 sandboxes';
  const rows = (width: number) =>
    footerLines({ state: startShell('overview'), why, next: 'q' }, width, 4)
      .slice(0, 2)
      .map((row) => textOf(row).trim());
  expect(rows(60)).toEqual(['WHY  checkout: killed for want of memory, climbing 14 MB', 'each: 12 of 607 attempts; dense now …']);
  expect(rows(90).join(' ')).toBe(`WHY  ${why}`);
});

test('at a moment that is gone back to the header says whose verdicts these are', () => {
  const told = (lookedBack: 'past' | 'reading' | 'now') => {
    const state = { ...startShell('overview'), atMs: Date.UTC(2026, 10, 21, 1, 53), isPaused: true };
    const facts = {
      picture: pictureOf(stopped(NOW_MS)),
      opening: '',
      state,
      screens: [],
      wallMs: NOW_MS,
      incident: [],
      heldCount: 0,
      lookedBack,
    };
    return textOf(headerLines(facts, 80)[0]!);
  };
  expect(told('past')).toMatch(/^ nightlight {2}◂ AT .*01:53:00 UTC {2}as it stood then; 0 goes back/);
  expect(told('reading')).toContain('reading what was known then');
  expect(told('now')).toContain('verdicts are of now');
});

test('beside what is played again stands its own clock, and not the one on the wall', () => {
  const picture = { ...pictureOf(stopped(NOW_MS)), nowMs: Date.UTC(2026, 10, 21, 1, 55, 19) };
  const header = (kind: 'file' | 'replay') => {
    const sources = picture.sources.map((source): SourceState => ({ ...source, kind }));
    const facts = {
      ...{ picture: { ...picture, sources }, opening: '', state: startShell('overview'), screens: [], incident: [], heldCount: 0 },
      ...{ wallMs: Date.UTC(2026, 10, 21, 22, 57, 18), lookedBack: 'now' as const },
    };
    return textOf(headerLines(facts, 120)[0]!);
  };
  expect(header('replay')).toContain('01:55:19 UTC');
  expect(header('file')).toContain('22:57:18 UTC');
});

test('the first step back leads into what is shown, however long ago that ended', () => {
  const latestMs = NOW_MS - 12 * HOUR_MS;
  expect(pressed(',', { ...FACTS, latestMs }).atMs).toBe(latestMs - 60_000);
  expect(pressed(',', FACTS).atMs).toBe(NOW_MS - 60_000);
});

test('without an alert a leads to where the harm began, and says that it is no alert; without harm nowhere', () => {
  const beginning = { atMs: NOW_MS - HOUR_MS, words: 'no alert was noted' };
  expect(pressed('a', { ...FACTS, beginning })).toMatchObject({ atMs: beginning.atMs, said: beginning.words });
  expect(pressed('a', { ...FACTS, beginning, alertMs: NOW_MS - 1 })).toMatchObject({ atMs: NOW_MS - 1, said: undefined });
  expect(pressed('a', FACTS)).toMatchObject({ atMs: undefined, said: 'no alert so far; ! marks one' });
});

function pressed(name: string, facts: ShellFacts) {
  return stepShell(startShell('overview'), { kind: 'key', name }, facts).state;
}

function stopped(newestEventMs: number): SourceState {
  return { name: 'logs/', kind: 'folder', eventCount: 9, newestEventMs, clockSkewMs: 0, state: 'stale', sinceMs: NOW_MS - 60_000 };
}

function pictureOf(...sources: SourceState[]) {
  return { ...reportPicture(leakingReport(), [], 1), sources };
}
