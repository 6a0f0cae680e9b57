/**
 * Did the event loop of the process stand still? Then what it measured of others is its own lateness: a call looks slow
 * because nobody was there to take its answer.
 *
 * A process that gets no processor is late as well, and its loop looks busy, because the clock runs on. What it used of the
 * processor tells both apart.
 */
import { above, both, cannotTell, notSeen, seen, shown } from './clauses.ts';
import type { LoopObservation } from './component-observations.ts';
import type { Clause, Sight } from './failure-mode.ts';

/** Node's own documentation of `monitorEventLoopDelay` reads 10 ms as its resolution; ten times that is felt by callers. */
const LATE_LOOP_MS = 100;
/** A blocked loop is one core at work; below these shares the process waited for something else. Our own choice. */
const BUSY_LOOP = 0.7;
const BUSY_CORE = 0.7;
/**
 * The same of the late windows alone, which also hold the pauses between two blocks. Of the time in which the loop was busy at
 * least half was spent computing: 0.54 was seen of a blocked service on two cores that nine others wanted, 0.18 of one that was
 * only short of them.
 */
const BUSY_WHEN_LATE = 0.5;
const COMPUTING = 0.5;
/** One late window is a start, a collection or a pause of the machine. Our own choice. */
const FEWEST_LATE = 3;

const WINDOWS = "the agent's windows";

export const loopStandsStill: Clause = {
  asks: 'the loop is late, busy, and computes meanwhile: all along, or again and again',
  look: ({ loop }) => {
    const allAlong = both(
      above(loop?.delayP99Ms, LATE_LOOP_MS, 'p99 of the delay of the loop, ms', WINDOWS),
      above(loop?.busyShare, BUSY_LOOP, 'share of time in which the loop is busy', WINDOWS),
      above(loop?.processorShare, BUSY_CORE, 'cores in use', WINDOWS),
    );
    if (allAlong.kind === 'seen') return allAlong;
    const now = whenLate(loop);
    return now.kind === 'cannot-tell' ? allAlong : now;
  },
};

function whenLate({ lateWindowCount, busyShareWhenLate, processorShareWhenLate }: LoopObservation = {}): Sight {
  if (lateWindowCount === undefined || busyShareWhenLate === undefined || processorShareWhenLate === undefined)
    return cannotTell(`late windows: ${WINDOWS}`);
  const told = `the loop is late in ${shown(lateWindowCount)} windows, busy for ${shown(busyShareWhenLate * 100)} % of them, with ${shown(processorShareWhenLate)} cores in use`;
  const isBlocked =
    lateWindowCount >= FEWEST_LATE && busyShareWhenLate > BUSY_WHEN_LATE && processorShareWhenLate >= COMPUTING * busyShareWhenLate;
  return isBlocked ? seen(told) : notSeen(told);
}
