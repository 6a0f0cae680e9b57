/**
 * Requests that failed, as findings: how many of how many, since when, how sure that is, and what to do next. Which failures share a
 * finding is told in `gather-incidents.ts`.
 */
import { mapInSteps, type Steps } from '../steps.ts';
import type { AgentTally } from '../store/agent-tally.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { agentByFunction } from './agent-of-function.ts';
import { changedBeside } from './changes.ts';
import { countExposures } from './exposure.ts';
import { attemptsAndClass, coldWords, fullMemoryWords, nameOf, openingWords, routeWords, trendWords } from './failed-attempt-words.ts';
import { identityFacts, knownClause, knownFacts, rarityFacts } from './failure-facts.ts';
import { outcomeFacts } from './failure-outcomes.ts';
import { RARITY_WORDS, rarityClause } from './failure-rarity.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, minutesOf } from './function-configurations.ts';
import { deathWordOf, gatherIncidents, type Incident, type IncidentKind, isRest } from './gather-incidents.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { inFlightOf } from './in-flight.ts';
import { explainCommand, filterLogsCommand, roomierMemoryMb, setMemoryCommand } from './next-command.ts';
import { onsetMs } from './onset.ts';
import type { FailureSection, MemorySection, RaritySection, Sections } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { countWords, percentWords, plural, timeWords, versionWords } from './wording.ts';

export function* failedAttemptSteps(summary: Summary, sections: Pick<Sections, 'failures' | 'memory' | 'changes'>): Steps<Finding[]> {
  const configurations = configurationsByFunction(summary);
  const agents = agentByFunction(summary);
  const exposures = countExposures(summary);
  const incidents = gatherIncidents(sections.failures, exposures);
  const memory = memoryByFunction(sections.memory);
  const mixed = mixedFunctions(summary);
  const ofFunction = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const own = ofFunction.get(incident.functionName);
    if (own === undefined) ofFunction.set(incident.functionName, [incident]);
    else own.push(incident);
  }
  yield;
  const findings = yield* mapInSteps(incidents, INCIDENTS_A_STEP, (incident) => {
    const own = configurations.get(incident.functionName) ?? [];
    const exposed = own.filter((configuration) => incident.versions.length === 0 || incident.versions.includes(configuration.version));
    const others = ofFunction.get(incident.functionName)!.filter((other) => other !== incident);
    const beside = {
      changes: sections.changes,
      memory: memory.get(incident.functionName) ?? [],
      isMixed: mixed.has(incident.functionName),
    };
    return describe(summary, incident, exposed, beside, agents.get(incident.functionName), others);
  });
  return findings.map((finding, index) => (isRest(incidents[index]!) ? behindNamed(finding, findings) : finding));
}

const INCIDENTS_A_STEP = 16;

/** A name leads further than "no line tells why": the rest stands behind what is named, unless it is far more. */
function behindNamed(rest: Finding, findings: readonly Finding[]): Finding {
  const named = findings.filter((other) => other !== rest && other.kind === rest.kind && other.functionName === rest.functionName);
  const heaviest = named.reduce((most, { weight }) => Math.max(most, weight), 0);
  return heaviest * FAR_MORE < rest.weight ? rest : { ...rest, weight: Math.min(rest.weight, 0.99 * heaviest) };
}

/** Our own judgement: a rest ten times as large has most likely another reason than the few that are named. */
const FAR_MORE = 10;

/** What else is known of the function of an incident. */
interface BesideIncident extends Pick<Sections, 'changes'> {
  readonly memory: readonly MemorySection[];
  /** The export does not tell its sandboxes apart. */
  readonly isMixed: boolean;
}

const HEADLINES: Readonly<Record<IncidentKind, string>> = {
  failure: 'FAILURE',
  timeout: 'TIMEOUTS',
  'out-of-memory': 'OUT OF MEMORY',
  'init-failure': 'INIT FAILS',
};

function describe(
  summary: Summary,
  incident: Incident,
  exposed: readonly ConfigurationSummary[],
  { changes, memory, isMixed }: BesideIncident,
  agent: AgentTally | undefined,
  others: readonly Incident[],
): Finding {
  const { kind, functionName, groups, rate, versions } = incident;
  const minutes = minutesOf(exposed);
  const perMinute = addPerMinute(groups);
  const firstMs = least(groups.map((group) => group.firstMs));
  const lastMs = most(groups.map((group) => group.lastMs));
  const sinceMs = onsetMs(perMinute, minutes) ?? firstMs;
  const sizes = new Set(exposed.map((configuration) => configuration.memorySizeMb).filter((megabytes) => megabytes > 0));
  const trend = trendWords(summary, perMinute, minutes);
  const where = groups.reduce((sum, group) => sum + group.sandboxCount, 0);
  const cold = groups.reduce((sum, group) => sum + group.coldCount, 0);
  const death = deathWordOf(incident);
  const timeoutMs = longestTimeoutMs(exposed);
  const inFlight = death === undefined ? undefined : inFlightOf(agent, death, rate.count, timeoutMs);
  // Several groups in one finding have a class each, and none together.
  const single = groups.length === 1 ? groups[0] : undefined;
  const rarity = single?.rarity;
  const known = single?.known;
  const isOnlyCold = kind !== 'init-failure' && cold === rate.count && cold > 1;
  // Of what kind the nameless ones are, nobody knows: all of them may be of this one.
  const nameless = isRest(incident) ? [] : others.filter((other) => other.kind === kind && isRest(other));
  const namelessCount = nameless.reduce((sum, other) => sum + other.rate.count, 0);
  const atMost = shareInterval(Math.min(rate.of, rate.count + namelessCount), rate.of) ?? rate;
  const details = [
    // What all of them share is the best lead there is, and a narrow terminal cuts the end of a sentence.
    isOnlyCold ? coldWords(cold, rate.count) : undefined,
    rarity === undefined ? undefined : rarityClause(rarity),
    kind === 'failure' ? routeWords(summary, functionName, others.length === 0) : undefined,
    namelessCount === 0 ? undefined : `${plural(namelessCount, 'more failure')} without an error line may be of this kind`,
    kind === 'timeout' ? fullMemoryWords(memory) : undefined,
    inFlight?.clause,
    trend,
    isOnlyCold ? undefined : coldWords(cold, rate.count),
    // Without stream names all sandboxes look like one.
    groups.length === 1 && where > 0 && !isMixed ? `in ${plural(where, 'sandbox', 'sandboxes')}` : undefined,
    known === undefined ? undefined : knownClause(known),
  ].filter((detail) => detail !== undefined);
  return {
    id: '',
    kind,
    headline: HEADLINES[kind],
    functionName,
    version: versions.length === 1 ? versions[0] : undefined,
    memorySizeMb: sizes.size === 1 ? [...sizes][0] : undefined,
    why: [
      `${openingWords(incident, timeoutMs, memory)}: ${countWords(rate.count)} of ${countWords(rate.of)} attempts${versionWords(versions)} (${percentWords(rate.share)})`,
      ...details,
    ].join('; '),
    harm: 'users',
    ...withClass(isRest(incident) ? certaintyOfRest(summary, exposed) : certaintyOf(summary, exposed), rarity),
    affectedCount: rate.count,
    exposedCount: rate.of,
    shareLow: rate.low,
    shareHigh: namelessCount === 0 ? rate.high : atMost.high,
    sinceMs,
    lastMs,
    // Up to the end of the input: what ended an hour ago hurts less by now than what goes on.
    weight: hurtPerMinute(rate.count, sinceMs, Number.isFinite(summary.lastMs) ? summary.lastMs : lastMs),
    changedBeside: changedBeside(changes, functionName, sinceMs),
    next: nextCommand(summary, incident, sizes, memory, isMixed, sinceMs),
    evidence: groups.flatMap((group) => group.evidence).slice(0, 8),
    facts: [
      { name: 'attempts that failed so', value: countWords(rate.count) },
      { name: 'attempts that could have', value: `${countWords(rate.of)}${versionWords(versions)}` },
      ...(firstMs === undefined ? [] : [{ name: 'first seen', value: timeWords(firstMs) }]),
      ...(sinceMs === undefined || sinceMs === firstMs ? [] : [{ name: 'dense since', value: timeWords(sinceMs) }]),
      ...(lastMs === undefined ? [] : [{ name: 'last seen', value: timeWords(lastMs) }]),
      ...(inFlight?.facts ?? []),
      ...groups.slice(0, 10).map((group) => ({ name: nameOf(group), value: attemptsAndClass(group, groups.length > 1) })),
      ...(single === undefined ? [] : identityFacts(single)),
      ...(rarity === undefined ? [] : rarityFacts(rarity)),
      ...(single?.outcomes === undefined ? [] : outcomeFacts(single.outcomes)),
      ...(known === undefined ? [] : knownFacts(known)),
      ...groups
        .slice(0, 1)
        .flatMap((group) => [
          ...group.causes.map((cause) => ({ name: 'caused by', value: cause })),
          ...group.stack.slice(0, 5).map((frame) => ({ name: 'at', value: frame })),
        ]),
    ],
    gates: groups.some((group) => group.rarity?.kind === 'systemic') ? ['any', 'systemic'] : ['any'],
    rarity: rarity?.kind,
    fingerprint: single?.fingerprint,
    mutedUntilMs: known?.mutedUntilMs,
  };
}

/** That it happened is proven by lines; how it is spread is shown by bounds, or not yet. */
function withClass(sure: Pick<Finding, 'certainty' | 'certaintyBecause'>, rarity: RaritySection | undefined): typeof sure {
  if (rarity === undefined) return sure;
  const about = rarity.kind === 'undetermined' ? 'rare or systemic: cannot tell yet' : `${RARITY_WORDS[rarity.kind]} is shown`;
  return { ...sure, certaintyBecause: `${sure.certaintyBecause}; ${about}` };
}

function longestTimeoutMs(exposed: readonly ConfigurationSummary[]): number | undefined {
  return most(exposed.map(({ timeoutMs }) => (timeoutMs > 0 ? timeoutMs : undefined)));
}

/** A server's windows count what has no line of its own. */
function certaintyOfRest(summary: Summary, exposed: readonly ConfigurationSummary[]): Pick<Finding, 'certainty' | 'certaintyBecause'> {
  const told = certaintyOf(summary, exposed);
  const isSummed = exposed.some(({ functionName }) => summary.processes.some((process) => process.functionName === functionName));
  if (summary.platformLineCount > 0 || (told.certainty !== 'proven' && !isSummed)) return told;
  return { certainty: 'proven', certaintyBecause: "the agent's sums count them; no line names the kind of each" };
}

function certaintyOf(summary: Summary, exposed: readonly ConfigurationSummary[]): Pick<Finding, 'certainty' | 'certaintyBecause'> {
  if (summary.platformLineCount > 0 || summary.eventCount === 0) {
    return { certainty: 'proven', certaintyBecause: 'each one is told by a line of the platform or the runtime' };
  }
  if (exposed.some((configuration) => configuration.agentLineCount > 0)) {
    return { certainty: 'proven', certaintyBecause: "each one is told by the agent's line, or the span, of that attempt" };
  }
  return { certainty: 'suspected', certaintyBecause: 'the input has error lines but no START and REPORT lines to count attempts by' };
}

function nextCommand(
  summary: Summary,
  { kind, functionName }: Incident,
  sizes: ReadonlySet<number>,
  memory: readonly MemorySection[],
  isMixed: boolean,
  sinceMs: number | undefined,
): string {
  const explain = explainCommand(summary);
  switch (kind) {
    case 'timeout':
      return filterLogsCommand(functionName, '?"Task timed out" ?"Status: timeout"', sinceMs) ?? explain;
    case 'init-failure':
      return filterLogsCommand(functionName, '"INIT_REPORT"', sinceMs) ?? explain;
    case 'out-of-memory': {
      // More memory only postpones the death of a function that leaks; where sandboxes are mixed up nobody can tell.
      if (isMixed) return explain;
      const climbs = memory.some((section) => section.fastLeak !== undefined || section.growth.kind === 'leaking');
      const roomier = climbs || sizes.size === 0 ? undefined : roomierMemoryMb(Math.max(...sizes));
      return (roomier === undefined ? undefined : setMemoryCommand(functionName, roomier)) ?? explain;
    }
    case 'failure':
      return explain;
    default:
      return kind satisfies never;
  }
}

/** Those whose sandboxes the export does not tell apart. */
function mixedFunctions({ sandboxes, configurations }: Summary): ReadonlySet<string | undefined> {
  return new Set(sandboxes.filter(({ isolated }) => !isolated).map(({ configuration }) => configurations.get(configuration)?.functionName));
}

function memoryByFunction(sections: readonly MemorySection[]): ReadonlyMap<string, MemorySection[]> {
  const grouped = new Map<string, MemorySection[]>();
  for (const section of sections) {
    const own = grouped.get(section.functionName);
    if (own === undefined) grouped.set(section.functionName, [section]);
    else own.push(section);
  }
  return grouped;
}

function addPerMinute(groups: readonly FailureSection[]): Map<number, number> {
  const sum = new Map<number, number>();
  for (const { perMinute } of groups) {
    for (const { minuteMs, count } of perMinute) sum.set(minuteMs / 60_000, (sum.get(minuteMs / 60_000) ?? 0) + count);
  }
  return sum;
}

function least(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function most(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
