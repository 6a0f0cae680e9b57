/**
 * Rare, systemic, dense now or undetermined: 10,000 failure modes whose class is known, looked at 33 times while their
 * stream goes on; the first decision counts, as on a screen that somebody acts on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { PEERS } from './rarity-peers.mjs';
import { percent, scoreboard, table } from './score.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';
import { drawMode, RULES, reasonOf, recentRate, shadowOf, stream } from './simulated-failures.mjs';

export const experiment = {
  name: 'rarity',
  question: 'is a failure rare, systemic, dense now, or not to be told yet?',
  tunedOn: [{ from: 1, to: 4_000, what: 'the bounds and grounds of rarity.ts and dense-now.ts' }],
  seeds: { from: 100_001, to: 110_000 },
  quickSeeds: { from: 100_001, to: 100_350 },
  run,
};

const GOALS = [
  { what: 'systemic called rare', must: 0.001, aim: 0 },
  { what: 'rare called systemic', must: 0.005, aim: 0.002 },
  { what: 'systemic decided', must: 0.98, aim: 0.99, least: true },
  { what: 'precondition right', must: 0.97, aim: 0.99, least: true },
  { what: 'dense now, wrong when said', must: 0.05, aim: 0.02 },
];

async function run(seeds) {
  const product = await load();
  console.log('\n### even traffic, one version, attributes complete\n');
  const even = world(product, seeds, {});
  console.log('\n### deploys, a daily cycle of load, attributes missing (reported, no goal must be met; the first half of the seeds)\n');
  // Twice as slow: half of the seeds will do for figures that are only reported.
  const half = { from: seeds.from, to: seeds.from + ((seeds.to - seeds.from) >> 1) };
  const hard = world(product, half, { hard: true });
  console.log('\n### goals\n');
  const undetermined = earlyShares(product, seeds);
  const coverage = coverageOf(product, seeds);
  const figures = [
    ...GOALS.map((goal) => ({ ...goal, value: even[goal.what], 'in the hard world': percent(hard[goal.what]) })),
    { what: 'interval holds the truth at all looks', value: coverage, must: 0.95, least: true },
    ...undetermined.map(({ after, share, must, aim }) => ({ what: `undetermined after ${after} at 10 %`, value: share, must, aim })),
  ].map((figure) => ({ ...figure, show: percent }));
  scoreboard(figures, ['in the hard world']);
  console.log('\n"undetermined after": of streams of which every tenth attempt fails by chance, those seen to fail at least once.');
  return figures;
}

/** @returns the figures that goals name */
function world(product, seeds, kind) {
  const ours = new Tally();
  const peers = new Map(Object.keys(PEERS).map((name) => [name, new Tally()]));
  const byShape = new Map();
  const waits = { systemic: [], rare: [], 'rare by episodes': [] };
  const named = { right: 0, shadow: 0, other: 0 };
  let untoldRare = 0;
  const dense = { said: 0, wrong: 0 };
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    const mode = drawMode(seed, kind);
    const told = judge(product, mode);
    ours.add(mode.truth, told.said);
    const shape = `${mode.shape}, ${mode.truth}`;
    if (!byShape.has(shape)) byShape.set(shape, new Tally());
    byShape.get(shape).add(mode.truth, told.said);
    for (const [name, said] of told.peers) peers.get(name).add(mode.truth, said);
    if (told.said in waits) waits[told.by === 'episodes' ? 'rare by episodes' : told.said].push(told.waited);
    if (mode.truth === 'systemic' && told.said === 'rare' && mode.hard && mode.untold[mode.reason] === 1) untoldRare++;
    if (told.named !== undefined && reasonOf(mode) !== undefined && mode.untold?.[mode.reason] !== 1) {
      if (told.named === reasonOf(mode)) named.right++;
      else if (told.named === shadowOf(mode)) named.shadow++;
      else named.other++;
    }
    if (told.saidDense) dense.said++;
    if (told.wronglyDense) dense.wrong++;
  }
  const head = ['truth', 'modes', 'rare', 'systemic', 'undetermined', 'never seen'];
  table(
    head,
    ['rare', 'systemic', 'grey'].map((truth) => [truth, ...ours.row(truth)]),
  );
  console.log();
  table(
    ['shape, truth', ...head.slice(1)],
    [...byShape].sort().map(([shape, tally]) => [shape, ...tally.row(shape.split(', ')[1])]),
  );
  console.log();
  table(
    ['rule', 'systemic called rare', 'rare called systemic', 'systemic decided', 'rare decided'],
    [['ours', ours], ...peers].map(([name, tally]) => [
      name,
      percent(tally.share('systemic', 'rare')),
      percent(tally.share('rare', 'systemic')),
      percent(tally.share('systemic', 'systemic')),
      percent(tally.share('rare', 'rare')),
    ]),
  );
  const quantile = (values, q) => values.sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? Number.NaN;
  console.log();
  table(
    ['decided', 'modes', 'attempts after first sight, median', 'p90'],
    Object.entries(waits).map(([name, values]) => [name, values.length, quantile(values, 0.5), quantile(values, 0.9)]),
  );
  console.log();
  console.log(`precondition named, where it is told: ${named.right} right, ${named.shadow} its shadow, ${named.other} another`);
  if (kind.hard) console.log(`of the systemic called rare, ${untoldRare} have a reason that no attribute tells`);
  console.log(`dense now: said of ${dense.said} modes, of ${dense.wrong} while fewer than 1 in 100 of the last 1,000 were to fail`);
  return {
    'systemic called rare': ours.share('systemic', 'rare'),
    'rare called systemic': ours.share('rare', 'systemic'),
    'systemic decided': ours.share('systemic', 'systemic'),
    'precondition right': named.right / (named.right + named.shadow + named.other),
    'dense now, wrong when said': dense.wrong / Math.max(1, dense.said),
  };
}

function judge({ ExposureLedger, FailureTracker, classifyRarity }, mode) {
  const ledger = new ExposureLedger(RULES);
  const tracker = new FailureTracker(ledger);
  const peers = new Map(Object.entries(PEERS).map(([name, make]) => [name, make()]));
  const told = { said: 'never', waited: 0, named: undefined, saidDense: false, wronglyDense: false, peers: new Map() };
  let first = -1;
  stream(mode, ledger, {
    piece: (count, atMs, ofValues) => ledger.noteMany(count, atMs, ofValues),
    failed: (index, atMs, values) => {
      if (first < 0) first = index;
      for (const peer of peers.values()) peer.failed(index);
      if (told.said === 'never' || told.said === 'undetermined') tracker.add({ index, atMs, values });
    },
    look: (exposed) => {
      for (const [name, peer] of peers) {
        const said = peer.look(exposed);
        if (said !== undefined) told.peers.set(name, said);
      }
      if (first < 0) return false;
      if (told.said === 'never' || told.said === 'undetermined') {
        const verdict = classifyRarity(tracker.history());
        const isDecided = verdict.kind === 'rare' || verdict.kind === 'systemic';
        told.said = isDecided ? verdict.kind : 'undetermined';
        told.waited = exposed - first - 1;
        told.by = verdict.by;
        if (isDecided && verdict.precondition !== undefined) told.named = verdict.precondition.attribute;
        if (verdict.isDenseNow) {
          told.saidDense = true;
          if (recentRate(mode, exposed) < 1e-2) told.wronglyDense = true;
        }
      }
      return told.said !== 'undetermined' && told.said !== 'never' && told.peers.size === peers.size;
    },
  });
  for (const name of peers.keys()) if (!told.peers.has(name)) told.peers.set(name, first < 0 ? 'never' : 'undetermined');
  return told;
}

/** Every attempt is noted by itself, and the first verdict that is not `undetermined` counts from then on. */
function earlyShares({ ExposureLedger, FailureTracker, classifyRarity }, seeds) {
  const goals = [
    { after: 50, must: 0.3, aim: 0.1 },
    { after: 200, must: 0.05, aim: 0.01 },
    { after: 1_000, must: 0.01, aim: 0 },
  ];
  const seen = goals.map(() => ({ all: 0, undetermined: 0 }));
  const streams = Math.min(2_000, seeds.to - seeds.from + 1);
  for (let seed = seeds.from; seed < seeds.from + streams; seed++) {
    const random = seededRandom(seedOf(seed, 'every tenth by chance'));
    const ledger = new ExposureLedger([]);
    const tracker = new FailureTracker(ledger);
    let failures = 0;
    for (let attempt = 1; attempt <= 1_000; attempt++) {
      const index = ledger.note(attempt * 1_000, []);
      if (random.uniform() < 0.1) {
        failures++;
        tracker.add({ index, atMs: attempt * 1_000, values: [] });
      }
      const goal = goals.findIndex(({ after }) => after === attempt);
      if (goal < 0 || failures === 0) continue;
      seen[goal].all++;
      if (classifyRarity(tracker.history()).kind === 'undetermined') seen[goal].undetermined++;
    }
  }
  return goals.map((goal, i) => ({ ...goal, share: seen[i].undetermined / seen[i].all }));
}

/** Shares from 1e-5 to 0.5, looked at after every failure and 200 times in between: does the truth ever leave? */
function coverageOf({ confidenceSequence }, seeds) {
  const streams = seeds.to - seeds.from + 1;
  let held = 0;
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    const random = seededRandom(seedOf(seed, 'coverage'));
    const truth = random.logBetween(1e-5, 0.5);
    const longest = Math.min(LONGEST_COVERAGE, Math.ceil(200 / truth));
    let isHeld = true;
    let count = 0;
    let next = geometric(random, truth);
    for (let of = 1; of <= longest && isHeld; of = Math.max(of + 1, Math.min(next, Math.ceil(of * 1.05)))) {
      while (next <= of) {
        count++;
        next += geometric(random, truth);
      }
      const { low, high } = confidenceSequence(count, of);
      isHeld = low <= truth && truth <= high;
    }
    if (isHeld) held++;
  }
  return held / streams;
}

const LONGEST_COVERAGE = 1_000_000;

function geometric(random, share) {
  return 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log1p(-share));
}

class Tally {
  #counts = new Map();

  add(truth, said) {
    const key = `${truth} ${said}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  #of(truth, said) {
    return this.#counts.get(`${truth} ${said}`) ?? 0;
  }

  row(truth) {
    const counts = ['rare', 'systemic', 'undetermined', 'never'].map((said) => this.#of(truth, said));
    return [counts.reduce((sum, count) => sum + count, 0), ...counts];
  }

  /** Of those that were seen at all. */
  share(truth, said) {
    const seen = ['rare', 'systemic', 'undetermined'].reduce((sum, other) => sum + this.#of(truth, other), 0);
    return this.#of(truth, said) / seen;
  }
}

/** The analyzer's source as it stands, whether or not it was built. */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-rarity-'));
  const outfile = join(folder, 'rarity.mjs');
  await build({
    stdin: {
      contents: [
        "export { ExposureLedger } from './failures/exposure.ts';",
        "export { FailureTracker } from './failures/failure-tracker.ts';",
        "export { classifyRarity } from './failures/rarity.ts';",
        "export { confidenceSequence } from './stats/confidence-sequence.ts';",
      ].join('\n'),
      resolveDir: fileURLToPath(new URL('../../analyzer/src', import.meta.url)),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
