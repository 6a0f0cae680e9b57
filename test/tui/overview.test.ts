/** The overview over the shipped example: what a tired person sees first, at the two sizes that it was laid out for. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import type { ScreenInput } from '../../tui/src/model/screen.ts';
import { headlineOf, OVERVIEW } from '../../tui/src/screens/overview.ts';
import { oneFrame } from '../../tui/src/shell/one-frame.ts';
import { examplePicture } from '../support/example-picture.ts';
import { reportPicture } from '../support/report-picture.ts';
import { emptyReport, finding, healthyReport } from '../support/sample-report.ts';
import { screenInput } from '../support/screen-input.ts';
import { expectPicture } from '../support/screen-picture.ts';

let picture: Picture;
beforeAll(async () => {
  picture = await examplePicture();
});

const input = (view: Partial<ScreenInput['view']> = {}, size = { width: 80, height: 17 }, of = picture): ScreenInput =>
  screenInput(of, view, size);
const drawn = (of: ScreenInput) => OVERVIEW.draw(of).map(textOf);

describe('without a key', () => {
  test('what hurts most stands first, with what is wrong and since when', () => {
    expect(drawn(input())[1]).toMatch(/^> .*checkout +\d.*! OUT OF MEMORY/);
    expect(textOf(headlineOf(picture))).toMatch(
      /^F-1 ! OUT OF MEMORY {2}checkout v42 {2}since 01:53:00 UTC; v42 came 33 min before {2}\(\d+ min ago\)$/,
    );
    expect(OVERVIEW.why(input())).toMatch(/^checkout: killed for want of memory 28 invocations after a start/);
  });

  test.each([
    [80, 17],
    [100, 22],
    [140, 37],
  ])('every row fits at %i columns and %i rows', (width, height) => {
    const rows = drawn(input({}, { width, height }));
    expect(rows.length).toBeLessThanOrEqual(height);
    expect(rows.filter((row) => row.length > width)).toEqual([]);
  });

  test('a minute of which nothing is known is a ?, not a zero', () => {
    expect(picture.minutes.gaps.length).toBeGreaterThan(0);
    const ground = drawn(input()).find((row) => row.includes(' 0 ┤'))!;
    expect(ground.trimEnd()).toMatch(/\?$/);
  });

  test('a chart without any minute says so', () => {
    const empty = { ...picture, minutes: { first: 10, last: 9, gaps: [] }, functions: [] };
    expect(
      OVERVIEW.draw({ ...input(), picture: empty })
        .map(textOf)
        .join('\n'),
    ).toContain('no minute is known yet');
  });
});

describe('the figures of a row', () => {
  const cells = (windowMs: number, of = picture) => {
    const rows = OVERVIEW.draw(input({ windowMs, selected: 'catalog' }, { width: 140, height: 37 }, of)).map(textOf);
    const row = rows.find((each) => each.includes(' catalog '))!;
    const [, warm, p50, p99, cold] = / catalog +[\d.]+ +[\d.]+ % +(\S+) +(\S+(?: m?s)?) +(\S+(?: m?s)?) +([\d.]+ %|\?)/.exec(row)!;
    return { warm, p50, p99, cold, about: rows.find((each) => each.includes('figures: '))!.trim() };
  };

  test('are of the stretch that is shown, each with what it needs, and a line says so', () => {
    const { warm, cold } = picture.report.latency.find(({ functionName }) => functionName === 'catalog')!;
    const whole = cells(12 * 3_600_000);
    expect(whole).toMatchObject({ warm: String(warm.sampleCount), p50: '~640 ms', p99: '~1.4 s', cold: '1.6 %' });
    expect(whole.about).toBe('figures: the last 91 min; memory, verdict: all that was seen');
    expect(warm.sampleCount + cold.sampleCount).toBe(691);
    const short = cells(900_000);
    expect(Number(short.warm)).toBeLessThan(368);
    expect(short).toMatchObject({ p50: expect.stringMatching(/^~\d+ ms$/), p99: 'n<368' });
    expect(short.about).toBe('figures: the last 15 min; memory, verdict: all that was seen');
  });

  test('where there is no room for its number, the chosen row tells of how many requests its p99 is', () => {
    expect(drawn(input({ selected: 'catalog' }))).toContainEqual(
      expect.stringMatching(/^ {4}figures: the last 1 h; verdict: all that was seen; p99 of 4\d\d warm *$/),
    );
  });

  test('are within a fifth of what the report measures over the same requests', () => {
    for (const { functionName, warm } of picture.functions) {
      const told = warm!.between(picture.minutes.first, picture.minutes.last);
      const sections = picture.report.latency.filter((section) => section.functionName === functionName);
      expect(told.sampleCount).toBe(sections.reduce((sum, section) => sum + section.warm.sampleCount, 0));
      if (sections.length > 1) continue;
      const [{ warm: exact }] = sections as [(typeof sections)[0]];
      expect(Math.abs(told.p50Ms! / exact.p50Ms!.value - 1)).toBeLessThan(0.19);
      if (told.p99Ms !== undefined) expect(Math.abs(told.p99Ms / exact.p99Ms!.value - 1)).toBeLessThan(0.19);
    }
  });

  test('that nobody counted are a ?, not too few', () => {
    const uncounted = { ...picture, functions: picture.functions.map(({ warm: _, ...course }) => course) };
    expect(cells(900_000, uncounted)).toMatchObject({ warm: '?', p50: '?', p99: '?' });
  });
});

describe('the way down', () => {
  test('enter opens what was found, and enter again the lines of the first finding', () => {
    const first = OVERVIEW.open!(input());
    expect(first).toEqual({ kind: 'open', crumb: { id: 'checkout', title: 'checkout' } });
    const inside = input({ crumbs: [{ id: 'checkout', title: 'checkout' }], selected: undefined });
    expect(drawn(inside)[0]).toContain('F-1 ! OUT OF MEMORY');
    expect(OVERVIEW.next(inside)).toMatch(/^enter shows its lines {3}nightlight explain F-1 /);
    expect(OVERVIEW.open!(inside)).toMatchObject({
      kind: 'open',
      crumb: { id: 'F-1' },
      evidence: picture.report.findings[0]!.evidence,
    });
  });

  test('a function without findings is not opened, and says why', () => {
    expect(OVERVIEW.open!(input({ selected: 'catalog' }))).toEqual({ kind: 'say', text: 'catalog: nothing was found' });
  });

  test('lines that were read are shown with their time and place', () => {
    const [evidence] = picture.report.findings[0]!.evidence;
    const lines = {
      kind: 'read',
      lines: [{ atMs: Date.UTC(2026, 10, 21, 1, 53), source: 'checkout.gz', text: 'signal: killed', evidence: evidence! }],
    } as const;
    const shown = drawn(
      input({
        crumbs: [
          { id: 'checkout', title: '' },
          { id: 'F-1', title: '' },
        ],
        lines,
      }),
    );
    expect(shown[0]).toContain('01:53:00 UTC');
    expect(shown.join('\n')).toContain('signal: killed');
  });
});

test('a row that is sorted by name comes by name, and a filter hides the rest', () => {
  expect(OVERVIEW.rows(input({ sort: 'name' }))).toEqual(['catalog', 'checkout', 'email-worker', 'thumbnail']);
  expect(OVERVIEW.rows(input({ filter: { text: 'mail', isInverse: false } }))).toEqual(['email-worker']);
});

test('a row without a name says what gives it one; one with a name says nothing of the sort', () => {
  const functionName = '(unnamed)';
  const named = { ...healthyReport(), functions: [], findings: [finding({ id: 'F-1', functionName: 'checkout' })] };
  const unnamed = { ...named, findings: [finding({ id: 'F-1', functionName })] };
  const next = (report: typeof named, kind?: 'otlp') => {
    const of = reportPicture(report, ['logs.csv'], 1);
    return OVERVIEW.next(
      input({}, undefined, kind === undefined ? of : { ...of, sources: of.sources.map((source) => ({ ...source, kind })) }),
    );
  };
  expect(next(unnamed)).toBe('enter opens the evidence   y copies it   --function NAME gives it a name');
  expect(next(unnamed, 'otlp')).toBe('enter opens the evidence   y copies it   OTEL_SERVICE_NAME gives it a name');
  expect(next(named)).not.toContain('gives it a name');
});

test('three hundred functions scroll with the cursor, and the rest is counted', () => {
  const names = Array.from({ length: 300 }, (_, n) => `function-${String(n).padStart(3, '0')}`);
  const findings = names.map((functionName, n) => finding({ id: `F-${n + 1}`, functionName }));
  const many = reportPicture({ ...healthyReport(), findings }, ['logs/'], 1);
  const shown = OVERVIEW.draw({ ...input({ selected: 'function-250' }), picture: many }).map(textOf);
  expect(shown.find((row) => row.startsWith('>'))).toContain('function-250');
  expect(shown.join('\n')).toMatch(/rows \d+ to \d+ of 302/);
  expect(shown.length).toBeLessThanOrEqual(17);
});

test('a name that would move the cursor finds its course', () => {
  const functionName = 'evil\u001b[2J';
  const report = { ...healthyReport(), functions: [], findings: [finding({ id: 'F-1', functionName })] };
  const [course] = picture.functions;
  const shown = OVERVIEW.draw(input({}, undefined, { ...picture, report, functions: [{ ...course!, functionName }] })).map(textOf);
  expect(shown.find((row) => row.startsWith('>'))).toMatch(/ \d+\.\d evil\\x1b\[2J/);
});

test('before the first event it says what it waits for, and how to make something send', () => {
  const source = { eventCount: 0, newestEventMs: undefined, clockSkewMs: undefined, state: 'waiting' } as const;
  const waiting = (name: string, kind: 'otlp' | 'stdin') => ({
    ...reportPicture(emptyReport(), [], 1),
    functions: [],
    sources: [{ ...source, name, kind }],
  });
  const receiver = input({}, undefined, waiting('OTLP on 127.0.0.1:4318', 'otlp'));
  expect(OVERVIEW.why(receiver)).toBe('nothing has come yet from OTLP on 127.0.0.1:4318');
  expect(OVERVIEW.next(receiver)).toBe('start your program with OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318');
  expect(OVERVIEW.next(input({}, undefined, waiting('standard input', 'stdin')))).toContain('before the |');
});

test('a long name is cut in its middle and the columns stay', () => {
  const functionName = `prod-${'very-'.repeat(10)}long-pricing`;
  const long = reportPicture({ ...healthyReport(), functions: [], findings: [finding({ id: 'F-1', functionName })] }, ['logs/'], 1);
  const shown = OVERVIEW.draw({ ...input(), picture: long }).map(textOf);
  const row = shown.find((each) => each.startsWith('>'))!;
  expect(row).toMatch(/prod-…ricing/);
  expect(row.indexOf('! FAILING')).toBe(shown.find((each) => each.includes('verdict'))!.indexOf('verdict'));
});

test.each([
  ['overview', 100, 30],
  ['overview-80x24', 80, 24],
  ['overview-140x45', 140, 45],
])('the picture %s in the documentation is what the screen shows', async (name, width, height) => {
  const lines = oneFrame({
    picture: { ...picture, sources: picture.sources.map((source) => ({ ...source, name: 'fixtures/example' })) },
    screen: OVERVIEW,
    screens: [OVERVIEW],
    headline: headlineOf(picture),
    width,
    height,
    glyphs: 'braille',
    wallMs: picture.nowMs,
  });
  expect(lines).toHaveLength(height);
  await expectPicture(name, 'nightlight watch: the overview of the shipped example', lines, width);
});
