/**
 * Whether the program became slower since functions are kept apart (`separate-functions.ts`).
 *
 * Most handlers wait or allocate, and do not notice. A loop that lives on small functions was measured to take ten times as
 * long; nobody asked for that at night, so it is looked at while it lasts, by the time that works take.
 */
export interface Pace {
  worked(ms: number): void;
  /** From now on works are held against those before. */
  begin(): void;
  end(): void;
  /** For good: what was slow once would be slow again. */
  isTooSlow(): boolean;
}

export function createPace(): Pace {
  let works = 0;
  let meanMs = 0;
  let beforeMs: number | undefined;
  let isSlow = false;
  return {
    worked(ms) {
      works++;
      meanMs += (ms - meanMs) / Math.min(works, REMEMBERED_WORKS);
      if (beforeMs !== undefined && works >= SETTLED_WORKS && meanMs > SLOWER * beforeMs + NOTICED_MS) isSlow = true;
    },
    begin() {
      beforeMs = meanMs;
      works = 0;
    },
    end() {
      beforeMs = undefined;
    },
    isTooSlow: () => isSlow,
  };
}

const REMEMBERED_WORKS = 32;
/** By then hot code is optimised again. */
const SETTLED_WORKS = 64;
const SLOWER = 1.5;
/** Works of a millisecond double by chance. */
const NOTICED_MS = 1;
