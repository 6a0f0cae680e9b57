/** The start takes longer, before any code of the program runs: as a large bundle or a slow disk would make it. */
import type { ArmedDrill } from '../armed-drill.ts';
import { monotonicMs } from '../timers.ts';

export function slowStart(drill: ArmedDrill, { delayMs }: { readonly delayMs: number }): void {
  const waitMs = Math.min(delayMs, drill.endsAtMs - monotonicMs());
  if (waitMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
}
