/**
 * What the agent's samples say of each kind of memory: one verdict for a function, version and memory size, from all of
 * its sandboxes.
 *
 * Where some sandboxes were looked at with forced collections and others were not, the forced ones decide: they see what
 * is kept, the others guess it. And of many functions a few look leaking by chance, so a leak has to stand out among as
 * many as were looked at; one that does not is taken back with the count that would be needed.
 */
import type { FloorVerdict, MemoryChannel } from '../stats/floor-trend.ts';
import { median } from '../stats/median.ts';
import { keepSignificantLeaks, type PooledFloorTrend, poolFloorTrends } from '../stats/pool-floor-trends.ts';
import type { MemoryLife } from '../store/memory-life.ts';
import type { Summary } from '../store/summary.ts';
import { kilobyteWords } from './agent-leaks.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { ChannelGrowth } from './sections.ts';
import { countWords, plural } from './wording.ts';

/** Key of a configuration -> its channels, those of which nothing was told left out. */
export function memoryChannels(summary: Summary): Map<string, ChannelGrowth[]> {
  const looked = [...summary.configurations].flatMap(([key, { memoryLives }]) => {
    const pools = memoryLives === undefined ? [] : CHANNELS.flatMap((channel) => poolOf(channel, memoryLives.kept) ?? []);
    return pools.length === 0 ? [] : [{ key, pools }];
  });
  const kept = keepSignificantLeaks(looked.map(({ pools }) => loudest(pools)));
  return new Map(
    looked.map(({ key, pools }, i) => {
      const { kind } = kept[i]!;
      const takenBack = kind === 'insufficient-data' ? kept[i] : undefined;
      return [key, pools.map((pool) => describe(summary, pool, pool.trend.kind === 'leaking' ? (takenBack ?? pool.trend) : pool.trend))];
    }),
  );
}

/** 5222 bytes, or 1.2 handles. */
function amountWords(channel: MemoryChannel, amount: number): string {
  return channel === 'handles' ? `${Number(amount.toPrecision(2))}` : kilobyteWords(amount);
}

/** For someone who has never read V8's figures. */
const CHANNEL_WORDS = {
  heap: 'the heap',
  external: 'external memory (Buffers)',
  native: 'native memory (addons, zlib and whatever else is neither heap nor Buffers)',
  handles: 'the count of open handles (sockets, timers, files)',
} satisfies Record<MemoryChannel, string>;

const CHANNELS: readonly MemoryChannel[] = ['heap', 'external', 'native', 'handles'];

interface Pool {
  readonly channel: MemoryChannel;
  readonly basis: ChannelGrowth['basis'];
  /** Sandboxes that the verdict rests on. */
  readonly lives: readonly MemoryLife[];
  /** Others, whose word counts less. */
  readonly outranked: readonly FloorVerdict[];
  readonly trend: PooledFloorTrend;
}

function poolOf(channel: MemoryChannel, lives: readonly MemoryLife[]): Pool | undefined {
  const heard = lives.filter((life) => verdictOf(life, channel) !== undefined);
  if (heard.length === 0) return undefined;
  const probed = heard.filter((life) => basisOf(verdictOf(life, channel)!) === 'probed');
  const deciding = probed.length > 0 ? probed : heard;
  const verdicts = deciding.map((life) => verdictOf(life, channel)!);
  return {
    channel,
    basis: verdicts.map(basisOf).find((basis) => basis !== undefined),
    lives: deciding,
    outranked: heard.filter((life) => !deciding.includes(life)).map((life) => verdictOf(life, channel)!),
    trend: poolFloorTrends(verdicts),
  };
}

const verdictOf = ({ verdicts }: MemoryLife, channel: MemoryChannel): FloorVerdict | undefined =>
  verdicts.find((verdict) => verdict.channel === channel);

const basisOf = (verdict: FloorVerdict): ChannelGrowth['basis'] => (verdict.kind === 'insufficient-data' ? undefined : verdict.basis);

/** A function is one claim, however many kinds of its memory grow: the false shares were measured that way. */
function loudest(pools: readonly Pool[]): PooledFloorTrend {
  let loudest = pools[0]!.trend;
  for (const { trend } of pools) {
    if (trend.kind === 'leaking' && (loudest.kind !== 'leaking' || trend.pValue < loudest.pValue)) loudest = trend;
  }
  return loudest;
}

function describe(summary: Summary, pool: Pool, trend: PooledFloorTrend): ChannelGrowth {
  const leaking = pool.lives.filter((life) => verdictOf(life, pool.channel)!.kind === 'leaking');
  const isLeaking = trend.kind === 'leaking';
  return {
    channel: pool.channel,
    verdict: trend.kind,
    basis: trend.kind === 'insufficient-data' ? undefined : pool.basis,
    judgedCount: trend.judgedCount,
    leakingCount: leaking.length,
    probeCount: pool.basis === 'probed' ? pool.lives.reduce((sum, { probeCount }) => sum + probeCount, 0) : 0,
    slope: isLeaking ? trend.slope : undefined,
    invocationsToLimit: isLeaking ? soonest(leaking, pool.channel, () => 1) : undefined,
    msToLimit: isLeaking ? soonest(leaking, pool.channel, msPerInvocation) : undefined,
    start: isLeaking ? startOf(leaking, pool.channel, trend.startedAtInvocation) : undefined,
    why: `${whyOf(pool, trend)}${outrankedWords(pool)}`,
    toDecide: toDecide(pool, trend),
    falsifiers: isLeaking ? trend.falsifiers : [],
    evidence: (isLeaking ? leaking : pool.lives)
      .slice(0, MOST_EVIDENCE / 2)
      .flatMap(({ evidence }) => evidence)
      .map((place) => evidenceReference(summary, place)),
  };
}

const MOST_EVIDENCE = 8;

const LOOKED_AT = {
  probed: 'after forced collections',
  passive: 'after full collections that V8 made by itself',
  blocks: 'at the low points of the series',
} satisfies Record<NonNullable<ChannelGrowth['basis']>, string>;

function whyOf({ channel, basis }: Pool, trend: PooledFloorTrend): string {
  const name = CHANNEL_WORDS[channel];
  const seen = `${basis === undefined ? '' : `${LOOKED_AT[basis]} `}in ${plural(trend.judgedCount, 'sandbox', 'sandboxes')}`;
  switch (trend.kind) {
    case 'leaking': {
      const { perInvocation, low, high } = trend.slope;
      const words = (amount: number) => amountWords(channel, amount);
      return `${name} grows by ${words(perInvocation)} per invocation (${words(low)} to ${words(high)}) ${LOOKED_AT[basis!]} in ${countWords(trend.leakingCount)} of ${plural(trend.judgedCount, 'sandbox', 'sandboxes')} judged, no bound seen so far`;
    }
    case 'growing-but-bounded':
      return `${name} grew and is bounded, looked at ${seen}: ${trend.because}`;
    case 'stable':
      return `${name} is stable, looked at ${seen}`;
    case 'insufficient-data':
      return `cannot tell whether ${name} grows; missing: ${trend.missing}`;
    default:
      return trend satisfies never;
  }
}

function outrankedWords({ outranked }: Pool): string {
  if (outranked.length === 0) return '';
  const leaking = outranked.filter(({ kind }) => kind === 'leaking').length;
  const said = leaking === 0 ? 'none of which was called growing' : `${countWords(leaking)} of which looked growing`;
  return `; ${plural(outranked.length, 'more sandbox', 'more sandboxes')} without forced collections, ${said}, weigh less`;
}

function toDecide({ channel, basis }: Pool, trend: PooledFloorTrend): string {
  switch (trend.kind) {
    case 'leaking':
      return basis === 'probed' || channel === 'native' || channel === 'handles'
        ? 'a longer life in which it stops would show a bound; a kill for want of memory would show that there is none in time'
        : 'forced collections (NIGHTLIGHT_PROBE=auto) would prove it or take it back; a longer life in which it stops would show a bound';
    case 'growing-but-bounded':
    case 'stable':
      return 'more invocations in which it grows again';
    case 'insufficient-data':
      return channel === 'heap' && basis === undefined
        ? `${trend.missing}; forced collections (NIGHTLIGHT_PROBE=auto) decide sooner`
        : trend.missing;
    default:
      return trend satisfies never;
  }
}

/** Of the sandbox that has the least room: it is the next to go. */
function soonest(
  lives: readonly MemoryLife[],
  channel: MemoryChannel,
  scaleOf: (life: MemoryLife) => number | undefined,
): ChannelGrowth['invocationsToLimit'] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const life of lives) {
    const verdict = verdictOf(life, channel)!;
    const scale = scaleOf(life);
    if (verdict.kind !== 'leaking' || verdict.invocationsToLimit === undefined || scale === undefined) continue;
    low = Math.min(low, verdict.invocationsToLimit.low * scale);
    high = Math.min(high, (verdict.invocationsToLimit.high ?? Number.POSITIVE_INFINITY) * scale);
  }
  return Number.isFinite(low) ? { low: Math.round(low), high: Number.isFinite(high) ? Math.round(high) : undefined } : undefined;
}

/** At the pace at which requests came so far. */
function msPerInvocation({ firstMs, lastMs, firstInvocation, lastInvocation }: MemoryLife): number | undefined {
  const ms = (lastMs - firstMs) / (lastInvocation - firstInvocation);
  return ms > 0 && Number.isFinite(ms) ? ms : undefined;
}

function startOf(lives: readonly MemoryLife[], channel: MemoryChannel, invocation: number): ChannelGrowth['start'] {
  const times = lives.flatMap((life) => life.startedMs[channel] ?? []).filter((atMs) => !Number.isNaN(atMs));
  const ages = lives.map((life) => (life.startedMs[channel] ?? Number.NaN) - life.firstMs).filter((ageMs) => ageMs >= 0);
  return {
    invocation,
    ageMs: ages.length === 0 ? undefined : Math.round(median(ages)),
    atMs: times.length === 0 ? undefined : Math.round(Math.min(...times)),
  };
}
