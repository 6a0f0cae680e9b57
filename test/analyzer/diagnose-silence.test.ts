import { expect, test } from 'vitest';
import { ALL_STREAMS, silenceFindings, silenceSection } from '../../analyzer/src/diagnose/silence.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addSandbox, emptySummary, evidenceAt, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

const steady = (perMinute: number, minutes: number) => new Array(minutes).fill({ invocations: perMinute });
const minutesAfterNoon = (minutes: number) => NOON_MS + minutes * MINUTE_MS;

/** `checkout` is called 20 times a minute for the given time, `email` for three hours. */
function checkoutBesideEmail(checkoutMinutes: number): Summary {
  const summary = emptySummary();
  addSandbox(summary, addConfiguration(summary, { functionName: 'checkout', perMinute: steady(20, checkoutMinutes) }));
  addSandbox(summary, addConfiguration(summary, { functionName: 'email', perMinute: steady(5, 180) }));
  summary.files[0]!.lastMs = summary.lastMs;
  return summary;
}

test('a function that stops amid steady traffic while another goes on is said to be silent', () => {
  const summary = checkoutBesideEmail(140);

  expect(silenceSection(summary, {})).toMatchObject([
    { functionName: 'checkout', logStream: ALL_STREAMS, lastMs: minutesAfterNoon(140) - 1000, othersLastMs: minutesAfterNoon(180) - 1000 },
  ]);
  const [finding] = silenceFindings(summary, { silence: silenceSection(summary, {}), changes: [] }, {});
  expect(finding).toMatchObject({
    kind: 'silence',
    headline: 'WENT SILENT',
    certainty: 'suspected',
    sinceMs: minutesAfterNoon(140) - 1000,
  });
  expect(finding!.why).toBe('about 20 invocations a minute until 2026-11-21 14:19 UTC, then none for 40 min while other functions had 200');
  expect(finding!.next).toMatch(/^aws logs filter-log-events --log-group-name \/aws\/lambda\/checkout --start-time \d+ /);
});

test('functions that go on to the end are not silent', () => {
  expect(silenceSection(checkoutBesideEmail(180), {})).toEqual([]);
});

test('a function that stops together with all the others is not singled out', () => {
  const summary = emptySummary();
  addConfiguration(summary, { functionName: 'checkout', perMinute: steady(20, 140) });
  addConfiguration(summary, { functionName: 'email', perMinute: steady(20, 142) });
  summary.lastMs = minutesAfterNoon(180);

  expect(silenceSection(summary, {})).toEqual([]);
});

test('a batch job that ran for an hour and ended is not silent', () => {
  expect(silenceSection(checkoutBesideEmail(60), {})).toEqual([]);
});

test('a function whose traffic has pauses as long as the last one is not silent', () => {
  const summary = emptySummary();
  const perMinute = [...steady(20, 60), ...steady(0, 30), ...steady(20, 60)];
  addConfiguration(summary, { functionName: 'checkout', perMinute });
  addConfiguration(summary, { functionName: 'email', perMinute: steady(5, 190) });

  expect(silenceSection(summary, {})).toEqual([]);
});

test('traffic that fades out, as evenings do, is not silence', () => {
  const summary = emptySummary();
  const perMinute = Array.from({ length: 140 }, (_, minute) => ({ invocations: minute < 60 ? 20 : minute % 20 === 0 ? 1 : 0 }));
  addConfiguration(summary, { functionName: 'checkout', perMinute });
  addConfiguration(summary, { functionName: 'email', perMinute: steady(5, 200) });

  expect(silenceSection(summary, {})).toEqual([]);
});

test('a function whose own file ends there is not silent: another file only reaches further', () => {
  const summary = checkoutBesideEmail(140);
  summary.files.push({ ...summary.files[0]!, path: 'email.csv' });
  summary.files[0]!.lastMs = minutesAfterNoon(140) - 1000;
  summary.sandboxes[1] = { ...summary.sandboxes[1]!, evidence: { ...evidenceAt(NOON_MS), file: 1 } };

  expect(silenceSection(summary, {})).toEqual([]);
});

function withSandboxes(unfinished: number): Summary {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { perMinute: steady(20, 60), statusCounts: { unfinished } });
  const maxima = new Array(40).fill(80);
  addSandbox(summary, configuration, { logStream: 'a', maxima, lastMs: minutesAfterNoon(60) });
  addSandbox(summary, configuration, {
    logStream: 'b',
    maxima,
    lastMs: minutesAfterNoon(10),
    openAtEnd: { n: 41, atMs: minutesAfterNoon(10), evidence: evidenceAt(minutesAfterNoon(10)) },
  });
  return summary;
}

test('a sandbox that stopped inside an invocation, longer ago than any may last, broke off', () => {
  const summary = withSandboxes(1);
  const silence = silenceSection(summary, {});

  expect(silence).toHaveLength(1);
  expect(silence[0]).toMatchObject({ logStream: 'b', lastMs: minutesAfterNoon(10) });
  expect(silence[0]!.because).toBe(
    'its invocation 41 began at 2026-11-21 12:10 UTC and has no end, while other sandboxes went on for 50 min, longer than any invocation may last',
  );
  expect(silenceFindings(summary, { silence, changes: [] }, {})).toMatchObject([{ headline: 'BROKE OFF', harm: 'soon' }]);
});

test('a sandbox that is idle for an hour is only idle', () => {
  const summary = withSandboxes(0);
  delete summary.sandboxes[1]!.openAtEnd;

  expect(silenceSection(summary, {})).toEqual([]);
});

test('an invocation that began shortly before the input ends is only cut', () => {
  const summary = withSandboxes(1);
  const sandbox = summary.sandboxes[1]!;
  sandbox.lastMs = minutesAfterNoon(55);
  sandbox.openAtEnd = { n: 41, atMs: minutesAfterNoon(55), evidence: evidenceAt(minutesAfterNoon(55)) };

  expect(silenceSection(summary, {})).toEqual([]);
});

test('where the export has no END lines at all, no sandbox is said to have broken off', () => {
  expect(silenceSection(withSandboxes(1000), {})).toEqual([]);
});
