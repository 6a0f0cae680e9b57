/**
 * What a drill costs while nothing is armed, whether it ends in time when nobody is left to end it, and whether it touches anybody
 * whom it must not; and how long `check` takes to tell a leaking handler from its healthy twin.
 *
 *   npm run bench -- drill [--quick] [--runs 100] [--only overhead,restore,outside,keys,check] [--strict]
 *   npm run bench -- drill --recognised [...]      whether the analyzer names what was provoked, without knowing it
 *   npm run bench -- drill --week [...]            the first week on the example shop, each day by the command that the plan prints
 *   npm run bench -- drill --healthy [...]         whether a rule raises an alert where no fault was injected
 *
 * The shipped files; real processes; controllers are killed with SIGKILL as soon as the target is armed.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { armFile, readStatuses, scenarioHash, signToken, writeAbort, writeArm } from '../../agent/dist/drill/index.js';
import { check } from './drill/check.mjs';
import { judged, machine, printFigures } from './figures.mjs';
import { spread } from './statistics.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SECRET = 'the secret of the bench, long enough';
/** After the expiry; the clock of the looks is 5 ms. */
const RESTORE_WITHIN_MS = 1_000;

export async function bench(args) {
  if (args.includes('--recognised')) {
    const { bench: recognised } = await import('./drill/recognised.mjs');
    return recognised(args.filter((word) => word !== '--recognised'));
  }
  if (args.includes('--healthy')) {
    const { bench: healthy } = await import('./drill/healthy.mjs');
    return healthy(args.filter((word) => word !== '--healthy'));
  }
  if (args.includes('--week')) {
    const { bench: week } = await import('./drill/week.mjs');
    return week(args.filter((word) => word !== '--week'));
  }
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const runs = Number(values.runs ?? (values.quick ? 10 : 100));
  const home = mkdtempSync(join(tmpdir(), 'nightlight-drill-bench-'));
  const peers = [await startPeer(), await startPeer()];
  console.error(machine());
  const figures = [];
  try {
    for (const [name, part] of Object.entries({ overhead, restore, outside, keys, check })) {
      if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
      console.error(`${name} …`);
      figures.push(...(await part({ home, peers, runs, root, quick: values.quick })));
    }
  } finally {
    for (const { server } of peers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(home, { recursive: true, force: true });
  }
  printFigures(figures);
  return values.strict && figures.some(({ verdict }) => verdict === 'MISSED') ? 1 : 0;
}

/**
 * Whatever else the machine does falls on all three: they alternate, and take turns in going first. The third is the plain agent once
 * more; what it differs by is the noise that the drill entry has to stay within.
 */
async function overhead({ home, peers, quick }) {
  const rounds = quick ? 5 : 15;
  const requests = quick ? 2_000 : 4_000;
  const each = { agent: [], drill: [], again: [] };
  for (let round = 0; round < rounds; round++) {
    const inTurn = [...MODES.slice(round % MODES.length), ...MODES.slice(0, round % MODES.length)];
    for (const [name, withDrill] of inTurn) {
      const target = await startTarget(home, { withDrill });
      target.child.send({ serve: { url: peers[0].url, requests } });
      each[name].push((await target.next(({ usEach }) => usEach !== undefined)).usEach);
      await target.stop();
    }
  }
  const share = (of) => each[of].map((usEach, round) => (usEach / each.agent[round] - 1) * 100);
  const added = spread(share('drill'));
  const noise = spread(share('again'));
  const must = Math.max(Math.abs(noise.low), Math.abs(noise.high));
  return [
    {
      figure: 'CPU of a request, drill entry loaded and idle, over the plain agent',
      unit: '%',
      ...added,
      must: Number(must.toFixed(1)),
      verdict: judged(Math.abs(added.median), { must }, 'atMost'),
      note: `agent ${spread(each.agent).median.toFixed(0)} us; against itself ${noise.median.toFixed(1)} % (${noise.low.toFixed(1)} to ${noise.high.toFixed(1)})`,
    },
  ];
}

const MODES = [
  ['agent', false],
  ['drill', true],
  ['again', false],
];

async function restore({ home, peers, runs }) {
  const target = await startTarget(home, { withDrill: true });
  const lateMs = [];
  for (let run = 0; run < runs; run++) {
    const { command, claims } = drillOn(peers[0], { durationMs: 300 });
    const script = `require('node:fs').writeFileSync(${JSON.stringify(`${armFile(target.folder)}.new`)}, ${JSON.stringify(JSON.stringify(command))});
require('node:fs').renameSync(${JSON.stringify(`${armFile(target.folder)}.new`)}, ${JSON.stringify(armFile(target.folder))});
setInterval(() => {}, 1000);`;
    const controller = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    const hurt = target.next(({ isHurt }) => isHurt === true);
    await hurt;
    controller.kill('SIGKILL');
    const well = target.next(({ isHurt }) => isHurt === false);
    await once(controller, 'exit');
    const { atEpochMs } = await Promise.race([well, pause(10_000, { atEpochMs: Number.POSITIVE_INFINITY })]);
    while (readStatuses(target.folder)[0]?.state !== 'ended') await pause(5);
    const status = readStatuses(target.folder)[0];
    const isWhole = status.drillId === claims.drillId && status.patches.every(({ restored }) => restored);
    lateMs.push(isWhole ? atEpochMs - status.endsAtEpochMs : Number.POSITIVE_INFINITY);
  }
  await target.stop();
  const inTime = lateMs.filter((ms) => ms <= RESTORE_WITHIN_MS).length;
  return [
    {
      figure: 'restored within 1 s after expiry, controller killed',
      unit: `of ${runs}`,
      median: inTime,
      must: runs,
      verdict: judged(inTime, { must: runs }, 'atLeast'),
    },
    { figure: '  after the expiry', unit: 'ms', ...spread(lateMs) },
  ];
}

async function outside({ home, peers, quick }) {
  const calls = quick ? 1_000 : 10_000;
  const target = await startTarget(home, { withDrill: true });
  const { command } = drillOn(peers[0], { path: '/pay', durationMs: 600_000 });
  writeArm(target.folder, command);
  await target.next(({ isHurt }) => isHurt === true);
  const ask = async (url, howMany) => {
    target.child.send({ ask: { url, calls: howMany } });
    return (await target.next(({ asked }) => asked !== undefined)).failed;
  };
  const inside = await ask(`${peers[0].url}/pay`, 100);
  const touched = (await ask(`${peers[0].url}/orders`, calls / 2)) + (await ask(`${peers[1].url}/pay`, calls / 2));
  writeAbort(target.folder);
  await target.next(({ isHurt }) => isHurt === false);
  const after = await ask(`${peers[0].url}/pay`, 100);
  const { hurt } = readStatuses(target.folder)[0];
  await target.stop();
  return [
    {
      figure: `calls outside the match that were touched, of ${calls}`,
      unit: '',
      median: touched,
      must: 0,
      verdict: judged(touched, { must: 0 }, 'atMost'),
      note: `inside ${inside} of 100 hurt, ${hurt} counted; ${after} of 100 after the end`,
    },
  ];
}

async function keys({ home, peers, quick }) {
  const calls = quick ? 50 : 200;
  const { command, claims, scenario } = drillOn(peers[0], {});
  const signed = (parts, secret = SECRET, atMs = Date.now()) => signToken({ ...claims, ...parts }, secret, atMs);
  const tries = {
    'no flag': [command, { NIGHTLIGHT_DRILL: '' }],
    'flag off': [command, { NIGHTLIGHT_DRILL: 'off' }],
    'agent off': [command, { NIGHTLIGHT: 'off' }],
    'no token': [undefined, {}],
    'no secret': [command, { NIGHTLIGHT_DRILL_SECRET: '' }],
    forged: [{ scenario, token: signed({}, 'another secret, long enough') }, {}],
    changed: [{ scenario, token: command.token.replace(/\.(.)/, (_, first) => `.${first === 'A' ? 'B' : 'A'}`) }, {}],
    expired: [{ scenario, token: signed({ expiresAtEpochMs: Date.now() - 1 }, SECRET, Date.now() - 60_000) }, {}],
    'good for too long': [{ scenario, token: signed({ expiresAtEpochMs: Date.now() + 7_200_000 }, SECRET, Date.now() + 5_400_000) }, {}],
    'another target': [{ scenario, token: signed({ target: 'process:other' }) }, {}],
    'another scenario': [{ scenario: { ...scenario, seed: 2 }, token: command.token }, {}],
    production: [command, { NODE_ENV: 'production' }],
  };
  let faults = 0;
  for (const [given, env] of Object.values(tries)) {
    const target = await startTarget(home, { withDrill: true, env });
    if (given) writeFileSync(armFile(target.folder), JSON.stringify(given));
    await pause(300);
    target.child.send({ ask: { url: `${peers[0].url}/pay`, calls } });
    const { failed, isHurt } = await target.next(({ asked }) => asked !== undefined);
    faults += failed + (isHurt ? 1 : 0);
    await target.stop();
  }
  const count = Object.keys(tries).length;
  return [
    {
      figure: `faults without both keys, ${count} ways, ${count * calls} calls`,
      unit: '',
      median: faults,
      must: 0,
      verdict: judged(faults, { must: 0 }, 'atMost'),
    },
  ];
}

let drills = 0;
function drillOn(peer, parts) {
  const scenario = {
    ...{ id: 'of-the-bench', version: 1, name: 'Of the bench', provokes: 'dependency-outage', what: 'Refuses calls.', seed: 1 },
    ...{ load: { requestsPerSecond: 1, concurrency: 1 }, magnitude: 'each call', durationMs: 900_000 },
    ...{ fault: { kind: 'error', code: 'ECONNREFUSED' }, pick: { everyNth: 1 }, stop: { errorShare: 1, p99Ms: 60_000 } },
  };
  const claims = {
    ...{ target: 'process:target', scenario: scenario.id, hash: scenarioHash(scenario), seed: 1, drillId: `bench-${++drills}` },
    ...{ expiresAtEpochMs: Date.now() + 600_000, peer: new URL(peer.url).host, ...parts },
  };
  return { scenario, claims, command: { scenario, token: signToken(claims, SECRET) } };
}

async function startTarget(home, { withDrill, env = {} }) {
  const folder = mkdtempSync(join(home, 'target-'));
  const preloads = ['preload', ...(withDrill ? ['drill'] : [])].flatMap((name) => ['--require', `${root}agent/dist/${name}.cjs`]);
  const child = fork(fileURLToPath(new URL('drill/target.mjs', import.meta.url)), {
    execArgv: preloads,
    env: {
      ...{ PATH: process.env.PATH, NIGHTLIGHT_SINK: `file:${folder}/records.ndjson`, NIGHTLIGHT_SERVICE: 'target' },
      ...(withDrill && { NIGHTLIGHT_DRILL: 'on', NIGHTLIGHT_DRILL_DIR: folder, NIGHTLIGHT_DRILL_SECRET: SECRET }),
      ...env,
    },
  });
  const next = (fits) =>
    new Promise((resolve) => {
      child.on('message', function hear(message) {
        if (!fits(message)) return;
        child.off('message', hear);
        resolve(message);
      });
    });
  await next(({ isReady }) => isReady);
  return {
    child,
    folder,
    next,
    stop() {
      child.kill('SIGKILL');
      return once(child, 'exit');
    },
  };
}

async function startPeer() {
  const server = createServer((_request, response) => response.end('fine'));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}
