/**
 * Fleets whose sandboxes die young: which of them leak, and after how many deaths is it said?
 *
 * Beside ours stand the two rules people use at night: "it ran out of memory again" and "it dies like clockwork".
 */
import { fastLeakOf } from '../../analyzer/dist/diagnose/fast-leak.js';
import { Score, table } from './score.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';

export const experiment = {
  name: 'fast-leak',
  question: 'sandboxes die within 100 invocations: do they leak?',
  tunedOn: [{ from: 1, to: 80, what: 'the rules of fast-leak.ts' }],
  seeds: { from: 101, to: 200 },
  run,
};

/** Each gives Max Memory Used of one invocation after another; the sandbox is killed where it passes the memory size. */
const FLEETS = {
  'leaks evenly': [true, (h) => (n) => h.base + h.leak * n + h.noise()],
  'leaks with the payload': [true, (h) => accumulated(h, () => h.leak * Math.exp(0.8 * h.normal() - 0.32))],
  'leaks on one path in five': [true, (h) => accumulated(h, () => (h.uniform() < 0.2 ? 5 * h.leak : 0))],
  'leaks after a warm-up': [true, (h) => (n) => h.base + 15 * (1 - Math.exp(-n / 5)) + h.leak * n + h.noise()],
  'now and then a payload does not fit': [false, (h) => () => h.base + h.room * 0.15 * Math.exp(0.9 * h.normal()) + h.noise()],
  'every so many invocations a batch that does not fit': [
    false,
    (h) => (n) => h.base + h.noise() + (n % h.batchEvery === h.batchEvery - 1 ? 2 * h.room : 0),
  ],
  'warms up, then a payload does not fit': [
    false,
    (h) => (n) => h.base + 0.4 * h.room * (1 - Math.exp(-n / h.warmth)) + (h.uniform() < 0.03 ? 2 * h.room : 0) + h.noise(),
  ],
  'a cache that fills the memory, and timeouts by chance': [
    false,
    (h) => (n) => Math.min(0.97 * (h.base + h.room), h.base + (h.room * n) / h.fillAt) + 0.5 * h.noise(),
    0.02,
  ],
  'crashes by chance, far below its size': [false, (h) => (n) => h.base + 0.3 * h.room * (1 - Math.exp(-n / h.warmth)) + h.noise(), 0.03],
};
const DEATHS = [3, 5, 10];

function run(seeds) {
  const scores = new Map();
  const rows = [];
  for (const [kind, [leaks, habitOf, chanceOfDeath = 0]] of Object.entries(FLEETS)) {
    const named = DEATHS.map(() => 0);
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const random = seededRandom(seedOf(seed, kind));
      const fleet = Array.from({ length: 10 }, draw(random, habitOf, chanceOfDeath));
      for (const [i, deaths] of DEATHS.entries()) {
        const seen = fleet.slice(0, deaths);
        const ours = fastLeakOf(seen) !== undefined;
        if (ours) named[i]++;
        add(scores, `ours, ${deaths} sandboxes`, leaks, ours);
        add(scores, `3 out-of-memory kills, ${deaths} sandboxes`, leaks, seen.filter((sandbox) => sandbox.death?.by === 'oom').length >= 3);
        add(scores, `lives within 30 % of their mean, ${deaths} sandboxes`, leaks, likeClockwork(seen));
      }
    }
    rows.push([kind, leaks ? 'leak' : 'healthy', ...named, seeds.to - seeds.from + 1]);
  }
  console.log('\n### named as a fast leak, by number of sandboxes seen\n');
  table(['fleet', 'truth', ...DEATHS.map(String), 'of'], rows);
  console.log('\n### against simpler rules\n');
  table(
    ['detector', 'precision', 'recall', 'F1', 'false positives', 'of', 'FPR'],
    [...scores].map(([name, score]) => [
      name,
      score.precision,
      score.recall,
      score.f1,
      score.falseAlarm,
      score.falseAlarm + score.quiet,
      score.falsePositiveRate,
    ]),
  );
}

function add(scores, name, truth, said) {
  if (!scores.has(name)) scores.set(name, new Score());
  scores.get(name).add(truth, said);
}

function draw(random, habitOf, chanceOfDeath) {
  const memorySizeMb = random.pick([128, 256, 512]);
  const base = random.between(60, 80);
  const room = memorySizeMb - base;
  const shared = {
    base,
    room,
    // A life of 4 to 80 invocations.
    leak: room / random.logBetween(4, 80),
    warmth: random.between(2, 20),
    batchEvery: Math.round(random.between(10, 80)),
    fillAt: random.between(10, 80),
    noise: () => Math.abs(0.5 * random.normal()),
    normal: random.normal,
    uniform: random.uniform,
  };
  return (_, i) => {
    const memoryAt = habitOf({ ...shared, leak: shared.leak * Math.exp(0.1 * random.normal()) });
    const envelope = [];
    let death;
    let n = 0;
    while (death === undefined && n < 300) {
      const megabytes = Math.min(memorySizeMb, Math.ceil(memoryAt(n)));
      n++;
      if (megabytes > (envelope.at(-1)?.megabytes ?? 0)) envelope.push({ n, megabytes, atMs: n * 1000 });
      if (megabytes >= memorySizeMb) death = { by: 'oom', n };
      else if (random.uniform() < chanceOfDeath) death = { by: 'timeout', n };
    }
    return { logStream: `stream-${i}`, isolated: true, invocationCount: n, envelope, memorySizeMb, death };
  };
}

/** What was kept at the n-th invocation is never freed. */
function accumulated(habits, keep) {
  let kept = 0;
  return () => {
    kept += keep();
    return habits.base + kept + habits.noise();
  };
}

function likeClockwork(sandboxes) {
  const lives = sandboxes.filter((sandbox) => sandbox.death !== undefined).map((sandbox) => sandbox.death.n);
  if (lives.length < 3) return false;
  const mean = lives.reduce((sum, life) => sum + life, 0) / lives.length;
  return Math.sqrt(lives.reduce((sum, life) => sum + (life - mean) ** 2, 0) / (lives.length - 1)) <= 0.3 * mean;
}
