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
    expect(drawn(input())[1]).toMatch(/^> catalog v17 +427 +~630 ms +~1\.0 s +~1\.4 s +n<3,700 +1\.9 s OVER p50 500 ms/);
    expect(LATENCY.why(input())).toMatch(/OVER its budget p50 500 ms: \d\d(\.\d)? % beyond, 50 % may/);
  });

  test('a promise that was kept is ok, and one that is too close to tell is a ?', () => {
    const rows = drawn(input({}, WIDE));
    expect(rows.find((row) => row.includes('checkout v42'))).toContain('ok p99 20 s');
    expect(rows.find((row) => row.includes('email-worker v8'))).toContain('? p99 4.5 s');
    expect(rows.find((row) => row.includes('thumbnail v5'))).toContain('none set');
  });

  test('below its samples a percentile is a word', () => {
    const rows = drawn(input({}, WIDE));
    expect(rows.find((row) => row.includes('thumbnail v5'))).toMatch(/ ~320 ms +~500 ms +n<368 +n<3,700/);
    expect(rows.find((row) => row.includes('checkout v42'))).toContain('? too few hours');
  });

  test('its percentiles are of the window that w chooses, and it says so', () => {
    const [short, long] = [15, 180].map((minutes) => drawn(input({ windowMs: minutes * 60_000 }, WIDE)));
    const aboutOf = (rows: readonly string[]) => rows.find((row) => row.includes('the rest: all that was seen'))?.trim();
    expect(aboutOf(short!)).toBe('warm to p99.9: the last 15 min; the rest: all that was seen');
    expect(aboutOf(long!)).toBe('warm to p99.9: the last 91 min; the rest: all that was seen');
    const ofThumbnail = (rows: readonly string[]) => rows.find((row) => row.includes('thumbnail v5'));
    expect(ofThumbnail(short!)).toMatch(/^ +thumbnail v5 +25 +~330 ms +n<36 +n<368 +n<3,700 /);
    expect(ofThumbnail(long!)).toMatch(/^ +thumbnail v5 +212 +~310 ms +~500 ms /);
    const past = drawn(input({ windowMs: 15 * 60_000, atMs: Date.UTC(2026, 10, 21, 1, 10) }, WIDE));
    expect(aboutOf(past)).toContain('15 min up to the moment looked at');
  });

  test('over all that was seen, each version has the count of the report, and its percentiles within a fifth', () => {
    const whole = input({ windowMs: 24 * 3_600_000 }, WIDE);
    for (const { functionName, version, warm } of picture.report.latency) {
      const course = picture.functions.find((each) => each.functionName === functionName)!;
      const told = course.warmApart!.find((each) => each.version === version)!.warm.between(picture.minutes.first, picture.minutes.last);
      expect(told.sampleCount).toBe(warm.sampleCount);
      for (const name of ['p50Ms', 'p90Ms', 'p99Ms'] as const) {
        if (told[name] !== undefined)
          expect(Math.abs(Math.log(told[name] / warm[name]!.value)), `${functionName} ${name}`).toBeLessThan(0.2);
      }
    }
    // Two versions stand for themselves: the sum of both would hide that one of them is slow.
    expect(drawn(whole).filter((row) => /^[> ] checkout v4[12] +\d/.test(row))).toHaveLength(2);
  });

  test('what is copied names both: the window, and all that was seen', () => {
    const text = LATENCY.copy!(input({ selected: 'thumbnail v5, 1,024 MB', windowMs: 15 * 60_000 }));
    expect(text).toContain('- warm, the last 15 min: n 25, p50 ~330 ms, p90 n<36');
    expect(text).toMatch(/- warm, all that was seen: n 212, p50 .* p99 >= 602 ms, p99\.9 n<3,700, max 734 ms/);
  });

  test('where nobody counts by minutes, they are a ?', () => {
    const functions = picture.functions.map(({ warmApart, ...course }) => course);
    expect(drawn(input({}, WIDE, 'heatmap', { ...picture, functions }))[1]).toMatch(/^> catalog v17 +\? +\? +\? +\? +\? /);
  });

  test('in 80 columns no figure loses its unit', () => {
    const told = { sampleCount: 123_456, p50Ms: 754, p90Ms: 754, p99Ms: 754, p999Ms: 754 };
    const functions = picture.functions.map((course) => ({
      ...course,
      warmApart: course.warmApart!.map((each) => ({ ...each, warm: { between: () => told } })),
    }));
    expect(drawn(input({}, undefined, 'heatmap', { ...picture, functions }))[1]).toMatch(
      / ~750 ms +~750 ms +~750 ms +~750 ms +1\.9 s OVER/,
    );
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
