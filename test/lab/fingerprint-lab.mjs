/**
 * The same failure in five builds of a program: is it known again, and is no other taken for it?
 *
 * The errors are really thrown, in Node, by generated modules: plain, moved, in files with hashes for names, bundled with
 * its packages and minified; called directly, through an await and through a package. They go through the parser as log
 * lines of four loggers. Truth is the statement that threw.
 */
import { groupFailures } from '../../analyzer/dist/failures/failure-groups.js';
import { fingerprintOf } from '../../analyzer/dist/failures/fingerprint.js';
import { parseApplicationLine } from '../../analyzer/dist/parse/application-line.js';
import { MECHANISMS } from './failing-modules.mjs';
import { BUILDS, throwErrors } from './fingerprint-events.mjs';
import { PEERS } from './fingerprint-peers.mjs';
import { groupingScore } from './grouping-score.mjs';
import { MORE_MECHANISMS } from './more-failing-modules.mjs';
import { scoreboard, table } from './score.mjs';
import { SEALED } from './sealed-modules.mjs';

export const experiment = {
  name: 'fingerprint',
  question: 'one failure in five builds: known again, and taken for no other?',
  tunedOn: [{ from: 1, to: 8, what: 'frames, words and joining of groups, on the kinds of the second set alone' }],
  seeds: { from: 101, to: 108 },
  quickSeeds: { from: 101, to: 102 },
  run,
};

const SETS = [
  ['sealed: kinds written after the rules', Object.entries(SEALED)],
  ['kinds the rules were chosen on', Object.entries({ ...MECHANISMS, ...MORE_MECHANISMS })],
];

async function run(seeds) {
  const figures = [];
  for (const [name, mechanisms] of SETS) figures.push(...(await scoreSet(name, mechanisms, seeds)));
  console.log('');
  scoreboard(figures);
  return figures;
}

async function scoreSet(name, mechanisms, seeds) {
  const sums = new Map();
  const byMechanism = new Map();
  let events = 0;
  let failures = 0;
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    const thrown = await throwErrors(seed, mechanisms);
    const parsed = thrown.map(({ line }) => parseApplicationLine(line).errors);
    const truth = thrown.map((event) => event.truth);
    events += thrown.length;
    const rules = {
      'Nightlight, all together': groupedTogether(thrown, parsed),
      'Nightlight, each error by itself': parsed.map((errors) => fingerprintOf(errors).id),
      ...Object.fromEntries(
        Object.entries(PEERS).map(([peer, rule]) => [peer, parsed.map((errors) => rule(errors.length > 0 ? errors : [NO_ERROR]))]),
      ),
    };
    for (const [rule, said] of Object.entries(rules)) {
      const score = groupingScore(truth, said);
      failures = score.truthGroups;
      const list = sums.get(rule) ?? [];
      const readable = thrown
        .map((event, at) => [event.build, at])
        .filter(([build]) => build !== 'minified')
        .map(([, at]) => at);
      score.readable = groupingScore(
        readable.map((at) => truth[at]),
        readable.map((at) => said[at]),
      ).accuracy;
      list.push(score);
      sums.set(rule, list);
    }
    noteMechanisms(byMechanism, thrown, rules['Nightlight, all together']);
  }
  console.log(`\n### ${name}: ${failures} failures a seed, ${BUILDS.length} builds, ${events} errors\n`);
  const mean = (list, figure) => list.reduce((sum, score) => sum + score[figure], 0) / list.length;
  table(
    ['grouping', 'accuracy', 'without minified', 'group F1', 'pair precision', 'pair recall', 'worst accuracy', 'worst precision'],
    [...sums].map(([rule, list]) => [
      rule,
      mean(list, 'accuracy'),
      mean(list, 'readable'),
      mean(list, 'groupF1'),
      mean(list, 'pairPrecision'),
      mean(list, 'pairRecall'),
      Math.min(...list.map(({ accuracy }) => accuracy)),
      Math.min(...list.map(({ pairPrecision }) => pairPrecision)),
    ]),
  );
  const ours = sums.get('Nightlight, all together');
  const wrong = [...byMechanism].filter(([, { exact, total }]) => exact < total);
  if (wrong.length > 0) console.log('kinds not always right:');
  for (const [mechanism, { exact, total }] of wrong) console.log(`  ${mechanism}: ${exact} of ${total} failures`);
  const [set] = name.split(':');
  return [
    { what: `pair precision, ${set}`, value: mean(ours, 'pairPrecision'), must: 0.99, aim: 1, least: true },
    { what: `grouping accuracy, ${set}`, value: mean(ours, 'accuracy'), must: 0.9, aim: 0.95, least: true },
  ];
}

const NO_ERROR = { type: 'Error', message: '', stack: [] };

function groupedTogether(thrown, parsed) {
  const groups = groupFailures(thrown.map(({ build }, at) => ({ errors: parsed[at], build, count: 1, member: at })));
  const said = [];
  for (const { id, members } of groups) for (const at of members) said[at] = id;
  return said;
}

function noteMechanisms(byMechanism, thrown, said) {
  const groups = new Map();
  thrown.forEach(({ truth, mechanism }, at) => {
    const group = groups.get(truth) ?? { mechanism, ids: new Set(), events: [] };
    group.ids.add(said[at]);
    group.events.push(at);
    groups.set(truth, group);
  });
  for (const { mechanism, ids, events } of groups.values()) {
    const note = byMechanism.get(mechanism) ?? { exact: 0, total: 0 };
    const alone = events.length === said.filter((id) => ids.has(id)).length;
    note.total++;
    if (ids.size === 1 && alone) note.exact++;
    byMechanism.set(mechanism, note);
  }
}
