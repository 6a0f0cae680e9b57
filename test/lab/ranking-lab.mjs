/**
 * Which of two architectures makes causes easier to find: how often is the order right, wrong, or left open, with as
 * many drills as people really make? Times are log-normal; people differ, and one drill differs from the next.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { table } from './score.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';

export const experiment = {
  name: 'ranking',
  question: 'which of two architectures makes causes easier to find?',
  tunedOn: [],
  seeds: { from: 1, to: 1_000 },
  quickSeeds: { from: 1, to: 60 },
  run,
};

const DRILLS = [1, 3, 5, 8, 12];
/** Standard deviations of the logarithm: from drill to drill, and from person to person. */
const NOISE = 0.7;
const PERSON = 0.4;
/** After so many minutes people give up. */
const GIVEN_UP = 120;

/** Medians of four scenarios, in minutes; one of them lies where moderate ends. */
const FOUR = [6, 15, 30, 45];
const WORLDS = [
  { name: 'equal, about 15 min', ratio: 1, minutes: [15] },
  { name: 'equal, about 45 min', ratio: 1, minutes: [45] },
  { name: '1.5 times', ratio: 1.5, minutes: [15] },
  { name: '2 times', ratio: 2, minutes: [15] },
  { name: '3 times', ratio: 3, minutes: [15] },
  { name: '2 times, the worse one twice as familiar', ratio: 2, minutes: [15], familiar: 2 },
  { name: 'equal, four scenarios', ratio: 1, minutes: FOUR, drills: [5, 8] },
  { name: '1.5 times, four scenarios', ratio: 1.5, minutes: FOUR, drills: [5, 8] },
  { name: '2 times, four scenarios', ratio: 2, minutes: FOUR, drills: [5, 8] },
];

async function run(seeds) {
  const { boardOf } = await load();
  const rows = [];
  for (const world of WORLDS) {
    for (const drills of world.drills ?? DRILLS) {
      const counts = { paired: 0, unpaired: 0, right: 0, wrong: 0, open: 0, refused: 0, byNightmareCount: 0 };
      let seedCount = 0;
      for (let seed = seeds.from; seed <= seeds.to; seed++, seedCount++) {
        const { better, worse } = drill(world, drills, seed);
        counts.paired += rightOrder(middle(better.map((run, i) => Math.log(worse[i].searchedMs / run.searchedMs))));
        counts.unpaired += rightOrder(Math.log(middle(worse.map(timeOf)) / middle(better.map(timeOf))));
        const { ranking, totals } = boardOf([...better, ...worse], seed);
        if (totals[0].nightmares.low !== totals[1].nightmares.low) counts.byNightmareCount++;
        if (ranking.kind === 'refused') counts.refused++;
        else {
          const { verdict } = ranking.comparisons[0];
          counts[verdict.kind === 'not-separable' ? 'open' : verdict.architecture === 'better' ? 'right' : 'wrong']++;
        }
      }
      const share = (count) => percent(count / seedCount);
      const isEqual = world.ratio === 1;
      rows.push([
        world.name,
        drills,
        isEqual ? '-' : share(counts.paired),
        isEqual ? '-' : share(counts.unpaired),
        ...(counts.refused === seedCount
          ? ['refused', 'refused', 'refused']
          : [share(counts.right), share(counts.wrong), share(counts.open)]),
        share(counts.byNightmareCount),
      ]);
    }
  }
  const head = [
    'truth',
    'drills each',
    'order of medians, paired',
    'unpaired',
    'board: right',
    'wrong',
    'not separable',
    'nightmare cells differ',
  ];
  table(head, rows);
  console.log(
    '\nEqual: "right" and "wrong" are both false claims. Paired by person and scenario; each person runs each scenario once on each architecture.',
  );
}

function drill({ ratio, minutes, familiar = 1 }, drills, seed) {
  const random = seededRandom(seedOf(seed, `ranking ${ratio} ${minutes} ${familiar} ${drills}`));
  const runs = { better: [], worse: [] };
  for (let i = 0; i < drills; i++) {
    const person = PERSON * random.normal();
    for (const [place, base] of minutes.entries()) {
      for (const [architecture, times] of [
        ['better', 1],
        ['worse', ratio / familiar],
      ]) {
        const spent = base * times * Math.exp(person + NOISE * random.normal());
        runs[architecture].push({
          v: 1,
          id: `${architecture}-${i}-${place}`,
          architecture,
          scenario: { id: `scenario ${place}`, hash: 'a', seed: 1, load: 'same', magnitude: 'same', durationMs: 1 },
          isConfirmed: spent <= GIVEN_UP,
          searchedMs: Math.min(spent, GIVEN_UP) * 60_000,
          isMasked: false,
          viewCount: 2,
          people: [{ name: `person ${i}`, familiarity: architecture === 'worse' && familiar > 1 ? 4 : 2 }],
        });
      }
    }
  }
  return runs;
}

const timeOf = ({ searchedMs }) => searchedMs;
/** An even chance where both are equal. */
const rightOrder = (logRatio) => (logRatio > 0 ? 1 : logRatio === 0 ? 0.5 : 0);

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-lab-'));
  const outfile = join(folder, 'recovery.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../analyzer/src/recovery-exports.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['nightlight-source'],
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
