import { Session } from 'node:inspector';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type AllocationSampling, type SamplingManner, startAllocationSampling } from '../../agent/src/measure/allocation-sites.ts';
import { findCollector } from '../../agent/src/measure/forced-collection.ts';
import { createShowPath } from '../../agent/src/measure/shown-path.ts';
import { runUnderProbe } from '../support/run-under-probe.ts';

const showPath = createShowPath(process.cwd(), undefined, '');
const running: AllocationSampling[] = [];
afterEach(() => {
  for (const sampling of running.splice(0)) sampling.stop();
});

function sample(manner: SamplingManner = {}): AllocationSampling {
  const start = startAllocationSampling(showPath, 'heap', 0, manner);
  if (start.kind !== 'sampling') throw new Error(start.missing);
  running.push(start.sampling);
  return start.sampling;
}

describe('allocation sites', () => {
  test('the one whose objects stay is told with its bytes, the one whose objects die is not', () => {
    const kept: unknown[] = [];
    function keeps(count: number): void {
      for (let i = 0; i < count; i++) kept.push({ i, list: [i, i, i, i, i, i, i, i] });
    }
    function drops(count: number): number {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += [i, { i }].length;
      return sum;
    }
    const sampling = sample();
    for (let round = 1; round <= 4; round++) {
      keeps(20_000);
      drops(20_000);
      sampling.read(round);
    }
    const sites = sampling.growing('heap', 12);
    expect(sites[0]).toMatchObject({ functionName: 'keeps', file: 'test/agent/allocation-sites.test.ts' });
    expect(sites.map((site) => site.functionName)).not.toContain('drops');
    expect(sites[0]?.liveBytes).toBeGreaterThan(4 * MEGABYTE);
    expect(kept).toHaveLength(80_000);
  });

  test('what has stopped growing makes room for what grows', () => {
    const kept: unknown[] = [];
    function early(count: number): void {
      for (let i = 0; i < count; i++) kept.push({ i, early: true });
    }
    function late(count: number): void {
      for (let i = 0; i < count; i++) kept.push({ i, late: true });
    }
    const sampling = sample();
    early(200_000);
    for (let round = 1; round <= 6; round++) {
      late(30_000);
      sampling.read(round * 100);
    }
    const names = sampling.growing('heap', 12).map((site) => site.functionName);
    expect(names[0]).toBe('late');
    expect(kept).toHaveLength(380_000);
  });

  test('a function that V8 had compiled into its caller is told by its own name', () => {
    const kept: unknown[] = [];
    const remember = (i: number) => kept.push({ i, list: [i, i, i, i] });
    function handler(from: number): void {
      for (let i = 0; i < 50; i++) remember(from + i);
    }
    // Enough for the optimising compiler, as some hundred works of a real handler are.
    for (let call = 0; call < 4000; call++) {
      handler(call);
      kept.length = 0;
    }
    const sampling = sample({ isExact: true });
    for (let call = 0; call < 1000; call++) handler(call);
    sampling.read(1);
    expect(sampling.growing('heap', 12)[0]?.functionName).toBe('remember');
    sampling.stop(true);
    running.pop();
    expect(kept).toHaveLength(50_000);
  });

  test('a cache that replaces its entries is not named in place of the leak beside it', () => {
    const collect = findCollector();
    if (!collect) throw new Error('this Node gives no gc function');
    const cache = new Map<number, unknown>();
    const kept: unknown[] = [];
    function remember(i: number): void {
      cache.set(i, { i, list: [i, i, i, i, i, i, i, i] });
      cache.delete(i - 40_000);
    }
    function leak(i: number): void {
      kept.push({ i, list: [i, i, i, i] });
    }
    const works = (from: number, to: number, leaks = true) => {
      for (let i = from; i < to; i++) {
        remember(i);
        if (leaks && i % 2 === 0) leak(i);
      }
    };
    works(0, 50_000, false);
    const sampling = sample({ isExact: true, heldBytes: collect().heapUsedBytes, expectedBytes: MEGABYTE });
    const read = (at: number) => {
      sampling.read(at, collect().heapUsedBytes);
      return sampling.growing('heap', 12).map((site) => site.functionName);
    };
    works(50_000, 90_000);
    // All of the cache is new, and by marks alone it has grown most.
    expect(read(90_000)).toEqual([]);
    works(90_000, 150_000);
    expect(read(150_000)[0]).toBe('leak');
    expect(cache.size + kept.length).toBe(90_000);
  });

  test('where nothing is replaced, the first reading names the leak', () => {
    const collect = findCollector();
    if (!collect) throw new Error('this Node gives no gc function');
    const kept: unknown[] = [];
    function leak(i: number): void {
      kept.push({ i, list: [i, i, i, i, i, i, i, i] });
    }
    const sampling = sample({ isExact: true, heldBytes: collect().heapUsedBytes, expectedBytes: MEGABYTE });
    for (let i = 0; i < 60_000; i++) leak(i);
    sampling.read(1, collect().heapUsedBytes);
    expect(sampling.growing('heap', 12)[0]?.functionName).toBe('leak');
    expect(kept).toHaveLength(60_000);
  });

  test('a heap profiler of somebody else is left running', () => {
    const theirs = new Session();
    theirs.connect();
    theirs.post('HeapProfiler.startSampling', { samplingInterval: 4096 });
    expect(startAllocationSampling(showPath, 'heap', 0)).toEqual({ kind: 'unavailable', missing: 'another heap profiler is running' });
    let stillRuns = false;
    theirs.post('HeapProfiler.getSamplingProfile', (error) => {
      stillRuns = error === null;
    });
    theirs.post('HeapProfiler.stopSampling');
    theirs.disconnect();
    expect(stillRuns).toBe(true);
  });

  test('after the end nothing is sampled any more', () => {
    sample();
    running.pop()?.stop();
    const session = new Session();
    session.connect();
    let refusal: Error | null = null;
    session.post('HeapProfiler.getSamplingProfile', (error) => {
      refusal = error;
    });
    session.disconnect();
    expect(refusal).not.toBeNull();
  });

  test('what Node allocates is put down to the function that called it, and no line tells an absolute path', async () => {
    const { leaks } = await runUnderProbe('leaking/endless-timers.mjs', { invocations: 900, durationMs: 100 });
    const sites = leaks.flatMap((leak) => leak.allocationSites ?? []);
    expect(sites.length).toBeGreaterThan(0);
    for (const { file, column } of sites) {
      expect(file).toMatch(/^(leaking\/endless-timers|everyday-work|probe-host)\.mjs$/);
      // A bundle of one line tells its functions apart by nothing else.
      expect(column).toBeGreaterThan(0);
    }
  });
});

describe('inlining', () => {
  const life = { invocations: 1100, durationMs: 100 };

  test('is off while a leak is looked at, and on again afterwards', async () => {
    const { flagTags } = await runUnderProbe('leaking/global-array.mjs', life);
    expect(flagTags).toHaveLength(3);
    expect(flagTags[1]).not.toBe(flagTags[0]);
    expect(flagTags[2]).toBe(flagTags[0]);
  });

  test('stays off in a process that was started without it', async () => {
    const nodeArguments = ['--no-turbo-inlining', '--no-maglev-inlining'];
    const { flagTags, leaks } = await runUnderProbe('leaking/global-array.mjs', { ...life, nodeArguments });
    expect(flagTags).toHaveLength(1);
    // It was looked at as long as the other one.
    expect(leaks.at(-1)?.verdict).toBe('leaking');
    expect(leaks.at(-1)?.allocationSites?.[0]?.file).toBe('leaking/global-array.mjs');
  });
});

describe('the file of a site', () => {
  const cwd = join(homedir(), 'projects', 'shop');
  const show = createShowPath(cwd, join(cwd, 'src', 'main.js'), join(cwd, 'vendor', 'nightlight'));

  test.each([
    ['below the working directory', join(cwd, 'src', 'cart.js'), 'src/cart.js'],
    ['the same, as a module', pathToFileURL(join(cwd, 'src', 'cart with blank.mjs')).href, 'src/cart with blank.mjs'],
    ['in a package', join(cwd, 'node_modules', '@scope', 'lru', 'lib', 'index.js'), '@scope/lru/lib/index.js'],
    ['in a package of a package', join(cwd, 'node_modules', 'a', 'node_modules', 'b', 'b.js'), 'b/b.js'],
    ['elsewhere, where the path would tell a name', join(homedir(), 'secret-client', 'lib.js'), '…/lib.js'],
    ['of the agent itself', join(cwd, 'vendor', 'nightlight', 'preload.cjs'), undefined],
    ['evaluated text', 'evalmachine.<anonymous>', undefined],
    ['source text in a URL', 'data:text/javascript,secret()', undefined],
  ])('%s', (_name, url, shown) => {
    expect(show(url)).toBe(shown);
  });

  test('is told from the main script where the working directory lies above the homes of people', () => {
    const main = join(homedir(), 'app', 'server.js');
    const fromRoot = createShowPath(dirname(homedir()), main, '');
    expect(fromRoot(join(homedir(), 'app', 'lib', 'pool.js'))).toBe('lib/pool.js');
  });
});

describe('a forced collection', () => {
  test('takes away what is dead, Buffers too, and leaves Node without a gc function as before', () => {
    const collect = findCollector();
    if (!collect) throw new Error('this Node gives no gc function');
    const before = collect();
    for (let i = 0; i < 50; i++) Buffer.alloc(MEGABYTE);
    const after = collect();
    expect(after.externalBytes - before.externalBytes).toBeLessThan(2 * MEGABYTE);
    expect(after.pauseMs).toBeGreaterThan(0);
    expect((globalThis as { gc?: unknown }).gc).toBeUndefined();
  });
});

const MEGABYTE = 1_000_000;
