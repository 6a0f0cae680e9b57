/** Calls that had not come back when attempts of a function timed out: the shortest way from a timeout to its peer. */
import type { Summary } from '../store/summary.ts';

export interface OpenCallsAtTimeout {
  readonly functionName: string;
  readonly peer: string;
  readonly count: number;
  /** Of the function's time limit: how much of it such a call had waited, on average; undefined where either is unknown. */
  readonly waitedShare?: number | undefined;
}

/** Empty where no timeout left a call; undefined where no line of the agent could have told. Most calls first. */
export function openCallsAtTimeout({ configurations }: Pick<Summary, 'configurations'>): OpenCallsAtTimeout[] | undefined {
  const counts = new Map<string, OpenCallsAtTimeout & { readonly limitCount: number; readonly waitedLimits: number }>();
  let isTold = false;
  for (const { functionName, agent, timeoutMs } of configurations.values()) {
    const death = agent?.deaths.get('timeout');
    if (death === undefined || death.toldCount === 0) continue;
    isTold = true;
    for (const [peer, { count, knownCount, waitedMs }] of death.openCalls) {
      const key = `${functionName}\u0000${peer}`;
      const known = counts.get(key);
      const isTimed = timeoutMs > 0 && knownCount > 0;
      counts.set(key, {
        functionName,
        peer,
        count: count + (known?.count ?? 0),
        limitCount: (isTimed ? knownCount : 0) + (known?.limitCount ?? 0),
        waitedLimits: (isTimed ? waitedMs / timeoutMs : 0) + (known?.waitedLimits ?? 0),
      });
    }
  }
  if (!isTold) return undefined;
  return [...counts.values()]
    .map(({ functionName, peer, count, limitCount, waitedLimits }) => ({
      ...{ functionName, peer, count },
      ...(limitCount > 0 && { waitedShare: Math.min(1, waitedLimits / limitCount) }),
    }))
    .sort((a, b) => b.count - a.count);
}
