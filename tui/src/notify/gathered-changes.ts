/**
 * Changes that wait to be told, one for each trouble: what came and went again meanwhile is no news, and what changed
 * twice is told once. So the queue is bounded by the number of troubles, and below that by a limit of its own.
 */
import type { VerdictChange } from '../model/verdict-changes.ts';

/** An incident has tens; a fleet that breaks as a whole has more than anybody reads. */
const MOST_GATHERED = 200;

export interface GatheredChanges {
  readonly count: number;
  /** Over the limit, since the start. */
  readonly droppedCount: number;
  add(changes: readonly VerdictChange[]): void;
  /** All that waits, in the order in which it first came; nothing waits afterwards. */
  take(): readonly VerdictChange[];
}

export function gatherChanges(most = MOST_GATHERED): GatheredChanges {
  let waiting = new Map<string, VerdictChange>();
  let droppedCount = 0;
  return {
    get count() {
      return waiting.size;
    },
    get droppedCount() {
      return droppedCount;
    },
    add(changes) {
      for (const change of changes) {
        const earlier = waiting.get(change.key);
        const joined = earlier === undefined ? change : joinChanges(earlier, change);
        if (joined === undefined) waiting.delete(change.key);
        else if (earlier !== undefined || waiting.size < most) waiting.set(change.key, joined);
        else droppedCount++;
      }
    },
    take() {
      const taken = [...waiting.values()];
      waiting = new Map();
      return taken;
    },
  };
}

/** @returns undefined when the two undo each other */
function joinChanges(earlier: VerdictChange, later: VerdictChange): VerdictChange | undefined {
  const wasKnown = earlier.change !== 'appeared';
  if (later.change === 'cleared') return wasKnown ? later : undefined;
  if (!wasKnown) return { ...later, change: 'appeared', before: undefined };
  // It was told before, went away and is back, or changed again: what the listener knows is what it was at first.
  return { ...later, change: 'changed', before: earlier.before ?? earlier.finding };
}
