/**
 * Failure modes whose class is known, as streams of attempts with two dozen attributes.
 *
 * Attempts that go well are drawn in bulk (how many of them had which value), failures one by one, so that a million
 * attempts cost little more than their failures.
 */
import { seededRandom, seedOf } from './seeded-random.mjs';

export const LONGEST = 1_000_000;
/** Attempt numbers at which somebody looks: 33, from 10 on, evenly in the logarithm. */
export const LOOKS = Array.from({ length: 33 }, (_, i) => Math.round(10 * (LONGEST / 10) ** (i / 32)));

const CONTEXTS = ['payload', 'dependency', 'tenant', 'route', 'region', 'locale', 'client', 'plan', 'currency', 'queue', 'shard', 'flag'];
const MECHANISMS = ['cold start', 'concurrency', 'age', 'heap', 'deploying', 'connection reused'];
const SYMPTOMS = ['previous error', 'retry'];
const DAY_MS = 86_400_000;

export const RULES = [
  ...CONTEXTS.map((name) => ({ name, nature: 'context' })),
  ...MECHANISMS.map((name) => ({ name, nature: 'mechanism' })),
  ...SYMPTOMS.map((name) => ({ name, nature: 'symptom' })),
  { name: 'instance', nature: 'place' },
  { name: 'load', nature: 'cycle', periodMs: DAY_MS },
  { name: 'hour', nature: 'cycle', periodMs: DAY_MS },
  { name: 'version', nature: 'version' },
];
const LOAD = RULES.findIndex(({ name }) => name === 'load');
const HOUR = RULES.findIndex(({ name }) => name === 'hour');
const VERSION = RULES.findIndex(({ name }) => name === 'version');
const PLAIN = LOAD;

/**
 * @param world  `hard`: deploys, a daily cycle of load, attributes that are missing, failures made by load
 * @returns what is true of the mode, and the numbers that its stream is drawn from
 */
export function drawMode(seed, world = {}) {
  const random = seededRandom(seedOf(seed, world.hard ? 'hard' : 'plain'));
  const u = random.uniform();
  const shape = u < 0.45 ? 'independent' : u < 0.55 ? 'every-nth' : u < 0.75 ? 'burst' : u < 0.9 ? 'normal' : 'exceptional';
  const mode = { shape, seed, random, requestsPerMs: 1 / 1_000, hard: world.hard === true };
  // Each attribute has a value of interest with this share; the rest is "no".
  mode.shares = Array.from({ length: PLAIN }, () => random.logBetween(1e-3, 0.4));
  if (shape === 'independent') mode.rate = random.logBetween(1e-6, 0.5);
  if (shape === 'every-nth') {
    mode.period = 2 + Math.floor(19 * random.uniform());
    mode.phase = Math.floor(mode.period * random.uniform());
  }
  if (shape === 'burst') {
    mode.onset = random.logBetween(1e-6, 1e-3);
    mode.length = random.logBetween(50, 5_000);
    mode.rate = random.between(0.3, 1);
    mode.bursts = [];
  }
  if (shape === 'normal' || shape === 'exceptional') {
    mode.reason = Math.floor(CONTEXTS.length * random.uniform());
    mode.shadow = (mode.reason + 1 + Math.floor((CONTEXTS.length - 1) * random.uniform())) % CONTEXTS.length;
    mode.shares[mode.reason] = shape === 'normal' ? random.logBetween(2e-3, 0.3) : random.logBetween(1e-6, 5e-5);
    mode.rate = shape === 'normal' ? random.logBetween(0.02, 1) : random.logBetween(0.3, 1);
    // The shadow goes along with 85 % of the reason, and is met without it as well.
    mode.shadowAlone = mode.shares[mode.shadow];
  }
  if (mode.hard) hardened(mode, random);
  mode.truth = truthOf(mode);
  return mode;
}

function hardened(mode, random) {
  mode.requestsPerMs = random.logBetween(0.2, 20) / 1_000;
  mode.swing = random.between(0.3, 0.9);
  mode.versionLength = random.logBetween(3_000, 300_000);
  // A third of the modes comes with a version, and of those half is mended by a later one.
  mode.from = random.uniform() < 0.33 ? 1 + Math.floor(2 * random.uniform()) : 0;
  mode.until = mode.from > 0 && random.uniform() < 0.5 ? mode.from + 1 + Math.floor(3 * random.uniform()) : Number.POSITIVE_INFINITY;
  mode.untold = Array.from({ length: RULES.length }, (_, i) => (i >= PLAIN ? 0 : random.pick([0, 0, 0, 0.3, 1])));
  // A fifth of what has a normal precondition has load for its reason, and no attribute of the request.
  if (mode.shape === 'normal' && random.uniform() < 0.2) mode.shape = 'load';
}

/** The definitions of `rarity.ts`, applied to what is true; what lies between them is grey. */
function truthOf(mode) {
  const { shape, rate } = mode;
  if (shape === 'every-nth' || shape === 'normal' || shape === 'load') return 'systemic';
  if (shape === 'exceptional') return 'rare';
  if (shape === 'independent') return rate >= 1e-2 ? 'systemic' : rate < 1e-4 ? 'rare' : 'grey';
  return mode.onset < 1e-4 && mode.onset * mode.length * rate < 1e-2 ? 'rare' : 'grey';
}

/**
 * The stream itself: calls `piece` for attempts in bulk and `failed` for each failure, and asks `look` at each look.
 *
 * @param ledger  says how many attempts still fit into its present block
 * @param door    `{ piece(count, atMs, ofValues), failed(index, atMs, values), look(exposed): boolean }`; a look that
 *                returns true ends the stream
 */
export function stream(mode, ledger, door) {
  const failures = failureSource(mode);
  const clock = clockOf(mode);
  let next = failures.next();
  let sawOne = false;
  let at = 0;
  for (const look of LOOKS) {
    const step = Math.max(1, Math.ceil((look - at) / PIECES));
    while (at < look) {
      let count = Math.min(step, look - at, ledger.room, versionRoom(mode, at));
      // The first failure ends its piece, so that what came before it is counted apart from what comes after.
      if (!sawOne && next < at + count) count = Math.floor(next) - at + 1;
      const failed = [];
      for (; next < at + count; next = failures.next()) failed.push(Math.floor(next));
      const startMs = clock(at);
      const endMs = clock(at + count - 1);
      const kinds = failed.map((index) => valuesOf(mode, index, clock(index)));
      door.piece(count, endMs, bulk(mode, at, count, startMs, kinds));
      for (const [i, index] of failed.entries()) door.failed(index, clock(index), kinds[i]);
      sawOne ||= failed.length > 0;
      at += count;
    }
    if (door.look(look)) return;
  }
}

const PIECES = 12;

/** Attempt numbers of the failures, in order. */
function failureSource(mode) {
  const { random, shape } = mode;
  const gap = (rate) => (rate >= 1 ? 1 : 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log1p(-rate)));
  let at = -1;
  let end = -1;
  const draw = () => {
    if (shape === 'every-nth') return at < 0 ? mode.phase : at + mode.period;
    if (shape === 'burst') {
      let to = at + gap(mode.rate);
      while (to > end) {
        const from = Math.max(end, at) + gap(mode.onset);
        end = from + mode.length;
        mode.bursts.push([from, end]);
        to = from - 1 + gap(mode.rate);
        at = to;
      }
      return to;
    }
    // Failures made by load are drawn at the rate of the peak everywhere, and kept there alone.
    if (shape === 'load') return at + gap(mode.rate);
    return at + gap(shape === 'normal' || shape === 'exceptional' ? mode.rate * mode.shares[mode.reason] : mode.rate);
  };
  return {
    next() {
      do {
        at = draw();
      } while (at < LONGEST && !happens(mode, at));
      return at;
    },
  };
}

/** Thinned to what the world allows: the versions that have it, the hours of load. */
function happens(mode, index) {
  if (!mode.hard) return true;
  const version = Math.floor(index / mode.versionLength);
  if (version < mode.from || version >= mode.until) return false;
  return mode.shape !== 'load' || isPeak(hourOf(clockOf(mode)(index)));
}

/** Attempts come by the hour: `swing` more at 18:00 than on average, as much less at 6:00. */
function clockOf(mode) {
  mode.upTo ??= cumulativeHours(mode.swing ?? 0);
  const perDay = mode.requestsPerMs * DAY_MS;
  return (index) => {
    const day = Math.floor(index / perDay);
    const share = index / perDay - day;
    let hour = 0;
    while (hour < 23 && mode.upTo[hour + 1] <= share) hour++;
    const within = (share - mode.upTo[hour]) / (mode.upTo[hour + 1] - mode.upTo[hour]);
    return START_MS + day * DAY_MS + (hour + within) * HOUR_MS;
  };
}

/** Number of the first attempt at or after the given time. */
function indexAt(mode, atMs) {
  const days = (atMs - START_MS) / DAY_MS;
  const day = Math.floor(days);
  const hours = (days - day) * 24;
  const hour = Math.min(23, Math.floor(hours));
  const share = mode.upTo[hour] + (hours - hour) * (mode.upTo[hour + 1] - mode.upTo[hour]);
  return Math.ceil((day + share) * mode.requestsPerMs * DAY_MS);
}

function cumulativeHours(swing) {
  const upTo = [0];
  for (let hour = 0; hour < 24; hour++) upTo.push(upTo[hour] + (1 + swing * Math.sin((2 * Math.PI * (hour + 0.5 - 12)) / 24)) / 24);
  return upTo;
}

const HOUR_MS = 3_600_000;
/** A midnight. */
const START_MS = 19_675 * DAY_MS;

function hourOf(atMs) {
  return Math.floor((atMs % DAY_MS) / HOUR_MS);
}

function isPeak(hour) {
  return hour >= 15 && hour < 21;
}

function versionRoom(mode, at) {
  if (!mode.hard) return Number.POSITIVE_INFINITY;
  const next = Math.ceil((Math.floor(at / mode.versionLength) + 1) * mode.versionLength);
  return Math.max(1, next - at);
}

function versionOf(mode, index) {
  return mode.hard ? `v${Math.floor(index / mode.versionLength)}` : 'v0';
}

function valuesOf(mode, index, atMs) {
  const { random, shares } = mode;
  const values = new Array(RULES.length);
  for (let i = 0; i < PLAIN; i++) values[i] = random.uniform() < shares[i] ? 'yes' : 'no';
  if (mode.shape === 'normal' || mode.shape === 'exceptional') {
    values[mode.reason] = 'yes';
    values[mode.shadow] = random.uniform() < 0.85 ? 'yes' : values[mode.shadow];
  }
  if (mode.hard) for (let i = 0; i < PLAIN; i++) if (random.uniform() < mode.untold[i]) values[i] = undefined;
  values[LOAD] = isPeak(hourOf(atMs)) ? 'peak' : 'low';
  values[HOUR] = String(hourOf(atMs));
  values[VERSION] = versionOf(mode, index);
  return values;
}

/** For each rule, how many of the piece had which value; the failures of the piece are among them with their own values. */
function bulk(mode, at, count, startMs, failed) {
  const { random } = mode;
  const clean = count - failed.length;
  const ofValues = RULES.map(() => []);
  const isReasoned = mode.shape === 'normal' || mode.shape === 'exceptional';
  // The clean ones under the reason: those that met it and did not fail.
  const share = isReasoned ? mode.shares[mode.reason] : 0;
  const reasoned = isReasoned ? binomial(random, clean, (share * (1 - mode.rate)) / (1 - share * mode.rate)) : 0;
  for (let i = 0; i < PLAIN; i++) {
    let yes = isReasoned && i === mode.reason ? reasoned : binomial(random, clean, mode.shares[i]);
    if (isReasoned && i === mode.shadow)
      yes = binomial(random, reasoned, 0.85 + 0.15 * mode.shadowAlone) + binomial(random, clean - reasoned, mode.shadowAlone);
    let no = clean - yes;
    const untold = mode.hard ? mode.untold[i] : 0;
    if (untold > 0) {
      yes -= binomial(random, yes, untold);
      no -= binomial(random, no, untold);
    }
    for (const values of failed) {
      if (values[i] === 'yes') yes++;
      else if (values[i] === 'no') no++;
    }
    ofValues[i] = [
      ['yes', yes],
      ['no', no],
    ];
  }
  spreadOverHours(mode, ofValues, at, count, startMs);
  ofValues[VERSION] = [[versionOf(mode, at), count]];
  return ofValues;
}

/** A piece may be longer than an hour: its attempts are dealt to the hours that it covers. */
function spreadOverHours(mode, ofValues, at, count, startMs) {
  const perHour = new Array(24).fill(0);
  let fromMs = startMs;
  let dealt = 0;
  while (dealt < count) {
    const hourEnds = (Math.floor(fromMs / HOUR_MS) + 1) * HOUR_MS;
    const upTo = Math.max(dealt, Math.min(count, indexAt(mode, hourEnds) - at));
    perHour[hourOf(fromMs)] += upTo - dealt;
    dealt = upTo;
    fromMs = hourEnds;
  }
  ofValues[HOUR] = perHour.map((n, hour) => [String(hour), n]);
  const peak = perHour.reduce((sum, n, hour) => sum + (isPeak(hour) ? n : 0), 0);
  ofValues[LOAD] = [
    ['peak', peak],
    ['low', count - peak],
  ];
}

/** Exact for few expected, normal for many: what is lost is far below what a verdict can see. */
function binomial(random, trials, share) {
  if (trials <= 0 || share <= 0) return 0;
  if (share >= 1) return trials;
  if (trials * Math.min(share, 1 - share) > 30) {
    const spread = Math.sqrt(trials * share * (1 - share));
    return Math.max(0, Math.min(trials, Math.round(trials * share + spread * random.normal())));
  }
  if (share > 0.5) return trials - binomial(random, trials, 1 - share);
  let successes = 0;
  const ratio = Math.log1p(-share);
  for (let at = 1 + Math.floor(Math.log(1 - random.uniform()) / ratio); at <= trials; successes++)
    at += 1 + Math.floor(Math.log(1 - random.uniform()) / ratio);
  return successes;
}

/** @returns the true rate, on average, of the last 1,000 attempts before `index` */
export function recentRate(mode, index) {
  const from = Math.max(0, index - 1_000);
  if (mode.shape === 'burst') {
    const inside = mode.bursts.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, index) - Math.max(start, from)), 0);
    return (mode.rate * inside) / (index - from);
  }
  const isReasoned = mode.shape === 'normal' || mode.shape === 'exceptional';
  const rate = mode.shape === 'every-nth' ? 1 / mode.period : mode.rate * (isReasoned ? mode.shares[mode.reason] : 1);
  let happening = 0;
  for (let step = 0; step < 20; step++) if (happens(mode, from + ((index - from) * (step + 0.5)) / 20)) happening++;
  return (rate * happening) / 20;
}

export function reasonOf(mode) {
  return mode.reason === undefined ? undefined : RULES[mode.reason].name;
}

export function shadowOf(mode) {
  return mode.shadow === undefined ? undefined : RULES[mode.shadow].name;
}
