/**
 * Memory as the platform's own lines show it: Max Memory Used, the running maximum of a sandbox's process.
 *
 * It says what the process once needed, never what it holds now, so sandboxes are the samples here and not
 * invocations; memory sizes are never pooled. One sandbox's lines alone cannot tell a leak from a heap that V8 fills
 * because it may: the word for that is "growing".
 */
import type { AnalyzeSettings } from '../settings.ts';
import { median } from '../stats/median.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { ConfigurationSummary, SandboxSummary, Summary } from '../store/summary.ts';
import { agentVerdictsOf, growthWithAgent, growthWithChannels, growthWithQuietProbes, withoutRefuted } from './agent-leaks.ts';
import { evidenceReference } from './evidence-reference.ts';
import { fastLeakOf } from './fast-leak.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { configurationName, FAILED_STATUSES } from './function-configurations.ts';
import { maskedDeaths } from './masked-out-of-memory.ts';
import { memoryChannels } from './memory-channels.ts';
import { memoryFindingsOf } from './memory-findings.ts';
import { growthOf } from './memory-growth.ts';
import { ownerOf } from './memory-owner.ts';
import { pinnedSandboxes } from './pinned-sandboxes.ts';
import type { AgentLeakVerdict, ChannelGrowth, GrowthVerdict, MemorySection, Sections } from './sections.ts';

/** Configurations whose lines name memory; Managed Instances do not. */
export function memorySection(summary: Summary, _settings: AnalyzeSettings): MemorySection[] {
  return atOnce(memorySteps(summary));
}

/** As `memorySection`. */
export function* memorySteps(summary: Summary): Steps<MemorySection[]> {
  const sandboxes = sandboxesByConfiguration(summary);
  yield;
  const channels = memoryChannels(summary);
  yield;
  const sections = yield* mapInSteps([...summary.configurations], CONFIGURATIONS_A_STEP, ([key, configuration]) => {
    const own = sandboxes.get(key) ?? [];
    const measured = own.filter((sandbox) => sandbox.envelope.length > 0);
    const verdicts = withoutRefuted(agentVerdictsOf(summary, configuration), channels.get(key) ?? []);
    const isJudged = channels.get(key)?.some(({ judgedCount }) => judgedCount > 0) === true;
    if (measured.length === 0 && configuration.statusCounts.oom === 0 && verdicts === undefined && !isJudged) return [];
    return [describe(summary, configuration, own, measured, verdicts, channels.get(key) ?? [])];
  });
  return sections.flat();
}

const CONFIGURATIONS_A_STEP = 16;

export function memoryFindings(summary: Summary, sections: Pick<Sections, 'memory' | 'changes'>, _settings: AnalyzeSettings): Finding[] {
  return atOnce(memoryFindingSteps(summary, sections));
}

/** As `memoryFindings`. */
export function* memoryFindingSteps(summary: Summary, sections: Pick<Sections, 'memory' | 'changes'>): Steps<Finding[]> {
  const findings = yield* mapInSteps(sections.memory, CONFIGURATIONS_A_STEP, (section) =>
    memoryFindingsOf(summary, section, sections.changes),
  );
  return findings.flat();
}

/**
 * A smaller size is only proposed on this much: a rare payload that needs the memory would otherwise not be in the
 * sample (with 300 invocations, what happens in 1 of 100 was seen with 95 % probability).
 */
const ENOUGH_SANDBOXES = 5;
const ENOUGH_INVOCATIONS = 300;
/** Room above the highest use seen: our own choice, on the careful side, since too little costs more than too much. */
const HEADROOM = 1.3;
/** AWS Lambda quotas: the smallest memory. */
const SMALLEST_MB = 128;
const STEP_MB = 64;
const MOST_ENVELOPES = 5;
const MOST_PROOF = 8;

function describe(
  summary: Summary,
  configuration: ConfigurationSummary,
  sandboxes: readonly SandboxSummary[],
  measured: readonly SandboxSummary[],
  verdicts: readonly AgentLeakVerdict[] | undefined,
  channels: readonly ChannelGrowth[],
): MemorySection {
  const name = configurationName(configuration);
  const maxima = measured.map(maximumOf).sort((a, b) => a - b);
  const highestMb = maxima.length === 0 ? undefined : maxima[Math.ceil(0.99 * maxima.length) - 1];
  const isolated = measured.filter((sandbox) => sandbox.isolated);
  const byPlatform = growthOf(measured);
  const owner = ownerOf(byPlatform, channels, configuration.memoryLives?.kept ?? [], isolated);
  const byAgent = growthWithAgent(byPlatform, verdicts);
  const byChannels = growthWithChannels(byAgent, channels);
  const growth =
    owner === 'another-process'
      ? byAgent
      : growthWithQuietProbes(byChannels, channels, summary, configuration, measured.length > 0 ? measured.length : sandboxes.length);
  const untilFull = invocationsToLimit(growth, isolated, name.memorySizeMb);
  const limited = channels.map((channel) => withSoonerLimit(channel, untilFull));
  const masked = new Set(maskedDeaths(sandboxes).map(({ sandbox }) => sandbox));
  const oom = sandboxes.filter((sandbox) => sandbox.death?.by === 'oom');
  return {
    ...name,
    sandboxCount: sandboxes.length,
    highestMb,
    medianOfMaximaMb: maxima.length === 0 ? undefined : median(maxima),
    growth,
    pinnedSandboxCount: pinnedSandboxes(sandboxes, name.memorySizeMb).length,
    oomCount: configuration.statusCounts.oom,
    oomProof: oom.slice(0, MOST_PROOF).map((sandbox) => evidenceReference(summary, sandbox.death!.evidence)),
    invocationsToLimit: limited.find(({ channel }) => channel === owner)?.invocationsToLimit ?? untilFull,
    fastLeak: fastLeakOf(measured),
    suggestedMb: suggestedMb(configuration, measured, growth, maxima.at(-1)),
    ...(masked.size > 0 && { maskedDeathCount: masked.size }),
    ...(verdicts !== undefined && { agentVerdicts: verdicts }),
    ...(limited.length > 0 && { channels: limited }),
    ...(owner !== undefined && { owner }),
    envelopes: [...isolated]
      .filter((sandbox) => growthOfEnvelope(sandbox) > 0)
      .sort((a, b) => growthOfEnvelope(b) - growthOfEnvelope(a))
      .slice(0, MOST_ENVELOPES)
      .map((sandbox) => ({ logStream: sandbox.logStream, points: sandbox.envelope.map(({ n, megabytes }) => ({ n, megabytes })) })),
  };
}

/**
 * The platform counts every process of the sandbox, the agent the heap's own limit too: whichever is reached first. One
 * answer for both, since two different numbers to one question are none.
 */
function withSoonerLimit(channel: ChannelGrowth, untilFull: MemorySection['invocationsToLimit']): ChannelGrowth {
  const { invocationsToLimit: own, msToLimit } = channel;
  if (own === undefined || untilFull === undefined || untilFull.low >= own.low) return channel;
  const msPerInvocation = msToLimit === undefined || own.low === 0 ? undefined : msToLimit.low / own.low;
  const high = Math.min(own.high ?? Number.POSITIVE_INFINITY, untilFull.high ?? Number.POSITIVE_INFINITY);
  const sooner = { low: untilFull.low, high: finite(high) };
  const msOf = (invocations: number, pace: number): number => Math.round(invocations * pace);
  return {
    ...channel,
    invocationsToLimit: sooner,
    msToLimit:
      msPerInvocation === undefined
        ? msToLimit
        : { low: msOf(sooner.low, msPerInvocation), high: sooner.high === undefined ? undefined : msOf(sooner.high, msPerInvocation) },
  };
}

/** From the fullest sandbox that still lives: it is the next to go. Dead ones have reached their limit already. */
function invocationsToLimit(
  growth: GrowthVerdict,
  sandboxes: readonly SandboxSummary[],
  memorySizeMb: number | undefined,
): MemorySection['invocationsToLimit'] {
  if ((growth.kind !== 'leaking' && growth.kind !== 'growing') || memorySizeMb === undefined || !(growth.high > 0)) return undefined;
  const living = sandboxes.filter((sandbox) => sandbox.death === undefined).map(maximumOf);
  if (living.length === 0) return undefined;
  const roomMb = Math.max(0, memorySizeMb - living.reduce((highest, megabytes) => Math.max(highest, megabytes)));
  return {
    low: Math.floor(roomMb / growth.high),
    high: growth.low > 0 ? Math.ceil(roomMb / growth.low) : undefined,
  };
}

/** The largest use of all, not the p99: one sandbox killed by a thrifty setting is one too many. */
function suggestedMb(
  configuration: ConfigurationSummary,
  sandboxes: readonly SandboxSummary[],
  growth: GrowthVerdict,
  highestMb: number | undefined,
): number | undefined {
  const { memorySizeMb, invocationCount, statusCounts } = configuration;
  if (highestMb === undefined || sandboxes.length < ENOUGH_SANDBOXES) return undefined;
  // An attempt that failed, at its start or halfway, did not show what the work needs.
  const failedCount = FAILED_STATUSES.reduce((sum, status) => sum + statusCounts[status], 0);
  if (invocationCount - failedCount < ENOUGH_INVOCATIONS) return undefined;
  if (statusCounts.oom > 0 || growth.kind === 'leaking' || growth.kind === 'growing') return undefined;
  if (memorySizeMb <= 2 * highestMb) return undefined;
  const suggested = Math.max(SMALLEST_MB, Math.ceil((highestMb * HEADROOM) / STEP_MB) * STEP_MB);
  return suggested < memorySizeMb ? suggested : undefined;
}

function maximumOf(sandbox: SandboxSummary): number {
  return sandbox.envelope.at(-1)!.megabytes;
}

function growthOfEnvelope(sandbox: SandboxSummary): number {
  return maximumOf(sandbox) - sandbox.envelope[0]!.megabytes;
}

function sandboxesByConfiguration(summary: Summary): Map<string, SandboxSummary[]> {
  const byConfiguration = new Map<string, SandboxSummary[]>();
  for (const sandbox of summary.sandboxes) {
    const known = byConfiguration.get(sandbox.configuration);
    if (known === undefined) byConfiguration.set(sandbox.configuration, [sandbox]);
    else known.push(sandbox);
  }
  return byConfiguration;
}
