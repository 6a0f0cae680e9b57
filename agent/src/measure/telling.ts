/**
 * To which work something is told, and how it gets into that work's line.
 *
 * A breaker half-opens on a timer, a fallback answers after the response: then the work in whose course the code runs
 * has ended, or there is none. What is told then waits for the next work's line instead of being lost.
 */
import type { Agent } from '../agent.ts';
import { addTold, nameIn, tellOpenBreaker, toldMembers } from './told.ts';
import type { Told, Work } from './work.ts';

/** One for each agent, also when the program has loaded the API twice, as CommonJS and as ES modules. */
export interface Telling {
  /** Where to write what is told now. */
  told(): Told;
  /** @returns under which name it stands open, to be given to `breakerClosed` */
  breakerOpened(name: string): string;
  breakerClosed(openName: string): void;
  /** Breakers that are listened to. */
  readonly observed: WeakSet<object>;
}

export function tellingOf(agent: Agent): Telling {
  agent.telling ??= createTelling(agent);
  return agent.telling;
}

function createTelling(agent: Agent): Telling {
  const ended = new WeakSet<Work>();
  /** Name to how many breakers of that name are open. */
  const open = new Map<string, number>();
  let waiting: Told | undefined;

  /** Gives a work what waited for one, and the breakers that are open. */
  function settle(work: Work): Told | undefined {
    if (waiting || open.size > 0) work.told ??= {};
    if (waiting) addTold(work.told!, waiting);
    waiting = undefined;
    for (const name of open.keys()) tellOpenBreaker(work.told!, name);
    return work.told;
  }

  agent.tell = (work) => {
    const told = settle(work);
    ended.add(work);
    return told && toldMembers(told);
  };
  agent.workListeners.push(({ work }) => ended.add(work));

  function told(): Told {
    const work = agent.currentWork();
    if (work && !ended.has(work)) {
      work.told ??= {};
      return work.told;
    }
    waiting ??= {};
    return waiting;
  }

  return {
    told,
    breakerOpened(name) {
      const at = nameIn(open, name);
      open.set(at, (open.get(at) ?? 0) + 1);
      tellOpenBreaker(told(), at);
      return at;
    },
    breakerClosed(openName) {
      const left = (open.get(openName) ?? 1) - 1;
      if (left > 0) open.set(openName, left);
      else open.delete(openName);
    },
    observed: new WeakSet(),
  };
}
