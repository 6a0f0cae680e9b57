/**
 * What the agent's lines say of a Node process whose truth we know: the sandboxes of `simulated-sandbox.mjs`, seen from
 * inside. Every invocation gives the used heap, the floor that the callback of the last full collection saw (with the
 * floating garbage that V8 leaves), external memory, the heap taken from the system, and every eighth resident memory
 * and handles. A probed life is collected on the agent's schedule besides.
 */
import { seededRandom, seedOf } from './seeded-random.mjs';
import { drawHabits, HEALTHY, LEAKS, live, MORE_HEALTHY, MORE_LEAKS, UNDECIDABLE } from './simulated-sandbox.mjs';

export const HEAP_LEAKS = [...LEAKS, ...MORE_LEAKS];
export const HEAP_HEALTHY = [...HEALTHY, ...MORE_HEALTHY];
export const HEAP_UNDECIDABLE = UNDECIDABLE;
/** Leaks whose bytes per invocation are the same from the first invocation to the last, and their channel. */
export const CONSTANT_RATE = {
  const: 'heap',
  'payload-leak': 'heap',
  errpath: 'heap',
  external: 'external',
  native: 'native',
  'diurnal-leak': 'heap',
  'burst-leak': 'heap',
  slow: 'heap',
  'concurrent-leak': 'heap',
  'batch-leak': 'heap',
};

const MIB = 1_048_576;

/**
 * @param {string} kind
 * @param {number} seed
 * @param {{ probed: boolean, invocations?: number, leakBytes?: number, sandbox?: number }} how
 */
export function simulateHeap(kind, seed, { probed, invocations = 2_500, leakBytes, sandbox = 0 }) {
  const habits = drawHabits(kind, seededRandom(seedOf(seed, kind)), invocations);
  if (leakBytes !== undefined) habits.leakMb = leakBytes / MIB;
  const seen = seededRandom(seedOf(seed, `${kind} seen ${sandbox}`));
  const samples = [];
  const probes = [];
  let floor;
  let nextProbe = 100;
  let last;
  live(kind, habits, seededRandom(seedOf(seed, `${kind}#${sandbox}`)), invocations, invocations, (state) => {
    const { n, young, heldByOthers, external, isFull } = state;
    const used = state.live + state.oldGarbage + young + heldByOthers;
    const settled = state.live * (1 + seen.between(0.002, 0.015));
    if (isFull) floor = settled + state.oldGarbage + 0.6 * young + heldByOthers;
    const isEighth = n % 8 === 1;
    samples.push({
      invocationNumber: n,
      heapUsedBytes: used * MIB,
      heapFloorBytes: floor === undefined ? undefined : floor * MIB,
      externalBytes: (1 + external) * MIB,
      heapCommittedBytes: state.heapHigh * MIB,
      rssBytes: isEighth ? (state.residentMb + 1) * MIB : undefined,
      handleCount: isEighth ? 4 + state.inFlight + (kind === 'handles' ? n : 0) + (seen.uniform() < 0.2 ? 1 : 0) : undefined,
      isFull,
    });
    if (!probed || n < nextProbe || state.inFlight > 3) return false;
    const probe = { invocationNumber: n, heapUsedBytes: (settled + heldByOthers) * MIB, externalBytes: (1 + external) * MIB };
    probes.push(probe);
    const total = probe.heapUsedBytes + probe.externalBytes;
    const rose = last === undefined || total - last > 2 * (96 * 1024 + 0.006 * total);
    nextProbe = rose ? n + Math.max(50, Math.ceil(0.15 * n)) : Math.ceil(1.5 * n);
    last = total;
    floor = settled + heldByOthers;
    return true;
  });
  return { memorySizeBytes: habits.memorySizeMb * MIB, samples, probes, bytesPerInvocation: habits.leakMb * MIB };
}
