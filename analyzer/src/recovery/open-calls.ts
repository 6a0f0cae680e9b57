/** Calls that had not come back when attempts of a function timed out: the shortest way from a timeout to its peer. */
import type { Summary } from '../store/summary.ts';

export interface OpenCallsAtTimeout {
  readonly functionName: string;
  readonly peer: string;
  readonly count: number;
}

/** Empty where no timeout left a call; undefined where no line of the agent could have told. Most calls first. */
export function openCallsAtTimeout({ configurations }: Pick<Summary, 'configurations'>): OpenCallsAtTimeout[] | undefined {
  const counts = new Map<string, OpenCallsAtTimeout>();
  let isTold = false;
  for (const { functionName, agent } of configurations.values()) {
    const death = agent?.deaths.get('timeout');
    if (death === undefined || death.toldCount === 0) continue;
    isTold = true;
    for (const [peer, { count }] of death.openCalls) {
      const key = `${functionName}\u0000${peer}`;
      counts.set(key, { functionName, peer, count: count + (counts.get(key)?.count ?? 0) });
    }
  }
  return isTold ? [...counts.values()].sort((a, b) => b.count - a.count) : undefined;
}
