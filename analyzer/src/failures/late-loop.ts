/**
 * Did the event loop of the process stand still? Then what it measured of others is its own lateness: a call looks slow
 * because nobody was there to take its answer.
 *
 * A process that gets no processor is late as well, and its loop looks busy, because the clock runs on. What it used of the
 * processor tells both apart.
 */
import { LATE_LOOP_MS } from '../store/process-summary.ts';
import { above, both, cannotTell, notSeen, seen, shown } from './clauses.ts';
import type { LoopObservation } from './component-observations.ts';
import type { Clause, Sight } from './failure-mode.ts';

/** A blocked loop is one core at work; below these shares the process waited for something else. Our own choice. */
const BUSY_LOOP = 0.7;
const BUSY_CORE = 0.7;
/**
 * The same of the late windows alone, which also hold the pauses between two blocks. Of the time in which the loop was busy at
 * least half is spent computing: 0.54 was seen of a blocked service on two cores that nine others wanted, 0.18 of one that was
 * only short of them.
 */
const BUSY_WHEN_LATE = 0.5;
const COMPUTING = 0.5;
/** One late window is a start, a collection or a pause of the machine. Our own choice. */
const FEWEST_LATE = 3;

const WINDOWS = "the agent's windows";

/**
 * Or most of them are late by the same time, within a tenth: it is the same piece of work each time. A host that is short of
 * processors makes late by whatever somebody else happened to take; 0.75 and 0.14 were seen. Our own choice.
 */
const ALIKE = 0.6;
const FEWEST_ALIKE = 6;

export const loopStandsStill: Clause = {
  asks: 'the loop is late and busy, and it computes or is late by the same time each time: all along, or again and again',
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

/** Without it somebody else may have had the processor. */
export const computesMeanwhile: Clause = {
  asks: 'it computes meanwhile',
  look: ({ loop = {} }) => {
    const { processorShare, processorShareWhenLate } = loop;
    if (processorShare === undefined && processorShareWhenLate === undefined) return cannotTell(`processor time: ${WINDOWS}`);
    const told = `${shown(Math.max(processorShare ?? 0, processorShareWhenLate ?? 0))} cores in use`;
    return (processorShare ?? 0) > BUSY_CORE || isComputing(loop) ? seen(told) : notSeen(`${told}: others may have taken the processor`);
  },
};

function whenLate(loop: LoopObservation = {}): Sight {
  const { lateWindowCount, busyShareWhenLate, usualLatenessMs, usualLatenessShare } = loop;
  if (lateWindowCount === undefined || busyShareWhenLate === undefined) return cannotTell(`late windows: ${WINDOWS}`);
  const isAlike = lateWindowCount >= FEWEST_ALIKE && (usualLatenessShare ?? 0) >= ALIKE;
  const alike = isAlike ? `, ${shown(usualLatenessShare! * 100)} % of them by about ${shown(usualLatenessMs!)} ms` : '';
  const told = `the loop is late in ${shown(lateWindowCount)} windows${alike}, and busy for ${shown(busyShareWhenLate * 100)} % of them`;
  const isBlocked = lateWindowCount >= FEWEST_LATE && busyShareWhenLate > BUSY_WHEN_LATE && (isAlike || isComputing(loop));
  return isBlocked ? seen(told) : notSeen(told);
}

function isComputing({ busyShareWhenLate = 0, processorShareWhenLate }: LoopObservation): boolean {
  return busyShareWhenLate > 0 && (processorShareWhenLate ?? 0) >= COMPUTING * busyShareWhenLate;
}
