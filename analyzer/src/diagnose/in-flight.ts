/**
 * What a request was waiting for when it was killed: as the process wrote shortly before its limit, or as its successor
 * found it. Where nobody recorded it, it is unknown; "none" is only said where a recorder says so.
 */
import type { AgentTally, DeathTally, DeathWord } from '../store/agent-tally.ts';
import type { Finding } from './finding.ts';
import { countWords, durationWords, plural } from './wording.ts';

export interface InFlight {
  /** A clause for the sentence of the finding; undefined where no agent was there that could have told. */
  readonly clause: string | undefined;
  readonly facts: Finding['facts'];
}

/**
 * @param diedCount  attempts that died so
 * @param limitMs  the function's time limit, where a timeout told it
 */
export function inFlightOf(agent: AgentTally | undefined, how: DeathWord, diedCount: number, limitMs: number | undefined): InFlight {
  const death = agent?.deaths.get(how);
  if (death === undefined || death.toldCount === 0) {
    return {
      clause: hasLines(agent) ? 'what was in flight is unknown, because no recorder line tells' : undefined,
      facts: [{ name: 'in flight', value: 'unknown: no line of the agent tells' }],
    };
  }
  const peers = [...death.openCalls].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1));
  const untold = Math.max(0, diedCount - death.toldCount);
  const parts = [
    peers[0] === undefined ? undefined : peerWords(agent!, death, peers[0], how, diedCount, limitMs),
    death.idleCount === 0
      ? undefined
      : `${ofWords(death.idleCount, diedCount)} had no call ${peers.length > 0 && how === 'process' ? 'of its own ' : ''}under way`,
    untold === 0 ? undefined : `what was in flight in the other ${countWords(untold)} is unknown`,
  ];
  return {
    clause: parts.filter((part) => part !== undefined).join('; '),
    facts: [
      ...peers.slice(0, 10).map(([peer, { count, knownCount, waitedMs, longestMs }]) => ({
        name: `in flight: ${peer}`,
        value: `${plural(count, 'call')}${knownCount === 0 || (how === 'process' && longestMs < WORTH_A_WORD_MS) ? '' : `, waited ${durationWords(waitedMs / knownCount)} on average, ${durationWords(longestMs)} at most`}`,
      })),
      ...(death.idleCount === 0 ? [] : [{ name: 'in flight: no call', value: `${countWords(death.idleCount)} attempts` }]),
      ...(untold === 0 ? [] : [{ name: 'in flight: unknown', value: `${countWords(untold)} attempts` }]),
    ],
  };
}

/** Shorter than this, a sign of life came right after the call began, and says nothing of how long it waited. */
const WORTH_A_WORD_MS = 100;

/** `no time limit was set on its calls`, where that could be seen for all of them. */
function limitWords(agent: AgentTally, peer: string): string | undefined {
  const known = agent.counters.peers.get(peer);
  if (known === undefined) return undefined;
  const { limitSetCount, limitNoneCount, limitUnknownCount } = known;
  if (limitNoneCount > 0 && limitSetCount === 0) return 'no time limit was set on the call';
  if (limitSetCount > 0 && limitNoneCount === 0 && limitUnknownCount === 0) return 'its calls have a time limit, longer than that';
  return undefined;
}

function peerWords(
  agent: AgentTally,
  death: DeathTally,
  [peer, { count, knownCount, waitedMs }]: [string, { count: number; knownCount: number; waitedMs: number }],
  how: DeathWord,
  diedCount: number,
  limitMs: number | undefined,
): string {
  // A process may have had several calls to the same peer open: no more of them waited than told.
  const waiting = Math.min(count, death.toldCount - death.idleCount);
  const told = limitWords(agent, peer);
  if (waiting === 0) return `a call to ${peer} that belongs to none of them was under way`;
  const average = waitedMs / knownCount;
  // Of a process that no platform watches, only the last sign of life is known.
  const isAtLeast = limitMs === undefined && how === 'process';
  if (isAtLeast && average < WORTH_A_WORD_MS) return `${ofWords(waiting, diedCount)} waited for ${peer}`;
  const limit = limitMs === undefined || average > limitMs ? '' : ` of ${durationWords(limitMs)}`;
  const waited =
    knownCount === 0 ? '' : `, ${isAtLeast ? 'at least ' : ''}${durationWords(average)}${limit}${knownCount === 1 ? '' : ' on average'}`;
  return `${ofWords(waiting, diedCount)} waited for ${peer}${waited}${told === undefined ? '' : `; ${told}`}`;
}

function ofWords(count: number, of: number): string {
  if (count >= of) return of === 1 ? 'it' : of === 2 ? 'both' : `all ${countWords(of)}`;
  return `${countWords(count)} of ${countWords(of)}`;
}

function hasLines(agent: AgentTally | undefined): boolean {
  return agent !== undefined && agent.lineCount + agent.stretchCount + agent.inits.count > 0;
}
