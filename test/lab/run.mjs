/**
 * Accuracy on series whose truth is known: `npm run lab` runs every experiment, `npm run lab -- memory` one of them.
 *
 *   --seed n      score from this seed on, in place of the default ones, with as many seeds as are usual; any whole number
 *   --seeds a-b   score on just these
 *   --quick       a few seeds of each: all experiments in less than two minutes
 *
 * An experiment is a module of this folder that exports `experiment`. It names the seeds on which thresholds were chosen, and
 * which ones; its default scoring seeds are others. What `run` returns are its figures with their bars, and the last thing
 * printed is the board of all of them. A missed bar is no error of the run: the exit code stays 0.
 */
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { scoreboard } from './score.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, seeds: { type: 'string' }, quick: { type: 'boolean' } },
});
if (values.seed !== undefined && values.seeds !== undefined) fail('--seed and --seeds exclude each other: give one of them');
const first = values.seed === undefined ? undefined : parseSeed(values.seed);
const given = values.seeds === undefined ? undefined : parseSeeds(values.seeds);

const experiments = [];
for (const file of readdirSync(import.meta.dirname).sort()) {
  if (!file.endsWith('-lab.mjs')) continue;
  const { experiment } = await import(`./${file}`);
  experiments.push(experiment);
}
const unknown = positionals.filter((name) => !experiments.some((experiment) => experiment.name === name));
if (unknown.length > 0) {
  fail(`no experiment named ${unknown.join(', ')}; there are: ${experiments.map((experiment) => experiment.name).join(', ')}`);
}

console.log(`machine: ${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`);
const board = [];
for (const experiment of experiments) {
  if (positionals.length > 0 && !positionals.includes(experiment.name)) continue;
  const seeds = seedsFor(experiment);
  console.log(`\n## ${experiment.name}: ${experiment.question}`);
  console.log(origin(seeds, experiment.tunedOn));
  const began = performance.now();
  const figures = (await experiment.run(seeds)) ?? [];
  for (const figure of figures)
    board.push({ ...figure, what: `${experiment.name}: ${figure.what}`, seeds: seeds === undefined ? '-' : rangeOf(seeds) });
  console.log(`(${((performance.now() - began) / 1000).toFixed(1)} s)`);
}
if (board.length > 0) {
  console.log('\n## scoreboard\n');
  scoreboard(board, ['seeds']);
}

/** Where the data comes from, and whether it is independent of the thresholds. */
function origin(seeds, tunedOn) {
  if (seeds === undefined) return 'no seeds: the same lines on every run';
  const isSeen = tunedOn.some(({ from, to }) => seeds.from <= to && seeds.to >= from);
  const caution = isSeen ? ' (CAUTION: thresholds were chosen on some of these)' : '';
  const chosen = tunedOn.map((range) => `thresholds chosen on ${rangeOf(range)}: ${range.what}`);
  const tuned = chosen.length === 0 ? 'no threshold was chosen on any seed' : chosen.join('\n');
  return `seeds ${rangeOf(seeds)}${caution}; one run, deterministic\n${tuned}`;
}

function seedsFor(experiment) {
  if (experiment.seeds === undefined) return undefined;
  if (given !== undefined) return given;
  const usual = values.quick === true ? quickSeeds(experiment) : experiment.seeds;
  return first === undefined ? usual : { from: first, to: first + usual.to - usual.from };
}

function quickSeeds({ seeds, quickSeeds: own }) {
  return own ?? { from: seeds.from, to: Math.min(seeds.to, seeds.from + 9) };
}

function rangeOf({ from, to }) {
  return from === to ? String(from) : `${from}-${to}`;
}

function parseSeed(text) {
  if (!/^\d{1,9}$/.test(text)) fail(`--seed takes a whole number of at most nine digits, found "${text}"; a range is --seeds a-b`);
  return Number(text);
}

function parseSeeds(text) {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range === null || Number(range[1]) > Number(range[2])) {
    fail(`--seeds takes a range such as 101-130, found "${text}"; one seed is --seed n`);
  }
  return { from: Number(range[1]), to: Number(range[2]) };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
