/**
 * How fast an export becomes a report, beside what it could be compared with.
 *
 *   npm run bench -- ingest [--size 1GB] [--rounds 5] [--only ratio,memory,start,plain,shapes] [--quick] [--strict]
 *
 * Commands that are compared run in turn (A B C, A B C) in the same call, so that a busy machine slows all. On two quiet
 * cores all of it takes some eight minutes, a third of that for making the data the first time; each part says how long it
 * took. `--quick` takes 50 MB and 2 rounds, 2 MB and one round of the other shapes: about a minute. `--strict` exits with 1
 * when a figure misses what it must reach.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { benchData } from './bench-data.mjs';
import { judged, machine, printFigures } from './figures.mjs';
import { measured, meter } from './measured-process.mjs';
import { spread } from './statistics.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const command = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));
const MEGABYTE = 1e6;

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      size: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', default: 'ratio,memory,start,plain,shapes' },
      quick: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
    },
  });
  const size = bytesOf(values.size ?? (values.quick ? '50MB' : '1GB'));
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  const parts = values.only.split(',');
  const figures = [];
  const context = { size, rounds, quick: values.quick, figures, files: Math.max(2, Math.round(300 * (size / 1e9))) };
  console.error(machine(`measured by ${meter}`));
  const failures = [];
  for (const part of parts) {
    const from = performance.now();
    try {
      if (!(part in PARTS)) throw new Error(`--only ${part}: expected ${Object.keys(PARTS).join(', ')}`);
      await PARTS[part](context);
    } catch (error) {
      // What the other parts measured is still worth its minutes.
      failures.push(`${part}: ${error.message}`);
    }
    console.error(`${part}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
  }
  printFigures(figures, `measured by ${meter}`);
  for (const failure of failures) console.log(`FAILED ${failure}`);
  if (failures.length > 0) return 1;
  return values.strict && figures.some((figure) => figure.verdict === 'MISSED') ? 1 : 0;
}

/** Everything that is compared runs on two cores, however many the machine has. */
const onTwoCores = cpus().length > 2 && existsSync('/usr/bin/taskset') ? ['/usr/bin/taskset', '-c', '0,1'] : [];

const analyzing = (paths) => [...onTwoCores, process.execPath, command, 'analyze', ...paths, '-o', '/dev/null'];

/** Full analysis against inflating alone, against a shell's way and against SQL. */
async function ratios({ size, rounds, files, figures }) {
  const { folder, truth } = await benchData(`load-${size}`, ['--scenario', 'load', '--bytes', String(size), '--files', String(files)]);
  const opponents = {
    'inflate only, 2 threads': [process.execPath, `${here}inflate-only.mjs`, folder],
    'zgrep | awk, 2 processes': ['sh', `${here}zgrep-awk.sh`, folder],
    ...(duckDbIsThere() && { 'DuckDB, one aggregate, 2 threads': [process.execPath, `${here}duckdb-aggregate.mjs`, folder] }),
  };
  const goals = { inflate: { must: 0.75, aim: 0.85 }, zgrep: { must: 3, aim: 4 }, DuckDB: { must: 2, aim: 3 } };
  const ours = [];
  const theirs = Object.fromEntries(Object.keys(opponents).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    ours.push(await succeeded(analyzing([folder])));
    for (const [name, line] of Object.entries(opponents)) theirs[name].push(await succeeded([...onTwoCores, ...line]));
  }
  for (const [name, others] of Object.entries(theirs)) {
    figures.push({ figure: name, unit: 's wall', ...spread(others.map((run) => run.wallS)), note: notes(others) });
    const ratio = spread(others.map((other, round) => other.wallS / ours[round].wallS));
    const goal = goals[Object.keys(goals).find((word) => name.startsWith(word))];
    figures.push({
      figure: `  analysis is so many times as fast as that`,
      unit: 'x',
      ...ratio,
      ...goal,
      verdict: judged(ratio.median, goal, 'atLeast'),
    });
  }
  figures.unshift(
    {
      figure: `analysis of ${(truth.byteCount / MEGABYTE).toFixed(0)} MB in ${files} gz`,
      unit: 's wall',
      ...spread(ours.map((run) => run.wallS)),
      note: notes(ours),
    },
    { figure: '  uncompressed', unit: 'MB/s', ...spread(ours.map((run) => truth.byteCount / MEGABYTE / run.wallS)) },
    { figure: '  CPU', unit: 's', ...spread(ours.map((run) => run.cpuS)) },
  );
}

/** Peak resident memory: does not follow the size of the export. */
async function memory({ size, rounds, files, figures }) {
  const small = await benchData(`load-${size}`, ['--scenario', 'load', '--bytes', String(size), '--files', String(files)]);
  const large = await benchData(`load-${size * 3}`, ['--scenario', 'load', '--bytes', String(size * 3), '--files', String(files * 3)]);
  const single = await benchData(`one-gz-${size}`, [
    '--scenario',
    'load',
    '--load-form',
    'one-gz',
    '--bytes',
    String(size),
    '--files',
    String(files),
  ]);
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({
      small: await succeeded(analyzing([small.folder])),
      large: await succeeded(analyzing([large.folder])),
      single: await succeeded(analyzing([single.folder])),
    });
  }
  const peak = (name) => spread(pairs.map((pair) => pair[name].peakBytes / MEGABYTE));
  const growth = spread(pairs.map((pair) => pair.large.peakBytes / pair.small.peakBytes));
  const goals = { small: { must: 256, aim: 180 }, growth: { must: 1.15, aim: 1.05 }, single: { must: 128 } };
  figures.push(
    {
      figure: `peak RSS, ${named(size)} in ${files} gz`,
      unit: 'MB',
      ...peak('small'),
      ...goals.small,
      verdict: judged(peak('small').median, goals.small, 'atMost'),
    },
    {
      figure: `  growth to ${named(size * 3)} in ${files * 3} gz`,
      unit: 'x',
      ...growth,
      ...goals.growth,
      verdict: judged(growth.median, goals.growth, 'atMost'),
    },
    {
      figure: `peak RSS, ${named(size)} in one gz`,
      unit: 'MB',
      ...peak('single'),
      ...goals.single,
      verdict: judged(peak('single').median, goals.single, 'atMost'),
      note: `${(single.truth.byteCount / MEGABYTE / spread(pairs.map((pair) => pair.single.wallS)).median).toFixed(0)} MB/s`,
    },
  );
}

/** What `--version` costs over a Node that does nothing. */
async function start({ rounds, figures }) {
  const runs = [];
  for (let round = 0; round < rounds * 4; round++) {
    const ours = await succeeded([process.execPath, command, '--version']);
    const bare = await succeeded([process.execPath, '-e', '0']);
    runs.push({ over: (ours.wallS - bare.wallS) * 1000, bare: bare.wallS * 1000 });
  }
  const over = spread(runs.map((run) => run.over));
  const goal = { must: 40, aim: 10 };
  figures.push({
    figure: 'nightlight --version over node -e 0',
    unit: 'ms',
    ...over,
    ...goal,
    verdict: judged(over.median, goal, 'atMost'),
    note: `bare ${spread(runs.map((run) => run.bare)).median.toFixed(0)} ms`,
  });
}

/** A folder of uncompressed logs. */
async function plainFolder({ quick, rounds, figures }) {
  const size = (quick ? 20 : 100) * MEGABYTE;
  const { folder } = await benchData(`plain-${size}`, [
    '--scenario',
    'load',
    '--load-form',
    'plain-files',
    '--bytes',
    String(size),
    '--files',
    '30',
  ]);
  const runs = [];
  for (let round = 0; round < rounds; round++) runs.push(await succeeded(analyzing([folder])));
  const wall = spread(runs.map((run) => run.wallS));
  const goal = { must: 2, aim: 1 };
  figures.push({
    figure: `${named(size)} folder of plain text`,
    unit: 's wall',
    ...wall,
    ...(!quick && { ...goal, verdict: judged(wall.median, goal, 'atMost') }),
    note: notes(runs),
  });
}

/** The other shapes are read by slower paths: how much slower. */
async function shapes({ quick, rounds, figures }) {
  const bytes = quick ? '2MB' : '50MB';
  for (const shape of OTHER_SHAPES) {
    const { folder } = await benchData(`${shape}-${bytes}`, ['--scenario', 'incident', '--shape', shape, '--seed', '7', '--bytes', bytes]);
    const inflated = inflatedBytes(folder);
    const runs = [];
    for (let round = 0; round < (quick ? 1 : Math.min(rounds, 3)); round++)
      runs.push(await succeeded(analyzing([folder]), { anyExit: true }));
    figures.push({
      figure: `${shape}, ${(inflated / MEGABYTE).toFixed(0)} MB inflated`,
      unit: 'MB/s',
      ...spread(runs.map((run) => inflated / MEGABYTE / run.wallS)),
      note: notes(runs),
    });
  }
}

const OTHER_SHAPES = [
  'console-csv',
  'logs-tail',
  'sam-logs',
  'serverless-logs',
  'plain-text',
  'filter-log-events',
  'insights-query-results',
  'insights-csv',
  'subscription-json',
  'subscription',
  'json-lines',
  'agent-lines',
  'telemetry',
  'otlp-json',
  'lambda-insights',
];

const PARTS = { ratio: ratios, memory, start, plain: plainFolder, shapes };

async function succeeded(line, { anyExit = false } = {}) {
  const run = await measured(line);
  // A gate or too little data is an answer too; a crash is not.
  if (run.code !== 0 && !(anyExit && (run.code === 4 || run.code === 3)))
    throw new Error(`${line.join(' ')} ended with ${run.code}: ${run.output.slice(0, 2_000)}`);
  return run;
}

/** The opponent is no dependency of the project: it is fetched once, from its own lock file. */
function duckDbIsThere() {
  if (existsSync(`${here}node_modules/@duckdb/node-api`)) return true;
  try {
    console.error('installing DuckDB for the bench (24 MB, once) …');
    execFileSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: here, stdio: ['ignore', 2, 2], timeout: 180_000 });
    return true;
  } catch (error) {
    console.error(`SKIPPED DuckDB: it could not be installed (${error.message.split('\n')[0]})`);
    return false;
  }
}

function notes(runs) {
  return `CPU ${spread(runs.map((run) => run.cpuS)).median.toFixed(2)} s, RSS ${(spread(runs.map((run) => run.peakBytes)).median / MEGABYTE).toFixed(0)} MB`;
}

/** Of all files below a folder, gzip unpacked. */
function inflatedBytes(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .reduce((sum, file) => sum + (file.endsWith('.gz') ? gunzipSync(readFileSync(file)).length : statSync(file).size), 0);
}

function bytesOf(text) {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(KB|MB|GB)$/.exec(text) ?? [];
  if (digits === undefined) throw new Error(`--size ${text}: expected a number such as 100MB or 1GB`);
  return Number(digits) * { KB: 1e3, MB: 1e6, GB: 1e9 }[unit];
}

const named = (bytes) => (bytes >= 1e9 ? `${bytes / 1e9} GB` : `${bytes / 1e6} MB`);
