/** How many bytes a line has, over functions as people write them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';
import { cache, lambdaDouble, preload } from './places.mjs';

const GOAL = { must: 220, aim: 160 };

/** Name to handler and event; `ask` calls a service beside it. */
const FUNCTIONS = {
  hello: ['export const handler = async () => "hello";', () => ({})],
  'api, one call': [
    'import { ask } from "./ask.mjs"; export const handler = async () => { await ask("/orders"); return { statusCode: 200, body: "{}" }; };',
    () => ({
      version: '2.0',
      requestContext: { http: { method: 'GET' }, domainName: 'abc.execute-api.eu-central-1.amazonaws.com', apiId: 'abc' },
    }),
  ],
  'api, three calls': [
    'import { ask } from "./ask.mjs"; export const handler = async () => { await ask("/user"); await Promise.all([ask("/cart"), ask("/stock")]); return { statusCode: 200 }; };',
    () => ({ requestContext: { apiId: 'abc', stage: 'prod' }, httpMethod: 'GET' }),
  ],
  'queue, one message': [
    'import { ask } from "./ask.mjs"; export const handler = async (event) => { for (const each of event.Records) await ask("/mail"); return { batchItemFailures: [] }; };',
    (i) => messages(i, 1),
  ],
  'queue, ten messages': [
    'import { ask } from "./ask.mjs"; export const handler = async (event) => { for (const each of event.Records) await ask("/mail"); return { batchItemFailures: [] }; };',
    (i) => messages(i, 10),
  ],
  'schedule, much garbage': [
    'export const handler = async () => { let n = 0; for (let i = 0; i < 200; i++) n += JSON.stringify(new Array(2000).fill(i)).length; return n; };',
    () => ({ 'detail-type': 'Scheduled Event', source: 'aws.events', id: '2f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8' }),
  ],
  'fails every third time': [
    'let n = 0; export const handler = async () => { if (++n % 3 === 0) throw new TypeError("no such order"); return { n }; };',
    () => ({ order: 1 }),
  ],
};

export async function lines({ quick, figures }) {
  const { startLambda } = await lambdaDouble();
  const service = createServer((_request, response) => response.end('{}'));
  await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address();
  const all = [];
  try {
    for (const [name, [code, event]] of Object.entries(FUNCTIONS)) {
      const taskRoot = `${cache}/lines/${name.replace(/\W+/g, '-')}`;
      mkdirSync(taskRoot, { recursive: true });
      writeFileSync(`${taskRoot}/index.mjs`, code);
      writeFileSync(
        `${taskRoot}/ask.mjs`,
        `export const ask = (path) => fetch('http://127.0.0.1:${port}' + path).then((answer) => answer.text());\n`,
      );
      const lambda = await startLambda({
        taskRoot,
        handler: 'index.handler',
        env: { NODE_OPTIONS: `--require ${preload}`, NIGHTLIGHT_PEERS: `127.0.0.1:${port}=orders` },
      });
      for (let i = 0; i < (quick ? 10 : 40); i++) await lambda.invoke(event(i));
      await lambda.shutdown();
      const sizes = lambda.output.filter((line) => line.startsWith('{"nl":1,"k":"inv"')).map((line) => Buffer.byteLength(line));
      all.push(...sizes);
      figures.push({ figure: `  line of: ${name}`, unit: 'bytes', ...spread(sizes) });
    }
  } finally {
    service.closeAllConnections();
    service.close();
  }
  const values = spread(all);
  figures.push({
    figure: 'bytes of an invocation line, over these',
    unit: 'bytes',
    ...values,
    ...GOAL,
    verdict: judged(values.median, GOAL, 'atMost'),
  });
}

const messages = (i, count) => ({
  Records: Array.from({ length: count }, (_, at) => ({
    messageId: `6f1d0c52-9a3b-4e77-${String(at).padStart(4, '0')}-${String(i).padStart(12, '0')}`,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:mail',
    body: '{}',
    attributes: { ApproximateReceiveCount: '1' },
  })),
});
