/**
 * Leak or healthy, from `Max Memory Used` alone: our verdicts for one, four and eight sandboxes against the rules of
 * others on the same series.
 */
import { growthOf } from '../../analyzer/dist/diagnose/memory-growth.js';
import { PEERS } from './memory-peers.mjs';
import { Score, scoreboard, table } from './score.mjs';
import { envelopeOf, HEALTHY, LEAKS, simulateFunction, UNDECIDABLE } from './simulated-sandbox.mjs';

export const experiment = {
  name: 'memory',
  question: 'who leaks, told from REPORT lines alone?',
  tunedOn: [{ from: 1, to: 80, what: 'the rules of memory-growth.ts and memory-climb.ts' }],
  seeds: { from: 101, to: 130 },
  run,
};

const WORLDS = [
  ['one function, eight sandboxes alike in their habits', {}, 'alike'],
  ['the same with lives of 35 to 100 % of 2,500 invocations', { shortestLife: 0.35 }],
  // The bars were set in a world like this, where the errors of eight sandboxes average out.
  ['eight sandboxes of unlike habits (functions pooled by mistake, or very mixed traffic)', { unlike: true }, 'unlike'],
];

function run(seeds) {
  const figures = [];
  for (const [name, world, short] of WORLDS) {
    console.log(`\n### ${name}\n`);
    const scores = compare(seeds, world);
    if (short === undefined) continue;
    const pooled = scores.get('ours, 8 sandboxes: leaking');
    figures.push({ what: `8 sandboxes ${short}, F1`, value: pooled.f1, must: 0.91, aim: 0.95, least: true });
    figures.push({ what: `8 sandboxes ${short}, false on healthy`, value: pooled.falsePositiveRate, must: 0.09, aim: 0.03 });
  }
  console.log('\n### what was said of each class (one function, eight sandboxes alike)\n');
  verdictsByClass(seeds);
  console.log('\n### the slope as a forecast: gain of the next 2,500 invocations, leaks of constant rate\n');
  forecast(seeds);
  console.log('\n### against the bars\n');
  scoreboard(figures);
  return figures;
}

/** A positive is any verdict that points at growth without a bound: `growing` below eight sandboxes, `leaking` from there on. */
function compare(seeds, world) {
  const scores = new Map();
  const scoreOf = (name) => {
    if (!scores.has(name)) scores.set(name, new Score());
    return scores.get(name);
  };
  for (const kind of [...LEAKS, ...HEALTHY]) {
    const leaks = LEAKS.includes(kind);
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const { memorySizeMb, sandboxes } = simulateFunction(kind, seed, { sandboxes: 8, ...world });
      const summaries = sandboxes.map((maxima, i) => summaryOf(maxima, i, memorySizeMb));
      scoreOf('ours, 1 sandbox: growing').add(leaks, pointsAtGrowth(growthOf(summaries.slice(0, 1))));
      scoreOf('ours, 4 sandboxes: growing').add(leaks, pointsAtGrowth(growthOf(summaries.slice(0, 4))));
      scoreOf('ours, 8 sandboxes: leaking').add(leaks, growthOf(summaries).kind === 'leaking');
      for (const [name, rule] of Object.entries(PEERS)) {
        scoreOf(`${name}, 1 sandbox`).add(leaks, rule(sandboxes[0], memorySizeMb));
        scoreOf(`${name}, 5 of 8`).add(leaks, sandboxes.filter((maxima) => rule(maxima, memorySizeMb)).length >= 5);
      }
    }
  }
  const bestPeer = Math.max(...[...scores].filter(([name]) => !name.startsWith('ours')).map(([, score]) => score.f1));
  table(
    ['detector', 'precision', 'recall', 'F1', 'false positives', 'of', 'FPR', 'F1 / best peer'],
    [...scores].map(([name, score]) => [
      name,
      score.precision,
      score.recall,
      score.f1,
      score.falseAlarm,
      score.falseAlarm + score.quiet,
      score.falsePositiveRate,
      name.startsWith('ours') ? `${(score.f1 / bestPeer).toFixed(2)}x` : '',
    ]),
  );
  return scores;
}

const KINDS = ['leaking', 'growing', 'growing-but-bounded', 'stable', 'insufficient-data'];

function verdictsByClass(seeds) {
  const rows = [];
  for (const kind of [...LEAKS, ...HEALTHY, ...UNDECIDABLE]) {
    const counts = [new Map(), new Map()];
    let unbounded = true;
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const { memorySizeMb, sandboxes } = simulateFunction(kind, seed, { sandboxes: 8 });
      const summaries = sandboxes.map((maxima, i) => summaryOf(maxima, i, memorySizeMb));
      for (const [i, verdict] of [growthOf(summaries.slice(0, 1)), growthOf(summaries)].entries()) {
        counts[i].set(verdict.kind, (counts[i].get(verdict.kind) ?? 0) + 1);
        if (verdict.kind === 'leaking') unbounded &&= verdict.proof.includes('no bound seen so far');
      }
    }
    if (!unbounded) throw new Error('a leak was named without "no bound seen so far"');
    const truth = LEAKS.includes(kind) ? 'leak' : UNDECIDABLE.includes(kind) ? 'undecidable' : 'healthy';
    rows.push([kind, truth, ...counts.flatMap((count) => KINDS.map((name) => count.get(name) ?? 0))]);
  }
  table(
    ['class', 'truth', ...['1', '8'].flatMap((n) => KINDS.map((name) => `${n}: ${name.replace('growing-but-', '').replace('-data', '')}`))],
    rows,
  );
}

/** The later climb decides when the limit is reached, so it is the truth that the interval must hold. */
function forecast(seeds) {
  const rows = [];
  for (const [name, count] of [
    ['1 sandbox', 1],
    ['8 sandboxes', 8],
  ]) {
    const errors = [];
    let held = 0;
    for (const kind of ['const', 'payload-leak', 'errpath', 'external', 'native']) {
      for (let seed = seeds.from; seed <= seeds.to; seed++) {
        const { memorySizeMb, sandboxes } = simulateFunction(kind, seed, { sandboxes: count, future: 2_500 });
        const verdict = growthOf(sandboxes.map((maxima, i) => summaryOf(maxima.subarray(0, 2_500), i, memorySizeMb)));
        if (!pointsAtGrowth(verdict)) continue;
        const later = sandboxes.reduce((sum, maxima) => sum + (maxima.at(-1) - maxima[2_499]) / 2_500, 0) / count;
        errors.push(Math.abs(verdict.mbPerInvocation / later - 1));
        if (verdict.low <= later && later <= verdict.high) held++;
      }
    }
    errors.sort((a, b) => a - b);
    rows.push([name, errors.length, errors[errors.length >> 1], errors[Math.floor(errors.length * 0.9)], held / errors.length]);
  }
  table(['pool', 'forecasts', 'median relative error', 'p90 error', 'share inside the interval'], rows);
}

function pointsAtGrowth(verdict) {
  return verdict.kind === 'growing' || verdict.kind === 'leaking';
}

function summaryOf(maxima, i, memorySizeMb) {
  return {
    configuration: 'f',
    logStream: `stream-${i}`,
    isolated: true,
    epoch: 0,
    firstMs: 0,
    lastMs: maxima.length * 1000,
    invocationCount: maxima.length,
    failedCount: 0,
    envelope: envelopeOf(maxima),
    memorySizeMb,
    initKind: undefined,
    death: undefined,
    evidence: { file: 0, place: 0, atMs: 0 },
  };
}
