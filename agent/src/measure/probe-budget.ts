/**
 * What forced collections may cost the program: one per cent of the time it has spent on its work so far, and never a
 * standstill that is expected to pass 50 ms.
 */
import type { HeapProbe } from '../record/leak-record.ts';

export interface ProbeBudget {
  worked(ms: number): void;
  spent(ms: number): void;
  spentMs(): number;
  /**
   * @param probes         so far, oldest first
   * @param number         works done
   * @param heapUsedBytes  now, with its garbage
   * @param readsSites     whether the profile is to be read, too: V8 collects once more before it hands it out
   */
  ask(probes: readonly HeapProbe[], number: number, heapUsedBytes: number, readsSites: boolean): Affordable;
}

export type Affordable =
  | { readonly kind: 'yes'; readonly readsSites: boolean }
  /** The program has to do more work first. */
  | { readonly kind: 'later' }
  | { readonly kind: 'never'; readonly because: string };

/** A standstill that is expected to be longer is never begun. */
export const LONGEST_PAUSE_MS = 50;

export function createProbeBudget(): ProbeBudget {
  let workMs = 0;
  let spentMs = 0;
  return {
    worked(ms) {
      workMs += ms;
    },
    spent(ms) {
      spentMs += ms;
    },
    spentMs: () => spentMs,
    ask(probes, number, heapUsedBytes, readsSites) {
      const pauseMs = expectedPauseMs(probes, number, heapUsedBytes);
      if (pauseMs > LONGEST_PAUSE_MS) {
        return { kind: 'never', because: `one is expected to stop this process for more than ${LONGEST_PAUSE_MS} ms` };
      }
      const readsToo = readsSites && 2 * pauseMs <= LONGEST_PAUSE_MS;
      return spentMs + (readsToo ? 2 : 1) * pauseMs <= BUDGET_SHARE * workMs ? { kind: 'yes', readsSites: readsToo } : { kind: 'later' };
    },
  };
}

const BUDGET_SHARE = 0.01;
const MEBIBYTE = 1024 * 1024;
/** Full collections took 0.5 to 1 ms for each MiB that was alive (Node 20, 5 to 80 MiB of small objects, 2 shared cores). */
const FIRST_GUESS_MS_PER_MEBIBYTE = 0.7;

/**
 * A collection walks what is alive: an earlier pause, stretched by what has come since. Garbage is counted only for want
 * of better. The smaller of the last two estimates holds, since a neighbour on the machine can double one pause.
 */
function expectedPauseMs(probes: readonly HeapProbe[], number: number, heapUsedBytes: number): number {
  const [before, last = before] = probes.slice(-2);
  if (!before || !last) return (heapUsedBytes / MEBIBYTE) * FIRST_GUESS_MS_PER_MEBIBYTE;
  const works = last.invocationNumber - before.invocationNumber;
  const keptPerWork = works > 0 ? Math.max(0, last.heapUsedBytes - before.heapUsedBytes) / works : 0;
  const aliveBytes = last.heapUsedBytes + keptPerWork * (number - last.invocationNumber);
  return Math.min(...[before, last].map((probe) => ((probe.pauseMs ?? 0) * aliveBytes) / probe.heapUsedBytes));
}
