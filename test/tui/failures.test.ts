/** The Failures screen over the shipped example: is it systemic, where does it start, do retries help, and what would tell. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { FailureSection } from '../../analyzer/src/diagnose/sections.ts';
import type { Picture, RawLine } from '../../analyzer/src/live/picture.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import type { Screen, ScreenInput } from '../../tui/src/model/screen.ts';
import { FAILURES, type FailuresState } from '../../tui/src/screens/failures.ts';
import { headlineOf } from '../../tui/src/screens/overview.ts';
import { oneFrame } from '../../tui/src/shell/one-frame.ts';
import { examplePicture, exampleSource } from '../support/example-picture.ts';
import { screenInput } from '../support/screen-input.ts';
import { expectPicture } from '../support/screen-picture.ts';
import { shellOnScreen } from '../support/shell-on-screen.ts';

type Input = ScreenInput<FailuresState>;

let picture: Picture;
beforeAll(async () => {
  picture = await examplePicture();
});

const OOM = 'v1:ca3b0694fd checkout';
const TYPE_ERROR = 'v1:93efbf8771 checkout';

const input = (
  view: Partial<Input['view']> = {},
  { width = 80, height = 17, state = FAILURES.start, of = picture }: Partial<Input> & { of?: Picture } = {},
): Input => screenInput(of, view, { width, height }, state) as Input;
const drawn = (of: Input) => FAILURES.draw(of).map((each) => textOf(each).trimEnd());
const all = (of: Input) => drawn(of).join('\n');
/** The example, with its failures changed. */
const pictureWith = (change: (failure: FailureSection) => Partial<FailureSection>): Picture => ({
  ...picture,
  report: { ...picture.report, failures: picture.report.failures.map((failure) => ({ ...failure, ...change(failure) })) },
});

describe('without a key', () => {
  test('what hurts most stands first, with its verdict, its count in the window, and whether retries help', () => {
    expect(drawn(input())[1]).toMatch(/^> Runtime\.OutOfMemory: .*checkout +12, 1 in 48 +100 % +! DENSE NOW$/);
    expect(FAILURES.why(input())).toBe(
      'Runtime.OutOfMemory in checkout is DENSE NOW: 12 of 607 attempts of version 42 (2 %); 12 of the last 879 attempts of the function failed, and chance at 1 in 100 is excluded; retries recover all',
    );
  });

  test('the evidence has k of n with its bounds, spread, what would decide in requests and drill attempts, and the outcome', () => {
    const text = all(input()).replace(/\s+/g, ' ');
    expect(text).toContain('11 of 222 attempts after the first one: 1.5 to 11.4 % (95 %)');
    expect(text).toContain('in 3 of 3 windows; 1 episode; sporadic');
    expect(text).toContain(
      'to decide systemic after 2,784 more attempts like these over 5 minutes, rare after 259,874 without it, or 3 drill attempts of 299 requests',
    );
    expect(text).toContain('32 of 32 failed requests of checkout recovered by a retry');
    expect(text).toContain('starts in cannot tell; missing: whom checkout called');
  });

  test.each([
    [80, 17],
    [100, 22],
    [140, 37],
    [200, 60],
  ])('every row fits at %i columns and %i rows, whatever stands below and however deep', (width, height) => {
    for (const below of ['evidence', 'over-time', 'fingerprint'] as const) {
      for (const crumbs of [[], [{ id: OOM, title: 'x' }]]) {
        const rows = FAILURES.draw(input({ crumbs }, { width, height, state: { below, own: { [OOM]: 'systemic' } } }));
        expect(rows.length).toBeLessThanOrEqual(height);
        expect(rows.filter((row) => lineWidth(row) > width).map(textOf)).toEqual([]);
      }
    }
  });

  test('errors with which no attempt ended stand last, without a verdict', () => {
    const rows = drawn(input({}, { width: 140, height: 37 }));
    const last = rows.findIndex((row) => row.includes('- logged only'));
    expect(rows[last]).toMatch(/ECONNREFUSED # +thumbnail/);
    expect(rows[last + 1]).toBe('    counts: the last 1 h; recovers, verdict: all that was seen');
  });
});

describe('figures of one failure that are not of the same attempts', () => {
  test('name what they are of: the stretch, all that was seen, or what the verdict rests on', () => {
    for (const [windowMs, words, counted] of [
      [3_600_000, 'the last 1 h', '12, 1 in 48'],
      [900_000, 'the last 15 min', '2, 1 in 67'],
    ] as const) {
      const [head, first, ...rows] = drawn(input({ windowMs }, { height: 24 }));
      expect(head).toContain(` ${words.replace('the last ', 'in ')} `);
      expect(first).toContain(counted);
      expect(rows).toContainEqual(expect.stringContaining(`counts: ${words}; recovers, verdict: all that was seen`));
      expect(rows).toContainEqual('  all seen   12 of 607 attempts of version 42 (2 %)');
      expect(rows).toContainEqual(expect.stringMatching(/^ {2}judged by {2}11 of 222 attempts after the first one/));
    }
    const then = picture.nowMs - 1_800_000;
    expect(all(input({ atMs: then }))).toContain('counts: 1 h up to the moment looked at');
  });

  test('are those of the report where they are of all that was seen', () => {
    const [worst] = picture.report.findings;
    const said = '12 of 607 attempts of version 42 (2 %)';
    expect(worst!.why).toContain(said);
    expect(FAILURES.why(input())).toContain(said);
    expect(worst!.facts).toContainEqual({ name: 'attempts that could have', value: '607 of version 42' });
  });
});

describe('what cannot be told is said so', () => {
  test('an undetermined failure names what it needs', () => {
    const timeouts = input({ selected: 'v1:ee562a1a30 checkout' });
    expect(FAILURES.why(timeouts)).toBe(
      'timeout in checkout is UNDETERMINED: 5 of 607 attempts of version 42 (0.82 %); 4 of 498 attempts after the first one failed: 0.09 % to 2.8 %; needs 138,766 more attempts or 3 drill attempts of 299 requests; retries recover all',
    );
    expect(all(timeouts)).toContain('cannot tell: a precondition needs 6 failures after the first');
  });

  test('a retry that helped some of several failures is said of none of them', () => {
    const some = {
      ...picture,
      report: {
        ...picture.report,
        functions: picture.report.functions.map((section) =>
          section.functionName === 'checkout' ? { ...section, retries: { ...section.retries!, recoveredRequestCount: 20 } } : section,
        ),
      },
    };
    const given = input({ crumbs: [{ id: OOM, title: 'x' }] }, { height: 40, of: some });
    expect(all(given).replace(/\s+/g, ' ')).toContain(
      'cannot tell: 20 of 32 failed requests of checkout recovered by a retry, and no line tells of which of its 3 failures',
    );
    expect(drawn(input({}, { of: some }))[1]).toMatch(/48 +\? +! DENSE NOW/);
  });

  test('a report without verdicts on rarity keeps the word of the finding, and no more', () => {
    const old = pictureWith(() => ({ rarity: undefined, fingerprint: undefined, identity: undefined }));
    expect(all(input({}, { of: old }))).toMatch(/MailProviderError: .*! FAILURE/);
    expect(all(input({}, { of: old, state: { below: 'fingerprint', own: {} } }))).toContain(
      'known as   nothing: it is counted by how the attempt ended',
    );
  });

  test('nothing that failed is not the same as nothing that came', () => {
    const quiet = { ...picture, report: { ...picture.report, failures: [] } };
    expect(all(input({}, { of: quiet }))).toContain('no failure in 1,977 attempts, and no line of an error');
    const empty = { ...picture, functions: [], minutes: { first: 10, last: 9, gaps: [] }, report: { ...quiet.report, functions: [] } };
    expect(all(input({}, { of: empty }))).toContain('nothing to judge: no attempt has come yet');
    expect(FAILURES.why(input({}, { of: empty }))).toBe('nothing has come that failed');
  });

  test('a minute of which nothing is known is a ?, in the row of cells and on the ground of the chart', () => {
    expect(picture.minutes.gaps.length).toBeGreaterThan(0);
    expect(drawn(input()).at(-1)).toMatch(/a minute .*\? most 2$/);
    const long = input({ windowMs: 10_800_000 });
    expect(drawn(long).at(-1)).toMatch(/^ {2}a minute +[^ ]{50,}\? most 2$/);
    const chart = drawn(input({}, { state: { below: 'over-time', own: {} } }));
    expect(chart.find((row) => row.includes(' 0 ┤'))).toMatch(/\?$/);
  });
});

describe('the keys', () => {
  test('enter opens all evidence, enter again its lines', () => {
    expect(FAILURES.open!(input())).toEqual({
      kind: 'open',
      crumb: { id: OOM, title: 'Runtime.OutOfMemory: the process ran out of memory' },
    });
    const inside = input({ crumbs: [{ id: TYPE_ERROR, title: '' }] }, { height: 60 });
    expect(all(inside)).toContain('at priceOf (file:///var/task/pricing.mjs:41:27)');
    expect(FAILURES.rows(inside)).toEqual([]);
    const { evidence } = picture.report.failures.find(({ fingerprint }) => fingerprint === 'v1:93efbf8771')!;
    expect(FAILURES.open!(inside)).toMatchObject({ kind: 'open', evidence });
  });

  test('l opens the lines at once, and they are shown', () => {
    const effect = FAILURES.act!(input(), 'failure-lines');
    expect(effect).toMatchObject({ kind: 'open', evidence: expect.any(Array) });
    const crumbs = effect.kind === 'open' ? [effect.crumb] : [];
    expect(all(input({ crumbs, lines: { kind: 'reading' } }))).toContain('reading the lines');
    expect(FAILURES.why(input({ crumbs }))).toContain('Runtime.OutOfMemory');
  });

  test('o shows when it came, f by what it is told, and pressed again the evidence is back', () => {
    const over = FAILURES.act!(input(), 'over-time');
    expect(over).toMatchObject({ kind: 'state', state: { below: 'over-time' } });
    const state: FailuresState = { below: 'fingerprint', own: {} };
    expect(all(input({ selected: TYPE_ERROR }, { state }))).toMatch(/v1:93efbf8771[\s\S]*thrown in +priceOf/);
    expect(FAILURES.act!(input({}, { state }), 'fingerprint-rule')).toMatchObject({ state: { below: 'evidence' } });
  });

  test('u goes through the own verdicts, which stand beside the computed one and never in its place', () => {
    let state = FAILURES.start;
    const seen: (string | undefined)[] = [];
    for (let n = 0; n < 4; n++) {
      const effect = FAILURES.act!(input({}, { state }), 'own-verdict');
      if (effect.kind === 'state') ({ state } = effect);
      seen.push(state.own[OOM]);
    }
    expect(seen).toEqual(['rare', 'systemic', 'unsure', undefined]);
    const marked = drawn(input({}, { state: { below: 'evidence', own: { [OOM]: 'rare' } } }));
    expect(marked[1]).toMatch(/! DENSE NOW +rare$/);
    expect(FAILURES.copy!(input({}, { state: { below: 'evidence', own: { [OOM]: 'rare' } } }))).toMatch(
      /^\*\*! DENSE NOW: Runtime\.OutOfMemory.*first seen 01:53:59 UTC \(our own verdict: rare\)/,
    );
  });

  test('a filter looks through name, function and verdict, and sorts are what they say', () => {
    expect(FAILURES.rows(input({ filter: { text: 'undetermined', isInverse: false } }))).toHaveLength(2);
    expect(FAILURES.rows(input({ filter: { text: 'checkout', isInverse: true } }))).toHaveLength(3);
    expect(all(input({ filter: { text: 'no such thing', isInverse: false } }))).toContain('no failure passes the filter');
    expect(FAILURES.rows(input({ sort: 'count' }))[0]).toBe(TYPE_ERROR);
  });
});

test('in the running dashboard two keys lead from the list to the printed lines, and the own keys answer', async () => {
  const source = await exampleSource();
  const shell = shellOnScreen(async () => ({ source, screens: [FAILURES as Screen], headline: headlineOf }), { start: 'failures' });
  await shell.until('> Runtime.OutOfMemory');
  shell.press('j', 'o');
  await shell.until(/> TypeError[\s\S]*a minute, 1 h: 16 in all/);
  shell.press('u');
  await shell.until('you say: rare');
  shell.press('\r', '\r');
  await shell.until(/at priceOf .*pricing\.mjs:41:27[\s\S]*byte \d[\s\S]*REPORT RequestId/);
  shell.press('\u007f', '\u007f', '\u007f', 'l');
  await shell.until(/Runtime\.OutOfMemory[\s\S]*no stack was printed[\s\S]*REPORT RequestId/);
  shell.press('q');
  await shell.ended;
});

test('who owns a failure is said early, and what is muted stands behind what is not', () => {
  const known = { owner: 'payments', runbook: 'https://wiki.example/oom', mutedUntilMs: Date.UTC(2026, 11, 1) };
  const muted = pictureWith(({ fingerprint }) => (fingerprint === 'v1:ca3b0694fd' ? { known } : {}));
  expect(FAILURES.rows(input({}, { of: muted }))[0]).toBe(TYPE_ERROR);
  expect(all(input({ selected: OOM }, { of: muted })).replace(/\s+/g, ' ')).toContain(
    'owner payments, runbook https://wiki.example/oom; muted until 2026-12-01 00:00 UTC',
  );
});

test('a suspect is named with its path and its doubts, and the sentence says where it seems to start', () => {
  const suspects = [
    {
      fingerprint: 'v1:ca3b0694fd',
      functionName: 'checkout',
      type: 'Runtime.OutOfMemory',
      maskedMessage: 'the process ran out of memory',
      suspects: [
        {
          component: 'pricing',
          path: ['checkout', 'pricing'],
          explains: 0.97,
          mechanism: undefined,
          evidence: ['97 % of its slow calls wait there'],
          doubts: ['its own lines are not among the input'],
        },
      ],
      missing: [],
    },
  ];
  const given = input({}, { of: { ...picture, report: { ...picture.report, suspects } } });
  expect(all(given).replace(/\s+/g, ' ')).toContain('starts in pricing (checkout > pricing), explains 97 % of the change');
  expect(FAILURES.why(given)).toContain('raised in checkout, it seems to start in pricing');
});

test('names out of logs cannot move the cursor, turn the text round or break the columns', () => {
  const hostile = pictureWith(() => ({
    functionName: 'checkout',
    type: 'Evil\u001b[2J\u202eError\u200b',
    maskedMessage: `\u001b]0;title\u0007${'x'.repeat(1_000_000)}`,
    sampleMessage: 'line\r\nbreak',
  }));
  const texts = drawn(input({ crumbs: [] }, { of: hostile, width: 140, height: 37 }));
  const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u200b]/;
  expect(texts.filter((text) => controls.test(text)).length).toBe(0);
  expect(
    FAILURES.draw(input({}, { of: hostile }))
      .map(lineWidth)
      .filter((width) => width > 80),
  ).toEqual([]);
});

test.each([
  ['all that is known of a failure', 1],
  ['its lines', 2],
])('%s: moved as far as it goes, its last line stands at the end', (_what, depth) => {
  const text = Array.from({ length: 60 }, (_, n) => `row ${n}`).join('\n');
  const evidence = { path: 'a.csv', byteOffset: 7 } as RawLine['evidence'];
  const lines = {
    kind: 'read',
    lines: [
      { atMs: 0, source: 'a.csv', text, evidence },
      { atMs: 0, source: 'a.csv', text, evidence },
    ],
  } as const;
  const [id] = FAILURES.rows(input());
  const crumbs = Array.from({ length: depth }, () => ({ id: id!, title: '' }));
  const at = (scroll: number) => drawn(input({ crumbs, lines, scroll }));
  const most = FAILURES.mostScroll!(input({ crumbs, lines }));
  expect(most).toBeGreaterThan(0);
  expect(at(most)).toEqual(at(most + 1));
  expect(at(most - 1)).not.toEqual(at(most));
  expect(at(most).join('\n')).not.toContain('more rows');
  expect(at(most - 1).at(-1)).toContain('more rows');
});

test.each([
  [80, 24],
  [140, 45],
])('the picture in the documentation at %i x %i is what the screen shows', async (width, height) => {
  const fixed = { ...picture, sources: picture.sources.map((source) => ({ ...source, name: 'example' })) };
  const lines = oneFrame({
    picture: fixed,
    screen: FAILURES as Screen,
    screens: [FAILURES as Screen],
    headline: headlineOf(fixed),
    width,
    height,
    glyphs: 'braille',
    wallMs: picture.nowMs,
  });
  expect(lines.map(lineWidth)).toEqual(Array(height).fill(width));
  await expectPicture(`failures-${width}x${height}`, 'nightlight watch: what fails, and whether it is systemic', lines, width);
});
