/**
 * Slower or not: deployments, tails over a day, new failures and regular ones, on data whose truth is known.
 *
 * Inits are lognormal (sigma 0.18) with 15 % in a mode 2.2 times as slow, as container images show them. The rank test's
 * power is held against the rules of others on the same samples; every interval is asked how often it holds the truth.
 */
import { compareFailures } from '../../analyzer/dist/diagnose/compare-failures.js';
import { judgeDurationChange } from '../../analyzer/dist/diagnose/duration-change.js';
import { explainPattern } from '../../analyzer/dist/diagnose/failure-pattern.js';
import { judgeTailGrowth } from '../../analyzer/dist/diagnose/tail-growth.js';
import { DurationHistogram } from '../../analyzer/dist/stats/duration-histogram.js';
import { hodgesLehmannRatio } from '../../analyzer/dist/stats/hodges-lehmann.js';
import { mannWhitney } from '../../analyzer/dist/stats/mann-whitney.js';
import { minimumDetectableRatio } from '../../analyzer/dist/stats/minimum-detectable.js';
import { shiftFunction } from '../../analyzer/dist/stats/shift-function.js';
import { judgeModes } from '../../analyzer/dist/stats/two-lognormals.js';
import { sampleOf, sampleOfHistogram } from '../../analyzer/dist/stats/weighted-sample.js';
import { PEERS, TAIL_PEERS } from './regression-peers.mjs';
import { scoreboard, shareFigure, table, worstShareFigure } from './score.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';

export const experiment = {
  name: 'regression',
  question: 'did it become slower, where, and would we have seen it?',
  tunedOn: [{ from: 1, to: 20, what: 'levels and least ratios; the tests themselves have nothing to tune' }],
  seeds: { from: 101, to: 130 },
  quickSeeds: { from: 101, to: 103 },
  run,
};

/** Comparisons of each kind for each seed. */
const REPEATS = 30;
const MODE = { slowShare: 0.15, slowRatio: 2.2 };

function run(seeds) {
  const figures = [...power(seeds), ...intervals(seeds), ...tails(seeds), ...modes(seeds), ...failures(seeds), ...patterns(seeds)];
  console.log('\n### must and aim\n');
  scoreboard(figures);
  return figures;
}

// ---- deployments ----

const CHANGES = [
  ['none', 20, {}],
  ['none', 50, {}],
  ['none', 200, {}],
  ['+5 %', 200, { ratio: 1.05 }],
  ['+10 %', 50, { ratio: 1.1 }],
  ['+10 %', 100, { ratio: 1.1 }],
  ['+10 %', 200, { ratio: 1.1 }],
  ['+20 %', 20, { ratio: 1.2 }],
  ['+20 %', 30, { ratio: 1.2 }],
  ['+20 %', 50, { ratio: 1.2 }],
  ['slow mode 15 to 35 %', 50, { slowShare: 0.35 }],
  ['slow mode 15 to 35 %', 100, { slowShare: 0.35 }],
  ['slow mode 15 to 35 %', 200, { slowShare: 0.35 }],
];

function power(seeds) {
  console.log('\n### alarms on two deployments, one-sided 2.5 % (none: false alarms)\n');
  const rows = CHANGES.map(([name, count, change]) => {
    const names = ['ours', 'Mann-Whitney', ...PEERS.map(([peer]) => peer)];
    const alarms = new Map(names.map((each) => [each, 0]));
    let asked = 0;
    eachRepeat(seeds, `power ${name} ${count}`, (random) => {
      const [before, after] = [inits(random, count), inits(random, count, change)];
      const samples = [sampleOf(before), sampleOf(after)];
      const said = (who, alarm) => alarm && alarms.set(who, alarms.get(who) + 1);
      said('ours', judgeDurationChange(...samples).kind === 'slower');
      said('Mann-Whitney', mannWhitney(...samples).greater <= 0.025);
      for (const [peer, rule] of PEERS) said(peer, rule(before, after, random));
      asked++;
    });
    return { name, count, ours: [alarms.get('ours'), asked], shares: names.map((each) => alarms.get(each) / asked) };
  });
  table(
    ['true change', 'n a side', 'ours', 'Mann-Whitney', ...PEERS.map(([peer]) => peer)],
    rows.map(({ name, count, shares }) => [name, count, ...shares]),
  );
  const ours = (name, count) => rows.find((row) => row.name === name && row.count === count).ours;
  const seen = (name, count) => ({
    what: `${name} seen with ${count} a side`,
    ...shareFigure(...ours(name, count)),
    must: 0.9,
    aim: 0.95,
    least: true,
  });
  return [
    {
      what: 'false alarms of two equal deployments, worst n',
      ...worstShareFigure([20, 50, 200].map((count) => ours('none', count))),
      must: 0.035,
      aim: 0.025,
    },
    seen('+20 %', 50),
    seen('+10 %', 200),
    seen('slow mode 15 to 35 %', 200),
  ];
}

function inits({ uniform, normal }, count, { ratio = 1, slowShare = MODE.slowShare } = {}) {
  return Array.from({ length: count }, () => 400 * ratio * Math.exp(0.18 * normal()) * (uniform() < slowShare ? MODE.slowRatio : 1)).sort(
    (a, b) => a - b,
  );
}

function intervals(seeds) {
  console.log('\n### how often intervals hold the truth (+20 %), and what the smallest detectable change is worth\n');
  const rows = [20, 50, 200].map((count) => {
    let asked = 0;
    const held = { values: 0, buckets: 0 };
    const deciles = { alarms: 0, held: 0, asked: 0 };
    let noticed = 0;
    eachRepeat(seeds, `intervals ${count}`, (random) => {
      const [before, after] = [inits(random, count), inits(random, count, { ratio: 1.2 })];
      const holds = ({ low, high }) => low <= 1.2 && high >= 1.2;
      if (holds(hodgesLehmannRatio(sampleOf(before), sampleOf(after)))) held.values++;
      if (holds(hodgesLehmannRatio(bucketed(before), bucketed(after)))) held.buckets++;
      const detectable = minimumDetectableRatio(sampleOf(before), count, count);
      if (detectable !== undefined && mannWhitney(sampleOf(before), sampleOf(inits(random, count, { ratio: detectable }))).greater <= 0.025)
        noticed++;
      const twin = shiftFunction(sampleOf(before), sampleOf(inits(random, count)));
      if (twin.some(({ p }) => p <= 0.05)) deciles.alarms++;
      for (const decile of shiftFunction(sampleOf(before), sampleOf(after))) {
        deciles.asked++;
        if (holds(decile)) deciles.held++;
      }
      asked++;
    });
    return { count, asked, held, deciles, noticed };
  });
  table(
    ['n a side', 'ratio, values', 'ratio, buckets', 'deciles', 'any decile false (Holm)', 'seen at the smallest detectable'],
    rows.map(({ count, asked, held, deciles, noticed }) => [
      count,
      held.values / asked,
      held.buckets / asked,
      deciles.held / deciles.asked,
      deciles.alarms / asked,
      noticed / asked,
    ]),
  );
  return [
    {
      what: 'Hodges-Lehmann interval holds the truth, worst n',
      ...worstShareFigure(
        rows.flatMap(({ held, asked }) => [held.values, held.buckets].map((count) => [count, asked])),
        true,
      ),
      must: 0.93,
      aim: 0.945,
      least: true,
    },
    {
      what: 'any decile told of equal deployments, worst n',
      ...worstShareFigure(rows.map(({ deciles, asked }) => [deciles.alarms, asked])),
      must: 0.06,
      aim: 0.05,
    },
    {
      what: 'seen at the change called detectable (80 % meant), worst n',
      ...worstShareFigure(
        rows.map(({ noticed, asked }) => [noticed, asked]),
        true,
      ),
      must: 0.7,
      aim: 0.76,
      least: true,
    },
  ];
}

function bucketed(values) {
  const histogram = new DurationHistogram();
  for (const value of values) histogram.record(value);
  return sampleOfHistogram(histogram);
}

// ---- tails ----

const HOURS = 12;
const DAYS = [
  ['steady', false, () => ({})],
  ['traffic follows the day', false, (hour) => ({ count: 200 + 900 * Math.sin((Math.PI * (hour + 0.5)) / HOURS) })],
  ['a slow dependency, some hours', false, (hour, _random, day) => ({ slowShare: day.isBad[hour] ? 0.05 : 0.008 })],
  ['one bad hour at the end', false, (hour) => ({ slowShare: hour === HOURS - 1 ? 0.06 : 0.01 })],
  ['payloads of two sizes', false, () => ({ sigma: 0.9 })],
  ['few requests', false, () => ({ count: 90 })],
  ['tail grows from 1 to 5 %', true, (hour) => ({ slowShare: 0.01 + (0.04 * hour) / (HOURS - 1) })],
  [
    'slow ones four times as slow from the sixth hour',
    true,
    (hour) => ({ slowRatio: hour < 6 ? 6 : 24, slowShare: hour < 6 ? 0.01 : 0.03 }),
  ],
  ['everything 60 % slower by the end', true, (hour) => ({ ratio: 1 + (0.6 * hour) / (HOURS - 1) })],
];

function tails(seeds) {
  console.log('\n### "the tail grew" over 12 hours: alarms (healthy days: false alarms)\n');
  const rows = DAYS.map(([name, isTrue, told]) => {
    const names = ['ours', ...TAIL_PEERS.map(([peer]) => peer)];
    const alarms = new Map(names.map((each) => [each, 0]));
    const middles = { flat: 0, moved: 0, 'not-shown': 0 };
    let [asked, silent, slower] = [0, 0, 0];
    eachRepeat(
      seeds,
      `tails ${name}`,
      (random) => {
        const day = { isBad: Array.from({ length: HOURS }, () => random.uniform() < 0.25) };
        const hours = Array.from({ length: HOURS }, (_, hour) => hourOf(random, told(hour, random, day)));
        const verdict = judgeTailGrowth(hours.map((values, hour) => ({ fromMs: hour * 3_600_000, warm: histogramOf(values) })));
        if (verdict.kind === 'insufficient-data') silent++;
        if (verdict.kind === 'all-slower') slower++;
        if (verdict.kind === 'tail-grew') {
          alarms.set('ours', alarms.get('ours') + 1);
          middles[verdict.middle]++;
        }
        for (const [peer, rule] of TAIL_PEERS) if (rule(hours)) alarms.set(peer, alarms.get(peer) + 1);
        asked++;
      },
      10,
    );
    return { name, isTrue, asked, silent, slower, middles, shares: names.map((each) => alarms.get(each) / asked) };
  });
  table(
    ['day', 'grew?', 'ours', ...TAIL_PEERS.map(([peer]) => peer), 'ours: all slower', 'too little data', 'middle flat / moved / open'],
    rows.map(({ name, isTrue, silent, slower, asked, middles, shares }) => [
      name,
      isTrue ? 'yes' : 'no',
      ...shares,
      slower / asked,
      silent / asked,
      isTrue ? `${middles.flat} / ${middles.moved} / ${middles['not-shown']}` : '',
    ]),
  );
  const [healthy, grown] = [rows.filter(({ isTrue }) => !isTrue), rows.filter(({ isTrue }) => isTrue)];
  const claims = (some) =>
    shareFigure(
      some.reduce((sum, { shares, slower, asked }) => sum + Math.round(shares[0] * asked) + slower, 0),
      some.reduce((sum, { asked }) => sum + asked, 0),
    );
  const still = rows.filter(({ name }) => name !== 'everything 60 % slower by the end' && name !== 'steady');
  const wronglyMoved = still.reduce((sum, { middles }) => sum + middles.moved, 0);
  const wronglyFlat = rows.find(({ name }) => name === 'everything 60 % slower by the end').middles.flat;
  return [
    { what: 'false claims (tail or all slower) on healthy days', ...claims(healthy), must: 0.01, aim: 0.005 },
    { what: 'claims on days that grew or slowed', ...claims(grown), must: 0.9, aim: 0.97, least: true },
    { what: 'wrong words on the middle', value: wronglyMoved + wronglyFlat, must: 1, aim: 0 },
  ];
}

function hourOf({ uniform, normal }, { count = 700, slowShare = 0.01, slowRatio = 8, ratio = 1, sigma = 0.35 }) {
  return Array.from(
    { length: Math.round(count) },
    () => 20 * ratio * Math.exp(sigma * normal()) * (uniform() < slowShare ? slowRatio : 1),
  ).sort((a, b) => a - b);
}

function histogramOf(values) {
  const histogram = new DurationHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

// ---- two kinds of start ----

const MODES = [
  ['one mode, n 50', false, 50, { slowShare: 0 }],
  ['one mode, n 400', false, 400, { slowShare: 0 }],
  ['one mode with a long tail (gamma-like), n 400', false, 400, { slowShare: 0, skewed: true }],
  ['15 % at 2.2 times, n 50', true, 50, {}],
  ['15 % at 2.2 times, n 200', true, 200, {}],
  ['40 % at 1.6 times, n 200', true, 200, { slowShare: 0.4, slowRatio: 1.6 }],
];

function modes(seeds) {
  console.log('\n### two kinds of start, by BIC\n');
  const rows = MODES.map(([name, isTrue, count, told]) => {
    let [asked, said, shareError] = [0, 0, 0];
    eachRepeat(
      seeds,
      `modes ${name}`,
      (random) => {
        const { slowShare = MODE.slowShare, slowRatio = MODE.slowRatio, skewed = false } = told;
        const values = Array.from({ length: count }, () => {
          const base = skewed
            ? 150 - 120 * (Math.log(1 - random.uniform()) + Math.log(1 - random.uniform()))
            : 400 * Math.exp(0.18 * random.normal());
          return base * (random.uniform() < slowShare ? slowRatio : 1);
        });
        const verdict = judgeModes(sampleOf(values));
        asked++;
        if (verdict.kind !== 'two-modes') return;
        said++;
        shareError += Math.abs(verdict.slowShare - slowShare);
      },
      10,
    );
    return { isTrue, row: [name, said / asked, isTrue ? shareError / said : Number.NaN], share: [said, asked] };
  });
  table(
    ['starts', 'two modes said', 'error of the share'],
    rows.map(({ row }) => row),
  );
  return [
    {
      what: 'two modes said of one',
      ...worstShareFigure(rows.filter(({ isTrue }) => !isTrue).map(({ share }) => share)),
      must: 0.03,
      aim: 0.01,
    },
    {
      what: 'two modes seen, 15 % at 2.2 times, n 200',
      ...shareFigure(...rows.find(({ row }) => row[0] === '15 % at 2.2 times, n 200').share),
      must: 0.9,
      aim: 0.97,
      least: true,
    },
  ];
}

// ---- failures ----

const NEWS = [
  ['the same rare failure, 1 in 2,000', 1 / 2000, 1 / 2000, 3000, 3000],
  ['the same, half a day before, an hour after', 1 / 1000, 1 / 1000, 20_000, 1500],
  ['the same, forty requests before', 1 / 20, 1 / 20, 40, 2000],
  ['new, 1 in 100', 0, 1 / 100, 3000, 1500],
  ['new, 1 in 500', 0, 1 / 500, 20_000, 5000],
  ['new, 1 in 20, forty requests before', 0, 1 / 20, 40, 2000],
];

function failures(seeds) {
  console.log('\n### "did not occur before"\n');
  const rows = NEWS.map(([name, rateBefore, rateAfter, before, after]) => {
    let [asked, ours, naive] = [0, 0, 0];
    eachRepeat(seeds, `news ${name}`, (random) => {
      const counts = [binomial(random, before, rateBefore), binomial(random, after, rateAfter)];
      asked++;
      if (counts[1] > 0 && counts[0] === 0) naive++;
      if (compareFailures(sideWith(before, counts[0]), sideWith(after, counts[1]))[0]?.news.kind === 'new') ours++;
    });
    return { isNew: rateBefore === 0, name, ours: [ours, asked], row: [name, ours / asked, naive / asked] };
  });
  table(
    ['failure', 'ours says new', 'absent before says new'],
    rows.map(({ row }) => row),
  );
  return [
    {
      what: 'old failures called new, worst',
      ...worstShareFigure(rows.filter(({ isNew }) => !isNew).map(({ ours }) => ours)),
      must: 0.05,
      aim: 0.025,
    },
    {
      what: 'new failures called new (1 in 100, 1 in 500)',
      ...worstShareFigure([rows[3].ours, rows[4].ours], true),
      must: 0.9,
      aim: 0.97,
      least: true,
    },
  ];
}

function sideWith(invocationCount, count) {
  const failure = { functionName: 'f', status: 'error', type: 'E', maskedMessage: '', rate: { count, of: invocationCount }, evidence: [] };
  return { functions: [{ functionName: 'f', invocationCount }], failures: count === 0 ? [] : [failure] };
}

function binomial({ uniform }, count, share) {
  let hits = 0;
  for (let i = 0; i < count; i++) if (uniform() < share) hits++;
  return hits;
}

const PATTERNS = [
  ['no pattern', undefined, () => 0.05],
  ['one sick sandbox of three', 'sandbox', ({ sandbox }) => (sandbox === 0 ? 0.9 : 0.01)],
  ['one sick sandbox of ten', 'sandbox', ({ sandbox }) => (sandbox === 0 ? 0.6 : 0.02), 10],
  ['old sandboxes fail', 'age', ({ age }) => (age >= 64 ? 0.2 : 0.01)],
  ['after two in the afternoon, all alike', 'hour', ({ hour }) => (hour >= 6 ? 0.15 : 0.01)],
];

function patterns(seeds) {
  console.log('\n### regular failures: what explains them\n');
  const rows = PATTERNS.map(([name, truth, rateOf, sandboxCount = 3]) => {
    const said = new Map(['sandbox', 'age', 'hour', 'none'].map((each) => [each, 0]));
    let asked = 0;
    eachRepeat(
      seeds,
      `patterns ${name}`,
      (random) => {
        const pattern = explainPattern(questionOf(random, rateOf, sandboxCount));
        const by = pattern.kind === 'explained' ? pattern.by : 'none';
        said.set(by, said.get(by) + 1);
        asked++;
      },
      10,
    );
    const right = [said.get(truth ?? 'none'), asked];
    return {
      truth,
      right,
      row: [name, truth ?? 'none', right[0] / asked, ...['sandbox', 'age', 'hour', 'none'].map((each) => said.get(each))],
    };
  });
  table(
    ['failures', 'truth', 'right', 'sandbox', 'age', 'hour', 'none'],
    rows.map(({ row }) => row),
  );
  return [
    {
      what: 'patterns named where there is none',
      ...shareFigure(rows[0].right[1] - rows[0].right[0], rows[0].right[1]),
      must: 0.02,
      aim: 0.01,
    },
    {
      what: 'patterns explained rightly, worst',
      ...worstShareFigure(
        rows.slice(1).map(({ right }) => right),
        true,
      ),
      must: 0.9,
      aim: 0.97,
      least: true,
    },
  ];
}

/** Twelve hours. A sick sandbox stays; others are replaced after two to six hours, so that age and hour are not the same thing. */
function questionOf(random, rateOf, sandboxCount) {
  const hours = Array.from({ length: 12 }, (_, hour) => ({ fromMs: (8 + hour) * 3_600_000, count: 0, of: 0 }));
  const ages = Array.from({ length: 9 }, (_, band) => ({ fromInvocation: 2 ** band, count: 0, of: 0 }));
  const sandboxes = [];
  for (let place = 0; place < sandboxCount; place++) {
    const isSick = rateOf({ sandbox: place, hour: 0, age: 1 }) > 0.5;
    let age = 0;
    let endsAt = 0;
    for (let hour = 0; hour < hours.length; hour++) {
      if (hour === 0 || (hour >= endsAt && !isSick)) {
        age = 0;
        endsAt = hour + random.between(2, 6);
        sandboxes.push({ name: `${place} from hour ${hour}`, count: 0, of: 0 });
      }
      for (let i = 0; i < 30; i++) {
        age++;
        const failed = random.uniform() < rateOf({ sandbox: place, hour, age });
        for (const part of [sandboxes.at(-1), hours[hour], ages[Math.min(ages.length - 1, Math.floor(Math.log2(age)))]]) {
          part.of++;
          if (failed) part.count++;
        }
      }
    }
  }
  const [failed, of] = [hours.reduce((sum, { count }) => sum + count, 0), hours.reduce((sum, part) => sum + part.of, 0)];
  return { failed, of, sandboxes, ages, hours };
}

function eachRepeat(seeds, name, ask, repeats = REPEATS) {
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    const random = seededRandom(seedOf(seed, name));
    for (let i = 0; i < repeats; i++) ask(random);
  }
}
