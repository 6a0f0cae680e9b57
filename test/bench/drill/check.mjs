/**
 * `nightlight check` with its default settings on a handler that keeps 5 KB of each invocation, and on its healthy twin: does it
 * tell them apart, does it name the line, and how long does whoever waits for the build wait?
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';

const PAIRS = {
  'leaking/event-listeners.mjs': 'followSettings (event-listeners.mjs:8)',
  'healthy/removed-listeners.mjs': undefined,
};
const MUST_SECONDS = 60;

/** @param root  the repository, built */
export async function check({ root, quick }) {
  const rounds = quick ? 1 : 5;
  const seconds = [];
  let right = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [handler, site] of Object.entries(PAIRS)) {
      const began = performance.now();
      const { gates, exitCode } = await checked(join(root, 'fixtures/leaks', handler), root);
      if (site !== undefined) seconds.push((performance.now() - began) / 1000);
      const leak = gates.find(({ gate }) => gate === 'leak');
      const isRight =
        site === undefined
          ? leak?.verdict === 'passed' && exitCode === 0
          : leak?.verdict === 'failed' && leak.because.includes(site) && exitCode === 3;
      if (isRight) right++;
      else console.error(`  ${handler}: ${JSON.stringify(leak)}, exit ${exitCode}`);
    }
  }
  const waited = spread(seconds);
  const of = rounds * Object.keys(PAIRS).length;
  return [
    {
      figure: '`check`, a handler that keeps 5 KB an invocation',
      unit: 's',
      ...waited,
      must: MUST_SECONDS,
      verdict: judged(waited.high, { must: MUST_SECONDS }, 'atMost'),
    },
    {
      figure: '  verdicts right, the line of the leak named',
      unit: `of ${of}`,
      median: right,
      must: of,
      verdict: judged(right, { must: of }, 'atLeast'),
    },
  ];
}

async function checked(handler, root) {
  const child = spawn(process.execPath, [join(root, 'tui/dist/main.js'), 'check', handler, '--fail-on', 'leak', '--format', 'json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  const { gates } = JSON.parse(await text(child.stdout));
  const [exitCode] = await closed;
  return { gates, exitCode };
}
