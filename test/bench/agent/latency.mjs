/** What the client waits longer when spans leave after each response, towards a receiver that takes 300 ms to answer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';
import { cache, lambdaDouble, preload } from './places.mjs';

const GOAL = { must: 1, aim: 0.5 };

export async function latency({ quick, figures }) {
  const { startLambda } = await lambdaDouble();
  const taskRoot = `${cache}/hello`;
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(`${taskRoot}/index.mjs`, 'export const handler = async () => ({ rss: process.memoryUsage.rss() / 1e6 });\n');
  let received = 0;
  const sink = createServer((request, response) =>
    request.resume().on('end', () => {
      received++;
      setTimeout(() => response.end('{}'), 300);
    }),
  );
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${sink.address().port}`;
  const options = { taskRoot, handler: 'index.handler', memoryMb: 512 };
  try {
    const bare = await startLambda(options);
    const ours = await startLambda({
      ...options,
      env: { NODE_OPTIONS: `--require ${preload}`, NIGHTLIGHT_FLUSH: 'invoke', NIGHTLIGHT_OTLP_ENDPOINT: endpoint },
    });
    const added = [];
    const invocations = quick ? 15 : 60;
    for (let i = 0; i < invocations; i++) {
      const without = (await bare.invoke({})).clientLatencyMs;
      const withUs = (await ours.invoke({})).clientLatencyMs;
      // The first one of a sandbox pays for compiling; the init is measured elsewhere.
      if (i > 2) added.push(withUs - without);
    }
    await bare.shutdown();
    await ours.shutdown();
    const values = spread(added);
    figures.push({
      figure: 'client latency added, invoke, sink of 300 ms',
      unit: 'ms',
      ...values,
      ...GOAL,
      verdict: judged(values.median, GOAL, 'atMost'),
      note: `${received} posts of ${invocations} invocations`,
    });
  } finally {
    sink.closeAllConnections();
    sink.close();
  }
}
