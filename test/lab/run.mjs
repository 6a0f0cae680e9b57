/**
 * Accuracy on series whose truth is known: `npm run lab` runs every experiment, `npm run lab -- memory` one of them.
 *
 *   --seeds a-b   score on these seeds in place of the default ones; any whole numbers will do
 *   --quick       a few seeds of each: all experiments in less than two minutes
 *
 * An experiment is a module of this folder that exports `experiment`; thresholds were chosen on the seeds it names as
 * tuning seeds, and the default scoring seeds are others.
 */
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seeds: { type: 'string' }, quick: { type: 'boolean' } } });
const seeds = values.seeds === undefined ? undefined : parseSeeds(values.seeds);

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
for (const experiment of experiments) {
  if (positionals.length > 0 && !positionals.includes(experiment.name)) continue;
  const scored = seeds ?? (values.quick === true ? quickSeeds(experiment) : experiment.seeds);
  console.log(`\n## ${experiment.name}: ${experiment.question}`);
  console.log(origin(scored, experiment.tunedOn));
  const began = performance.now();
  await experiment.run(scored);
  console.log(`(${((performance.now() - began) / 1000).toFixed(1)} s)`);
}

/** Where the data comes from, and whether it is independent of the thresholds. */
function origin(scored, tunedOn) {
  if (scored === undefined) return 'no seeds: the same lines on every run';
  if (tunedOn === undefined) return `seeds ${scored.from}-${scored.to}, no threshold chosen on any; one run, deterministic`;
  const overlap = scored.from <= tunedOn.to && scored.to >= tunedOn.from;
  return `seeds ${scored.from}-${scored.to}${overlap ? ' (CAUTION: thresholds were chosen on some of these)' : ''}, thresholds chosen on ${tunedOn.from}-${tunedOn.to}; one run, deterministic`;
}

function quickSeeds({ seeds, quickSeeds: own }) {
  return own ?? (seeds === undefined ? undefined : { from: seeds.from, to: Math.min(seeds.to, seeds.from + 9) });
}

function parseSeeds(text) {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range === null || Number(range[1]) > Number(range[2])) fail(`--seeds takes a range such as 101-130, found "${text}"`);
  return { from: Number(range[1]), to: Number(range[2]) };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
