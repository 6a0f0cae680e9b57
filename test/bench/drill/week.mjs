/**
 * The first week of the example shop in some minutes: each day's command as the plan prints it, run by a shell, with its evidence on
 * the disk; and what the plan says before and after. A machine has no surprises to write down, and the shop logs no trace: those two
 * days must be told to be not done, and why.
 *
 * `--quick` takes shorter faults, and too few requests for a p99.9; `--keep FOLDER` keeps log, telemetry and evidence.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const ARCHITECTURE = 'one-service';
const CHOSEN = 'slow-not-down';
/** Enough for a p99.9 (3,700), at half of the load that two busy processors bear. */
const HALF_LOAD = { rps: 40, seconds: 110 };
const HALF_LOAD_QUICK = { rps: 20, seconds: 10 };

export async function bench(words) {
  const { values } = parseArgs({ args: words, options: { quick: { type: 'boolean', default: false }, keep: { type: 'string' } } });
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'nightlight-week-'));
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'incidents.ndjson');
  const command = join(folder, 'nightlight');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${at('tui/dist/main.js')}" "$@"\n`);
  chmodSync(command, 0o700);
  const shell = async (line) => {
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, NIGHTLIGHT_INCIDENTS: log, NO_COLOR: '1' };
    const child = spawn('sh', ['-c', line], { cwd: at('.'), env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const code = await new Promise((done) => child.once('close', done));
    return { said, code };
  };
  const plan = async () =>
    JSON.parse((await shell(`nightlight drill plan --week --architecture ${ARCHITECTURE} --chosen ${CHOSEN} --format json`)).said);

  const before = await plan();
  const commandOf = (day) => before[day - 1].command;
  // Nobody searches here, and a bench has no half hour.
  const asMachine = `--headless-confirm --duration ${values.quick ? 10 : 25}s`;
  const { rps, seconds } = values.quick ? HALF_LOAD_QUICK : HALF_LOAD;
  const telemetry = join(folder, 'half-load');
  const days = [
    () => shell(`${commandOf(1)} ${asMachine} --out "${join(folder, 'chosen')}"`),
    () => shell(commandOf(2).replace('TELEMETRY', `"${telemetry}"`)),
    () => shell(commandOf(3).replace('TELEMETRY', `"${telemetry}"`)),
    () => shell(commandOf(4).replace('TRACE_ID', traceOf(telemetry)).replace('TELEMETRY', `"${telemetry}"`)),
    () => shell(`${commandOf(5)} ${asMachine} --out "${join(folder, 'outage')}"`),
    () => shell(commandOf(6).replace('INCIDENT', newestIncident(log))),
    () => shell(commandOf(7)),
  ];
  await shell(
    `"${process.execPath}" fixtures/dist/architecture.js ${ARCHITECTURE} --out "${telemetry}" --rps ${rps} --concurrency ${rps * 5} --seconds ${seconds}`,
  );
  for (const [index, run] of days.entries()) {
    const { code } = await run();
    console.error(`day ${index + 1} ended with ${code}`);
  }
  const after = await plan();
  const states = (week) => week.map(({ done }) => (done === undefined ? '-' : 'x')).join(' ');
  console.log(`before  ${states(before)}\nafter   ${states(after)}`);
  for (const { day, done, lacking } of after)
    console.log(`day ${day}  ${done === undefined ? `not done: ${lacking ?? 'nothing is there'}` : `done: ${done}`}`);
  console.log(
    `\n${rps} rps for ${seconds} s at half load; Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? '?'}; evidence in ${folder}`,
  );
  // On a machine that others use the budget may be broken, and the plan must say so; too few requests would be a fault of this bench.
  const third = after[2].done !== undefined || after[2].lacking.startsWith('the budget is broken');
  const isAsWanted = states(before) === '- - - - - - -' && /^x x . - x - x$/.test(states(after)) && third !== values.quick;
  return isAsWanted ? 0 : 3;
}

/** The id of a journey that somebody logged; else one that nobody has. */
function traceOf(telemetry) {
  for (const name of readdirSync(telemetry)) {
    const found = /"tr":"([0-9a-f]{32})"/.exec(readFileSync(join(telemetry, name), 'utf8'))?.[1];
    if (found !== undefined) return found;
  }
  return '0'.repeat(32);
}

function newestIncident(log) {
  return JSON.parse(readFileSync(log, 'utf8').trim().split('\n').at(-1)).incident;
}
