/** Requests a second of a long-running server, with the agent and without. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';
import { cache, preload, root } from './places.mjs';

const GOAL = { must: 0.95, aim: 0.98 };
const autocannon = createRequire(`${root}package.json`)('autocannon');

const SERVERS = {
  http: `require('node:http').createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1', function () { process.send(this.address().port); });`,
  fastify: `const app = require('fastify')(); app.get('/', async () => ({ hello: 'world' })); app.listen({ port: 0, host: '127.0.0.1' }).then((address) => process.send(Number(new URL(address).port)));`,
};

export async function server({ rounds, quick, figures }) {
  const sink = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink.address().port}` };
  try {
    for (const [name, code] of Object.entries(SERVERS)) {
      const file = `${cache}/server-${name}.cjs`;
      writeFileSync(
        file,
        code.replace("require('fastify')", `require(${JSON.stringify(createRequire(`${root}package.json`).resolve('fastify'))})`),
      );
      const pairs = [];
      for (let round = 0; round < Math.min(rounds, quick ? 3 : 9); round++) {
        const without = await requestsPerSecond(file, [], env, quick);
        const withUs = await requestsPerSecond(file, ['--require', preload], env, quick);
        pairs.push({ ratio: withUs.rate / without.rate, cpu: withUs.cpuUs - without.cpuUs, without });
      }
      const ratio = spread(pairs.map((pair) => pair.ratio));
      figures.push({
        figure: `${name}: requests/s with the agent ÷ without`,
        unit: 'x',
        ...ratio,
        ...GOAL,
        verdict: judged(ratio.median, GOAL, 'atLeast'),
        note: `${Math.round(spread(pairs.map((pair) => pair.without.rate)).median)}/s without; CPU +${spread(pairs.map((pair) => pair.cpu)).median.toFixed(1)} µs a request`,
      });
    }
  } finally {
    sink.closeAllConnections();
    sink.close();
  }
}

async function requestsPerSecond(file, args, env, quick) {
  const child = spawn(process.execPath, [...args, file], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const port = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    const load = (duration) => autocannon({ url: `http://127.0.0.1:${port}/`, connections: 20, duration });
    await load(1);
    const before = cpuMs(child.pid);
    const result = await load(quick ? 2 : 4);
    return { rate: result.requests.total / result.duration, cpuUs: ((cpuMs(child.pid) - before) * 1000) / result.requests.total };
  } finally {
    child.kill('SIGKILL');
  }
}

/** Processor time of all threads of a process so far. */
function cpuMs(pid) {
  let ns = 0;
  for (const task of readdirSync(`/proc/${pid}/task`))
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return ns / 1e6;
}
