/**
 * What a preload adds to the start of a Lambda runtime: processor time of all threads, from the first preload until the first line
 * of its ES module. What Node needs before any preload is alike for all and varies by more than they differ.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';
import { peerPreloads } from './peers.mjs';
import { cache, emptyPreload, nodeOf, preload } from './places.mjs';

/** Node line to what the agent may add over an empty file, in ms of processor time. */
const GOALS = { 20: { must: 1.5, aim: 0.5 }, 24: { must: 1, aim: 0.5 } };

export async function start({ rounds, quick, figures }) {
  const main = `${cache}/main.mjs`;
  const noting = `${cache}/note-start.cjs`;
  writeFileSync(noting, `globalThis[Symbol.for('note-start')] = process.cpuUsage();\n`);
  writeFileSync(
    main,
    `const { user, system } = process.cpuUsage(globalThis[Symbol.for('note-start')]);
const ms = performance.now();
process.stdout.write(JSON.stringify({ cpu: (user + system) / 1000, ms, rss: process.memoryUsage.rss() / 1e6 }));
process.exit(0);`,
  );
  const peers = await peerPreloads();
  for (const line of quick ? [20] : [20, 24]) {
    const node = await nodeOf(line);
    const run = (file) =>
      JSON.parse(execFileSync(node, ['--require', noting, '--require', file, main], { env: lambdaEnvironment(), encoding: 'utf8' }));
    const added = { ms: [], cpu: [], rss: [] };
    const empty = [];
    for (let round = 0; round < rounds * 3; round++) {
      // Whoever comes second has the caches of the machine; they take turns.
      const isOursFirst = round % 2 === 1;
      const early = run(isOursFirst ? preload : emptyPreload);
      const late = run(isOursFirst ? emptyPreload : preload);
      const [bare, ours] = isOursFirst ? [late, early] : [early, late];
      empty.push(bare.cpu);
      for (const what of ['ms', 'cpu', 'rss']) added[what].push(ours[what] - bare[what]);
    }
    const cpu = spread(added.cpu);
    figures.push({
      figure: `Node ${line}: CPU at start over an empty preload`,
      unit: 'ms',
      ...cpu,
      ...GOALS[line],
      verdict: judged(cpu.median, GOALS[line], 'atMost'),
      note: `empty ${spread(empty).median.toFixed(1)} ms, wall +${spread(added.ms).median.toFixed(1)} ms, RSS +${spread(added.rss).median.toFixed(1)} MB`,
    });
    for (const [name, file] of Object.entries(peers)) {
      const theirs = [];
      for (let round = 0; round < Math.min(rounds, 7); round++) theirs.push(run(file).cpu - run(emptyPreload).cpu);
      figures.push({ figure: `  ${name}`, unit: 'ms', ...spread(theirs) });
    }
  }
}

/** As the platform sets it; none of our own variables. */
export function lambdaEnvironment() {
  return {
    PATH: process.env.PATH,
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    AWS_LAMBDA_FUNCTION_NAME: 'checkout',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_REGION: 'eu-central-1',
    LAMBDA_TASK_ROOT: cache,
    _HANDLER: 'index.handler',
    TMPDIR: cache,
  };
}
