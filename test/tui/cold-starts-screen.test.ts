/** The cold start screen over the shipped example, in which cold starts are not what hurts. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import { explainsIncident, explanationText } from '../../tui/src/model/cold-start-rows.ts';
import type { ScreenInput } from '../../tui/src/model/screen.ts';
import { COLD_STARTS } from '../../tui/src/screens/cold-starts.ts';
import { examplePicture } from '../support/example-picture.ts';
import { SIZES, screenInput } from '../support/screen-input.ts';

let picture: Picture;
beforeAll(async () => {
  picture = await examplePicture();
});

const input = (view: Partial<ScreenInput['view']> = {}, size = { width: 80, height: 17 }, of = picture) => screenInput(of, view, size);
const drawn = (of: ScreenInput) => COLD_STARTS.draw(of).map(textOf);
const WIDE = { width: 140, height: 37 };
const CHECKOUT = 'checkout v42, 512 MB';
const withReport = (changes: Partial<Picture['report']>): Picture => ({ ...picture, report: { ...picture.report, ...changes } });

describe('whether cold starts explain what hurts', () => {
  test('no, with the counts, where hardly any failed attempt met one', () => {
    expect(explainsIncident(picture).kind).toBe('no');
    expect(COLD_STARTS.why(input())).toMatch(
      /^checkout v42, 512 MB: 33\/607 cold \(5\.4 %\), init p50 402 ms, max 555 ms; cold starts do not explain F-1 OUT OF MEMORY of checkout: 0 of its 12 failed attempts met one \(5\.4 % of all did\)/,
    );
  });

  test('yes, where most of the failed attempts met one', () => {
    const failures = picture.report.failures.map((failure) => ({ ...failure, coldCount: failure.rate.count }));
    expect(explanationText(explainsIncident(withReport({ failures })))).toMatch(
      /^cold starts explain it: F-1 .*12 of its 12 failed attempts/,
    );
  });

  test('yes, where the finding itself is about them; nothing, where nothing hurts', () => {
    const [first, ...others] = picture.report.findings;
    expect(explainsIncident(withReport({ findings: [{ ...first!, kind: 'cold-start' }, ...others] })).kind).toBe('yes');
    expect(explainsIncident(withReport({ findings: [] }))).toEqual({ kind: 'nothing-hurts' });
    // A service has no start in its lines: none of its failures met one, and that says nothing.
    expect(explanationText(explainsIncident(withReport({ coldStarts: [] })))).toBe(
      'cannot tell whether cold starts explain F-1 OUT OF MEMORY of checkout: no line tells of a start of it',
    );
  });

  test('it cannot be told where nothing failed and p99 lacks samples', () => {
    const coldStarts = picture.report.coldStarts.map((section) => ({ ...section, p99Ms: undefined }));
    expect(explanationText(explainsIncident(withReport({ failures: [], coldStarts })))).toMatch(
      /^cannot tell whether cold starts explain F-1 .*368 attempts/,
    );
  });
});

describe('the list', () => {
  test('below its samples a percentile is a word, and what was not seen from inside is not told', () => {
    expect(drawn(input())[1]).toMatch(/^> checkout v42 +33\/607 +5\.4 % +402 ms +n<368 555 ms none +not told/);
    expect(drawn(input()).find((row) => row.includes('thumbnail v5'))).toMatch(/3\/215 +1\.4 % +n<6 +n<368 438 ms/);
  });

  test('a broken promise about inits stands first and is OVER, and its limit is in the chart', () => {
    const budget = {
      functionName: 'thumbnail',
      figure: 'init-p99',
      limit: 300,
      kind: 'broken',
      beyond: undefined,
      allowedShare: 0.01,
      missing: undefined,
    } as const;
    const of = withReport({ budgets: [budget, { ...budget, functionName: 'catalog', kind: 'within' }] });
    const rows = drawn(input({ windowMs: 3 * 3_600_000 }, WIDE, of));
    expect(rows[1]).toMatch(/^> thumbnail v5 .* OVER /);
    expect(rows.find((row) => row.includes('catalog v17'))).toMatch(/ ok /);
    expect(rows.join('\n')).toMatch(/╌ +budget 300 m/);
    expect(COLD_STARTS.why(input({}, WIDE, of))).toContain('OVER its budget init p99 300 ms');
  });

  test('each start is a dot, those without a duration are counted, and a gap is a ?', () => {
    const rows = drawn(input({ windowMs: 3 * 3_600_000 }, WIDE)).join('\n');
    expect(rows).toMatch(/checkout: \d+ starts with a duration, \d+ min, 17 without {3}d deploy {3}x killed {3}\? no data/);
    expect(rows).toMatch(/ 0 ms ┤.*\?/);
  });

  test('what our agent saw from inside is split, its own part among it, packages by their own time', () => {
    const split = {
      startCount: 43,
      runtimeMs: 110,
      agentMs: 9,
      handlerMs: 761,
      waitMs: 12,
      restartCount: 0,
      packages: [
        { name: 'sharp', selfMs: 610, moduleCount: 34 },
        { name: '.', selfMs: 76, moduleCount: 12 },
      ],
    };
    const coldStarts = picture.report.coldStarts.map((section) => (section.version === '42' ? { ...section, split } : section));
    const text = drawn(input({ selected: CHECKOUT }, WIDE, withReport({ coldStarts }))).join('\n');
    expect(text).toContain('sharp 610 ms');
    expect(text).toMatch(/our agent .* 9 ms +1 %/);
    expect(text).toMatch(/sharp .* 610 ms +69 %/);
    expect(text).toContain('own code');
    expect(text).toContain('mean of 43 starts, seen by our agent');
  });

  test('advice stands with its arithmetic, and what cannot be told says what is missing', () => {
    const text = drawn(input({ selected: CHECKOUT }, WIDE)).join(' ');
    expect(text).toContain('reckoned from this input, not measured');
    expect(text).toContain('0.50 GB x');
    expect(text).toContain('? lazy-load');
  });

  test.each(SIZES)('every row fits at %i columns and %i rows', (width, height) => {
    for (const view of [{}, { crumbs: [{ id: CHECKOUT, title: '' }] }, { selected: 'thumbnail v5, 1,024 MB' }]) {
      const rows = COLD_STARTS.draw(input(view, { width, height }));
      expect(rows.length).toBeLessThanOrEqual(height);
      expect(rows.map(lineWidth).filter((size) => size > width)).toEqual([]);
    }
  });
});

test('enter opens the breakdown with the longest starts, and enter again the line of one', () => {
  expect(COLD_STARTS.open!(input())).toEqual({ kind: 'open', crumb: { id: CHECKOUT, title: CHECKOUT } });
  const crumbs = [{ id: CHECKOUT, title: '' }];
  expect(drawn(input({ crumbs }))[1]).toMatch(/^> +555 ms {2}01:20:06 UTC {2}on-demand/);
  expect(COLD_STARTS.open!(input({ crumbs }))).toMatchObject({ kind: 'open', evidence: [{ path: expect.stringContaining('checkout') }] });
  expect(drawn(input({ crumbs: [{ id: 'nobody', title: '' }] }))[0]).toContain('not in the picture any more');
});

test('names that would move the cursor are spelt out', () => {
  const name = 'evil\u001b[2J\u202ename';
  const coldStarts = picture.report.coldStarts.map((section) => ({ ...section, functionName: name }));
  const inits = picture.inits.map((init) => ({ ...init, functionName: name, kind: '\u001b]0;x' }));
  const of = { ...withReport({ coldStarts }), inits };
  const [id] = COLD_STARTS.rows(input({}, WIDE, of));
  const text = drawn(input({}, WIDE, of)).join('\n') + drawn(input({ crumbs: [{ id: id!, title: '' }] }, WIDE, of)).join('\n');
  expect(text).toContain('evil\\x1b[2J');
  expect(/[\u001b\u202e]/.test(text)).toBe(false);
});

test('without any start the screen says so, and still answers what it can', () => {
  const empty = { ...withReport({ coldStarts: [], findings: [] }), inits: [], minutes: { first: 10, last: 9, gaps: [] } };
  expect(drawn(input({}, undefined, empty))[0]).toContain('no start of a runtime was told');
  expect(COLD_STARTS.why(input({}, undefined, empty))).toContain('nothing hurts that cold starts would have to explain');
  expect(COLD_STARTS.open!(input({}, undefined, empty))).toEqual({ kind: 'nothing' });
});
