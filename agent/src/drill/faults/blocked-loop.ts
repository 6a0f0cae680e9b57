/** The event loop stands still for a moment, as it does under a large JSON, a bad regular expression or a synchronous read. */
import type { ArmedDrill } from '../armed-drill.ts';
import { monotonicMs } from '../timers.ts';

/** @returns what blocks once; never beyond the end of the drill */
export function blockedLoop(drill: ArmedDrill, { blockedMs }: { readonly blockedMs: number }): () => void {
  return () => {
    const untilMs = Math.min(monotonicMs() + blockedMs, drill.endsAtMs);
    while (monotonicMs() < untilMs);
  };
}
