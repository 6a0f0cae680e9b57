/**
 * Leak or healthy, of real programs: each in a Node process of its own with a real heap, seen as the agent sees it. How
 * much a leaking program keeps is measured in a run of its own, by forced collections early and at the end.
 *
 * Heaps are real, so two runs of one seed differ: whatever the runner prints above, this one is not deterministic. A seed
 * takes about five minutes on two free cores.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FloorTrend } from '../../analyzer/dist/stats/floor-trend.js';
import { inParallel, isLeaking, lifeOf, PROGRAM_NAMES } from './leak-lives.mjs';
import { LEAK_PEERS } from './leak-peers.mjs';
import { CONCURRENT_PROGRAMS, UNEVEN_PROGRAMS } from './leak-programs.mjs';
import { detectorTable, LeakScore, looks } from './leak-score.mjs';
import { scoreboard, table } from './score.mjs';

export const experiment = {
  name: 'leak-real',
  question: 'which of 28 real programs leaks?',
  tunedOn: [
    { from: 1, to: 1, what: 'all rules of the leak verdicts' },
    { from: 2, to: 2, what: 'passive-verdict.ts, rising-floors.ts, even-climb.ts' },
    { from: 3, to: 5, what: 'even-climb.ts: age and rise; rising-floors.ts: levels of many floors' },
    { from: 11, to: 11, what: 'passive-verdict.ts' },
  ],
  seeds: { from: 6, to: 8 },
  quickSeeds: { from: 6, to: 6 },
  run,
};

const isQuick = process.argv.includes('--quick');
const HANDFUL = ['closure-chain', 'buffers', 'steady', 'ttl'];
const MIB = 1_048_576;
/** Small objects of everyday work for each invocation, and the length of a life. */
const WORKS = isQuick
  ? [[240, 1_500]]
  : [
      [240, 2_500],
      [1_600, 2_500],
    ];
/** Below it a leak is smaller than what V8's own tables move. */
const MATERIAL_BYTES = 1024;

async function run(seeds) {
  const jobs = [];
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    for (const [work, life] of WORKS) {
      for (const name of PROGRAM_NAMES) {
        if (!isQuick || HANDFUL.includes(name)) jobs.push({ name, seed, work, invocations: lifeOf(name, life) });
      }
    }
  }
  const runs = await inParallel(jobs, 2, async (job) => ({
    ...job,
    leaks: isLeaking(job.name),
    truth: isLeaking(job.name) ? await runProgram(job, 'truth') : undefined,
    probed: await runProgram(job, 'probed'),
    passive: await runProgram(job, 'passive'),
  }));
  const said = new Map();
  const figures = [];
  for (const mode of ['probed', 'passive']) {
    console.log(`\n### ${mode === 'probed' ? 'with forced collections' : 'passive'}: ${runs.length} processes\n`);
    figures.push(...score(runs, mode, said));
  }
  console.log('\n### what was said of each program (p: probed, v: V8’s own collections only)\n');
  const kinds = ['leaking', 'growing-but-bounded', 'stable', 'insufficient-data'];
  table(
    [
      'program',
      'truth',
      'kept',
      ...['p', 'v'].flatMap((how) => kinds.map((kind) => `${how} ${kind.replace('growing-but-', '').replace('-data', '')}`)),
    ],
    [...said].map(([name, { kept, counts }]) => [
      name,
      isLeaking(name) ? 'leak' : 'healthy',
      kept === undefined ? '' : `${Math.round(kept)} bytes`,
      ...['p', 'v'].flatMap((how) => kinds.map((kind) => counts[`${how} ${kind}`] ?? 0)),
    ]),
  );
  console.log('\n### against the bars\n');
  scoreboard(figures);
  return figures;
}

function score(runs, mode, said) {
  const scores = new Map([
    ['ours', new LeakScore()],
    ['ours, leaks of 1 KB or more', new LeakScore()],
    ...Object.keys(LEAK_PEERS).map((name) => [name, new LeakScore()]),
  ]);
  for (const run of runs) {
    const { name, leaks, truth } = run;
    const life = seriesOf(run[mode]);
    const { verdict, alarmedAt } = follow(life);
    if (process.env.LEAK_LAB_VERBOSE)
      console.log(mode, name, run.seed, run.work, JSON.stringify(verdict), JSON.stringify(truth), run[mode].fullCount);
    const isLeak = verdict.kind === 'leaking';
    const kept = leaks ? Math.max(truth.heap + truth.external, name === 'unclosed-zlib' ? truth.rss : 0) : 0;
    scores.get('ours').add(leaks, isLeak, alarmedAt, name);
    if (!leaks || kept >= MATERIAL_BYTES) scores.get('ours, leaks of 1 KB or more').add(leaks, isLeak, alarmedAt, name);
    const entry = said.get(name) ?? said.set(name, { kept: leaks ? kept : undefined, counts: {} }).get(name);
    const key = `${mode === 'probed' ? 'p' : 'v'} ${verdict.kind}`;
    entry.counts[key] = (entry.counts[key] ?? 0) + 1;
    const isEven = leaks && !UNEVEN_PROGRAMS.includes(name) && !CONCURRENT_PROGRAMS.includes(name);
    if (isEven && isLeak && (verdict.channel === 'heap' || verdict.channel === 'external')) {
      scores.get('ours').addSlope(truth[verdict.channel], verdict.slope.perInvocation, verdict.slope);
    }
    peers(life, leaks, isEven ? truth.heap : undefined, scores);
  }
  detectorTable([...scores].map(([name, own]) => own.row(name)));
  const [all, material] = ['ours', 'ours, leaks of 1 KB or more'].map((name) => scores.get(name).end);
  if (mode === 'passive') {
    return [
      { what: 'passive F1', ...all.f1Figure, must: 0.63, aim: 0.75, least: true },
      { what: 'passive, false on healthy', ...all.falseFigure, must: 0.01 },
    ];
  }
  return [
    { what: 'probed F1', ...all.f1Figure, must: 0.9, aim: 0.95, least: true },
    { what: 'probed F1, leaks of 1 KB or more', ...material.f1Figure, must: 0.9, aim: 0.98, least: true },
    { what: 'probed, false on healthy', value: all.falsePositiveRate, must: 0 },
  ];
}

function seriesOf({ rows, probes }) {
  const samples = [];
  const known = (value) => value ?? undefined;
  for (let i = 0; i < rows.length; i += 7) {
    samples.push({
      invocationNumber: rows[i],
      heapUsedBytes: rows[i + 1],
      heapFloorBytes: known(rows[i + 2]),
      externalBytes: rows[i + 3],
      heapCommittedBytes: rows[i + 4],
      rssBytes: known(rows[i + 5]),
      handleCount: known(rows[i + 6]),
    });
  }
  const probed = [];
  for (let i = 0; i < probes.length; i += 3)
    probed.push({ invocationNumber: probes[i], heapUsedBytes: probes[i + 1], externalBytes: probes[i + 2] });
  return { samples, probes: probed };
}

function follow({ samples, probes }) {
  const trend = new FloorTrend();
  const looking = looks(samples.length);
  let nextLook = looking.next().value;
  let nextProbe = 0;
  let alarmedAt;
  for (const sample of samples) {
    trend.push(sample);
    while (nextProbe < probes.length && probes[nextProbe].invocationNumber <= sample.invocationNumber) trend.probe(probes[nextProbe++]);
    if (sample.invocationNumber < nextLook) continue;
    nextLook = looking.next().value;
    if (alarmedAt === undefined && trend.verdict().kind === 'leaking') alarmedAt = sample.invocationNumber;
  }
  return { verdict: trend.verdict(), alarmedAt };
}

function peers({ samples }, leaks, slope, scores) {
  const used = samples.map(({ heapUsedBytes }) => heapUsedBytes);
  const rss = samples
    .filter(({ rssBytes }) => rssBytes !== undefined)
    .map((sample) => ({ at: sample.invocationNumber, value: sample.rssBytes }));
  // A forced collection is a full one too, and changes the floor like V8's own.
  const floors = samples
    .filter(({ heapFloorBytes }, i) => heapFloorBytes !== undefined && heapFloorBytes !== samples[i - 1]?.heapFloorBytes)
    .map((sample) => ({ at: sample.invocationNumber, value: sample.heapFloorBytes }));
  for (const [name, rule] of Object.entries(LEAK_PEERS)) {
    let alarmedAt;
    let answer = false;
    for (const at of looks(samples.length)) {
      if (alarmedAt !== undefined && at !== samples.length) continue;
      const until = (points) => points.filter((point) => point.at <= at);
      answer = rule({ used: used.slice(0, at), floors: until(floors), rss: until(rss), limit: 512 * MIB });
      if (answer !== false) alarmedAt ??= at;
    }
    scores.get(name).add(leaks, answer !== false, alarmedAt);
    if (slope !== undefined && slope > MATERIAL_BYTES && answer !== false) scores.get(name).addSlope(slope, answer);
  }
}

async function runProgram({ name, seed, work, invocations }, mode) {
  const host = fileURLToPath(new URL('leak-program-host.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=400', host, name, String(seed), String(work), String(invocations), mode],
    { maxBuffer: 64 * MIB },
  );
  return JSON.parse(stdout);
}
