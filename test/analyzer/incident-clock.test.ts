import { describe, expect, test } from 'vitest';
import { judgeProof } from '../../analyzer/src/recovery/confirm-proof.ts';
import { type IncidentClock, incidentClocks } from '../../analyzer/src/recovery/incident-clock.ts';
import { encodeMark, type Mark, MOST_LINE_BYTES, readMark } from '../../analyzer/src/recovery/mark.ts';
import { readMarkLog } from '../../analyzer/src/recovery/mark-log.ts';

const ALERT = Date.UTC(2026, 10, 21, 2, 1, 36);
const MINUTE = 60_000;
const CAUSE = { component: 'pricing', fingerprint: 'heap +2.1 MB', proof: 'rollback of v88 stopped it', proofKind: 'revert' } as const;

let count = 0;
/** @param minutes  after the alert */
function mark(kind: Mark['mark'], minutes: number, members: Partial<Mark> = {}): Mark {
  return { v: 1, id: `m${count++}`, incident: 'INC-7', mark: kind, atMs: ALERT + minutes * MINUTE, by: 'ana', ...members };
}

function clockOf(marks: readonly Mark[], nowMinutes = 60): IncidentClock {
  const clocks = incidentClocks(marks, ALERT + nowMinutes * MINUTE);
  expect(clocks).toHaveLength(1);
  return clocks[0]!;
}

describe('a line', () => {
  test('is read as it was written, members of later versions included', () => {
    const written = mark('hypothesis', 3, { component: 'auth', note: 'line one\nline "two"', others: { mood: ['tired'], v: 9 } });
    const line = encodeMark(written);
    expect(line).not.toContain('\n');
    expect(line.startsWith('{"v":1,')).toBe(true);
    expect(readMark(line)).toMatchObject({
      kind: 'read',
      value: { component: 'auth', note: 'line one\nline "two"', others: { mood: ['tired'] } },
    });
  });

  test('never holds a secret that was typed, also when the file was written by hand', () => {
    const typed = 'curl -H "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl" helped';
    expect(encodeMark(mark('note', 1, { note: typed }))).not.toContain('eyJhbGci');
    const byHand = readMark(JSON.stringify({ ...mark('note', 1), note: typed }));
    expect(JSON.stringify(byHand)).not.toContain('eyJhbGci');
  });

  test('fits one write however long the texts are', () => {
    const long = encodeMark(mark('confirm', 1, { ...CAUSE, proof: '🔥'.repeat(5_000), note: 'é'.repeat(9_000) }));
    expect(Buffer.byteLength(long)).toBeLessThan(MOST_LINE_BYTES);
    expect(readMark(long)).toMatchObject({ kind: 'read', value: { component: 'pricing', proofKind: 'revert' } });
  });

  test.each([
    ['[]', 'it is no JSON object'],
    ['{"v":2}', 'it is of version 2'],
    ['{"v":1,"id":"a","incident":"I","mark":"alert","by":"x","atMs":"now"}', 'its atMs is no time'],
    ['{"v":1,"id":"a","incident":"I","mark":"cheer","by":"x","atMs":1}', 'of a kind that this version does not know: cheer'],
  ])('that is no mark says why: %s', (line, because) => {
    expect(readMark(line)).toMatchObject({ kind: 'unreadable', because: expect.stringContaining(because) });
  });
});

describe('a log', () => {
  const [first, second] = [encodeMark(mark('alert', 0)), encodeMark(mark('ack', 1))];

  test('counts a torn last line, and keeps what stands before it', () => {
    const log = readMarkLog(`${first}\n${second.slice(0, 50)}`);
    expect(log).toMatchObject({ tornCount: 1, unreadable: [], marks: [{ mark: 'alert' }] });
  });

  test('never takes a torn line together with the next one, even where they share a line', () => {
    for (let cut = 1; cut < first.length; cut++) {
      const log = readMarkLog(`${first.slice(0, cut)}${second}\n`);
      expect(log.marks.map(({ mark: kind }) => kind)).toEqual(['ack']);
      expect(log.tornCount).toBe(1);
    }
  });

  test('counts a mark once that stands in two files put together', () => {
    const log = readMarkLog(`${first}\n${second}\n${first}\n`);
    expect(log).toMatchObject({ repeatedCount: 1, tornCount: 0 });
    expect(log.marks).toHaveLength(2);
  });
});

describe('the clock', () => {
  test('runs from the first alert to the confirmed cause, not to the fix', () => {
    const clock = clockOf([
      mark('alert', 0, { title: 'checkout p99 > 2 s' }),
      mark('alert', 2),
      mark('ack', 1),
      mark('confirm', 20, CAUSE),
      mark('mitigated', 50),
      mark('recovered', 58),
    ]);
    expect(clock.search).toEqual({ kind: 'confirmed', afterMs: 20 * MINUTE });
    expect(clock).toMatchObject({ title: 'checkout p99 > 2 s', state: 'recovered', isOpen: false, measured: { class: 'moderate' } });
  });

  test('of an incident without a confirmed cause is a lower bound, never a zero', () => {
    expect(clockOf([mark('alert', 0)], 12).search).toEqual({ kind: 'censored', afterMs: 12 * MINUTE, because: 'still open' });
    const ended = clockOf([mark('alert', 0), mark('recovered', 30), mark('note', 4_000, { note: 'for the review' })], 5_000);
    expect(ended.search).toMatchObject({ kind: 'censored', afterMs: 30 * MINUTE });
    expect(ended.measured).toMatchObject({ kind: 'at-least', class: 'moderate' });
  });

  test('that nobody touched for a day is not taken for the current one', () => {
    expect(clockOf([mark('alert', 0)], 23 * 60).isOpen).toBe(true);
    expect(clockOf([mark('alert', 0)], 25 * 60)).toMatchObject({ isOpen: false, search: { kind: 'censored', afterMs: 0 } });
  });

  test('cannot tell without an alert', () => {
    expect(clockOf([mark('confirm', 3, CAUSE)]).search).toMatchObject({
      kind: 'cannot-tell',
      missing: expect.stringContaining('an alert'),
    });
  });

  test.each([
    [4, ['memory'], 'instant'],
    [5, ['memory'], 'instant'],
    [4, ['memory', 'latency'], 'moderate'],
    [5.01, ['memory'], 'moderate'],
    [45, ['memory'], 'moderate'],
    [45.01, ['memory'], 'nightmare'],
  ])('after %d min through %j is %s', (minutes, views, expected) => {
    const opened = views.map((view, index) => mark('view', index, { view }));
    expect(clockOf([mark('alert', 0), ...opened, mark('confirm', minutes, CAUSE)]).measured).toMatchObject({
      kind: 'measured',
      class: expected,
    });
  });

  test('does not call an incident instant when nobody noted a view', () => {
    expect(clockOf([mark('alert', 0), mark('confirm', 3, CAUSE)]).measured).toMatchObject({
      kind: 'cannot-tell',
      missing: expect.stringContaining('views'),
    });
  });

  test('counts each person from the first mark on, and the tool not at all', () => {
    const clock = clockOf([
      mark('alert', 0, { by: 'nightlight' }),
      mark('ack', 5, { by: 'ana' }),
      mark('view', 10, { by: 'bo', view: 'traces', sink: 'tempo' }),
      mark('view', 12, { by: 'bo', view: 'traces', sink: 'tempo' }),
      mark('confirm', 20, CAUSE),
      mark('note', 40, { by: 'cy' }),
    ]);
    expect(clock.people).toEqual([
      { name: 'ana', minutes: 15 },
      { name: 'bo', minutes: 10 },
    ]);
    expect(clock).toMatchObject({ personMinutes: 25, views: ['traces'], sinks: ['tempo'] });
  });
});

describe('masking', () => {
  test('is observed when a wrong component was suspected for ten minutes', () => {
    const told = [mark('alert', 0), mark('hypothesis', 2, { component: 'auth' }), mark('refute', 12, { component: 'auth' })];
    expect(clockOf(told)).toMatchObject({
      masking: { kind: 'observed' },
      wrongHypothesisCount: 1,
      measured: { kind: 'at-least', class: 'nightmare' },
    });
    expect(clockOf([...told, mark('confirm', 14, CAUSE)]).measured).toMatchObject({ kind: 'measured', class: 'nightmare' });
  });

  test('is not observed when it was suspected for less, or was right', () => {
    const brief = [mark('alert', 0), mark('hypothesis', 2, { component: 'auth' }), mark('refute', 11.9, { component: 'auth' })];
    expect(clockOf([...brief, mark('confirm', 14, CAUSE)])).toMatchObject({
      masking: { kind: 'not-observed' },
      measured: { class: 'moderate' },
    });
    const right = [mark('alert', 0), mark('hypothesis', 2, { component: 'Pricing' }), mark('confirm', 30, CAUSE)];
    expect(clockOf(right)).toMatchObject({
      masking: { kind: 'not-observed' },
      wrongHypothesisCount: 0,
      hypotheses: [{ state: 'confirmed', isWrong: false }],
    });
  });

  test('ends with the next suspicion of the same person, not of another', () => {
    const by = (person: string) =>
      clockOf([
        mark('alert', 0),
        mark('hypothesis', 1, { component: 'auth' }),
        mark('hypothesis', 5, { component: 'pricing', by: person }),
        mark('confirm', 20, CAUSE),
      ]);
    expect(by('ana')).toMatchObject({ masking: { kind: 'not-observed' }, wrongHypothesisCount: 1 });
    expect(by('bo').masking.kind).toBe('observed');
  });

  test('is observed when a wrong component was acted on, however briefly', () => {
    const acted = (actedOn: string) =>
      clockOf([mark('alert', 0), mark('note', 1, { actedOn }), mark('confirm', 3, { ...CAUSE, view: 'memory' })]);
    expect(acted('auth').measured).toMatchObject({ class: 'nightmare', because: 'auth was acted on, and was not the cause' });
    expect(acted('pricing').measured).toMatchObject({ class: 'instant' });
  });

  test('is observed when a confirmation was taken back; the later one stops the clock', () => {
    const clock = clockOf([
      mark('alert', 0),
      mark('confirm', 3, { ...CAUSE, component: 'auth' }),
      mark('refute', 9, { component: 'auth' }),
      mark('confirm', 21, CAUSE),
    ]);
    expect(clock).toMatchObject({
      search: { afterMs: 21 * MINUTE },
      confirmation: { component: 'pricing' },
      measured: { class: 'nightmare' },
    });
  });
});

describe('a confirmation', () => {
  test('is refused without component, fingerprint, proof or its kind', () => {
    expect(judgeProof(CAUSE, false)).toEqual({ kind: 'enough', proofKind: 'revert' });
    for (const absent of ['component', 'fingerprint', 'proof', 'proofKind'] as const) {
      expect(judgeProof({ ...CAUSE, [absent]: ' ' }, false)).toMatchObject({ kind: 'refused' });
    }
  });

  test('is refused when the proof is a trace alone', () => {
    expect(judgeProof({ ...CAUSE, proofKind: 'trace' }, false)).toMatchObject({
      kind: 'refused',
      because: expect.stringContaining('a trace'),
    });
    expect(judgeProof({ ...CAUSE, proof: 'see the trace', proofKind: undefined }, false)).toMatchObject({
      because: expect.stringContaining('a trace'),
    });
  });

  test('by the truth is only for drills, and must equal what was injected', () => {
    const byTruth = { ...CAUSE, proofKind: 'truth' as const };
    expect(judgeProof(byTruth, false)).toMatchObject({ kind: 'refused' });
    const drill = (component: string) => clockOf([mark('inject', -3, { component }), mark('alert', 0), mark('confirm', 6, byTruth)], 10);
    expect(drill('pricing')).toMatchObject({
      isDrill: true,
      detectionMs: 3 * MINUTE,
      search: { kind: 'confirmed' },
      masking: { kind: 'not-observed' },
    });
    expect(drill('auth')).toMatchObject({
      search: { kind: 'censored' },
      masking: { kind: 'observed' },
      remarks: [expect.stringContaining('not what the drill injected')],
    });
  });

  test('that was written by hand without a proof does not stop the clock, and that is said', () => {
    const clock = clockOf([mark('alert', 0), mark('confirm', 6, { component: 'pricing' })]);
    expect(clock.search.kind).toBe('censored');
    expect(clock.remarks).toEqual([expect.stringContaining('a confirmation by ana does not count')]);
  });
});

describe('clocks', () => {
  const written = (minutes: number, host: string) => ({ writtenMs: ALERT + minutes * MINUTE, host });

  test('that went back are said', () => {
    const clock = clockOf([
      mark('alert', 0, written(0, 'a')),
      mark('ack', -2, written(-2, 'a')),
      mark('confirm', 3, { ...CAUSE, ...written(3, 'a') }),
    ]);
    expect(clock.remarks).toEqual(['the clock of a went back by 120 s: spans across it are too short']);
  });

  test('that went on are not, nor a mark of an earlier time', () => {
    const clock = clockOf([mark('alert', -9, written(0, 'a')), mark('confirm', 3, { ...CAUSE, ...written(3, 'a') })]);
    expect(clock.remarks).toEqual([]);
  });

  test('of two machines in one span are said', () => {
    const clock = clockOf([mark('alert', 0, written(0, 'a')), mark('confirm', 3, { ...CAUSE, ...written(3, 'b') })]);
    expect(clock.remarks).toEqual(['alert and confirmation are by two clocks, of a and b']);
  });

  test('that put the confirmation before the alert give no duration', () => {
    expect(clockOf([mark('alert', 0), mark('confirm', -2, CAUSE)])).toMatchObject({
      search: { kind: 'cannot-tell' },
      measured: { kind: 'cannot-tell' },
    });
  });
});
