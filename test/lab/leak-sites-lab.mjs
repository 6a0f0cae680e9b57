/**
 * Which code leaks: every leaking program under the shipped agent with `NIGHTLIGHT_PROBE=auto`, in a process of its own, once
 * alone and once beside healthy caches that fill meanwhile, made by the same helpers: there it takes longer than the life to
 * tell that anything leaks, so that is shown and has no bar. What the agent logs goes through the analyzer, and
 * the first place that its finding names is held against the place that the program's text shows.
 *
 * Nothing is forced: the agent suspects, collects and samples as it would in production, within its budget. A leak whose place
 * was not named counts as missed, whatever kept the agent from it. Heaps and V8's sampler are real: two runs of one seed differ.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyze } from '../../analyzer/dist/index.js';
import { inParallel, isLeaking, lifeOf, PROGRAM_NAMES } from './leak-lives.mjs';
import { trueSitesOf } from './leak-programs.mjs';
import { scoreboard, shareFigure, table } from './score.mjs';

export const experiment = {
  name: 'sites',
  question: 'which code leaks, and is it the first that is named?',
  tunedOn: [
    { from: 1, to: 2, what: 'allocation-sites.ts and probe.ts of the agent' },
    { from: 3, to: 5, what: 'what was seen before is named, and marks for external memory' },
    { from: 6, to: 14, what: 'what is slower, what turns over, and when the word of a leak is taken back' },
  ],
  seeds: { from: 15, to: 17 },
  quickSeeds: { from: 15, to: 15 },
  run,
};

const isQuick = process.argv.includes('--quick');
const HANDFUL = ['closure-chain', 'error-path', 'buffers', 'steady', 'ttl'];
/** As long as those of `leak-real`. */
const LIFE = isQuick ? 700 : 2_500;
/** Healthy programs that run beside the leak: objects of the same helpers that come, stay for a while and go. */
const NEIGHBOURS = ['ttl', 'zipf', 'warm-up'];
/** A handler waits for others most of its time, as they do, so that many fit on one machine. */
const [WAIT_MS, LANES] = [isQuick ? 30 : 50, 22];

async function run(seeds) {
  const folder = mkdtempSync(join(tmpdir(), 'leak-sites-'));
  const jobs = [];
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    for (const name of PROGRAM_NAMES) {
      if (isQuick && !HANDFUL.includes(name)) continue;
      const leaks = isLeaking(name);
      jobs.push({ name, seed, leaks, beside: [] });
      if (leaks) jobs.push({ name, seed, leaks, beside: NEIGHBOURS });
    }
  }
  const runs = await inParallel(jobs, LANES, async (job, i) => ({ ...job, told: await runProgram(job, join(folder, `${i}.json`)) }));
  rmSync(folder, { recursive: true, force: true });
  const leaking = runs.filter(({ leaks }) => leaks).map((run) => ({ ...run, answer: answerOf(run) }));
  const [alone, crowded] = [leaking.filter(({ beside }) => beside.length === 0), leaking.filter(({ beside }) => beside.length > 0)];
  const healthy = runs.filter(({ leaks }) => !leaks);
  for (const [title, some] of [
    ['alone', alone],
    [`beside healthy programs (${NEIGHBOURS.join(', ')})`, crowded],
  ]) {
    console.log(`\n### ${title}: what was named first, ${some.length} processes\n`);
    byProgram(some);
  }
  console.log(`\n### healthy programs: ${healthy.length} processes\n`);
  table(
    ['called leaking', 'code named in a finding'],
    [[healthy.filter(({ told }) => told.isLeaking).length, healthy.filter(({ told }) => told.first !== undefined).length]],
  );
  for (const { name, seed, told } of healthy) {
    if (told.isLeaking)
      console.log(`  ${name}, seed ${seed}: ${told.first === undefined ? 'no code named' : wordsOf(told.first)}; ${told.why}`);
  }
  console.log('\n### against the bars (the first of programs that run alone)\n');
  const figures = [
    {
      what: 'the code that leaks is named first',
      ...shareOf(alone, ({ answer }) => answer.startsWith('right')),
      must: 0.85,
      aim: 0.95,
      least: true,
    },
    {
      what: 'wrong code named first, of all leaks',
      ...shareOf(leaking, ({ answer }) => answer === 'wrong'),
      must: 0.05,
      aim: 0.02,
    },
    { what: 'healthy programs called leaking', ...shareOf(healthy, ({ told }) => told.isLeaking), must: 0.01, aim: 0 },
    {
      what: 'healthy programs of which code is named as leaking',
      value: healthy.filter(({ told }) => told.first !== undefined).length,
      of: healthy.length,
      must: 0,
    },
  ];
  scoreboard(figures, ['of']);
  return figures;
}

const ANSWERS = ['right: what makes it', 'right: what keeps it', 'file and function only', 'wrong', 'no code named', 'no leak found'];

function byProgram(runs) {
  const rows = new Map(runs.map(({ name }) => [name, new Map(ANSWERS.map((answer) => [answer, 0]))]));
  for (const { name, answer } of runs) rows.get(name).set(answer, rows.get(name).get(answer) + 1);
  table(
    ['program', ...ANSWERS],
    [...rows].map(([name, counts]) => [name, ...counts.values()]),
  );
  for (const { name, seed, answer, told } of runs) {
    if (!answer.startsWith('right'))
      console.log(
        `  ${name}, seed ${seed}: ${answer}${told.first === undefined ? '' : `, ${wordsOf(told.first)}`}${told.notes.map((note) => `; ${note}`).join('')}`,
      );
  }
}

function answerOf({ name, told: { isLeaking, first } }) {
  if (first === undefined) return isLeaking ? 'no code named' : 'no leak found';
  const same = trueSitesOf(name).find((site) => site.functionName === first.functionName && site.file === first.file);
  const exact = trueSitesOf(name).find((site) => wordsOf(site) === wordsOf(first));
  if (exact !== undefined) return exact.role === 'makes' ? 'right: what makes it' : 'right: what keeps it';
  return same !== undefined && same.functionName !== '(anonymous)' ? 'file and function only' : 'wrong';
}

const wordsOf = ({ functionName, file, line }) => `${functionName} (${file}:${line})`;

const shareOf = (runs, isSuch) => shareFigure(runs.filter(isSuch).length, runs.length);

/** What the reader of the report is told: whether it leaks, and the first place of the finding. */
async function runProgram(job, path) {
  const { events, notes } = await logOf(job);
  writeFileSync(path, JSON.stringify({ events }));
  const report = await analyze([path], {});
  const finding = report.findings.find(({ kind }) => kind === 'memory-growth');
  const place = /^allocated in (.*) \((.*):(\d+)\)$/.exec(finding?.facts.find(({ name }) => name.startsWith('allocated in '))?.name ?? '');
  return {
    isLeaking: finding?.gates.includes('leak') === true,
    why: finding?.why,
    first: place === null ? undefined : { functionName: place[1], file: place[2], line: Number(place[3]) },
    notes,
  };
}

/** The log stream as `filter-log-events` gives it. */
function logOf({ name, seed, beside }) {
  const invocations = lifeOf(name, LIFE);
  const told = { name, seed, beside, invocations, objectCount: 240, waitMs: WAIT_MS };
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--max-old-space-size=400', '--require', PRELOAD, join(import.meta.dirname, 'leak-sites-host.mjs'), String(invocations)],
      {
        cwd: import.meta.dirname,
        env: { ...LAMBDA, PATH: process.env.PATH, PROGRAM: JSON.stringify(told) },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const events = [];
    const notes = [];
    let open = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (open + text).split('\n');
      open = lines.pop();
      for (const line of lines) {
        events.push({ eventId: String(events.length), logStreamName: STREAM, timestamp: Date.now(), message: `${line}\n` });
        if (line.includes('"ab":"limit"') && line.includes('forced collections')) notes.push(JSON.parse(line).no);
      }
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve({ events, notes }) : reject(new Error(`${name}, seed ${seed}: the program ended with ${code}, expected 0`)),
    );
  });
}

const PRELOAD = fileURLToPath(new URL('../../agent/dist/preload.cjs', import.meta.url));
const STREAM = '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef';
const LAMBDA = {
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
  AWS_LAMBDA_FUNCTION_NAME: 'orders',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_REGION: 'eu-central-1',
  LAMBDA_TASK_ROOT: import.meta.dirname,
  _HANDLER: 'leak-sites-handler.handler',
  NIGHTLIGHT_STATE_DIR: 'off',
  NIGHTLIGHT_PROBE: 'auto',
};
