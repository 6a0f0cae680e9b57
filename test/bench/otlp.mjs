/**
 * How many spans a CPU-second takes: received over HTTP, decoded and added up by the same stages that read files; and decoding
 * alone, beside protobufjs.
 *
 *   npm run bench -- otlp [--rounds 5] [--only receive,decode] [--quick] [--strict]
 *
 * The receiver runs in a process of its own and counts that process's CPU, user and system; what sending costs is not in it.
 * Requests hold 100 spans with 10 attributes each, of 16 senders with kept connections.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judged, machine, printFigures } from './figures.mjs';
import { sendAll } from './otlp/send.mjs';
import { bodiesOf, MIXES, SPANS_PER_REQUEST } from './otlp/workload.mjs';
import { spread } from './statistics.mjs';

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string' },
      only: { type: 'string', default: 'receive,decode' },
      quick: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  const requests = values.quick ? 3_000 : 6_000;
  const figures = [];
  console.error(machine());
  for (const part of values.only.split(',')) {
    if (!(part in PARTS)) throw new Error(`--only ${part}: expected ${Object.keys(PARTS).join(', ')}`);
    await PARTS[part]({ rounds, requests, quick: values.quick, figures });
  }
  printFigures(figures);
  return values.strict && figures.some((figure) => figure.verdict === 'MISSED') ? 1 : 0;
}

const GOAL = { must: 500, aim: 700 };
const DECODE_GOAL = { must: 3, aim: 5 };

/** HTTP, decoding and aggregation. */
async function receive({ rounds, requests, figures }) {
  for (const { name, mix, encoding, gzip, judgedToo } of [
    { name: 'protobuf', mix: 'service', judgedToo: true },
    { name: 'protobuf, every span a request', mix: 'requests' },
    { name: 'protobuf in gzip', mix: 'service', gzip: true },
    { name: 'JSON', mix: 'service', encoding: 'json' },
  ]) {
    const bodies = bodiesOf(MIXES[mix], { count: 50, encoding, gzip });
    const runs = [];
    for (let round = 0; round < rounds; round++) {
      const receiver = await started('otlp/receive.mjs');
      const { url } = await answerOf(receiver, 'start');
      // The engine compiles and measures anew during the first seconds; a receiver runs for hours.
      await sendAll(url, bodies, requests * 2);
      const before = await answerOf(receiver, 'usage');
      const from = performance.now();
      await sendAll(url, bodies, requests);
      const wallS = (performance.now() - from) / 1000;
      const after = await answerOf(receiver, 'usage');
      receiver.disconnect();
      const spans = requests * SPANS_PER_REQUEST;
      if (after.spanCount - before.spanCount !== spans)
        throw new Error(`${spans} spans were sent, and ${after.spanCount - before.spanCount} received`);
      runs.push({
        perCpuS: spans / 1000 / ((after.cpuUs - before.cpuUs) / 1e6),
        perWallS: spans / 1000 / wallS,
        rssMb: after.rssBytes / 1e6,
      });
    }
    const perCpuS = spread(runs.map((run) => run.perCpuS));
    figures.push({
      figure: `received and added up, ${name}`,
      unit: 'k spans/CPU-s',
      ...perCpuS,
      ...(judgedToo && { ...GOAL, verdict: judged(perCpuS.median, GOAL, 'atLeast') }),
      note: `${bodies.bytesPerSpan.toFixed(0)} B/span, wall ${spread(runs.map((run) => run.perWallS)).median.toFixed(0)} k/s, RSS ${spread(runs.map((run) => run.rssMb)).median.toFixed(0)} MB`,
    });
  }
}

/** The bytes of requests to events that nobody adds up, against protobufjs making its objects. */
async function decode({ rounds, quick, figures }) {
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    const worker = await started('otlp/decode.mjs');
    runs.push(await answerOf(worker, { seconds: quick ? 1 : 3 }));
    worker.disconnect();
  }
  const names = Object.keys(runs[0]);
  for (const name of names)
    figures.push({ figure: `decoding alone, ${name}`, unit: 'k spans/CPU-s', ...spread(runs.map((run) => run[name] / 1000)) });
  for (const opponent of names.slice(1)) {
    const ratio = spread(runs.map((run) => run.nightlight / run[opponent]));
    figures.push({
      figure: `  so many times as fast as ${opponent}`,
      unit: 'x',
      ...ratio,
      // Its reflection is what an application gets; generated code is built with the program, and shown beside.
      ...(opponent.includes('reflection') && { ...DECODE_GOAL, verdict: judged(ratio.median, DECODE_GOAL, 'atLeast') }),
    });
  }
}

const PARTS = { receive, decode };

function started(file) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { stdio: 'inherit' });
  return Promise.resolve(child);
}

function answerOf(child, question) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`the measured process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.removeListener('exit', ended);
      resolve(message);
    });
    child.send(question);
  });
}
