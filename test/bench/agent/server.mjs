/**
 * What a request of a long-running server costs with the agent and without: processor time, and requests a second.
 *
 * Requests a second hang on who else has a core at that moment, the load generator before all others; the processor time of
 * the server alone does not. So both are taken from the same rounds: two servers that live side by side and are asked in turn,
 * many short rounds over a few pairs of processes, because no two compile the same code alike. They live in a folder of
 * their own, where no package of OpenTelemetry is found: spans leave by our own encoder, as they do for most.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { judged } from '../figures.mjs';
import { spread } from '../statistics.mjs';
import { preload, root } from './places.mjs';

const GOAL = { must: 0.95, aim: 0.98 };
const autocannon = createRequire(`${root}package.json`)('autocannon');

const SERVERS = {
  http: `require('node:http').createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1', function () { process.send(this.address().port); });`,
  fastify: `const app = require('fastify')(); app.get('/', async () => ({ hello: 'world' })); app.listen({ port: 0, host: '127.0.0.1' }).then((address) => process.send(Number(new URL(address).port)));`,
};

const CONNECTIONS = 20;
/** Short, so that a pause of the machine spoils a round and not the median; autocannon counts in whole seconds. */
const ROUND_S = 1;
/** Until both have their code compiled, and the agent its sink. */
const WARM_UP_ROUNDS = 4;

export async function server({ rounds, quick, figures }) {
  const sink = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink.address().port}` };
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-bench-'));
  const pairsOfProcesses = Math.min(rounds, quick ? 3 : 5);
  try {
    for (const [name, code] of Object.entries(SERVERS)) {
      const file = join(folder, `server-${name}.cjs`);
      writeFileSync(
        file,
        code.replace("require('fastify')", `require(${JSON.stringify(createRequire(`${root}package.json`).resolve('fastify'))})`),
      );
      const taken = [];
      for (let pair = 0; pair < pairsOfProcesses; pair++) taken.push(...(await compare(file, env, quick ? 6 : 10)));
      const median = (of) => spread(taken.map(of)).median;
      const figure = (what, of, note) => {
        const ratio = spread(taken.map(of));
        figures.push({ figure: `${name}: ${what}`, unit: 'x', ...ratio, ...GOAL, verdict: judged(ratio.median, GOAL, 'atLeast'), note });
      };
      figure(
        'CPU a request without the agent ÷ with',
        ({ without, withUs }) => without.cpuUs / withUs.cpuUs,
        `${median(({ without }) => without.cpuUs).toFixed(1)} µs without, ${median(({ without, withUs }) => withUs.cpuUs - without.cpuUs).toFixed(2)} more with`,
      );
      figure(
        'requests/s with the agent ÷ without',
        ({ without, withUs }) => withUs.rate / without.rate,
        `${Math.round(median(({ without }) => without.rate))}/s without`,
      );
    }
  } finally {
    sink.closeAllConnections();
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns what each round measured of a new pair of processes */
async function compare(file, env, rounds) {
  const servers = { without: await start(file, [], env), withUs: await start(file, ['--require', preload], env) };
  try {
    const taken = [];
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      // Whoever comes first has the caches of the machine; they take turns.
      const order = round % 2 === 0 ? ['without', 'withUs'] : ['withUs', 'without'];
      const one = {};
      for (const name of order) one[name] = await measure(servers[name]);
      if (round >= 0) taken.push(one);
    }
    return taken;
  } finally {
    for (const { child } of Object.values(servers)) child.kill('SIGKILL');
  }
}

async function start(file, args, env) {
  const child = spawn(process.execPath, [...args, file], { env, cwd: dirname(file), stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, url: `http://127.0.0.1:${port}/` };
}

async function measure({ child, url }) {
  const before = cpuUs(child.pid);
  const { start, finish, requests } = await autocannon({ url, connections: CONNECTIONS, duration: ROUND_S });
  return { rate: (requests.total * 1000) / (finish - start), cpuUs: (cpuUs(child.pid) - before) / requests.total };
}

/** Processor time of all threads of a process so far, the collector's among them. */
function cpuUs(pid) {
  let ns = 0;
  for (const task of readdirSync(`/proc/${pid}/task`))
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return ns / 1000;
}
