/**
 * Calls to other services, as the agent saw them from inside: who was asked, how long it took, and what bounded the wait.
 *
 * Trouble shows far from its cause. Retries that feed an overload, answers that come just before the limit, and pools that
 * never close all look healthy from outside until the moment they do not.
 */
import type { AgentTally, PeerCounter, PeerSockets } from '../store/agent-tally.ts';
import type { Summary } from '../store/summary.ts';
import { agentByFunction } from './agent-of-function.ts';
import type { Finding } from './finding.ts';
import { explainCommand } from './next-command.ts';
import type { BreakerSection, OutboundCallSection } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { sightingsOf } from './sightings.ts';
import { countWords, percentWords, plural } from './wording.ts';

/** Most time first. */
export function outboundCallSection(summary: Summary): OutboundCallSection[] {
  const sections = [...agentByFunction(summary)].flatMap(([functionName, agent]) =>
    [...new Set([...agent.counters.peers.keys(), ...agent.sockets.keys()])].map((peer) => describe(functionName, peer, agent)),
  );
  return sections.sort((a, b) => b.totalMs - a.totalMs || (a.peer < b.peer ? -1 : 1));
}

export function breakerSection(summary: Summary): BreakerSection[] {
  return [...agentByFunction(summary)].flatMap(([functionName, { counters, openBreakers }]) => {
    const names = new Set([...counters.breakerEvents.keys()].map((key) => key.split('\u0000')[0]!).concat([...openBreakers.keys()]));
    const eventsOf = (name: string, event: string) => counters.breakerEvents.get(`${name}\u0000${event}`) ?? 0;
    return [...names].sort().map((name) => ({
      functionName,
      name,
      openedCount: eventsOf(name, 'open'),
      rejectedCount: eventsOf(name, 'reject'),
      seenOpenCount: openBreakers.get(name) ?? 0,
    }));
  });
}

export function outboundCallFindings(
  summary: Summary,
  { outboundCalls }: { readonly outboundCalls: readonly OutboundCallSection[] },
): Finding[] {
  return outboundCalls
    .flatMap((section) => [retryStorm(summary, section), nearLimit(summary, section), growingPool(summary, section)])
    .filter((finding) => finding !== undefined);
}

/** Attempts for each call that was meant; Google's SRE book ("Handling Overload") gives a client a retry budget of 10 %. */
const RETRY_BUDGET = 1.1;
/** Calls that end in the last fifth of their limit; below this share, with 95 % confidence, an ordinary tail looks the same. Our own choice. */
const NEAR_LIMIT_SHARE = 0.01;
const FEWEST_NEAR_LIMIT = 5;

function describe(functionName: string, peer: string, { counters, sockets }: AgentTally): OutboundCallSection {
  const calls = counters.peers.get(peer);
  const pool = sockets.get(peer);
  return {
    functionName,
    peer,
    callCount: calls?.callCount ?? 0,
    errors: shareInterval(calls?.errorCount ?? 0, calls?.callCount ?? 0),
    retryCount: calls?.retryCount ?? 0,
    totalMs: calls?.totalMs ?? 0,
    meanMs: calls === undefined || calls.callCount === 0 ? undefined : calls.totalMs / calls.callCount,
    timeShare: calls === undefined || !(counters.coveredMs > 0) ? undefined : calls.totalMs / counters.coveredMs,
    timeLimit: calls === undefined ? 'unknown' : limitOf(calls),
    nearLimitCount: calls === undefined || calls.limitSetCount === 0 ? undefined : calls.nearLimitCount,
    sequentialCount: calls?.sequentialCount ?? 0,
    highestSocketCount: pool?.highestCount,
    pool: pool === undefined ? undefined : poolOf(pool),
  };
}

function limitOf({ limitSetCount, limitNoneCount, limitUnknownCount }: PeerCounter): OutboundCallSection['timeLimit'] {
  if (limitSetCount > 0 && limitNoneCount > 0) return 'sometimes';
  if (limitSetCount > 0 && limitUnknownCount === 0) return 'set';
  // Of some calls it was seen that they have none: that is worth knowing, whatever the others have.
  if (limitNoneCount > 0) return 'none';
  return 'unknown';
}

function poolOf({ processCount, climbingCount, gainedCount, sampleCount }: PeerSockets): NonNullable<OutboundCallSection['pool']> {
  return {
    processCount,
    climbingCount,
    gainedPerSample: climbingCount === 0 ? undefined : gainedCount / sampleCount,
  };
}

function retryStorm(summary: Summary, section: OutboundCallSection): Finding | undefined {
  const { peer, callCount, retryCount, errors } = section;
  if (retryCount === 0 || errors === undefined || errors.count === 0) return undefined;
  const retries = shareInterval(retryCount, callCount)!;
  if (retries.low <= 1 - 1 / RETRY_BUDGET) return undefined;
  const attempts = callCount / Math.max(1, callCount - retryCount);
  return {
    ...plainFinding(summary, section, retryCount),
    ...seenWith(summary, section, 'retry'),
    kind: 'retry-storm',
    headline: 'RETRY STORM',
    why: `each call to ${peer} is tried ${attempts.toFixed(1)} times: ${countWords(retryCount)} of ${plural(callCount, 'call')} (${percentWords(retries.share)}) repeat another one, and ${percentWords(errors.share)} end in an error; the peer gets the load of its own failures on top`,
    certaintyBecause: 'more than one retry to ten calls: beyond that, an overload feeds itself',
  };
}

function nearLimit(summary: Summary, section: OutboundCallSection): Finding | undefined {
  const { peer, callCount, nearLimitCount, errors } = section;
  if (nearLimitCount === undefined || nearLimitCount < FEWEST_NEAR_LIMIT) return undefined;
  const near = shareInterval(nearLimitCount, callCount)!;
  if (near.low <= NEAR_LIMIT_SHARE) return undefined;
  return {
    ...plainFinding(summary, section, nearLimitCount),
    ...seenWith(summary, section, 'near limit'),
    kind: 'calls-near-limit',
    headline: 'CALLS NEAR THEIR LIMIT',
    why: `${countWords(nearLimitCount)} of ${plural(callCount, 'call')} to ${peer} (${percentWords(near.share)}) took more than four fifths of their time limit, ${errors === undefined || errors.count === 0 ? 'none of them failed yet' : `${countWords(errors.count)} calls failed`}: a little slower, and they fail at once`,
    certaintyBecause: 'the agent saw limit and duration of each call',
  };
}

function growingPool(summary: Summary, section: OutboundCallSection): Finding | undefined {
  const { peer, pool, highestSocketCount } = section;
  if (pool === undefined || pool.climbingCount === 0) return undefined;
  const isShown = pool.climbingCount >= 2;
  return {
    ...plainFinding(summary, section, pool.climbingCount),
    kind: 'pool-growth',
    headline: 'CONNECTIONS NEVER CLOSE',
    why: `in ${countWords(pool.climbingCount)} of ${plural(pool.processCount, 'sandbox', 'sandboxes')} the open connections to ${peer} rise for as long as it lives, to ${countWords(highestSocketCount!)} (${pool.gainedPerSample!.toPrecision(2)} more for each invocation that was looked at); no bound seen so far`,
    certainty: isShown ? 'shown' : 'suspected',
    certaintyBecause: isShown
      ? 'every third of their lives lies above the one before, and they still rise at the end'
      : 'one sandbox may just have met more traffic; a second one would tell',
    gates: isShown ? ['any'] : [],
  };
}

function seenWith(summary: Summary, { functionName, peer }: OutboundCallSection, what: 'retry' | 'near limit') {
  return sightingsOf(summary, agentByFunction(summary).get(functionName)?.seen.get(`${what}\u0000${peer}`));
}

function plainFinding(
  summary: Summary,
  section: OutboundCallSection,
  weight: number,
): Omit<Finding, 'kind' | 'headline' | 'why' | 'certaintyBecause'> {
  return {
    id: '',
    functionName: section.functionName,
    version: undefined,
    memorySizeMb: undefined,
    harm: 'soon',
    certainty: 'shown',
    // Calls and sandboxes are not requests: how many of them it is stands in the sentence.
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: undefined,
    lastMs: undefined,
    weight,
    changedBeside: [],
    next: explainCommand(summary),
    evidence: [],
    facts: [
      // Of a peer without HTTP only the connections are seen.
      ...(section.errors === undefined
        ? []
        : [
            { name: 'calls', value: countWords(section.callCount) },
            { name: 'errors', value: countWords(section.errors.count) },
            { name: 'retries', value: countWords(section.retryCount) },
            { name: 'time limit', value: section.timeLimit },
          ]),
      ...(section.highestSocketCount === undefined
        ? []
        : [{ name: 'most connections open', value: countWords(section.highestSocketCount) }]),
    ],
    gates: ['any'],
  };
}
