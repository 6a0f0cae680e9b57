/**
 * What the agent found out about memory by forcing collections, and which code holds it.
 *
 * Max Memory Used shows what a process once needed. Only the floor after a forced collection shows what it keeps, so the
 * agent's word outranks the platform's numbers in both directions: it proves a leak, and it takes a suspicion back.
 */
import type { HeapProbe } from '@nightlight/agent/record';
import { median } from '../stats/median.ts';
import { noiseBytes } from '../stats/probe-verdict.ts';
import type { ConfigurationSummary, LeakFact, Summary } from '../store/summary.ts';
import { evidenceReference } from './evidence-reference.ts';
import { leakingMemory } from './memory-owner.ts';
import type { AgentLeakVerdict, ChannelGrowth, GrowthVerdict } from './sections.ts';
import { countWords, plural } from './wording.ts';

/** @returns undefined where the agent said nothing of this configuration's memory */
export function agentVerdictsOf(summary: Summary, configuration: ConfigurationSummary): AgentLeakVerdict[] | undefined {
  const { functionName, version, memorySizeMb } = configuration;
  const own = summary.leaks.filter(
    (leak) => leak.functionName === functionName && leak.version === version && leak.memorySizeMb === memorySizeMb,
  );
  return own.length === 0 ? undefined : own.map((leak) => describe(summary, leak));
}

/** What the agent's word makes of a verdict that rests on the platform's lines. */
export function growthWithAgent(growth: GrowthVerdict, verdicts: readonly AgentLeakVerdict[] | undefined): GrowthVerdict {
  if (verdicts === undefined) return growth;
  const leaking = verdicts.filter(({ verdict }) => verdict === 'leaking');
  if (leaking.length > 0) return provenBy(growth, leaking, verdicts);
  const tested = verdicts.filter(({ probeCount }) => probeCount > 0);
  const quiet = tested.filter(({ verdict }) => verdict === 'stable' || verdict === 'growing-but-bounded');
  if (growth.kind !== 'growing' || quiet.length === 0 || quiet.length < tested.length) return growth;
  const probeCount = quiet.reduce((sum, one) => sum + one.probeCount, 0);
  return {
    kind: 'growing-but-bounded',
    because: `Max Memory Used rises, but what was left after ${plural(probeCount, 'forced collection')} in ${plural(quiet.length, 'sandbox', 'sandboxes')} does not: the agent takes the suspicion back`,
  };
}

/**
 * The agent judges its probes while they come; with the whole series at hand its word may turn out too early. Then the
 * later verdict on the same memory stands, and nobody reads both.
 */
export function withoutRefuted(
  verdicts: readonly AgentLeakVerdict[] | undefined,
  channels: readonly ChannelGrowth[],
): AgentLeakVerdict[] | undefined {
  return verdicts?.map((word) => {
    const later = channels.find(({ channel }) => channel === word.channel);
    if (word.verdict !== 'leaking' || later === undefined) return word;
    if (later.basis === 'probed') return { ...word, verdict: later.verdict };
    // Too few sandboxes of too many agree: it may be chance.
    return later.verdict === 'insufficient-data' && later.leakingCount > 0 ? { ...word, verdict: 'suspected' } : word;
  });
}

/**
 * What the agent's samples make of a verdict. Kills prove more than any series, forced collections more than V8's own, and
 * those more than a running maximum: the strongest decides, and names the others.
 */
export function growthWithChannels(growth: GrowthVerdict, channels: readonly ChannelGrowth[]): GrowthVerdict {
  const leaking = leakingMemory(channels);
  const [largest] = leaking;
  if (largest === undefined) return takenBack(growth, channels) ?? growth;
  const { perInvocation, low, high } = largest.slope!;
  const said = leaking.map(({ why }) => why).join('; ');
  if (growth.kind === 'leaking' && growth.killedCount !== undefined) return { ...growth, proof: `${growth.proof}; ${said}` };
  const isProbed = largest.basis === 'probed';
  const known = growth.kind === 'leaking' && (growth.probeCount !== undefined || !isProbed) ? growth : undefined;
  return {
    kind: 'leaking',
    mbPerInvocation: perInvocation / MIB,
    low: low / MIB,
    high: high / MIB,
    proof: known === undefined ? said : `${known.proof}; ${said}`,
    probeCount: Math.max(known?.probeCount ?? 0, largest.probeCount),
  };
}

/** Only where every kind of memory of the process was judged, and none grows without a bound. */
function takenBack(growth: GrowthVerdict, channels: readonly ChannelGrowth[]): GrowthVerdict | undefined {
  if (growth.kind !== 'growing') return undefined;
  const memory = ['heap', 'external', 'native'].map((name) => channels.find(({ channel }) => channel === name));
  if (!memory.every((channel) => channel?.verdict === 'stable' || channel?.verdict === 'growing-but-bounded')) return undefined;
  const why = memory.map((channel) => channel!.why).join('; ');
  return { kind: 'growing-but-bounded', because: `Max Memory Used rises, but the agent takes the suspicion back: ${why}` };
}

/**
 * A few hundred invocations are too few for the running maximum, but not for forced collections: where these were made in
 * every sandbox and what they left stayed level, that is an answer, as far as their noise lets them see. It is none about
 * native memory, and says so. A floor that rose and slowed down is no answer yet: early leaks look like that as well.
 */
export function growthWithQuietProbes(
  growth: GrowthVerdict,
  channels: readonly ChannelGrowth[],
  summary: Summary,
  { functionName, version, memorySizeMb }: ConfigurationSummary,
  sandboxCount: number,
): GrowthVerdict {
  const kept = channels.filter(({ channel }) => channel === 'heap' || channel === 'external');
  const isLevel = kept.every(
    (one) => one.basis === 'probed' && one.verdict === 'stable' && one.judgedCount === sandboxCount && one.leakingCount === 0,
  );
  if (growth.kind !== 'insufficient-data' || kept.length < 2 || !isLevel) return growth;
  const series = summary.leaks
    .filter((leak) => leak.functionName === functionName && leak.version === version && leak.memorySizeMb === memorySizeMb)
    .flatMap(({ record }) => (record.probes === undefined ? [] : [record.probes]));
  const unseenBytes = Math.max(...series.map(smallestLeakSeen));
  if (!(unseenBytes <= STABLE_BYTES_PER_INVOCATION)) return growth;
  const probeCount = Math.max(...kept.map((channel) => channel.probeCount));
  const native = channels.find(({ channel }) => channel === 'native');
  const isNativeOpen = native === undefined || native.verdict === 'insufficient-data';
  return {
    kind: 'stable',
    because: `what ${plural(probeCount, 'forced collection')} left of heap and Buffers stays level; a leak below ${kilobyteWords(unseenBytes)} per invocation would not show${isNativeOpen ? ', nor one of native memory (addons, zlib)' : ''}`,
  };
}

/** Slower than this is called stable, as with the running maximum (`memory-growth.ts`). */
const STABLE_BYTES_PER_INVOCATION = 4096;
/** What the verdict of probes leaves out at the beginning, and how much of their noise growth must exceed (`stats/probe-verdict.ts`). */
const PROBED_SHARE = 0.82;
const PROBED_NOISE = 3;

function smallestLeakSeen(probes: readonly HeapProbe[]): number {
  const { invocationNumber, heapUsedBytes, externalBytes = 0 } = probes.at(-1)!;
  return (PROBED_NOISE * noiseBytes(Math.max(heapUsedBytes, externalBytes))) / (PROBED_SHARE * invocationNumber);
}

/** `remember (src/cache.js:12)`, of all sandboxes that leak: the code that most of what grew came from. */
export function allocationWords(verdicts: readonly AgentLeakVerdict[]): string | undefined {
  const grown = new Map<string, number>();
  for (const { functionName, file, line, liveBytes, grownBytes } of sitesToBlame(verdicts)) {
    const place = `${functionName === '' ? '(anonymous)' : functionName} (${file}:${line})`;
    grown.set(place, (grown.get(place) ?? 0) + (grownBytes ?? liveBytes));
  }
  const places = [...grown].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return places.length === 0
    ? undefined
    : places
        .slice(0, MOST_PLACES)
        .map(([place]) => place)
        .join(', ');
}

/**
 * What grows in a sandbox, or in a kind of memory, that is not said to leak may be a cache that fills: where a leak is known, only its
 * own places are told.
 */
export function sitesToBlame(verdicts: readonly AgentLeakVerdict[]): AgentLeakVerdict['sites'] {
  const sitesOf = (word: AgentLeakVerdict['verdict']) => verdicts.flatMap(({ verdict, sites }) => (verdict === word ? sites : []));
  return verdicts.some(({ verdict }) => verdict === 'leaking') ? sitesOf('leaking') : sitesOf('suspected');
}

/** 5222 -> `5.1 KB`; our lines and V8 count in units of 1,024 bytes. */
export function kilobyteWords(byteCount: number): string {
  const kilobytes = byteCount / 1024;
  if (kilobytes >= 1024) return `${Number((kilobytes / 1024).toPrecision(2))} MB`;
  return kilobytes < 1
    ? `${countWords(byteCount)} bytes`
    : `${kilobytes < 100 ? Number(kilobytes.toPrecision(2)) : countWords(kilobytes)} KB`;
}

const MOST_PLACES = 2;

function describe(summary: Summary, { logStream, record, evidence }: LeakFact): AgentLeakVerdict {
  return {
    logStream,
    channel: record.channel,
    verdict: record.verdict,
    bytesPerInvocation: record.slopeBytes,
    probeCount: record.probes?.length ?? 0,
    sites: (record.allocationSites ?? []).map(({ functionName, file, line, liveBytes, grownBytes }) => ({
      functionName,
      file,
      line,
      liveBytes,
      grownBytes,
    })),
    evidence: evidenceReference(summary, evidence),
  };
}

function provenBy(growth: GrowthVerdict, leaking: readonly AgentLeakVerdict[], verdicts: readonly AgentLeakVerdict[]): GrowthVerdict {
  const probeCount = leaking.reduce((sum, one) => sum + one.probeCount, 0);
  const slopes = leaking.flatMap(({ bytesPerInvocation }) => bytesPerInvocation ?? []).sort((a, b) => a - b);
  const place = allocationWords(verdicts);
  const channels = [...new Set(leaking.map(({ channel }) => channel))].join(' and ');
  const rate = slopes.length === 0 ? '' : `: ${kilobyteWords(median(slopes))} of ${channels} memory per invocation`;
  const by = probeCount === 0 ? 'shown by the agent' : `proven by ${plural(probeCount, 'forced collection')}`;
  // The place stands early: a narrow screen cuts the end, and it is what one came for.
  const proof = `${by}${rate}${place === undefined ? '' : `, allocated in ${place}`}, in ${countWords(leaking.length)} of ${plural(verdicts.length, 'sandbox', 'sandboxes')} looked at`;
  const known = growth.kind === 'leaking' ? growth : undefined;
  return {
    kind: 'leaking',
    mbPerInvocation: known?.mbPerInvocation ?? (slopes.length === 0 ? 0 : median(slopes) / MIB),
    low: known?.low ?? ((slopes[0] ?? 0) * (1 - SLOPE_ERROR)) / MIB,
    high: known?.high ?? ((slopes.at(-1) ?? 0) * (1 + SLOPE_ERROR)) / MIB,
    proof: known === undefined ? proof : `${known.proof}; ${proof}`,
    ...(known?.killedCount !== undefined && { killedCount: known.killedCount }),
    probeCount,
  };
}

const MIB = 1_048_576;
/** A slope over a few probes, in sandboxes that may meet other requests tomorrow: the same share as for few sandboxes without the agent. */
const SLOPE_ERROR = 0.3;
