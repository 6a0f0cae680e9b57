/** Adds one tally of the agent's lines to another: numbers are added, highest and earliest ones kept. */
import type { AgentTally, Counters } from './agent-tally.ts';
import { keepEarliest } from './evidence-list.ts';

/** What is the highest or the lowest of its kind, everywhere in a tally; every other number is a count or a sum. */
const HIGHEST = new Set(['highestCount', 'highestReceiveCount', 'longestMs', 'sampleEvery', 'lastMs']);
const LOWEST = new Set(['firstMs']);

export function addTally(into: AgentTally, other: AgentTally): void {
  addMembers(into as unknown as Members, other as unknown as Members);
}

export function addCounters(into: Counters, other: Counters): void {
  addMembers(into as unknown as Members, other as unknown as Members);
}

type Members = Record<string, unknown>;

function addMembers(into: Members, other: Members): void {
  for (const [name, value] of Object.entries(other)) {
    const mine = into[name];
    if (typeof value === 'number') {
      if (HIGHEST.has(name)) into[name] = Math.max(mine as number, value);
      else if (LOWEST.has(name)) into[name] = Math.min(mine as number, value);
      else into[name] = (mine as number) + value;
    } else if (value instanceof Map) addMap(mine as Map<string, unknown>, value);
    else if (Array.isArray(value)) for (const evidence of value) keepEarliest(mine as never[], evidence);
    else addMembers(mine as Members, value as Members);
  }
}

/** The entries of the other are taken over, not copied: it is not used again. */
function addMap(into: Map<string, unknown>, other: ReadonlyMap<string, unknown>): void {
  for (const [key, value] of other) {
    const mine = into.get(key);
    if (mine === undefined) into.set(key, value);
    else if (typeof value === 'number') into.set(key, (mine as number) + value);
    else addMembers(mine as Members, value as Members);
  }
}
