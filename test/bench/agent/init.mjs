/**
 * From the start of the runtime process to its first `next`, through the real runtime client; resident memory at the first
 * invocation.
 *
 * What is held against the bar is processor time, of all threads of that process, read inside of it from its first preload until
 * the client asks. Milliseconds of the clock stand beside: they also hold what the double takes to answer a registration, and whatever
 * else the machine is doing, which on a shared one is many times the difference.
 *
 * Memory later on: V8's young generation grows with the garbage of either, and by jumps: that difference stands beside as well.
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
/** So many starts for each of which the later invocations are waited for: a difference of 3 ms in 50 needs many. */
const STARTS = 6;

export async function init({ rounds, quick, figures }) {
  const { startLambda } = await lambdaDouble();
  const taskRoot = `${cache}/hello`;
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(`${taskRoot}/index.mjs`, 'export const handler = async () => ({ rss: process.memoryUsage.rss() / 1e6 });\n');
  const sink = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${sink.address().port}`;
  const sdk = await bundledSdk();
  const noting = `${cache}/note-first-next.cjs`;
  writeFileSync(noting, NOTE_FIRST_NEXT);
  const modes = {
    bare: { NODE_OPTIONS: `--require ${noting}` },
    log: { NODE_OPTIONS: `--require ${noting} --require ${preload}` },
    invoke: { NODE_OPTIONS: `--require ${noting} --require ${preload}`, NIGHTLIGHT_FLUSH: 'invoke', NIGHTLIGHT_OTLP_ENDPOINT: endpoint },
    sdk: { NODE_OPTIONS: `--require ${noting} --require ${sdk}`, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  };
  try {
    for (const nodeLine of quick ? [20] : [20, 24]) {
      const runs = [];
      for (let round = 0; round < rounds * STARTS; round++) {
        const run = {};
        // Each mode follows each other one alike: what a run leaves behind (caches, a processor's clock) must favour none.
        const order = Object.entries(modes);
        const turned = [...order.slice(round % order.length), ...order.slice(0, round % order.length)];
        for (const [mode, env] of turned)
          run[mode] = await oneStart(startLambda, { nodeLine, taskRoot, handler: 'index.handler', env }, round < rounds ? LATER : 1);
        runs.push(run);
      }
      const added = (mode, what, of = runs) => spread(of.map((run) => run[mode][what] - run.bare[what]));
      const push = (figure, unit, values, goal, direction, note) =>
        figures.push({ figure, unit, ...values, ...goal, verdict: judged(values.median, goal, direction), note });
      const bare = (what) => spread(runs.map((run) => run.bare[what])).median.toFixed(0);
      const byTheClock = (mode) => {
        const { median, low, high } = added(mode, 'startMs');
        return `by the clock ${median.toFixed(1)} ms (${low.toFixed(0)} to ${high.toFixed(0)})`;
      };
      push(
        `Node ${nodeLine}: CPU until first next, log`,
        'ms',
        added('log', 'cpuMs'),
        GOALS.log,
        'atMost',
        `over bare ${bare('cpuMs')} ms; ${byTheClock('log')} over ${bare('startMs')}`,
      );
      push('  invoke', 'ms', added('invoke', 'cpuMs'), GOALS.invoke, 'atMost', byTheClock('invoke'));
      figures.push({ figure: '  sdk-node + exporter, bundled', unit: 'ms', ...added('sdk', 'cpuMs'), note: byTheClock('sdk') });
      // A median of differences, since one difference near zero would make any ratio.
      const times = (what) => added('sdk', what).median / Math.max(0.1, added('log', what).median);
      push(
        '  so many times less than that, log',
        'x',
        { median: times('cpuMs'), low: times('cpuMs'), high: times('cpuMs'), runs: runs.length },
        GOALS.sdk,
        'atLeast',
        `by the clock ${times('startMs').toFixed(1)} x`,
      );
      for (const [mode, name, goal] of [
        ['log', 'log', GOALS.logRss],
        ['invoke', 'with OTLP', GOALS.invokeRss],
      ]) {
        const later = added(mode, 'laterRss', runs.slice(0, rounds));
        push(`  RSS added, ${name}`, 'MB', added(mode, 'rss'), goal, 'atMost', `after ${LATER} invocations +${later.median.toFixed(1)} MB`);
      }
    }
  } finally {
    sink.close();
  }
}

async function oneStart(startLambda, options, invocations) {
  const from = performance.now();
  const lambda = await startLambda({ ...options, memoryMb: 512 });
  const startMs = performance.now() - from;
  const noted = lambda.output.map((line) => /^first next after (\d+) us$/.exec(line)?.[1]).find(Boolean);
  if (noted === undefined) throw new Error(`no note of the first next: ${lambda.output.join(' | ').slice(0, 500)}`);
  const ask = async () => JSON.parse((await lambda.invoke({})).payload).rss;
  const rss = await ask();
  let laterRss = rss;
  for (let i = 1; i < invocations; i++) laterRss = await ask();
  await lambda.shutdown();
  return { startMs, cpuMs: noted / 1000, rss, laterRss };
}

/**
 * A preload that tells, on standard error, what the process has used from then until the runtime client first asks for an event.
 * What came before, forking off the bench for one, is alike in all modes and varies by more than they differ.
 */
const NOTE_FIRST_NEXT = `
const Module = require('node:module');
const load = Module._load;
const before = process.cpuUsage();
Module._load = function (request, ...rest) {
  const client = load.call(this, request, ...rest);
  if (!request.endsWith('rapid-client.node')) return client;
  Module._load = load;
  const { next } = client;
  client.next = function (...args) {
    const { user, system } = process.cpuUsage(before);
    client.next = next;
    require('node:fs').writeSync(2, 'first next after ' + (user + system) + ' us\\n');
    return next.apply(this, args);
  };
  return client;
};
`;
