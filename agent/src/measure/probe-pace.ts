/**
 * Whether the program became slower since functions are kept apart (`separate-functions.ts`).
 *
 * Most handlers wait or allocate, and do not notice. A loop that lives on small functions was measured to take ten times as
 * long; nobody asked for that at night, so it is looked at while it lasts.
 *
 * By the time that works take, and by the processor time that they need as well: on a busy machine, or behind a slow peer, works
 * take longer of which we are innocent, and a leak would go without its place for it. Code that runs slower needs more of both.
 */
export interface Pace {
  /** @param processorMs  that the process has used so far */
  worked(ms: number, processorMs: number): void;
  /** From now on works are held against those before. */
  begin(): void;
  end(): void;
  /** For good: what was slow once would be slow again. */
  isTooSlow(): boolean;
}

export function createPace(): Pace {
  let works = 0;
  let meanTookMs = 0;
  let meanUsedMs = 0;
  let isCompared = false;
  let tookBeforeMs = 0;
  let usedBeforeMs = 0;
  let lastProcessorMs: number | undefined;
  let isSlow = false;
  return {
    worked(ms, processorMs) {
      const usedMs = processorMs - (lastProcessorMs ?? processorMs);
      lastProcessorMs = processorMs;
      works++;
      if (works <= 0) return;
      const share = 1 / Math.min(works, REMEMBERED_WORKS);
      meanTookMs += (ms - meanTookMs) * share;
      meanUsedMs += (usedMs - meanUsedMs) * share;
      if (!isCompared || works < REMEMBERED_WORKS) return;
      if (isMore(meanTookMs, tookBeforeMs) && isMore(meanUsedMs, usedBeforeMs)) isSlow = true;
    },
    begin() {
      isCompared = true;
      tookBeforeMs = meanTookMs;
      usedBeforeMs = meanUsedMs;
      works = -SETTLING_WORKS;
      meanTookMs = meanUsedMs = 0;
    },
    end() {
      isCompared = false;
      // Nobody may call for long.
      lastProcessorMs = undefined;
    },
    isTooSlow: () => isSlow,
  };
}

const REMEMBERED_WORKS = 32;
/** By then hot code is optimised again, which takes processor time itself. */
const SETTLING_WORKS = 32;
const SLOWER = 1.5;
/** Works of a millisecond double by chance. */
const NOTICED_MS = 1;

const isMore = (ms: number, beforeMs: number): boolean => ms > SLOWER * beforeMs + NOTICED_MS;
