/**
 * Accuracy on series whose truth is known: `npm run lab` runs every experiment, `npm run lab -- memory` one of them.
 *
 *   --seeds a-b   score on these seeds in place of the default ones; any whole numbers will do
 *
 * An experiment is a module of this folder that exports `experiment`; thresholds were chosen on the seeds it names as
 * tuning seeds, and the default scoring seeds are others.
 */
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seeds: { type: 'string' } } });
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
  const scored = seeds ?? experiment.seeds;
  const overlap = scored.from <= experiment.tunedOn.to && scored.to >= experiment.tunedOn.from;
  console.log(`\n## ${experiment.name}: ${experiment.question}`);
  console.log(
    `seeds ${scored.from}-${scored.to}${overlap ? ' (CAUTION: thresholds were chosen on some of these)' : ''}, thresholds chosen on ${experiment.tunedOn.from}-${experiment.tunedOn.to}; one run, deterministic`,
  );
  const began = performance.now();
  await experiment.run(scored);
  console.log(`(${((performance.now() - began) / 1000).toFixed(1)} s)`);
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
