/**
 * Ends a drill that hurts more than it means to: too many works fail, or too slow is too slow.
 *
 * Counted from the begin of the drill over all works of the process, the untouched ones too: they are what must not suffer.
 */
import type { ArmedDrill } from './armed-drill.ts';

export function keepStopLines(drill: ArmedDrill): void {
  const { errorShare, p99Ms } = drill.plan.stop;
  const { workListeners } = drill.agent;
  const lately = new Float64Array(KEPT);
  let seen = 0;
  let failed = 0;
  const listener: (typeof workListeners)[number] = (finished) => {
    if (!drill.isActive()) return;
    lately[seen % KEPT] = finished.durationMs;
    seen++;
    if (finished.failed) failed++;
    if (seen < LEAST) return;
    if (failed / seen > errorShare) return drill.end(`stop line: ${failed} of ${seen} works failed`);
    if (seen % LOOK_EVERY > 0) return;
    const sorted = lately.slice(0, Math.min(seen, KEPT)).sort();
    const slowMs = sorted[Math.ceil(sorted.length * 0.99) - 1]!;
    if (slowMs > p99Ms) drill.end(`stop line: p99 of the last ${sorted.length} works was ${Math.round(slowMs)} ms`);
  };
  workListeners.push(listener);
  drill.atEnd(() => {
    const at = workListeners.indexOf(listener);
    if (at >= 0) workListeners.splice(at, 1);
  });
}

/** Below it one failure more or less decides. */
const LEAST = 20;
const LOOK_EVERY = 20;
const KEPT = 200;
