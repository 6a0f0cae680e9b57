/**
 * What a memory section means for someone on call: a leak, a ceiling that is touched, or money left lying.
 * Deaths themselves are told with the failed requests; here stands why they come and when the next one will.
 */
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { kilobyteWords } from './agent-leaks.ts';
import { changedBeside } from './changes.ts';
import type { Finding } from './finding.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand, roomierMemoryMb, setMemoryCommand } from './next-command.ts';
import { perDay } from './observed-span.ts';
import { BUILT_IN_PRICES, gbSecondsOf } from './prices.ts';
import type { ChangeSection, MemorySection } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { usdWords } from './usd-words.ts';
import { aboutWords, countWords, percentWords, plural } from './wording.ts';

export function memoryFindingsOf(summary: Summary, section: MemorySection, changes: readonly ChangeSection[]): Finding[] {
  const configuration = configurationOf(summary, section);
  if (configuration === undefined) return [];
  const about = { summary, section, configuration, changes };
  const climbing = fastLeak(about) ?? growing(about);
  const ceiling = pinned(about) ?? near(about);
  // A function that climbs touches the ceiling because of that; the climb is the news.
  return [climbing, climbing === undefined ? ceiling : undefined, oversized(about)].filter((finding) => finding !== undefined);
}

/** One kill may be one large payload; two that end alike climbs are not. */
const KILLS_THAT_PROVE = 2;

/** Above this share of its memory a sandbox is one large payload away from being killed. */
const NEAR_SHARE = 0.9;

interface About {
  readonly summary: Summary;
  readonly section: MemorySection;
  readonly configuration: ConfigurationSummary;
  readonly changes: readonly ChangeSection[];
}

function fastLeak(about: About): Finding | undefined {
  const { section, configuration } = about;
  const leak = section.fastLeak;
  if (leak === undefined) return undefined;
  const slope = leak.mbPerInvocation === undefined ? '' : ` ${slopeWords(leak.mbPerInvocation)} MB per invocation`;
  // A timeout at full memory is a death, too, but only the platform's own kill proves what it died of.
  const killed = Math.min(section.oomCount, leak.deathCount);
  const share = shareInterval(leak.deathCount, Math.max(leak.deathCount, configuration.invocationCount));
  return {
    ...plainFinding(about),
    kind: 'fast-leak',
    headline: 'FAST LEAK',
    why: `${plural(leak.deathCount, 'sandbox', 'sandboxes')} climbed${slope} and died, each after ${aboutWords(leak.medianInvocations, leak.lowInvocations, leak.highInvocations, 'invocation')}; no bound seen so far`,
    harm: 'users',
    affectedCount: share?.count,
    exposedCount: share?.of,
    shareLow: share?.low,
    shareHigh: share?.high,
    certainty: killed >= KILLS_THAT_PROVE ? 'proven' : 'shown',
    certaintyBecause:
      killed >= KILLS_THAT_PROVE
        ? `the platform killed ${countWords(killed)} of them for want of memory, after alike lives`
        : 'the deaths repeat after similar numbers of invocations; no line names memory as the cause',
    weight: hurtPerMinute(leak.deathCount, configuration.firstMs, configuration.lastMs),
    gates: ['leak', 'any'],
  };
}

function growing(about: About): Finding | undefined {
  const { section, configuration } = about;
  const { growth, invocationsToLimit } = section;
  if (growth.kind !== 'leaking' && growth.kind !== 'growing') return undefined;
  const leaking = growth.kind === 'leaking';
  if (leaking && growth.probeCount !== undefined) return leakingByAgent(about, growth);
  const slope = `${slopeWords(growth.mbPerInvocation)} MB per invocation (${slopeWords(growth.low)} to ${slopeWords(growth.high)})`;
  const limit = limitWords(section);
  return {
    ...plainFinding(about),
    kind: 'memory-growth',
    headline: leaking ? 'LEAKING' : 'GROWING',
    why: `Max Memory Used rises by ${slope} over ${plural(section.sandboxCount, 'sandbox', 'sandboxes')}${leaking ? '' : ', no bound seen so far'}${limit}`,
    certainty: leaking ? (growth.killedCount === undefined ? 'shown' : 'proven') : 'suspected',
    certaintyBecause: leaking ? growth.proof : `logs alone cannot tell a leak from a lazily grown heap: ${growth.undecidedBecause}`,
    weight: invocationsToLimit === undefined ? 0 : perMinute(configuration) / Math.max(1, invocationsToLimit.low),
    gates: leaking ? ['leak', 'any'] : [],
  };
}

/** The agent forced collections and saw what stayed: no more guessing from a running maximum. */
function leakingByAgent(about: About, growth: Extract<MemorySection['growth'], { kind: 'leaking' }>): Finding {
  const verdicts = about.section.agentVerdicts ?? [];
  const isProven = growth.killedCount !== undefined || (growth.probeCount ?? 0) > 0;
  const plain = plainFinding(about);
  return {
    ...plain,
    kind: 'memory-growth',
    headline: 'LEAKING',
    why: `leaking, ${growth.proof}${limitWords(about.section)}`,
    certainty: isProven ? 'proven' : 'shown',
    certaintyBecause: isProven
      ? 'what forced collections leave is what the program keeps'
      : 'the agent saw the floor rise after ordinary collections; it forced none',
    evidence: [...verdicts.map(({ evidence }) => evidence), ...plain.evidence].slice(0, 8),
    facts: [
      ...verdicts.slice(0, 5).map(({ logStream, channel, verdict, probeCount, bytesPerInvocation }) => ({
        name: logStream,
        value: `${channel} ${verdict}, ${plural(probeCount, 'forced collection')}${bytesPerInvocation === undefined ? '' : `, ${kilobyteWords(bytesPerInvocation)} per invocation`}`,
      })),
      ...verdicts
        .flatMap(({ sites }) => sites)
        .slice(0, 5)
        .map(({ functionName, file, line, liveBytes, grownBytes }) => ({
          name: `allocated in ${functionName === '' ? '(anonymous)' : functionName} (${file}:${line})`,
          value: `${kilobyteWords(liveBytes)} alive${grownBytes === undefined ? '' : `, ${kilobyteWords(grownBytes)} more than at first`}`,
        })),
      ...plain.facts,
    ],
    gates: ['leak', 'any'],
  };
}

function pinned(about: About): Finding | undefined {
  const { section } = about;
  const { memorySizeMb, pinnedSandboxCount } = section;
  if (pinnedSandboxCount === 0 || memorySizeMb === undefined) return undefined;
  return {
    ...plainFinding(about),
    kind: 'memory-pinned',
    headline: 'MEMORY PINNED',
    why: `${countWords(pinnedSandboxCount)} of ${plural(section.sandboxCount, 'sandbox', 'sandboxes')} used all ${countWords(memorySizeMb)} MB without an out-of-memory line: there is no room left, and the system may be reclaiming what it can`,
    certainty: 'proven',
    certaintyBecause: 'Max Memory Used equals Memory Size; that it also fails for want of memory is not shown',
    next: roomierCommand(about),
    gates: ['any'],
  };
}

function near(about: About): Finding | undefined {
  const { section } = about;
  const { memorySizeMb, highestMb, maskedDeathCount } = section;
  const oomCount = section.oomCount + (maskedDeathCount ?? 0);
  // Where sandboxes already die of it, "near" is no news.
  if (memorySizeMb === undefined || highestMb === undefined || oomCount > 0 || highestMb < NEAR_SHARE * memorySizeMb) return undefined;
  return {
    ...plainFinding(about),
    kind: 'near-memory',
    headline: 'NEAR MEMORY LIMIT',
    why: `the fullest of ${plural(section.sandboxCount, 'sandbox', 'sandboxes')} used ${countWords(highestMb)} of ${countWords(memorySizeMb)} MB (${percentWords(highestMb / memorySizeMb)})`,
    certainty: 'proven',
    certaintyBecause: 'Max Memory Used of the REPORT lines',
    next: roomierCommand(about),
    gates: ['any'],
  };
}

function oversized(about: About): Finding | undefined {
  const { summary, section, configuration } = about;
  const { memorySizeMb, suggestedMb, highestMb } = section;
  if (memorySizeMb === undefined || suggestedMb === undefined || highestMb === undefined) return undefined;
  if (isReplaced(summary, configuration)) return undefined;
  const savedUsd = gbSecondsOf(configuration.billedMsSum, memorySizeMb - suggestedMb) * BUILT_IN_PRICES.compute.x86_64[0]!.usdPerGbSecond;
  const dailyUsd = perDay(savedUsd, summary);
  const saving = dailyUsd === undefined || dailyUsd === 0 ? '' : `, about ${usdWords(dailyUsd)} a day less if durations stayed the same`;
  return {
    ...plainFinding(about),
    kind: 'oversized-memory',
    headline: 'OVERSIZED MEMORY',
    why: `no more than ${countWords(highestMb)} of ${countWords(memorySizeMb)} MB used over ${plural(section.sandboxCount, 'sandbox', 'sandboxes')} and ${plural(configuration.invocationCount, 'invocation')}; ${countWords(suggestedMb)} MB would hold it${saving}`,
    harm: 'money',
    certainty: 'shown',
    certaintyBecause: 'memory is measured; but CPU shrinks with memory, so watch the durations after the change',
    weight: dailyUsd ?? 0,
    next: setMemoryCommand(section.functionName, suggestedMb) ?? explainCommand(summary),
  };
}

/** Another version or size took over: advice for what no longer runs helps nobody. */
function isReplaced(summary: Summary, { functionName, lastMs }: ConfigurationSummary): boolean {
  return [...summary.configurations.values()].some((other) => other.functionName === functionName && other.firstMs >= lastMs);
}

function limitWords({ memorySizeMb, invocationsToLimit }: MemorySection): string {
  if (invocationsToLimit === undefined || memorySizeMb === undefined) return '';
  const { low, high } = invocationsToLimit;
  const distance =
    high === undefined ? `${countWords(low)} or more` : low === high ? countWords(low) : `${countWords(low)} to ${countWords(high)}`;
  return `; the fullest sandbox reaches ${countWords(memorySizeMb)} MB in ${distance} more invocations`;
}

/** Two digits: the interval beside it says how little the third is worth. */
function slopeWords(mbPerInvocation: number): string {
  return mbPerInvocation === 0 ? '0' : Number(mbPerInvocation.toPrecision(2)).toString();
}

function roomierCommand({ summary, section }: About): string {
  const roomier = section.memorySizeMb === undefined ? undefined : roomierMemoryMb(section.memorySizeMb);
  return (roomier === undefined ? undefined : setMemoryCommand(section.functionName, roomier)) ?? explainCommand(summary);
}

function plainFinding({
  summary,
  section,
  configuration,
  changes,
}: About): Omit<Finding, 'kind' | 'headline' | 'why' | 'certainty' | 'certaintyBecause'> {
  // A configuration that was there before the input began has no beginning that a change could stand beside.
  const beganInside = configuration.firstMs > summary.firstMs + 60_000;
  return {
    id: '',
    functionName: section.functionName,
    version: section.version === '?' ? undefined : section.version,
    memorySizeMb: section.memorySizeMb,
    harm: 'soon',
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: beganInside ? configuration.firstMs : undefined,
    lastMs: Number.isFinite(configuration.lastMs) ? configuration.lastMs : undefined,
    weight: 0,
    changedBeside: beganInside ? changedBeside(changes, section.functionName, configuration.firstMs) : [],
    next: explainCommand(summary),
    evidence: section.oomProof,
    facts: [
      { name: 'sandboxes', value: countWords(section.sandboxCount) },
      ...(section.medianOfMaximaMb === undefined
        ? []
        : [{ name: 'median of their maxima', value: `${countWords(section.medianOfMaximaMb)} MB` }]),
      ...(section.highestMb === undefined ? [] : [{ name: 'p99 of their maxima', value: `${countWords(section.highestMb)} MB` }]),
      { name: 'killed for want of memory', value: plural(section.oomCount, 'attempt') },
      ...section.envelopes.slice(0, 3).map(({ logStream, points }) => ({
        name: logStream,
        value: `${points[0]!.megabytes} MB at invocation ${points[0]!.n}, ${points.at(-1)!.megabytes} MB at ${points.at(-1)!.n}`,
      })),
    ],
    gates: [],
  };
}

function perMinute(configuration: ConfigurationSummary): number {
  const minutes = (configuration.lastMs - configuration.firstMs) / 60_000;
  return configuration.invocationCount / Math.max(1, Number.isFinite(minutes) ? minutes : 1);
}

function configurationOf(summary: Summary, { functionName, version, memorySizeMb }: MemorySection): ConfigurationSummary | undefined {
  return summary.configurations.get(`${functionName}\u0000${version}\u0000${memorySizeMb ?? 0}`);
}
