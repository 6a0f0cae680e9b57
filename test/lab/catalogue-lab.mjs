/**
 * Each failure mode in many variations, and beside it what only looks like it: is the one named, and the other not?
 *
 * The peer is what a search in the logs gives: the first word of each mode looked for in the error texts. Signatures
 * were written from their description; the figures here say whether they hold on components that they were not
 * written on, not whether the description is the world's.
 */
import { FAILURE_MODES, recogniseModes } from '../../analyzer/dist/failures/catalogue.js';
import { drawCase, healthyComponent } from './catalogue-fixtures.mjs';
import { scoreboard, table } from './score.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';

export const experiment = {
  name: 'catalogue',
  question: 'is each failure mode named where it is, and not where it only seems to be?',
  tunedOn: [],
  seeds: { from: 101, to: 300 },
  quickSeeds: { from: 101, to: 120 },
  run,
};

/** Modes that are true of the same component by their definition. */
const COMES_WITH = { 'missing-timeout': ['function-timeout'], 'oom-kill': [] };

function run(seeds) {
  const rows = [];
  const totals = { recognised: 0, missed: 0, nearMissNamed: 0, others: 0, grepped: 0, grepNearMiss: 0, healthyNamed: 0, healthy: 0 };
  for (const mode of FAILURE_MODES) {
    let recognised = 0;
    let nearMissNamed = 0;
    let others = 0;
    let grepped = 0;
    let grepNearMiss = 0;
    let drawn = 0;
    const otherNames = new Map();
    for (let seed = seeds.from; seed <= seeds.to; seed++) {
      const random = seededRandom(seedOf(seed, mode.id));
      const [positive, nearMiss] = drawCase(mode.id, random);
      drawn++;
      const named = namesOf(positive);
      if (named.includes(mode.id)) recognised++;
      for (const other of named) {
        if (other === mode.id || COMES_WITH[mode.id]?.includes(other)) continue;
        others++;
        otherNames.set(other, (otherNames.get(other) ?? 0) + 1);
      }
      if (namesOf(nearMiss).includes(mode.id)) nearMissNamed++;
      if (grep(mode, positive)) grepped++;
      if (grep(mode, nearMiss)) grepNearMiss++;
      totals.healthy++;
      if (namesOf(healthyComponent(random)).length > 0) totals.healthyNamed++;
    }
    totals.recognised += recognised === drawn ? 1 : 0;
    totals.missed += drawn - recognised;
    totals.nearMissNamed += nearMissNamed === 0 ? 0 : 1;
    totals.others += others;
    totals.grepped += grepped;
    totals.grepNearMiss += grepNearMiss;
    rows.push([
      `${mode.number} ${mode.id}`,
      `${recognised} of ${drawn}`,
      nearMissNamed,
      [...otherNames].map(([name, n]) => `${name} ${n}`).join(', ') || '-',
      `${grepped}`,
      grepNearMiss,
    ]);
  }
  table(['mode', 'named', 'near misses named', 'other modes named beside it', 'search: named', 'search: near misses'], rows);
  const count = FAILURE_MODES.length;
  const figures = [
    { what: 'modes named in every variation', value: totals.recognised, must: count, least: true },
    { what: 'modes with a near miss named', value: totals.nearMissNamed, must: 0 },
  ];
  console.log('');
  scoreboard(figures);
  console.log('');
  table(
    ['without a bar', 'counted'],
    [
      ['healthy components with any name', `${totals.healthyNamed} of ${totals.healthy}`],
      ['another mode named beside the right one', String(totals.others)],
      ['peer, search: variations named, near misses named', `${totals.grepped}, ${totals.grepNearMiss} of ${totals.healthy}`],
    ],
  );
  return figures;
}

function namesOf(observed) {
  return recogniseModes({ components: [observed] })
    .filter(({ certainty }) => certainty !== 'cannot-tell')
    .map(({ modeId }) => modeId);
}

/** What a person types into a log search. */
function grep({ id }, { errors }) {
  const words = SEARCHED[id];
  return words !== undefined && (errors ?? []).some(({ text }) => words.test(text));
}

const SEARCHED = {
  'pool-exhaustion': /pool|connection|timeout/i,
  'retry-storm': /retry/i,
  'open-breaker': /circuit|breaker/i,
  'oom-kill': /killed|memory|Runtime exited/i,
  'function-timeout': /timed? ?out/i,
  'concurrency-limit': /429|TooManyRequests|throttl/i,
  'hydration-mismatch': /hydrat|did not match/i,
  'version-drift': /column|field|property/i,
  'dependency-outage': /ECONN|ETIMEDOUT|503|hang up/i,
  'dns-failure': /not ?found|EAI_AGAIN/i,
  'disk-full': /ENOSPC|full|space/i,
};
