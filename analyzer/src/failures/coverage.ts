/**
 * Of the ways in which an architecture can fail: how many can we name, how many were rehearsed, how many are handled?
 *
 * The three numbers are usually far apart, and the last one is the one that counts at night. A mode is handled when a
 * drill of it ran and ended without failed requests, lost messages or silently wrong answers.
 */
import { FAILURE_MODES, type RecognisedMode } from './catalogue.ts';
import type { Archetype } from './component-observations.ts';

export interface DrillRecord {
  readonly modeId: string;
  readonly archetype: Archetype;
  readonly outcome: 'handled' | 'failed-requests' | 'lost-messages' | 'silently-wrong' | 'aborted';
}

export interface Coverage {
  readonly archetype: Archetype;
  readonly modeCount: number;
  /** Named in this input. */
  readonly recognised: readonly string[];
  /** Undefined without any drill record: that is not the same as none. */
  readonly drilled: readonly string[] | undefined;
  readonly handled: readonly string[] | undefined;
}

export function coverageOf(recognised: readonly RecognisedMode[], drills?: readonly DrillRecord[]): Coverage[] {
  const named = new Set(recognised.filter(({ certainty }) => certainty !== 'cannot-tell').map(({ modeId }) => modeId));
  return ARCHETYPES.map((archetype) => {
    const ids = FAILURE_MODES.filter(({ archetypes }) => archetypes.includes(archetype)).map(({ id }) => id);
    const own = drills?.filter((drill) => drill.archetype === archetype && drill.outcome !== 'aborted');
    return {
      archetype,
      modeCount: ids.length,
      recognised: ids.filter((id) => named.has(id)),
      drilled: own === undefined ? undefined : ids.filter((id) => own.some(({ modeId }) => modeId === id)),
      // One failed drill outweighs a handled one: the mode is not under control.
      handled:
        own === undefined
          ? undefined
          : ids.filter((id) => {
              const ofMode = own.filter(({ modeId }) => modeId === id);
              return ofMode.length > 0 && ofMode.every(({ outcome }) => outcome === 'handled');
            }),
    };
  });
}

const ARCHETYPES: readonly Archetype[] = ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'];
