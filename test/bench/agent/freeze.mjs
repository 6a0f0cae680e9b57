/** Whether every invocation has its record when the sandbox is frozen after each one and ended with SIGTERM. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { judged } from '../figures.mjs';
import { cache, lambdaDouble, preload } from './places.mjs';

const GOAL = { must: 100 };

export async function freeze({ quick, figures }) {
  const { startLambda } = await lambdaDouble();
  const taskRoot = `${cache}/hello`;
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(`${taskRoot}/index.mjs`, 'export const handler = async () => ({ rss: process.memoryUsage.rss() / 1e6 });\n');
  const spans = new Set();
  const sink = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.url === '/v1/traces')
        for (const { scopeSpans } of JSON.parse(body).resourceSpans)
          for (const scope of scopeSpans) for (const span of scope.spans) spans.add(span.spanId);
      response.end('{}');
    });
  });
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const count = quick ? 100 : 1000;
  try {
    for (const [name, env] of [
      ['log', {}],
      ['invoke', { NIGHTLIGHT_FLUSH: 'invoke', NIGHTLIGHT_OTLP_ENDPOINT: `http://127.0.0.1:${sink.address().port}` }],
    ]) {
      spans.clear();
      const lambda = await startLambda({
        taskRoot,
        handler: 'index.handler',
        memoryMb: 512,
        env: { NODE_OPTIONS: `--require ${preload}`, ...env },
      });
      const ids = [];
      for (let i = 0; i < count; i++) ids.push((await lambda.invoke({ i })).requestId);
      await lambda.shutdown();
      const told = new Set(lambda.output.filter((line) => line.startsWith('{"nl":1,"k":"inv"')).map((line) => JSON.parse(line).id));
      const share = (100 * ids.filter((id) => told.has(id)).length) / count;
      const push = (figure, median) =>
        figures.push({
          figure,
          unit: '%',
          median,
          low: median,
          high: median,
          runs: count,
          ...GOAL,
          verdict: judged(median, GOAL, 'atLeast'),
        });
      push(`records through freeze, thaw and SIGTERM, ${name}`, share);
      if (name === 'invoke') push('  spans received', (100 * spans.size) / count);
    }
  } finally {
    sink.close();
  }
}
