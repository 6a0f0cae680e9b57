import { describe, expect, test } from 'vitest';
import { createProbing, type Surroundings } from '../../agent/src/measure/probe.ts';
import { decodeRecord, type LeakRecord } from '../../agent/src/record/index.ts';
import type { AllocationSite } from '../../agent/src/record/leak-record.ts';
import { bytes } from '../../agent/src/record/units.ts';

const MEGABYTE = 1_000_000;

interface Life {
  readonly works: number;
  readonly durationMs?: number;
  /** How many times as long a work takes while functions are kept apart. */
  readonly slowedBy?: number;
  /** Whether it only waits longer: for a busy machine, a slow peer. */
  readonly waits?: boolean;
  /** Of a collection. */
  readonly pauseMs?: number;
  readonly kept: (number: number) => number;
  readonly underWay?: (number: number) => number;
  readonly sites?: readonly AllocationSite[];
}

/** A told life of a program: memory after each work, and a collector that finds exactly what is kept. */
function live({ works, durationMs = 100, slowedBy = 1, waits = false, pauseMs = 5, kept, underWay = () => 0, sites = [] }: Life) {
  const lines: string[] = [];
  const notes: string[] = [];
  const collectedAt: number[] = [];
  const starts: boolean[] = [];
  let isApart = false;
  let stops = 0;
  let number = 0;
  let processorMs = 0;
  const surroundings: Surroundings = {
    findCollector: () => () => {
      collectedAt.push(number);
      return { heapUsedBytes: 4 * MEGABYTE + kept(number), externalBytes: MEGABYTE, pauseMs };
    },
    startSampling: (_channel, _workNumber, { isExact }) => {
      let isRead = false;
      isApart = isExact === true;
      starts.push(isApart);
      return {
        kind: 'sampling',
        sampling: {
          read: () => {
            isRead = true;
          },
          // Before functions are kept apart, it knows the caller.
          growing: (_asked, most) =>
            isRead ? sites.slice(0, most).map((site) => (isExact === true ? site : { ...site, functionName: 'handler' })) : [],
          stop: () => {
            isApart = false;
            stops++;
          },
        },
      };
    },
    worksUnderWay: () => underWay(number),
    epochNow: () => 1_700_000_000_000,
    processorMs: () => processorMs,
    threadId: undefined,
    writeLine: (line) => lines.push(line),
    note: (_about, text) => notes.push(text),
  };
  const probing = createProbing(surroundings);
  for (number = 1; number <= works; number++) {
    const heapUsedBytes = 4 * MEGABYTE + kept(number) + (number % 5) * 200_000;
    const tookMs = isApart ? slowedBy * durationMs : durationMs;
    processorMs += waits ? durationMs / 10 : tookMs / 10;
    if (probing.workEnded({ number, durationMs: tookMs, heapUsedBytes, externalBytes: MEGABYTE })) probing.probe();
  }
  const leaks = lines.map(decodeRecord).map((decoded) => {
    if (decoded.kind !== 'record') throw new Error(decoded.kind);
    return decoded.record as LeakRecord;
  });
  return { lines, leaks, notes, collectedAt, starts, stops: () => stops };
}

describe('when collections are forced', () => {
  test('a program that keeps nothing is never stopped for one', () => {
    const life = live({ works: 50_000, kept: () => 0 });
    expect(life).toMatchObject({ lines: [], notes: [], collectedAt: [] });
  });

  test('each waits for half as much work again once the leak is known, so that their number stays small', () => {
    const { collectedAt, leaks } = live({ works: 200_000, kept: (number) => 1000 * number });
    expect(collectedAt.length).toBeLessThan(30);
    const late = collectedAt.slice(-4);
    for (let i = 1; i < late.length; i++) expect(late[i]).toBe(Math.ceil(1.5 * late[i - 1]!));
    expect(leaks.length).toBeLessThan(16);
    expect(leaks.at(-1)).toMatchObject({ verdict: 'leaking', slopeBytes: 1000 });
  });

  test('a leak is called one only when a further probe agrees', () => {
    const { leaks, collectedAt } = live({ works: 2000, kept: (number) => 5000 * number });
    expect(collectedAt.indexOf(leaks.find((leak) => leak.verdict === 'leaking')!.invocationNumber!)).toBeGreaterThanOrEqual(4);
  });

  test('a leak that one probe does not see any more is called suspected at once, and a bound when a further one agrees', () => {
    const { leaks, collectedAt } = live({ works: 8000, kept: (number) => 5000 * Math.min(number, 750) });
    const called = leaks.findLastIndex((leak) => leak.verdict === 'leaking');
    expect(called).toBeGreaterThan(0);
    const [suspected, bounded] = leaks.slice(called + 1);
    expect(suspected?.verdict).toBe('suspected');
    // The first probe of which the last span was level.
    expect(suspected?.invocationNumber).toBe(collectedAt.find((at) => at > leaks[called]!.invocationNumber! && at > 1000));
    expect(bounded?.verdict).toBe('growing-but-bounded');
  });

  test('a leak that goes on is not called suspected again', () => {
    const { leaks } = live({ works: 8000, kept: (number) => 5000 * number });
    const called = leaks.findIndex((leak) => leak.verdict === 'leaking');
    expect(leaks.slice(called).map((leak) => leak.verdict)).not.toContain('suspected');
  });

  test('a cache that is full in the end is bounded, and the profiler is stopped', () => {
    const { leaks, stops } = live({ works: 5000, kept: (number) => 20_000 * Math.min(number, 200) });
    expect(leaks.map((leak) => leak.verdict)).not.toContain('leaking');
    expect(['growing-but-bounded', 'stable']).toContain(leaks.at(-1)?.verdict);
    expect(stops()).toBeGreaterThan(0);
  });
});

describe('functions are kept apart for the sampler', () => {
  const site: AllocationSite = { functionName: 'remember', file: 'src/cache.js', line: 12, liveBytes: bytes(MEGABYTE) };

  test('once memory has grown over three collections, and no longer than the leak takes to be known well', () => {
    const { leaks, starts, stops } = live({ works: 20_000, kept: (number) => 5000 * number, sites: [site] });
    expect(starts).toEqual([false, true]);
    expect(stops()).toBe(2);
    expect(leaks.at(-1)).toMatchObject({ verdict: 'leaking', allocationSites: [{ functionName: 'remember' }] });
  });

  test('and no longer than it takes to see that works slow down by it, which is said', () => {
    const told = { works: 20_000, kept: (number: number) => 5000 * number, sites: [site] };
    const said = 'the code that allocates may be told by its caller: work took half as long again while functions were kept apart';
    const { leaks, notes, starts } = live({ ...told, slowedBy: 3 });
    expect(starts).toEqual([false, true]);
    expect(notes).toContain(said);
    expect(leaks.at(-1)).toMatchObject({ verdict: 'leaking' });
    expect(live({ ...told, slowedBy: 1.3 }).notes).not.toContain(said);
  });

  test('but on when works only wait longer than before: for a busy machine, or for others', () => {
    const { notes, starts, leaks } = live({ works: 20_000, kept: (number) => 5000 * number, sites: [site], slowedBy: 3, waits: true });
    expect(starts).toEqual([false, true]);
    expect(notes).toEqual([]);
    expect(leaks.at(-1)).toMatchObject({ verdict: 'leaking', allocationSites: [{ functionName: 'remember' }] });
  });

  test('and what was named while they were is not forgotten when that ends early', () => {
    const { leaks } = live({ works: 20_000, kept: (number) => 5000 * number, sites: [site], slowedBy: 3 });
    const named = leaks.filter((leak) => leak.allocationSites !== undefined);
    expect(named.length).toBeGreaterThan(1);
    expect(leaks.slice(leaks.indexOf(named[0]!))).toEqual(named);
    expect(leaks.at(-1)?.invocationNumber).toBeGreaterThan(10_000);
    expect(leaks.at(-1)?.allocationSites).toMatchObject([{ functionName: 'remember' }]);
  });

  test('and where to read the profile would take too long, that is said', () => {
    const told = {
      works: 20_000,
      durationMs: 1000,
      kept: (number: number) => 100 * number + 400_000 * Math.floor(number / 100),
      sites: [site],
    };
    const said = 'no allocation sites: to read them would stop this process for more than 50 ms';
    expect(live({ ...told, pauseMs: 30 }).notes).toContain(said);
    expect(live({ ...told, pauseMs: 5 }).notes).toEqual([]);
  });

  test('never in a program that only warmed up', () => {
    const { leaks, starts, stops } = live({ works: 5000, kept: (number) => 20_000 * Math.min(number, 108) });
    expect(leaks.at(-1)?.verdict).toBe('stable');
    expect(starts).toEqual([false]);
    expect(stops()).toBeGreaterThan(0);
  });
});

describe('works under way', () => {
  test('put a collection off until a moment without any', () => {
    const underWay = (number: number) => (number % 10 === 0 ? 0 : 2);
    const { collectedAt } = live({ works: 1000, kept: (number) => 5000 * number, underWay });
    expect(collectedAt.length).toBeGreaterThan(3);
    for (const at of collectedAt) expect(at % 10).toBe(0);
  });

  test('up to three are put up with where there is never such a moment', () => {
    const { collectedAt, leaks } = live({ works: 3000, kept: (number) => 5000 * number, underWay: () => 3 });
    expect(collectedAt.length).toBeGreaterThan(3);
    expect(leaks.at(-1)?.verdict).toBe('leaking');
  });

  test('four at any time: nothing is collected, and that is said', () => {
    const { collectedAt, leaks, notes } = live({ works: 3000, kept: (number) => 5000 * number, underWay: () => 4 });
    expect(collectedAt).toEqual([]);
    expect(leaks.map((leak) => leak.verdict)).toEqual(['suspected']);
    expect(notes).toEqual(['forced collections wait: more than 3 works are always under way']);
  });
});

test('a line stays short, however many probes and sites there are', () => {
  const sites = Array.from({ length: 40 }, (_, i) => ({
    functionName: `${'f'.repeat(79)}${i % 10}`,
    file: 'p'.repeat(160),
    line: i + 1,
    liveBytes: bytes(MEGABYTE),
    grownBytes: bytes(MEGABYTE),
  }));
  const { lines, leaks } = live({ works: 1_000_000, durationMs: 1000, kept: (number) => 1000 * number, sites });
  expect(Math.max(...leaks.map((leak) => leak.allocationSites?.length ?? 0))).toBe(12);
  expect(Math.max(...leaks.map((leak) => leak.probes?.length ?? 0))).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(5000);
});
