/**
 * What `Max Memory Used` shows of a Node process whose truth we know: a small model of V8's heap.
 *
 * Young garbage is scavenged, a share of it is promoted and waits in the old space for a full collection, which
 * comes when the heap passes its limit and leaves some floating garbage behind; pages once taken are given back
 * slowly. The platform prints the running maximum of the resident set in whole MB. Every figure in the ranges below
 * was chosen to cover what small Node 20 programs showed when they were measured; none was fitted to a detector.
 *
 * Left out: the process never dies of its memory, so that a leak must be found from its climb alone.
 */
import { seededRandom, seedOf } from './seeded-random.mjs';

const KB = 1 / 1024;

/** What a function's memory does. `leak` is the truth; classes neither leaking nor bounded within a life are apart. */
export const LEAKS = [
  'const',
  'payload-leak',
  'errpath',
  'latestart',
  'external',
  'native',
  'diurnal-leak',
  'burst-leak',
  'slow',
  'plus-warmup',
  'concurrent-leak',
  'handles',
  'accelerating',
  'beside-cache',
];
/** Kinds that only the agent's lab looks at. */
export const MORE_LEAKS = ['batch-leak'];
export const MORE_HEALTHY = ['two-steps', 'reload'];
export const HEALTHY = [
  'steady',
  'warmup',
  'lru',
  'zipf',
  'payload',
  'diurnal',
  'burst',
  'step',
  'ttl',
  'jit',
  'hwpool',
  'extchurn',
  'concurrent',
  'raremajor',
  'flush',
  'fragmentation',
];
/** A cache that does not fill in its life: no slope can tell it from a leak. */
export const UNDECIDABLE = ['lru-unfilled'];

/**
 * One function: its habits are drawn once and shared by all its sandboxes, as a deployment's are.
 *
 * @param {string} kind  one of LEAKS, HEALTHY or UNDECIDABLE
 * @param {number} seed
 * @param {object} size
 * @param {number} size.sandboxes
 * @param {number} [size.invocations]  length of a life
 * @param {number} [size.shortestLife]  below 1: lives of unequal length, from that share of `invocations` up
 * @param {boolean} [size.unlike]  true: each sandbox draws habits of its own, as if it were another function
 * @param {number} [size.future]  invocations simulated beyond the life, to see what a forecast was worth
 * @returns {{memorySizeMb: number, sandboxes: Uint16Array[]}} running maximum in MB after each invocation
 */
export function simulateFunction(kind, seed, { sandboxes, invocations = 2_500, shortestLife = 1, unlike = false, future = 0 }) {
  const habits = drawHabits(kind, seededRandom(seedOf(seed, kind)), invocations);
  const all = [];
  for (let i = 0; i < sandboxes; i++) {
    const random = seededRandom(seedOf(seed, `${kind}#${i}`));
    const own = unlike ? drawHabits(kind, random, invocations) : habits;
    const life = shortestLife < 1 ? Math.round(invocations * random.between(shortestLife, 1)) : invocations;
    all.push(live(kind, own, random, life + future, invocations));
  }
  return { memorySizeMb: habits.memorySizeMb, sandboxes: all };
}

export function drawHabits(kind, random, invocations) {
  const { between, logBetween, pick } = random;
  return {
    memorySizeMb: pick([128, 256, 512, 1024]),
    liveMb: between(4, 25),
    garbageMb: logBetween(60 * KB, 3),
    garbageSpread: kind.startsWith('payload') ? 0.8 : 0.25,
    promoted: kind === 'raremajor' ? between(0.03, 0.06) : logBetween(0.003, 0.04),
    largestYoungMb: pick([2, 4, 8, 16]),
    growthFactor: between(1.3, 2.2),
    leastGrowthMb: kind === 'raremajor' ? between(40, 80) : between(3, 12),
    leakMb: kind === 'slow' ? logBetween(0.3 * KB, 2 * KB) : logBetween(2 * KB, 64 * KB),
    leakFrom: between(0.2, 0.55) * invocations,
    warmupMb: between(4, 25),
    warmupTau: between(0.02, 0.1) * invocations,
    fillAt: (kind === 'lru-unfilled' ? between(1.3, 4) : between(0.15, 0.5)) * invocations,
    itemMb: logBetween(3 * KB, 40 * KB),
    universe: between(200, 800),
    zipfPower: between(2, 4),
    amplitude: between(0.3, 0.9),
    cycles: between(1.5, 5),
    phase: between(0, 2 * Math.PI),
    burstEvery: between(80, 250),
    burstLength: between(4, 12),
    burstTimes: between(15, 60),
    stepMb: between(5, 25),
    stepAt: between(0.3, 0.8) * invocations,
    ttlItems: between(50, 250),
    mostInFlight: between(4, 16),
    poolItemMb: between(0.3, 1.5),
    churnMb: between(1, 10),
    flushEvery: between(60, 400),
    fragmentationMb: between(2, 10),
  };
}

/**
 * @param {(seen: object) => boolean} [observe]  called after each invocation with the model's state, in MB; what it returns
 *   says whether a full collection is forced before the next one
 */
export function live(kind, habits, random, life, invocations, observe) {
  const { between, normal, uniform } = random;
  const maxima = new Uint16Array(life);
  const keys = new Set();
  let live = habits.liveMb;
  let oldGarbage = 0;
  let young = 0;
  let semi = 1;
  let external = 0;
  let native = 0;
  let heapHigh = 0;
  let nextFull = Math.max(live * habits.growthFactor, live + habits.leastGrowthMb);
  let highest = 0;
  let pool = 0;
  let buffered = 0;
  const offset = between(0, habits.burstEvery);

  for (let n = 1; n <= life; n++) {
    let garbage = habits.garbageMb * Math.exp(habits.garbageSpread * normal() - (habits.garbageSpread > 0.5 ? 0.32 : 0));
    const leaked = habits.leakMb;
    let inFlight = 1;
    const wave = 1 + habits.amplitude * Math.sin((2 * Math.PI * habits.cycles * n) / invocations + habits.phase);
    const inBurst = (n + offset) % habits.burstEvery < habits.burstLength;

    switch (kind) {
      case 'const':
      case 'slow':
        live += leaked;
        break;
      case 'payload-leak':
        live += (leaked * garbage) / habits.garbageMb;
        break;
      case 'errpath':
        if (uniform() < 0.05) live += leaked * 20;
        break;
      case 'latestart':
        if (n > habits.leakFrom) live += leaked * 1.5;
        break;
      case 'external':
        external += leaked;
        break;
      case 'native':
        native += leaked;
        break;
      case 'diurnal-leak':
        garbage *= wave;
        live += leaked * wave;
        break;
      case 'burst-leak':
        if (inBurst) garbage *= habits.burstTimes;
        live += leaked;
        break;
      case 'plus-warmup':
        live += leaked + (habits.warmupMb / habits.warmupTau) * Math.exp(-n / habits.warmupTau);
        break;
      case 'concurrent-leak':
        inFlight = inFlightAt(n, invocations, habits);
        live += leaked;
        break;
      case 'handles':
        live += 0.25 * leaked;
        native += 0.1 * leaked;
        break;
      case 'accelerating':
        live += (leaked * 2 * n) / invocations;
        break;
      case 'beside-cache':
        if (n < habits.fillAt) live += habits.itemMb;
        else oldGarbage += habits.itemMb;
        live += leaked;
        break;
      case 'warmup':
        live += (habits.warmupMb / habits.warmupTau) * Math.exp(-n / habits.warmupTau);
        break;
      case 'lru':
      case 'lru-unfilled':
        if (n < habits.fillAt) live += habits.itemMb;
        else oldGarbage += habits.itemMb;
        break;
      case 'zipf':
        for (let draw = 0; draw < 3; draw++) {
          const key = Math.floor(habits.universe * uniform() ** habits.zipfPower);
          if (!keys.has(key)) live += 2 * habits.itemMb;
          keys.add(key);
        }
        break;
      case 'diurnal':
        garbage *= wave;
        break;
      case 'burst':
        if (inBurst) garbage *= habits.burstTimes;
        break;
      case 'step':
        if (n === Math.ceil(habits.stepAt)) live += habits.stepMb;
        break;
      case 'ttl':
        if (n < habits.ttlItems) live += habits.itemMb;
        else oldGarbage += habits.itemMb;
        break;
      case 'jit':
        live += 1.2 * Math.log((n + 1) / n);
        break;
      case 'hwpool':
        pool = Math.max(pool, Math.round(2 * Math.exp(0.5 * normal())));
        external = pool * habits.poolItemMb;
        break;
      case 'extchurn':
        external = habits.churnMb * uniform();
        break;
      case 'concurrent':
        inFlight = inFlightAt(n, invocations, habits);
        break;
      case 'flush':
        buffered += habits.itemMb;
        live += habits.itemMb;
        if (n % Math.ceil(habits.flushEvery) === 0) {
          live -= buffered;
          oldGarbage += buffered;
          buffered = 0;
        }
        break;
      case 'fragmentation':
        native = habits.fragmentationMb * (1 - Math.exp(-n / (0.15 * invocations)));
        break;
      case 'batch-leak':
        if (n % Math.ceil(habits.flushEvery / 4) === 0) live += (leaked * habits.flushEvery) / 4;
        break;
      case 'two-steps':
        if (n === Math.ceil(habits.stepAt) || n === Math.ceil(habits.stepAt * 0.6)) live += habits.stepMb / 2;
        break;
      case 'reload':
        if (n % Math.ceil(habits.flushEvery * 2) === 0) oldGarbage += habits.stepMb / 2;
        break;
      case 'steady':
      case 'payload':
      case 'raremajor':
        break;
      default:
        throw new Error(`no such class: ${kind}`);
    }

    const held = inFlight * 0.6 * garbage;
    young += garbage;
    while (young >= semi) {
      const rest = young - semi;
      oldGarbage += semi * habits.promoted * Math.exp(0.3 * normal());
      young = semi * between(0.01, 0.05) + rest;
      if (semi < habits.largestYoungMb && uniform() < 0.3) semi *= 2;
    }
    heapHigh = Math.max(heapHigh * 0.9995, live + oldGarbage + held + 3 * semi);
    const isFull = live + oldGarbage + held > nextFull;
    if (isFull) {
      const floating = live * between(0, 0.25) * (oldGarbage < 0.1 * live ? 0.2 : 1);
      oldGarbage = Math.min(oldGarbage, floating);
      nextFull = Math.max(live * habits.growthFactor, live + habits.leastGrowthMb);
    }
    const residentMb = 42 + heapHigh + external + native + 0.3 * normal();
    if (residentMb > highest) highest = residentMb;
    maxima[n - 1] = Math.ceil(highest);
    if (observe === undefined) continue;
    // What other requests hold while this one ends; its own work is among the young garbage.
    const heldByOthers = (inFlight - 1) * 0.6 * garbage;
    if (observe({ n, live, oldGarbage, young, heldByOthers, inFlight, garbage, isFull, heapHigh, external, native, residentMb })) {
      oldGarbage = young = 0;
      nextFull = Math.max(live * habits.growthFactor, live + habits.leastGrowthMb);
    }
  }
  return maxima;
}

function inFlightAt(n, invocations, habits) {
  const wave = (1 + Math.sin((2 * Math.PI * habits.cycles * n) / invocations + habits.phase)) / 2;
  return 2 + Math.round(wave * (habits.mostInFlight - 2));
}

/**
 * @param {Uint16Array} maxima
 * @returns the rises only, as an export's summary keeps them
 */
export function envelopeOf(maxima) {
  const envelope = [];
  let before = 0;
  for (let i = 0; i < maxima.length; i++) {
    if (maxima[i] > before) envelope.push({ n: i + 1, megabytes: maxima[i], atMs: (i + 1) * 1000 });
    before = maxima[i];
  }
  return envelope;
}
