/** The latency screen over the shipped example, with promises that were broken, kept, and too close to tell. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { follow } from '../../analyzer/src/live/index.ts';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import type { ScreenInput } from '../../tui/src/model/screen.ts';
import { LATENCY, type LatencyState } from '../../tui/src/screens/latency.ts';
import { SIZES, screenInput } from '../support/screen-input.ts';

const EXAMPLE = fileURLToPath(new URL('../../fixtures/example', import.meta.url));
let picture: Picture;
beforeAll(async () => {
  const budgets = [
    { functionPattern: 'catalog', figure: 'p50', limit: 500 },
    { functionPattern: 'checkout', figure: 'p99', limit: 20_000 },
    { functionPattern: 'email-worker', figure: 'p99', limit: 4_500 },
  ] as const;
  const following = follow([{ kind: 'path', path: EXAMPLE }], { now: () => Date.UTC(2026, 10, 21, 2, 20), budgets });
  await following.caughtUp();
  await following.finish();
  picture = following.picture();
});

type Given = ScreenInput<LatencyState>;
const input = (
  view: Partial<ScreenInput['view']> = {},
  size = { width: 80, height: 17 },
  below: LatencyState['below'] = 'heatmap',
  of = picture,
): Given => screenInput(of, view, size, { below }) as Given;
const drawn = (of: Given) => LATENCY.draw(of).map(textOf);
const WIDE = { width: 140, height: 37 };
const CHECKOUT = 'checkout v42, 512 MB';

describe('the list', () => {
  test('a broken promise stands first, with how many requests were beyond it', () => {
    expect(drawn(input())[1]).toMatch(/^> catalog v17 +680 +635 ms +1\.0 s +1\.4 s +n<3,700 +1\.9 s OVER p50 500 ms/);
    expect(LATENCY.why(input())).toMatch(/OVER its budget p50 500 ms: \d\d(\.\d)? % beyond, 50 % may/);
  });

  test('a promise that was kept is ok, and one that is too close to tell is a ?', () => {
    const rows = drawn(input({}, WIDE));
    expect(rows.find((row) => row.includes('checkout v42'))).toContain('ok p99 20 s');
    expect(rows.find((row) => row.includes('email-worker v8'))).toContain('? p99 4.5 s');
    expect(rows.find((row) => row.includes('thumbnail v5'))).toContain('none set');
  });

  test('below its samples a percentile is a word, and an open end says so', () => {
    const rows = drawn(input({}, WIDE));
    expect(rows.find((row) => row.includes('thumbnail v5'))).toMatch(/>= 602 ms +n<3,700/);
    expect(rows.find((row) => row.includes('thumbnail v5'))).toContain('n<368');
    expect(rows.find((row) => row.includes('checkout v42'))).toContain('? too few hours');
  });

  test('in 80 columns no figure loses its unit', () => {
    const latency = picture.report.latency.map((section) => {
      const { value, ...rest } = section.warm.p90Ms!;
      return { ...section, warm: { ...section.warm, p999Ms: { ...rest, value: 754, low: 754, high: undefined } } };
    });
    const rows = drawn(input({}, undefined, 'heatmap', { ...picture, report: { ...picture.report, latency } }));
    expect(rows[1]).toMatch(/ >=754 ms +\S+ m?s OVER p50 500 ms/);
  });

  test('where nobody tells of starts, p99 with them is not said to need more', () => {
    const service = { ...picture, report: { ...picture.report, coldStarts: [] } };
    const row = (of: Picture) => drawn(input({}, WIDE, 'heatmap', of)).find((text) => text.includes('thumbnail v5'));
    expect(row(picture)).toMatch(/734 ms +n<368/);
    expect(row(service)).toMatch(/734 ms +- none set/);
  });

  test('the longest is one of the attempts that the row counts: the report has the same', () => {
    const { warm, cold } = picture.report.latency.find(({ functionName }) => functionName === 'thumbnail')!;
    expect(cold.maxMs).toBeGreaterThan(warm.maxMs!);
    expect(drawn(input({}, WIDE)).find((row) => row.includes('thumbnail v5'))).toContain(' 734 ms ');
  });

  test('what moved is said in the words of the report', () => {
    const told = (tail: 'tail-grew' | 'all-slower'): Picture => {
      const latency = picture.report.latency.map((section) =>
        section.version === '42'
          ? { ...section, course: { ...section.course!, tail, tailBecause: 'p99 0.4 s -> 3.8 s in 12 h, p50 flat' } }
          : section,
      );
      return { ...picture, report: { ...picture.report, latency } };
    };
    const row = (of: Picture) => drawn(input({}, WIDE, 'heatmap', of)).find((text) => text.includes('checkout v42'));
    expect(row(told('tail-grew'))).toContain('! tail only');
    expect(row(told('all-slower'))).toContain('! all slower');
    expect(LATENCY.why(input({ selected: CHECKOUT }, WIDE, 'heatmap', told('tail-grew')))).toMatch(
      /tail only: p99 0\.4 s -> 3\.8 s in 12 h, p50 flat; .*its memory grows, too \(3 shows it\)/,
    );
  });

  test.each(SIZES)('every row fits at %i columns and %i rows', (width, height) => {
    for (const below of ['heatmap', 'lines'] as const) {
      for (const view of [{}, { crumbs: [{ id: CHECKOUT, title: '' }] }, { selected: CHECKOUT }]) {
        const rows = LATENCY.draw(input(view, { width, height }, below));
        expect(rows.length).toBeLessThanOrEqual(height);
        expect(rows.map(lineWidth).filter((size) => size > width)).toEqual([]);
      }
    }
  });
});

describe('the course of the chosen function', () => {
  test('has a row for each band, the fastest below, its clock, its deploy and its kills', () => {
    const rows = drawn(input({ selected: CHECKOUT, windowMs: 3 * 3_600_000 }));
    expect(
      rows
        .filter((row) => /^ +(> 5 s|2-5 s|1-2 s|500 ms-1 s|200-500 ms|50-200 ms|< 50 ms) /.test(row))
        .map((row) => row.trim().split('  ')[0]),
    ).toHaveLength(7);
    const text = rows.join('\n');
    expect(text).toContain('d deploy   x killed');
    expect(text).toMatch(/ d .*x/);
    expect(text).toContain('02:20 UTC');
  });

  test('a minute of which nothing is known is a ?, in every band', () => {
    const bands = drawn(input({}, WIDE)).filter((row) => /(> 5 s|< 50 ms) /.test(row));
    expect(picture.minutes.gaps.length).toBeGreaterThan(0);
    expect(bands).toHaveLength(2);
    for (const row of bands) expect(row.trimEnd()).toMatch(/\?$/);
  });

  test('its own key turns it into lines, which say that no minute has enough for a p99', () => {
    const turned = LATENCY.act!(input(), 'heatmap-or-lines');
    expect(turned).toEqual({ kind: 'state', state: { below: 'lines' } });
    const rows = drawn(input({ selected: CHECKOUT }, WIDE, 'lines')).join('\n');
    expect(rows).toContain('checkout: p50 a minute, p99 an hour of checkout v42 (no minute has 368)');
    expect(drawn(input({ selected: 'thumbnail v5, 1,024 MB' }, WIDE, 'lines')).join('\n')).toContain('none has them');
  });

  test('where the time goes is not told from logs alone, and is told from spans', () => {
    expect(drawn(input({}, WIDE)).join('\n')).toContain('cannot tell: no line tells of outbound calls');
    const functions = picture.functions.map((course) =>
      course.functionName === 'checkout' ? { ...course, waitsOn: [{ peer: 'pricing', timeShare: 0.97, callCount: 2871 }] } : course,
    );
    const waiting = input({ selected: CHECKOUT }, WIDE, 'heatmap', { ...picture, functions });
    expect(drawn(waiting).join('\n')).toMatch(/waits on pricing .* 97 % +2,871 calls/);
    expect(LATENCY.why(waiting)).toContain('97 % of its time waits on pricing');
  });
});

describe('the way down', () => {
  test('enter opens the slowest attempts, and enter again the line of the selected one', () => {
    expect(LATENCY.open!(input({ selected: CHECKOUT }))).toMatchObject({ kind: 'open', crumb: { id: CHECKOUT } });
    const crumbs = [{ id: CHECKOUT, title: '' }];
    const rows = LATENCY.rows(input({ crumbs }));
    const slowest = picture.report.latency.find(({ version }) => version === '42')!.slowest;
    expect(rows).toHaveLength(slowest.length);
    expect(LATENCY.open!(input({ crumbs, selected: rows[1] }))).toMatchObject({ kind: 'open', evidence: [slowest[1]!.evidence] });
    const text = drawn(input({ crumbs }, WIDE)).join('\n');
    expect(text).toContain(slowest[0]!.requestId);
    expect(text).toContain('by age: needs two ages of sandboxes');
  });
});

test('names that would move the cursor are spelt out', () => {
  const name = 'evil\u001b[2J\u202ename';
  const latency = picture.report.latency.map((section) => ({ ...section, functionName: name }));
  const functions = picture.functions.map((course) => ({ ...course, functionName: name }));
  const hostile = { ...picture, functions, report: { ...picture.report, latency } };
  const text = drawn(input({}, WIDE, 'lines', hostile)).join('\n') + drawn(input({}, WIDE, 'heatmap', hostile)).join('\n');
  expect(text).toContain('evil\\x1b[2J');
  expect(/[\u001b\u202e]/.test(text)).toBe(false);
});

test('before the first attempt the screen says what it waits for', () => {
  const empty = { ...picture, minutes: { first: 10, last: 9, gaps: [] }, functions: [], report: { ...picture.report, latency: [] } };
  expect(drawn(input({}, undefined, 'heatmap', empty))[0]).toContain('no attempt with a duration has come');
  expect(LATENCY.open!(input({}, undefined, 'heatmap', empty))).toEqual({ kind: 'nothing' });
});
