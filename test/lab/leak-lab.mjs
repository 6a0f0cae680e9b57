/**
 * Leak or healthy, from the agent's own lines: our verdicts with and without forced collections against the rules of
 * others on the same simulated processes. Truth is known, because each class is one kind of program.
 */
import { FloorTrend } from '../../analyzer/dist/stats/floor-trend.js';
import { keepSignificantLeaks, poolFloorTrends } from '../../analyzer/dist/stats/pool-floor-trends.js';
import { LEAK_PEERS } from './leak-peers.mjs';
import { detectorTable, LeakScore, looks } from './leak-score.mjs';
import { Score, scoreboard, shareFigure, table } from './score.mjs';
import { CONSTANT_RATE, HEAP_HEALTHY, HEAP_LEAKS, HEAP_UNDECIDABLE, simulateHeap } from './simulated-heap.mjs';

export const experiment = {
  name: 'leak',
  question: 'who leaks, told from the agent inside?',
  tunedOn: [
    { from: 1, to: 80, what: 'all rules of floor-trend.ts, probed-verdict.ts and passive-verdict.ts' },
    { from: 401, to: 500, what: 'passive-verdict.ts' },
    { from: 1001, to: 1400, what: 'passive-verdict.ts' },
    { from: 2001, to: 2400, what: 'passive-verdict.ts' },
    { from: 3001, to: 3800, what: 'rising-floors.ts, even-climb.ts' },
    { from: 8001, to: 8160, what: 'passive-verdict.ts' },
  ],
  seeds: { from: 601, to: 640 },
  quickSeeds: { from: 601, to: 603 },
  run,
};

/** Memory that fills or is flushed: while it grows nobody can tell, so an alarm on the way is not held against a rule. */
const FILLING = ['lru', 'flush'];

function run(seeds) {
  const verdicts = new Map();
  const results = [];
  for (const probed of [true, false]) {
    const name = probed ? 'with forced collections' : 'passive';
    console.log(`\n### ${name}: ${HEAP_LEAKS.length} classes that leak, ${HEAP_HEALTHY.length} that do not\n`);
    results.push([name, compare(seeds, probed, verdicts)]);
  }
  console.log('\n### what was said of each class at the end (p: probed, v: V8’s own collections only)\n');
  byClass(verdicts);
  console.log('\n### constant leaks of 5,000 invocations, probed: found, and median first alarm\n');
  power(seeds);
  console.log('\n### functions of four sandboxes, passive: pooled, and kept at a false share of 5 %\n');
  functions(seeds);
  console.log('\n### price\n');
  const price = priceOf(seeds.from);
  console.log('\n### against the bars\n');
  return bars(results, price);
}

function compare(seeds, probed, verdicts) {
  const scores = new Map([['ours', new LeakScore()], ...Object.keys(LEAK_PEERS).map((name) => [name, new LeakScore()])]);
  const constant = new LeakScore();
  const filling = { ever: 0, healthy: 0 };
  for (const kind of [...HEAP_LEAKS, ...HEAP_HEALTHY, ...HEAP_UNDECIDABLE]) {
    const leaks = HEAP_LEAKS.includes(kind);
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const life = simulateHeap(kind, seed, { probed });
      const { verdict, alarmedAt } = follow(life);
      const counts = verdicts.get(kind) ?? verdicts.set(kind, {}).get(kind);
      const key = `${probed ? 'p' : 'v'} ${verdict.kind}`;
      counts[key] = (counts[key] ?? 0) + 1;
      if (HEAP_UNDECIDABLE.includes(kind)) continue;
      const said = verdict.kind === 'leaking';
      scores.get('ours').add(leaks, said, alarmedAt, kind);
      if (!leaks && !FILLING.includes(kind)) {
        filling.healthy++;
        if (alarmedAt !== undefined) filling.ever++;
      }
      if (leaks && said && CONSTANT_RATE[kind] === verdict.channel) {
        scores.get('ours').addSlope(life.bytesPerInvocation, verdict.slope.perInvocation, verdict.slope);
        constant.addSlope(life.bytesPerInvocation, verdict.slope.perInvocation, verdict.slope);
      }
      peers(life, leaks, kind, scores);
    }
  }
  detectorTable([...scores].map(([name, score]) => score.row(name)));
  console.log(`\never false outside of what fills or is flushed: ${filling.ever} of ${filling.healthy}`);
  const ours = scores.get('ours');
  const best = Math.max(...[...scores].filter(([name]) => name !== 'ours').map(([, { end }]) => end.f1));
  return { ours, best, constant, ever: filling.ever / filling.healthy };
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

function peers({ samples, probes, memorySizeBytes, bytesPerInvocation }, leaks, kind, scores) {
  const used = samples.map(({ heapUsedBytes }) => heapUsedBytes);
  const rss = samples
    .filter(({ rssBytes }) => rssBytes !== undefined)
    .map((sample) => ({ at: sample.invocationNumber, value: sample.rssBytes }));
  const floors = [
    ...samples.filter(({ isFull }) => isFull).map((sample) => ({ at: sample.invocationNumber, value: sample.heapFloorBytes })),
    ...probes.map((probe) => ({ at: probe.invocationNumber, value: probe.heapUsedBytes })),
  ].sort((one, other) => one.at - other.at);
  for (const [name, rule] of Object.entries(LEAK_PEERS)) {
    let alarmedAt;
    let answer = false;
    for (const at of looks(samples.length)) {
      if (alarmedAt !== undefined && at !== samples.length) continue;
      const until = (points) => points.filter((point) => point.at <= at);
      answer = rule({ used: used.slice(0, at), floors: until(floors), rss: until(rss), limit: memorySizeBytes });
      if (answer !== false) alarmedAt ??= at;
    }
    scores.get(name).add(leaks, answer !== false, alarmedAt);
    if (leaks && answer !== false && CONSTANT_RATE[kind] !== undefined) scores.get(name).addSlope(bytesPerInvocation, answer);
  }
}

function byClass(verdicts) {
  const kinds = ['leaking', 'growing-but-bounded', 'stable', 'insufficient-data'];
  const truthOf = (kind) => (HEAP_LEAKS.includes(kind) ? 'leak' : HEAP_HEALTHY.includes(kind) ? 'healthy' : 'undecidable');
  table(
    [
      'class',
      'truth',
      ...['p', 'v'].flatMap((how) => kinds.map((kind) => `${how} ${kind.replace('growing-but-', '').replace('-data', '')}`)),
    ],
    [...verdicts].map(([kind, counts]) => [
      kind,
      truthOf(kind),
      ...['p', 'v'].flatMap((how) => kinds.map((name) => counts[`${how} ${name}`] ?? 0)),
    ]),
  );
}

function power(seeds) {
  const runs = Math.min(12, seeds.to - seeds.from + 1);
  const rows = [];
  for (const leakBytes of [200, 500, 1024, 2048, 5120, 20_480]) {
    const alarms = [];
    for (let seed = seeds.from; seed < seeds.from + runs; seed++) {
      const { alarmedAt } = follow(simulateHeap('const', seed, { probed: true, invocations: 5_000, leakBytes }));
      if (alarmedAt !== undefined) alarms.push(alarmedAt);
    }
    alarms.sort((one, other) => one - other);
    rows.push([`${leakBytes} bytes an invocation`, `${alarms.length} of ${runs}`, alarms[alarms.length >> 1] ?? Number.NaN]);
  }
  table(['leak', 'found', 'first alarm'], rows);
}

/** A fleet in which one function of six leaks, as the fleets of teams who look for one do. */
function functions(seeds) {
  const alone = new Score();
  const pooled = new Score();
  const kept = new Score();
  const truths = [];
  const trends = [];
  for (const [i, kind] of [...HEAP_LEAKS, ...HEAP_HEALTHY, ...HEAP_HEALTHY, ...HEAP_HEALTHY, ...HEAP_HEALTHY].entries()) {
    const leaks = HEAP_LEAKS.includes(kind);
    for (let seed = seeds.from; seed < seeds.from + Math.min(3, seeds.to - seeds.from + 1); seed++) {
      const own = seed * 1000 + i;
      const sandboxes = [0, 1, 2, 3].map((sandbox) => follow(simulateHeap(kind, own, { probed: false, sandbox })).verdict);
      alone.add(leaks, sandboxes[0].kind === 'leaking');
      truths.push(leaks);
      trends.push(poolFloorTrends(sandboxes));
    }
  }
  for (const [i, trend] of trends.entries()) pooled.add(truths[i], trend.kind === 'leaking');
  for (const [i, trend] of keepSignificantLeaks(trends).entries()) kept.add(truths[i], trend.kind === 'leaking');
  table(
    ['rule', 'precision', 'recall', 'F1', 'false', 'of healthy functions'],
    [
      ['first sandbox alone', alone],
      ['four pooled', pooled],
      ['four pooled, kept by Benjamini and Hochberg', kept],
    ].map(([name, score]) => [name, score.precision, score.recall, score.f1, score.falseAlarm, score.falseAlarm + score.quiet]),
  );
}

function priceOf(seed) {
  const { samples, probes } = simulateHeap('const', seed, { probed: true });
  const costs = [];
  let bytes = 0;
  let verdictUs = 0;
  for (let round = 0; round < 40; round++) {
    const trend = new FloorTrend();
    const began = performance.now();
    for (const sample of samples) trend.push(sample);
    costs.push(((performance.now() - began) * 1e6) / samples.length);
    for (const probe of probes) trend.probe(probe);
    const asked = performance.now();
    trend.verdict();
    verdictUs = (performance.now() - asked) * 1000;
    bytes = trend.byteSize;
  }
  costs.sort((one, other) => one - other);
  const pushNs = costs[costs.length >> 1];
  table(
    ['what', 'median', 'slowest'],
    [
      ['push, ns a sample', Math.round(pushNs), Math.round(costs.at(-1))],
      ['one look at everything, µs', Math.round(verdictUs), ''],
      ['kept for a sandbox, bytes', bytes, ''],
    ],
  );
  return { pushNs, bytes };
}

function bars([[, probed], [, passive]], { pushNs, bytes }) {
  const { covered, intervals } = probed.constant;
  const figures = [
    { what: 'probed F1', ...probed.ours.end.f1Figure, must: 0.95, aim: 0.97, least: true, 'best peer': probed.best },
    { what: 'probed, false on healthy', ...probed.ours.end.falseFigure, must: 0.01, aim: 0.003 },
    { what: 'passive F1', ...passive.ours.end.f1Figure, must: 0.83, aim: 0.88, least: true, 'best peer': passive.best },
    { what: 'passive, false on healthy', ...passive.ours.end.falseFigure, must: 0.01 },
    { what: 'slope error, constant rate, probed', value: probed.constant.medianSlopeError, must: 0.03, aim: 0.02 },
    { what: 'interval coverage, constant rate, probed', ...shareFigure(covered, intervals), must: 0.93, aim: 0.95, least: true },
    { what: 'bytes for a sandbox', value: bytes, must: 16_384, aim: 4_096 },
    { what: 'ns for a sample', value: Math.round(pushNs), must: 3_000, aim: 1_000 },
  ];
  scoreboard(figures, ['best peer']);
  return figures;
}
