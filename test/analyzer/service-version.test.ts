/** What began with a deployment of a service, told from the line of each of its starts. */
import { epochMilliseconds } from '@nightlight/agent/record';
import { expect, test } from 'vitest';
import type { Report } from '../../analyzer/src/report/report.ts';
import { changedText, sinceText, sureText } from '../../analyzer/src/report/view/finding-view.ts';
import { initLine, winLine } from '../support/agent-lines.ts';
import { findingsOf, NIGHT_MS, reportOfLines } from '../support/lambda-night.ts';

const MINUTE_MS = 60_000;

/** One process a minute, of 100 requests each; those of the second half may fail. */
function nightOfService(versions: readonly (string | undefined)[], failedCount: number): Report {
  return reportOfLines(
    versions.flatMap((functionVersion, n) => {
      const atMs = NIGHT_MS + n * MINUTE_MS;
      const of = { sandboxId: `p${n}`, serviceName: 'shop' };
      return [
        initLine({ ...of, startedAtEpochMs: epochMilliseconds(atMs), functionVersion }),
        winLine(1, atMs, { ...of, requestCount: 100, failedCount: n < versions.length / 2 ? 0 : failedCount }),
      ].map((text) => ({ atMs: Number.NaN, text }));
    }),
    {},
  );
}

test('requests that fail since a new version of a service have it beside them, with the minute in which they began', () => {
  const report = nightOfService(['1.4.0', '1.4.0', '1.5.0', '1.5.0'], 30);
  expect(report.changes).toMatchObject([{ functionName: 'shop', kind: 'version', what: 'version 1.5.0 first seen (before: 1.4.0)' }]);
  const [failure] = findingsOf(report, 'failure');
  expect(sinceText(failure!)).toContain(new Date(NIGHT_MS + 2 * MINUTE_MS).toISOString().slice(11, 16));
  expect(changedText(failure!, report.changes)).toMatch(/^version 1\.5\.0 first seen \(before: 1\.4\.0\), at the same time/);
  expect(sureText(failure!)).toBe("proven: the agent's sums count them; no line names the kind of each");
});

test('its healthy twin has a new version and no finding; without versions nothing is said of one', () => {
  expect(findingsOf(nightOfService(['1.4.0', '1.4.0', '1.5.0', '1.5.0'], 0), 'failure')).toEqual([]);
  const untold = nightOfService([undefined, undefined, undefined, undefined], 30);
  expect(untold.changes.filter(({ kind }) => kind === 'version')).toEqual([]);
});

test('a change is never called nothing because the beginning of the harm is unknown', () => {
  const report = nightOfService(['1.4.0', '1.4.0', '1.5.0', '1.5.0'], 30);
  const [failure] = findingsOf(report, 'failure');
  const unplaced = { ...failure!, sinceMs: undefined, changedBeside: [] };
  expect(changedText(unplaced, report.changes)).toMatch(/^version 1\.5\.0 first seen .*; whether before this cannot be told$/);
  expect(changedText(unplaced, [])).toMatch(/^nothing seen/);
});

test('of several failures of which one has a time, nobody says that it was seen once', () => {
  const once = { kind: 'failure', sinceMs: NIGHT_MS, lastMs: NIGHT_MS, affectedCount: 1, evidence: [] } as never;
  expect(sinceText(once)).toMatch(/ UTC, once$/);
  expect(sinceText({ ...(once as object), affectedCount: 4 } as never)).toMatch(/ UTC$/);
});
