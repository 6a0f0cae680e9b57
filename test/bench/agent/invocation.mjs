/** What each invocation pays: the wrapped handler against the bare one, in one process each, lines going into a pipe. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';
import { cache, nodeOf, preload } from './places.mjs';
import { lambdaEnvironment } from './start.mjs';

const GOALS = { line: { must: 10, aim: 5 }, recorder: { must: 15, aim: 8 } };

export async function invocation({ rounds, quick, figures }) {
  mkdirSync(`${cache}/plain`, { recursive: true });
  writeFileSync(`${cache}/plain/index.mjs`, 'export const handler = async (event) => ({ statusCode: 200, body: event.name });\n');
  const driver = `${cache}/driver.mjs`;
  writeFileSync(
    driver,
    `import { createRequire } from 'node:module';
// As the runtime client does it: on Node 20 the redirect is required and waited for, elsewhere imported.
const asked = process.env._HANDLER;
const load = async () =>
  !asked.startsWith('/')
    ? import(${JSON.stringify(`${cache}/plain/index.mjs`)})
    : asked.endsWith('/require.handler')
      ? createRequire(import.meta.url)(asked.replace(/handler$/, 'cjs'))
      : import(asked.replace(/handler$/, 'mjs'));
const { handler } = await load();
const times = [];
for (let i = 0; i < 20_000; i++) {
  const context = { awsRequestId: '6f1d0c52-9a3b-4e77-8c15-' + String(i).padStart(12, '0'), getRemainingTimeInMillis: () => 3000 };
  const from = process.hrtime.bigint();
  await handler({ name: 'x', i }, context);
  times.push(Number(process.hrtime.bigint() - from));
}
times.sort((a, b) => a - b);
process.stderr.write(String(times[times.length >> 1] / 1000));
process.exit(0);
`,
  );
  for (const line of quick ? [20] : [20, 24]) {
    const node = await nodeOf(line);
    const runs = { line: [], recorder: [] };
    for (let round = 0; round < Math.min(rounds, 9); round++) {
      const bare = await medianUs(node, [driver], {});
      runs.line.push((await medianUs(node, ['--require', preload, driver], { NIGHTLIGHT_STATE_DIR: 'off' })) - bare);
      runs.recorder.push((await medianUs(node, ['--require', preload, driver], {})) - bare);
    }
    for (const [what, name] of [
      ['line', 'record and line'],
      ['recorder', 'with the flight recorder'],
    ]) {
      const values = spread(runs[what]);
      figures.push({
        figure: `Node ${line}: per invocation, ${name}`,
        unit: 'µs',
        ...values,
        ...GOALS[what],
        verdict: judged(values.median, GOALS[what], 'atMost'),
      });
    }
  }
}

function medianUs(node, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      env: { ...lambdaEnvironment(), LAMBDA_TASK_ROOT: `${cache}/plain`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    child.on('error', reject);
    child.on('close', () =>
      Number.isFinite(Number(told)) && told !== '' ? resolve(Number(told)) : reject(new Error(told.slice(0, 2000))),
    );
  });
}
