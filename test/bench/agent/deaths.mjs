/** How often the successor can name the request and the call that were under way when its predecessor was killed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { judged } from '../figures.mjs';
import { cache, lambdaDouble, preload } from './places.mjs';

const GOAL = { must: 100 };

export async function deaths({ quick, figures }) {
  const { startLambda } = await lambdaDouble();
  const taskRoot = `${cache}/dying`;
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(
    `${taskRoot}/index.mjs`,
    `import { get } from 'node:http';
export const handler = async ({ how, port }) => {
  if (how === undefined) return 'well';
  get({ host: '127.0.0.1', port, path: '/charge' }).on('error', () => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (how === 'blocked loop') for (;;);
  if (how === 'heap out of memory') for (const kept = []; ; ) kept.push(new Array(1000).fill(Math.random()));
  await new Promise(() => setInterval(() => {}, 1000));
};
`,
  );
  const silent = createServer(() => {});
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address();
  const count = quick ? 3 : 20;
  try {
    for (const how of ['SIGKILL', 'blocked loop', 'heap out of memory']) {
      let named = 0;
      const lambda = await startLambda({
        taskRoot,
        handler: 'index.handler',
        memoryMb: how === 'heap out of memory' ? 128 : 512,
        timeoutMs: how === 'heap out of memory' ? 20_000 : 1000,
        env: { NODE_OPTIONS: `--require ${preload}`, NIGHTLIGHT_PEERS: `127.0.0.1:${port}=payments` },
      });
      for (let i = 0; i < count; i++) {
        const dying = lambda.invoke({ how, port });
        if (how === 'SIGKILL') setTimeout(() => lambda.kill(), 300);
        const { requestId } = await dying;
        const before = lambda.output.length;
        await lambda.invoke({});
        const told = lambda.output
          .slice(Math.max(0, before - 3))
          .filter((line) => line.startsWith('{"nl":1,"k":"death"'))
          .map((line) => JSON.parse(line))
          .filter((record) => record.id === requestId && record.rm === undefined);
        if (told.some((record) => record.ic?.some(([service]) => service === 'payments'))) named++;
      }
      await lambda.shutdown();
      const share = (100 * named) / count;
      figures.push({
        figure: `call in flight named after: ${how}`,
        unit: '%',
        median: share,
        low: share,
        high: share,
        runs: count,
        ...GOAL,
        verdict: judged(share, GOAL, 'atLeast'),
      });
    }
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
}
