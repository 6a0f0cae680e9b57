/**
 * From the start of the runtime process to its first `next`, through the real runtime client; resident memory at the first
 * invocation. Later on V8's young generation grows with the garbage of either, and by jumps: that difference stands beside.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';
import { bundledSdk } from './peers.mjs';
import { cache, lambdaDouble, preload } from './places.mjs';

const GOALS = {
  log: { must: 4, aim: 3 },
  invoke: { must: 10, aim: 7 },
  sdk: { must: 20, aim: 40 },
  logRss: { must: 2, aim: 0.5 },
  invokeRss: { must: 5, aim: 3 },
};

const LATER = 200;

export async function init({ rounds, quick, figures }) {
  const { startLambda } = await lambdaDouble();
  const taskRoot = `${cache}/hello`;
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(`${taskRoot}/index.mjs`, 'export const handler = async () => ({ rss: process.memoryUsage.rss() / 1e6 });\n');
  const sink = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${sink.address().port}`;
  const sdk = await bundledSdk();
  const modes = {
    bare: {},
    log: { NODE_OPTIONS: `--require ${preload}` },
    invoke: { NODE_OPTIONS: `--require ${preload}`, NIGHTLIGHT_FLUSH: 'invoke', NIGHTLIGHT_OTLP_ENDPOINT: endpoint },
    sdk: { NODE_OPTIONS: `--require ${sdk}`, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  };
  try {
    for (const nodeLine of quick ? [20] : [20, 24]) {
      const runs = [];
      for (let round = 0; round < rounds; round++) {
        const run = {};
        // Each mode follows each other one alike: what a run leaves behind (caches, a processor's clock) must favour none.
        const order = Object.entries(modes);
        const turned = [...order.slice(round % order.length), ...order.slice(0, round % order.length)];
        for (const [mode, env] of turned) run[mode] = await oneStart(startLambda, { nodeLine, taskRoot, handler: 'index.handler', env });
        runs.push(run);
      }
      const added = (mode, what) => spread(runs.map((run) => run[mode][what] - run.bare[what]));
      const push = (figure, unit, values, goal, direction, note) =>
        figures.push({ figure, unit, ...values, ...goal, verdict: judged(values.median, goal, direction), note });
      const bare = spread(runs.map((run) => run.bare.startMs)).median;
      push(
        `Node ${nodeLine}: spawn to first next, log`,
        'ms',
        added('log', 'startMs'),
        GOALS.log,
        'atMost',
        `over bare ${bare.toFixed(0)} ms`,
      );
      push('  invoke', 'ms', added('invoke', 'startMs'), GOALS.invoke, 'atMost');
      figures.push({ figure: '  sdk-node + exporter, bundled', unit: 'ms', ...added('sdk', 'startMs') });
      // A median of differences, since one difference near zero would make any ratio.
      const times = added('sdk', 'startMs').median / Math.max(0.1, added('log', 'startMs').median);
      push('  so many times less than that, log', 'x', { median: times, low: times, high: times, runs: rounds }, GOALS.sdk, 'atLeast');
      for (const [mode, name, goal] of [
        ['log', 'log', GOALS.logRss],
        ['invoke', 'with OTLP', GOALS.invokeRss],
      ]) {
        const later = added(mode, 'laterRss');
        push(`  RSS added, ${name}`, 'MB', added(mode, 'rss'), goal, 'atMost', `after ${LATER} invocations +${later.median.toFixed(1)} MB`);
      }
    }
  } finally {
    sink.close();
  }
}

async function oneStart(startLambda, options) {
  const from = performance.now();
  const lambda = await startLambda({ ...options, memoryMb: 512 });
  const startMs = performance.now() - from;
  const ask = async () => JSON.parse((await lambda.invoke({})).payload).rss;
  const rss = await ask();
  let laterRss = rss;
  for (let i = 1; i < LATER; i++) laterRss = await ask();
  await lambda.shutdown();
  return { startMs, rss, laterRss };
}
