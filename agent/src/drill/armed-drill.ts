/**
 * A drill under way: who is hit, who was hit, and how everything is put back.
 *
 * Two things end it in time without anybody's help: each hook looks at the monotonic clock before it hurts anything, and the
 * controller's timer puts the originals back. The clock was taken before the host, or the drill itself, could change it.
 */
import type { Agent } from '../agent.ts';
import { createGuard } from '../guard.ts';
import type { Work } from '../measure/work.ts';
import { createCandidates } from './candidates.ts';
import { createPatches, type Patches } from './patches.ts';
import type { FaultPlan } from './plan-fault.ts';

export interface ArmedDrill extends Pick<Patches, 'replace'> {
  readonly plan: FaultPlan;
  readonly agent: Agent;
  readonly endsAtMs: number;
  /** False from the moment of its end on, also while the originals are still on their way back. */
  isActive(): boolean;
  /** Whether this call is to be hurt. Marks the work that makes it. */
  hitsCall(call: CallCandidate): boolean;
  /** @param item  what stays the same when the same thing comes again, so that it is hit again */
  hitsWork(route: string | undefined, item?: string): boolean;
  mark(work: Work | undefined): void;
  /** In Lambda the work begins inside of our hook: the one that ends next is marked. */
  markNext(): void;
  takeMarkNext(): boolean;
  /**
   * Done at the end, whatever the reason; for what waits, was kept or was listened to.
   *
   * @returns to be called when it is over before: a drill of many calls must not hold all of them
   */
  atEnd(undo: () => void): () => void;
  /** Runs a hook of ours; what it throws is never the host's. */
  quietly<T>(what: string, hook: () => T): T | undefined;
  counts(): { readonly fitting: number; readonly hurt: number };
  /** Ends it and puts everything back; done once. */
  end(because: string): void;
}

export interface CallCandidate {
  readonly protocol: 'http' | 'tcp' | 'dns';
  /** Names of the peer: `host`, `host:port`. */
  readonly peers: readonly string[];
  readonly path?: string | undefined;
}

export interface EndedDrill {
  readonly because: string;
  readonly patches: readonly { readonly what: string; readonly restored: boolean }[];
}

/**
 * @param own  peers that are never hurt
 * @param now  monotonic, in ms
 */
export function armDrill(
  agent: Agent,
  plan: FaultPlan,
  endsAtMs: number,
  own: ReadonlySet<string>,
  now: () => number,
  onEnd: (drill: ArmedDrill, ended: EndedDrill) => void,
): ArmedDrill {
  const patches = createPatches();
  const guard = createGuard((what) => drill.end(`three hooks failed, ${what} last`));
  const candidates = createCandidates(agent, plan, own);
  const undo = new Set<() => void>();
  let ended = false;
  let marksNext = false;

  const drill: ArmedDrill = {
    plan,
    agent,
    endsAtMs,
    isActive() {
      if (ended) return false;
      if (now() < endsAtMs) return true;
      drill.end('its time was over');
      return false;
    },
    hitsCall: (call) => drill.isActive() && candidates.hitsCall(call, agent.currentWork()) && hit(),
    hitsWork: (route, item) => drill.isActive() && candidates.hitsWork(route, item, agent.currentWork()) && hit(),
    mark(work) {
      if (work) work.drillId = plan.drillId;
    },
    markNext() {
      marksNext = true;
    },
    takeMarkNext() {
      const taken = marksNext;
      marksNext = false;
      return taken;
    },
    atEnd(one) {
      undo.add(one);
      return () => void undo.delete(one);
    },
    quietly: guard.quietly,
    counts: candidates.counts,
    replace: patches.replace,
    end(because) {
      if (ended) return;
      ended = true;
      const restored = patches.restore();
      for (const one of [...undo].reverse()) {
        try {
          one();
        } catch {}
      }
      undo.clear();
      onEnd(drill, { because, patches: restored });
    },
  };

  function hit(): true {
    drill.mark(agent.currentWork());
    return true;
  }
  return drill;
}
