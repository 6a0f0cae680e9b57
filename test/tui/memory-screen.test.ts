/** The memory screen over the shipped example, in which checkout v42 leaks until the platform kills it. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import { lineWidth } from '../../tui/src/frame/fit.ts';
import { textOf } from '../../tui/src/frame/line.ts';
import { memoryRows } from '../../tui/src/model/memory-rows.ts';
import type { ScreenInput } from '../../tui/src/model/screen.ts';
import { MEMORY } from '../../tui/src/screens/memory.ts';
import { examplePicture } from '../support/example-picture.ts';
import { SIZES, screenInput } from '../support/screen-input.ts';

let picture: Picture;
beforeAll(async () => {
  picture = await examplePicture();
});

const input = (view: Partial<ScreenInput['view']> = {}, size = { width: 80, height: 17 }, of: Picture = picture) =>
  screenInput(of, view, size);
const drawn = (of: ScreenInput) => MEMORY.draw(of).map(textOf);
const LEAK = 'checkout v42, 512 MB';
const opened = (selected?: string) => input({ crumbs: [{ id: LEAK, title: LEAK }], selected });

describe('without a key', () => {
  test('the leak stands first, with its growth, what is left until the next kill, and the kills so far', () => {
    expect(drawn(input())[1]).toMatch(/^> checkout v42 +\+13\.8 MB process max +2-3 +~2 min +12 ! LEAKING/);
    expect(MEMORY.why(input())).toMatch(
      /^checkout v42, 512 MB: LEAKING, \+13\.8 MB \(11\.7 to 15\.8\) per invocation; next kill in 2 to 3 invocations, about 2 to 3 min.*; 12 kills, since v42 \(01:20 UTC\)$/,
    );
  });

  test('the next kill is put in doubt where the fullest sandbox was not seen for long', () => {
    expect(MEMORY.why(input())).toContain('if that sandbox still lives (last seen 23 min ago)');
    const justThen = { ...picture, nowMs: picture.nowMs - 20 * 60_000 };
    expect(MEMORY.why(input({}, undefined, justThen))).not.toContain('still lives');
  });

  test('a healthy function with few invocations says how many more it needs, and is not called stable', () => {
    const row = drawn(input()).find((text) => text.includes('catalog v17'))!;
    expect(row).toContain('? needs 13 more');
    expect(MEMORY.why(input({ selected: 'catalog v17, 512 MB' }))).toBe(
      'catalog v17, 512 MB: cannot tell whether it grows, because the longest of 11 sandboxes served 87 of the 100 invocations that a verdict needs',
    );
  });

  test('the chart says what it draws, has the limit, and an x where a sandbox was killed', () => {
    const rows = drawn(input({}, { width: 140, height: 37 }));
    const title = rows.findIndex((text) =>
      text.includes('process maximum (Max Memory Used), limit 512 MB, 20 of 33 sandboxes   x killed 12'),
    );
    expect(title).toBeGreaterThan(0);
    expect(rows[title + 1]).toMatch(/512 MB ┤.*x/);
    expect(rows.join('\n')).toContain('28 of a sandbox');
  });

  test.each(SIZES)('every row fits at %i columns and %i rows', (width, height) => {
    for (const view of [{}, { crumbs: [{ id: LEAK, title: '' }] }, { selected: 'thumbnail v5, 1,024 MB' }]) {
      const rows = MEMORY.draw(input(view, { width, height }));
      expect(rows.length).toBeLessThanOrEqual(height);
      expect(rows.map(lineWidth).filter((size) => size > width)).toEqual([]);
    }
  });

  test('its title keeps whole clauses where there is no room for all', () => {
    const title = (width: number) =>
      MEMORY.draw(input({}, { width, height: 17 }))
        .map((row) => textOf(row).trimEnd())
        .find((row) => row.includes('checkout v42: '));
    expect(title(80)).toMatch(/^ {2}checkout v42: process maximum, limit 512 MB, \d+ of \d+ sandboxes {3}x killed \d+$/);
    expect(title(100)).toMatch(/ sandboxes {3}x killed \d+ {3}t timed out \d+$/);
  });

  test('only what was known at the moment that is looked at is drawn', () => {
    const early = drawn(input({ atMs: Date.UTC(2026, 10, 21, 1, 30) }, { width: 140, height: 37 })).join('\n');
    expect(early).toContain('up to the moment looked at');
    expect(early).not.toContain('x killed');
  });
});

describe('words of our agent', () => {
  const leaking = (): Picture => {
    const section = picture.report.memory.find(({ functionName }) => functionName === 'catalog')!;
    const heap = {
      channel: 'heap',
      verdict: 'leaking',
      basis: 'probed',
      judgedCount: 3,
      leakingCount: 3,
      probeCount: 14,
      slope: { perInvocation: 2_202_009, low: 2_000_000, high: 2_400_000 },
      invocationsToLimit: { low: 70, high: 95 },
      msToLimit: { low: 240_000, high: 330_000 },
      start: { invocation: 1, ageMs: undefined, atMs: undefined },
      why: 'the heap grows by 2.1 MB per invocation',
      toDecide: 'a longer life in which it stops would show a bound',
      falsifiers: ['it never fell back', 'it does not slow down'],
      evidence: [],
    } as const;
    const grown = {
      ...section,
      growth: { kind: 'leaking', mbPerInvocation: 2.1, low: 1.9, high: 2.3, proof: 'the heap grows; no bound seen so far', probeCount: 14 },
      invocationsToLimit: { low: 70, high: 95 },
      owner: 'heap',
      channels: [heap],
      agentVerdicts: [
        {
          logStream: 's',
          channel: 'heap',
          verdict: 'leaking',
          bytesPerInvocation: 2_202_009,
          probeCount: 14,
          sites: [{ functionName: 'remember', file: 'src/cache.js', line: 12, liveBytes: 41_943_040, grownBytes: 31_457_280 }],
          evidence: { path: 'x', byteOffset: 0, at: undefined },
        },
      ],
    } as const;
    const memory = picture.report.memory.map((each) => (each === section ? grown : each));
    return { ...picture, report: { ...picture.report, memory } };
  };

  test('a probed leak without a kill is growing, no bound, and says in minutes what the agent reckoned', () => {
    const row = memoryRows(leaking(), undefined).find(({ name }) => name === 'catalog v17')!;
    expect(row).toMatchObject({ verdict: '! GROWING no bound', memory: 'heap probed', fullIn: '70-95', fullAtPace: '~4 min' });
  });

  test('what would have refuted it, what decides, and where it was allocated stand beside the chart', () => {
    const text = drawn(input({ selected: 'catalog v17, 512 MB' }, { width: 140, height: 37 }, leaking())).join('\n');
    expect(text).toContain('Evidence: GROWING no bound');
    expect(text).toContain('it never fell back; it does not slow down');
    expect(text).toContain('a longer life in which it stops');
    expect(text).toContain('remember (src/cache.js:12)  40 MB alive, +30 MB');
  });
});

describe('the way down', () => {
  test('enter opens the evidence and the sandboxes, and enter again the lines of either', () => {
    expect(MEMORY.open!(input())).toEqual({ kind: 'open', crumb: { id: LEAK, title: LEAK } });
    const rows = MEMORY.rows(opened());
    expect(rows.slice(0, 2)).toEqual(['F-1', 'F-6']);
    expect(MEMORY.open!(opened())).toMatchObject({ kind: 'open', crumb: { id: 'F-1' }, evidence: picture.report.findings[0]!.evidence });
    const sandbox = MEMORY.open!(opened(rows[2]));
    expect(sandbox).toMatchObject({ kind: 'open', crumb: { title: expect.stringMatching(/^lines of …/) } });
    expect(sandbox.kind === 'open' && sandbox.evidence!.length).toBe(2);
  });

  test('lines have no row to select: the keys move through them', () => {
    expect(MEMORY.rows(opened()).length).toBeGreaterThan(2);
    expect(
      MEMORY.rows(
        input({
          crumbs: [
            { id: LEAK, title: '' },
            { id: 'F-1', title: '' },
          ],
        }),
      ),
    ).toEqual([]);
  });

  test('one sandbox is drawn alone, with how it ended', () => {
    const rows = drawn(opened(MEMORY.rows(opened())[2]));
    expect(rows.find((row) => row.startsWith('>'))).toMatch(/139 MB -> 512 MB over 28 invocations, x killed out of memory/);
    expect(rows.join('\n')).toContain('this sandbox   x killed');
  });

  test('a row that is gone says so', () => {
    expect(drawn(input({ crumbs: [{ id: 'nobody', title: '' }] }))[0]).toContain('not in the picture any more');
  });
});

test('a copy holds the verdict, its reasons and the next command', () => {
  expect(MEMORY.copy!(input())).toMatch(
    /^\*\*Memory: checkout v42, 512 MB {2}! LEAKING\*\*[\s\S]*- why: leaks 13\.8 MB[\s\S]*- F-1 OUT OF MEMORY, next: `/,
  );
});

test('names that would move the cursor are spelt out', () => {
  const name = 'evil\u001b[2J\u202ename';
  const [section, ...others] = picture.report.memory;
  const hostile = { ...picture, report: { ...picture.report, memory: [{ ...section!, functionName: name }, ...others] } };
  const text = drawn(input({}, { width: 140, height: 37 }, hostile)).join('\n') + MEMORY.rows(input({}, undefined, hostile)).join();
  expect(text).toContain('evil\\x1b[2J');
  expect(/[\u001b\u202e]/.test(text)).toBe(false);
});

test('without a line that tells of memory the screen says which lines would', () => {
  const empty = { ...picture, memory: [], report: { ...picture.report, memory: [] } };
  expect(drawn(input({}, undefined, empty))[0]).toContain('no line tells of memory');
  expect(MEMORY.why(input({}, undefined, empty))).toContain('REPORT lines');
  expect(MEMORY.open!(input({}, undefined, empty))).toEqual({ kind: 'nothing' });
});

test('rows are sorted by growth, by what is full first, or by name', () => {
  expect(MEMORY.rows(input({ sort: 'name' }))[0]).toBe('catalog v17, 512 MB');
  expect(MEMORY.rows(input({ sort: 'full first' }))[0]).toBe(LEAK);
  expect(MEMORY.rows(input({ filter: { text: 'mail', isInverse: false } }))).toEqual(['email-worker v8, 256 MB']);
});

describe('a service of which only its own windows tell', () => {
  const [section] = memoryOf('pricing');
  const told = (processes: NonNullable<Picture['report']['processes']>): Picture => ({
    ...picture,
    memory: [],
    report: { ...picture.report, memory: [section!], processes, findings: [] },
  });

  test('before its minimum the sentence has what was seen and what is missing, and calls it no leak', () => {
    const grown = told([process('pricing', 12, 178)]);
    expect(MEMORY.why(input({}, undefined, grown))).toBe(
      'pricing: cannot tell yet whether it leaks, heap floor 12 MB to 178 MB in 60 s and 2,065 requests; missing: growth in more than two steps',
    );
    expect(drawn(input({}, undefined, grown))[1]).toMatch(/pricing.*\? cannot tell/);
  });

  test('processes of others are not taken for its own', () => {
    const others = told([process('checkout', 12, 900)]);
    expect(MEMORY.why(input({}, undefined, others))).not.toContain('900 MB');
  });

  function memoryOf(functionName: string): Picture['report']['memory'] {
    return [
      {
        functionName,
        version: '?',
        memorySizeMb: undefined,
        sandboxCount: 1,
        highestMb: undefined,
        medianOfMaximaMb: undefined,
        growth: { kind: 'insufficient-data', missing: 'no line names the memory used' },
        pinnedSandboxCount: 0,
        oomCount: 0,
        oomProof: [],
        invocationsToLimit: undefined,
        fastLeak: undefined,
        suggestedMb: undefined,
        channels: [
          {
            channel: 'heap',
            verdict: 'insufficient-data',
            judgedCount: 0,
            why: '',
            toDecide: 'growth in more than two steps',
            falsifiers: [],
          },
        ],
      },
    ] as unknown as Picture['report']['memory'];
  }

  function process(functionName: string, fromMb: number, toMb: number) {
    const bytes = (megabytes: number) => megabytes * 1024 * 1024;
    const fromMs = picture.nowMs - 60_000;
    return {
      functionName,
      fromMs,
      toMs: picture.nowMs,
      requestCount: 2_065,
      firstFloorBytes: bytes(fromMb),
      lastFloorBytes: bytes(toMb),
    } as never;
  }
});
