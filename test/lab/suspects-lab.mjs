/**
 * Where should one look first? Systems with one fault, an alert elsewhere, and every ranking on the same incidents.
 *
 * "Ours, figures of components" has what PetShop gives: a series for each node and the links between them. "Ours, with
 * counted calls" also has what the agent counts of each call. Where the faulty component tells nothing itself, the name that
 * its callers use is a right answer, for everybody.
 */
import { rankSuspects } from '../../analyzer/dist/recovery/suspects.js';
import { drawIncident, ISSUE_KINDS } from './microservice-world.mjs';
import { scoreboard, table } from './score.mjs';
import { correlationRanking, largestChange, randomWalk, traversal, traversalWithoutRemotes } from './suspect-peers.mjs';

export const experiment = {
  name: 'suspects',
  question: 'one component is faulty, another alerts: who is named first?',
  tunedOn: [{ from: 1, to: 40, what: 'weights and noise of recovery/suspects.ts' }],
  seeds: { from: 101, to: 220 },
  quickSeeds: { from: 101, to: 112 },
  run,
};

const RANKINGS = {
  'ours, with counted calls': (incident) => ours(incident),
  'ours, figures of components': (incident) =>
    ours({ ...incident, links: incident.links.map(({ caller, callee }) => ({ caller, callee })) }),
  'traversal (PetShop baseline)': traversal,
  'traversal without remotes': traversalWithoutRemotes,
  'random walk (MicroRCA)': randomWalk,
  correlation: correlationRanking,
  'largest relative change': largestChange,
};

function run(seeds) {
  const issues = ISSUE_KINDS.length * (seeds.to - seeds.from + 1);
  console.log(`\n### ${issues} issues: right component first / among the first three\n`);
  const counts = compare(seeds, {});
  console.log('\n### the same systems, with every link told, every component speaking, under one name\n');
  compare(seeds, { isWhole: true });
  console.log('');
  const all = sum(counts.get('ours, figures of components'));
  const figures = [
    { what: 'right component first, figures of components', value: all.first / all.of, must: 0.7, aim: 0.8, least: true },
    { what: 'among the first three', value: all.three / all.of, must: 0.85, aim: 0.92, least: true },
  ];
  scoreboard(figures);
  return figures;
}

function compare(seeds, world) {
  const counts = new Map(
    Object.keys(RANKINGS).map((name) => [name, new Map(ISSUE_KINDS.map((kind) => [kind, { of: 0, first: 0, three: 0 }]))]),
  );
  for (const kind of ISSUE_KINDS) {
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const { faulty, aliases, ...incident } = drawIncident(kind, seed, world);
      const isDark = !incident.components.some(({ component }) => component === faulty);
      for (const [name, rank] of Object.entries(RANKINGS)) {
        const at = rank(incident).findIndex((suspect) => suspect === faulty || (isDark && aliases[suspect] === faulty));
        const count = counts.get(name).get(kind);
        count.of++;
        if (at === 0) count.first++;
        if (at >= 0 && at < 3) count.three++;
      }
    }
  }
  table(
    ['ranking', ...ISSUE_KINDS, 'all'],
    [...counts].map(([name, kinds]) => [name, ...[...kinds.values()].map(shares), shares(sum(kinds))]),
  );
  return counts;
}

function ours(incident) {
  const ranking = rankSuspects(incident);
  return ranking.kind === 'ranked' ? ranking.suspects.map(({ component }) => component) : [];
}

function sum(kinds) {
  const all = { of: 0, first: 0, three: 0 };
  for (const one of kinds.values()) for (const key of Object.keys(all)) all[key] += one[key];
  return all;
}

function shares({ of, first, three }) {
  return `${(first / of).toFixed(2)} / ${(three / of).toFixed(2)}`;
}
