import { expect, test } from 'vitest';
import { memoryFindings, memorySection } from '../../analyzer/src/diagnose/memory.ts';
import { memoryFindingsOf } from '../../analyzer/src/diagnose/memory-findings.ts';
import type { MemorySection } from '../../analyzer/src/diagnose/sections.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { addConfiguration, addSandbox, emptySummary, evidenceAt, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

function findingsOf(summary: Summary) {
  return memoryFindings(summary, { memory: memorySection(summary, {}), changes: [] }, {});
}

/** A flat sandbox: it reached its maximum at the first invocation. */
const flat = (megabytes: number, invocations = 100) => new Array<number>(invocations).fill(megabytes);

test('sandboxes are the samples: the highest and the median of their maxima', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary);
  for (const megabytes of [80, 90, 100, 200]) addSandbox(summary, configuration, { maxima: flat(megabytes) });

  expect(memorySection(summary, {})).toMatchObject([
    {
      functionName: 'checkout',
      memorySizeMb: 512,
      sandboxCount: 4,
      medianOfMaximaMb: 95,
      highestMb: 200,
      pinnedSandboxCount: 0,
      oomCount: 0,
    },
  ]);
});

test('memory sizes are never pooled', () => {
  const summary = emptySummary();
  addSandbox(summary, addConfiguration(summary, { memorySizeMb: 512 }), { maxima: flat(100) });
  addSandbox(summary, addConfiguration(summary, { memorySizeMb: 1024 }), { maxima: flat(300) });

  expect(memorySection(summary, {}).map(({ memorySizeMb, highestMb }) => [memorySizeMb, highestMb])).toEqual([
    [512, 100],
    [1024, 300],
  ]);
});

test('a configuration without any word of memory has no memory section', () => {
  const summary = emptySummary();
  addSandbox(summary, addConfiguration(summary, { memorySizeMb: 0 }), { maxima: [] });

  expect(memorySection(summary, {})).toEqual([]);
});

test('flat sandboxes with room to spare give no finding but that they are too large', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { memorySizeMb: 512, invocationCount: 600 });
  for (let i = 0; i < 6; i++) addSandbox(summary, configuration, { maxima: flat(300) });

  expect(findingsOf(summary)).toEqual([]);
});

test('one climbing sandbox is never said to leak', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { invocationCount: 400 });
  addSandbox(summary, configuration, { maxima: Array.from({ length: 400 }, (_, i) => 80 + Math.floor(i / 2)) });

  expect(memorySection(summary, {})[0]!.growth.kind).not.toBe('leaking');
  for (const finding of findingsOf(summary)) {
    expect(finding.headline).not.toBe('LEAKING');
    expect(finding.gates).not.toContain('leak');
  }
});

test('sandboxes that cannot be told apart give a maximum but no growth', () => {
  const summary = emptySummary();
  addSandbox(summary, addConfiguration(summary), { maxima: [80, 90, 120], isolated: false });
  const [section] = memorySection(summary, {});

  expect(section).toMatchObject({ highestMb: 120, growth: { kind: 'insufficient-data' }, fastLeak: undefined, envelopes: [] });
});

test('a sandbox that used all of its memory without dying of it is pinned', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { memorySizeMb: 512 });
  addSandbox(summary, configuration, { maxima: flat(512) });
  addSandbox(summary, configuration, { maxima: flat(100) });

  expect(findingsOf(summary)).toMatchObject([
    {
      kind: 'memory-pinned',
      harm: 'soon',
      certainty: 'proven',
      next: 'aws lambda update-function-configuration --function-name checkout --memory-size 768',
    },
  ]);
  expect(findingsOf(summary)[0]!.why).toMatch(/^1 of 2 sandboxes used all 512 MB without an out-of-memory line/);
  // The one that is pinned, not its neighbour.
  expect(findingsOf(summary)[0]!.evidence).toHaveLength(1);
});

test('a sandbox killed at its limit is proof of an out-of-memory death, not pinned', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { memorySizeMb: 512, statusCounts: { oom: 1 } });
  const evidence = evidenceAt(NOON_MS + MINUTE_MS, 77);
  addSandbox(summary, configuration, { maxima: flat(512, 30), death: { by: 'oom', n: 30, atMs: evidence.atMs, evidence } });

  expect(memorySection(summary, {})[0]).toMatchObject({
    pinnedSandboxCount: 0,
    oomCount: 1,
    oomProof: [{ path: 'export.csv', byteOffset: 77, at: '2026-11-21T12:01:00.000Z' }],
  });
  expect(findingsOf(summary).map(({ kind }) => kind)).not.toContain('memory-pinned');
});

test('nine tenths of the memory are near the limit, half of it is not', () => {
  const near = emptySummary();
  addSandbox(near, addConfiguration(near, { memorySizeMb: 512 }), { maxima: flat(470) });
  expect(findingsOf(near)).toMatchObject([{ kind: 'near-memory', certainty: 'proven' }]);
  expect(findingsOf(near)[0]!.why).toBe('the fullest of 1 sandbox used 470 of 512 MB (91.8 %)');

  const far = emptySummary();
  addSandbox(far, addConfiguration(far, { memorySizeMb: 512 }), { maxima: flat(260) });
  expect(findingsOf(far)).toEqual([]);
});

test('memory of which less than half was ever used is oversized, in the megabytes that Lambda prints', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, {
    memorySizeMb: 1024,
    invocationCount: 1000,
    billedMsSum: 10_000_000,
    lastMs: NOON_MS + 60 * MINUTE_MS,
  });
  for (const megabytes of [90, 100, 110, 120, 130]) addSandbox(summary, configuration, { maxima: flat(megabytes) });

  // 130 MB and 30 % of room, in steps of 64: 192 MB.
  expect(memorySection(summary, {})[0]!.suggestedMb).toBe(192);
  const [finding] = findingsOf(summary);
  expect(finding).toMatchObject({
    kind: 'oversized-memory',
    harm: 'money',
    gates: [],
    next: 'aws lambda update-function-configuration --function-name checkout --memory-size 192',
  });
  // 10,000 s times 832/1024 GB at 0.0000166667 USD, seen in one hour, is 0.1354 USD an hour.
  expect(finding!.weight).toBeCloseTo(0.1354 * 24, 2);
});

test('a version that another one replaced is given no advice', () => {
  const summary = emptySummary();
  const old = addConfiguration(summary, { version: '1', memorySizeMb: 1024, invocationCount: 1000, lastMs: NOON_MS + 60 * MINUTE_MS });
  for (let i = 0; i < 5; i++) addSandbox(summary, old, { maxima: flat(130) });
  expect(findingsOf(summary)).toHaveLength(1);

  addConfiguration(summary, { version: '2', memorySizeMb: 256, firstMs: NOON_MS + 61 * MINUTE_MS, lastMs: NOON_MS + 90 * MINUTE_MS });
  expect(findingsOf(summary)).toEqual([]);
});

test('a handful of invocations is no ground to take memory away', () => {
  const few = emptySummary();
  const configuration = addConfiguration(few, { memorySizeMb: 1024, invocationCount: 50 });
  for (let i = 0; i < 6; i++) addSandbox(few, configuration, { maxima: flat(100, 8) });
  expect(memorySection(few, {})[0]!.suggestedMb).toBeUndefined();

  const oneSandbox = emptySummary();
  addSandbox(oneSandbox, addConfiguration(oneSandbox, { memorySizeMb: 1024, invocationCount: 5000 }), { maxima: flat(100, 5000) });
  expect(memorySection(oneSandbox, {})[0]!.suggestedMb).toBeUndefined();
});

test('attempts that failed do not show how little memory the work needs', () => {
  const broken = emptySummary();
  const failing = addConfiguration(broken, { memorySizeMb: 1024, invocationCount: 1000 });
  failing.statusCounts['init-error'] = 1000;
  for (let i = 0; i < 6; i++) addSandbox(broken, failing, { maxima: flat(100) });
  expect(memorySection(broken, {})[0]!.suggestedMb).toBeUndefined();

  const twin = emptySummary();
  const well = addConfiguration(twin, { memorySizeMb: 1024, invocationCount: 1000 });
  well.statusCounts['init-error'] = 20;
  for (let i = 0; i < 6; i++) addSandbox(twin, well, { maxima: flat(100) });
  expect(memorySection(twin, {})[0]!.suggestedMb).toBe(192);
});

test('a function that already has the smallest memory is not oversized', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { memorySizeMb: 128, invocationCount: 1000 });
  for (let i = 0; i < 6; i++) addSandbox(summary, configuration, { maxima: flat(40) });

  expect(memorySection(summary, {})[0]!.suggestedMb).toBeUndefined();
});

/** Ten sandboxes of 800 invocations, each one's maximum by a rule. */
function fleet(megabytesAt: (n: number, sandbox: number) => number): Summary {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { memorySizeMb: 512, invocationCount: 8000 });
  for (let i = 0; i < 10; i++) {
    addSandbox(summary, configuration, { maxima: Array.from({ length: 800 }, (_, n) => Math.floor(megabytesAt(n, i))) });
  }
  return summary;
}

test('ten sandboxes that climb alike leak, and the fullest one tells how long it has left', () => {
  const [section] = memorySection(
    fleet((n, sandbox) => 100 + sandbox + n * 0.4),
    {},
  );

  expect(section!.growth.kind).toBe('leaking');
  // The fullest has 512 - 428 = 84 MB left, at 0.4 MB an invocation 210 of them.
  expect(section!.invocationsToLimit!.low).toBeLessThanOrEqual(210);
  expect(section!.invocationsToLimit!.high).toBeGreaterThanOrEqual(210);
  expect(section!.envelopes).toHaveLength(5);
  expect(findingsOf(fleet((n, sandbox) => 100 + sandbox + n * 0.4)).map(({ headline }) => headline)).toEqual(['GROWING']);
});

test('ten sandboxes that warm up and stay there do not leak', () => {
  const summary = fleet((n, sandbox) => 300 + sandbox - 60 * Math.exp(-n / 20));

  expect(['stable', 'growing-but-bounded', 'insufficient-data']).toContain(memorySection(summary, {})[0]!.growth.kind);
  expect(findingsOf(summary)).toEqual([]);
});

test('sandboxes that climb and die after similar numbers of invocations are a fast leak', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { memorySizeMb: 512, invocationCount: 250, statusCounts: { oom: 6 } });
  for (const life of [40, 42, 39, 41, 40, 43]) {
    const maxima = Array.from({ length: life }, (_, n) => Math.min(512, 80 + n * 11));
    const evidence = evidenceAt(NOON_MS);
    addSandbox(summary, configuration, { maxima, death: { by: 'oom', n: life, atMs: NOON_MS, evidence } });
  }

  expect(memorySection(summary, {})[0]!.fastLeak).toMatchObject({ deathCount: 6, lowInvocations: 39, highInvocations: 43 });
  expect(findingsOf(summary)).toMatchObject([{ kind: 'fast-leak', certainty: 'proven', gates: ['leak', 'any'] }]);
});

/** A section whose verdict is given, to see how it is worded. */
function worded(told: Partial<MemorySection>) {
  const summary = emptySummary();
  addConfiguration(summary, { invocationCount: 1000 });
  const section: MemorySection = {
    functionName: 'checkout',
    version: '7',
    memorySizeMb: 512,
    sandboxCount: 12,
    highestMb: 300,
    medianOfMaximaMb: 250,
    growth: { kind: 'stable' },
    pinnedSandboxCount: 0,
    oomCount: 0,
    oomProof: [],
    invocationsToLimit: undefined,
    fastLeak: undefined,
    suggestedMb: undefined,
    envelopes: [],
    ...told,
  };
  return memoryFindingsOf(summary, section, []);
}

test('growth that is only growth says that logs cannot tell', () => {
  const [finding] = worded({
    growth: { kind: 'growing', mbPerInvocation: 0.51, low: 0.4, high: 0.62, undecidedBecause: 'one sandbox' },
    invocationsToLimit: { low: 341, high: 530 },
  });

  expect(finding).toMatchObject({ headline: 'GROWING', certainty: 'suspected', harm: 'soon', gates: [] });
  expect(finding!.why).toBe(
    'Max Memory Used rises by 0.51 MB per invocation (0.4 to 0.62) over 12 sandboxes, no bound seen so far; the fullest sandbox reaches 512 MB in 341 to 530 more invocations',
  );
  expect(finding!.certaintyBecause).toBe('logs alone cannot tell a leak from a lazily grown heap: one sandbox');
});

test('a leak trips the leak gate and names its proof, and is called one where it went up to the limit', () => {
  const growth = { kind: 'leaking', mbPerInvocation: 2.1, low: 1.9, high: 2.2, proof: '14 of 14 sandboxes grow alike' } as const;

  expect(worded({ growth })).toMatchObject([
    { headline: 'GROWING', certainty: 'shown', certaintyBecause: '14 of 14 sandboxes grow alike', gates: ['leak', 'any'] },
  ]);
  expect(worded({ growth: { ...growth, killedCount: 3 }, oomCount: 3 })).toMatchObject([{ headline: 'LEAKING', certainty: 'proven' }]);
  // Kills that no climb led to prove nothing of the climb.
  expect(worded({ growth, oomCount: 3 })).toMatchObject([{ certainty: 'shown' }]);
});

test('a fast leak stands in place of the ceiling that it touches', () => {
  const fastLeak = { deathCount: 6, medianInvocations: 40, lowInvocations: 36, highInvocations: 44, mbPerInvocation: 11 };
  const findings = worded({ fastLeak, oomCount: 6, pinnedSandboxCount: 2, highestMb: 512 });

  expect(findings).toMatchObject([{ kind: 'fast-leak', headline: 'FAST LEAK', certainty: 'proven', gates: ['leak', 'any'] }]);
  expect(findings[0]!.why).toBe(
    '6 processes climbed 11 MB per invocation and died, each after about 40 invocations (36 to 44); no bound seen so far',
  );
});

test('stable, bounded and undecided memory give no finding', () => {
  expect(worded({})).toEqual([]);
  expect(worded({ growth: { kind: 'growing-but-bounded', because: 'it levelled off' } })).toEqual([]);
  expect(worded({ growth: { kind: 'insufficient-data', missing: '80 more invocations' } })).toEqual([]);
});
