/**
 * Does anything wake somebody while nothing is wrong? Both example architectures under the loads of the scenarios, with the fault
 * left out: looked at as often as in a drill, by the same rules, with their first seconds as the baseline. Each alert is a false one.
 *
 * `--seconds 20` is the time after the warm-up, `--rounds 1` repeats every load, `--at-once 2` runs so many side by side.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SCENARIOS } from '../../../agent/dist/drill/index.js';
import { follow } from '../../../analyzer/dist/live/index.js';
import { alertRules } from '../../../analyzer/dist/recovery-exports.js';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const WARM_UP_MS = 5_000;
const LOOK_MS = 400;

export async function bench(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      seconds: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '1' },
      architecture: { type: 'string' },
      'at-once': { type: 'string', default: '1' },
    },
  });
  const runs = ['one-service', 'queue-workers']
    .filter((name) => values.architecture === undefined || name === values.architecture)
    .flatMap((architecture) => loadsOf(architecture).map((load) => ({ architecture, load })))
    .flatMap((run) => Array.from({ length: Number(values.rounds) }, (_, round) => ({ ...run, seed: round + 1 })));
  const waiting = [...runs];
  let falseAlerts = 0;
  const worker = async () => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const alerts = await alertsOf(run, Number(values.seconds) * 1_000);
      falseAlerts += alerts.length;
      const what = `${run.architecture} at ${run.load.requestsPerSecond} rps, seed ${run.seed}`;
      console.log(
        alerts.length === 0 ? `quiet  ${what}` : `ALERT  ${what}: ${alerts.map(({ rule, title }) => `${rule}: ${title}`).join('; ')}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, worker));
  console.log(
    `\nfalse alerts: ${falseAlerts} in ${runs.length} healthy runs of ${values.seconds} s, ${values['at-once']} at once (must: 0); Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? '?'}`,
  );
  return falseAlerts > 0 ? 3 : 0;
}

/** Each load once, whichever scenarios share it; five hundred at once are a fault by themselves on two processors. */
function loadsOf(architecture) {
  const { scenarios } = JSON.parse(readFileSync(at(`fixtures/architectures/${architecture}/architecture.json`), 'utf8'));
  const loads = SCENARIOS.filter(({ id }) => scenarios[id] !== undefined && id !== 'pool-exhaustion').map(({ load }) => load);
  return [...new Map(loads.map((load) => [load.requestsPerSecond, load])).values()];
}

async function alertsOf({ architecture, load, seed }, spanMs) {
  const out = mkdtempSync(join(tmpdir(), 'nightlight-healthy-'));
  const words = ['--out', out, '--seed', seed, '--rps', load.requestsPerSecond, '--concurrency', load.concurrency].map(String);
  const child = spawn(process.execPath, [at('fixtures/dist/architecture.js'), architecture, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('close', done));
  const analysis = follow([{ kind: 'path', path: out }], { countsDrills: true });
  try {
    await new Promise((ready, fail) => {
      createInterface({ input: child.stdout }).on('line', (line) => line.includes('"ready"') && ready());
      child.once('close', (code) => fail(new Error(`${architecture} ended with ${code} before it was ready`)));
    });
    await pause(WARM_UP_MS);
    await analysis.caughtUp();
    const healthy = analysis.picture().report;
    const alerts = new Map();
    for (const untilMs = performance.now() + spanMs; performance.now() < untilMs; ) {
      await pause(LOOK_MS);
      for (const alert of alertRules(healthy, analysis.picture().report, undefined, undefined, healthy)) alerts.set(alert.key, alert);
    }
    return [...alerts.values()];
  } finally {
    child.stdin.end('stop\n');
    await ended;
    await analysis.finish();
    rmSync(out, { recursive: true, force: true });
  }
}
