/**
 * What a memory section means for someone on call: a leak, a ceiling that is touched, or money left lying.
 * Deaths themselves are told with the failed requests; here stands why they come and when the next one will.
 */
import type { ConfigurationSummary, SandboxSummary, Summary } from '../store/summary.ts';
import { kilobyteWords, sitesToBlame } from './agent-leaks.ts';
import { changedBeside } from './changes.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { fullestLines } from './known-lines.ts';
import { explainCommand, roomierMemoryMb, setMemoryCommand } from './next-command.ts';
import { perDay } from './observed-span.ts';
import { pinnedSandboxes } from './pinned-sandboxes.ts';
import { BUILT_IN_PRICES, gbSecondsOf } from './prices.ts';
import type { ChangeSection, ChannelGrowth, MemorySection } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { usdWords } from './usd-words.ts';
import { aboutWords, countWords, durationWords, percentWords, plural, timeWords } from './wording.ts';

export function memoryFindingsOf(summary: Summary, section: MemorySection, changes: readonly ChangeSection[]): Finding[] {
  const configuration = configurationOf(summary, section);
  if (configuration === undefined) return [];
  const about = { summary, section, configuration, changes };
  const climbing = fastLeak(about) ?? growing(about) ?? handlesOnly(about);
  const ceiling = pinned(about) ?? near(about);
  // A function that climbs touches the ceiling because of that; the climb is the news.
  return [climbing, climbing === undefined ? ceiling : undefined, oversized(about)].filter((finding) => finding !== undefined);
}

/**
 * A cache that is still filling grows as a leak does, and no series tells them apart. So the word is kept for growth that
 * went up to a limit and did not stop there; until then it grows, and no bound was seen.
 */
export function hasOutgrownItsLimit({ growth, oomCount }: Pick<MemorySection, 'growth' | 'oomCount'>): boolean {
  return growth.kind === 'leaking' && (growth.killedCount !== undefined || oomCount > 0);
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
    why: `${plural(leak.deathCount, 'process', 'processes')} climbed${slope} and died, each after ${aboutWords(leak.medianInvocations, leak.lowInvocations, leak.highInvocations, 'invocation')}; no bound seen so far`,
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
  const plain = plainFinding(about);
  return {
    ...plain,
    facts: [...channelFacts(section), ...plain.facts],
    kind: 'memory-growth',
    headline: hasOutgrownItsLimit(section) ? 'LEAKING' : 'GROWING',
    why: `Max Memory Used rises by ${slope} over ${plural(section.sandboxCount, 'sandbox', 'sandboxes')}, no bound seen so far${ownerWords(section)}${limit}`,
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
  const plain = { ...plainFinding(about), ...sinceStart(about) };
  const leaking = about.section.channels?.filter(({ verdict }) => verdict === 'leaking') ?? [];
  const [word, bound] = hasOutgrownItsLimit(about.section)
    ? ['LEAKING', 'leaking']
    : ['GROWING', growth.proof.includes(NO_BOUND) ? 'growing' : `growing, ${NO_BOUND}`];
  return {
    ...plain,
    kind: 'memory-growth',
    headline: word,
    why: `${bound}: ${growth.proof}${limitWords(about.section)}`,
    certainty: isProven ? 'proven' : 'shown',
    certaintyBecause: isProven
      ? 'what forced collections leave is what the program keeps'
      : 'the agent saw what is kept rise without forcing a collection; sandboxes and functions that were looked at leave chance too little room',
    evidence: [...verdicts.map(({ evidence }) => evidence), ...leaking.flatMap(({ evidence }) => evidence), ...plain.evidence].slice(
      0,
      MOST_EVIDENCE,
    ),
    facts: [
      ...channelFacts(about.section),
      ...verdicts.slice(0, 5).map(({ logStream, channel, verdict, probeCount, bytesPerInvocation }) => ({
        name: logStream,
        value: `${channel} ${verdict}, ${plural(probeCount, 'forced collection')}${bytesPerInvocation === undefined ? '' : `, ${kilobyteWords(bytesPerInvocation)} per invocation`}`,
      })),
      ...sitesToBlame(verdicts)
        .slice(0, 5)
        .map(({ functionName, file, line, liveBytes, grownBytes }) => ({
          name: `allocated in ${functionName === '' ? '(anonymous)' : functionName} (${file}:${line})`,
          value: `${kilobyteWords(liveBytes)} alive${grownBytes === undefined ? '' : `, ${kilobyteWords(grownBytes)} more than earlier`}`,
        })),
      ...plain.facts,
    ],
    gates: ['leak', 'any'],
  };
}

const NO_BOUND = 'no bound seen so far';

/** Sockets, timers or files that stay open while memory does not grow yet. Connections by peer have a finding of their own. */
function handlesOnly(about: About): Finding | undefined {
  const handles = about.section.channels?.find(({ channel, verdict }) => channel === 'handles' && verdict === 'leaking');
  const sockets = [...(about.configuration.agent?.sockets.values() ?? [])];
  if (handles === undefined || sockets.some(({ climbingCount }) => climbingCount > 0)) return undefined;
  const plain = { ...plainFinding(about), ...sinceStart(about) };
  return {
    ...plain,
    kind: 'memory-growth',
    headline: 'HANDLES GROWING',
    why: `growing, ${NO_BOUND}: ${handles.why.replace(`, ${NO_BOUND}`, '')}`,
    certainty: 'shown',
    certaintyBecause: 'the count of open handles is exact; it rises on a straight line, in its later half as in its earlier one',
    evidence: handles.evidence,
    facts: [...channelFacts(about.section), ...plain.facts],
    gates: ['leak', 'any'],
  };
}

function ownerWords({ owner }: MemorySection): string {
  return owner === 'another-process'
    ? ', and it is not the function: resident memory of its own process does not rise, so an extension or a child process fills the sandbox'
    : '';
}

/** When the growth began, where that was after the process did; a leak that is there from the start came with its version. */
function sinceStart({ summary, section, changes }: About): Pick<Finding, 'sinceMs' | 'changedBeside'> | undefined {
  const start = section.channels?.find(({ verdict }) => verdict === 'leaking')?.start;
  if (start?.atMs === undefined || start.invocation <= FROM_THE_START || start.atMs < summary.firstMs) return undefined;
  return { sinceMs: start.atMs, changedBeside: changedBeside(changes, section.functionName, start.atMs) };
}

/** Earlier than this every process warms up. */
const FROM_THE_START = 250;

/** Each kind of memory with its verdict; of those that grow also when it began, what is left, and what was looked for in vain. */
function channelFacts({ channels = [] }: MemorySection): Finding['facts'] {
  return channels.flatMap(({ channel, why, verdict, start, invocationsToLimit, msToLimit, toDecide, falsifiers }) => {
    const facts: { name: string; value: string }[] = [{ name: channel, value: why }];
    if (verdict !== 'leaking') return facts;
    if (start !== undefined) facts.push({ name: `${channel} began`, value: startWords(start) });
    if (invocationsToLimit !== undefined) {
      const time = msToLimit === undefined ? '' : `, in ${rangeWords(msToLimit, durationWords)} at the pace of requests so far`;
      facts.push({ name: `${channel} full`, value: `after ${rangeWords(invocationsToLimit, countWords)} more invocations${time}` });
    }
    facts.push({ name: 'would have refuted it', value: `if it were not so that ${falsifiers.join('; ')}` });
    facts.push({ name: 'to decide', value: toDecide });
    return facts;
  });
}

function startWords({ invocation, ageMs, atMs }: NonNullable<ChannelGrowth['start']>): string {
  const where =
    invocation <= FROM_THE_START
      ? 'from the start of the process: with this version, or before it'
      : `at about invocation ${countWords(invocation)} of a process`;
  const age = ageMs === undefined || invocation <= FROM_THE_START ? '' : `, ${durationWords(ageMs)} old`;
  return `${where}${age}${atMs === undefined ? '' : `; first at ${timeWords(atMs)}`}`;
}

function rangeWords({ low, high }: { readonly low: number; readonly high: number | undefined }, words: (amount: number) => string): string {
  if (high === undefined) return `${words(low)} or more`;
  return words(low) === words(high) ? words(low) : `${words(low)} to ${words(high)}`;
}

function pinned(about: About): Finding | undefined {
  const { summary, section, configuration } = about;
  const { memorySizeMb, pinnedSandboxCount } = section;
  if (pinnedSandboxCount === 0 || memorySizeMb === undefined) return undefined;
  const own = sandboxesOf(summary, configuration);
  return {
    ...plainFinding(about),
    kind: 'memory-pinned',
    headline: 'MEMORY PINNED',
    why: `${countWords(pinnedSandboxCount)} of ${plural(section.sandboxCount, 'sandbox', 'sandboxes')} used all ${countWords(memorySizeMb)} MB without an out-of-memory line: there is no room left, and the system may be reclaiming what it can`,
    certainty: 'proven',
    certaintyBecause: 'Max Memory Used equals Memory Size; that it also fails for want of memory is not shown',
    next: roomierCommand(about),
    evidence: pinnedSandboxes(own, memorySizeMb)
      .slice(0, MOST_EVIDENCE)
      .map(({ evidence }) => evidenceReference(summary, evidence)),
    gates: ['any'],
  };
}

const MOST_EVIDENCE = 8;

/** Looked through once: of forty functions and a thousand sandboxes each of the findings would look at all of them. */
function sandboxesOf(summary: Summary, configuration: ConfigurationSummary): readonly SandboxSummary[] {
  let grouped = sandboxesBySummary.get(summary);
  if (grouped === undefined) {
    grouped = new Map();
    for (const sandbox of summary.sandboxes) {
      const own = summary.configurations.get(sandbox.configuration);
      const known = grouped.get(own);
      if (known === undefined) grouped.set(own, [sandbox]);
      else known.push(sandbox);
    }
    sandboxesBySummary.set(summary, grouped);
  }
  return grouped.get(configuration) ?? [];
}

/** Of summaries that a report is made of: nobody adds to them any more. */
const sandboxesBySummary = new WeakMap<Summary, Map<ConfigurationSummary | undefined, SandboxSummary[]>>();

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
  const distance = rangeWords({ low, high }, countWords);
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
    lastMs: finite(configuration.lastMs),
    weight: 0,
    changedBeside: beganInside ? changedBeside(changes, section.functionName, configuration.firstMs) : [],
    next: explainCommand(summary),
    evidence: section.oomProof.length > 0 ? section.oomProof : fullestLines(summary, sandboxesOf(summary, configuration), MOST_EVIDENCE),
    facts: [
      {
        name: section.oomCount === 0 ? 'sandboxes' : 'sandboxes, each restart after a kill counted',
        value: countWords(section.sandboxCount),
      },
      ...(section.medianOfMaximaMb === undefined
        ? []
        : [{ name: 'median of their maxima', value: `${countWords(section.medianOfMaximaMb)} MB` }]),
      ...(section.highestMb === undefined
        ? []
        : [
            {
              name: section.sandboxCount < 100 ? 'highest of them' : '99 in 100 stay within',
              value: `${countWords(section.highestMb)} MB`,
            },
          ]),
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
